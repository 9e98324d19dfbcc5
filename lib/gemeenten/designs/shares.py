"""Shares: intervals, differences, what a total says of its parts, correction for misclassified units.

Fields are flat, so that ``pandas.DataFrame([interval(k, n) for ...])`` is a table of shares.
Sources: Wilson 1927, J. Am. Stat. Assoc. 22:209-212; Newcombe 1998, Stat. Med. 17:857-872 (a), 873-890 (b);
Duncan & Davis 1953, Am. Sociol. Rev. 18:665-666; Rogan & Gladen 1978, Am. J. Epidemiol. 107:71-76; Lang &
Reiczigel 2014, Prev. Vet. Med. 113:13-22.
"""

import math

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gemeenten.designs import inputs
from gemeenten.designs.share_results import Bounds, Corrected, Difference, Share
from gemeenten.errors import DesignError

#: Intervals that keep a width when no unit or every unit has the trait (the Wald interval does not).
METHODS = ("wilson", "beta", "jeffreys", "agresti_coull")

#: Exact tests of equal shares; Boschloo's does not condition on the total and is never less powerful.
TESTS = {"fisher": stats.fisher_exact, "boschloo": stats.boschloo_exact}

#: Shares are exact up to this much.
ROUNDING = 1e-9


def interval(k, n, level=0.95, method="wilson"):
    """Return the share k / n with its interval: Wilson's (Newcombe 1998a, method 3) unless told otherwise.

    Parameters
    ----------
    k, n : int
        Units with the trait, and all units.
    level : float
        Confidence level.
    method : {"wilson", "beta", "jeffreys", "agresti_coull"}
        As in statsmodels' proportion_confint; "beta" is Clopper-Pearson.

    Raises
    ------
    DesignError
        Unless k and n are whole numbers with 0 <= k <= n and n > 0.
    """
    k, n = _counts(k, n)
    if method not in METHODS:
        raise DesignError(f"method: {method!r} is not one of {', '.join(METHODS)}")
    low, high = proportion_confint(k, n, alpha=1 - inputs.share(level, "level"), method=method)
    return Share(k, n, k / n, 0.0 if k == 0 else float(low), 1.0 if k == n else float(high), level, method)


def difference(k1, n1, k2, n2, level=0.95):
    """Return k1 / n1 - k2 / n2 with Newcombe's hybrid score interval (1998b, method 10).

    The two groups are independent samples; counts and errors as in `interval`.
    """
    (k1, n1), (k2, n2) = _counts(k1, n1, "k1", "n1"), _counts(k2, n2, "k2", "n2")
    alpha = 1 - inputs.share(level, "level")
    low, high = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff", alpha=alpha)
    p1, p2, p_value = k1 / n1, k2 / n2, exact_p(k1, n1, k2, n2)
    return Difference(k1, n1, k2, n2, p1, p2, p1 - p2, float(low), float(high), level, p_value)


def exact_p(k1, n1, k2, n2, method="fisher", alternative="two-sided"):
    """Return the exact p-value of equal shares ("fisher" or "boschloo"); "greater": share 1 above share 2."""
    (k1, n1), (k2, n2) = _counts(k1, n1, "k1", "n1"), _counts(k2, n2, "k2", "n2")
    if method not in TESTS or alternative not in ("two-sided", "less", "greater"):
        raise DesignError(f"method: no exact test {method!r}, {alternative!r}; use one of {', '.join(TESTS)}")
    return float(TESTS[method]([[k1, k2], [n1 - k1, n2 - k2]], alternative=alternative).pvalue)


def bounds(total_share, n_total, n_group, whole=False):
    """Return the Duncan-Davis limits on the shares of a group and of the rest, given the share of the total.

    Parameters
    ----------
    total_share : float or (float, float)
        Share of the total. A worded or rounded share is a pair, such as (0.5, 0.6) for "more than half":
        every share between its ends is then possible.
    n_total, n_group : int
        Units in the total, and in the group that is part of it.
    whole : bool
        Take the share for a rounded one of a whole number of units: the nearest count, or every count that a
        pair holds. The default takes it as it stands, as the textbook does: with w the group's part of all
        units the group's share lies between max(0, (p - 1 + w) / w) and min(1, p / w).

    Raises
    ------
    DesignError
        If a share lies outside [0, 1], a pair is empty or holds no whole count when `whole`, or the group or
        the rest is empty.
    """
    n_group, n_total = _counts(n_group, n_total, "n_group", "n_total")
    rest = n_total - n_group
    if not 0 < n_group < n_total:
        raise DesignError(f"n_group: {n_group} of {n_total}; the group and the rest each need a unit")
    first, last = _limits(total_share, n_total, inputs.flag(whole, "whole"))
    # All limits are linear in the total but for kinks where it fills the group or the rest.
    total = np.clip([first, last, n_group, rest], first, last)
    fewest, most = np.maximum(0, total - rest), np.minimum(total, n_group)
    low, high = (count / n_group - (total - count) / rest for count in (fewest, most))
    of_group, of_rest = (fewest.min(), most.max()), ((total - most).min(), (total - fewest).max())
    ends = (*np.divide(of_group, n_group), *np.divide(of_rest, rest), low.min(), high.max())
    return Bounds(first, last, n_total, n_group, *map(float, ends))


