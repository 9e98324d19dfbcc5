"""Pictures of what changes over years: lines by group, shares with intervals."""

from gemeenten.plots.style import ROLES, figure, note

GROUPS = ("small", "large", "good", "other", "highlight", "neutral")


def lines(frame, ylabel, tier, n, unit="municipality-years", *, percent=False, height=4.0, zero=False):
    """Draw one line a group over years, with a band where the frame has one.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `year`, `group`, `value`, and optionally `low` and `high`, and `n` (told in the legend).
    ylabel : str
        What the value is, with its unit.
    tier : str
        Evidence tier.
    n : int
        Observations behind the lines.
    unit : str
    percent : bool
        Label the value axis in per cent.
    zero : bool
        Draw a line at zero, and have it on the axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, height) as (fig, ax):
        for group, name in zip(dict.fromkeys(frame["group"]), GROUPS, strict=False):
            part = frame[frame["group"] == group].sort_values("year")
            role = ROLES[name]
            ax.plot(part["year"], part["value"], label=_told(group, part), **role.line())
            if "low" in part:
                ax.fill_between(
                    part["year"], part["low"], part["high"], color=role.color, alpha=0.15, linewidth=0
                )
        ax.set(xlabel="Year", ylabel=ylabel)
        ax.set_xticks(sorted(frame["year"].unique()))
        if zero:
            ax.axhline(0, color="black", linewidth=1)
        if percent:
            ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        if len(ax.get_xticks()) > 10:
            ax.tick_params(axis="x", rotation=45)
        ax.legend(fontsize=8.5)
        note(ax, n, tier, unit)
    return fig


def _told(group, part):
    """Return a group with its n, or the range of it over the years."""
    if "n" not in part:
        return group
    fewest, most = part["n"].min(), part["n"].max()
    return f"{group} (n = {fewest:,})" if fewest == most else f"{group} (n = {fewest:,} to {most:,} a year)"


def panels(frame, ylabel, tier, n, unit="municipalities"):
    """Draw a small panel for each group over years, all on one scale from zero, n in the title.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `year`, `group` (in the order to draw), `value`, `low`, `high` (missing where there is no
        interval), `n`, and `large` (bool: a group above 100,000 inhabitants).
    ylabel : str
        What the value is, with its unit.
    tier : str
        Evidence tier.
    n : int
        Units behind all panels.
    unit : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(dict.fromkeys(frame["group"]))
    shared = {"rows": -(-len(groups) // 4), "columns": 4, "sharex": True, "sharey": True, "squeeze": False}
    with figure(9.6, 2.2 * shared["rows"] + 0.9, **shared) as (fig, axes):
        for ax, group in zip(axes.flat, groups, strict=False):
            part = frame[frame["group"] == group].sort_values("year")
            role = ROLES["large" if part["large"].any() else "small"]
            ax.plot(part["year"], part["value"], **role.line(markersize=3.5))
            ax.fill_between(
                part["year"], part["low"], part["high"], color=role.color, alpha=0.15, linewidth=0
            )
            lone = "" if part["low"].notna().any() else ", no interval"
            ax.set_title(f"{group}\n(n = {part['n'].iloc[-1]:,}{lone})", fontsize=9)
            ax.set_xticks(sorted(frame["year"].unique()))
            ax.tick_params(axis="x", labelsize=7.5, rotation=90)
        axes[0, 0].set_ylim(bottom=0)
        for ax in axes.flat[len(groups) :]:
            ax.set_axis_off()
        fig.supylabel(ylabel, fontsize=9.5)
        fig.supxlabel(f"Year. Bands: 95 % intervals. n = {n:,} {unit} · tier: {tier}", fontsize=9)
    return fig
