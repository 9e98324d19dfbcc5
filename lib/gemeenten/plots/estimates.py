"""Pictures of estimates with their intervals: forests, verdicts beside bounds."""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from gemeenten.plots.style import GREY, ROLES, figure, note

BAND = "0.90"
RATIOS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
SERIES = ("small", "large", "good", "other", "highlight", "neutral")


def forest(rows, xlabel, tier, *, bound=None, unit="rows", zero=0.0, width=8.0, log=False):
    """Draw one estimate with its interval a row, the smallest effect of interest as a grey band.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `label`, `estimate`, `low`, `high`, and optionally `n` (written at the right) and `series`
        (drawn apart by colour and marker). An interval may be missing.
    xlabel : str
        What the estimate is, with its unit.
    tier : str
        Evidence tier.
    bound : float or (float, float), optional
        Limits of what counts as negligible, in the unit of the axis.
    unit : str
        What the rows are.
    zero : float
        The value of no effect.
    log : bool
        Logarithmic axis, for ratios.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(width, 0.3 * len(rows) + 1.3) as (fig, ax):
        low, high = (-bound, bound) if np.isscalar(bound) else (bound or (None, None))
        if low is not None:
            ax.axvspan(low, high, color=BAND, zorder=0, label="smaller than the effect of interest")
        ax.axvline(zero, color="black", linewidth=1)
        series = rows["series"] if "series" in rows else np.repeat("", len(rows))
        for name, role in zip(dict.fromkeys(series), SERIES, strict=False):
            _intervals(ax, rows[np.asarray(series) == name], range(len(rows)), rows, ROLES[role], name)
        ax.set(xlabel=xlabel, ylim=(len(rows) - 0.4, -0.6))
        if log:
            _ratio_axis(ax)
        ax.set_yticks(range(len(rows)), rows["label"])
        ax.grid(axis="y", visible=False)
        if "n" in rows:
            counts(ax, rows["n"])
        if ax.get_legend_handles_labels()[1]:
            fig.legend(loc="outside lower center", ncols=3, fontsize=8.5)
        note(ax, len(rows), tier, unit)
    return fig


def _ratio_axis(ax):
    """Make the value axis logarithmic with ratios in plain numbers."""
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator(RATIOS))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _intervals(ax, part, places, rows, role, label):
    """Draw the estimates of one series at their rows, as a marker on a line."""
    places = np.flatnonzero(rows.index.isin(part.index))
    ax.hlines(places, part["low"], part["high"], color=role.color, linewidth=1.8)
    ax.scatter(part["estimate"], places, s=34, zorder=3, label=label or None, **role.dots())


def counts(ax, numbers):
    """Write n, or what is given as text, at the right end of every row."""
    at = {"xycoords": ax.get_yaxis_transform(), "ha": "left", "va": "center"}
    for row, count in enumerate(numbers):
        told = count if isinstance(count, str) else f"n = {count:,.0f}"
        ax.annotate(told, (1.01, row), fontsize=8, color=GREY, **at)
