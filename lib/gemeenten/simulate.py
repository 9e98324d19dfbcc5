"""Data with a documented true effect, for teaching and for checking methods; never evidence for a claim.

Every row and the `attrs` carry ``tier = "simulated"`` and every code starts with SIM, so that no table of
these can pass for municipalities; ``attrs["true_effects"]`` holds the truth and ``attrs["seed"]`` the seed.
Each kind of randomness has its own stream from the seed: two calls that differ in one effect only differ by
exactly that effect.
"""

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import varies, vector
from gemeenten.errors import DesignError
from gemeenten.simulate_categories import adoption, ratings, shares
from gemeenten.simulate_marks import codes, distinct_years, generators, in_range, marked, whole

__all__ = ["adoption", "panel", "ratings", "shares", "sizes"]

CUTOFF = 100_000
OLD_MODEL, NEW_MODEL = "sectoren", "directie"
_MEDIAN_SIZE, _LOG_SD = 32_000, 0.85  # about the Dutch municipalities of 2023: 9 % above 100,000
_SMALLEST = 1_000
_LN_DENSITY = 6.27, 1.04  # mean and SD of ln(inhabitants per km2 of land), 342 municipalities in 2023
_OVERHEAD, _OVERHEAD_SD = 435, (0.29, 0.10)  # median 2023; a log SD of .31, split between units and years


def sizes(n=342, *, seed):
    """Return `n` whole population sizes, shape (n,), of which about 9 % exceed 100,000.

    Lognormal with median 32,000 and a log SD of 0.85: P(size > 100,000) = 1 - Phi(1.34) = 0.090.
    """
    n = whole(n, "n: units", 2)
    (rng,) = generators(seed, "sizes")
    drawn = rng.lognormal(np.log(_MEDIAN_SIZE), _LOG_SD, n)
    return np.maximum(_SMALLEST, np.round(drawn)).astype(int)


def panel(
    population=None,
    n=342,
    years=range(2010, 2020),
    *,
    jump=0.0,
    slope=0.0,
    model_effect=0.0,
    overhead_slope=0.0,
    urbanity_effect=0.0,
    urbanity_correlation=0.7,
    trend=0.0,
    switch_years=(2012, 2017),
    stay=0.22,
    stay_large=0.22,
    sd_between=0.35,
    sd_within=0.10,
    level=7.0,
    seed,
):
    """Return a panel of simulated municipalities by year, one row each, with known true effects.

    The score of unit i in year t is::

        level + jump * large_i + slope * ln(population_i / 100,000) + urbanity_effect * urbanity_i
              + model_effect * [model_it is 'directie'] + trend * (t - first year)
              + N(0, sd_between)_i + N(0, sd_within)_it

    and its overhead, in euros per inhabitant, which neither jumps at 100,000 nor depends on the model, is::

        exp(ln 435 + overhead_slope * ln(population_i / 100,000) + N(0, 0.29)_i + N(0, 0.10)_it)

    Columns: code ('SIM0001' ...), year, population and inhabitants (one number, constant over the years: its
    name in the shipped tables and in the text), large (strictly more than 100,000), urbanity (about mean 0,
    SD 1), density (inhabitants per km2 of land, of which urbanity is the standardised logarithm:
    exp(6.27 + 1.04 * urbanity)), model, switch_year (first year of the new model; 0 for units that never
    switch), score, overhead, tier ('simulated').

    ``attrs["true_effects"]`` holds jump, slope, model_effect, overhead_slope, urbanity_effect and trend as
    given; what each is in the data, and how it is missed, stands below.

    Parameters
    ----------
    population : array_like, shape (n,), optional
        Sizes of the units, positive; `n` is then ignored. None draws ``sizes(n, seed=seed)``.
    n : int
        Number of units when no population is given.
    years : sequence of int
        Distinct years.
    jump : float
        True effect of exceeding 100,000, in points. A raw large-versus-rest difference is biased by slope
        times the difference in mean ln size, plus urbanity_effect times the difference in mean urbanity; a
        discontinuity estimate is not, but is imprecise.
    slope : float
        True change in points per unit of ln population. A regression on ln population that leaves out `large`
        takes up part of the jump, and one that leaves out urbanity is biased as told below.
    model_effect : float
        True effect of the new model, in points, at once and for good from the switch year. Two-way fixed
        effects recover it without bias, since it is the same for all; a cross-section comparison of models
        is unbiased too while stay equals stay_large, and else is biased by what differs with size.
    overhead_slope : float
        True change of ln overhead per unit of ln population. It is the elasticity that a regression of ln
        overhead on ln population recovers without bias, with or without `large`, density or the model.
    urbanity_effect : float
        Points per SD of urbanity, the confounder of size. Leaving urbanity out biases the slope on ln
        population by urbanity_effect * urbanity_correlation / SD(ln population).
    urbanity_correlation : float
        Correlation of urbanity with ln population, strictly between -1 and 1.
    trend : float
        Points per year for all. A before-after comparison of switchers is biased by trend times the years
        between the mean of the before and of the after years.
    switch_years : (int, int)
        First and last year in which a unit that switches may do so, all equally likely.
    stay, stay_large : float
        Probability that a unit of at most, or of more than, 100,000 never leaves the old model ('sectoren').
    sd_between, sd_within : float
        SD of lasting differences between units (0.35 on a 1-10 mark is an assumption, not an estimate), and
        of the deviation in a year. Rows of one unit correlate by sd_between^2 / (sd_between^2 + sd_within^2),
        so standard errors that take rows as independent are too small.
    level : float
        Score of a unit of 100,000 inhabitants, mean urbanity and the old model, in the first year.
    seed : int
        Seed; keyword only and required.

    Raises
    ------
    DesignError
        If a size is missing or not positive, years repeat, or a share, SD or correlation is out of range.
    """
    truth = dict(jump=jump, slope=slope, model_effect=model_effect, overhead_slope=overhead_slope)
    truth |= dict(urbanity_effect=urbanity_effect, trend=trend)
    _refuse_odd(truth, level, (stay, stay_large), (sd_between, sd_within), urbanity_correlation)
    years = distinct_years(years)
    rngs = generators(seed, "panel", 7)
    population = _population(population, n, seed)
    large = population > CUTOFF
    urbanity = _urbanity(population, urbanity_correlation, rngs[0])
    switch = _switch(np.where(large, stay_large, stay), switch_years, rngs[1], rngs[2])
    fixed = level + jump * large + slope * np.log(population / CUTOFF) + urbanity_effect * urbanity
    unit = fixed + sd_between * rngs[3].standard_normal(population.size)
    new = (switch[:, None] > 0) & (years >= switch[:, None])
    noise = sd_within * rngs[4].standard_normal(new.shape)
    score = unit[:, None] + model_effect * new + trend * (years - years[0]) + noise
    overhead = _overhead(population, overhead_slope, score.shape, *rngs[5:])
    per_unit = {"population": population, "inhabitants": population, "large": large}
    per_unit |= {"urbanity": urbanity, "density": _density(urbanity)}
    frame = _long(years, per_unit, new, switch).assign(score=score.ravel(), overhead=overhead.ravel())
    return marked(frame, seed, truth)


