"""Pictures of the claims ledger."""

from textwrap import shorten

from matplotlib.patches import Patch, Rectangle

from gemeenten.plots.style import GREY, OKABE_ITO, figure

#: Verdict -> face colour and the sign that doubles it, so that the picture reads without colour.
VERDICTS = {
    "supported": (OKABE_ITO["bluish green"], "+"),
    "weakly supported": (OKABE_ITO["sky blue"], "(+)"),
    "contradicted": (OKABE_ITO["vermillion"], "−"),
    "inconclusive": (OKABE_ITO["yellow"], "?"),
    "untested": ("#E8E8E8", "·"),
}
COLUMNS = 8
WIDTH, HEIGHT = 0.92, 0.74


def claim_tiles(claims):
    """Draw one tile a claim in rows by group; a sign and a colour give the verdict.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns `id`, `verdict` and `group` (the row's label), in the order to draw.

    Returns
    -------
    matplotlib.figure.Figure
    """
    lines = [
        (group if start == 0 else "", part.iloc[start : start + COLUMNS])
        for group, part in claims.groupby("group", sort=False)
        for start in range(0, len(part), COLUMNS)
    ]
    with figure(8.6, 0.36 * len(lines) + 0.75) as (fig, ax):
        for line, (label, part) in enumerate(lines):
            ax.text(-0.65, line, label, ha="right", va="center", fontsize=9)
            for column, claim in enumerate(part.itertuples()):
                _tile(ax, column, line, claim)
        ax.set(xlim=(-4.2, COLUMNS - 0.4), ylim=(len(lines) - 0.4, -0.6))
        _key(fig, claims["verdict"])
        ax.set_axis_off()
    return fig


def _tile(ax, column, line, claim):
    face, sign = VERDICTS[claim.verdict]
    corner = (column - WIDTH / 2, line - HEIGHT / 2)
    ax.add_patch(Rectangle(corner, WIDTH, HEIGHT, facecolor=face, edgecolor=GREY, linewidth=0.6))
    ax.text(column, line, f"{claim.id} {sign}", ha="center", va="center", fontsize=9, family="monospace")


def _key(fig, verdicts):
    """Write the key under the tiles: colour, sign, verdict, number of claims."""
    counts = verdicts.value_counts()
    handles = [
        Patch(facecolor=face, edgecolor=GREY, linewidth=0.6, label=f"{sign}  {name}: {counts.get(name, 0)}")
        for name, (face, sign) in VERDICTS.items()
    ]
    title = f"n = {len(verdicts)} claims"
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=8.5, title=title)


def board(claims, width=92):
    """Draw the verdict board: one row a claim with its verdict, the evidence tier and the claim in short.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns `id`, `statement`, `tier`, `verdict`, in the order to draw.
    width : int
        Characters of a statement that are shown.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(10.4, 0.235 * len(claims) + 1.1) as (fig, ax):
        for row, claim in enumerate(claims.itertuples()):
            face, sign = VERDICTS[claim.verdict]
            ax.add_patch(Rectangle((0, row - 0.4), 1.9, 0.8, facecolor=face, edgecolor=GREY, linewidth=0.5))
            ax.text(-0.1, row, claim.id, ha="right", va="center", fontsize=8.5, family="monospace")
            ax.text(0.95, row, f"{sign} {claim.verdict}", ha="center", va="center", fontsize=8)
            ax.text(2.0, row, claim.tier, ha="left", va="center", fontsize=8, color=GREY)
            ax.text(
                3.1,
                row,
                shorten(claim.statement, width, placeholder=" …"),
                ha="left",
                va="center",
                fontsize=8,
            )
        ax.set(xlim=(-0.7, 13.2), ylim=(len(claims) - 0.4, -0.6))
        _key(fig, claims["verdict"])
        ax.set_axis_off()
    return fig
