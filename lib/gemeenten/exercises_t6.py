"""The exercises of tutorial T6: try a method where the truth is known before you trust it."""

from functools import cache

import numpy as np
import statsmodels.formula.api as smf
from scipy import stats

from gemeenten import exercises, tables
from gemeenten.designs import power, shares

YEAR, EARLIER, ELECTION = 2023, 2012, "PS2023"
CUTOFF, LEVEL = 100_000, 0.05
#: Exercise T6.1 prescribes the seed and the number of shuffles.
SHUFFLE_SEED, SHUFFLES = 61, 1000
#: Exercise T6.3 lets the reader choose a seed; its tolerance holds the Monte Carlo error of so many samples.
SAMPLES, SAMPLE_SIZE = 10_000, 12
#: The simulated studies of exercise T6.5; the notebook makes them with the same numbers.
STUDIES_SEED, STUDIES, TRUTH = 60, 2000, 1.5


@cache
def _accounts():
    """Return the accounts of 2023 with usable overhead: euros an inhabitant, and which are large."""
    rows = tables.load("accounts").query("year == @YEAR and stage == 'account' and filed and overhead > 0")
    rows = rows[rows["quality"].isna()]
    euros = 1000 * rows["overhead"] / rows["population"]
    return euros.to_numpy(), (rows["population"] > CUTOFF).to_numpy()


@cache
def _population(year):
    rows = tables.load("population").query("year == @year and quality == 'official'")
    return rows["population"].to_numpy(float)


@cache
def _sizes_and_spread():
    """Return inhabitants, and the SD of turnout (%) around a straight line in ln inhabitants."""
    people = tables.load("population").query("year == @YEAR and quality == 'official'")
    votes = tables.load("turnout").query("election == @ELECTION")
    votes = votes.merge(people[["code", "population"]], on="code")
    votes = votes.assign(turnout=100 * votes["counted_votes"] / votes["electorate"])
    line = smf.ols("turnout ~ np.log(population)", votes).fit()
    return votes["population"].to_numpy(float), float(np.sqrt(line.mse_resid))


@cache
def _shuffled(equal_var=False, level=LEVEL, labels=False, shuffles=SHUFFLES):
    """Return in how many shuffles of real overhead the t-test of large against rest rejects."""
    euros, large = _accounts()
    rng = np.random.default_rng(SHUFFLE_SEED)
    order = np.array([rng.permutation(len(euros)) for _ in range(shuffles)])
    # To shuffle the labels is to shuffle the values the other way round.
    drawn = euros[np.argsort(order, axis=1) if labels else order]
    tests = stats.ttest_ind(drawn[:, large], drawn[:, ~large], axis=1, equal_var=equal_var)
    return int((tests.pvalue < level).sum())


def _rate(**choice):
    return shares.interval(_shuffled(**choice), SHUFFLES).ci


def _wald():
    rate = _shuffled() / SHUFFLES
    reach = 1.96 * np.sqrt(rate * (1 - rate) / SHUFFLES)
    return rate - reach, rate + reach


def _detectable(n_large=None, n_rest=None, sd=None, **choice):
    """Return the detectable difference in overhead; by default on the real numbers and spread."""
    euros, large = _accounts()
    n_large, n_rest = n_large or large.sum(), n_rest or (~large).sum()
    return power.mde_two_groups(n_large, n_rest, sd or euros.std(ddof=1), **choice)


def _standard_error():
    euros, large = _accounts()
    return euros.std(ddof=1) * np.sqrt(1 / large.sum() + 1 / (~large).sum())


def _gap():
    euros, large = _accounts()
    return euros[large].mean() - euros[~large].mean()


@cache
def _covered(critical=None, by_root=True):
    """Return the share of samples of real municipalities whose interval holds the true mean size."""
    sizes = _population(YEAR)
    drawn = np.random.default_rng(1).choice(sizes, size=(SAMPLES, SAMPLE_SIZE))
    critical = stats.t.isf(LEVEL / 2, SAMPLE_SIZE - 1) if critical is None else critical
    reach = critical * drawn.std(axis=1, ddof=1) / (np.sqrt(SAMPLE_SIZE) if by_root else 1)
    return float(np.mean(np.abs(drawn.mean(axis=1) - sizes.mean()) <= reach))


def _above(year):
    return float((_population(year) > CUTOFF).mean())


@cache
def _studies():
    """Return estimates and p-values of simulated studies of a small true difference in turnout."""
    sizes, spread = _sizes_and_spread()
    large = sizes > CUTOFF
    noise = np.random.default_rng(STUDIES_SEED).standard_normal((STUDIES, len(sizes)))
    drawn = TRUTH * large + spread * noise
    tests = stats.ttest_ind(drawn[:, large], drawn[:, ~large], axis=1, equal_var=False)
    return drawn[:, large].mean(axis=1) - drawn[:, ~large].mean(axis=1), tests.pvalue


def _exaggeration(keep=None, summary=np.mean, size=np.abs):
    estimates, p = _studies()
    return float(summary(size(estimates[p < LEVEL if keep is None else keep(p)])) / TRUTH)


