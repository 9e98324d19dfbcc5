"""The exercises of tutorial T4: a jump at a cutoff, and whether it can be believed."""

from functools import cache

import numpy as np
import statsmodels.formula.api as smf

from gemeenten import exercises, municipalities, simulate, tables
from gemeenten.designs import discontinuity

CUTOFF = 100_000
#: The simulated country; the notebook prints the same call.
SIMULATED = dict(n=342, years=[2023], jump=1.0, slope=-0.2, seed=44)
#: Bandwidths of T4.1 and T4.3, in ln(inhabitants / 100,000).
BY_HAND, REACH = 0.5, 0.3


@cache
def _country(log=np.log):
    """Return the simulated country with `r`, `above` and the triangular `weight` of T4.1."""
    country = simulate.panel(**SIMULATED)
    r = log(country["inhabitants"] / CUTOFF)
    above = (country["inhabitants"] > CUTOFF).astype(int)
    return country.assign(r=r, above=above, weight=1 - r.abs() / BY_HAND, constant=1.0)


def _gap(formula="score ~ above * r", weight="weight", log=np.log):
    """Return the coefficient of being above the cutoff within the bandwidth of T4.1."""
    near = _country(log).query("weight > 0")
    return float(smf.wls(formula, near, weights=near[weight]).fit().params["above"])


def _everywhere():
    return float(smf.ols("score ~ above * r", _country()).fit().params["above"])


@cache
def _with_inhabitants(name, year):
    inhabitants = tables.load("population").query("year == @year")[["code", "population"]]
    return tables.load(name).merge(inhabitants, on="code")


@cache
def _seats(legal=False, **options):
    """Return the discontinuity of council seats: of the register, or of the law."""
    register = _with_inhabitants("register_2026", 2025)
    seats = municipalities.council_seats(register["population"]) if legal else register["council_seats"]
    return discontinuity.fit(seats.astype(float), register["population"], **options)


def _mean_gap(low=0, high=np.inf):
    """Return the mean seats above the cutoff less those up to it, between two numbers of inhabitants."""
    near = _with_inhabitants("register_2026", 2025).query("@low <= population <= @high")
    means = near.groupby(near["population"] > CUTOFF)["council_seats"].mean()
    return float(means[True] - means[False])


@cache
def _votes():
    votes = _with_inhabitants("turnout", 2023).query("election == 'PS2023'")
    return votes.assign(turnout=100 * votes["counted_votes"] / votes["electorate"])


def _count(low, high):
    """Return how many municipalities of 2023 lie strictly between two numbers of inhabitants."""
    return int(((_votes()["population"] > low) & (_votes()["population"] < high)).sum())


@cache
def _turnout(**options):
    return discontinuity.fit(_votes()["turnout"], _votes()["population"], **options)


def _centred():
    """Return a symmetric interval around the estimate, which the robust one is not."""
    half = (_turnout().ci_robust[1] - _turnout().ci_robust[0]) / 2
    return _turnout().estimate - half, _turnout().estimate + half


exercises.number(
    "T4.1",
    _gap,
    tolerance=0.005,
    ask="SIMULATED: the jump by hand, weighted lines on both sides of the cutoff, bandwidth given.",
    hint="Keep rows with a weight above zero, fit smf.wls('score ~ above * r', near, weights=...) on them "
    "and take the coefficient of above.",
    mistakes=[
        (
            lambda: _gap(weight="constant"),
            "All rows weigh the same there. Give the weights to smf.wls: who is near counts for more.",
        ),
        (
            lambda: _gap("score ~ above + r"),
            "One slope for both sides. Give each side its own: above * r instead of above + r.",
        ),
        (
            lambda: _gap("score ~ above"),
            "A difference of (weighted) means. The score also changes with size: put the line, r, in.",
        ),
        (
            lambda: _gap("score ~ above", "constant"),
            "A difference of means. The score also changes with size: put the line, r, and the weights in.",
        ),
        (_everywhere, "Lines through all municipalities. Keep those within the bandwidth, and weigh them."),
        (
            lambda: float(_country().groupby("above")["score"].mean().diff().iloc[-1]),
            "A difference of means over all municipalities. Only the neighbourhood of the cutoff counts.",
        ),
        (
            lambda: discontinuity.fit(_country()["score"], _country()["inhabitants"]).estimate,
            "That is with the bandwidth that rdrobust selects. Use the given one.",
        ),
        (
            lambda: _gap(log=np.log10),  # within the tolerance of the truth
            "The truth, which a sample seldom hits, or base ten? Estimate it, with the natural logarithm.",
        ),
    ],
    right="discontinuity.fit(score, inhabitants, h=0.5).estimate gives the same number. Try it.",
)

