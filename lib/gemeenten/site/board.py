"""The verdict board: a table a theme, one row a claim, linked to its notebook and its exhibits."""

from html import escape

from gemeenten.plots.ledger import VERDICTS
from gemeenten.site import layout as places

HEAD = """# Verdict board

One row a claim: open it to read the claim in full and what its verdict rests on. The rule behind every
verdict was registered before the data were looked at. *Untested* is not a verdict on the claim: no public
data bear on it, or its test is not made yet. *Inconclusive* means that the data allow both answers.

"""
COLUMNS = ("claim", "verdict", "tier", "n", "notebook")


def page(layout, claims):
    """Return the board as Markdown.

    Parameters
    ----------
    layout : gemeenten.site.layout.Layout
    claims : pandas.DataFrame
        The ledger, with the `theme` and `title` of every claim.
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    parts = [HEAD, tally(claims)]
    for theme, own in claims.groupby("theme", sort=False):
        rows = "\n".join(_row(claim, layout) for claim in own.itertuples())
        table = (
            f'<table class="board">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n'
        )
        parts.append(f"## {theme}\n\n{table}")
    return "\n".join(parts)


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


def short(claims):
    """Return the board as HTML for a narrow screen: each theme unfolds its claims with their verdicts.

    Parameters
    ----------
    claims : pandas.DataFrame
        As for `page`.
    """
    parts = []
    for theme, own in claims.groupby("theme", sort=False):
        items = "".join(
            f'<li><a href="{places.html(places.BOARD)}#{claim.id}">{claim.id}</a> {escape(claim.title)} '
            f"{badge(claim.verdict)}</li>"
            for claim in own.itertuples()
        )
        parts.append(f"<details><summary>{escape(theme)} ({len(own)})</summary>\n<ul>{items}</ul></details>")
    return '<div class="board-short">\n' + "\n".join(parts) + "\n</div>\n"


def badge(verdict):
    """Return a verdict as HTML: its colour doubled by its sign."""
    kind = verdict.replace(" ", "-")
    sign = VERDICTS[verdict][1]
    return f'<span class="verdict {kind}"><span aria-hidden="true">{sign}</span> {verdict}</span>'


def _row(claim, layout):
    """Return one claim as a table row; on a small screen each cell carries its column's name."""
    number = f"{claim.n:,}" if claim.n else "–"
    cells = (
        _claim(claim),
        badge(claim.verdict),
        escape(claim.tier) or "–",
        number,
        _notebook(claim.notebook, layout),
    )
    first, *rest = zip(COLUMNS, cells, strict=True)
    told = f'<th scope="row" data-label="{first[0]}">{first[1]}</th>'
    told += "".join(f'<td data-label="{name}"><div>{cell}</div></td>' for name, cell in rest)
    return f'<tr id="{claim.id}">{told}</tr>'


def _claim(claim):
    """Return a claim's title, which unfolds its statement and what its verdict rests on."""
    return (
        f"<details><summary><strong>{claim.id}</strong> {escape(claim.title)}</summary>"
        f'<p class="statement">{escape(claim.statement)}</p><p class="rests-on">{escape(claim.sentence)}</p>'
        f'<p><a href="#{claim.id}">Link to {claim.id}</a></p></details>'
    )


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
    return f'{link} (<a href="{places.html(places.GALLERY)}#{own[0]}">{len(own)}&nbsp;exhibits</a>)'
