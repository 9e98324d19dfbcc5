"""How precise a discontinuity can be on given sizes, by formula: units, standard error, detectable jump."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from gemeenten.designs.discontinuity_inputs import running
from gemeenten.designs.inputs import at_least, scalar, share
from gemeenten.designs.wording import evidence, number
from gemeenten.errors import DesignError

PARAMETERS = 2  # a line a side


@dataclass(frozen=True)
class Precision:
    """Precision of a local linear jump: units within the bandwidth, standard error and detectable jump.

    `se` and `detectable` are in the unit of `sd`; `span` in the unit of the sizes.
    """

    n_left: int
    n_right: int
    se: float
    detectable: float
    power: float
    span: tuple

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the detectable jump, the units it rests on and what the formula leaves out."""
        size = f"{number(self.detectable)} {unit}".strip()
        return (
            f"With {self.n_left} units left and {self.n_right} right, between {number(self.span[0])} and "
            f"{number(self.span[1])}, a jump in {what} of {size} is found with {100 * self.power:g} % power; "
            "smaller ones mostly go unseen. The true trend is taken as straight, which flatters. "
            f"{evidence(self.n_left + self.n_right, tier)}"
        )


def rd_precision(
    populations, bandwidth, sd=1.0, *, log=True, cutoff=100_000, alpha=0.05, power=0.8, inclusive=False
):
    """Return the `Precision` of a local linear fit on either side of the cutoff at a fixed `bandwidth`.

    The variance of weighted least squares with a triangular kernel, (X'WX)^-1 X'W^2 X (X'WX)^-1 sd^2, for
    outcomes of equal variance; the detectable jump is (z of 1 - alpha/2 plus z of power) times its root. That
    is what a conventional interval with known sd would attain; the robust one is longer.

    Parameters
    ----------
    populations : array_like, shape (n,)
        Sizes of all units; positive when ``log=True``.
    bandwidth : float
        In ln(x/cutoff) when ``log=True``, else in inhabitants.
    sd : float
        SD of the outcome between units of the same size.
    log, cutoff, inclusive
        As in `discontinuity.fit`.
    alpha, power : float
        Two-sided size, and the power wanted.

    Raises
    ------
    DesignError
        If an argument is out of range, or fewer than 2 distinct sizes lie within the bandwidth on a side.
    """
    for value, name in ((bandwidth, "bandwidth"), (sd, "sd")):
        if not 0 < scalar(value, name) < np.inf:
            raise DesignError(f"{name}: {value:g} must be positive and finite")
    share(power, "power", low=share(alpha, "alpha"))
    made = running(populations, cutoff, log, needed=PARAMETERS, inclusive=inclusive)
    distance = made.distance()
    variances, counts = [], []
    for side, here in (("left", ~made.right), ("right", made.right)):
        near = distance[here & (np.abs(distance) < bandwidth)]
        at_least(np.unique(near).size, PARAMETERS, f"bandwidth: distinct sizes {side} within {bandwidth:g}")
        variances.append(_variance_at_zero(near, 1 - np.abs(near) / bandwidth))
        counts.append(near.size)
    se = float(sd * np.sqrt(sum(variances)))
    reach = norm.isf(alpha / 2) + norm.ppf(power)
    return Precision(*counts, se, float(reach * se), float(power), made.span(float(bandwidth)))


def _variance_at_zero(distance, weights):
    """Return the variance of the intercept of weighted least squares on `distance` at unit variance."""
    design = np.column_stack([np.ones(distance.size), distance / np.abs(distance).max()])
    weighted = design * weights[:, None]
    intercept = np.linalg.solve(design.T @ weighted, weighted.T)[0]
    return float(intercept @ intercept)
