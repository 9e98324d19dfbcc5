"""What must be said of an exhibit: caption, alt text, tier, n, years, sources; checked and worded."""

from html import escape

from gemeenten.exhibit_files import ExhibitError
from gemeenten.registry import TIERS

#: Shorter than this, an alt text names the picture but does not say what is to be seen.
SHORTEST_ALT = 40


def checked(full, kind, notebook, *, caption, tier, n, years, sources, unit):
    """Return what the sidecar says of exhibit `full`.

    Raises
    ------
    ExhibitError
        If something a reader needs is missing or unknown: one line naming the exhibit and the remedy.
    """
    if tier not in TIERS:
        raise ExhibitError(f"{full}: unknown tier {tier!r}; use one of {', '.join(TIERS)}")
    return {
        "name": full,
        "kind": kind,
        "notebook": notebook,
        "caption": text(full, "caption", caption),
        "tier": tier,
        "n": _count(full, n),
        "unit": unit,
        "years": text(full, "years", str(years)),
        "sources": _known(full, sources, tier),
    }


def text(full, what, value):
    """Return `value` stripped, on one line."""
    told = " ".join(value.split()) if isinstance(value, str) else ""
    if not told:
        raise ExhibitError(f"{full}: the {what} is missing; write one")
    return told


def alt_text(full, alt, caption):
    """Return the alt text, refused when it is missing, short or the caption again."""
    told = text(full, "alt text", alt)
    if told == caption:
        raise ExhibitError(f"{full}: the alt text repeats the caption; say what the picture looks like")
    if len(told) < SHORTEST_ALT:
        raise ExhibitError(
            f"{full}: an alt text of {len(told)} characters; say what is to be seen, in 40 or more"
        )
    return told


def _count(full, n):
    if isinstance(n, bool) or not hasattr(n, "__index__") or n.__index__() < 1:
        raise ExhibitError(f"{full}: n is {n!r}; give the number of units, a whole number above 0")
    return n.__index__()


def _known(full, sources, tier):
    from gemeenten import tables

    sources = [sources] if isinstance(sources, str) else list(sources)
    if not sources and tier != "simulated":
        raise ExhibitError(f"{full}: no source tables; name the shipped tables it was computed from")
    unknown = sorted(set(sources) - set(tables.names()))
    if unknown:
        known = ", ".join(tables.names())
        raise ExhibitError(f"{full}: unknown source table {', '.join(unknown)}; the tables are: {known}")
    return sources


def frame(full, data):
    """Return `data`, a DataFrame or Series, as a DataFrame that is not empty."""
    table = data.to_frame() if getattr(data, "ndim", 2) == 1 and hasattr(data, "to_frame") else data
    if not hasattr(table, "to_csv") or table.empty:
        raise ExhibitError(f"{full}: the data must be a DataFrame with at least one row and column")
    return table


def caption_html(record):
    """Return the caption as HTML, marked when the data are simulated."""
    mark = "<strong>SIMULATED.</strong> " if record["tier"] == "simulated" else ""
    return f"<strong>{record['kind'].capitalize()}.</strong> {mark}{escape(record['caption'])} "


def evidence(record):
    """Return the line every exhibit carries: tier, n, years, sources."""
    sources = ", ".join(record["sources"]) or "generated"
    n = f"n = {record['n']:,} {record['unit']}".strip()
    return f"Tier: {record['tier']}; {n}; years: {record['years']}; sources: {sources}."


def small_print(record, notes=""):
    """Return the line under an exhibit as HTML: notes, evidence, file."""
    return f"<small>{notes}{escape(evidence(record))} Data: figures/{record['name']}.csv.</small>"
