"""Who crossed 100,000 inhabitants between two 1 Januaries, and whether by amalgamation or by growth."""

import pandas as pd

from gemeenten import amalgamations, tables
from gemeenten.errors import DataError
from gemeenten.inhabitants import LARGE

_COLUMNS = [
    "code",
    "name",
    "year",
    "direction",
    "before",
    "after",
    "predecessor",
    "merged_in",
    "without_amalgamation",
    "cause",
]


def large(year):
    """Return the codes of the municipalities with more than 100,000 inhabitants on 1 January of `year`.

    Parameters
    ----------
    year : int
        A year for which the population of all municipalities is shipped, from 2012.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    DataError
        If the population of all municipalities is not known for that year.
    """
    inhabitants = _population(year, year)[year]
    return sorted(inhabitants.index[inhabitants > LARGE])


def _population(first, last):
    """Return year -> Series of inhabitants by code, for years in which all municipalities are known."""
    graph = amalgamations.graph()
    first, last = (amalgamations.known_year(graph, year, "year") for year in (first, last))
    official = tables.load("population").query("quality == 'official'")
    known = sorted(official["year"].unique())
    years = range(first, last + 1)
    if not set(years).issubset(known) or not years:
        raise DataError(
            f"year: {first} to {last}; the inhabitants of all municipalities are known from {known[0]} to "
            f"{known[-1]}, choose years among those, the first not after the last"
        )
    by_year = official.set_index("code").groupby("year")["population"]
    return {year: by_year.get_group(year) for year in years}


def crossings(first=2012, last=2026):
    """Return the municipalities that crossed 100,000 inhabitants between consecutive 1 Januaries.

    The cause is judged by what would have been without amalgamation: the inhabitants of the year before,
    grown like the country. A municipality is its predecessor of the year before with most inhabitants.

    Parameters
    ----------
    first, last : int
        First and last 1 January compared; the population of all municipalities is shipped from 2012.

    Returns
    -------
    pandas.DataFrame
        Sorted by year and code; inhabitants unless said otherwise:

        - `code`, `name`, `year`: the municipality, and the 1 January on which it was first across;
        - `direction`: "up" (to more than 100,000) or "down";
        - `before`, `after`: on 1 January of the year before and of `year`;
        - `predecessor`: the code that `before` is of, mostly `code` itself;
        - `merged_in`: of the other municipalities that became part of it that year, on 1 January before;
          0 if there were none, missing if one was split and the register does not say how much came;
        - `without_amalgamation`: `before`, grown at the rate of the whole country; for a municipality that
          did not amalgamate it is `after`;
        - `cause`: "growth" (no amalgamation that year; for "down" read decline), "amalgamation" (without
          it the threshold would not have been crossed, with it alone it would, or the share of a split
          municipality is unknown), or "both" (growth alone would have crossed as well, or neither alone).

    Raises
    ------
    DataError
        If the population of all municipalities is not known for those years.
    """
    return find(amalgamations.graph(), _population(first, last))


def find(graph, population):
    """Return what `crossings` returns, from any Graph and year -> Series of inhabitants by code."""
    years = sorted(population)
    rows = [
        row for year in years[1:] for row in _crossed(graph, year, population[year - 1], population[year])
    ]
    found = pd.DataFrame(rows, columns=_COLUMNS)
    return found.sort_values(["year", "code"], ignore_index=True)


def _crossed(graph, year, before, after):
    """Return the rows of those that crossed between 1 January of `year` - 1 and of `year`."""
    stands, reach = amalgamations.standing(graph, year)
    parts = {}
    for old in before.index:
        for heir in reach[old]:
            parts.setdefault(heir, []).append(old)
    growth = after.sum() / before.sum()
    rows = []
    for code in after.index.intersection(list(parts)):
        main = max(parts[code], key=before.get)
        if (before[main] > LARGE) == (after[code] > LARGE):
            continue
        direction = "up" if after[code] > LARGE else "down"
        others = [old for old in parts[code] if old != main]
        whole = all(stands[old] == code for old in parts[code])
        involved = bool(others) or not whole
        merged_in = float(before[others].sum()) if whole else float("nan")
        without = float(before[main] * growth if involved else after[code])
        cause = _cause(direction, before[main], merged_in, without) if involved else "growth"
        told = (code, graph.names[code], year, direction, before[main], after[code], main)
        rows.append((*told, merged_in, without, cause))
    return rows


def _cause(direction, before, merged_in, without):
    """Return the cause of a crossing in which an amalgamation took part."""
    crossed_anyway = (without > LARGE) == (direction == "up")
    needed_growth = direction == "up" and before + merged_in <= LARGE  # False where merged_in is unknown
    return "both" if crossed_anyway or needed_growth else "amalgamation"
