"""Pictures of estimates in groups under one label, and of bounds that could be confirmed."""

import numpy as np
from matplotlib.lines import Line2D

from gemeenten.plots.estimates import SERIES, counts
from gemeenten.plots.style import GREY, ROLES, figure, note

HATCHES = ("", "//", "..")
WHITE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
THICK = {"linewidth": 3, "alpha": 0.5}


def grouped(rows, xlabel, tier, n, *, unit="municipalities", second=None, width=9.6, heading=None):
    """Draw the estimates of several series under one label each, with one or two intervals an estimate.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `label`, `series`, `estimate`, `low`, `high`, `n` (a number, written as a range over the
        series, or text); with `second` also `second_low`, `second_high`.
    xlabel : str
        What the estimate is, with its unit.
    tier : str
        Evidence tier.
    n : int
        Units behind the picture, counted in `unit`.
    unit : str
    second : (str, str), optional
        What the first interval (thick) and the second (thin, with ends) are, for the legend.
    width : float
    heading : str, optional
        Over the counts at the right.

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels, names = (list(dict.fromkeys(rows[column])) for column in ("label", "series"))
    shifts = np.linspace(-0.27, 0.27, len(names)) if len(names) > 1 else [0.0]
    height = (0.16 + 0.17 * len(names)) * len(labels) + 1.6
    with figure(width, height) as (fig, ax):
        ax.axvline(0, color="black", linewidth=1)
        for name, shift, role in zip(names, shifts, SERIES, strict=False):
            part = rows[rows["series"] == name]
            places = np.array([labels.index(label) for label in part["label"]]) + shift
            _double(ax, part, places, ROLES[role], name, second)
        for row in range(1, len(labels)):
            ax.axhline(row - 0.5, color="0.88", linewidth=0.8)
        ax.set(xlabel=xlabel, ylim=(len(labels) - 0.5, -0.5))
        ax.set_yticks(range(len(labels)), labels)
        ax.grid(axis="y", visible=False)
        counts(ax, [_range(rows.loc[rows["label"] == label, "n"]) for label in labels])
        if heading:
            ax.annotate(heading, (1.01, -0.55), xycoords=ax.get_yaxis_transform(), fontsize=8, color=GREY)
        _legend(fig, names, second)
        note(ax, n, tier, unit)
    return fig


def _double(ax, part, places, role, name, second):
    """Draw one series: its first interval thick, the second thin with ends, the estimate as a marker."""
    ax.hlines(
        places, part["low"], part["high"], color=role.color, **(THICK if second else {"linewidth": 1.8})
    )
    if second:
        low, high = part["second_low"], part["second_high"]
        ax.hlines(places, low, high, color=role.color, linewidth=1)
        for end in (low, high):
            ax.plot(end, places, color=role.color, marker="|", markersize=6, linestyle="")
    ax.scatter(part["estimate"], places, s=26, zorder=3, label=name, **role.dots())


def _range(counts):
    """Return the n of the series of one label, as a number or a range."""
    if isinstance(counts.iloc[0], str):
        return counts.iloc[0]
    low, high = int(counts.min()), int(counts.max())
    return f"n = {low:,}" if low == high else f"n = {low:,} to {high:,}"


def _legend(fig, names, second):
    """Draw the legend of `grouped` below the axes."""
    handles = [Line2D([], [], color=ROLES[role].color, marker=ROLES[role].marker, linestyle="", label=name)
               for name, role in zip(names, SERIES, strict=False)] if len(names) > 1 else []  # fmt: skip
    if second:
        handles += [Line2D([], [], color="0.4", label=second[0], **THICK),
                    Line2D([], [], color="0.4", linewidth=1, marker="|", label=second[1])]  # fmt: skip
    if handles:
        fig.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8.5)


def confirmable(rows, xlabel, tier, *, bound, unit="designs", width=8.4):
    """Draw the smallest bound that could be confirmed as a bar from zero, beside the bound that is asked for.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `label`, `bound` (the smallest that could be confirmed), and optionally `series` and `n`
        (text). Nothing is estimated, so nothing looks like an estimate with its interval.
    xlabel : str
        What the bound is, with its unit.
    tier : str
        Evidence tier.
    bound : float
        The smallest effect of interest, in the unit of the axis: bars that end within it can confirm it.
    unit : str
        What the rows are.
    width : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = list(dict.fromkeys(rows["label"]))
    series = rows["series"] if "series" in rows else np.repeat("", len(rows))
    names = list(dict.fromkeys(series))
    thick = 0.72 / len(names)
    with figure(width, (0.16 + 0.22 * len(names)) * len(labels) + 1.6) as (fig, ax):
        for place, (name, role) in enumerate(zip(names, SERIES, strict=False)):
            part = rows[np.asarray(series) == name]
            rows_at = np.array([labels.index(label) for label in part["label"]])
            rows_at = rows_at + (place - (len(names) - 1) / 2) * thick
            ax.barh(rows_at, part["bound"], 0.8 * thick, color=ROLES[role].color, hatch=HATCHES[place],
                    alpha=0.85, label=name or None, linewidth=0.5)  # fmt: skip
            for value, row in zip(part["bound"], rows_at, strict=True):
                ax.annotate(f"{value:.3f}", (value, row), xytext=(4, 0), textcoords="offset points",
                            va="center", fontsize=8.5, bbox=WHITE)  # fmt: skip
        told = f"{bound:g}, the smallest effect of interest"
        ax.axvline(bound, color="black", linestyle="--", linewidth=1.4, label=told)
        ax.set(xlabel=xlabel, ylim=(len(labels) - 0.5, -0.5), xlim=(0, 1.12 * rows["bound"].max()))
        ax.set_yticks(range(len(labels)), labels)
        ax.grid(axis="y", visible=False)
        fig.legend(loc="outside lower center", ncols=4, fontsize=8.5)
        note(ax, len(labels), tier, unit)
    return fig
