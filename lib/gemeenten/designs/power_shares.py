"""The exact power of Fisher's test between two shares, and the share it can tell apart."""

from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from gemeenten.designs.inputs import at_least, flag, scalar, share
from gemeenten.errors import DesignError

_SAME = 1 + 1e-7  # probabilities this close are one: R's fisher.test counts them as equally extreme


def fisher_power(p1, n1, p2, n2, alpha=0.05):
    """Return the exact power of Fisher's two-sided test between a share `p1` of n1 and `p2` of n2.

    Every pair of counts is listed with its probability; the p-value adds the tables with the same margins
    that are no likelier than the one observed (Agresti 2013, Categorical Data Analysis, sec. 3.5).

    Parameters
    ----------
    p1, p2 : float
        True shares, 0 to 1.
    n1, n2 : int
        Units in each group.
    alpha : float
        Two-sided size.
    """
    n1, n2 = (group_size(n, name, 1) for n, name in ((n1, "n1"), (n2, "n2")))
    for p, name in ((p1, "p1"), (p2, "p2")):
        if not 0 <= scalar(p, name) <= 1:
            raise DesignError(f"{name}: {p:g} is not a share between 0 and 1")
    first = binom.pmf(np.arange(n1 + 1), n1, p1)
    second = binom.pmf(np.arange(n2 + 1), n2, p2)
    return min(1.0, float(first @ _fisher_rejects(n1, n2, share(alpha, "alpha")) @ second))


def mde_proportions(p2, n1, n2, alpha=0.05, power=0.8, higher=True):
    """Return the share nearest to `p2` on the chosen side that `fisher_power` tells apart with `power`.

    Parameters
    ----------
    p2 : float
        Share in the second group.
    n1, n2, alpha, power
        As in `fisher_power` and `mde_two_groups`.
    higher : bool
        Look above p2; else below.

    Raises
    ------
    DesignError
        If even a share of 1 (or 0) is not told apart with that power.
    """
    share(power, "power", low=share(alpha, "alpha"))
    p2 = share(p2, "p2")
    end = 1.0 if flag(higher, "higher") else 0.0
    most = fisher_power(end, n1, p2, n2, alpha)
    if most < power:
        raise DesignError(
            f"power: {power:g} is out of reach, a share of {end:g} gives {most:.2f}; enlarge n1"
        )
    return brentq(lambda p1: fisher_power(p1, n1, p2, n2, alpha) - power, p2, end)


@lru_cache(maxsize=32)
def _fisher_rejects(n1, n2, alpha):
    """Return a boolean array of shape (n1 + 1, n2 + 1): Fisher's test rejects at these two counts."""
    rejects = np.zeros((n1 + 1, n2 + 1), dtype=bool)
    for total in range(n1 + n2 + 1):
        k1 = np.arange(max(0, total - n2), min(n1, total) + 1)
        probability = hypergeom.pmf(k1, n1 + n2, total, n1)
        ordered = np.sort(probability)
        no_likelier = np.searchsorted(ordered, probability * _SAME, side="right")
        rejects[k1, total - k1] = np.cumsum(ordered)[no_likelier - 1] <= alpha
    return rejects


def group_size(n, name, needed):
    """Return `n` as an int; a DesignError unless it is a whole number of at least `needed` units."""
    n = scalar(n, name)
    if not np.isfinite(n) or int(n) != n:
        raise DesignError(f"{name}: {n:g} is not a whole number of units")
    at_least(int(n), needed, f"{name}: units in the group")
    return int(n)
