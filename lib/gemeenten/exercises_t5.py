"""The exercises of tutorial T5: arguing for "no difference" by equivalence within a bound."""

from functools import cache

import numpy as np

from gemeenten import exercises, simulate, tables
from gemeenten.designs import equivalence

#: Bounds in points, as the notebook fixes them: of a mark, of a percentage, of overhead.
MARK, POINTS, BOUND_OF_OVERHEAD = 0.2, 5, 1
SIZES, YEAR = (150_000, 50_000), 2023
#: Municipalities in each group, true difference and seed of exercises T5.1 and T5.2.
ISLAND = dict(n=200, difference=0.1, seed=52)
LARGE, LARGEST = 100_000, 4


@cache
def _island():
    """Return the test on the simulated marks of T5.1: large less small, bound of 0.2 points."""
    n = ISLAND["n"]
    population = np.repeat(SIZES, n)
    panel = simulate.panel(population, years=[YEAR], jump=ISLAND["difference"], seed=ISLAND["seed"])
    scores = panel["score"].to_numpy()
    return equivalence.two_samples(scores[:n], scores[n:], MARK)


def _outcome(test):
    """Return the letter of T5.2 for a test."""
    return {(1, 0): "a", (0, 1): "b", (1, 1): "c", (0, 0): "d"}[test.different, test.equivalent]


@cache
def _with_inhabitants(name):
    """Return the rows of the provincial elections of 2023 with inhabitants."""
    inhabitants = tables.load("population").query("year == @YEAR")[["code", "population"]]
    return tables.load(name).query("election == 'PS2023'").merge(inhabitants, on="code")


def _middle(rows, low=50_000):
    return rows.query("@low < population <= @LARGE")


@cache
def _accessible(bound=POINTS, low=50_000, scale=100):
    """Return the test on accessible polling places: above 100,000 less those from `low` to 100,000."""
    rows = _with_inhabitants("polling_places")
    sure = rows["accessible"] + rows["not_accessible"]
    rows = rows.assign(share=scale * rows["accessible"] / sure)
    large = rows.query("population > @LARGE")["share"].dropna()
    return equivalence.two_samples(large, _middle(rows, low)["share"].dropna(), bound)


@cache
def _overhead(paired=True):
    """Return the test on overhead as a percentage of costs in 2024: account less budget."""
    rows = tables.load("accounts").query("year == 2024 and filed and overhead > 0 and quality.isna()")
    rows = rows.assign(share=100 * rows["overhead"] / rows["costs"])
    pairs = rows.pivot(index="code", columns="stage", values="share").dropna()
    return equivalence.two_samples(pairs["account"], pairs["budget"], BOUND_OF_OVERHEAD, paired=paired)


@cache
def _turnout(others="large", equal_var=False):
    """Return the test on turnout in 2023: the four largest less the others of a kind."""
    rows = _with_inhabitants("turnout")
    rows = rows.assign(turnout=100 * rows["counted_votes"] / rows["electorate"])
    rows = rows.sort_values("population", ascending=False)
    rest = rows.iloc[LARGEST:]
    large = rows.query("population > @LARGE")
    groups = {"large": rest.query("population > @LARGE"), "too many": large, "middle": _middle(rows)}
    others = {**groups, "all": rest}[others]["turnout"]
    return equivalence.two_samples(rows["turnout"].iloc[:LARGEST], others, POINTS, equal_var=equal_var)


def _outer(ends):
    """Return the end of an interval that lies farther from zero, without its sign."""
    return max(abs(end) for end in ends)


def _reach(test):
    return (test.ci90[1] - test.ci90[0]) / 2


exercises.interval(
    "T5.1",
    lambda: _island().ci90,
    tolerance=0.0005,
    ask="SIMULATED: the 90% interval of the difference in marks, large less small.",
    hint="Take the two rows of two_groups(...)[0], large first, give them to "
    "gm.designs.equivalence.two_samples with BOUND, and read .ci90.",
    mistakes=[
        (
            lambda: _island().ci95,
            "That is the interval that belongs to the test of no difference. Two one-sided tests, "
            "each at 5%, go with a narrower one.",
        ),
        (
            lambda: tuple(-end for end in _island().ci90[::-1]),
            "Subtracted the other way round: large less small.",
        ),
        (
            lambda: (-MARK, MARK),
            "Those are the bounds, fixed before. Asked is the interval of the estimate.",
        ),
        (
            lambda: (_island().estimate - _island().se, _island().estimate + _island().se),
            "That is one standard error to either side, which holds the truth far too seldom.",
        ),
        (
            lambda: (_island().t_high, _island().t_low),
            "Those are the two test statistics. Asked is the interval, in points.",
        ),
    ],
    right="Lay it beside the bounds: that is the whole test.",
)

