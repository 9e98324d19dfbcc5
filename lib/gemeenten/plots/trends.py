"""Pictures of what changes over years: lines by group, shares with intervals."""

from gemeenten.plots.style import ROLES, figure, note

GROUPS = ("small", "large", "good", "other", "highlight", "neutral")


def lines(frame, ylabel, tier, n, unit="municipality-years", *, percent=False, height=4.0):
    """Draw one line a group over years, with a band where the frame has one.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `year`, `group`, `value`, and optionally `low` and `high`.
    ylabel : str
        What the value is, with its unit.
    tier : str
        Evidence tier.
    n : int
        Observations behind the lines.
    unit : str
    percent : bool
        Label the value axis in per cent.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, height) as (fig, ax):
        for group, name in zip(dict.fromkeys(frame["group"]), GROUPS, strict=False):
            part = frame[frame["group"] == group].sort_values("year")
            role = ROLES[name]
            ax.plot(part["year"], part["value"], label=group, **role.line())
            if "low" in part:
                ax.fill_between(
                    part["year"], part["low"], part["high"], color=role.color, alpha=0.15, linewidth=0
                )
        ax.set(xlabel="Year", ylabel=ylabel)
        ax.set_xticks(sorted(frame["year"].unique()))
        if percent:
            ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        if len(ax.get_xticks()) > 10:
            ax.tick_params(axis="x", rotation=45)
        ax.legend(fontsize=8.5)
        note(ax, n, tier, unit)
    return fig
