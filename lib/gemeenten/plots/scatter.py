"""Pictures of outcomes against size: a step beside a smooth curve."""

from gemeenten.plots.style import OKABE_ITO, ROLES, cutoff, figure, log_population_axis


def step_and_smooth(panels, tier, *, at=100_000):
    """Draw outcomes against inhabitants in panels, with the fitted step at the cutoff and a smooth curve.

    Parameters
    ----------
    panels : dict of str to (pandas.DataFrame, pandas.DataFrame)
        Title (outcome with unit) -> the points (columns `population`, `outcome`) and the curves (columns
        `population`, `step`, `smooth`).
    tier : str
        Evidence tier.
    at : float
        The cutoff, in inhabitants.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    with figure(4.9 * columns, 3.0 * rows + 0.5, rows=rows, columns=columns, squeeze=False) as (fig, axes):
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)
        for ax, (title, (points, curves)) in zip(axes.flat, panels.items(), strict=False):
            for large, name in ((False, "small"), (True, "large")):
                part = points[(points["population"] > at) == large]
                ax.scatter(
                    part["population"], part["outcome"], s=9, alpha=0.4, linewidths=0, **ROLES[name].dots()
                )
            curves = curves.sort_values("population")
            for side in (curves[curves["population"] <= at], curves[curves["population"] > at]):
                ax.plot(side["population"], side["step"], color="black", linestyle="--", linewidth=1.8)
            ax.plot(
                curves["population"],
                curves["smooth"],
                color=OKABE_ITO["orange"],
                linestyle="-",
                linewidth=1.8,
            )
            log_population_axis(ax, label="")
            ax.tick_params(axis="x", rotation=35)
            cutoff(ax, at)
            ax.set_title(f"{title} (n = {len(points):,})", fontsize=9.5)
        fig.supxlabel(
            f"Inhabitants (log scale). Dashed: step at {at:,.0f}. Solid: smooth. · tier: {tier}", fontsize=8.5
        )
    return fig
