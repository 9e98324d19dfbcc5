"""The bootstrap of measures of agreement: units are drawn with replacement, coders are taken as given."""

from numbers import Integral

import numpy as np

from gemeenten.designs import inputs
from gemeenten.errors import DesignError

#: Fewer bootstrap draws do not fix the ends of an interval.
FEWEST_DRAWS = 100


def bootstrap(coefficient, counts, draws, seed):
    """Return the coefficients of draws of units with replacement, less draws that hold one code only."""
    drawn = (counts[rows] for rows in drawn_units(len(counts), draws, seed))
    return np.array([coefficient(some) for some in drawn if np.count_nonzero(some.sum(axis=0)) > 1])


def drawn_units(units, draws, seed):
    """Return the positions of the units in each draw with replacement, shape (draws, units)."""
    for value, name, least in ((draws, "draws", FEWEST_DRAWS), (seed, "seed", 0)):
        if not isinstance(value, Integral) or value < least:
            raise DesignError(f"{name}: {value!r}; give a whole number of at least {least}")
    return np.random.default_rng(int(seed)).integers(units, size=(draws, units))


def percentiles(values, confidence):
    """Return the ends of the percentile interval of the draws."""
    tail = (1 - inputs.share(confidence, "confidence")) / 2
    return tuple(map(float, np.quantile(values, [tail, 1 - tail])))
