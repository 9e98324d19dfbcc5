"""The exercises of tutorial T3: regression, and what density does to it."""

from functools import cache

import numpy as np
import statsmodels.formula.api as smf

from gemeenten import exercises, simulate, tables

YEAR, ELECTION = 2023, "PS2023"
#: The simulated country of exercise T3.3; the notebook prints the same call.
SIMULATED = dict(n=342, years=[2023], slope=0.0, urbanity_effect=0.6, seed=33)


@cache
def _turnout():
    """Return turnout (%) of the provincial elections of 2023 with ln inhabitants and ln density."""
    votes = tables.load("turnout").query("election == @ELECTION")
    for name in ("population", "density"):
        votes = votes.merge(tables.load(name).query("year == @YEAR").drop(columns="year"), on="code")
    return votes.assign(
        turnout=100 * votes["counted_votes"] / votes["electorate"],
        ln_inhabitants=np.log(votes["population"]),
        ln_density=np.log(votes["density_per_km2_land"]),
    )


@cache
def _simulated():
    panel = simulate.panel(**SIMULATED)
    return panel.assign(ln_inhabitants=np.log(panel["inhabitants"]), ln_density=np.log(panel["density"]))


@cache
def _overhead():
    """Return the accounts with usable overhead of the years for which density is known."""
    rows = tables.load("accounts").query("stage == 'account' and filed and overhead > 0")
    rows = rows[rows["quality"].isna()].merge(tables.load("density"), on=["code", "year"])
    return rows.assign(
        ln_overhead=np.log(1000 * rows["overhead"] / rows["population"]),
        ln_inhabitants=np.log(rows["population"]),
        ln_density=np.log(rows["density_per_km2_land"]),
    )


def _slope(formula, rows, name="ln_inhabitants"):
    return float(smf.ols(formula, rows).fit().params[name])


def _alone():
    return _slope("turnout ~ ln_inhabitants", _turnout())


def _beside_density(name="ln_inhabitants"):
    return _slope("turnout ~ ln_inhabitants + ln_density", _turnout(), name)


def _simulated_bias():
    short = _slope("score ~ ln_inhabitants", _simulated())
    return short - _slope("score ~ ln_inhabitants + ln_density", _simulated())


def _errors(**covariance):
    return smf.ols("ln_overhead ~ ln_inhabitants", _overhead()).fit(**covariance).bse["ln_inhabitants"]


def _clustered():
    groups = _overhead()["code"].astype("category").cat.codes
    return _errors(cov_type="cluster", cov_kwds={"groups": groups})


exercises.number(
    "T3.1",
    _alone,
    tolerance=0.005,
    ask="Slope of turnout (in per cent) on ln inhabitants, provincial elections of March 2023.",
    hint="Turnout is 100 * counted_votes / electorate; regress it on the natural logarithm of inhabitants.",
    mistakes=[
        (
            lambda: _slope("turnout ~ population", _turnout(), "population"),
            "Inhabitants went in as they are. Take their natural logarithm, np.log, first.",
        ),
        (
            lambda: _alone() * np.log(10),
            "That is the slope on the logarithm with base ten. Use the natural one, np.log.",
        ),
        (_beside_density, "You put density in as well; that comes later. Here inhabitants only."),
        (
            lambda: _slope("votes ~ ln_inhabitants", _turnout().assign(votes=_turnout()["counted_votes"])),
            "Those are votes, not turnout: divide by the electorate.",
        ),
        (
            lambda: _slope("turnout ~ ln_inhabitants", _turnout(), "Intercept"),
            "That is the intercept; asked is the slope.",
        ),
    ],
    right="Points of turnout for one unit of ln inhabitants, that is for a municipality e times as large.",
)

exercises.number(
    "T3.2",
    lambda: _alone() * np.log(2),
    tolerance=0.005,
    ask="By how many points does that line say turnout differs for a municipality twice as large?",
    hint="Twice as large is how much more on the scale of the natural logarithm? Multiply the slope by that.",
    mistakes=[
        (_alone, "That is for a municipality e times as large. How much is ln 2?"),
        (
            lambda: 2 * _alone(),
            "Twice as large is not two units more on a logarithmic scale. How much is ln 2?",
        ),
        (
            lambda: 100 * (2 ** (_alone() / 100) - 1),
            "That formula is for an outcome in logarithms. Here the outcome is in points.",
        ),
        (lambda: _alone() * np.log10(2), "Use the natural logarithm of 2, not the one with base ten."),
        (lambda: -_alone() * np.log(2), "Mind the sign: does turnout rise or fall with size?"),
    ],
    right="A difference between municipalities, not what happens to one that grows.",
)

exercises.number(
    "T3.3",
    _simulated_bias,
    tolerance=0.002,
    ask="SIMULATED: slope on ln inhabitants without density less the slope with it.",
    hint="Fit score on ln_inhabitants, then on ln_inhabitants + ln_density; subtract the second slope from "
    "the first.",
    mistakes=[
        (
            lambda: _slope("score ~ ln_inhabitants", _simulated()),
            "That is the slope without density alone. Subtract the slope with density.",
        ),
        (
            lambda: _slope("score ~ ln_inhabitants + ln_density", _simulated()),
            "That is the slope with density alone. Subtract it from the slope without.",
        ),
        (
            lambda: (
                _slope("score ~ ln_inhabitants", _simulated())
                - _slope("score ~ ln_inhabitants + density", _simulated())
            ),
            "Density went in as it is. The score depends on its logarithm: ln_density.",
        ),
    ],
    right="All of it is bias: the true effect of size was set to zero.",
)

exercises.number(
    "T3.4",
    _beside_density,
    tolerance=0.005,
    ask="Slope of turnout on ln inhabitants with ln density in the regression.",
    hint="Add ln_density, the natural logarithm of density_per_km2_land, to the formula of T3.1.",
    mistakes=[
        (_alone, "That is the slope of T3.1. Add ln_density to the formula."),
        (
            lambda: _beside_density("ln_density"),
            "That is the slope on density. Asked is the one on inhabitants.",
        ),
        (
            lambda: _slope("turnout ~ ln_inhabitants + density_per_km2_land", _turnout()),
            "Density went in as it is. Take its natural logarithm, as for inhabitants.",
        ),
    ],
    right="Much of what looked like size was density. What else might hide in the rest?",
)

exercises.number(
    "T3.5",
    lambda: _clustered() / _errors(),
    tolerance=0.02,
    ask="How many times larger is the clustered standard error of the slope than the plain one?",
    hint="Fit once with .fit() and once with .fit(cov_type='cluster', cov_kwds={'groups': codes}), "
    "where codes is the code of each row as a number; divide the standard errors, .bse.",
    mistakes=[
        (lambda: _errors() / _clustered(), "Turned round: divide the clustered one by the plain one."),
        (
            lambda: _errors(cov_type="HC1") / _errors(),
            "That is robust against unequal spread, but still takes rows as independent. Cluster by code.",
        ),
        (lambda: (_clustered() / _errors()) ** 2, "That is a ratio of variances. Take standard errors."),
        (_clustered, "That is the clustered standard error itself. Divide it by the plain one."),
    ],
    right="Seven years of one municipality are far from seven municipalities.",
)
