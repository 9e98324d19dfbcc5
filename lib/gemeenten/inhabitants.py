"""What follows from a number of inhabitants: large or not, size class, legal council seats."""

import numpy as np
import pandas as pd

from gemeenten.errors import DataError, told

LARGE = 100_000
"""The threshold, in inhabitants: a municipality is large with strictly more than this."""

SIZE_CLASSES = (5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000)
"""Lower bounds, in inhabitants, of CBS's size classes (*gemeentegrootteklasse*) above the first."""

SEATS = (
    (3_000, 9),
    (6_000, 11),
    (10_000, 13),
    (15_000, 15),
    (20_000, 17),
    (25_000, 19),
    (30_000, 21),
    (35_000, 23),
    (40_000, 25),
    (45_000, 27),
    (50_000, 29),
    (60_000, 31),
    (70_000, 33),
    (80_000, 35),
    (100_000, 37),
    (200_000, 39),
    (np.inf, 45),
)
"""Gemeentewet, article 8: council seats of a municipality up to and including so many inhabitants."""


def is_large(population):
    """Return whether there are strictly more than 100,000 inhabitants.

    Parameters
    ----------
    population : number or Series or array_like, shape (n,)
        Inhabitants; missing stays missing.

    Returns
    -------
    bool or pandas.Series of dtype boolean, shape (n,)
        With the index of `population`.

    Raises
    ------
    DataError
        If a value is text or negative; the message names the row.
    """
    inhabitants = _inhabitants(population)
    return _as_given(population, (inhabitants > LARGE).astype("boolean").mask(inhabitants.isna()))


def size_class(population):
    """Return the size class by number of inhabitants, as Statistics Netherlands (CBS) draws it.

    The classes are those of CBS's *gemeentegrootteklasse* (StatLine, regional grouping of municipalities
    by size): a class holds its lower bound, so 100,000 inhabitants are in "100,000 to 150,000" although
    `is_large` wants more than 100,000.

    Parameters
    ----------
    population : number or Series or array_like, shape (n,)
        Inhabitants; missing stays missing.

    Returns
    -------
    str or pandas.Series of ordered categories, shape (n,)
        From "under 5,000" to "250,000 and over", with the index of `population`.

    Raises
    ------
    DataError
        If a value is text or negative; the message names the row.
    """
    inhabitants = _inhabitants(population)
    between = zip(SIZE_CLASSES, SIZE_CLASSES[1:], strict=False)
    labels = [
        f"under {SIZE_CLASSES[0]:,}",
        *(f"{low:,} to {high:,}" for low, high in between),
        f"{SIZE_CLASSES[-1]:,} and over",
    ]
    classes = pd.cut(inhabitants, [0, *SIZE_CLASSES, np.inf], right=False, labels=labels)
    return _as_given(population, classes)


def council_seats(population):
    """Return the legal number of council seats (Gemeentewet, article 8, paragraph 1).

    Elections of year t go by the inhabitants on 1 January of t - 1. The steps at 100,000 (37 to 39 seats)
    and 200,000 (39 to 45) are counted like the others: up to and including the bound.

    Parameters
    ----------
    population : number or Series or array_like, shape (n,)
        Inhabitants; missing stays missing.

    Returns
    -------
    int or pandas.Series of dtype Int64, shape (n,)
        Seats, with the index of `population`.

    Raises
    ------
    DataError
        If a value is text or negative; the message names the row.
    """
    inhabitants = _inhabitants(population)
    bounds, seats = (np.array(column) for column in zip(*SEATS, strict=True))
    step = np.searchsorted(bounds, inhabitants.fillna(0).to_numpy(), side="left")
    return _as_given(
        population, pd.Series(seats[step], inhabitants.index).astype("Int64").mask(inhabitants.isna())
    )


def _inhabitants(population):
    """Return inhabitants as a float Series, or raise naming the row that is no number of people."""
    given = population if isinstance(population, pd.Series) else pd.Series(np.atleast_1d(population))
    if given.dtype == bool:
        raise DataError("population: True or False in every row; give numbers of inhabitants")
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    text = given.notna() & (numbers.isna() | given.map(lambda value: isinstance(value, str)))
    for wrong, why in (
        (text, "is no number; convert it"),
        (numbers < 0, "is negative; a count is 0 or more"),
    ):
        if wrong.any():
            raise DataError(f"population, row {given.index[wrong][0]}: {told(given[wrong].iloc[0])} {why}")
    return numbers.rename(None)


def _as_given(population, result):
    """Return a scalar for a scalar, else the Series."""
    return result.iloc[0] if np.ndim(population) == 0 else result
