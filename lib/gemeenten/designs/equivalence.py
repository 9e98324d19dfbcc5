"""Equivalence by two one-sided tests: an effect shown to lie within a bound too small to matter.

The null hypothesis is that the effect lies *outside* the bound, so that "does not matter" has to be earned.
Sources: Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657-680; Lakens 2017, Soc. Psychol. Personal. Sci.
8:355-362; Rainey 2014, Am. J. Polit. Sci. 58:1083-1091 (the 90% interval inside the bound).
"""

import math

import numpy as np
from scipy import stats

from gemeenten.designs import inputs
from gemeenten.designs.equivalence_results import Equivalence, NonInferiority
from gemeenten.errors import DesignError


def two_samples(a, b, bound, equal_var=False, paired=False, alpha=0.05):
    """Return the test that mean(a) - mean(b) lies within `bound`.

    Parameters
    ----------
    a, b : array_like or Series, shapes (n_a,) and (n_b,)
        Outcomes in one unit; pairs in the same order when `paired`.
    bound : float or (float, float)
        Smallest difference that matters, in the outcome's unit: a positive number, or (low, high).
    equal_var : bool
        Pool the variances instead of Welch's test; ignored when `paired`.
    paired : bool
        Test the mean of the differences a - b.
    alpha : float
        Level of each one-sided test, below one half.

    Raises
    ------
    DesignError
        On missing values, fewer than two units, constant samples, unequal lengths of pairs, or a bad bound.

    Notes
    -----
    Schuirmann 1987; Lakens 2017 (Welch). The numbers are those of statsmodels' ttost_ind and ttost_paired.
    """
    if inputs.flag(paired, "paired"):
        inputs.same_index(a=a, b=b)
    a, b = inputs.vector(a, "a"), inputs.vector(b, "b")
    if paired:
        inputs.same_length(a=a, b=b)
        _refuse_constant(a - b, "a - b", max(np.abs(a).max(), np.abs(b).max()))
        return from_estimate(np.mean(a - b), stats.sem(a - b), bound, df=len(a) - 1, n=len(a), alpha=alpha)
    for values, name in ((a, "a"), (b, "b")):
        _refuse_constant(values, name, np.abs(values).max())
    summaries = (a.mean(), a.std(ddof=1), len(a), b.mean(), b.std(ddof=1), len(b))
    return from_summary(*summaries, bound, equal_var=equal_var, alpha=alpha)


def from_summary(m1, sd1, n1, m2, sd2, n2, bound, equal_var=False, alpha=0.05):
    """Return the test that m1 - m2 lies within `bound`, from printed means, SDs and numbers of units.

    Raises DesignError if a number is missing, an SD not above zero, or a group smaller than two units.
    """
    v1, v2 = _positive(sd1, "sd1") ** 2, _positive(sd2, "sd2") ** 2
    for n, name in ((n1, "n1"), (n2, "n2")):
        inputs.at_least(_finite(n, name), 2, name)
    d1, d2 = n1 - 1, n2 - 1
    if inputs.flag(equal_var, "equal_var"):
        df = d1 + d2
        v1 = v2 = (d1 * v1 + d2 * v2) / df
    else:  # Welch-Satterthwaite
        df = (v1 / n1 + v2 / n2) ** 2 / ((v1 / n1) ** 2 / d1 + (v2 / n2) ** 2 / d2)
    difference = _finite(m1, "m1") - _finite(m2, "m2")
    return from_estimate(difference, math.sqrt(v1 / n1 + v2 / n2), bound, df=df, n=int(n1 + n2), alpha=alpha)


def from_estimate(estimate, se, bound, df=None, n=None, alpha=0.05):
    """Return the test that an effect with a standard error, such as a coefficient, lies within `bound`.

    Parameters
    ----------
    estimate, se : float
        The effect and its standard error, in the unit of the outcome.
    bound, alpha
        As in `two_samples`.
    df : float, optional
        Degrees of freedom of the t distribution (clusters less one with clustered errors); None is normal.
    n : int, optional
        Units behind the estimate, for the sentence.

    Raises
    ------
    DesignError
        If a number is missing, `se` or `df` not above zero, or the bound empty.
    """
    estimate, se, (low, high) = _finite(estimate, "estimate"), _positive(se, "se"), _bounds(bound)
    alpha, reference, n = inputs.share(alpha, "alpha", high=0.5), _reference(df), _units(n)
    t_low, t_high = (estimate - low) / se, (estimate - high) / se
    p_low, p_high = float(reference.sf(t_low)), float(reference.cdf(t_high))
    tests = (t_low, t_high, p_low, p_high, max(p_low, p_high))
    reaches = (float(reference.isf(tail)) * se for tail in (alpha, alpha / 2))
    ci90, ci95 = ((estimate - reach, estimate + reach) for reach in reaches)
    p_zero, smallest = float(2 * reference.sf(abs(estimate / se))), max(-ci90[0], ci90[1])
    df = math.inf if df is None else float(df)
    return Equivalence(estimate, se, df, low, high, *tests, ci90, ci95, p_zero, smallest, alpha, n)


def non_inferiority(estimate, se, margin, df=None, higher_is_better=True, n=None, alpha=0.05):
    """Return the test that an effect is not worse than `margin`, a positive number in the outcome's unit.

    Worse is below -margin, or above +margin with `higher_is_better=False`; an effect in the favourable
    direction never speaks against. Other parameters and errors as in `from_estimate`; one half of its test.
    """
    estimate, se, margin = _finite(estimate, "estimate"), _positive(se, "se"), _positive(margin, "margin")
    alpha, reference, n = inputs.share(alpha, "alpha", high=0.5), _reference(df), _units(n)
    sign = 1 if inputs.flag(higher_is_better, "higher_is_better") else -1
    t = (sign * estimate + margin) / se
    worst = sign * estimate - float(reference.isf(alpha)) * se
    df, p = math.inf if df is None else float(df), float(reference.sf(t))
    return NonInferiority(estimate, se, df, margin, sign * t, p, sign * worst, max(0.0, -worst), alpha, n)


def _bounds(bound):
    try:
        values = np.asarray(bound, dtype=float).ravel()
    except (TypeError, ValueError):
        values = np.array([])
    low, high = (-values[0], values[0]) if values.size == 1 else values if values.size == 2 else (0, 0)
    if not (np.isfinite(values).all() and low < high):
        raise DesignError(f"bound: {bound!r}; give a positive number, or low and high with low < high")
    return float(low), float(high)


def _reference(df):
    return stats.norm() if df is None or df == math.inf else stats.t(_positive(df, "df"))


def _refuse_constant(values, name, scale):
    inputs.at_least(len(values), 2, f"units in {name}")
    if np.ptp(values) <= inputs.ROUNDING * scale:
        raise DesignError(f"{name}: is constant ({values[0]:g}); its standard error cannot be estimated")


def _finite(value, name):
    return float(inputs.vector([value], name)[0])


def _positive(value, name):
    number = _finite(value, name)
    if number <= 0:
        raise DesignError(f"{name}: {number:g}; give a number above zero")
    return number


def _units(n):
    if n is None:
        return None
    if not inputs.scalar(n, "n") >= 1 or n % 1:
        raise DesignError(f"n: {n:g}; give a whole number of units, or None when it is unknown")
    return int(n)
