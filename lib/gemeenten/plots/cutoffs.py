"""Pictures of designs at a cutoff: discontinuity, placebo cutoffs, density, search for a threshold."""

import numpy as np

from gemeenten.plots.style import GREY, OKABE_ITO, ROLES, cutoff, figure, log_population_axis, note


def discontinuity(
    points, lines, ylabel, tier, *, bandwidth=None, at=100_000, unit="municipalities", log=True
):
    """Draw outcomes on both sides of the cutoff, the fitted line of each side, and the bandwidth shaded.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns `population` (inhabitants), `outcome`.
    lines : pandas.DataFrame
        Columns `population`, `fitted`, `side` ('left' or 'right').
    ylabel : str
        The outcome with its unit.
    tier : str
        Evidence tier.
    bandwidth : (float, float), optional
        Inhabitants between which municipalities carry weight.
    at : float
        The cutoff, in inhabitants.
    unit : str
    log : bool
        Draw inhabitants on a log scale.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, 4.4) as (fig, ax):
        if bandwidth is not None:
            ax.axvspan(*bandwidth, color="0.93", zorder=0)
        for side, name in (("left", "small"), ("right", "large")):
            here = points["population"] > at if side == "right" else points["population"] <= at
            role = ROLES[name]
            told = f"more than {at:,.0f}" if side == "right" else f"up to {at:,.0f}"
            ax.scatter(points.loc[here, "population"], points.loc[here, "outcome"], s=16, alpha=0.55,
                       linewidths=0, label=f"{told} ({here.sum()})", **role.dots())  # fmt: skip
            part = lines[lines["side"] == side].sort_values("population")
            ax.plot(
                part["population"], part["fitted"], color=role.color, linestyle=role.linestyle, linewidth=2.4
            )
        if log:
            log_population_axis(ax)
        else:
            ax.set_xlabel("Inhabitants")
        cutoff(ax, at)
        ax.set_ylabel(ylabel)
        ax.legend(fontsize=8.5, title="shaded: within the bandwidth" if bandwidth is not None else None)
        note(ax, len(points), tier, unit)
    return fig


def placebos(rows, xlabel, tier, n, *, at=100_000, unit="municipalities"):
    """Draw the estimated jump at placebo cutoffs beside the one at the true cutoff.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `cutoff` (inhabitants), `estimate`, `low`, `high`, and optionally `effective_left` and
        `effective_right`, written at the right. An interval far wider than the others ends in an arrow
        with its numbers, so that it does not squeeze them.
    xlabel : str
        What the estimate is, with its unit.
    tier : str
        Evidence tier.
    n : int
        Units behind the estimates.
    at : float
        The true cutoff.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = rows.sort_values("cutoff")
    low, high = _view(rows, at)
    with figure(7.6, 0.36 * len(rows) + 1.4) as (fig, ax):
        ax.axvline(0, color="black", linewidth=1)
        for row, jump in enumerate(rows.itertuples()):
            role = ROLES["highlight" if jump.cutoff == at else "neutral"]
            ax.hlines(row, max(jump.low, low), min(jump.high, high), color=role.color,
                      linewidth=2.2 if jump.cutoff == at else 1.4)  # fmt: skip
            if low <= jump.estimate <= high:
                ax.scatter(jump.estimate, row, s=44, zorder=3, **role.dots())
            _beyond(ax, row, jump, low, high)
        ax.set_yticks(range(len(rows)), [f"{value:,.0f}" for value in rows["cutoff"]])
        ax.set(xlabel=xlabel, ylabel="Cutoff (inhabitants)", ylim=(len(rows) - 0.4, -0.6), xlim=(low, high))
        ax.grid(axis="y", visible=False)
        if {"effective_left", "effective_right"} <= set(rows):
            _effective(ax, rows)
        note(ax, n, tier, unit)
    return fig


def _view(rows, at):
    """Return the ends of an axis that shows all intervals but those over three times the middle width."""
    width = rows["high"] - rows["low"]
    shown = rows[(width <= 3 * width.median()) | (rows["cutoff"] == at)]
    low, high = min(shown["low"].min(), 0), max(shown["high"].max(), 0)
    room = 0.06 * (high - low)
    return low - room, high + room


