"""Pictures of municipalities: the map by centroids, and the crossings of 100,000."""

import math

from matplotlib.patheffects import withStroke

from gemeenten.plots.style import ROLES, figure, note

LARGEST_AREA = 420
# Where a name would cover a neighbour it stands out at sea: (points to the right, points up), alignment.
BESIDE = {
    "Rotterdam": ((-42, -16), "right"),
    "Utrecht": ((-118, 34), "right"),
    "'s-Gravenhage": ((-30, -2), "right"),
    "Amsterdam": ((-62, 10), "right"),
}
ENGLISH = {"'s-Gravenhage": "'s-Gravenhage\n(The Hague)"}
KEY_SIZES = (20_000, 100_000, 500_000)


def bubble_map(places, tier, year, label_above=250_000):
    """Draw every municipality at its centroid, the area of its marker by inhabitants, large ones set apart.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `longitude`, `latitude` (degrees), `population` (inhabitants), `large` (bool), `name`.
    tier : str
        Evidence tier.
    year : int
        Of the inhabitants, 1 January.
    label_above : float
        Inhabitants above which the name is written.

    Returns
    -------
    matplotlib.figure.Figure
    """
    scale = LARGEST_AREA / places["population"].max()
    with figure(6.4, 7.2) as (fig, ax):
        for large, name in ((False, "up to 100,000 inhabitants"), (True, "more than 100,000")):
            part = places[places["large"] == large].sort_values("population", ascending=False)
            role = ROLES["large" if large else "small"]
            ax.scatter(
                part["longitude"], part["latitude"], s=part["population"] * scale,
                label=f"{name} ({len(part)})", linewidths=0.4, edgecolors="white", alpha=0.8, **role.dots(),
            )  # fmt: skip
        for place in places[places["population"] > label_above].itertuples():
            _name(ax, place, 3 + (place.population * scale) ** 0.5 / 2)
        # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
        ax.set_aspect(1 / math.cos(math.radians(places["latitude"].mean())))
        ax.set(xlabel="Degrees east", ylabel="Degrees north")
        legend = ax.legend(loc="upper left", title=f"Inhabitants on 1 January {year}", alignment="left")
        for handle in legend.legend_handles:
            handle.set_sizes([40])
        ax.add_artist(legend)
        _size_key(ax, scale)
        note(ax, len(places), tier, "municipalities")
    return fig


def _name(ax, place, above):
    """Write the name of a municipality over its marker, or at the end of a thin line beside it."""
    offset, side = BESIDE.get(place.name, ((0, above), "center"))
    line = {"arrowstyle": "-", "color": "0.35", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 2}
    ax.annotate(
        ENGLISH.get(place.name, place.name), (place.longitude, place.latitude), xytext=offset,
        textcoords="offset points", ha=side, fontsize=8.5, zorder=3, color="black",
        arrowprops=line if place.name in BESIDE else None,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )  # fmt: skip


def _size_key(ax, scale):
    """Draw the key of the areas: a marker for each of `KEY_SIZES`, of the shape it has on the map."""
    handles = [
        ax.scatter(
            [],
            [],
            s=size * scale,
            label=f"{size:,}",
            linewidths=0,
            alpha=0.8,
            **ROLES["large" if size > KEY_SIZES[1] else "small"].dots(),
        )
        for size in KEY_SIZES
    ]
    told = {"title": "Area: inhabitants", "alignment": "left", "labelspacing": 0.9}
    ax.legend(handles=handles, loc="lower left", **told)


def crossings(paths, events, tier):
    """Draw the inhabitants of the municipalities that crossed 100,000, one panel each, the step marked.

    Parameters
    ----------
    paths : pandas.DataFrame
        Columns `name`, `year`, `population` (before it existed: of its largest part).
    events : pandas.DataFrame
        Columns `name`, `year` (first 1 January above), `cause` ('amalgamation' or 'growth').
    tier : str
        Evidence tier.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(9.6, 3.1, columns=len(events), sharey=True, sharex=True) as (fig, axes):
        for ax, event in zip(axes, events.itertuples(), strict=True):
            part = paths[paths["name"] == event.name]
            role = ROLES["large" if event.cause == "amalgamation" else "small"]
            ax.plot(part["year"], part["population"] / 1000, **role.line(markersize=3, linestyle="-"))
            ax.axhline(100, color=ROLES["threshold"].color, linestyle="--", linewidth=1.1)
            ax.axvline(event.year, color="0.45", linestyle=":", linewidth=1.3)
            ax.set_title(f"{event.name}\n{event.year}, by {event.cause}", fontsize=9)
            ax.tick_params(axis="x", labelsize=8, rotation=45)
            ax.set_xlim(part["year"].min() - 0.7, part["year"].max() + 0.7)
        axes[0].set_ylabel("Inhabitants (thousands)")
        years = f"{paths['year'].min()} to {paths['year'].max()}"
        fig.supxlabel(
            f"1 January of each year. Dashed: 100,000 inhabitants. Dotted: first 1 January above it. "
            f"Before an amalgamation: the largest part.\nn = {len(events)} crossings, {years} · tier: {tier}",
            fontsize=9,
        )
    return fig
