"""What an interval can show, by simulation on given populations: detectable steps and equivalence bounds.

One run without a step is enough. A design whose interval moves along with the step (a difference in means, a
local polynomial fit on either side of the cutoff, a permutation window) excludes zero at a true step s in
just those draws in which its interval without a step excludes -s: every power is a share of the same draws.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import quantile_test

from gemeenten.designs.discontinuity_inputs import count_of_draws
from gemeenten.designs.inputs import share
from gemeenten.designs.power_simulation import Step, outcomes
from gemeenten.designs.wording import evidence, interval, number
from gemeenten.errors import DesignError

FEWEST_DRAWS = 50  # below it the 95 % interval of an 80 % quantile has no upper end


@dataclass(frozen=True)
class Attained:
    """A detectable step or a confirmable bound, in the unit of y, with its 95 % Monte Carlo interval `ci`."""

    value: float
    ci: tuple
    power: float
    draws: int
    kind: str

    def sentence(self, what="the outcome", unit="", tier="simulated"):
        """Return the value with its Monte Carlo interval: about a method, not the world."""
        size = f"{number(self.value)} {unit}".strip()
        told = {
            "step": f"A true step of {size} in {what} is found",
            "bound": f"With no true step, equivalence of {what} within +-{size} is confirmed",
        }[self.kind]
        return (
            f"{told} with {100 * self.power:g} % power (Monte Carlo {interval(*self.ci)}). "
            f"{evidence(self.draws, tier)}"
        )


@dataclass(frozen=True, eq=False)
class SimulatedIntervals:
    """The intervals of a design in draws without a step; `low` and `high` have one value a draw.

    A draw in which the design could not be computed has an infinite interval, which shows nothing;
    `undecided` counts those.
    """

    low: np.ndarray
    high: np.ndarray
    undecided: int

    @property
    def draws(self):
        """Number of draws."""
        return self.low.size

    @property
    def size(self):
        """Share of draws whose interval excludes zero although there is no step."""
        return self.power_at(0.0)

    @property
    def median_length(self):
        """Median length of the intervals, in the unit of y."""
        return float(np.median(self.high - self.low))

    def power_at(self, step):
        """Return the share of draws in which a true `step` would be found, on whichever side."""
        return float(np.mean((self.low + step > 0) | (self.high + step < 0)))

    def detectable_step(self, power=0.8):
        """Return the smallest positive step found, as positive, in a share `power` of draws (`Attained`)."""
        return self._attained(-self.low, power, "step")

    def confirmable_bound(self, power=0.8):
        """Return the smallest equivalence bound confirmed in a share `power` of draws (`Attained`).

        Confirmed means that the interval lies within the bounds; at 5 % a side that takes 90 % intervals
        (Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15(6):657-680).
        """
        return self._attained(np.maximum(np.abs(self.low), np.abs(self.high)), power, "bound")

    def _attained(self, needed, power, kind):
        value = float(np.quantile(needed, share(power, "power"), method="inverted_cdf"))
        if not np.isfinite(value):
            raise DesignError(
                f"power: {power:g} is out of reach, {self.undecided} of {self.draws} draws could not be "
                "computed; enlarge the sample"
            )
        ends = quantile_test(needed, q=value, p=power).confidence_interval(0.95)
        return Attained(value, (float(ends.low), float(ends.high)), float(power), self.draws, kind)

    def sentence(self, what="the outcome", unit="", tier="simulated"):
        """Return the size, the median length of the interval and the step found with 80 % power."""
        told = (
            f"Without a step the interval of {what} excludes zero in {number(100 * self.size, 2)} % of draws "
            f"and has a median length of {number(self.median_length)} {unit}".rstrip()
        )
        if self.undecided:
            told += f"; in {self.undecided:,} draws it could not be computed"
        try:
            return f"{told}. {self.detectable_step().sentence(what, unit, tier)}"
        except DesignError:
            return f"{told}. No step is found with 80 % power. {evidence(self.draws, tier)}"


def simulated_intervals(populations, sd, interval, draws=400, *, seed, n_jobs=1, slope=0.0, cutoff=100_000):
    """Return the `SimulatedIntervals` of a design over draws without a step on these populations.

    Parameters
    ----------
    populations : array_like, shape (n,)
        Sizes x of the units, positive; held fixed over the draws.
    sd : float
        SD of y between units of the same size.
    interval : callable
        ``interval(y, x)`` returns (low, high) for the step at the cutoff, and moves along when a step is
        added to y; a DesignError counts the draw as undecided. For instance
        ``lambda y, x: discontinuity.fit(y, x).ci_robust``.
    draws, seed, n_jobs
        As in `by_simulation`; at least 50 draws.
    slope, cutoff : float
        As in `step_rejection`.

    Raises
    ------
    DesignError
        If populations, sd or draws cannot be used, or no draw at all could be computed.
    """
    draws = count_of_draws(draws, FEWEST_DRAWS)
    draw = Step.of(populations, 0.0, sd, slope, cutoff)
    found = outcomes(draw, lambda data: tuple(interval(*data)), draws, seed, n_jobs)
    ends = np.array([(-np.inf, np.inf) if given is None else given for given in found], dtype=float)
    return SimulatedIntervals(ends[:, 0], ends[:, 1], sum(given is None for given in found))
