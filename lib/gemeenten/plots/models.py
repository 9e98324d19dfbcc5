"""Pictures of organisation models: who had which when, by size, and what a total allows."""

import numpy as np

from gemeenten.plots.scheme import MODEL_COLORS, MODEL_MARKERS
from gemeenten.plots.style import GREY, ROLES, figure, note

OTHER = ("#999999", "D")
DRAWN = (*MODEL_COLORS, "other")


def _style(model):
    """Return colour and marker of a model; what is none of the three is grey."""
    return (MODEL_COLORS[model], MODEL_MARKERS[model]) if model in MODEL_COLORS else OTHER


def timeline(records, tier, *, unit="coded records"):
    """Draw coded municipalities as rows, a bar from the first to the last year a model is documented.

    Parameters
    ----------
    records : pandas.DataFrame
        Columns `name` (the row; in the order to draw), `model`, `year_from`, `year_to`, `large` (bool).
    tier : str
        Evidence tier.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    order = list(dict.fromkeys(records["name"]))
    with figure(8.8, 0.19 * len(order) + 1.4) as (fig, ax):
        for model in DRAWN:
            part = records[records["model"] == model]
            rows = part["name"].map(order.index)
            color, marker = _style(model)
            ax.hlines(rows, part["year_from"], part["year_to"], color=color, linewidth=4, alpha=0.7)
            for years in (part["year_from"], part["year_to"]):
                ax.scatter(years, rows, color=color, marker=marker, s=24, linewidths=0, zorder=3)
            ax.scatter([], [], color=color, marker=marker, s=40, label=f"{model} ({len(part)})")
        ax.set(ylim=(len(order) - 0.4, -0.6), xlabel="Year")
        ax.set_yticks(range(len(order)), order, fontsize=7)
        large = records.loc[records["large"].astype(bool), "name"]
        for label in ax.get_yticklabels():
            label.set_fontweight("bold" if label.get_text() in set(large) else "normal")
        told = {"title": "bold: more than 100,000 inhabitants", "title_fontsize": 8.5, "alignment": "left"}
        fig.legend(loc="outside upper left", ncols=4, fontsize=8.5, **told)
        note(ax, len(records), tier, unit)
    return fig


def bounds(groups, tier, *, xlabel="Share of the group with the model"):
    """Draw between which shares a group must lie, given only the share in the whole.

    Parameters
    ----------
    groups : pandas.DataFrame
        Columns `group`, `low`, `high`, `n`, and optionally `observed` (a share found in some of them, with
        `observed_low` and `observed_high`).
    tier : str
        Evidence tier.
    xlabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, 0.62 * len(groups) + 1.3) as (fig, ax):
        rows = np.arange(len(groups))
        ax.hlines(rows, groups["low"], groups["high"], color=ROLES["small"].color, linewidth=9, alpha=0.45,
                  label="possible, given the published total")  # fmt: skip
        if "observed" in groups:
            style = ROLES["large"]
            ax.hlines(
                rows + 0.22, groups["observed_low"], groups["observed_high"], color=style.color, linewidth=1.8
            )
            ax.scatter(
                groups["observed"], rows + 0.22, s=36, label="coded, with 95 % interval", **style.dots()
            )
        ax.set_yticks(
            rows, [f"{group.group}\n(n = {group.n:,})" for group in groups.itertuples()], fontsize=8.5
        )
        ax.set(xlim=(-0.02, 1.02), ylim=(len(groups) - 0.4, -0.6), xlabel=xlabel)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        fig.legend(loc="outside lower center", ncols=2, fontsize=8.5)
        note(ax, int(groups["n"].sum()), tier, "municipalities")
    return fig


def shares_by_group(shares, tier, *, ylabel="Share", unit="municipalities"):
    """Draw shares with their intervals as points, groups along the axis.

    Parameters
    ----------
    shares : pandas.DataFrame
        Columns `group`, `share`, `low`, `high`, `n`, and optionally `series`.
    tier : str
        Evidence tier.
    ylabel : str
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(dict.fromkeys(shares["group"]))
    series = list(dict.fromkeys(shares["series"])) if "series" in shares else [None]
    shifts = np.linspace(-0.15, 0.15, len(series)) if len(series) > 1 else [0.0]
    with figure(7.6, 3.8) as (fig, ax):
        for name, shift, role in zip(series, shifts, ("small", "large", "good", "other"), strict=False):
            part = shares if name is None else shares[shares["series"] == name]
            at = part["group"].map(groups.index) + shift
            ax.vlines(at, part["low"], part["high"], color=ROLES[role].color, linewidth=1.8)
            ax.scatter(at, part["share"], s=42, zorder=3, label=name, **ROLES[role].dots())
            for place, row in zip(at, part.itertuples(), strict=True):
                above = {"xytext": (0, 3), "textcoords": "offset points", "ha": "center"}
                ax.annotate(f"{row.n:,}", (place, row.high), fontsize=7.5, color=GREY, **above)
        ax.set(ylabel=ylabel, ylim=(-0.03, 1.1), xlim=(-0.6, len(groups) - 0.4))
        ax.set_xticks(range(len(groups)), groups)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        if len(series) > 1:
            ax.legend(fontsize=8.5)
        note(ax, int(shares["n"].sum()), tier, unit)
    return fig
