"""Pictures of municipalities: the map by centroids, and the crossings of 100,000."""

import math

from matplotlib.patheffects import withStroke

from gemeenten.plots.style import ROLES, figure, note

LARGEST_AREA = 420
# Where the names of neighbours would cover one another: (points to the right, points up), alignment.
BESIDE = {"Rotterdam": ((-9, -4), "right"), "Utrecht": ((8, 3), "left"), "'s-Gravenhage": ((-11, 3), "right")}


def bubble_map(places, tier, label_above=250_000):
    """Draw every municipality at its centroid, the area of its marker by inhabitants, large ones set apart.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `longitude`, `latitude` (degrees), `population` (inhabitants), `large` (bool), `name`.
    tier : str
        Evidence tier.
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
            above = 3 + (place.population * scale) ** 0.5 / 2
            offset, side = BESIDE.get(place.name, ((0, above), "center"))
            ax.annotate(
                place.name, (place.longitude, place.latitude), xytext=offset, textcoords="offset points",
                ha=side, fontsize=8.5, zorder=3,
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
            )  # fmt: skip
        # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
        ax.set_aspect(1 / math.cos(math.radians(places["latitude"].mean())))
        ax.set(xlabel="Degrees east", ylabel="Degrees north")
        legend = ax.legend(loc="upper left", markerscale=1)
        for handle in legend.legend_handles:
            handle.set_sizes([40])
        note(ax, len(places), tier, "municipalities")
    return fig


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
            f"1 January. Dashed: 100,000 inhabitants. n = {len(events)} crossings, {years} · tier: {tier}",
            fontsize=9,
        )
    return fig