def _beyond(ax, row, jump, low, high):
    """Mark an interval that leaves the axis with an arrowhead and its numbers."""
    for edge, marker, leaves in ((low, "<", jump.low < low), (high, ">", jump.high > high)):
        if leaves:
            ax.plot(edge, row, marker=marker, color=GREY, markersize=8, clip_on=False, zorder=4)
    if jump.low < low or jump.high > high:
        told = f"{jump.estimate:.1f} ({jump.low:.1f} to {jump.high:.1f})"
        ax.annotate(told, (high, row), xytext=(-8, 4), textcoords="offset points", ha="right", va="bottom",
                    fontsize=8, color="0.35")  # fmt: skip


def _effective(ax, rows):
    """Write the effective n on either side at the right end of every row, with a heading."""
    place = {"xycoords": ax.get_yaxis_transform(), "ha": "left", "fontsize": 8, "color": GREY}
    ax.annotate("effective n\nbelow + above", (1.015, -0.62), va="bottom", **place)
    for row, jump in enumerate(rows.itertuples()):
        told = f"{jump.effective_left:.0f} + {jump.effective_right:.0f}"
        ax.annotate(told, (1.015, row), va="center", **place)


def density(population, tier, *, at=100_000, low=20_000, high=500_000, bins=33):
    """Draw the number of municipalities by inhabitants, in bins that end at the cutoff.

    Parameters
    ----------
    population : array_like
        Inhabitants.
    tier : str
        Evidence tier.
    at, low, high : float
        The cutoff, and the inhabitants between which bins are drawn.
    bins : int
        Bins over the range; their edges are equally far apart in logs and one lies at the cutoff.

    Returns
    -------
    matplotlib.figure.Figure
    """
    population = np.asarray(population, dtype=float)
    step = np.log(high / low) / bins
    first = np.ceil(np.log(low / at) / step)
    edges = at * np.exp(step * np.arange(first, np.log(high / at) // step + 1))
    with figure(7.6, 3.6) as (fig, ax):
        counts, _ = np.histogram(population, edges)
        for large, name in ((False, "small"), (True, "large")):
            here = (edges[:-1] >= at * 0.999) == large
            ax.bar(edges[:-1][here], counts[here], width=np.diff(edges)[here], align="edge", linewidth=0.5,
                   color=ROLES[name].color, hatch="//" if large else "")  # fmt: skip
        log_population_axis(ax)
        ax.set_xlim(edges[0], edges[-1])
        cutoff(ax, at)
        ax.set_ylabel("Municipalities in the bin")
        drawn = f"{counts.sum():,.0f} drawn, {edges[0]:,.0f} to {edges[-1]:,.0f} inhabitants"
        note(ax, len(population), tier, f"municipalities · {drawn}")
    return fig


def threshold_profiles(profiles, tier, n, *, at=100_000, unit="municipalities"):
    """Draw Hansen's likelihood ratio over candidate thresholds, a panel an outcome, the confidence set below.

    Parameters
    ----------
    profiles : dict of str to (pandas.DataFrame, float, sequence of (float, float))
        Title -> the profile (columns `threshold` in inhabitants, `lr`), the critical value, and the
        intervals of the confidence set.
    tier : str
        Evidence tier.
    n : int
        Units behind a panel.
    at : float
        The cutoff that is drawn.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = 2 if len(profiles) > 1 else 1
    rows = -(-len(profiles) // columns)
    with figure(4.8 * columns, 2.5 * rows + 0.4, rows=rows, columns=columns, squeeze=False) as (fig, axes):
        for ax in axes.flat[len(profiles) :]:
            ax.set_visible(False)
        for ax, (title, (profile, critical, found)) in zip(axes.flat, profiles.items(), strict=False):
            ax.plot(
                profile["threshold"],
                profile["lr"],
                color=GREY,
                linestyle="-",
                linewidth=1,
                drawstyle="steps-mid",
            )
            ax.axhline(critical, color=OKABE_ITO["vermillion"], linestyle="-.", linewidth=1.2)
            for low, high in found:
                ax.hlines(0, low, high, color=OKABE_ITO["blue"], linewidth=5, zorder=3)
                ax.plot([low, high], [0, 0], color=OKABE_ITO["blue"], marker="|", linestyle="", markersize=9)
            log_population_axis(ax, label="")
            ax.tick_params(axis="x", rotation=35)
            cutoff(ax, at)
            ax.set_title(title, fontsize=9.5)
        fig.supylabel("Likelihood ratio", fontsize=9)
        fig.supxlabel(
            f"Threshold (inhabitants, log scale). Dash-dot: critical value. Thick: confidence set.\n"
            f"n = {n:,} {unit} · tier: {tier}",
            fontsize=8.5,
        )
    return fig
