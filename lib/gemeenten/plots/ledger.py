"""Pictures of the claims ledger: what is claimed, in words, and what became of it."""

from textwrap import wrap

from matplotlib.colors import to_rgb
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
INK = "#000000"
TIER_INK = "#4D4D4D"
STRENGTH = 0.55  # of a verdict's colour, the rest white: black letters on it read well
COLUMNS = 3
TILE, GAP = (0.97, 0.84), 0.75  # width and height of a tile, room for a heading, in rows and columns
LETTERS = 34  # that fit into a line of a tile
BOARD = {"id": 0.55, "verdict": 0.65, "tier": 2.6, "title": 3.5}  # where a column starts, in inches
BOARD_WIDTH = 8.0


def face(verdict):
    """Return the face of a verdict's tile as (red, green, blue), 0 to 1: its colour mixed with white."""
    return tuple(STRENGTH * part + 1 - STRENGTH for part in to_rgb(VERDICTS[verdict][0]))


def claim_tiles(claims):
    """Draw one tile a claim under a heading a group: number, sign and title; a colour gives the verdict.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns `id`, `title`, `tier`, `verdict` and `group` (the heading), in the order to draw.

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(claims.groupby("group", sort=False))
    lines = sum(GAP + -(-len(part) // COLUMNS) for _, part in groups)
    with figure(9.0, 0.46 * lines + 0.85) as (fig, ax):
        top = 0.0
        for heading, part in groups:
            told = f"{heading} (n = {len(part)})"
            ax.text(0, top + GAP - 0.2, told, va="bottom", fontsize=10, fontweight="bold")
            for place, claim in enumerate(part.itertuples()):
                _tile(ax, place % COLUMNS, top + GAP + place // COLUMNS, claim)
            top += GAP + -(-len(part) // COLUMNS)
        ax.set(xlim=(-0.01, COLUMNS), ylim=(lines, -0.05))
        _key(fig, claims)
        ax.set_axis_off()
    return fig


def _tile(ax, column, line, claim):
    _box(ax, (column, line), *TILE, claim.verdict)
    middle = line + TILE[1] / 2
    ax.text(column + 0.085, middle - 0.17, claim.id, ha="center", va="center", fontsize=8.5, color=INK)
    sign = VERDICTS[claim.verdict][1]
    ax.text(column + 0.085, middle + 0.18, sign, ha="center", va="center", fontsize=9.5, fontweight="bold",
            color=INK)  # fmt: skip
    title = "\n".join(wrap(claim.title, LETTERS, break_on_hyphens=False))
    ax.text(column + 0.17, middle, title, ha="left", va="center", fontsize=8.5, color=INK)


def _box(ax, corner, width, height, verdict):
    """Draw the tile of a verdict."""
    ax.add_patch(
        Rectangle(corner, width, height, facecolor=face(verdict), edgecolor=GREY, linewidth=0.6, zorder=1)
    )


def _key(fig, claims):
    """Write the key under the tiles: colour, sign, verdict, number of claims; and the tiers."""
    counts = claims["verdict"].value_counts()
    handles = [
        Patch(
            facecolor=face(name),
            edgecolor=GREY,
            linewidth=0.6,
            label=f"{sign}  {name}: {counts.get(name, 0)}",
        )
        for name, (_, sign) in VERDICTS.items()
    ]
    tiers = claims.loc[claims["tier"] != "", "tier"].value_counts().sort_index()
    told = ", ".join(f"{name} {count}" for name, count in tiers.items())
    fig.legend(
        handles=handles,
        loc="outside lower center",
        ncols=len(handles),
        fontsize=8.5,
        columnspacing=1.4,
        handlelength=1.6,
        title=f"n = {len(claims)} claims · tier: {told}; untested claims have none",
        title_fontsize=9,
    )


def board(claims):
    """Draw the verdict board: one row a claim with its verdict, its title and the tier of its evidence.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns `id`, `title`, `theme` (the heading over neighbours), `tier`, `verdict`, in the order to draw.

    Returns
    -------
    matplotlib.figure.Figure
    """
    themes = list(claims.groupby("theme", sort=False))
    lines = len(claims) + 1.35 * len(themes)
    with figure(BOARD_WIDTH, 0.25 * lines + 0.75) as (fig, ax):
        row = 0.0
        for theme, part in themes:
            row += 1.35
            counted = f"{theme} (n = {len(part)})"
            ax.text(0.1, row - 0.2, counted, va="bottom", fontsize=10.5, fontweight="bold", color=INK)
            for claim in part.itertuples():
                _row(ax, row + 0.5, claim)
                row += 1
        ax.set(xlim=(0, BOARD_WIDTH), ylim=(lines + 0.1, 0.2))
        _key(fig, claims)
        ax.set_axis_off()
    return fig


def _row(ax, row, claim):
    """Draw one claim of the board."""
    width = BOARD["tier"] - BOARD["verdict"] - 0.12
    _box(ax, (BOARD["verdict"], row - 0.42), width, 0.84, claim.verdict)
    name = f"{VERDICTS[claim.verdict][1]}  {claim.verdict}"
    middle = BOARD["verdict"] + width / 2
    ax.text(BOARD["id"], row, claim.id, ha="right", va="center", fontsize=9.5, color=INK)
    ax.text(middle, row, name, ha="center", va="center", fontsize=9.5, color=INK)
    ax.text(BOARD["title"], row, claim.title, ha="left", va="center", fontsize=10, color=INK)
    ax.text(BOARD["tier"], row, claim.tier or "–", ha="left", va="center", fontsize=9, color=TIER_INK)
