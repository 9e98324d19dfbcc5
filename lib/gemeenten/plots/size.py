"""Pictures of municipal size: what lies around 100,000, the distribution, the median, the law's seats."""

from gemeenten.plots.style import GREY, ROLES, cutoff, figure, log_population_axis, note, thousands

UNORDERED = ("good", "other", "highlight", "neutral")  # roles that say nothing about size


def near_cutoff(places, years, tier, low=80_000, high=120_000):
    """Draw the municipalities between `low` and `high` inhabitants as dots, one row a year.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `name`, `year`, `population` (inhabitants), `large` (bool).
    years : sequence of int
        Rows, from top to bottom.
    tier : str
        Evidence tier.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(8.4, 0.95 * len(years) + 0.9) as (fig, ax):
        for row, year in enumerate(years):
            part = places[(places["year"] == year) & places["population"].between(low, high)]
            for large in (False, True):
                side = part[part["large"] == large]
                role = ROLES["large" if large else "small"]
                ax.scatter(side["population"], [row] * len(side), s=34, alpha=0.85, **role.dots())
                _count(ax, row, len(side), large)
        cutoff(ax, foot=True)
        ax.set(xlim=(low - 800, high + 800), ylim=(len(years) - 0.4, -0.55), xlabel="Inhabitants, 1 January")
        ax.set_yticks(range(len(years)), years)
        thousands(ax.xaxis)
        note(
            ax,
            len(places[places["year"].isin(years) & places["population"].between(low, high)]),
            tier,
            "municipality-years",
        )
    return fig


def _count(ax, row, number, large):
    """Write how many municipalities stand on one side of the cutoff, at that side's end of the row."""
    at, side = (0.985, "right") if large else (0.015, "left")
    told = f"{number} {'above' if large else 'up to 100,000'}"
    ax.annotate(told, (at, row + 0.36), xycoords=ax.get_yaxis_transform(), ha=side, va="center", fontsize=8.5)


def size_distribution(places, years, tier, trims=(0.05, 0.15)):
    """Draw the cumulative share of municipalities by inhabitants for some years.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `year`, `population` (inhabitants).
    years : sequence of int
        Two to four years.
    tier : str
        Evidence tier.
    trims : sequence of float
        Shares of the largest municipalities that a search for a threshold would leave out: a line each.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.2, 4.2) as (fig, ax):
        for year, name, dash in zip(years, UNORDERED, ("-", "--", "-.", ":"), strict=False):
            sizes = places.loc[places["year"] == year, "population"].sort_values()
            share = (sizes.rank(method="max") / len(sizes)).to_numpy()
            below = (sizes <= 100_000).mean()
            label = f"{year}: {len(sizes)} municipalities, {below:.1%} up to 100,000"
            line = ROLES[name].line(marker="", linestyle=dash, linewidth=1.8)
            ax.plot(sizes, share, label=label, drawstyle="steps-post", **line)
        log_population_axis(ax)
        cutoff(ax, foot=True)
        for trim in trims:
            ax.axhline(1 - trim, color="0.7", linestyle=":", linewidth=1)
            told = f"largest {trim:.0%}: above this line"
            ax.annotate(told, (0.01, 1 - trim), xycoords=ax.get_yaxis_transform(),
                        xytext=(0, 2), textcoords="offset points", fontsize=8, color="0.35")  # fmt: skip
        ax.set(ylabel="Share of municipalities with at most this many", ylim=(0, 1.02))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ax.legend(loc="center left", bbox_to_anchor=(0.0, 0.62), fontsize=8.5)
        note(ax, len(places[places["year"].isin(years)]), tier, "municipality-years")
    return fig


def medians(by_year, tier):
    """Draw the inhabitants of the median municipality of each year, from zero, first and last told.

    Parameters
    ----------
    by_year : pandas.DataFrame
        Columns `year`, `median` (inhabitants), `municipalities` (their number).
    tier : str
        Evidence tier.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.2, 3.6) as (fig, ax):
        ax.plot(by_year["year"], by_year["median"], **ROLES["good"].line(linestyle="-"))
        for (_, row), side in zip(by_year.iloc[[0, -1]].iterrows(), ("left", "right"), strict=True):
            told = f"{row['median']:,.0f}\n({row['municipalities']:,.0f} municipalities)"
            ax.annotate(told, (row["year"], row["median"]), xytext=(0, -9), textcoords="offset points",
                        ha=side, va="top", fontsize=8.5, color=GREY)  # fmt: skip
        ax.set(
            ylim=(0, 1.12 * by_year["median"].max()),
            xlim=(by_year["year"].min() - 0.9, by_year["year"].max() + 0.9),
        )
        ax.set(xlabel="1 January of the year", ylabel="Inhabitants of the median municipality")
        ax.set_xticks(by_year["year"], by_year["year"], rotation=45)
        thousands(ax.yaxis)
        note(ax, int(by_year["municipalities"].sum()), tier, "municipality-years")
    return fig


def by_thirds(places, outcome, ylabel, tier, *, at=100_000):
    """Draw an outcome against inhabitants, thirds of another trait apart by colour and marker.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns `population` (inhabitants), `third` (category, in the order of the key) and `outcome`.
    outcome : str
        Column of the outcome.
    ylabel : str
        What the outcome is, with its unit.
    tier : str
        Evidence tier.
    at : float
        The cutoff, in inhabitants.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, 4.4) as (fig, ax):
        for (third, part), name in zip(places.groupby("third", observed=True), UNORDERED, strict=False):
            dots = ROLES[name].dots(s=20, alpha=0.75, linewidths=0)
            ax.scatter(part["population"], part[outcome], label=f"{third} ({len(part)})", **dots)
        log_population_axis(ax)
        cutoff(ax, at, foot=True)
        ax.set_ylabel(ylabel)
        fig.legend(loc="outside lower center", ncols=3, fontsize=9)
        note(ax, len(places), tier, "municipalities")
    return fig


def council_seats(legal, register, tier):
    """Draw the legal council seats as steps over inhabitants, with the register's seats as dots.

    Parameters
    ----------
    legal : pandas.DataFrame
        Columns `population` (at most so many lie below a step), `seats` (from there on): the law's steps.
    register : pandas.DataFrame
        Columns `population`, `seats`, `agrees` (bool: the register states the legal number).
    tier : str
        Evidence tier.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(7.6, 4.4) as (fig, ax):
        ax.plot(legal["population"], legal["seats"], color="black", linewidth=1.2, drawstyle="steps-post",
                label="the law (Gemeentewet art. 8)", zorder=1)  # fmt: skip
        for agrees, name, role in ((True, "as the law says", "small"), (False, "another number", "large")):
            part = register[register["agrees"] == agrees]
            dots = ROLES[role].dots(s=20, alpha=0.75, linewidths=0)
            ax.scatter(part["population"], part["seats"], label=f"register: {name} ({len(part)})", **dots)
        log_population_axis(ax, label="Inhabitants on 1 January of the year before the election (log scale)")
        cutoff(ax)
        ax.set(
            ylabel="Seats in the council", ylim=(0, None), xlim=(0.85 * register["population"].min(), None)
        )
        ax.legend(loc="lower right")
        note(ax, len(register), tier, "municipalities")
    return fig
