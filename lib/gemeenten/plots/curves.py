"""Pictures of curves: power, adoption over time, a specification curve."""

import numpy as np
from matplotlib.gridspec import GridSpec

from gemeenten.plots.style import GREY, OKABE_ITO, ROLES, figure, note

#: Ends of the bands around an adoption curve, the wide one first, with shade and name.
BANDS = (
    ("low", "high", 0.10, "all readings, with their 95 % intervals"),
    ("best_low", "best_high", 0.22, "best curves of all readings"),
)
STYLES = ("small", "large", "good", "other", "highlight", "neutral")


def power(curves, xlabel, tier, *, target=0.8, nominal=0.05, n=None, unit="simulated panels"):
    """Draw the chance to reject against the true effect, a line a design.

    Parameters
    ----------
    curves : pandas.DataFrame
        Columns `design`, `effect`, `power` (0 to 1), and optionally `low`, `high`.
    xlabel : str
        The true effect with its unit.
    tier : str
        Evidence tier.
    target, nominal : float
        Drawn as horizontal lines: the power usually asked for, and the size of the test.
    n : int, optional
        Draws behind a point.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.4, 4.2) as (fig, ax):
        for value, told in ((target, f"{target:.0%} power"), (nominal, f"{nominal:.0%}, the nominal size")):
            ax.axhline(value, color=GREY, linestyle=":", linewidth=1)
            ax.annotate(told, (0.99, value), xycoords=ax.get_yaxis_transform(), xytext=(0, 2), ha="right",
                        textcoords="offset points", fontsize=8, color=GREY)  # fmt: skip
        for design, name in zip(dict.fromkeys(curves["design"]), STYLES, strict=False):
            part = curves[curves["design"] == design].sort_values("effect")
            ax.plot(part["effect"], part["power"], label=design, **ROLES[name].line())
            if "low" in part:
                ax.fill_between(
                    part["effect"], part["low"], part["high"], color=ROLES[name].color, alpha=0.15, lw=0
                )
        ax.set(xlabel=xlabel, ylabel="Share of draws in which the test rejects", ylim=(0, 1.03))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ax.legend(fontsize=8.5)
        if n is not None:
            note(ax, n, tier, unit)
    return fig


def adoption(points, envelope, middle, tier, n, unit, *, ylabel="Share of municipalities"):
    """Draw published shares, what is open in them, and what encloses the diffusion curves through them.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns `year`, `from` and `to` (equal for a printed share, which gets a marker; the range of a worded
        or unprinted one, which gets none), `low`, `high` (95 % interval or missing), `label`.
    envelope : pandas.DataFrame
        Columns `year`, `best_low`, `best_high`, `low`, `high`.
    middle : pandas.DataFrame
        Columns `year`, `share`: one curve to guide the eye, faded outside the years of the points.
    tier : str
        Evidence tier.
    n : int
    unit : str
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    blue = ROLES["small"].color
    with figure(8.4, 4.8) as (fig, ax):
        for low, high, shade, told in BANDS:
            ax.fill_between(envelope["year"], envelope[low], envelope[high], color=blue, alpha=shade, lw=0,
                            label=told)  # fmt: skip
        inside = middle["year"].between(points["year"].min(), points["year"].max())
        ax.plot(middle["year"], middle["share"], color=blue, alpha=0.3, linestyle=":")
        ax.plot(
            middle["year"][inside], middle["share"][inside], color=blue, label="curve through the middles"
        )
        ax.vlines(points["year"], points["low"], points["high"], color="black", linewidth=1.3,
                  label="95 % interval of a published share")  # fmt: skip
        ax.vlines(points["year"], points["from"], points["to"], color=ROLES["highlight"].color, linewidth=6,
                  alpha=0.75, label="range that the words leave open")  # fmt: skip
        printed = points["from"] == points["to"]
        dots = {"color": "black", "marker": "D", "s": 36, "zorder": 4, "label": "printed share"}
        ax.scatter(points["year"][printed], points["from"][printed], **dots)
        for point in points.itertuples():
            bound = np.isnan(point.low)
            place = {"xytext": (-7, 4) if bound else (8, -2), "va": "bottom" if bound else "center"}
            ax.annotate(point.label, (point.year, point.to if bound else point.low), fontsize=8,
                        textcoords="offset points", **place)  # fmt: skip
        ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
        ax.annotate("one half", (middle["year"].min(), 0.5), xytext=(0, 2), textcoords="offset points",
                    fontsize=8, color=GREY)  # fmt: skip
        ax.set(xlabel="Year", ylabel=ylabel, ylim=(-0.02, 1.02))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        fig.legend(loc="outside lower center", ncols=2, fontsize=8.5)
        note(ax, n, tier, unit)
    return fig


