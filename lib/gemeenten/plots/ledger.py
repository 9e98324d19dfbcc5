"""Pictures of the claims ledger."""

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
