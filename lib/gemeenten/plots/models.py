"""Pictures of organisation models: who had which when, by size, and what a total allows."""

import itertools

import numpy as np
import pandas as pd

from gemeenten.plots.scheme import MODEL_COLORS, MODEL_MARKERS
from gemeenten.plots.style import GREY, ROLES, figure, note

OTHER = ("#999999", "D")
ENGLISH = {
    "secretarie": "secretary's office",
    "sectoren": "sectors or services",
    "directie": "flat, departments",
    "other": "mixed or none of the three",
}
DODGE = 0.17
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
    shift = _dodged(records)
    with figure(8.8, 0.19 * len(order) + 1.5) as (fig, ax):
        for model in DRAWN:
            part = records[records["model"] == model]
            rows = part["name"].map(order.index) + shift[part.index]
            color, marker = _style(model)
            ax.hlines(rows, part["year_from"], part["year_to"], color=color, linewidth=4, alpha=0.7)
            for years in (part["year_from"], part["year_to"]):
                ax.scatter(years, rows, color=color, marker=marker, s=24, linewidths=0, zorder=3)
            told = f"{model}: {ENGLISH[model]} ({len(part)})"
            ax.scatter([], [], color=color, marker=marker, s=40, label=told)
        ax.set(ylim=(len(order) - 0.4, -0.6), xlabel="Year")
        ax.set_yticks(range(len(order)), order, fontsize=7)
        large = records.loc[records["large"].astype(bool), "name"]
        for label in ax.get_yticklabels():
            label.set_fontweight("bold" if label.get_text() in set(large) else "normal")
        bold = "bold: more than 100,000 inhabitants in the first year of one of its spells"
        told = {"title": bold, "title_fontsize": 8.5, "alignment": "left"}
        fig.legend(loc="outside upper left", ncols=2, fontsize=8.5, **told)
        note(ax, len(records), tier, unit)
    return fig


def _dodged(records):
    """Return by how much each bar leaves the middle of its row, so that none hides another of its row."""
    shift = pd.Series(0.0, index=records.index)
    for _, rows in records.groupby("name"):
        for i, j in itertools.combinations(rows.index, 2):
            a, b = rows.loc[i], rows.loc[j]
            if a["year_from"] <= b["year_to"] and b["year_from"] <= a["year_to"]:
                shift[i], shift[j] = -DODGE, DODGE
    return shift


def bounds(groups, tier, *, xlabel="Share of the group with the model"):
    """Draw between which shares a group must lie, given only the share in the whole.

    Parameters
    ----------
    groups : pandas.DataFrame
        Columns `group`, `low`, `high`, `n`, and optionally `observed` (a share found in some of them, with
        `observed_low`, `observed_high`, and the numbers behind it: `found` of `coded`).
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
                groups["observed"],
                rows + 0.22,
                s=36,
                label="found in coded ones (tier: coded), 95 % interval",
                **style.dots(),
            )
            for row, group in enumerate(groups.itertuples()):
                beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center", "fontsize": 8}
                ax.annotate(
                    f"{group.found} of {group.coded} coded", (group.observed_high, row + 0.22), **beside
                )
        ax.set_yticks(
            rows, [f"{group.group}\n(n = {group.n:,})" for group in groups.itertuples()], fontsize=8.5
        )
        ax.set(xlim=(-0.02, 1.02), ylim=(len(groups) - 0.4, -0.6), xlabel=xlabel)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        fig.legend(loc="outside lower center", ncols=2, fontsize=8.5)
        note(ax, int(groups["n"].sum()), tier, "municipalities")
    return fig


def lasting(steps, risk, tier, n, *, xlabel="Years since the first documented year", unit="spells"):
    """Draw a Kaplan-Meier curve as steps from (0, 100 %), with the numbers at risk below it.

    Parameters
    ----------
    steps : pandas.DataFrame
        Columns `years`, `share`, `low`, `high`; each row holds until the next.
    risk : pandas.DataFrame
        Columns `years`, `spells`: how many are under observation at that length.
    tier : str
        Evidence tier.
    n : int
        Spells behind the curve.
    xlabel : str
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    color = ROLES["small"].color
    with figure(7.6, 4.4) as (fig, ax):
        band = {"step": "post", "color": color, "alpha": 0.15, "linewidth": 0, "label": "95 % interval"}
        ax.fill_between(steps["years"], steps["low"], steps["high"], **band)
        ax.step(steps["years"], steps["share"], where="post", color=color, label="Kaplan-Meier estimate")
        ends = steps[steps["share"].diff() < 0]
        ax.scatter(
            ends["years"], ends["share"], s=26, zorder=3, label="documented switch", **ROLES["small"].dots()
        )
        ax.axhline(0.5, color=GREY, linestyle=":", linewidth=1, label="one half: the median")
        ticks = [f"{row.years:g}\n{row.spells}" for row in risk.itertuples()]
        ax.set_xticks(risk["years"], ticks)
        side = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "right", "va": "top"}
        ax.annotate("years\nat risk", (0, 0), xytext=(-16, -4.5), fontsize=8.5, color=GREY, **side)
        ax.set(
            xlabel=xlabel,
            ylabel="Share of spells that last longer",
            xlim=(0, steps["years"].max()),
            ylim=(0, 1.03),
        )
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ax.legend(fontsize=8.5, loc="lower left")
        note(ax, n, tier, unit)
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
