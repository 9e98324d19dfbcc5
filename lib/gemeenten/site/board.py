"""The verdict board: one row a claim, linked to its notebook and its exhibits."""

from html import escape

from gemeenten.plots.ledger import VERDICTS
from gemeenten.site import layout as places

HEAD = """# Verdict board

One row a claim. The rule behind every verdict was registered before the data were looked at. *Untested* is
not a verdict on the claim: no public data bear on it, or its test is not made yet. *Inconclusive* means that
the data allow both answers.

"""
COLUMNS = ("claim", "verdict", "tier", "n", "what it rests on", "notebook")


def page(layout, claims):
    """Return the board as Markdown.

    Parameters
    ----------
    layout : gemeenten.site.layout.Layout
    claims : pandas.DataFrame
        The ledger.
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "\n".join(_row(claim, layout) for claim in claims.itertuples())
    table = f'<table class="board">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n'
    return HEAD + tally(claims) + "\n" + table


def tally(claims, link=""):
    """Return how many claims have which verdict, as one HTML list.

    Parameters
    ----------
    claims : pandas.DataFrame
        The ledger.
    link : str
        Where each count leads; nowhere by default.
    """
    counts = claims["verdict"].value_counts()
    items = []
    for verdict in VERDICTS:
        told = f"<strong>{counts.get(verdict, 0)}</strong> {badge(verdict)}"
        items.append(f'<li><a href="{link}">{told}</a></li>' if link else f"<li>{told}</li>")
    return f'<ul class="tally">\n{"".join(items)}\n</ul>\n'


def badge(verdict):
    """Return a verdict as HTML: its colour doubled by its sign."""
    kind = verdict.replace(" ", "-")
    sign = VERDICTS[verdict][1]
    return f'<span class="verdict {kind}"><span aria-hidden="true">{sign}</span> {verdict}</span>'


def _row(claim, layout):
    """Return one claim as a table row; on a small screen each cell carries its column's name."""
    number = f"{claim.n:,}" if claim.n else "–"
    cells = (
        f'<strong><a href="#{claim.id}">{claim.id}</a></strong> {escape(claim.statement)}',
        badge(claim.verdict),
        escape(claim.tier) or "–",
        number,
        escape(claim.sentence),
        _notebook(claim.notebook, layout),
    )
    first, *rest = zip(COLUMNS, cells, strict=True)
    told = f'<th scope="row" data-label="{first[0]}">{first[1]}</th>'
    told += "".join(f'<td data-label="{name}"><div>{cell}</div></td>' for name, cell in rest)
    return f'<tr id="{claim.id}">{told}</tr>'


def _notebook(name, layout):
    """Return the link to a claim's notebook and exhibits, or its bare name when it is not there yet."""
    path = f"notebooks/{name}.ipynb"
    found = layout.page(path)
    if not found:
        return escape(name)
    stem = name.rsplit("/", 1)[-1]
    link = f'<a href="{places.html(found)}">{escape(stem.replace("_", " "))}</a>'
    own = [exhibit for exhibit, record in layout.exhibits.items() if record["notebook"] == stem]
    if not own:
        return link
    return f'{link} (<a href="{places.html(places.GALLERY)}#{own[0]}">{len(own)} exhibits</a>)'
