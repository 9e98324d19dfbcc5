"""The likelihood of a logistic curve through shares: its maximum, its profile over the crossing, separation.

Sources: Albert & Anderson 1984, Biometrika 71:1-10 (separation); Venzon & Moolgavkar 1988, Appl. Stat.
37:87-94 (profile likelihood).
"""

import warnings

import numpy as np
from scipy import optimize
from scipy.special import expit, xlogy
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from gemeenten.errors import DesignError

#: Dates further away than this many times the years observed count as infinitely far.
FAR = 1e6

#: Relative change of the parameters at which the iterations stop.
CONVERGED = 1e-12

#: Units by which the fitted count may miss the observed one, as a share of all units.
MISSED = 1e-6


def estimate(years, shares, n):
    """Return ((intercept, slope), covariance) of the binomial regression on years less their mean.

    Parameters
    ----------
    years, shares, n : ndarray, shape (shares,)
        Years, shares between 0 and 1, and units behind each; not separated (see `separation`).

    Raises
    ------
    DesignError
        If the iterations do not settle.
    """
    design = np.column_stack([np.ones_like(years), years - years.mean()])
    model = GLM(np.column_stack([shares * n, (1 - shares) * n]), design, family=Binomial())
    # Two shares are fitted exactly: statsmodels takes that for separation, which the caller refuses, and
    # divides by no degrees of freedom for the scale of its least squares, which a binomial does not use. A
    # step too far overflows on the way; whether it came back is tested below.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fitted = model.fit(tol=CONVERGED, tol_criterion="params")
    missed = np.abs(design.T @ (n * (shares - expit(design @ fitted.params)))) / (np.abs(design).T @ n)
    if not (missed < MISSED).all():
        raise DesignError("shares: too close to 0 or 1 for a curve to be found; round them to whole counts")
    return fitted.params, fitted.cov_params()


def loglikelihood(eta, k, n):
    """Return the binomial log-likelihood of logits `eta`, less its constant; logits may be infinite."""
    return float(np.sum(xlogy(k, expit(eta)) + xlogy(n - k, expit(-eta))))


def separation(years, k, n):
    """Return (first, last, slope) of the steep limit when no finite curve fits best, else None.

    ``first`` and ``last`` enclose the crossing when all units before lack the trait and all after have it
    (slope infinite). They are infinite when the limit does not rise: all units alike (slope 0), or falling.
    """
    have, lack = years[k > 0], years[k < n]
    if not have.size or not lack.size:
        return -np.inf, np.inf, 0.0
    if lack.max() <= have.min():
        return float(lack.max()), float(have.min()), np.inf
    if have.max() <= lack.min():
        return -np.inf, np.inf, -np.inf
    return None


def profile_interval(years, k, n, logit_at, crossing, floor):
    """Return (low, high), the dates at which the profile log-likelihood falls to `floor`.

    The curve of best fit crosses at `crossing`. The set of dates above `floor` is an interval as long as a
    flat curve lies below it, which the caller has checked.
    """

    def excess(date):
        return _profile(years, k, n, logit_at, date) - floor

    return tuple(_end(excess, crossing, sign * np.ptp(years)) for sign in (-1, 1))


def _end(excess, inside, step):
    """Return the date at which `excess` changes sign, searched from `inside` in growing steps."""
    outside, furthest = inside + step, FAR * abs(step)
    while excess(outside) > 0:
        step *= 2
        inside, outside = outside, outside + step
        if abs(step) > furthest:
            return float(np.copysign(np.inf, step))
    return float(optimize.brentq(excess, inside, outside))


def _profile(years, k, n, logit_at, date):
    """Return the highest log-likelihood of all curves that cross at `date`."""
    # Scaled to [-1, 1], so that the slope is found to the same precision however far away the date is.
    distance = (years - date) / np.abs(years - date).max()

    def score(slope):
        return np.sum(distance * (k - n * expit(logit_at + slope * distance)))

    # The score falls with the slope; a date close to a year may need a very steep one.
    steepest = 1.0
    while score(steepest) > 0 or score(-steepest) < 0:
        steepest *= 2
    slope = optimize.brentq(score, -steepest, steepest)
    return loglikelihood(logit_at + slope * distance, k, n)
