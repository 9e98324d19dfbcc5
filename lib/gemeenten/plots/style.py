"""The one style of all figures: colours doubled by marker and line, the cutoff drawn, n shown."""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import Affine2D, Bbox

SHEET = Path(__file__).with_name("gemeenten.mplstyle")

#: Okabe & Ito (2008), Color Universal Design: told apart by readers with any common colour blindness.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky blue": "#56B4E9",
    "bluish green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "reddish purple": "#CC79A7",
}
GREY = "#767676"
POPULATION_TICKS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
MARK = "simulated-mark"
STAMP_SCALES = (0.9, 0.75, 0.6, 0.45, 0.3)  # of the largest stamp that fits
SPOTS = (0.5, 0.0, 1.0)  # middle, then the ends


@dataclass(frozen=True)
class Role:
    """How one meaning is drawn everywhere: a colour, doubled by a marker and a line style."""

    color: str
    marker: str
    linestyle: str

    def line(self, **more):
        """Return keywords for `Axes.plot`: line and markers."""
        return {"color": self.color, "marker": self.marker, "linestyle": self.linestyle, **more}

    def dots(self, **more):
        """Return keywords for `Axes.scatter`: markers only."""
        return {"color": self.color, "marker": self.marker, **more}


ROLES = {
    "small": Role(OKABE_ITO["blue"], "o", "-"),
    "large": Role(OKABE_ITO["vermillion"], "s", "--"),
    "threshold": Role(OKABE_ITO["black"], "", "--"),
    "highlight": Role(OKABE_ITO["orange"], "D", "-."),
    "good": Role(OKABE_ITO["bluish green"], "^", "-."),
    "other": Role(OKABE_ITO["reddish purple"], "v", ":"),
    "neutral": Role(GREY, "x", ":"),
}


@contextmanager
def applied():
    """Use the house style inside a ``with``, whatever a reader's own matplotlib settings; leave no trace."""
    with matplotlib.style.context(SHEET, after_reset=True):
        yield


@contextmanager
def figure(width=7.0, height=4.0, rows=1, columns=1, **layout):
    """Give a figure and its axes to draw on inside a ``with``, in the house style, apart from pyplot.

    Parameters
    ----------
    width, height : float
        Inches.
    rows, columns : int
        Grid of panels.
    **layout
        For `Figure.subplots`, such as ``sharey=True``.

    Yields
    ------
    matplotlib.figure.Figure
    matplotlib.axes.Axes or numpy.ndarray of Axes
    """
    with applied():
        fig = Figure(figsize=(width, height))
        yield fig, fig.subplots(rows, columns, **layout)


def cutoff(ax, value=100_000, label=None, foot=False):
    """Draw a vertical line at a cutoff of the running variable and label it directly.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    value : float
        In the unit of the x axis.
    label : str, optional
        By default the value in plain digits.
    foot : bool
        Write the label at the foot of the line instead of at its top.
    """
    role = ROLES["threshold"]
    ax.axvline(value, color=role.color, linestyle=role.linestyle, linewidth=1.1, zorder=1.5)
    ax.annotate(
        f"{value:,.0f}" if label is None else label,
        xy=(value, 0 if foot else 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-3, 3 if foot else -2),
        textcoords="offset points",
        ha="right",
        va="bottom" if foot else "top",
        rotation=90,
        fontsize="small",
        color=role.color,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
    )


def note(ax, n, tier, unit=""):
    """Write n and the evidence tier in small type above the right end of the axes."""
    told = f"n = {n:,} {unit}".strip()
    mark = "SIMULATED" if tier == "simulated" else f"tier: {tier}"
    ax.annotate(
        f"{told} · {mark}",
        xy=(1, 1),
        xycoords="axes fraction",
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize="small",
        color=GREY,
    )


def plural(count, one, many):
    """Return a count with its noun: 1 mark, 2 marks."""
    return f"{count:,} {one if count == 1 else many}"


def short(number):
    """Return a number of inhabitants as a tick: 5,000 or 1 million."""
    return f"{number / 1e6:g} million" if number >= 1_000_000 else f"{number:,.0f}"


def thousands(axis, decimals=0):
    """Label an axis with plain numbers, thousands separated.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    decimals : int
    """
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.{decimals}f}"))


def log_population_axis(ax, which="x", label="Inhabitants (log scale)"):
    """Make an axis logarithmic with ticks from 5,000 to 1,000,000 inhabitants in plain numbers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    which : {'x', 'y'}
    label : str
    """
    ax.set(**{f"{which}scale": "log", f"{which}label": label})
    axis = getattr(ax, f"{which}axis")
    # A locator, not set_ticks: that would widen the axis to ticks without data.
    axis.set_major_locator(FixedLocator(POPULATION_TICKS))
    axis.set_minor_locator(NullLocator())
    axis.set_tick_params(labelsize=8)
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def simulated(fig):
    """Stamp SIMULATED across a figure, once: it cannot be read as a finding.

    The word lies within the axes, as large as their shape allows and clear of every legend.
    """
    if any(text.get_gid() == MARK for text in fig.texts):
        return
    fig.draw_without_rendering()  # settles the layout: axes and legends are where they will be
    area = Bbox.union([ax.get_window_extent() for ax in fig.axes if ax.get_visible()] or [fig.bbox])
    legends = [*fig.legends, *(ax.get_legend() for ax in fig.axes if ax.get_legend())]
    taken = [legend.get_window_extent() for legend in legends]
    stamp = fig.text(0.5, 0.5, "SIMULATED", gid=MARK, ha="center", va="center", fontsize=100,
                     fontweight="bold", family="DejaVu Sans", color=GREY, alpha=0.22, zorder=100,
                     in_layout=False)  # fmt: skip
    word = stamp.get_window_extent()
    angle = min(30.0, np.degrees(np.arctan2(area.height, area.width)))
    tried = [_room(area, word, angle, *place) for place in itertools.product(STAMP_SCALES, SPOTS, SPOTS)]
    clear = (room for room in tried if not any(room[2].intersects_bbox(box, filled=True) for box in taken))
    factor, centre, _ = next(clear, tried[-1])
    stamp.set(fontsize=100 * factor, rotation=angle, position=fig.transFigure.inverted().transform(centre))


def _room(area, word, angle, scale, across, up):
    """Return how a word fits into an area: factor of its size, centre and outline, in pixels.

    `scale` is a share of the largest size that fits; `across` and `up`, 0 to 1, share out what room is left.
    """
    turned = Affine2D().rotate_deg(angle)
    half = np.array([word.width, word.height]) / 2
    corners = turned.transform(half * [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    size = np.ptp(corners, axis=0)
    factor = scale * min(area.width / size[0], area.height / size[1])
    free = np.array([area.width, area.height]) - factor * size
    centre = np.array([area.x0, area.y0]) + factor * size / 2 + np.array([across, up]) * free
    return factor, centre, Outline(centre + factor * corners)
