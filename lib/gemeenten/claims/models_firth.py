"""Logistic regression that stays finite under separation: Firth's penalised likelihood."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats
from scipy.special import expit

from gemeenten.designs.inputs import at_least, same_length, varies, vector
from gemeenten.errors import DesignError

STEPS = 200
CONVERGED = 1e-10
LONGEST = 5.0  # of a Newton step, in logits
FURTHEST = 200.0  # coefficients beyond this many logits count as endless


@dataclass(frozen=True)
class Firth:
    """The coefficient of one regressor: `estimate` on the logit scale, intervals by profile likelihood.

    `p` is the penalised likelihood-ratio test of zero; `n` the number of units, `events` those with y = 1.
    """

    estimate: float
    ci95: tuple
    ci90: tuple
    p: float
    n: int
    events: int

    @property
    def odds_ratio(self):
        """The odds ratio and its 95 % and 90 % intervals, (ratio, (low, high), (low, high))."""
        return float(np.exp(self.estimate)), tuple(np.exp(self.ci95)), tuple(np.exp(self.ci90))


def firth(y, x, covariates=()):
    """Return the `Firth` of the coefficient of `x` in a logistic regression of `y`.

    Parameters
    ----------
    y : array_like, shape (n,)
        Zeros and ones.
    x : array_like, shape (n,)
        The regressor of interest.
    covariates : sequence of array_like, each shape (n,)
        Further regressors; a constant is added.

    Raises
    ------
    DesignError
        If `y` or `x` is constant, `y` is not 0/1, there are fewer units than coefficients plus two, or the
        regressors are collinear.

    Notes
    -----
    Maximises the log-likelihood plus half the log-determinant of the information (Firth 1993, Biometrika
    80:27-38), by the modified scores of Heinze & Schemper 2002, Stat. Med. 21:2409-2419, who also give the
    profile intervals. With one binary regressor it is the odds ratio after adding 1/2 to each cell.
    """
    y, design = centred_design(y, x, covariates)
    if not np.isin(y, (0, 1)).all():
        raise DesignError("y: not only zeros and ones; code the outcome 0/1")
    beta, best = _maximise(design, y)
    ends = [_profile_ends(design, y, beta, best, level) for level in (0.95, 0.90)]
    null = _profile(design, y, 0.0, beta)
    p = float(stats.chi2.sf(max(2 * (best - null), 0.0), 1))
    return Firth(float(beta[0]), *ends, p, len(y), int(y.sum()))


def centred_design(y, x, covariates=()):
    """Return (y, design) with the columns x, the constant and the covariates, each but the constant centred.

    Raises a DesignError as `firth` does, but for the values of `y`.
    """
    y, x = vector(y, "y"), vector(x, "x")
    others = [vector(covariate, "covariate") for covariate in covariates]
    same_length(y=y, x=x, **{f"covariate {i + 1}": other for i, other in enumerate(others)})
    varies(y, "y")
    varies(x, "x")
    design = np.column_stack([x - x.mean(), np.ones_like(x), *(other - other.mean() for other in others)])
    at_least(len(y), design.shape[1] + 2, "y: units")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise DesignError("covariates: collinear with x or with each other; leave one out")
    return y, design


def _penalised(design, y, beta):
    """Return the penalised log-likelihood."""
    eta = design @ beta
    weights = expit(eta) * expit(-eta)
    sign, logdet = np.linalg.slogdet(design.T @ (weights[:, None] * design))
    return float(np.sum(y * eta - np.logaddexp(0, eta)) + 0.5 * logdet) if sign > 0 else -np.inf


def _maximise(design, y, start=None, fixed=0):
    """Return (coefficients, penalised log-likelihood); the first `fixed` coefficients stay as they start."""
    beta = np.zeros(design.shape[1]) if start is None else start.copy()
    value = _penalised(design, y, beta)
    for _ in range(STEPS):
        p = expit(design @ beta)
        weights = p * (1 - p)
        inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
        leverage = weights * np.einsum("ij,jk,ik->i", design, inverse, design)
        score = (design.T @ (y - p + leverage * (0.5 - p)))[fixed:]
        free = design[:, fixed:]
        step = np.linalg.solve(free.T @ (weights[:, None] * free), score)
        step *= min(1.0, LONGEST / max(np.abs(step).max(), CONVERGED))
        beta, value, moved = _halved(design, y, beta, value, step, fixed)
        if moved < CONVERGED:
            break
    return beta, value


def _halved(design, y, beta, value, step, fixed):
    """Return the point along `step` that does not lower the likelihood, its value, and how far it moved."""
    for scale in 0.5 ** np.arange(30):
        moved = beta.copy()
        moved[fixed:] += scale * step
        reached = _penalised(design, y, moved)
        if reached >= value:
            return moved, reached, float(np.abs(scale * step).max())
    return beta, value, 0.0


def _profile(design, y, coefficient, start):
    """Return the highest penalised log-likelihood with the first coefficient held at a value."""
    beta = start.copy()
    beta[0] = coefficient
    return _maximise(design, y, beta, fixed=1)[1]


def _profile_ends(design, y, beta, best, level):
    """Return the profile interval of the first coefficient; endless where the likelihood does not fall."""
    floor = best - stats.chi2.isf(1 - level, 1) / 2

    def excess(coefficient):
        return _profile(design, y, coefficient, beta) - floor

    return tuple(_end(excess, beta[0], sign / np.abs(design[:, 0]).max()) for sign in (-1, 1))


def _end(excess, inside, step):
    outside = inside + step
    while excess(outside) > 0:
        inside, outside, step = outside, outside + step, 2 * step
        if abs(step) > FURTHEST:
            return float(np.copysign(np.inf, step))
    return float(optimize.brentq(excess, inside, outside, xtol=1e-8))
