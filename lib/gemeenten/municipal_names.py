"""Names and codes of municipalities: look one up by the other, whatever its spelling."""

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

import pandas as pd

from gemeenten import amalgamations, registry, tables
from gemeenten.errors import DataError

_SPELLING_TABLES = ("municipalities", "municipalities_historical_names", "amalgamations")
# Spellings in common use that no table holds.
_ALIASES = {
    "Den Haag": "'s-Gravenhage",
    "The Hague": "'s-Gravenhage",
    "Den Bosch": "'s-Hertogenbosch",
    "Nuenen": "Nuenen, Gerwen en Nederwetten",
    "Zuidwest-Friesland": "Súdwest-Fryslân",
    "Noordoost-Friesland": "Noardeast-Fryslân",
    "Tietjerksteradeel": "Tytsjerksteradiel",
}
_ABBREVIATIONS = (
    (r"\ba\s*/\s*d\b|\ba\.\s*d\.?(?=\s)", "aan den"),  # Alphen a/d Rijn, Alphen a.d. Rijn
    (r"\bst(\.|-| )\s*", "sint "),  # St. Anthonis, St-Oedenrode
    (r"\bgemeente\b", ""),  # CBS: Utrecht (gemeente)
)


def name(code, year=None):
    """Return the name of a municipality.

    Parameters
    ----------
    code : str
        ``GMnnnn``.
    year : int, optional
        The 1 January on which it must have existed; without it the municipality's last name is given.

    Returns
    -------
    str
        Spelled as by CBS.

    Raises
    ------
    DataError
        If there is no such code, or it did not exist on that day: one line with what to do.
    """
    graph = amalgamations.graph()
    if code not in graph.names or code == amalgamations.ABROAD:
        close = get_close_matches(str(code).strip().upper(), sorted(graph.spells), n=3, cutoff=0.7)
        near = f"; the closest are {', '.join(map(graph.told, close))}" if close else ""
        raise DataError(f"code: no municipality {code!r}{near}; codes read GM and four digits")
    if year is None:
        return graph.names[code]
    if not graph.existed(code, amalgamations.known_year(graph, year, "year")):
        raise DataError(f"code: {amalgamations.why_absent(graph, code, year)}")
    spells = _names_by_spell(registry.entry("municipalities").sha256).get(code, ())
    return next((known for first, last, known in spells if first <= year <= last), graph.names[code])


@lru_cache(maxsize=2)
def _names_by_spell(digest):
    """Return code -> list of (first year, last year, name), from the table with this hash."""
    spells = {}
    for row in tables.load("municipalities").itertuples():
        spells.setdefault(row.code, []).append((row.first_year, row.last_year, row.name))
    return spells


def code(name, year=None):
    """Return the code of a municipality.

    Capitals, accents, hyphens and points do not matter; former names, names with a province ("Bergen (NH)",
    "Hengelo (Gelderland)") and spellings in common use ("Den Haag", "Alphen a/d Rijn") are understood. A
    name without its province stands for every municipality of that name. Where no name is spelled as given,
    y and ij count as the same ("Ysselstein").

    Parameters
    ----------
    name : str
        The municipality's name.
    year : int, optional
        The 1 January on which it existed. Without it, all municipalities since 1990 count, and earlier
        ones only where none since has that name.

    Returns
    -------
    str
        ``GMnnnn``.

    Raises
    ------
    DataError
        If no municipality has that name, or more than one: one line with the closest names or the choices.
    """
    if not isinstance(name, str):
        raise DataError(f"name: {name!r} is no text; give a municipality's name")
    graph = amalgamations.graph()
    if year is not None:
        amalgamations.known_year(graph, year, "year")
    digests = tuple(registry.entry(table).sha256 for table in _SPELLING_TABLES)
    index = _index(digests)
    found = index.get(_key(name)) or _index_of_y(digests).get(_with_y(_key(name)), frozenset())
    standing = _standing(graph, found, year)
    chosen = sorted(code for code in standing if _renamed_into(graph, code) not in standing)
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        helps = year is None and not all(graph.existed(code, graph.last_year) for code in chosen)
        how = "add the province" + (" or give the year" if helps else "")
        raise DataError(f"name: {name!r} is ambiguous, {_choices(graph, chosen)}; {how}")
    if found:
        raise DataError(f"name: no {name!r} on 1 January {year}; there is {_choices(graph, found)}")
    raise DataError(f"name: no municipality {name!r}; {_closest(graph, index, _key(name))}")