exercises.choice(
    "T5.2",
    lambda: _outcome(_island()),
    options={
        "a": "The difference differs from 0, and it is not shown to be too small to matter.",
        "b": "The difference is shown to be too small to matter, and not shown to differ from 0.",
        "c": "The difference differs from 0, and it is shown to be too small to matter.",
        "d": "Neither is shown.",
    },
    ask="SIMULATED: which of the four outcomes is it?",
    hint="Ask twice: does the 95% interval leave 0 out? Does the 90% interval lie inside the bounds?",
    mistakes=[
        (lambda: "a", "Half of it. Lay the 90% interval beside the bounds once more."),
        (lambda: "b", "Half of it. Look at the 95% interval (.ci95): is 0 in it?"),
        (lambda: "d", "Two questions, two intervals: .ci95 against 0, .ci90 against the bounds."),
    ],
    right="With many municipalities that is common: significant is not the same as large.",
)

exercises.number(
    "T5.3",
    lambda: _accessible().p_value,
    tolerance=0.0001,
    ask="p-value of equivalence: accessible polling places, above 100,000 less 50,000 to 100,000, 2023.",
    hint="Make the percentage 100 * accessible / (accessible + not_accessible) in each municipality, split "
    "at 100,000 (the others above 50,000), test with BOUNDS['polling places'] and read .p_value.",
    mistakes=[
        (
            lambda: _accessible().p_difference,
            "That is the p-value of the test of no difference. Large, it proves nothing. Asked is the "
            "p-value of equivalence.",
        ),
        (
            lambda: min(_accessible().p_low, _accessible().p_high),
            "Of the two one-sided tests that is the smaller p-value. Both must reject: which one counts?",
        ),
        (
            lambda: round(_accessible().p_value, 3),
            "That is rounded, as in the sentence. Read the attribute .p_value.",
        ),
        (
            lambda: 2 * _accessible().p_value,
            "Doubled. Each of the two tests looks at one side only; nothing is doubled.",
        ),
        (
            lambda: _accessible(bound=POINTS / 100).p_value,
            "The bound went in as a share, the outcome as a percentage. Give both in points.",
        ),
        (
            lambda: _accessible(scale=1).p_value,
            "The outcome went in as a share, the bound in points, a hundred times as wide. Multiply by 100.",
        ),
        (
            lambda: _accessible(low=0).p_value,
            "You compare with all up to 100,000. Asked are those above 50,000 only.",
        ),
        (
            lambda: _accessible(bound=BOUND_OF_OVERHEAD).p_value,
            "That is with the bound of overhead. Polling places have their own.",
        ),
    ],
    right="Now the difference is shown to be within the bound. The test of no difference could not say that.",
)

exercises.number(
    "T5.4",
    lambda: _overhead().smallest_bound,
    tolerance=0.002,
    ask="Smallest bound confirmed for overhead as a percentage of costs, account less budget of 2024.",
    hint="Test account against budget with paired=True and read .smallest_bound: it is the end of the 90% "
    "interval that lies farther from 0, without its sign.",
    mistakes=[
        (
            lambda: _overhead(paired=False).smallest_bound,
            "Account and budget belong to one municipality: give paired=True.",
        ),
        (
            lambda: _outer(_overhead().ci95),
            "That is an end of the 95% interval. Which one goes with two tests?",
        ),
        (
            lambda: min(abs(end) for end in _overhead().ci90),
            "That is the end nearer to 0. The bound has to take in the whole interval.",
        ),
        (lambda: _reach(_overhead()), "That is half the width of the interval. The estimate is not at 0."),
        (
            lambda: abs(_overhead().estimate),
            "That is the estimate. A bound has to leave room for its uncertainty too.",
        ),
    ],
    right="A bound below this one would not be confirmed, any above it would. Try it without pairs.",
)

exercises.number(
    "T5.5",
    lambda: _turnout().smallest_bound,
    tolerance=0.02,
    ask="Smallest bound confirmed for turnout in 2023, the four largest less the others above 100,000.",
    hint="Sort votes by population. Compare the turnout of the four largest with that of the others above "
    "100,000, and read .smallest_bound.",
    mistakes=[
        (
            lambda: _turnout("too many").smallest_bound,
            "The four largest are in both groups. Leave them out of the second.",
        ),
        (
            lambda: _turnout("middle").smallest_bound,
            "Compare with the others above 100,000, not those below.",
        ),
        (lambda: _turnout("all").smallest_bound, "Compare with the others above 100,000 only, not with all."),
        (
            lambda: _turnout(equal_var=True).smallest_bound,
            "You pooled the spreads of a small and a larger group. Leave equal_var as it is (Welch's test).",
        ),
        (
            lambda: _outer(_turnout().ci95),
            "That is an end of the 95% interval. Which one goes with two tests?",
        ),
        (
            lambda: _turnout().ci90[1],
            "That is the end nearer to 0. The bound has to take in the whole interval.",
        ),
        (lambda: _reach(_turnout()), "That is half the width of the interval. The estimate is not at 0."),
        (lambda: abs(_turnout().estimate), "That is the estimate. Its uncertainty belongs in the bound too."),
    ],
    right="Hardly a bound at all. Four municipalities cannot show that there is no difference.",
)