exercises.number(
    "T4.2",
    lambda: _seats().estimate,
    tolerance=0.005,
    ask="By how many seats does the register jump at 100,000, by a local linear fit?",
    hint="discontinuity.fit(outcome, running variable) with the seats as floats and the rest left as it is; "
    "take .estimate.",
    mistakes=[
        (
            lambda: float(municipalities.council_seats(CUTOFF + 1) - municipalities.council_seats(CUTOFF)),
            "That is what the law adds. What does the fit make of the seats in the register?",
        ),
        (
            _mean_gap,
            "A difference of means of all large and all small councils. Most of that is size, not the line.",
        ),
        (
            lambda: _mean_gap(80_000, 120_000),
            "A difference of means near the line. Asked is the fit, which has a slope on each side.",
        ),
        (
            lambda: _seats().estimate_corrected,
            "That is the centre of the robust interval (bias-corrected). Asked is .estimate.",
        ),
        (lambda: _seats(h=1.0).estimate, "With a bandwidth of your own. Leave h out: it is then selected."),
        (
            lambda: _seats(legal=True).estimate,
            "Those are the seats of the law. Take council_seats, what the register states.",
        ),
    ],
    right="Close to what the law adds. With another bandwidth, too? The next section looks at that.",
)

exercises.number(
    "T4.3",
    lambda: _count(CUTOFF * np.exp(-REACH), CUTOFF * np.exp(REACH)),
    ask="How many municipalities, on both sides together, lie within a bandwidth of 0.3 of the cutoff?",
    hint="Compute np.log(population / 100_000) and count the values between minus and plus the bandwidth.",
    mistakes=[
        (
            lambda: _count(CUTOFF, CUTOFF * np.exp(REACH)),
            "Those are the ones above the cutoff. Add the ones below it.",
        ),
        (
            lambda: _count(CUTOFF * np.exp(-REACH), CUTOFF + 0.5),
            "Those are the ones up to the cutoff. Add the ones above it.",
        ),
        (
            lambda: _count(CUTOFF * (1 - REACH), CUTOFF * (1 + REACH)),
            "You took the bandwidth as a share of 100,000. It is in logarithms: use np.log.",
        ),
        (
            lambda: _count(CUTOFF * 10**-REACH, CUTOFF * 10**REACH),
            "That is the logarithm with base ten. Use the natural one, np.log.",
        ),
        (lambda: _count(0, np.inf), "Those are all of them. Only the ones within the bandwidth count."),
        (
            lambda: _count(0, CUTOFF * np.exp(REACH)),
            "The lower limit is missing: leave out who lies too far below the cutoff (np.abs helps).",
        ),
    ],
    right="Of all Dutch municipalities, so few decide about the jump; and those at the edge hardly weigh.",
)

exercises.interval(
    "T4.4",
    lambda: _turnout().ci_robust,
    tolerance=0.06,
    ask="The robust 95% interval of the jump in turnout at 100,000, in percentage points.",
    hint="discontinuity.fit(votes['turnout'], votes['population']) has the interval as .ci_robust.",
    mistakes=[
        (
            lambda: _turnout().ci_conventional,
            "That is the conventional interval, which takes the two lines as true. Asked is the robust one.",
        ),
        (
            _centred,
            "Right width, wrong centre: the robust interval is not centred on the estimate. Take .ci_robust.",
        ),
        (lambda: _turnout(level=0.90).ci_robust, "That is at 90%. Leave level as it is."),
        (lambda: _turnout(log=False).ci_robust, "Inhabitants went in without logarithm. Leave log as it is."),
    ],
    right="Read it as a list of the jumps that these figures leave possible. Is zero the only one?",
)

exercises.choice(
    "T4.5",
    lambda: "c",
    options={
        "a": "Overhead is lower above 100,000 because the organisation changes there.",
        "b": "Two more seats in the council make overhead fall.",
        "c": "Just above 100,000 overhead is estimated to be lower; the test errs easily, the cause is open.",
        "d": "There is no jump at 100,000, since a placebo cutoff shows a larger one.",
    },
    ask="Which sentence about overhead at 100,000 may you write?",
    hint="Go through the four checks again: bandwidth and n, placebos, density, what else changes.",
    mistakes=[
        (
            lambda: "a",
            "A cause that nobody saw: no rule ties the organisation to the line. What else changes there?",
        ),
        (
            lambda: "b",
            "Seats do jump there, but so do other things, and the estimate holds all of them together.",
        ),
        (
            lambda: "d",
            "A placebo that jumps makes a jump less surprising. It does not show that there is none.",
        ),
    ],
    right="A description with its doubts. That is as far as these figures go.",
)
