"""Diffusion: a logistic curve through a few published shares, and when it passes one half.

The interval of the crossing is by profile likelihood: all dates that a likelihood-ratio test does not reject. With
few shares, some near 0 or 1, it needs no normal approximation of a ratio (as the delta method and Fieller's do),
and it is unbounded exactly when a flat curve is not rejected, which is then stated.

Sources: Collett 2003, Modelling Binary Data, ch. 4 (effective dose, Fieller); Venzon & Moolgavkar 1988, Appl.
Stat. 37:87-94 (profile likelihood); Griliches 1957, Econometrica 25:501-522 (logistic diffusion).
"""

import itertools
import warnings

import numpy as np
from scipy import optimize, stats
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from gemeenten.designs import inputs
from gemeenten.designs.diffusion_results import Curve, CurveBounds, Sensitivity
from gemeenten.errors import DesignError

#: A slope that moves the logit by less than this over all years is rounding error.
FLAT = 1e-9

#: Dates further away than this many times the years observed count as infinitely far.
FAR = 1e6

#: The logit cannot move by more than this between two neighbouring years.
STEEPEST = 100.0

#: Values tried of each share that is only known to lie in an interval, its ends among them.
GRID = 5


def fit(years, shares, n, at=0.5, level=0.95, census=()):
    """Return the logistic curve through published shares and the date at which it crosses `at`.

    Parameters
    ----------
    years : array_like, shape (shares,)
        Years of the shares, in any order; at least two differ.
    shares : array_like, shape (shares,)
        Shares between 0 and 1; used as printed, without rounding to whole counts.
    n : float or array_like, shape (shares,)
        Units behind each share.
    at : float
        Share whose date is asked.
    level : float
        Confidence level.
    census : sequence of float
        Years whose share covers all units. Their binomial error is kept, as chance in adoption, which makes the
        interval cautious, and the sentence says so.

    Raises
    ------
    DesignError
        On bad input, or when a share of 0 or 1 leaves no finite slope (complete separation).
    """
    years, shares, n = _points(years, shares, n)
    at, level, k = inputs.share(at, "at"), inputs.share(level, "level"), shares * n
    unknown = sorted(set(map(float, census)) - set(years.tolist()))
    if unknown:
        raise DesignError(f"census: {unknown[0]:g} is not among the years; name years that have a share")
    _refuse_separation(years, k, n)
    (intercept, slope), covariance = _estimate(years, shares, n)
    centre = years.mean()
    eta = intercept + slope * (years - centre)
    best = _loglikelihood(eta, k, n)
    flat = 2 * (best - _loglikelihood(np.full_like(years, logit(k.sum() / n.sum())), k, n))
    misfit = 2 * (_loglikelihood(logit(shares), k, n) - best)
    crossing, low, high = np.nan, -np.inf, np.inf
    if abs(slope) * np.ptp(years) > FLAT:
        crossing = centre + (logit(at) - intercept) / slope
        cut = stats.chi2.isf(1 - level, 1)
        if flat > cut:
            low, high = _profile_interval(years, k, n, logit(at), crossing, best - cut / 2)
    p_fit = stats.chi2.sf(misfit, len(years) - 2) if len(years) > 2 else np.nan
