"""The registered decision rules as pure functions: numbers in, one of five verdicts out.

What each word means, fixed before the data were analysed:

supported
    The registered support rule holds: for a difference, the 95 % interval excludes zero in the predicted
    direction *and* the estimate reaches the smallest effect size of interest (SESOI); for a claim of no
    difference, the 90 % interval lies inside the bounds (two one-sided tests at .05).
weakly supported
    The direction is established but the estimate is below the SESOI, or the support rule holds in a
    convenience sample (`cap`).
contradicted
    The registered contradiction rule holds: the 90 % interval lies inside the bounds of the negligible, or
    the 95 % interval lies wholly on the wrong side.
inconclusive
    Data exist and neither rule holds. A wide interval is inconclusive, never support for "no difference".
untested
    No data to which the registered rule applies.
"""

import math

from gemeenten.errors import DesignError
from gemeenten.registry import TIERS

SUPPORTED = "supported"
WEAK = "weakly supported"
CONTRADICTED = "contradicted"
INCONCLUSIVE = "inconclusive"
UNTESTED = "untested"
VERDICTS = (SUPPORTED, WEAK, CONTRADICTED, INCONCLUSIVE, UNTESTED)

CONVENIENCE = ("coded", "survey")
# Below this power a significant estimate overstates the effect about 1.4 times or more
# (Gelman & Carlin 2014, Perspectives on Psychological Science 9: 641-651, the type M error).
LOW_POWER = 0.5


def directional(estimate, ci95, ci90, sesoi, direction=1, wrong_side=True):
    """Return the verdict on a claim that predicts a difference of a given sign.

    Parameters
    ----------
    estimate : float
        The difference, in the unit of `sesoi`.
    ci95, ci90 : tuple of float
        (low, high) of the 95 % and the 90 % interval.
    sesoi : float
        Smallest effect size of interest, positive.
    direction : {1, -1}
        The predicted sign.
    wrong_side : bool
        Whether a 95 % interval wholly on the other side of zero contradicts the claim; False where the
        registered rule does not list it, and then it is inconclusive.

    Raises
    ------
    DesignError
        If an interval is upside down, the SESOI is not positive, or the direction is not 1 or -1.
    """
    _check(ci95, ci90, sesoi)
    if direction not in (1, -1):
        raise DesignError(f"direction: {direction}; give 1 or -1, or use `equivalence` for a null claim")
    if not _known(estimate, *ci95, *ci90):
        return INCONCLUSIVE
    low, high = sorted(direction * bound for bound in ci95)
    established = low > 0
    if established and direction * estimate >= sesoi:
        return SUPPORTED
    if _inside(ci90, -sesoi, sesoi) or (wrong_side and high < 0):
        return CONTRADICTED
    return WEAK if established else INCONCLUSIVE


def equivalence(estimate, ci95, ci90, bound):
    """Return the verdict on a claim of no difference that matters.

    The two one-sided tests of Schuirmann (1987, J. Pharmacokinetics and Biopharmaceutics 15: 657-680) at
    .05 are the 90 % interval lying inside +-`bound`. Contradicted when the 95 % interval excludes zero and
    the estimate reaches the bound.

    Raises
    ------
    DesignError
        If an interval is upside down or the bound is not positive.
    """
    _check(ci95, ci90, bound)
    if not _known(estimate, *ci95, *ci90):
        return INCONCLUSIVE
    if _inside(ci90, -bound, bound):
        return SUPPORTED
    excludes_zero = ci95[0] > 0 or ci95[1] < 0
    return CONTRADICTED if excludes_zero and abs(estimate) >= bound else INCONCLUSIVE


def above(low, high, threshold):
    """Return the verdict on a claim that a quantity with interval (low, high) exceeds a threshold."""
    _ordered((low, high))
    if not _known(low, high):
        return INCONCLUSIVE
    return from_conditions(low > threshold, high < threshold)


