"""A rate ratio of counts with jackknife errors, and a ratio of totals: what C25 needs."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats

from gemeenten.designs.inputs import at_least, same_length, varies, vector
from gemeenten.errors import DesignError


@dataclass(frozen=True)
class Ratio:
    """A ratio with the standard error of its logarithm: n units left out in turn, t with n - 1 degrees."""

    ratio: float
    se_log: float
    n: int

    @property
    def ci95(self):
        """The 95 % interval, (low, high)."""
        return self._interval(0.025)

    @property
    def ci90(self):
        """The 90 % interval, (low, high)."""
        return self._interval(0.05)

    @property
    def p(self):
        """Two-sided p-value of a ratio of one."""
        return float(2 * stats.t.sf(abs(np.log(self.ratio)) / self.se_log, self.n - 1))

    def _interval(self, tail):
        reach = float(stats.t.isf(tail, self.n - 1)) * self.se_log
        return (self.ratio * np.exp(-reach), self.ratio * np.exp(reach))


def rate_ratio(counts, x, covariates=(), groups=None):
    """Return the `Ratio` of counts per unit of `x`, the covariates and groups held constant.

    A log-linear model fitted by the Poisson likelihood, which needs only the mean to be right (Gourieroux,
    Monfort & Trognon 1984, Econometrica 52: 701-720), with jackknife errors. The negative binomial that was
    registered equals it here: the counts vary less than Poisson, so its dispersion is zero.

    Parameters
    ----------
    counts, x : array_like, shape (n,)
        Counts of at least 0, and the regressor.
    covariates : sequence of array_like, each shape (n,)
        Further regressors.
    groups : array_like, shape (n,), optional
        Fixed effects, for instance the province.

    Raises
    ------
    DesignError
        If there are fewer than 10 units, `x` is constant or fixed by the rest, or the fit does not converge.
    """
    counts, x = vector(counts, "counts"), vector(x, "x")
    same_length(counts=counts, x=x, groups=groups)
    at_least(len(x), 10, "counts: municipalities")
    varies(x, "x")
    design = np.column_stack([x, np.ones(len(x)), *_indicators(groups), *map(np.asarray, covariates)])
    if np.linalg.matrix_rank(design) == np.linalg.matrix_rank(design[:, 1:]):
        raise DesignError("x: is fixed by the covariates and groups; leave one of these out")
    estimate = _poisson(counts, design)
    every = np.arange(len(x))
    without = np.array([_poisson(counts[every != unit], design[every != unit]) for unit in every])
    n = len(x)
    return Ratio(float(np.exp(estimate)), float(np.sqrt((n - 1) / n * np.sum((without - estimate) ** 2))), n)


def ratio_of_totals(late_top, late_bottom, early_top, early_bottom):
    """Return the `Ratio` of one ratio of totals to another, leaving out a unit at a time.

    Parameters
    ----------
    late_top, late_bottom, early_top, early_bottom : array_like, shape (n,)
        Amounts of each unit: (sum late_top / sum late_bottom) / (sum early_top / sum early_bottom).

    Raises
    ------
    DesignError
        If the lengths differ, there are fewer than 10 units, or a total is not positive.
    """
    names = ("late_top", "late_bottom", "early_top", "early_bottom")
    parts = [
        vector(v, k) for k, v in zip(names, (late_top, late_bottom, early_top, early_bottom), strict=True)
    ]
    same_length(**dict(zip(names, parts, strict=True)))
    n = len(parts[0])
    at_least(n, 10, "late_top: units")
    totals = [part.sum() for part in parts]
    if min(totals) <= 0:
        raise DesignError("totals: one is not positive; a ratio needs positive totals")
    signs = np.array([1, -1, -1, 1])
    estimate = signs @ np.log(totals)
    without = signs @ np.log([total - part for total, part in zip(totals, parts, strict=True)])
    spread = (n - 1) / n * np.sum((without - estimate) ** 2)
    return Ratio(float(np.exp(estimate)), float(np.sqrt(spread)), n)


def _indicators(groups):
    if groups is None:
        return []
    groups = np.asarray(groups)
    return [(groups == level).astype(float) for level in np.unique(groups)[1:]]


def _poisson(counts, design):
    """Return the first coefficient; columns emptied by leaving a unit out are dropped."""
    used = design[:, [0, 1]]
    for column in design.T[2:]:
        if np.ptp(column) and np.linalg.matrix_rank(np.column_stack([used, column])) > used.shape[1]:
            used = np.column_stack([used, column])
    fitted = sm.GLM(counts, used, family=sm.families.Poisson()).fit()
    if not fitted.converged:
        raise DesignError("counts: the fit does not converge; use fewer covariates")
    return float(fitted.params[0])