def crossing_dates(rows, tier, *, level="one half", mark=2005):
    """Draw when a curve passes a level: limits of the best curves (thick) inside those of their intervals.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `reading`, `n_nineties` (municipalities assumed behind the share without a printed number),
        `crossing_low`, `crossing_high`, `low`, `high` (years).
    tier : str
        Evidence tier.
    level : str
        What is passed, for the axis.
    mark : float
        Year drawn as a vertical line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    readings, numbers = (list(dict.fromkeys(rows[name])) for name in ("reading", "n_nineties"))
    with figure(8.8, 0.6 * len(readings) + 1.9) as (fig, ax):
        ax.axvline(mark, color="black", linewidth=1)
        ax.annotate(f"{mark}", (mark, 1), xycoords=ax.get_xaxis_transform(), xytext=(3, 3), fontsize=8,
                    textcoords="offset points")  # fmt: skip
        for number, name, shift in zip(numbers, STYLES, np.linspace(-0.25, 0.25, len(numbers)), strict=False):
            part = rows[rows["n_nineties"] == number]
            at, color = part["reading"].map(readings.index) + shift, ROLES[name].color
            ax.hlines(at, part["low"], part["high"], color=color, linewidth=1.2)
            ax.hlines(at, part["crossing_low"], part["crossing_high"], color=color, linewidth=5, alpha=0.6,
                      label=f"{number:,}")  # fmt: skip
        ax.set(xlabel=f"Year in which the curve passes {level} (thick: best curves; thin: 95 % intervals)",
               ylabel="Reading", ylim=(len(readings) - 0.5, -0.5))  # fmt: skip
        ax.set_yticks(range(len(readings)), readings)
        ax.grid(axis="y", visible=False)
        assumed = {"title": "municipalities assumed behind the unprinted share", "title_fontsize": 8.5}
        fig.legend(loc="outside lower center", ncols=len(numbers), fontsize=8.5, **assumed)
        note(ax, len(rows), tier, "readings")
    return fig


def specifications(curve, choices, ylabel, tier, *, unit="specifications"):
    """Draw a specification curve: estimates in rising order over a panel of the choices behind each.

    Parameters
    ----------
    curve : pandas.DataFrame
        Columns `rank`, `estimate`, `low`, `high`, `significant` (bool), `null_low`, `null_high`, and those
        of `choices`.
    choices : sequence of str
        Columns that name a choice; each value becomes a row of ticks.
    ylabel : str
        The estimate with its unit.
    tier : str
        Evidence tier.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    values = [(choice, value) for choice in choices for value in dict.fromkeys(curve[choice])]
    height = 3.2 + 0.19 * len(values)
    with figure(9.0, height, rows=1) as (fig, first):
        first.remove()
        grid = GridSpec(2, 1, figure=fig, height_ratios=[3.2, 0.19 * len(values)])
        top, below = fig.add_subplot(grid[0]), fig.add_subplot(grid[1])
        _estimates(top, curve, ylabel)
        note(top, len(curve), tier, unit)
        for row, (choice, value) in enumerate(values):
            at = curve.loc[curve[choice] == value, "rank"]
            below.plot(
                at,
                np.full(len(at), row),
                color="black",
                marker="|",
                markersize=4,
                linestyle="",
                markeredgewidth=0.5,
            )
        below.set_yticks(range(len(values)), [f"{choice}: {value}" for choice, value in values], fontsize=7.5)
        below.set(ylim=(len(values) - 0.4, -0.6), xlabel="Specifications in the order of their estimates")
        below.sharex(top)
    return fig


def _estimates(ax, curve, ylabel):
    """Draw the curve of estimates, what shuffling gives at each rank, and the intervals."""
    ax.fill_between(curve["rank"], curve["null_low"], curve["null_high"], color="0.85", linewidth=0,
                    label="95 % of shuffles at that rank")  # fmt: skip
    ax.vlines(
        curve["rank"], curve["low"], curve["high"], color=OKABE_ITO["sky blue"], linewidth=0.5, alpha=0.6
    )
    for significant, color, marker in ((False, GREY, "o"), (True, OKABE_ITO["vermillion"], "s")):
        part = curve[curve["significant"].astype(bool) == significant]
        told = "interval excludes zero" if significant else "interval holds zero"
        ax.scatter(
            part["rank"],
            part["estimate"],
            s=6,
            color=color,
            marker=marker,
            label=f"{told} ({len(part)})",
            zorder=3,
        )
    ax.axhline(0, color="black", linewidth=1)
    ax.set_ylabel(ylabel)
    ax.tick_params(labelbottom=False)
    ax.legend(fontsize=8)
