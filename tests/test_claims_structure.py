"""Claims on structure: main units, directors, how long a model lasts, and the rules on made-up values."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from gemeenten.claims import structure, structure_data, structure_spells
from gemeenten.errors import DesignError

EXACT = 1e-9  # the same arithmetic by another route
ROOT_FOUND = 1e-6  # ends found by a search


def spells(*rows):
    """Return made-up spells of (code, model, from, to); codes of real small municipalities."""
    frame = pd.DataFrame(rows, columns=["code", "model", "year_from", "year_to"])
    frame = frame.assign(municipality=frame["code"], first=frame["year_from"].fillna(frame["year_to"]))
    return frame.assign(last=frame["year_to"].fillna(frame["year_from"]))


# --- how long a model lasts ------------------------------------------------------------------------------


def test_a_switch_counts_when_another_model_follows_within_a_year():
    frame = spells(
        ("GM0014", "sectoren", 2000, 2009),
        ("GM0014", "directie", 2010, 2012),
        ("GM0014", "other", 2016, 2020),
        ("GM0758", "directie", 2001, 2005),
        ("GM0758", "directie", 2006, 2010),
        ("GM0202", "sectoren", np.nan, 2012),
        ("GM0202", "other", 2012, 2015),
    )
    found = structure_spells.lengths(frame=frame)
    assert list(zip(found["first"], found["length"], found["switched"], strict=True)) == [
        (2000, 10, True),
        (2010, 3, False),  # the next model is documented four years later
        (2016, 5, False),
        (2012, 4, False),  # the spell before it has no known start and is left out
        (2001, 5, False),  # the same model follows
        (2006, 5, False),
    ]
    late = structure_spells.lengths(np.inf, latest=True, frame=frame)
    early = structure_spells.lengths(np.inf, latest=False, frame=frame)
    assert late.loc[1, ["length", "switched"]].tolist() == [6, True]
    assert early.loc[1, ["length", "switched"]].tolist() == [3, True]


def test_the_kaplan_meier_median_is_that_of_the_product_limit():
    rows = pd.DataFrame({"first": 2000.0, "length": [2.0, 3, 5, 5, 8, 9], "switched": [1, 1, 1, 0, 1, 0]})
    share = structure_spells.survival(rows).set_index("years")["share"]
    assert share.to_dict() == pytest.approx({2: 5 / 6, 3: 4 / 6, 5: 3 / 6, 8: 1 / 4})
    median, low, high = structure_spells.median_length(rows)
    assert low <= median <= high and median == 8  # where the curve falls below one half


def test_an_older_spell_enters_when_observation_starts():
    rows = pd.DataFrame(
        {"first": [1988.0, 2000, 2000, 2000], "length": [14.0, 5, 12, 16], "switched": [1, 1, 0, 0]}
    )
    share = structure_spells.survival(rows).set_index("years")["share"]
    # At year five the spell of 1988 is not yet observed (it enters at ten): one of three ends.
    assert share[5.0] == pytest.approx(2 / 3)
    assert share[14.0] == pytest.approx(2 / 3 * 1 / 2)


def test_a_median_that_is_not_reached_is_infinite():
    rows = pd.DataFrame({"first": 2000.0, "length": np.arange(1.0, 12), "switched": [1] + [0] * 10})
    assert structure_spells.median_length(rows)[2] == np.inf


def test_years_at_risk_end_with_the_switch_and_start_with_the_period():
    rows = structure_spells.lengths(
        frame=spells(("GM0014", "sectoren", 1990, 2009), ("GM0014", "directie", 2010, 2012))
    )
    risk = structure_spells.years_at_risk(rows)
    assert risk["year"].tolist() == list(range(1998, 2013))
    assert risk.loc[risk["switched"], "year"].tolist() == [2009]
    assert risk["late"].sum() == 3


def test_the_rate_ratio_has_exact_limits():
    risk = pd.DataFrame({"large": pd.array([True] * 50 + [False] * 100 + [pd.NA], "boolean")})
    risk["switched"] = [True] * 4 + [False] * 46 + [True] * 3 + [False] * 98
    found = structure_spells.rate_ratio(risk)
    assert (found["switches_large"], found["years_large"]) == (4, 50)
    assert (found["switches_small"], found["years_small"]) == (3, 100)
    assert found["ratio"] == pytest.approx(4 / 50 / (3 / 100))

    def share(ratio):
        return ratio * 50 / (ratio * 50 + 100)

    assert stats.binom.sf(3, 7, share(found["low"])) == pytest.approx(0.025, abs=ROOT_FOUND)
    assert stats.binom.cdf(4, 7, share(found["high"])) == pytest.approx(0.025, abs=ROOT_FOUND)


def test_without_switches_below_the_ratio_has_no_upper_end():
    risk = pd.DataFrame({"large": pd.array([True, True, False, False], "boolean")})
    risk["switched"] = [True, False, False, False]
    assert structure_spells.rate_ratio(risk)["high"] == np.inf
    none = structure_spells.rate_ratio(risk.assign(switched=False))
    assert np.isnan(none["ratio"]) and (none["low"], none["high"]) == (0, np.inf)


def test_c35_is_inconclusive_as_the_ratio_may_be_below_its_bound():
    found = structure.c35()
    assert (found.verdict, found.evidence.tier) == ("inconclusive", "coded")
    risk = structure_spells.years_at_risk(structure_spells.lengths())
    counts = risk.dropna(subset=["large"]).groupby("large")["switched"].agg(["sum", "size"])
    expected = counts.loc[True, "sum"] / counts.loc[True, "size"]
    expected /= counts.loc[False, "sum"] / counts.loc[False, "size"]
    assert found.evidence.estimate == pytest.approx(expected)
    assert found.evidence.low < structure.RATE < found.evidence.high


@pytest.mark.parametrize(
    ("median", "ratio", "verdict"),
    [
        ((9, 12), (0.8, 2.0), "supported"),
        ((9, np.inf), (0.8, 2.0), "supported"),
        ((9, 12), (0.5, 2.0), "inconclusive"),
        ((14, 20), (0.8, 2.0), "contradicted"),
        ((2, 5), (0.8, 2.0), "contradicted"),
        ((9, 12), (0.2, 0.6), "contradicted"),
    ],
)
def test_the_rule_of_c35_needs_the_decade_and_the_ratio(median, ratio, verdict):
    assert structure.lasting_rule(median, ratio) == verdict


# --- counts of units and directors -----------------------------------------------------------------------


def test_the_count_ratio_is_that_of_the_means_for_two_groups():
    found = structure_data.count_ratio([2, 4, 6, 9, 12, 15], [0, 0, 0, 1, 1, 1])
    assert found.ratio == pytest.approx(12 / 4)
    # Quasi-Poisson by hand: variance of a log mean is dispersion / total, Student's t with n - 2.
    squares = ((2 - 4) ** 2 + (6 - 4) ** 2) / 4 + ((9 - 12) ** 2 + (15 - 12) ** 2) / 12
    dispersion = max(1, squares / 4)
    se = np.sqrt(dispersion * (1 / 12 + 1 / 36))
    reach = stats.t.isf(0.025, 4) * se
    assert found.ci95 == pytest.approx((3 * np.exp(-reach), 3 * np.exp(reach)), rel=1e-6)


def test_the_count_ratio_equals_the_libraries_with_a_covariate():
    rng = np.random.default_rng(2)
    x, z = rng.normal(size=(2, 60))
    y = rng.negative_binomial(2, 0.2, 60).astype(float)
    design = sm.add_constant(np.column_stack([x, z]))
    fit = sm.GLM(y, design, family=sm.families.Poisson()).fit(scale="X2", use_t=True)
    found = structure_data.count_ratio(y, x, [z])
    assert found.ratio == pytest.approx(np.exp(fit.params[1]), rel=1e-6)
    assert found.ci95 == pytest.approx(tuple(np.exp(fit.conf_int()[1])), rel=1e-6)
    assert found.p == pytest.approx(fit.pvalues[1], rel=1e-5)
    assert found.dispersion == pytest.approx(fit.scale, rel=1e-6) and found.dispersion > 2


@pytest.mark.parametrize(
    ("y", "x", "told"),
    [
        ([3, 3, 3, 3], [0, 1, 0, 1], "y: is constant"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "x: is constant"),
        ([1, -2, 3, 4], [0, 1, 0, 1], "a count is below zero"),
        ([1, 2, 3], [0, 1, 0], "y: units: 3, at least 4"),
        ([1, np.nan, 3, 4], [0, 1, 0, 1], "y: 1 missing"),
    ],
)
def test_the_count_ratio_refuses_what_it_cannot_estimate(y, x, told):
    with pytest.raises(DesignError, match=told):
        structure_data.count_ratio(y, x)


def test_one_count_a_municipality_enters_and_it_is_the_earliest_dated_one():
    rows = structure_data.main_units().set_index("municipality")
    assert len(rows) == 7 and rows.index.is_unique
    assert rows.loc["Amsterdam", ["year", "n_units"]].tolist() == [2013, 26]  # not the four clusters of 2014
    wider = structure_data.main_units(dated=False)
    assert len(wider) == 22 and wider["code"].is_unique
    means = structure_data.by_group(wider.reset_index(drop=True)).set_index("size")["mean"]
    large = wider[wider["large"].astype(bool)]
    assert means["above 100,000"] == pytest.approx(large["n_units"].astype(float).mean())


def test_c13_is_inconclusive_on_seven_municipalities():
    found = structure.c13()
    assert (found.verdict, found.evidence.n, found.evidence.tier) == ("inconclusive", 7, "coded")
    assert found.evidence.low < structure.NEGLIGIBLE[0] and found.evidence.high > structure.RATE_RATIO


@pytest.mark.parametrize(
    ("ratio", "ci95", "verdict"),
    [
        (1.8, (1.2, 2.7), "supported"),
        (1.3, (1.1, 1.6), "weakly supported"),
        (1.0, (0.9, 1.1), "contradicted"),
        (0.5, (0.3, 0.7), "inconclusive"),  # registered: only an interval inside the bounds contradicts
        (1.8, (0.7, 4.0), "inconclusive"),
    ],
)
def test_the_rule_of_c13_on_made_up_ratios(ratio, ci95, verdict):
    assert structure.units_rule(ratio, ci95) == verdict


def test_c19_has_its_share_and_lacks_its_slope():
    found = structure.c19()
    low = stats.binomtest(52, 74).proportion_ci(method="wilson").low
    high = stats.binomtest(59, 74).proportion_ci(method="wilson").high
    assert (found.evidence.low, found.evidence.high) == pytest.approx((100 * low, 100 * high), abs=EXACT)
    assert found.evidence.low > 50 and found.verdict == "inconclusive"
    boards = structure_data.directors()
    assert sorted(boards["municipality"]) == ["Almere", "Amersfoort", "Eindhoven", "Nijmegen", "Oostflakkee"]


@pytest.mark.parametrize(
    ("share", "slope", "verdict"),
    [
        ((0.6, 0.8), (1.1, 1.5), "supported"),
        ((0.6, 0.8), (0.9, 1.5), "inconclusive"),
        ((0.6, 0.8), (0.5, 0.9), "contradicted"),
        ((0.2, 0.4), (1.1, 1.5), "contradicted"),
    ],
)
def test_the_rule_of_c19_needs_both_legs(share, slope, verdict):
    assert structure.directors_rule(share, slope) == verdict


def test_an_order_of_mention_is_no_rank():
    found = structure.c20()
    assert (found.verdict, found.evidence.n) == ("inconclusive", 74)
    assert np.isnan(found.evidence.estimate) and "order of mention" in found.evidence.words


@pytest.mark.parametrize("claim", ["c21", "c22", "c23"])
def test_what_no_table_holds_is_untested_and_says_what_would_settle_it(claim):
    found = getattr(structure, claim)()
    assert found.verdict == "untested" and len(found.evidence.wanted) > 60
