"""Power by simulation: draw data with a known truth many times and count how often a test rejects."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from statsmodels.stats.proportion import proportion_confint

from gemeenten.designs.discontinuity import fit
from gemeenten.designs.discontinuity_inputs import count_of_draws, whole_seed
from gemeenten.designs.inputs import scalar, share, vector, workers
from gemeenten.designs.wording import evidence, interval, number
from gemeenten.errors import DesignError

CHUNK = 25  # draws a task: enough to outweigh the cost of sending the task


@dataclass(frozen=True)
class SimulatedPower:
    """How often a test rejected in simulated draws.

    `share` is rejected over all draws, `ci` its Monte Carlo (Wilson) interval; `undecided` counts the draws
    in which the design could not be computed, which are no rejections.
    """

    share: float
    ci: tuple
    rejected: int
    undecided: int
    draws: int
    level: float

    def sentence(self, what="the test", unit="", tier="simulated"):
        """Return the rejection rate with its Monte Carlo interval: about a method, not the world."""
        told = (
            f"In {self.draws:,} draws {what} rejected in {number(100 * self.share, 2)} % (Monte Carlo "
            f"{interval(100 * self.ci[0], 100 * self.ci[1], self.level, 2)} %)"
        )
        if self.undecided:
            told += f"; in {self.undecided:,} draws it could not be computed"
        return f"{told}. {evidence(self.draws, tier)}"


def by_simulation(draw, decide, draws=1000, *, seed, n_jobs=1, level=0.95):
    """Return the `SimulatedPower` of `decide` over data made by `draw`.

    Every draw has its own generator, spawned from the seed, so the result does not depend on `n_jobs`.

    Parameters
    ----------
    draw : callable
        ``draw(rng)`` returns a data set made with the given `numpy.random.Generator`.
    decide : callable
        ``decide(data)`` returns whether the test rejects; a DesignError counts the draw as undecided.
    draws : int
        Number of data sets.
    seed : int
        Seed of the whole.
    n_jobs : int
        Processes, as in `joblib.Parallel`; another backend can be set with `joblib.parallel_config`.
    level : float
        Of the Monte Carlo interval.

    Raises
    ------
    DesignError
        If there is less than one draw, or no draw at all could be decided.
    """
    level = share(level, "level")
    decided = outcomes(draw, lambda data: bool(decide(data)), draws, seed, n_jobs)
    rejected, undecided = decided.count(True), decided.count(None)
    ci = proportion_confint(rejected, len(decided), alpha=1 - level, method="wilson")
    return SimulatedPower(
        share=rejected / len(decided),
        ci=tuple(map(float, ci)),
        rejected=rejected,
        undecided=undecided,
        draws=len(decided),
        level=level,
    )


def outcomes(draw, decide, draws, seed, n_jobs=1):
    """Return what `decide` makes of every draw, as a list; None where it raises a DesignError."""
    seeds = np.random.SeedSequence(whole_seed(seed)).spawn(count_of_draws(draws, 1))
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    found = Parallel(n_jobs=workers(n_jobs))(delayed(_chunk)(draw, decide, chunk) for chunk in chunks)
    found = [one for chunk in found for one in chunk]
    if all(one is None for one in found):
        raise DesignError(f"decide: none of {draws} draws could be computed; enlarge the sample")
    return found


def _chunk(draw, decide, seeds):
    return [_one(decide, draw(np.random.default_rng(seed))) for seed in seeds]


def _one(decide, data):
    try:
        return decide(data)
    except DesignError:
        return None


@dataclass(frozen=True)
class Step:
    """Draws (y, x): a line in ln(x/cutoff), a step at strictly more than the cutoff, normal deviations."""

    populations: np.ndarray
    step: float
    sd: float
    slope: float
    cutoff: float

    @classmethod
    def of(cls, populations, step, sd, slope, cutoff):
        """Return the generator after checking its arguments."""
        populations = vector(populations, "populations")
        if (populations <= 0).any():
            raise DesignError("populations: some are zero or less; drop those units first")
        for value, name in ((sd, "sd"), (cutoff, "cutoff")):
            if not 0 < scalar(value, name) < np.inf:
                raise DesignError(f"{name}: {value:g} must be positive and finite")
        vector([step, slope], "step and slope")
        return cls(populations, float(step), float(sd), float(slope), float(cutoff))

    def __call__(self, rng):
        """Return one draw (y, x)."""
        size = np.log(self.populations / self.cutoff)
        deviation = self.sd * rng.standard_normal(size.size)
        return self.step * (self.populations > self.cutoff) + self.slope * size + deviation, self.populations


def step_rejection(populations, step, sd, reject, draws=400, *, seed, n_jobs=1, slope=0.0, cutoff=100_000):
    """Return how often ``reject(y, x)`` rejects when y truly steps at the cutoff of these populations.

    Parameters
    ----------
    populations : array_like, shape (n,)
        Sizes x of the units, positive; held fixed over the draws.
    step : float
        True step for x strictly above the cutoff, in the unit of y; 0 gives the size of the test.
    sd : float
        SD of y between units of the same size.
    reject : callable
        ``reject(y, x)`` returns whether the test rejects, for instance a threshold or a permutation test.
    draws, seed, n_jobs
        As in `by_simulation`.
    slope : float
        True change of y per unit of ln x.
    cutoff : float
        In units of x.

    Raises
    ------
    DesignError
        If populations are missing or not positive, or sd is not positive.
    """
    made = Step.of(populations, step, sd, slope, cutoff)
    return by_simulation(made, lambda data: reject(*data), draws, seed=seed, n_jobs=n_jobs)


def rd_rejection(
    populations, jump, sd, draws=400, *, seed, n_jobs=1, slope=0.0, cutoff=100_000, alpha=0.05, **options
):
    """Return how often the robust interval of `discontinuity.fit` excludes zero at a true `jump`.

    With ``jump=0`` this is the size of the test, which for few units on a side exceeds `alpha`. Arguments as
    in `step_rejection`; `options` go to `discontinuity.fit` (h, kernel, vce).
    """
    share(alpha, "alpha")

    def reject(y, x):
        return fit(y, x, cutoff, **options).p_robust < alpha

    return step_rejection(
        populations, jump, sd, reject, draws, seed=seed, n_jobs=n_jobs, slope=slope, cutoff=cutoff
    )
