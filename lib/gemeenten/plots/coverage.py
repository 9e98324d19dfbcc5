"""Pictures of what the shipped tables cover."""

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from gemeenten.plots.style import GREY, OKABE_ITO, figure, note

#: Evidence tier -> colour and marker.
TIERS = {
    "census": (OKABE_ITO["blue"], "s"),
    "register": (OKABE_ITO["bluish green"], "^"),
    "published": (OKABE_ITO["orange"], "D"),
    "coded": (OKABE_ITO["reddish purple"], "o"),
    "survey": (OKABE_ITO["vermillion"], "v"),
}


def coverage(cells):
    """Draw a marker for every year that a table covers; its size gives the share of municipalities in it.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns `table` (name of the row, in the order to draw), `tier`, `year`, `share` (0 to 1, of the
        municipalities that existed that year).

    Returns
    -------
    matplotlib.figure.Figure
    """
    order = list(dict.fromkeys(cells["table"]))
    with figure(8.4, 0.36 * len(order) + 1.5) as (fig, ax):
        for tier, part in cells.groupby("tier", sort=False):
            color, marker = TIERS[tier]
            rows = part["table"].map(order.index)
            ax.scatter(part["year"], rows, s=_area(part["share"]), color=color, marker=marker, linewidths=0)
        ax.set(ylim=(len(order) - 0.4, -0.6), xlabel="Year")
        ax.set_yticks(range(len(order)), order, fontsize=8.5)
        told = f"n = {len(cells):,} table-years of {len(order)} tables; tier: by colour and marker"
        legend = {"title": f"{told}; size: share of the year's municipalities", "title_fontsize": 8.5}
        fig.legend(handles=_key(cells["tier"]), loc="outside upper center", ncols=7, fontsize=8.5, **legend)
    return fig


def _area(share):
    """Return the area of a marker, in points squared, for a share of the municipalities."""
    return 8 + 62 * share


def _key(tiers):
    """Return the key: a marker for each tier drawn, and three sizes."""
    handles = [
        Line2D([], [], linestyle="", color=TIERS[tier][0], marker=TIERS[tier][1], label=tier)
        for tier in TIERS
        if tier in set(tiers)
    ]
    return handles + [
        Line2D([], [], linestyle="", color=GREY, marker="s", markersize=_area(share) ** 0.5, label=label)
        for share, label in ((0.05, "5 %"), (0.5, "50 %"), (1, "all municipalities"))
    ]


def missing_statements(counts):
    """Draw the number of municipalities without a statement per year, budgets beside accounts.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns `year`, `stage` ('budget' or 'account'), `missing`, `expected`; a year with a budget and
        without an account is told to be not yet published.

    Returns
    -------
    matplotlib.figure.Figure
    """
    stages = counts.groupby("stage")["year"].agg(set)
    unpublished = sorted(stages["budget"] - stages["account"])
    styles = {
        "budget": {"color": OKABE_ITO["sky blue"], "hatch": ""},
        "account": {"color": OKABE_ITO["blue"], "hatch": "//"},
    }
    with figure(7, 3.2) as (fig, ax):
        for offset, (stage, style) in zip((-0.2, 0.2), styles.items(), strict=True):
            part = counts[counts["stage"] == stage]
            bars = ax.bar(part["year"] + offset, part["missing"], width=0.4, label=f"{stage}s", **style)
            ax.bar_label(bars, fontsize=8, color=GREY)
        for year in unpublished:
            ax.text(year + 0.2, 0.1, "accounts not yet\npublished", rotation=90, fontsize=7.5, color=GREY,
                    ha="center", va="bottom")  # fmt: skip
        ax.set(xlabel="Financial year", ylabel="Municipalities without a statement")
        ax.set_xticks(sorted(counts["year"].unique()))
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(axis="x", visible=False)
        ax.legend(loc="upper center")
        note(ax, int(counts["expected"].sum()), "census", "statements due")
    return fig
