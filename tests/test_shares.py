"""Shares against Newcombe's published tables, statsmodels, exact coverage, and limits by enumeration."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from gemeenten.designs import shares
from gemeenten.errors import DesignError

# Half a unit of the fourth decimal that Newcombe prints, and a little for rounding of halves.
PRINTED = 0.000051
# Two ways to the same number in double precision.
ROUNDING = 1e-12


# -- published numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_of_newcombe_1998a_table_1(k, n, low, high):
    assert shares.interval(k, n).ci == pytest.approx((low, high), abs=PRINTED)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_hybrid_score_intervals_of_newcombe_1998b_table_2(counts, low, high):
    found = shares.difference(*counts)
    assert found.ci == pytest.approx((low, high), abs=PRINTED)
    assert found.estimate == counts[0] / counts[1] - counts[2] / counts[3]


def test_exact_test_of_fishers_tea_tasting():
    """Three of four cups right (Fisher 1935): one-sided 17/70, two-sided 34/70."""
    assert shares.exact_p(3, 4, 1, 4, alternative="greater") == pytest.approx(17 / 70)
    assert shares.exact_p(3, 4, 1, 4) == shares.difference(3, 4, 1, 4).p_value == pytest.approx(34 / 70)
    assert shares.exact_p(3, 4, 1, 4, method="boschloo") < 34 / 70


# -- an independent implementation ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from(shares.METHODS),
    st.sampled_from([0.90, 0.95, 0.99]),
)
def test_interval_is_proportion_confint_of_statsmodels(counts, method, level):
    found = shares.interval(*counts, level=level, method=method)
    low, high = proportion_confint(*counts, alpha=1 - level, method=method)
    assert found.low == pytest.approx(low if counts[0] else 0, abs=ROUNDING)
    assert found.high == pytest.approx(high if counts[0] < counts[1] else 1, abs=ROUNDING)
    assert 0 <= found.low <= found.estimate <= found.high <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(30, 60), st.integers(0, 20), st.integers(20, 50))
def test_difference_is_newcombes_formula_written_out_and_mirrors(k1, n1, k2, n2):
    found, (first, second) = (
        shares.difference(k1, n1, k2, n2),
        (shares.interval(k1, n1), shares.interval(k2, n2)),
    )
    low = found.estimate - math.hypot(first.estimate - first.low, second.high - second.estimate)
    high = found.estimate + math.hypot(first.high - first.estimate, second.estimate - second.low)
    assert found.ci == pytest.approx((low, high), abs=1e-9)
    mirrored = shares.difference(k2, n2, k1, n1)
    assert (-mirrored.high, -mirrored.low) == pytest.approx(found.ci, abs=1e-9)


# -- coverage, exact over the binomial --------------------------------------------------------------------


@pytest.mark.parametrize("n", [26, 74])
def test_wilson_covers_at_the_nominal_rate(n):
    """Newcombe 1998a: mean coverage of method 3 is .952, and never below .83."""
    ends, truths = np.array([shares.interval(k, n).ci for k in range(n + 1)]), np.linspace(0.01, 0.99, 197)
    inside = (ends[:, :1] <= truths) & (truths <= ends[:, 1:])
    coverage = (stats.binom.pmf(np.arange(n + 1)[:, None], n, truths) * inside).sum(axis=0)
    assert coverage.mean() == pytest.approx(0.952, abs=0.006)
    assert coverage.min() > 0.83


def test_newcombes_interval_covers_at_the_nominal_rate():
    n1, n2 = 12, 25
    counts = np.array(list(itertools.product(range(n1 + 1), range(n2 + 1))))
    ends = np.array([shares.difference(k1, n1, k2, n2).ci for k1, k2 in counts])
    coverage = []
    for p1, p2 in itertools.product((0.1, 0.22, 0.5, 0.76, 0.9), repeat=2):
        chance = stats.binom.pmf(counts[:, 0], n1, p1) * stats.binom.pmf(counts[:, 1], n2, p2)
        coverage.append(chance[(ends[:, 0] <= p1 - p2) & (p1 - p2 <= ends[:, 1])].sum())
    # Newcombe 1998b: mean .953 over his samples of parameters.
    assert np.mean(coverage) == pytest.approx(0.953, abs=0.01)
    assert min(coverage) > 0.90


# -- bounds -----------------------------------------------------------------------------------------------


def test_a_share_of_all_says_nothing_of_the_few_large_and_much_of_the_many_small():
    """95 of 430 units have a trait; of the 26 large any share may, of the 404 others 69 to 95."""
    found = shares.bounds(0.22, 430, 26, whole=True)
    assert found.group == (found.low, found.high) == (0.0, 1.0)
    assert found.rest == pytest.approx((69 / 404, 95 / 404))
    assert (found.difference_low, found.difference_high) == pytest.approx((-95 / 404, 1 - 69 / 404))
    told = found.sentence("the sector model", "municipalities", "published")
    assert "between 0.0% and 100.0% in the group of 26 and between 17.1% and 23.5% in the rest" in told
    assert "do not say in which of the two it is higher (n = 430; tier: published)" in told


@given(st.floats(0, 1), st.integers(2, 500), st.data())
def test_bounds_of_a_share_are_duncan_and_davis_without_rounding(p, n_total, data):
    n_group = data.draw(st.integers(1, n_total - 1))
    found, w = shares.bounds(p, n_total, n_group), n_group / n_total
    assert found.group == pytest.approx((max(0, (p - (1 - w)) / w), min(1, p / w)), abs=1e-6)
    assert found.rest == pytest.approx((max(0, (p - w) / (1 - w)), min(1, p / (1 - w))), abs=1e-6)


def test_bounds_round_to_whole_units_only_when_asked():
    assert shares.bounds(0.25, 10, 4).group == (0.0, 0.625)
    assert shares.bounds(0.25, 10, 4, whole=True).group == (0.0, 0.5)
    assert shares.bounds(0.333, 10, 5).high == pytest.approx(0.666)
    assert "With 33.3% of 10 units in all" in shares.bounds(0.333, 10, 5).sentence(unit="units")
    assert "With 95 of 430 in all" in shares.bounds(95 / 430, 430, 26).sentence()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_bounds_are_those_of_all_tables_with_these_margins(data):
    n_total = data.draw(st.integers(2, 30))
    n_group = data.draw(st.integers(1, n_total - 1))
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, n_total)] * 2)))
    found = shares.bounds((low / n_total, high / n_total), n_total, n_group, whole=True)
    assert found == shares.bounds((low / n_total, high / n_total), n_total, n_group)
    rest = n_total - n_group
    tables = [
        (inside / n_group, (total - inside) / rest)
        for total in range(low, high + 1)
        for inside in range(n_group + 1)
        if 0 <= total - inside <= rest
    ]
    of_group, of_rest = np.array(tables).T
    assert found.group == pytest.approx((of_group.min(), of_group.max()))
    assert found.rest == pytest.approx((of_rest.min(), of_rest.max()))
    gaps = (of_group - of_rest).min(), (of_group - of_rest).max()
    assert (found.difference_low, found.difference_high) == pytest.approx(gaps)


def test_bounds_shrink_to_a_point_when_all_units_are_alike():
    assert shares.bounds(0.0, 50, 10).group == shares.bounds(0, 50, 10).rest == (0.0, 0.0)
    assert shares.bounds(1.0, 50, 10).group == (1.0, 1.0)


# -- misclassified units ----------------------------------------------------------------------------------


def test_correction_recovers_the_true_share():
    observed = 0.22 * 0.95 + 0.78 * (1 - 0.90)
    assert shares.rogan_gladen(observed, 0.95, 0.90).estimate == pytest.approx(0.22)
    assert math.isnan(shares.rogan_gladen(observed, 0.95, 0.90).low)


def test_correction_of_error_free_codes_is_the_agresti_coull_interval():
    """Lang & Reiczigel 2014: with known perfect codes their interval is that of Agresti and Coull."""
    found = shares.rogan_gladen(20 / 100, 1, 1, n=100)
    assert found.estimate == pytest.approx(0.2)
    assert found.ci == pytest.approx(proportion_confint(20, 100, method="agresti_coull"), abs=1e-9)


def test_the_corrected_interval_covers_the_true_share():
    rng, truth, (se, sp), n, runs = np.random.default_rng(8), 0.22, (0.9, 0.95), 200, 600
    coded, with_trait, without = (
        rng.binomial(n, truth * se + (1 - truth) * (1 - sp), runs) / n,
        rng.binomial(60, se, runs) / 60,
        rng.binomial(90, sp, runs) / 90,
    )
    options = {"n": n, "n_sensitivity": 60, "n_specificity": 90}
    found = [shares.rogan_gladen(*draw, **options) for draw in zip(coded, with_trait, without, strict=True)]
    coverage = np.mean([one.low <= truth <= one.high for one in found])
    assert coverage == pytest.approx(0.955, abs=3 * math.sqrt(0.95 * 0.05 / runs))


def test_a_share_no_code_error_allows_is_cut_and_said_to_be():
    found = shares.rogan_gladen(0.02, 0.9, 0.9, n=100)
    assert (found.estimate, found.clipped) == (0.0, True)
    assert not shares.rogan_gladen(0.1 + 0.2, 0.9, 0.7).clipped
    assert "cut off there since no share lies beyond" in found.sentence()


# -- words and errors -------------------------------------------------------------------------------------


def test_sentences_carry_counts_interval_n_and_tier():
    assert shares.interval(95, 430).sentence("the sector model", "municipalities", "published") == (
        "The share of the sector model is 22.1% (95 of 430 municipalities; 95% interval 18.4% to 26.3%) "
        "(n = 430; tier: published)."
    )
    told = shares.difference(9, 10, 3, 10).sentence("yes", tier="simulated")
    assert "a difference of 60.0 percentage points (95% interval 17.1% to 80.9%, which is wide" in told
    assert told.endswith("Fisher's exact p = .020) (n = 20; SIMULATED).")


def test_results_make_a_table():
    frame = pd.DataFrame([shares.interval(k, 10) for k in (0, 10)])
    assert frame["low"].tolist()[0] == 0.0 and frame["high"].tolist()[1] == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shares.interval(5, 0), r"^n: 0; a share needs"),
        (lambda: shares.interval(5, 3), r"^k: 5 is not between 0 and n = 3"),
        (lambda: shares.interval(-1, 3), r"^k: -1 is not between"),
        (lambda: shares.interval(1.5, 3), r"^k: 1.5; give one whole number"),
        (lambda: shares.interval([1, 2], 3), r"^k: \[1, 2\]; give one whole number"),
        (lambda: shares.interval("a", 3), r"^k: not numeric"),
        (lambda: shares.interval(1, math.nan), r"^n: 1 missing"),
        (lambda: shares.interval(1, 3, method="normal"), r"^method: 'normal' is not one of wilson"),
        (lambda: shares.interval(1, 3, level=95), r"^level: 95 lies outside"),
        (lambda: shares.difference(1, 3, 5, 4), r"^k2: 5 is not between 0 and n2 = 4"),
        (lambda: shares.exact_p(1, 2, 1, 2, method="chi2"), r"^method: no exact test 'chi2'"),
        (lambda: shares.bounds(22, 430, 26), r"^total_share: 22 lies outside \[0, 1\]; divide percentages"),
        (lambda: shares.bounds(math.nan, 430, 26), r"^total_share: 1 missing"),
        (lambda: shares.bounds(0.2, 430, 26, whole="no"), r"^whole: 'no' is neither True nor False"),
        (lambda: shares.bounds(0.2, 430, 430), r"^n_group: 430 of 430"),
        (lambda: shares.bounds(0.2, 430, 0), r"^n_group: 0 of 430"),
        (lambda: shares.bounds(0.2, 430, 500), r"^n_group: 500 is not between"),
        (lambda: shares.bounds((0.3, 0.2), 430, 26), r"^total_share: \(0.3, 0.2\) allows no count"),
        (lambda: shares.bounds((0.301, 0.302), 10, 3, whole=True), r"^total_share: .* allows no count of 10"),
        (lambda: shares.rogan_gladen(0.2, 0.5, 0.5), r"^sensitivity \+ specificity: 1; above 1 needed"),
        (lambda: shares.rogan_gladen(0.2, 1.5, 0.5), r"^sensitivity: 1.5 lies outside"),
        (lambda: shares.rogan_gladen(0.2, 0.9, 0.9, n=0), r"^n: 0"),
    ],
)
def test_bad_input_gives_one_line_that_names_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