exercises.interval(
    "T6.1",
    _rate,
    tolerance=0.0004,
    ask="Wilson's 95% interval of the share of 1,000 shuffles of overhead in which Welch's test rejects.",
    hint="Make one generator with the seed of the question, before the loop. In each round take "
    "rng.permutation(euros), keep large as it is, and count a p-value below 0.05.",
    mistakes=[
        (
            lambda: _rate(equal_var=True),
            "That test takes the spread of both groups as equal. Welch's has equal_var=False.",
        ),
        (
            lambda: _rate(labels=True),
            "You shuffled large. That is as good a null, but the check has other draws: shuffle euros.",
        ),
        (_wald, "That is the rate plus or minus two standard errors. Use gm.designs.shares.interval."),
        (lambda: _rate(level=0.1), "You rejected at 10%. The test here is at 5%: p below 0.05."),
        (lambda: _rate(level=0.025), "A two-sided p-value is compared with 0.05, not with half of it."),
        (
            lambda: shares.interval(SHUFFLES * _shuffled(shuffles=1), SHUFFLES).ci,
            "Each round gave the same. Was the generator made anew in each, or nothing shuffled?",
        ),
        (
            lambda: shares.interval(SHUFFLES - _shuffled(), SHUFFLES).ci,
            "That is how often the test did not reject. Count the rejections.",
        ),
        (lambda: tuple(SHUFFLES * np.array(_rate())), "Those are counts. Asked are shares, from 0 to 1."),
    ],
    right="Is the promised rate in it? There is no effect here, only few large ones and a long tail.",
)

exercises.number(
    "T6.2",
    _detectable,
    tolerance=0.5,
    ask="Difference in overhead (euros an inhabitant), large against rest, found with 80% power at 5%.",
    hint="power.mde_two_groups needs how many in large are True, how many are not, and the spread, "
    "euros.std(ddof=1).",
    mistakes=[
        (lambda: _detectable(sd=1.0), "That is in standard deviations. Put in the one of euros: the sd."),
        (
            lambda: _detectable(_accounts()[1].size // 2, _accounts()[1].size // 2),
            "That takes two equal halves. How many large municipalities are there really?",
        ),
        (
            lambda: 1.96 * _standard_error(),
            "A true difference of that size is found only every other time. Four out of five is more.",
        ),
        (_standard_error, "That is the standard error. A test has to reach well beyond it."),
        (lambda: _detectable(power=0.9), "That has a power of 0.90. Asked is four times out of five."),
        (_gap, "That is the real gap. Asked is how large a gap would have to be to be found."),
    ],
    right="Compare it with the real gap before you read anything into a test that finds none.",
)

exercises.number(
    "T6.3",
    _covered,
    tolerance=0.015,
    ask="In which share of 10,000 samples of 12 municipalities does the t-interval hold the true mean size?",
    hint="Draw rng.choice(sizes, size=(10_000, 12)). For each row: mean plus or minus the t quantile "
    "times the standard deviation over the root of 12. Does it hold sizes.mean()?",
    mistakes=[
        (lambda: 1 - _covered(), "That is the share that misses the truth. Count those that hold it."),
        (
            lambda: _covered(critical=1.96),
            "With so few units take the quantile of Student's t, stats.t.ppf(0.975, 11), not the normal one.",
        ),
        (
            lambda: _covered(critical=stats.t.isf(LEVEL, SAMPLE_SIZE - 1)),
            "That is an interval of 90%. Leave 2.5% in either tail: stats.t.ppf(0.975, 11).",
        ),
        (
            lambda: _covered(by_root=False),
            "Divide the standard deviation by the root of the number drawn: that is the standard error.",
        ),
        (
            lambda: 1 - LEVEL,
            "That is about what it promises. Aim at the mean, not the median; draw, and count.",
        ),
    ],
    right="Your seed and that of the check may differ: the tolerance leaves room for Monte Carlo error.",
)

exercises.number(
    "T6.4",
    lambda: _above(EARLIER),
    tolerance=0.0002,
    ask="Largest trim, as a share, with which the search could still try 100,000 among the sizes of 2012.",
    hint="The trim is the smallest share of municipalities on either side of a threshold that is tried. "
    "What share lies above 100,000?",
    mistakes=[
        (lambda: 1 - _above(EARLIER), "That is the share up to 100,000. The smaller side sets the limit."),
        (lambda: _above(YEAR), "Those are the sizes of another year. Take earlier."),
        (
            lambda: float((_population(EARLIER) > CUTOFF).sum()),
            "That is a number of municipalities. Divide it by how many there are.",
        ),
        (
            lambda: _above(EARLIER) / (1 - _above(EARLIER)),
            "You divided by the rest. The trim is a share of all municipalities.",
        ),
    ],
    right="Whoever trims more has decided beforehand that nothing is to be found there.",
)

exercises.number(
    "T6.5",
    _exaggeration,
    tolerance=0.005,
    ask="SIMULATED: mean absolute estimate of the significant studies, as a multiple of the truth.",
    hint="Keep the studies with p below 0.05, take .abs() of their estimates, average, divide by TRUTH.",
    mistakes=[
        (lambda: _exaggeration(lambda p: p < 2), "Those are all studies. Keep the significant ones only."),
        (
            lambda: _exaggeration(size=np.asarray),
            "Some significant estimates have the wrong sign. Take absolute values before you average.",
        ),
        (lambda: _exaggeration(lambda p: p >= LEVEL), "Those are the studies that are not significant."),
        (lambda: TRUTH * _exaggeration(), "That is in points. Divide it by the true difference."),
        (lambda: 1 / _exaggeration(), "Turned round: divide the mean estimate by the truth."),
        (lambda: _exaggeration(summary=np.median), "That is the median. Asked is the mean."),
        (lambda: _exaggeration() - 1, "That is how much too large. Asked is how many times as large."),
        (lambda: float(np.mean(_studies()[1] < LEVEL)), "That is the share that is significant: the power."),
    ],
    right="With more units the multiple would shrink towards one: it is low power that exaggerates.",
)
