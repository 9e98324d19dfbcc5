"""What a design can show: minimal detectable effects, equivalence bounds, and power by formula or simulation.

Formulas return plain numbers, in the unit of `sd` (or shares); all are exact for normal outcomes with equal
variances, or for Fisher's exact test. Power found by simulation comes with its Monte Carlo interval, and is
found on the sizes of the units that are passed in.

    power_two_groups, mde_two_groups              difference in means: power, detectable difference
    tost_power, equivalence_bound_two_groups      equivalence of means: power, smallest bound
    fisher_power, mde_proportions                 two shares: exact power, detectable share
    rd_precision                                  a jump at a cutoff at a fixed bandwidth, by formula
    simulated_intervals                           any interval at a cutoff: size, detectable step, bound
    rd_rejection, step_rejection, by_simulation   how often any test rejects
"""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import chi
from scipy.stats import t as student

from gemeenten.designs.inputs import scalar, share
from gemeenten.designs.power_intervals import Attained, SimulatedIntervals, simulated_intervals
from gemeenten.designs.power_precision import Precision, rd_precision
from gemeenten.designs.power_shares import fisher_power, group_size, mde_proportions
from gemeenten.designs.power_simulation import SimulatedPower, by_simulation, rd_rejection, step_rejection
from gemeenten.errors import DesignError

__all__ = [
    "Attained",
    "Precision",
    "SimulatedIntervals",
    "SimulatedPower",
    "by_simulation",
    "change_sd",
    "equivalence_bound_two_groups",
    "fisher_power",
    "mde_proportions",
    "mde_two_groups",
    "power_two_groups",
    "rd_precision",
    "rd_rejection",
    "simulated_intervals",
    "step_rejection",
    "tost_power",
]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)
_TAIL = 1e-15  # probability left out at either end of the distribution of the estimated SD


def power_two_groups(difference, n1, n2, sd=1.0, alpha=0.05):
    """Return the power of the two-sided t-test to find a true `difference` in means.

    Parameters
    ----------
    difference : float
        True difference, in the unit of `sd`.
    n1, n2 : int
        Units in each group, at least 2.
    sd : float
        Standard deviation within each group.
    alpha : float
        Two-sided size.

    Raises
    ------
    DesignError
        If a group has fewer than 2 units, or an argument lies outside its range.

    Notes
    -----
    Noncentral t (Cohen 1988, Statistical Power Analysis, ch. 2), integrated over the estimated SD instead of
    taken from `scipy.stats.nct`, whose tails are NaN at some arguments.
    """
    df, se = _two_groups(n1, n2, sd)
    critical = student.isf(share(alpha, "alpha") / 2, df)
    shift = abs(_finite(difference, "difference")) / se
    return _over_estimated_sd(lambda s: ndtr(shift - critical * s) + ndtr(-shift - critical * s), df)


def mde_two_groups(n1, n2, sd=1.0, alpha=0.05, power=0.8):
    """Return the minimal detectable effect: the difference in means that a t-test finds with `power`.

    Arguments, errors and method as in `power_two_groups`; the result is in the unit of `sd`.
    """
    _, se = _two_groups(n1, n2, sd)
    share(power, "power", low=share(alpha, "alpha"))
    return _smallest(lambda effect: power_two_groups(effect * se, n1, n2, sd, alpha), power) * se


def tost_power(n1, n2, sd, bound, truth=0.0, alpha=0.05):
    """Return the power of two one-sided t-tests to confirm that two means differ by less than `bound`.

    Parameters
    ----------
    n1, n2, sd : int, int, float
        As in `power_two_groups`.
    bound : float
        Equivalence bound on either side of 0, in the unit of `sd`.
    truth : float
        True difference in means.
    alpha : float
        Size of each one-sided test; 0.05 goes with a 90 % interval.

    Notes
    -----
    Exact (Phillips 1990, J. Pharmacokinetics and Biopharmaceutics 18(2):137-144): given the estimated SD the
    two tests are one normal interval, which is then averaged over the estimated SD.
    """
    df, se = _two_groups(n1, n2, sd)
    critical = student.isf(share(alpha, "alpha", high=0.5), df)
    bound, shift = _positive(bound, "bound") / se, _finite(truth, "truth") / se
    return _over_estimated_sd(
        lambda s: ndtr(bound - shift - critical * s) - ndtr(critical * s - bound - shift),
        df,
        highest=bound / critical,
    )


def equivalence_bound_two_groups(n1, n2, sd=1.0, alpha=0.05, power=0.8):
    """Return the smallest equivalence bound that `tost_power` confirms with `power` when the truth is 0.

    Arguments as in `tost_power`; the result is in the unit of `sd`.
    """
    _, se = _two_groups(n1, n2, sd)
    share(power, "power", low=share(alpha, "alpha", high=0.5))
    return _smallest(lambda bound: tost_power(n1, n2, sd, bound * se, 0.0, alpha), power) * se


def change_sd(year_sd, sampling_sd=0.0):
    """Return the SD of a change between two years: sqrt(2) times the SD of one year's deviation.

    Parameters
    ----------
    year_sd : float
        SD of a unit's true value from year to year.
    sampling_sd : float
        Standard error of the measured value within a year.
    """
    for value, name in ((year_sd, "year_sd"), (sampling_sd, "sampling_sd")):
        if not 0 <= scalar(value, name) < np.inf:
            raise DesignError(f"{name}: {value:g} must be zero or more, and finite")
    return float(np.sqrt(2.0) * np.hypot(year_sd, sampling_sd))


def _over_estimated_sd(given, df, highest=np.inf):
    """Return the mean of `given(s)` over s, the estimated SD as a share of the true one, up to `highest`.

    s times sqrt(df) follows a chi distribution; Gauss-Legendre with 128 nodes is exact to about 1e-12.
    """
    root = np.sqrt(df)
    low, high = chi.ppf(_TAIL, df), min(chi.isf(_TAIL, df), highest * root)
    if high <= low:
        return 0.0
    point = (high - low) / 2 * _NODES + (high + low) / 2
    total = float((high - low) / 2 * np.sum(_WEIGHTS * chi.pdf(point, df) * given(point / root)))
    return min(1.0, total)


def _smallest(power_at, power):
    """Return the smallest positive argument at which the increasing `power_at` reaches `power`."""
    high = 1.0
    while power_at(high) < power:
        high *= 2
    return brentq(lambda effect: power_at(effect) - power, 1e-9, high, xtol=1e-12)


def _two_groups(n1, n2, sd):
    n1, n2 = group_size(n1, "n1", 2), group_size(n2, "n2", 2)
    return n1 + n2 - 2, _positive(sd, "sd") * float(np.sqrt(1 / n1 + 1 / n2))


def _finite(value, name):
    if not np.isfinite(scalar(value, name)):
        raise DesignError(f"{name}: {value:g} is not finite; give a number")
    return float(value)


def _positive(value, name):
    if not 0 < scalar(value, name) < np.inf:
        raise DesignError(f"{name}: {value:g} must be positive and finite")
    return float(value)