def rogan_gladen(share, sensitivity, specificity, n=None, n_sensitivity=None, n_specificity=None, level=0.95):
    """Return a share corrected for misclassification, (share + Sp - 1) / (Se + Sp - 1), cut to [0, 1].

    Parameters
    ----------
    share, sensitivity, specificity : float
        Share as coded; probability that a unit with the trait is coded so, and one without it as lacking it.
    n : int, optional
        Units coded; without it there is no interval.
    n_sensitivity, n_specificity : int, optional
        Units with and without the trait on which the two were estimated; None takes them as known.
    level : float
        Confidence level.

    Raises
    ------
    DesignError
        If a probability lies outside [0, 1], or the coding is no better than chance (Se + Sp <= 1).

    Notes
    -----
    Rogan & Gladen 1978; the interval is that of Lang & Reiczigel 2014, cut to [0, 1].
    """
    p, se, sp = _unit(share, "share"), _unit(sensitivity, "sensitivity"), _unit(specificity, "specificity")
    if se + sp <= 1:
        raise DesignError(f"sensitivity + specificity: {se + sp:g}; above 1 needed, or the codes say nothing")
    raw = (p + sp - 1) / (se + sp - 1)
    level, low, high = inputs.share(level, "level"), math.nan, math.nan
    if n is not None:
        low, high = _lang_reiczigel(p, n, (se, n_sensitivity), (sp, n_specificity), level)
    clipped = not -ROUNDING <= raw <= 1 + ROUNDING
    return Corrected(p, min(max(raw, 0.0), 1.0), low, high, level, se, sp, clipped, n)


def _lang_reiczigel(share, n, sensitivity, specificity, level):
    """Return the interval of Lang & Reiczigel 2014; each pair is (probability, units or None)."""
    n, z = _positive(n, "n"), stats.norm.isf((1 - level) / 2)
    p, n = (n * share + z**2 / 2) / (n + z**2), n + z**2
    (se, var_se), (sp, var_sp) = (
        _plus_one(*sensitivity, "n_sensitivity"),
        _plus_one(*specificity, "n_specificity"),
    )
    corrected = (p + sp - 1) / (se + sp - 1)
    centre = corrected + 2 * z**2 * (corrected * var_se - (1 - corrected) * var_sp)
    variance = p * (1 - p) / n + corrected**2 * var_se + (1 - corrected) ** 2 * var_sp
    reach = z * math.sqrt(variance) / (se + sp - 1)
    return tuple(float(np.clip(end, 0, 1)) for end in (centre - reach, centre + reach))


def _plus_one(probability, n, name):
    """Return a probability with one success and one failure added, and its variance (none if n is None)."""
    if n is None:
        return probability, 0.0
    probability, n = (_positive(n, name) * probability + 1) / (n + 2), n + 2
    return probability, probability * (1 - probability) / n


def _counts(k, n, k_name="k", n_name="n"):
    k, n = _whole(k, k_name), _positive(n, n_name)
    if not 0 <= k <= n:
        raise DesignError(
            f"{k_name}: {k} is not between 0 and {n_name} = {n}; count the units with the trait"
        )
    return k, n


def _positive(value, name):
    number = _whole(value, name)
    if number < 1:
        raise DesignError(f"{name}: {number}; a share needs at least one unit")
    return number


def _whole(value, name):
    number = inputs.vector(value if np.ndim(value) else [value], name)
    if number.size > 1 or number[0] != np.floor(number[0]):
        raise DesignError(f"{name}: {value!r}; give one whole number of units")
    return int(number[0])


def _unit(value, name):
    number = float(inputs.vector([value], name)[0])
    if not 0 <= number <= 1:
        raise DesignError(f"{name}: {number:g} lies outside [0, 1]; divide percentages by 100")
    return number


def _limits(total_share, n_total, whole):
    """Return the fewest and the most units that the share, or pair of shares, allows; whole ones as int."""
    ends = [_unit(end, "total_share") * n_total for end in np.ravel(np.asarray(total_share, dtype=object))]
    # Rounding error must not make 95 / 430 of 430 anything but 95.
    ends = [round(end) if abs(end - round(end)) < ROUNDING * n_total else end for end in ends]
    if whole and len(ends) == 1:
        ends = [round(ends[0])]
    elif whole and len(ends) == 2:
        ends = [math.ceil(ends[0]), math.floor(ends[1])]
    if len(ends) not in (1, 2) or ends[0] > ends[-1]:
        raise DesignError(
            f"total_share: {total_share!r} allows no count of {n_total}; give a share or (low, high)"
        )
    return ends[0], ends[-1]
