"""What every discontinuity analysis checks first: the running variable, its sides, what goes beside it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import (
    at_least,
    flag,
    is_constant,
    numeric,
    refuse_missing,
    same_index,
    same_length,
    scalar,
    varies,
    vector,
)
from gemeenten.designs.wording import number
from gemeenten.errors import DesignError

PLAIN_VCE = ("nn", "hc0", "hc1", "hc2", "hc3")
CLUSTER_VCE = ("cr1", "cr2", "cr3")
MASS_POINTS = 0.2  # share of repeated values on a side from which rdrobust itself adjusts its bandwidths


@dataclass(frozen=True)
class Running:
    """The running variable `r` with its cutoff `c`, in the scale that the estimator is given.

    With ``log=True`` r is ln(x/cutoff) and c is 0; else r is x and c the cutoff. The right side is above the
    cutoff: ``x > cutoff``, or ``x >= cutoff`` when `inclusive`. `at_cutoff` counts the units exactly at it.
    """

    r: np.ndarray
    c: float
    cutoff: float
    log: bool
    inclusive: bool
    at_cutoff: int

    @property
    def right(self):
        """Boolean array: the unit counts as above the cutoff."""
        return self.r >= self.c

    @property
    def n_left(self):
        """Number of units that do not count as above the cutoff."""
        return int((~self.right).sum())

    @property
    def n_right(self):
        """Number of units that count as above the cutoff."""
        return int(self.right.sum())

    @property
    def repeated(self):
        """Number of units whose value of the running variable another unit had before (mass points)."""
        return int(self.r.size - np.unique(self.r).size)

    def distance(self):
        """Distance of every unit from the cutoff, negative to its left."""
        return self.r - self.c

    def span(self, h):
        """Return the values of x that lie `h` below and above the cutoff, as (low, high)."""
        if self.log:
            return self.cutoff * float(np.exp(-h)), self.cutoff * float(np.exp(h))
        return self.cutoff - h, self.cutoff + h

    def notes(self):
        """Return what a reader must know of the running variable: units at the cutoff, mass points."""
        told = []
        if self.at_cutoff:
            side = "right" if self.inclusive else "left: the rule is 'more than'"
            told.append(
                f"{self.at_cutoff} unit(s) lie exactly at the cutoff {number(self.cutoff)}, counted {side}"
            )
        if any(_repeats(self.r[side]) >= MASS_POINTS for side in (self.right, ~self.right)):
            told.append(f"the running variable has {self.repeated:,} repeated values (mass points)")
        return tuple(told)


def _repeats(values):
    return 1 - np.unique(values).size / values.size


def count_of_draws(draws, needed):
    """Return `draws` as an int; a DesignError unless it is a whole number of at least `needed`."""
    number = scalar(draws, "draws")
    if not number >= needed or number % 1:
        raise DesignError(f"draws: {draws!r}, at least {needed} needed; give a whole number")
    return int(number)


def whole_seed(seed):
    """Return `seed`; a DesignError unless it is a whole number of zero or more (None would be random)."""
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise DesignError(f"seed: {seed!r} is not a whole number of zero or more; give one")
    return int(seed)


def running(x, cutoff, log, needed, inclusive=False):
    """Return the `Running` variable of `x`, with at least `needed` distinct values on either side.

    rdrobust and rddensity take ``r >= c`` as the right side. For a rule 'more than' a unit exactly at the
    cutoff is therefore handed to them as the next value below it, which changes no other number.

    Raises
    ------
    DesignError
        If x is missing, not positive under ``log=True``, constant, or short of distinct values on a side.
    """
    log, inclusive = flag(log, "log"), flag(inclusive, "inclusive")
    values = vector(x, "x")
    cutoff = scalar(cutoff, "cutoff")
    if not np.isfinite(cutoff) or (log and cutoff <= 0):
        raise DesignError(f"cutoff: {cutoff:g} must be finite, and positive when log=True")
    if log and (values <= 0).any():
        raise DesignError(
            f"x: {int((values <= 0).sum())} value(s) of zero or less have no logarithm; "
            "drop those units or give log=False"
        )
    varies(values, "x")
    r, c = (np.log(values / cutoff), 0.0) if log else (values, cutoff)
    if not inclusive:
        r = np.where((values <= cutoff) & (r >= c), _just_below(c), r)
    made = Running(r, c, cutoff, log, inclusive, int((values == cutoff).sum()))
    _both_sides(made, needed)
    return made


def _just_below(c):
    """Return the next value below `c`; below zero the smallest normal one, as others may be read as zero."""
    return c - max(np.spacing(abs(c)), np.finfo(float).tiny)


def _both_sides(made, needed):
    for side, here in (("left", ~made.right), ("right", made.right)):
        place = f"x: units {side} of the cutoff {number(made.cutoff)}"
        if not here.any():
            raise DesignError(f"{place}: none of {here.size:,}; check the cutoff and the unit of x")
        at_least(int(here.sum()), needed, place)
        at_least(np.unique(made.r[here]).size, needed, f"{place} with distinct values")


def observed(y, x, covariates=None, cluster=None):
    """Return y, x, covariates and cluster of the units with an outcome, and how many have none.

    A missing outcome leaves a unit out, as in rdrobust, and is counted so that the result can say so; a
    missing size, covariate or label is refused later, since it may hide which side a unit is on.
    """
    same_index(y=y, x=x, covariates=covariates, cluster=cluster)
    values = numeric(y, "y")
    missing = np.isnan(values)
    if values.ndim != 1 or not missing.any() or missing.all():
        return y, x, covariates, cluster, 0
    beside = {"x": x, "covariates": covariates, "cluster": cluster}
    arrays = {name: np.atleast_1d(given) for name, given in beside.items() if given is not None}
    same_length(y=values, **arrays)
    kept = {name: array[~missing] for name, array in arrays.items()}
    return values[~missing], kept["x"], kept.get("covariates"), kept.get("cluster"), int(missing.sum())


def left_out(count):
    """Return the note that `count` units had no outcome, as a tuple that is empty when none had."""
    return (f"{count:,} unit(s) without an outcome are left out",) if count else ()


def outcome(y, made):
    """Return `y` as a float array that varies and is as long as the running variable."""
    values = vector(y, "y")
    same_length(y=values, x=made.r)
    varies(values, "y")
    return values


def covariate_matrix(covariates, n):
    """Return `covariates` as a float array of shape (n, k), or None.

    Raises
    ------
    DesignError
        If it is not numeric, has missing values, the wrong length, or constant or collinear columns.
    """
    if covariates is None:
        return None
    matrix = numeric(covariates, "covariates", "code categories as 0/1 columns")
    if matrix.ndim not in (1, 2):
        raise DesignError(f"covariates: has {matrix.ndim} dimensions; give units x columns")
    same_length(covariates=matrix, x=np.empty(n))
    matrix = matrix.reshape(n, -1)
    refuse_missing(matrix, "covariates")
    for column in np.flatnonzero([is_constant(values) for values in matrix.T]):
        raise DesignError(f"covariates: column {column} is constant; leave it out")
    if np.linalg.matrix_rank((matrix - matrix.mean(axis=0)) / matrix.std(axis=0)) < matrix.shape[1]:
        raise DesignError("covariates: columns are collinear; leave out those that follow from the others")
    return matrix


def cluster_codes(cluster, n):
    """Return `cluster` as integer codes of shape (n,), or None; labels may be text or numbers."""
    if cluster is None:
        return None
    labels = np.asarray(cluster)
    if labels.ndim != 1:
        raise DesignError(f"cluster: has {labels.ndim} dimensions; give one label a unit")
    same_length(cluster=labels, x=np.empty(n))
    codes, names = pd.factorize(labels)
    if (codes < 0).any():
        raise DesignError(f"cluster: {int((codes < 0).sum())} missing label(s); label every unit")
    at_least(len(names), 2, "cluster: distinct labels")
    return codes


def variance(vce, clustered):
    """Return the variance estimator: rdrobust's own default, or `vce` when it goes with the clusters."""
    if vce is None:
        return "cr1" if clustered else "nn"
    allowed = CLUSTER_VCE if clustered else PLAIN_VCE
    if vce not in allowed:
        state = "with" if clustered else "without"
        raise DesignError(f"vce: {vce!r} does not go {state} clusters; choose one of {', '.join(allowed)}")
    return vce
