"""Equivalence by two one-sided tests: an effect shown to lie within a bound too small to matter.

The null hypothesis is that the effect lies *outside* the bound, so that "does not matter" has to be earned.
Sources: Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657-680; Lakens 2017, Soc. Psychol. Personal. Sci.
8:355-362; Rainey 2014, Am. J. Polit. Sci. 58:1083-1091 (the 90% interval inside the bound).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from gemeenten.designs import inputs, wording
from gemeenten.errors import DesignError

#: A spread below this multiple of the values themselves is rounding error, not variation.
ROUNDING = 8 * np.finfo(float).eps


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests of one effect; estimate, bounds and intervals in the unit of the outcome.

    ``ci90`` is the 1 - 2 alpha and ``ci95`` the 1 - alpha interval (named for alpha = .05), ``p_value`` the
    larger of ``p_low`` and ``p_high``, ``p_difference`` the two-sided test of an effect of zero, ``df``
    infinite for the normal; any symmetric bound above ``smallest_bound`` would have been confirmed.
    """

    estimate: float
    se: float
    df: float
    bound_low: float
    bound_high: float
    t_low: float
    t_high: float
    p_low: float
    p_high: float
    p_value: float
    ci90: tuple[float, float]
    ci95: tuple[float, float]
    p_difference: float
    smallest_bound: float
    alpha: float
    n: int | None

    @property
    def equivalent(self):
        """Whether the effect is shown to lie within the bound, at level alpha."""
        return bool(self.p_value < self.alpha)

    @property
    def different(self):
        """Whether the effect is shown to differ from zero, at level alpha."""
        return bool(self.p_difference < self.alpha)

    @property
    def decision(self):
        """Both tests in words: the four outcomes of Lakens 2017."""
        if self.equivalent:
            return "different and equivalent" if self.different else "equivalent within the bound"
        return "different and not shown to be equivalent" if self.different else "not shown to be equivalent"

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        bound = f"bound {wording.number(self.bound_low)} to {_told(self.bound_high, unit)}"
        return (
            f"The difference in {what} is {_told(self.estimate, unit)} "
            f"({wording.interval(*self.ci90, level=1 - 2 * self.alpha)}; "
            f"{wording.interval(*self.ci95, level=1 - self.alpha)}): {self.decision} ({bound}; "
            f"{wording.p_value(self.p_value)}, the larger of two one-sided tests); these data confirm a "
            f"symmetric bound only above {_told(self.smallest_bound, unit)} {_evidence(self.n, tier)}."
        )


@dataclass(frozen=True)
class NonInferiority:
    """A one-sided test that an effect is not worse than a margin.

    ``limit`` is the one-sided 1 - alpha limit on the unfavourable side; any margin above ``smallest_margin``
    would have been confirmed.
    """

    estimate: float
    se: float
    df: float
    margin: float
    t: float
    p_value: float
    limit: float
    smallest_margin: float
    alpha: float
    n: int | None

    @property
    def non_inferior(self):
        """Whether the effect is shown not to be worse than the margin, at level alpha."""
        return bool(self.p_value < self.alpha)

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        limit = f"one-sided {(1 - self.alpha) * 100:g}% limit {_told(self.limit, unit)}"
        verdict = "non-inferior" if self.non_inferior else "not shown to be non-inferior"
        return (
            f"The difference in {what} is {_told(self.estimate, unit)} ({limit}): {verdict} by "
            f"a margin of {_told(self.margin, unit)} ({wording.p_value(self.p_value)}); these data confirm a "
            f"margin only above {_told(self.smallest_margin, unit)} {_evidence(self.n, tier)}."
        )


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
    if equal_var:
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
    alpha, reference = inputs.share(_finite(alpha, "alpha"), "alpha", high=0.5), _reference(df)
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
    alpha, reference = inputs.share(_finite(alpha, "alpha"), "alpha", high=0.5), _reference(df)
    sign = 1 if higher_is_better else -1
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
    if np.ptp(values) <= ROUNDING * scale:
        raise DesignError(f"{name}: is constant ({values[0]:g}); its standard error cannot be estimated")


def _finite(value, name):
    return float(inputs.vector([value], name)[0])


def _positive(value, name):
    number = _finite(value, name)
    if number <= 0:
        raise DesignError(f"{name}: {number:g}; give a number above zero")
    return number


def _told(value, unit):
    return f"{wording.number(value)} {unit}".strip()


def _evidence(n, tier):
    return wording.evidence(n, tier) if n else wording.evidence(0, tier).replace("n = 0", "n not stated")
