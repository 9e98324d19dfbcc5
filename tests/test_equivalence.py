"""Equivalence tests against published examples, statsmodels, and simulated truths."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from gemeenten.designs import equivalence
from gemeenten.errors import DesignError

# Two ways to the same t statistic in double precision.
ROUNDING = 1e-10
# Half a unit of the last digit of a t statistic, or of a p-value, as printed.
PRINTED_T, PRINTED_P = 0.006, 0.0006

# Means, SDs and numbers of units of Moery & Calin-Jageman 2016 as used in Lakens 2017: judgements after
# organic and after control food; bounds of d = .43 are .384 points of the scale.
ORGANIC = (5.25, 0.95, 95, 5.22, 0.83, 89)
BOUND = 0.43 * math.sqrt((0.95**2 + 0.83**2) / 2)


def groups(seed, n1=20, n2=35, sd2=2.0, shift=0.3):
    rng = np.random.default_rng(seed)
    return rng.normal(shift, 1, n1), rng.normal(0, sd2, n2)


# -- published numbers ------------------------------------------------------------------------------------


def test_welch_example_of_lakens_2017():
    test = equivalence.from_summary(*ORGANIC, BOUND)
    assert test.t_low == pytest.approx(3.15, abs=PRINTED_T)
    assert test.t_high == pytest.approx(-2.69, abs=PRINTED_T)
    assert test.p_low == pytest.approx(0.001, abs=PRINTED_P)
    assert test.p_value == test.p_high == pytest.approx(0.004, abs=PRINTED_P)
    assert test.df == pytest.approx(181.13, abs=0.01)
    assert test.ci90 == pytest.approx((-0.187, 0.247), abs=PRINTED_P)
    assert test.p_difference == pytest.approx(0.820, abs=PRINTED_P)
    assert test.equivalent and test.decision == "equivalent within the bound"


def test_student_form_of_the_same_example_pools_the_variances():
    test = equivalence.from_summary(*ORGANIC, BOUND, equal_var=True)
    pooled = stats.ttest_ind_from_stats(*ORGANIC, equal_var=True)
    assert test.df == 182
    assert test.t_high == pytest.approx(-2.68, abs=PRINTED_T)
    assert test.estimate / test.se == pytest.approx(pooled.statistic, rel=ROUNDING)
    assert test.p_difference == pytest.approx(pooled.pvalue, rel=ROUNDING)


def test_paired_example_of_lakens_2017():
    """n = 65, means 5.83 and 5.75, SDs 1.17 and 1.29, correlation .75, bounds of d_z = .34."""
    sd = math.sqrt(1.17**2 + 1.29**2 - 2 * 0.75 * 1.17 * 1.29)
    test = equivalence.from_estimate(5.83 - 5.75, sd / math.sqrt(65), 0.34 * sd, df=64)
    assert test.t_low == pytest.approx(3.48, abs=PRINTED_T)
    assert test.t_high == pytest.approx(-2.01, abs=PRINTED_T)
    assert test.p_value == pytest.approx(0.025, abs=PRINTED_P)
    assert test.equivalent


def test_one_sample_example_with_a_bound_that_is_not_met():
    """Mean .54 against .5, SD .12, n = 100, bounds of d = .3."""
    test = equivalence.from_estimate(0.04, 0.012, 0.3 * 0.12, df=99)
    assert (test.t_low, test.t_high) == pytest.approx((6.333, 0.333), abs=PRINTED_P)
    assert test.p_value == pytest.approx(0.630, abs=PRINTED_P)
    assert not test.equivalent
    assert test.decision == "different and not shown to be equivalent"


# -- an independent implementation ------------------------------------------------------------------------


@pytest.mark.parametrize(("equal_var", "usevar"), [(False, "unequal"), (True, "pooled")])
@pytest.mark.parametrize("bound", [0.8, (-0.2, 1.5)])
def test_two_samples_is_ttost_ind_of_statsmodels(equal_var, usevar, bound):
    a, b = groups(1)
    low, high = bound if isinstance(bound, tuple) else (-bound, bound)
    p, (t1, p1, df), (t2, p2, _) = ttost_ind(a, b, low, high, usevar=usevar)
    test = equivalence.two_samples(a, b, bound, equal_var=equal_var)
    assert (test.t_low, test.p_low, test.df) == pytest.approx((t1, p1, df), rel=ROUNDING)
    assert (test.t_high, test.p_high) == pytest.approx((t2, p2), rel=ROUNDING)
    assert test.p_value == pytest.approx(p, rel=ROUNDING)
    assert (test.n, test.bound_low, test.bound_high) == (55, low, high)


def test_paired_samples_are_ttost_paired_of_statsmodels():
    a, b = groups(2, 30, 30)
    p, (t1, p1, df), (t2, p2, _) = ttost_paired(a, b, -0.9, 0.9)
    test = equivalence.two_samples(a, b, 0.9, paired=True)
    assert (test.t_low, test.p_low, test.t_high, test.p_high) == pytest.approx((t1, p1, t2, p2), rel=ROUNDING)
    assert (test.p_value, test.df, test.n) == (pytest.approx(p, rel=ROUNDING), df, 30)


def test_intervals_are_those_of_scipys_t_test():
    a, b = groups(3)
    test, known = equivalence.two_samples(a, b, 1.0), stats.ttest_ind(a, b, equal_var=False)
    assert test.ci90 == pytest.approx(tuple(known.confidence_interval(0.90)), rel=ROUNDING)
    assert test.ci95 == pytest.approx(tuple(known.confidence_interval(0.95)), rel=ROUNDING)


def test_without_degrees_of_freedom_the_reference_is_normal():
    test = equivalence.from_estimate(0.1, 0.05, 0.2)
    assert test.p_high == pytest.approx(stats.norm.cdf(-2), rel=ROUNDING)
    assert test.df == math.inf
    huge = equivalence.from_estimate(0.1, 0.05, 0.2, df=1e12)
    assert huge.p_value == pytest.approx(test.p_value, rel=1e-6)


# -- what must hold ---------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    estimate=st.floats(-2, 2),
    se=st.floats(0.01, 2),
    low=st.floats(-2, -0.01),
    high=st.floats(0.01, 2),
    df=st.one_of(st.none(), st.integers(1, 200)),
)
def test_equivalent_exactly_when_the_90_percent_interval_lies_inside_the_bound(estimate, se, low, high, df):
    test = equivalence.from_estimate(estimate, se, (low, high), df=df)
    assert test.equivalent == (low < test.ci90[0] and test.ci90[1] < high)
    mirrored = equivalence.from_estimate(-estimate, se, (-high, -low), df=df)
    assert mirrored.p_value == pytest.approx(test.p_value, rel=1e-9, abs=1e-300)


def test_the_smallest_bound_is_where_the_decision_turns():
    smallest = equivalence.from_estimate(-0.1, 0.05, 1.0, df=30).smallest_bound
    assert equivalence.from_estimate(-0.1, 0.05, smallest * 1.0001, df=30).equivalent
    assert not equivalence.from_estimate(-0.1, 0.05, smallest * 0.9999, df=30).equivalent


def test_non_inferiority_is_one_half_of_the_test_in_the_unfavourable_direction():
    half, both = (
        equivalence.non_inferiority(-0.1, 0.1, 0.3, df=40),
        equivalence.from_estimate(-0.1, 0.1, 0.3, 40),
    )
    assert half.p_value == pytest.approx(both.p_low, rel=ROUNDING)
    assert half.limit == pytest.approx(both.ci90[0], rel=ROUNDING)
    assert half.non_inferior and "non-inferior by a margin of 0.300 days" in half.sentence("waiting", "days")
    costs = equivalence.non_inferiority(-0.1, 0.1, 0.3, df=40, higher_is_better=False)
    assert costs.p_value == pytest.approx(both.p_high, rel=ROUNDING)
    assert costs.limit == pytest.approx(both.ci90[1], rel=ROUNDING)
    assert costs.smallest_margin == pytest.approx(both.ci90[1], rel=ROUNDING)


# -- simulated truths -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"equal_var": False}, {"equal_var": True}, {"paired": True}])
def test_size_at_the_bound_is_the_nominal_level(options):
    rng, runs, sd_b = np.random.default_rng(5), 1500, 1.0 if options.get("equal_var") else 2.0
    found = [
        equivalence.two_samples(rng.normal(1.5, 1, 40), rng.normal(0, sd_b, 40), 1.5, **options).equivalent
        for _ in range(runs)
    ]
    assert np.mean(found) == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / runs))


def test_power_within_the_bound_is_that_of_the_normal_formula():
    rng, runs, se = np.random.default_rng(6), 2000, 0.1
    found = [equivalence.from_estimate(rng.normal(0, se), se, 0.3).equivalent for _ in range(runs)]
    expected = 2 * stats.norm.cdf(0.3 / se - stats.norm.isf(0.05)) - 1
    assert np.mean(found) == pytest.approx(expected, abs=3 * math.sqrt(expected * (1 - expected) / runs))


def test_a_bound_narrower_than_the_interval_is_never_confirmed():
    """With a bound below 1.645 standard errors the two rejections exclude each other."""
    assert not any(equivalence.from_estimate(x, 1.0, 1.64).equivalent for x in np.linspace(-3, 3, 101))


# -- words and errors -------------------------------------------------------------------------------------


def test_a_difference_that_is_not_significant_is_not_worded_as_no_difference():
    told = equivalence.from_estimate(0.1, 0.2, 0.2, n=31).sentence("marks", "points", "survey")
    assert told == (
        "The difference in marks is 0.100 points (90% interval -0.229 to 0.429; 95% interval -0.292 to "
        "0.492): not shown to be equivalent (bound -0.200 to 0.200 points; p = .309, the larger of two "
        "one-sided tests); these data confirm a symmetric bound only above 0.429 points "
        "(n = 31; tier: survey)."
    )
    assert "no difference" not in told


def test_the_sentence_of_a_simulated_result_says_so_and_of_an_unknown_n_too():
    test = equivalence.from_estimate(0.0, 0.05, 0.2)
    assert test.sentence(tier="simulated").endswith("(n not stated; SIMULATED).")


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        equivalence.from_estimate(0, 1, 2).estimate = 5


NAN, INF, THREE = math.nan, math.inf, [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: equivalence.from_estimate(0.1, 0, 0.2), r"^se: 0; give a number above zero"),
        (lambda: equivalence.from_estimate(0.1, -1, 0.2), r"^se: -1"),
        (lambda: equivalence.from_estimate(0.1, NAN, 0.2), r"^se: 1 missing"),
        (lambda: equivalence.from_estimate(NAN, 1, 0.2), r"^estimate: 1 missing"),
        (lambda: equivalence.from_estimate("x", 1, 0.2), r"^estimate: not numeric"),
        (lambda: equivalence.from_estimate(0.1, 1, 0), r"^bound: 0; give a positive number"),
        (lambda: equivalence.from_estimate(0.1, 1, -0.2), r"^bound: -0.2"),
        (lambda: equivalence.from_estimate(0.1, 1, INF), r"^bound: inf"),
        (lambda: equivalence.from_estimate(0.1, 1, NAN), r"^bound: nan"),
        (lambda: equivalence.from_estimate(0.1, 1, (-INF, 0.2)), r"^bound: \(-inf"),
        (lambda: equivalence.from_estimate(0.1, 1, (0.3, 0.2)), r"^bound: .*low < high"),
        (lambda: equivalence.from_estimate(0.1, 1, (1, 2, 3)), r"^bound"),
        (lambda: equivalence.from_estimate(0.1, 1, "wide"), r"^bound: 'wide'"),
        (lambda: equivalence.from_estimate(0.1, 1, None), r"^bound: None"),
        (lambda: equivalence.from_estimate(0.1, 1, 0.2, df=0), r"^df: 0"),
        (lambda: equivalence.from_estimate(0.1, 1, 0.2, alpha=0.5), r"^alpha: 0.5 lies outside"),
        (lambda: equivalence.two_samples([1, 1], THREE, 1), r"^a: is constant"),
        (lambda: equivalence.two_samples([0.1 + 0.2, 0.3], THREE, 1), r"^a: is constant"),
        (lambda: equivalence.two_samples(THREE, [1], 1), r"^units in b: 1, at least 2"),
        (lambda: equivalence.two_samples(THREE, [1, NAN], 1), r"^b: 1 missing .* position 1"),
        (lambda: equivalence.two_samples([THREE], THREE, 1), r"^a: has 2 dimensions"),
        (lambda: equivalence.two_samples([], THREE, 1), r"^a: is empty"),
        (
            lambda: equivalence.two_samples(THREE, [1, 2], 1, paired=True),
            r"^lengths differ: a has 3, b has 2",
        ),
        (lambda: equivalence.two_samples(THREE, THREE, 1, paired=True), r"^a - b: is constant"),
        (lambda: equivalence.from_summary(1, 0, 3, 1, 1, 3, 1), r"^sd1: 0"),
        (lambda: equivalence.from_summary(1, 1, 3, 1, 1, 1, 1), r"^n2: 1"),
        (lambda: equivalence.non_inferiority(0.1, 1, -0.2), r"^margin: -0.2"),
        (
            lambda: equivalence.non_inferiority(0.1, 1, 0.2, higher_is_better="no"),
            r"^higher_is_better: 'no' is neither",
        ),
        (lambda: equivalence.from_estimate(0.1, 1, 0.2, n="x"), r"^n: 'x' is not a number"),
        (lambda: equivalence.from_estimate(0.1, 1, 0.2, n=2.5), r"^n: 2.5; give a whole number of units"),
        (lambda: equivalence.from_estimate(0.1, 1, 0.2, alpha="5%"), r"^alpha: '5%' is not a number"),
        (lambda: equivalence.two_samples(THREE, THREE, 1, paired="no"), r"^paired: 'no' is neither True nor"),
        (lambda: equivalence.two_samples(np.array(THREE) * 1j, THREE, 1), r"^a: holds complex numbers"),
    ],
)
def test_bad_input_gives_one_line_that_names_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_pairs_in_another_order_are_refused_and_independent_samples_are_not():
    a = pd.Series([1.0, 2.0, 4.0, 3.0], index=list("abcd"))
    b = pd.Series([1.5, 2.5, 3.0, 5.0], index=list("abcd"))
    shuffled = b.sample(frac=1, random_state=1)
    with pytest.raises(DesignError, match="^a and b: their indexes differ, and units are paired by position"):
        equivalence.two_samples(a, shuffled, 1, paired=True)
    assert equivalence.two_samples(a, b, 1, paired=True).estimate == pytest.approx(-0.5)
    assert equivalence.two_samples(a, shuffled, 1).estimate == pytest.approx(-0.5)