def _standing(graph, codes, year):
    """Return the codes that existed in `year`; without a year those since 1990, or else all."""
    if year is not None:
        return {code for code in codes if graph.existed(code, year)}
    return {code for code in codes if code in graph.spells} or codes


def _renamed_into(graph, code):
    """Return the code that is `code` under another name and nothing besides, or None."""
    heirs = graph.heirs.get(code, ())
    merged = [old for old, others in graph.heirs.items() if set(heirs).intersection(others)]
    return heirs[0] if len(heirs) == 1 and merged == [code] else None


def _choices(graph, codes):
    return " or ".join(f"{graph.told(code)} ({_lifetime(graph, code)})" for code in sorted(codes))


def _lifetime(graph, code):
    if code not in graph.spells:
        return f"until {graph.ended[code]}"
    first, last = graph.spells[code]
    if last == graph.last_year:
        return f"since {first}" if first > graph.first_year else f"since {first} or earlier"
    return f"{first}-{last}" if first > graph.first_year else f"until {last}"


def _closest(graph, index, key):
    """Return the names that begin with `key` or resemble it, or where to look."""
    longer = sorted(known for known in index if len(key) > 3 and known.startswith(key))
    close = [*longer, *get_close_matches(key, index, n=3, cutoff=0.6)][:3]
    near = dict.fromkeys(graph.told(code) for known in close for code in sorted(index[known]))
    return f"the closest are {', '.join(near)}" if near else "see the table municipalities for all names"


def _key(name):
    """Return a name's letters and digits only, without accents or capitals."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for pattern, meant in _ABBREVIATIONS:
        plain = re.sub(pattern, meant, plain)
    return re.sub(r"[^a-z0-9]", "", plain)


@lru_cache(maxsize=2)
def _index(digests):
    """Return key -> codes for every spelling in the tables with these hashes."""
    spelled = _spellings()
    bare = spelled["name"].str.replace(r"\s*\(.*\)", "", regex=True)
    ways = (spelled["name"], bare, (bare + spelled["province"]).dropna())
    keys = pd.concat([pd.DataFrame({"code": spelled["code"], "key": way.map(_key)}).dropna() for way in ways])
    index = keys.groupby("key")["code"].agg(frozenset).to_dict()
    return index | {
        _key(alias): index[_key(meant)] for alias, meant in _ALIASES.items() if _key(meant) in index
    }


@lru_cache(maxsize=2)
def _index_of_y(digests):
    """Return the index with ij as y: a second try, as Bergeyk and Bergeijk are two municipalities."""
    index = {}
    for key, codes in _index(digests).items():
        index[_with_y(key)] = index.get(_with_y(key), frozenset()) | codes
    return index


def _with_y(key):
    return key.replace("ij", "y")


def _spellings():
    """Return code, name and (where known) province, from all tables that spell a municipality's name."""
    events = tables.load("amalgamations")
    sides = [
        events[[f"{side}_code", f"{side}_name"]].set_axis(["code", "name"], axis=1) for side in ("old", "new")
    ]
    known = [tables.load("municipalities"), tables.load("municipalities_historical_names"), *sides]
    spelled = pd.concat(known, ignore_index=True)[["code", "name", "province"]]
    return spelled.dropna(subset="name").drop_duplicates(ignore_index=True)
