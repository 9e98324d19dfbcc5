"""Pictures of curves: power, adoption over time, a specification curve."""

import numpy as np
from matplotlib.gridspec import GridSpec

from gemeenten.plots.style import GREY, OKABE_ITO, ROLES, figure, note

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


def adoption(points, curves, tier, *, ylabel="Share of municipalities"):
    """Draw published shares with their intervals and the diffusion curve through them.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns `year`, `share`, `low`, `high`, `label`.
    curves : pandas.DataFrame
        Columns `curve`, `year`, `share`, and optionally `low`, `high`.
    tier : str
        Evidence tier.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.8, 4.4) as (fig, ax):
        for curve, name in zip(dict.fromkeys(curves["curve"]), STYLES, strict=False):
            part = curves[curves["curve"] == curve].sort_values("year")
            role = ROLES[name]
            ax.plot(part["year"], part["share"], color=role.color, linestyle=role.linestyle, label=curve)
            if "low" in part:
                ax.fill_between(
                    part["year"], part["low"], part["high"], color=role.color, alpha=0.12, linewidth=0
                )
        ax.vlines(points["year"], points["low"], points["high"], color="black", linewidth=1.6)
        ax.scatter(
            points["year"], points["share"], color="black", marker="D", s=36, zorder=4, label="published"
        )
        for point in points.itertuples():
            place = {"xytext": (7, -3), "textcoords": "offset points"}
            ax.annotate(point.label, (point.year, point.share), fontsize=8, **place)
        ax.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
        ax.set(xlabel="Year", ylabel=ylabel, ylim=(-0.03, 1.05))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ax.legend(fontsize=8.5)
        note(ax, len(points), tier, "published shares")
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
