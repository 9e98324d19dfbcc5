"""Pictures of outcomes against size: with and without a jump at the cutoff, and marks by instrument."""

from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from gemeenten.plots.style import (
    GREY,
    OKABE_ITO,
    ROLES,
    Role,
    cutoff,
    figure,
    log_population_axis,
    plural,
    thousands,
)

SMOOTH = {"color": OKABE_ITO["orange"], "linestyle": "-", "linewidth": 2.4}
JUMP = {"color": "black", "linestyle": "-", "linewidth": 1.3}
MARKS = (*(ROLES[name] for name in ("small", "large", "good", "other", "highlight")), Role(GREY, "P", ""))

#: Where a name may stand beside its mark, in points, in order of preference.
SIDEWAYS = [(7, 0, "left"), (-7, 0, "right")]
SPOTS = [*SIDEWAYS, (0, 9, "center"), (0, -9, "center"), (6, 10, "left"), (-6, 10, "right")]


def step_and_smooth(panels, tier, *, at=100_000, unit="municipalities"):
    """Draw outcomes against inhabitants in panels, with a smooth curve and the same with a jump.

    Parameters
    ----------
    panels : dict of str to (pandas.DataFrame, pandas.DataFrame, str)
        Title -> the points (columns `population`, `outcome`), the curves (columns `population`, `smooth`,
        `jump`) and the unit of the outcome, for its axis.
    tier : str
        Evidence tier.
    at : float
        The cutoff, in inhabitants.
    unit : str
        What the points are.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    with figure(4.9 * columns, 3.1 * rows + 0.6, rows=rows, columns=columns, squeeze=False) as (fig, axes):
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)
        for ax, (title, (points, curves, measure)) in zip(axes.flat, panels.items(), strict=False):
            _panel(ax, points, curves, at)
            ax.set_title(title, fontsize=9.5)
            ax.set_ylabel(measure, fontsize=9)
            thousands(ax.yaxis)
        fig.supxlabel(f"Inhabitants (log scale) · {_counted(panels, unit)} · tier: {tier}", fontsize=8.5)
        fig.legend(handles=_handles(at), loc="outside upper center", ncols=4, fontsize=8.5)
    return fig


def _panel(ax, points, curves, at):
    """Draw one panel: municipalities on either side of the cutoff, and both curves."""
    for large, name in ((False, "small"), (True, "large")):
        part = points[(points["population"] > at) == large]
        ax.scatter(part["population"], part["outcome"], s=9, alpha=0.4, linewidths=0, **ROLES[name].dots())
    curves = curves.sort_values("population")
    ax.plot(curves["population"], curves["smooth"], **SMOOTH)
    for side in (curves[curves["population"] <= at], curves[curves["population"] > at]):
        ax.plot(side["population"], side["jump"], **JUMP)
    log_population_axis(ax, label="")
    ax.tick_params(axis="x", rotation=35)
    cutoff(ax, at)


def _counted(panels, unit):
    """Return the number of points of the panels, as one number or a range."""
    counts = sorted({len(points) for points, _, _ in panels.values()})
    return f"n = {counts[0]:,}{f' to {counts[-1]:,}' if len(counts) > 1 else ''} {unit}"


def _handles(at):
    """Return the legend's entries."""
    dots = [
        Line2D([], [], linestyle="", alpha=0.6, label=told, **ROLES[name].dots())
        for told, name in ((f"up to {at:,.0f}", "small"), (f"more than {at:,.0f}", "large"))
    ]
    lines = [
        Line2D([], [], label="smooth curve", **SMOOTH),
        Line2D([], [], label=f"the same with a jump at {at:,.0f}", **JUMP),
    ]
    return dots + lines


def marks(rows, panels, tier, *, at=100_000, ylabel="Mark (1 to 10)"):
    """Draw marks against inhabitants, a panel an instrument, what is marked apart by colour and marker.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns `instrument`, `role` (what is marked), `mark`, `population` (inhabitants), `name`, `year`
        (may be missing), `doubtful` (bool: drawn open).
    panels : sequence of str
        Instruments, from top to bottom.
    tier : str
        Evidence tier.
    at : float
        The cutoff, in inhabitants.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    high = [1 + rows.loc[rows["instrument"] == name, "role"].nunique() / 12 for name in panels]
    with figure(9.4, 2.3 * sum(high) + 0.5, rows=len(panels), squeeze=False, sharex=True, sharey=True,
                height_ratios=high) as (fig, axes):  # fmt: skip
        for ax, instrument in zip(axes.flat, panels, strict=True):
            part = rows[rows["instrument"] == instrument]
            _instrument(ax, part)
            cutoff(ax, at)
            places = plural(part["code"].nunique(), "municipality", "municipalities")
            told = f"n = {plural(len(part), 'mark', 'marks')} of {places}"
            beyond = (part["population"] > at).sum()
            ax.set_title(
                f"{instrument} · {told}, {beyond} above {at:,} · tier: {tier}", fontsize=9, loc="left"
            )
            ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8.5)
        log_population_axis(axes.flat[-1])
        fig.supylabel(ylabel, fontsize=9.5)
        fig.draw_without_rendering()  # settles the layout, so that names can be kept apart
        for ax, instrument in zip(axes.flat, panels, strict=True):
            _names(ax, rows[rows["instrument"] == instrument])
    return fig


def _instrument(ax, part):
    """Draw the marks of one instrument; what is to be verified is open."""
    for role, style in zip(dict.fromkeys(part["role"]), MARKS, strict=False):
        here = part[part["role"] == role]
        for doubtful in (False, True):
            some = here[here["doubtful"] == doubtful]
            face = "none" if doubtful else style.color
            told = role if not doubtful else f"{role}, to be verified"
            if len(some):
                ax.scatter(some["population"], some["mark"], s=34, marker=style.marker, label=told,
                           facecolors=face, edgecolors=style.color)  # fmt: skip


def _names(ax, part):
    """Name each municipality at its highest mark, where the name covers no mark and no other name."""
    dots = ax.transData.transform(part[["population", "mark"]].to_numpy(dtype=float))
    taken = [Bbox.from_extents(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    for place in part.sort_values("mark").drop_duplicates("code", keep="last").itertuples():
        name = ax.annotate(place.name, (place.population, place.mark), fontsize=7.5, color="0.35",
                           va="center", textcoords="offset points", xytext=SPOTS[0][:2])  # fmt: skip
        boxes = [_at(name, *spot) for spot in SPOTS]
        clear = [spot for spot, box in zip(SPOTS, boxes, strict=True) if _is_free(box, taken, ax.bbox)]
        taken.append(_at(name, *(clear or SPOTS)[0]))


def _at(name, x, y, side):
    """Put a name at a spot and return the pixels it covers."""
    name.set(position=(x, y), ha=side)
    return name.get_window_extent()


def _is_free(box, taken, area):
    """Tell whether a box lies within an area and over nothing that is taken."""
    inside = area.contains(box.x0, box.y0) and area.contains(box.x1, box.y1)
    return inside and not any(box.overlaps(other) for other in taken)