def _refuse_odd(truth, level, stays, sds, correlation):
    vector([*truth.values(), level], "effects")
    for value, name in zip(stays, ("stay", "stay_large"), strict=True):
        in_range(value, name, 0, 1)
    for value, name in zip(sds, ("sd_between", "sd_within"), strict=True):
        in_range(value, name, 0, np.finfo(float).max)
    in_range(correlation, "urbanity_correlation", -0.999, 0.999)


def _long(years, per_unit, new, switch):
    n, t = new.shape
    columns = {"code": codes(n), **per_unit, "switch_year": switch}
    frame = pd.DataFrame({name: np.repeat(values, t) for name, values in columns.items()})
    frame.insert(1, "year", np.tile(years, n))
    frame.insert(frame.shape[1] - 1, "model", np.where(new, NEW_MODEL, OLD_MODEL).ravel())
    return frame


def _density(urbanity):
    mean, sd = _LN_DENSITY
    return np.exp(mean + sd * urbanity)


def _overhead(population, slope, shape, lasting, yearly):
    between, within = _OVERHEAD_SD
    unit = (
        np.log(_OVERHEAD) + slope * np.log(population / CUTOFF) + between * lasting.standard_normal(shape[0])
    )
    return np.exp(unit[:, None] + within * yearly.standard_normal(shape))


def _population(population, n, seed):
    if population is None:
        return sizes(n, seed=seed)
    given = vector(population, "population")
    if (given <= 0).any():
        raise DesignError(f"population: {int((given <= 0).sum())} size(s) of zero or less; drop those units")
    return given.astype(int) if (given == np.floor(given)).all() else given


def _urbanity(population, correlation, rng):
    size = np.log(population)
    varies(size, "population")
    own = rng.standard_normal(size.size)
    return correlation * (size - size.mean()) / size.std() + np.sqrt(1 - correlation**2) * own


def _first_and_last(switch_years):
    if np.size(switch_years) != 2:
        raise DesignError(f"switch_years: has {np.size(switch_years)} value(s); give the first and last year")
    return (whole(year, "switch_years", 0) for year in switch_years)


def _switch(stay, switch_years, who, when):
    first, last = _first_and_last(switch_years)
    if first > last:
        raise DesignError(f"switch_years: {first} comes after {last}; give the first year first")
    chosen = when.integers(first, last, size=stay.size, endpoint=True)
    return np.where(who.random(stay.size) < stay, 0, chosen)
