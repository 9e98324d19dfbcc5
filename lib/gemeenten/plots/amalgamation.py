"""Pictures of amalgamation: an outcome by years since it, and a change against size."""

import numpy as np

from gemeenten.plots.style import GREY, ROLES, cutoff, figure, log_population_axis, note

ESTIMATORS = ("good", "other", "highlight")
CLOSE = (0.25, 0.9)  # log inhabitants and points of change within which two names would overlap


def event_paths(points, outcomes, tier, amalgamated, never, *, reference=-1):
    """Draw estimates by years since the amalgamation, a panel an outcome, with the number behind each.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns `outcome`, `estimator`, `time` (years since the amalgamation), `estimate`, `low`, `high` and
        `units` (amalgamated municipalities observed at that time).
    outcomes : dict of str to str
        Outcome -> label of its axis with the unit, a panel each from top to bottom.
    tier : str
        Evidence tier.
    amalgamated, never : int
        Municipalities that amalgamated, and those they are compared with.
    reference : int
        The year that all others are compared with.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(8.0, 2.9 * len(outcomes) + 0.9, rows=len(outcomes), sharex=True, squeeze=False) as (
        fig,
        axes,
    ):
        for ax, (outcome, ylabel) in zip(axes[:, 0], outcomes.items(), strict=True):
            _paths(ax, points[points["outcome"] == outcome], reference)
            ax.set_ylabel(ylabel)
        told = f"amalgamated, {never:,} never amalgamated municipalities"
        note(axes[0, 0], amalgamated, tier, told)
        axes[-1, 0].set_xlabel("Years since the amalgamation (0 = its first year)")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
        fig.align_ylabels()
    return fig


def _paths(ax, points, reference):
    """Draw one outcome: estimators side by side, the reference, the years before shaded, the numbers."""
    names = list(dict.fromkeys(points["estimator"]))
    shifts = np.linspace(-0.12, 0.12, len(names)) if len(names) > 1 else [0.0]
    times = sorted(points["time"].unique())
    ax.axvspan(min(times) - 0.6, -0.5, color="0.94", zorder=0, label="before the amalgamation")
    ax.axhline(0, color="black", linewidth=1)
    for name, shift, role in zip(names, shifts, ESTIMATORS, strict=False):
        part = points[(points["estimator"] == name) & (points["time"] != reference)]
        style = ROLES[role]
        ax.vlines(part["time"] + shift, part["low"], part["high"], color=style.color, linewidth=1.8)
        ax.scatter(part["time"] + shift, part["estimate"], s=34, zorder=3, label=name, **style.dots())
    ax.scatter(reference, 0, s=60, facecolor="white", edgecolor="black", linewidth=1.3, zorder=4,
               label="year compared with (reference)")  # fmt: skip
    low, high = points["low"].min(), points["high"].max()
    ax.set(
        xlim=(min(times) - 0.6, max(times) + 0.6),
        ylim=(low - 0.28 * (high - low), high + 0.06 * (high - low)),
    )
    ax.set_xticks(times, [f"{time:+d}".replace("-", "−") if time else "0" for time in times])
    at = {
        "xycoords": ax.get_xaxis_transform(),
        "fontsize": 8.5,
        "ha": "center",
        "va": "bottom",
        "color": GREY,
    }
    for time, units in points.groupby("time")["units"].first().items():
        ax.annotate(f"n = {units:,.0f}", (time, 0.03), **at)


def change_by_size(places, line, ylabel, tier, *, at=100_000):
    """Draw a change against inhabitants: the amalgamated by name among the others, and the others' line.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `name`, `inhabitants`, `change`, `amalgamated` (bool).
    line : pandas.DataFrame
        Columns `inhabitants`, `change`: what the others' line expects at a size.
    ylabel : str
        What the change is, with its unit.
    tier : str
        Evidence tier.
    at : float
        The cutoff, in inhabitants.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(8.0, 4.6) as (fig, ax):
        merged = places["amalgamated"].astype(bool)
        grey = ROLES["neutral"]
        never, some = places[~merged], places[merged]
        ax.axhline(0, color="black", linewidth=1)
        ax.scatter(never["inhabitants"], never["change"], s=16, alpha=0.55, linewidths=0,
                   label=f"never amalgamated ({len(never)})", **grey.dots(marker="o"))  # fmt: skip
        line = line.sort_values("inhabitants")
        ax.plot(line["inhabitants"], line["change"], label="their line on log inhabitants",
                **grey.line(color="black", marker="", linestyle="-."))  # fmt: skip
        ax.scatter(some["inhabitants"], some["change"], s=52, zorder=4, edgecolor="black", linewidths=0.7,
                   label=f"amalgamated ({len(some)})", **ROLES["highlight"].dots())  # fmt: skip
        _names(ax, some)
        log_population_axis(ax)
        cutoff(ax, at)
        ax.set_ylabel(ylabel)
        fig.legend(loc="outside lower center", ncols=3, fontsize=9)
        note(ax, len(some), tier, f"amalgamated, {len(never):,} never amalgamated municipalities")
    return fig


def _names(ax, places):
    """Write the names at the left of their dots, two that lie close to each other above and below."""
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5}
    for row in places.itertuples():
        apart = np.abs(np.log(places["inhabitants"] / row.inhabitants)) / CLOSE[0]
        close = places[(apart < 1) & ((places["change"] - row.change).abs() < CLOSE[1])]
        rise = 0 if len(close) == 1 else 8 if row.change == close["change"].max() else -8
        ax.annotate(row.name, (row.inhabitants, row.change), xytext=(-8, rise), textcoords="offset points",
                    fontsize=8.5, ha="right", va="center", bbox=box, zorder=3.5)  # fmt: skip
