"""Municipalities: codes and names, size, the 100,000 threshold and who crossed it, boundaries of one year.

A year means its 1 January throughout.
"""

from gemeenten import amalgamations
from gemeenten.crossings import crossings, large
from gemeenten.crosswalk import harmonise, predecessors, splits, successors
from gemeenten.errors import DataError
from gemeenten.inhabitants import LARGE, SEATS, SIZE_CLASSES, council_seats, is_large, size_class
from gemeenten.municipal_names import code, name

__all__ = [
    "LARGE",
    "SEATS",
    "SIZE_CLASSES",
    "code",
    "council_seats",
    "crossings",
    "existing",
    "exists",
    "harmonise",
    "is_large",
    "large",
    "name",
    "predecessors",
    "size_class",
    "splits",
    "successors",
]


def existing(year):
    """Return the codes of the municipalities that existed on 1 January of `year`.

    Parameters
    ----------
    year : int
        From 1990 to the last year of the table `municipalities`.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    DataError
        If the table does not reach that year.
    """
    graph = amalgamations.graph()
    return graph.codes(_listed_year(graph, year))


def exists(code, year):
    """Return whether `code` existed on 1 January of `year`; a DataError outside the years of `existing`."""
    graph = amalgamations.graph()
    return graph.existed(code, _listed_year(graph, year))


def _listed_year(graph, year):
    year = amalgamations.known_year(graph, year, "year")
    if year < graph.first_year:
        raise DataError(
            f"year: {year}; all municipalities are listed from {graph.first_year}, choose a later one"
        )
    return year
