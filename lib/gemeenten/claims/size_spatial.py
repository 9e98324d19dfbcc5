"""Whether neighbouring municipalities resemble each other: Moran's I on the six nearest centroids."""

from dataclasses import dataclass

import numpy as np
from libpysal.weights import KNN

from gemeenten import tables
from gemeenten.designs.inputs import same_length, varies, vector
from gemeenten.designs.wording import evidence, number, p_value
from gemeenten.errors import DesignError

NEIGHBOURS = 6
PERMUTATIONS = 999
FIRST = 2023  # the centroids are of the boundaries from this 1 January on
FEWEST = 30
EARTH_KM = 6371.0
ROUNDING = 1e-12  # a permuted I this near the observed one counts as equal


@dataclass(frozen=True)
class Moran:
    """Moran's I of n municipalities: `i`, its expectation under no pattern -1 / (n - 1), the p-value."""

    i: float
    expected: float
    p_value: float
    n: int
    neighbours: int
    permutations: int
    seed: int

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the coefficient, its permutation p-value and what it means, in plain English."""
        told = f"Moran's I of {what} over the {self.neighbours} nearest neighbours is {number(self.i)}"
        reading = "neighbours resemble each other" if self.i > self.expected else "neighbours differ"
        shown = f"{reading}, so errors that ignore it are too small" if self.i > self.expected else reading
        more = shown if self.p_value < 0.05 else "a pattern is not shown, nor is its absence"
        return f"{told} (permutation {p_value(self.p_value)}): {more}. {evidence(self.n, tier)}"


def moran(codes, values, year, neighbours=NEIGHBOURS, permutations=PERMUTATIONS, *, seed):
    """Return Moran's I of `values` over the nearest centroids, with a two-sided permutation p-value.

    I = z'Wz / z'z with row-standardised weights (Moran 1950, Biometrika 37: 17-23; Cliff & Ord 1981). It
    equals `esda.Moran`, whose permutations cannot be seeded without touching the global generator; hence
    they are drawn here. Two-sided, the observed I counted; permuting residuals is approximate.

    Parameters
    ----------
    codes : array_like of str, shape (n,)
        Municipalities, each once.
    values : array_like, shape (n,)
        The outcome, or residuals, in any unit.
    year : int
        Year of the boundaries that `codes` stand on.
    neighbours, permutations, seed : int

    Raises
    ------
    DesignError
        If the boundaries are of before 2023, a municipality occurs twice or has no centroid, there are
        fewer than 30, or the values do not vary.
    """
    if year < FIRST:
        raise DesignError(f"year: {year}; centroids are of the boundaries from {FIRST}, choose a later year")
    values = vector(values, "values")
    same_length(codes=codes, values=values)
    varies(values, "values")
    weights = KNN.from_array(_points(list(codes)), k=neighbours, radius=EARTH_KM)
    weights.transform = "r"
    lag = weights.sparse
    z = values - values.mean()
    observed = float(z @ (lag @ z) / (z @ z))
    generator = np.random.default_rng(seed)
    shuffled = generator.permuted(np.repeat(z[None], permutations, axis=0), axis=1)
    drawn = np.einsum("pn,np->p", shuffled, lag @ shuffled.T) / (z @ z)
    expected = -1 / (len(z) - 1)
    far = np.abs(drawn - expected) >= abs(observed - expected) - ROUNDING
    p_two_sided = (1 + int(far.sum())) / (1 + permutations)
    return Moran(observed, expected, p_two_sided, len(z), neighbours, permutations, seed)


def _points(codes):
    """Return longitude and latitude of each code, shape (n, 2); refuse what has none."""
    if len(set(codes)) < len(codes):
        raise DesignError("codes: a municipality occurs twice; give one year")
    if len(codes) < FEWEST:
        raise DesignError(f"codes: {len(codes)} municipalities, at least {FEWEST} needed for neighbours")
    centroids = tables.load("centroids").set_index("code")
    absent = [code for code in codes if code not in centroids.index]
    if absent:
        raise DesignError(f"codes: {absent[0]} has no centroid; leave it out and say so")
    return centroids.loc[codes, ["longitude", "latitude"]].to_numpy(dtype=float)