def ratio_directional(ratio, ci95, ci90, sesoi_ratio, direction=1, negligible=None):
    """Return the verdict on a claim that a ratio (odds, rate, hazard) lies above or below one.

    Parameters
    ----------
    ratio : float
        The estimated ratio, positive.
    ci95, ci90 : tuple of float
        Its intervals on the ratio scale. Where a rule says just "CI within", pass the 95 % one twice.
    sesoi_ratio : float
        Smallest ratio of interest, above one; for `direction` -1 its inverse is meant.
    direction : {1, -1}
        Whether the ratio is predicted above or below one.
    negligible : tuple of float, optional
        The ratios that count as no effect, for instance (1 / 1.25, 1.25); by default
        (1 / `sesoi_ratio`, `sesoi_ratio`).

    Raises
    ------
    DesignError
        If a ratio is not positive, an interval is upside down, or the SESOI is not above one.
    """
    numbers = (ratio, *ci95, *ci90)
    if any(value < 0 for value in numbers) or ratio == 0 or not sesoi_ratio > 1:
        raise DesignError("ratio: a ratio is positive and its SESOI above one; give the inverse if need be")
    _ordered(ci95)
    _ordered(ci90)
    if any(math.isnan(value) for value in numbers):  # an exact interval may be endless: infinity is known
        return INCONCLUSIVE
    floor, ceiling = negligible or (1 / sesoi_ratio, sesoi_ratio)
    established = ci95[0] > 1 if direction == 1 else ci95[1] < 1
    reached = ratio >= sesoi_ratio if direction == 1 else ratio <= 1 / sesoi_ratio
    wrong_side = ci95[1] < 1 if direction == 1 else ci95[0] > 1
    contradicts = _inside(ci90, floor, ceiling) or wrong_side
    return from_conditions(established and reached, contradicts, weakly=established)


def from_conditions(supports, contradicts, observed=True, weakly=False):
    """Return the verdict of a compound rule whose conditions the claim has computed by name.

    Parameters
    ----------
    supports, contradicts : bool
        Whether the registered support and contradiction rules hold; support is looked at first.
    observed : bool
        False when the data the rule speaks of do not exist: untested.
    weakly : bool
        Whether the direction is established although the support rule does not hold.
    """
    if not observed:
        return UNTESTED
    if supports:
        return SUPPORTED
    if contradicts:
        return CONTRADICTED
    return WEAK if weakly else INCONCLUSIVE


def verdict(estimate, ci95, ci90, sesoi, direction, n, power=None):
    """Return the verdict of the general rule, for a predicted sign or for a null claim.

    Parameters
    ----------
    estimate, ci95, ci90, sesoi
        As in `directional`.
    direction : {1, -1, 0}
        Predicted sign; 0 is a claim of no difference, with bounds +-`sesoi`.
    n : int
        Units the estimate rests on; none is untested.
    power : float, optional
        Power to detect the SESOI. Below `LOW_POWER` a significant difference overstates the effect, so
        support is weak. An equivalence verdict carries its own power in its interval.
    """
    if not n >= 0:
        raise DesignError(f"n: {n}; give the number of units the estimate rests on")
    if n == 0:
        return UNTESTED
    if direction == 0:
        return equivalence(estimate, ci95, ci90, sesoi)
    found = directional(estimate, ci95, ci90, sesoi, direction)
    underpowered = power is not None and power < LOW_POWER
    return WEAK if found == SUPPORTED and underpowered else found


def cap(found, *tiers, all_municipalities=True):
    """Return the strongest verdict that the evidence tiers allow; a principle fixed beforehand.

    Simulated data give no verdict, whatever they show: *untested*. Coded models and marks that could be
    found are convenience samples: on a claim about all municipalities they can make it at most *weakly
    supported*, and cannot contradict it (*inconclusive*), because who is in the sample was not left to
    chance. Evidence that joins several tiers is as strong as the weakest of them.

    Parameters
    ----------
    found : str
        The verdict of the rule.
    *tiers : str
        The tiers the evidence rests on.
    all_municipalities : bool
        Whether the claim is about all municipalities; False for one about the units that were observed.

    Raises
    ------
    DesignError
        If a verdict or tier has an unknown name.
    """
    unknown = [tier for tier in tiers if tier and tier not in TIERS]
    if found not in VERDICTS or unknown:
        raise DesignError(f"{(unknown or [found])[0]!r}: no such verdict or tier; use {VERDICTS} and {TIERS}")
    if "simulated" in tiers:
        return UNTESTED
    if all_municipalities and any(tier in CONVENIENCE for tier in tiers):
        return {SUPPORTED: WEAK, CONTRADICTED: INCONCLUSIVE}.get(found, found)
    return found


def _known(*numbers):
    return all(math.isfinite(number) for number in numbers)


def _inside(interval, floor, ceiling):
    return floor < interval[0] and interval[1] < ceiling


def _ordered(interval):
    if interval[0] > interval[1]:
        raise DesignError(f"interval: {interval} is upside down; give (low, high)")


def _check(ci95, ci90, sesoi):
    _ordered(ci95)
    _ordered(ci90)
    if not sesoi > 0:
        raise DesignError(f"sesoi: {sesoi}; give the smallest effect size of interest, above zero")
