"""The jump at a cutoff: published numbers, equality with the wrapped libraries, known truths, bad input."""

import contextlib
import dataclasses
import io
import itertools
import math
import re
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
from rddensity import rddensity
from rdlocrand import rdrandinf
from rdrobust import rdrobust
from rdrobust.datasets import rdrobust_RDsenate
from scipy.stats import permutation_test, ttest_ind

import gemeenten as gm
from gemeenten.errors import DesignError

discontinuity = gm.designs.discontinuity

PUBLISHED = 5e-7  # published to six decimals
BANDWIDTH_PUBLISHED = 2e-6  # 17.754397 is in print, this rdrobust gives 17.7543982: one in the sixth decimal
COLUMN_ORDER = 1e-10  # rdrobust sorts covariates by the length of their names, which rounds differently
DRAWING = 0.03  # twice the Monte Carlo SE of two p-values near .4 from 2,000 draws each
RAISED = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def senate():
    """Return U.S. Senate elections with a known outcome: share of the vote six years later, and margin."""
    return rdrobust_RDsenate().dropna(subset=["vote"])


@pytest.fixture(scope="module")
def towns():
    """Return 342 simulated sizes and marks with a true jump of 2 points, large beside the SD of 0.35."""
    rng = np.random.default_rng(20)
    size = gm.simulate.sizes(342, seed=20)
    return 7 + 2 * (size > 100_000) + 0.1 * np.log(size / 1e5) + 0.35 * rng.normal(size=342), size


def normal(n=200, seed=5):
    """Return an outcome without any jump and a running variable around zero."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=n), rng.normal(size=n)


# --- published numbers and the wrapped library -------------------------------------------------------------


@RAISED
def test_senate_elections_give_the_published_estimate_interval_and_counts(senate):
    found = discontinuity.fit(senate.vote, senate.margin, cutoff=0, log=False)
    assert found.estimate == pytest.approx(7.414131, abs=PUBLISHED)
    assert found.ci_robust == pytest.approx((4.093699, 10.919306), abs=PUBLISHED)
    assert found.bandwidth == pytest.approx(17.754397, abs=BANDWIDTH_PUBLISHED)
    assert (found.n_left, found.n_right) == (595, 702)
    assert (found.effective_left, found.effective_right) == (360, 323)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"kernel": "uniform", "p": 2},
        {"vce": "hc3", "kernel": "epanechnikov"},
        {"h": 12.5},
        {"level": 0.9},
    ],
    ids=str,
)
def test_every_number_equals_rdrobust_called_directly(senate, options):
    raw = rdrobust(senate.vote, senate.margin, c=0, **options | {"level": 100 * options.get("level", 0.95)})
    found = discontinuity.fit(senate.vote, senate.margin, 0, log=False, **options)
    assert (found.estimate, found.estimate_corrected) == tuple(raw.coef.to_numpy().ravel()[:2])
    assert (found.se_conventional, found.se_robust) == tuple(raw.se.to_numpy().ravel()[[0, 2]])
    assert (found.p_conventional, found.p_robust) == tuple(raw.pv.to_numpy().ravel()[[0, 2]])
    assert found.ci_conventional == tuple(raw.ci.to_numpy()[0])
    assert found.ci_robust == tuple(raw.ci.to_numpy()[2])
    assert (found.bandwidth, found.bandwidth_bias) == tuple(raw.bws.to_numpy()[:, 0])
    assert [found.effective_left, found.effective_right] == list(raw.N_h)


def test_covariates_and_clusters_reach_rdrobust(senate):
    kept = senate.dropna(subset=["demvoteshlag1"])
    raw = rdrobust(
        kept.vote, kept.margin, covs=kept[["demvoteshlag1", "year"]], cluster=pd.factorize(kept.state)[0]
    )
    found = discontinuity.fit(
        kept.vote, kept.margin, 0, False, kept[["demvoteshlag1", "year"]], kept["state"]
    )
    assert found.ci_robust == pytest.approx(tuple(raw.ci.to_numpy()[2]), rel=COLUMN_ORDER)
    assert found.n_clusters == raw.n_clust == kept.state.nunique()


@RAISED
def test_log_means_the_logarithm_of_size_over_cutoff(towns):
    y, size = towns
    raw = rdrobust(y, np.log(size / 100_000.0), c=0)
    found = discontinuity.fit(y, size)
    assert found.estimate == raw.coef.to_numpy()[0, 0]
    assert found.ci_robust == tuple(raw.ci.to_numpy()[2])
    assert found.span == pytest.approx(tuple(100_000 * np.exp([-found.bandwidth, found.bandwidth])))


def test_order_of_the_units_does_not_matter(towns):
    y, size = towns
    shuffled = np.random.default_rng(1).permutation(y.size)
    one, other = discontinuity.fit(y, size), discontinuity.fit(y[shuffled], size[shuffled])
    assert other.ci_robust == pytest.approx(one.ci_robust, rel=1e-9)  # sums in another order


def test_series_of_another_index_are_refused_and_of_one_index_taken_in_any_order(senate):
    shuffled = senate.sample(frac=1, random_state=1)
    one = discontinuity.fit(shuffled.vote, shuffled.margin, 0, False)
    assert one.estimate == pytest.approx(7.414131, abs=PUBLISHED)
    outcome = pd.Series(shuffled.vote.to_numpy(), index=range(len(shuffled)))
    with pytest.raises(DesignError, match="^y and x: their indexes differ"):
        discontinuity.fit(outcome, shuffled.margin, 0, False)
    with pytest.raises(DesignError, match="^x and covariates: their indexes differ"):
        discontinuity.fit(outcome.to_numpy(), shuffled.margin, 0, False, covariates=outcome)


def test_a_missing_outcome_is_left_out_however_it_is_written(towns):
    y, size = towns
    hole = np.arange(y.size) == 5
    wanted = discontinuity.fit(np.where(hole, np.nan, y), size)
    for given in (np.ma.array(y, mask=hole), pd.array(y, dtype="Float64"), y.astype(object)):
        given[hole] = np.ma.masked if np.ma.isMaskedArray(given) else pd.NA
        found = discontinuity.fit(given, size)
        assert (found.estimate, found.n_missing) == (wanted.estimate, 1)


# --- known truths ------------------------------------------------------------------------------------------


def test_a_large_true_jump_is_recovered(towns):
    found = discontinuity.fit(*towns)
    assert found.ci_robust[0] < 2 < found.ci_robust[1]
    assert found.estimate == pytest.approx(2, abs=0.5)
    assert found.p_robust < 0.001


def test_no_jump_is_rejected_about_as_often_as_nominal():
    rng = np.random.default_rng(31)
    rejected = 0
    for _ in range(200):
        x = rng.uniform(-1, 1, 500)
        rejected += discontinuity.fit(x + rng.normal(size=500), x, 0, False).p_robust < 0.05
    assert 0.015 <= rejected / 200 <= 0.11  # 99 % range of a true rate between .05 and .06


# --- what the result says ----------------------------------------------------------------------------------


def test_sentence_carries_estimate_interval_effective_n_and_its_limits(senate):
    told = discontinuity.fit(senate.vote, senate.margin, 0, False).sentence("the vote", "points", "published")
    for part in (
        "7.41 points",
        "95% interval 4.09 to 10.9",
        "p < .001",
        "centred on 7.51, not on that estimate",
    ):
        assert part in told
    assert "Effective n is 360 left and 323 right" in told
    assert "Descriptive" in told
    assert told.endswith("(n = 1,297; tier: published)")


def test_an_interval_with_zero_is_never_told_as_no_difference():
    told = discontinuity.fit(*normal(), 0, False).sentence()
    assert "not evidence that there is no jump" in told
    assert "no difference" not in told


def test_a_wide_interval_is_called_wide(senate):
    wide = discontinuity.fit(*normal(40, seed=1), 0, False)
    assert wide.wide and "It is wide" in wide.sentence()
    assert not discontinuity.fit(senate.vote, senate.margin, 0, False).wide


@RAISED
@pytest.mark.parametrize(
    ("log", "cutoff"), [(False, 0.0), (False, 1e5), (True, 1e5), (True, 99_999.7)], ids=str
)
def test_a_unit_exactly_at_the_cutoff_falls_on_the_low_side_and_is_told(log, cutoff):
    y, x = normal()
    x = cutoff * np.exp(x) if log else cutoff + x
    x[:2] = cutoff
    found = discontinuity.fit(y, x, cutoff, log)
    assert found.n_at_cutoff == 2
    assert (found.n_left, found.n_right) == ((x <= cutoff).sum(), (x > cutoff).sum())
    assert "2 unit(s) lie exactly at the cutoff" in found.sentence()
    assert "counted left: the rule is 'more than'" in found.sentence()


def test_exactly_one_hundred_thousand_is_estimated_as_one_inhabitant_less_would_be(towns):
    y, size = towns[0], towns[1].astype(float)
    size[0] = 100_000
    below = size.copy()
    below[0] = 100_000 - 1e-6
    one, other = discontinuity.fit(y, size), discontinuity.fit(y, below)
    assert one.ci_robust == pytest.approx(other.ci_robust, rel=1e-9)
    assert one.estimate == pytest.approx(discontinuity.fit(y, size, 100_000.5).estimate, rel=1e-3)


def test_inclusive_takes_the_sides_of_rdrobust(towns):
    y, size = towns[0], towns[1].astype(float)
    size[:3] = 100_000
    raw = rdrobust(y, np.log(size / 100_000), c=0)
    found = discontinuity.fit(y, size, inclusive=True)
    assert found.ci_robust == tuple(raw.ci.to_numpy()[2])
    assert found.n_right == (size >= 100_000).sum()
    assert "counted right." in found.sentence()


def test_placebos_density_and_window_put_exactly_one_hundred_thousand_on_the_low_side(towns):
    y, size = towns[0], towns[1].astype(float)
    size[:3] = 100_000
    low, high = (size <= 100_000).sum(), (size > 100_000).sum()
    near = np.abs(np.log(size / 100_000)) <= 0.5
    window = discontinuity.local_randomisation(y, size, window=0.5, draws=99, seed=1)
    row = discontinuity.placebos(y, size, cutoffs=(60_000,)).table.iloc[0]
    table = discontinuity.density(size)
    assert (table.n_left, table.n_right) == (low, high)
    assert row.n_left + row.n_right == low
    assert (window.n_left, window.n_right) == (near[size <= 1e5].sum(), near[size > 1e5].sum())


def test_half_an_inhabitant_more_gives_the_same_sides(towns):
    y, size = towns[0], towns[1].astype(int)
    size[0] = 100_000
    plain, half = discontinuity.fit(y, size), discontinuity.fit(y, size, 100_000.5)
    assert (plain.n_at_cutoff, half.n_at_cutoff) == (1, 0)
    assert plain.n_right == half.n_right == (size > 100_000).sum()


@RAISED
def test_mass_points_are_told_and_nothing_is_printed():
    y, x = normal()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        found = discontinuity.fit(y, np.round(x, 1), 0, False)
    assert printed.getvalue() == ""
    assert found.n_repeated == 200 - np.unique(np.round(x, 1)).size
    assert f"{found.n_repeated} repeated values (mass points)" in found.sentence()


@RAISED
def test_few_clusters_are_told_and_no_warning_leaks():
    y, x = normal()
    found = discontinuity.fit(y, x, 0, False, cluster=np.arange(200) // 40)
    assert found.n_clusters == 5
    assert "clusters number only" in found.sentence()


def test_a_small_effective_n_is_told():
    found = discontinuity.fit(*normal(40, seed=1), 0, False)
    assert f"effective n of {found.effective_left} and {found.effective_right}" in found.sentence()


def test_two_units_within_the_selected_bandwidth_are_refused_for_a_line_through_both():
    rng = np.random.default_rng(1)
    x = np.r_[rng.uniform(-1, 0, 60), 0.02, 0.05, rng.uniform(0.3, 1, 25)]
    y = 3 * np.sin(9 * x) + 0.05 * rng.normal(size=x.size)
    assert min(rdrobust(y, x, c=0).N_h) == 2  # rdrobust itself gives an estimate without residual
    with pytest.raises(DesignError, match=r"only 8 units left and 2 right .* linear fit .* wider h"):
        discontinuity.fit(y, x, 0, log=False)
    assert discontinuity.fit(y, x, 0, log=False, h=0.7).effective_right > 2


def test_a_bandwidth_that_holds_every_unit_is_told_as_a_global_fit():
    y, x = normal()
    notes = discontinuity.fit(y, x, 0, log=False, h=100).notes
    assert any("holds every unit" in note for note in notes)
    assert not any("holds every unit" in note for note in discontinuity.fit(y, x, 0, log=False, h=1).notes)


def test_a_correction_too_small_to_be_seen_is_not_told_as_another_centre(senate):
    found = discontinuity.fit(senate.vote, senate.margin, cutoff=0, log=False)
    assert "not on that estimate" in found.sentence()
    same = dataclasses.replace(found, estimate_corrected=found.estimate)
    assert "is centred on it." in same.sentence()


def test_threads_leave_the_printed_stream_as_it_was():
    import sys

    y, x = normal()
    before = sys.stdout
    work = [threading.Thread(target=discontinuity.fit, args=(y, np.round(x, 1), 0, False)) for _ in range(6)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert sys.stdout is before


# --- bad input ---------------------------------------------------------------------------------------------

Y, X = normal(60)
REFUSED = {
    "y all missing": (dict(y=np.full(60, np.nan)), r"^y: 60 missing"),
    "y infinite": (dict(y=np.where(X > 1, np.inf, Y)), r"^y: \d+ missing or infinite"),
    "y missing, x short": (
        dict(y=np.where(X > 1, np.nan, Y), x=X[:50]),
        "lengths differ: y has 60, x has 50",
    ),
    "x missing": (dict(x=np.where(X > 1, np.nan, X)), r"^x: \d+ missing"),
    "y text": (dict(y=["a"] * 60), "^y: not numeric"),
    "y two columns": (dict(y=np.ones((60, 2))), "^y: has 2 dimensions"),
    "empty": (dict(y=[], x=[]), "^x: is empty"),
    "lengths": (dict(y=Y[:50]), "lengths differ: y has 50, x has 60"),
    "y constant": (dict(y=np.ones(60)), "^y: is constant"),
    "x constant": (dict(x=np.ones(60)), "^x: is constant"),
    "all left": (dict(cutoff=9), r"^x: units right of the cutoff 9.*: none of 60"),
    "all right": (dict(cutoff=-9), r"^x: units left of the cutoff -9.*: none of 60"),
    "few right": (dict(x=np.r_[-np.abs(X[3:]), 1, 2, 3]), "^x: units right of the cutoff 0: 3, at least 4"),
    "few distinct": (
        dict(x=np.r_[-np.abs(X[9:]), np.ones(9)]),
        "^x: units right of the cutoff 0 with distinct values: 1, at least 4",
    ),
    "few units": (dict(y=Y[:15], x=X[:15]), "choosing a bandwidth .*: 15, at least 20"),
    "log of zero": (dict(log=True, cutoff=1), r"^x: \d+ value\(s\) of zero or less have no logarithm"),
    "cutoff zero in logs": (dict(log=True, x=np.exp(X)), "^cutoff: 0 must be finite, and positive"),
    "cutoff text": (dict(cutoff="a"), "^cutoff: 'a' is not a number"),
    "cutoff none": (dict(cutoff=None), "^cutoff: None is not a number"),
    "level text": (dict(level="x"), "^level: 'x' is not a number"),
    "h text": (dict(h="x"), "^h: 'x' is not a number"),
    "cutoff nan": (dict(cutoff=np.nan), "^cutoff: nan"),
    "narrow": (
        dict(h=1e-6),
        r"^x: no fit with \d+ units left and \d+ right of the cutoff 0 .*wider bandwidth",
    ),
    "h negative": (dict(h=-1), "^h: -1 is not one positive number"),
    "order": (dict(p=7), "^p: 7 is not one of 0 to 3"),
    "kernel": (dict(kernel="round"), "^kernel: 'round'"),
    "level": (dict(level=95), "^level: 95 lies outside"),
    "vce with clusters": (
        dict(vce="hc1", cluster=np.arange(60) // 2),
        "^vce: 'hc1' does not go with clusters",
    ),
    "vce without clusters": (dict(vce="cr1"), "^vce: 'cr1' does not go without clusters"),
    "cluster missing": (dict(cluster=[None] + ["a", "b"] * 29 + ["c"]), r"^cluster: 1 missing label"),
    "one cluster": (dict(cluster=["a"] * 60), "^cluster: distinct labels: 1"),
    "cluster length": (dict(cluster=["a", "b"]), "lengths differ: cluster has 2, x has 60"),
    "covariates missing": (dict(covariates=np.full((60, 2), np.nan)), "^covariates: 120 missing"),
    "covariates text": (dict(covariates=["a"] * 60), "^covariates: not numeric"),
    "covariates constant": (dict(covariates=np.c_[X, np.ones(60)]), "^covariates: column 1 is constant"),
    "covariates collinear": (dict(covariates=np.c_[Y, 2 * Y + 1]), "^covariates: columns are collinear"),
    "no covariates": (dict(covariates=[]), "^lengths differ: covariates has 0, x has 60"),
    "covariate constant up to rounding": (
        dict(covariates=np.where(X > 0, 0.1 + 0.2, 0.3)),
        "^covariates: column 0 is constant",
    ),
    "outcome constant on each side": (
        dict(y=np.where(X > 0, 1.0, 0.0)),
        r"^y: is constant \(0\) left of the cutoff 0, .* use an outcome that varies",
    ),
    "level in words": (dict(level="95%"), "^level: '95%' is not a number"),
    "log in words": (dict(log="no"), "^log: 'no' is neither True nor False"),
    "dates": (dict(x=np.arange(60).astype("datetime64[D]")), "^x: holds dates"),
    "covariates length": (dict(covariates=X[:5]), "lengths differ: covariates has 5, x has 60"),
    "flat at the cutoff": (
        dict(y=np.where(np.abs(X) < 1, 1.0, Y), h=0.8),
        "^y: does not vary within the bandw",
    ),
}


@RAISED
@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_ends_in_one_line_naming_the_argument(case):
    given, message = REFUSED[case]
    with pytest.raises(DesignError, match=message) as caught:
        discontinuity.fit(**dict(y=Y, x=X, cutoff=0, log=False) | given)
    assert "\n" not in str(caught.value)


# --- missing outcomes --------------------------------------------------------------------------------------


def test_raw_senate_data_give_the_published_numbers_and_tell_the_unknown_votes():
    raw = rdrobust_RDsenate()
    found = discontinuity.fit(raw.vote, raw.margin, cutoff=0, log=False)
    assert found.estimate == pytest.approx(7.414131, abs=PUBLISHED)
    assert found.n_missing == 93
    assert "93 unit(s) without an outcome are left out" in found.sentence()
    assert found.sentence().endswith("(n = 1,297; tier: not stated)")


def test_units_without_an_outcome_leave_with_their_covariates_and_clusters(towns):
    y, size = towns[0].copy(), towns[1]
    rng = np.random.default_rng(2)
    beside, labels = pd.DataFrame({"a": rng.normal(size=y.size)}), pd.Series(rng.integers(0, 100, y.size))
    y[::7] = np.nan
    kept = ~np.isnan(y)
    found = discontinuity.fit(y, size, covariates=beside, cluster=labels)
    alone = discontinuity.fit(y[kept], size[kept], covariates=beside[kept], cluster=labels[kept])
    assert found.ci_robust == alone.ci_robust
    assert (found.n_missing, alone.n_missing) == ((~kept).sum(), 0)


def test_window_and_placebos_tell_how_many_units_have_no_outcome(towns):
    y = np.r_[np.nan, towns[0][1:]]
    window = discontinuity.local_randomisation(y, towns[1], window=0.5, draws=99, seed=1)
    placebos = discontinuity.placebos(y, towns[1], cutoffs=(60_000,))
    for found in (window, placebos):
        assert "1 unit(s) without an outcome are left out" in found.sentence()
    assert placebos.n == y.size - 1


# --- placebo cutoffs ---------------------------------------------------------------------------------------


def test_placebos_use_only_their_own_side_of_the_true_cutoff(towns):
    y, size = towns
    found = discontinuity.placebos(y, size, cutoffs=(60_000, 140_000))
    below = discontinuity.fit(y[size < 100_000], size[size < 100_000], 60_000)
    row = found.table.iloc[0]
    assert (row.estimate, row.low, row.high) == (below.estimate, *below.ci_robust)
    assert row.n_left + row.n_right == (size < 100_000).sum()
    assert found.table.side.tolist() == ["below", "above"]


def test_a_placebo_that_cannot_be_estimated_is_a_row_with_its_reason(towns):
    found = discontinuity.placebos(*towns, cutoffs=(70_000, 100_000, 5e6))
    assert found.table.reason.iloc[0] == ""
    assert found.table.reason.iloc[1] == "is the true cutoff"
    assert found.table.reason.iloc[2].startswith("x: units right of the cutoff 5,000,000: none of")
    assert found.table.estimate.isna().tolist() == [False, True, True]
    assert (found.n_feasible, len(found.table)) == (1, 3)
    assert "not estimated: 100,000, 5,000,000" in found.sentence()


def test_without_a_feasible_placebo_the_share_is_not_a_number(towns):
    found = discontinuity.placebos(*towns, cutoffs=(5e6,))
    assert math.isnan(found.share_rejected)
    assert "Of 1 placebo cutoffs 0 could be estimated" in found.sentence()


def test_a_jump_at_a_placebo_is_rejected_and_counted():
    rng = np.random.default_rng(4)
    size = np.exp(rng.uniform(np.log(2e4), np.log(3e5), 1500))
    y = 3.0 * (size > 50_000) + rng.normal(size=1500)
    found = discontinuity.placebos(y, size, cutoffs=(30_000, 50_000, 150_000))
    assert found.table.set_index("cutoff").p_value[50_000] < 1e-6
    assert found.n_rejected >= 1
    assert found.share_rejected == found.n_rejected / 3


def test_placebos_take_covariates_and_clusters_with_their_units(towns):
    y, size = towns
    rng = np.random.default_rng(2)
    beside, labels = rng.normal(size=y.size), rng.integers(0, 100, y.size)
    found = discontinuity.placebos(y, size, (60_000,), covariates=beside, cluster=labels)
    low = size < 100_000
    alone = discontinuity.fit(y[low], size[low], 60_000, True, beside[low], labels[low])
    assert found.table.estimate[0] == alone.estimate


def test_placebos_refuse_missing_sizes_and_an_empty_list(towns):
    y, size = towns
    with pytest.raises(DesignError, match="^x: 1 missing"):
        discontinuity.placebos(y, np.r_[np.nan, size[1:]])
    with pytest.raises(DesignError, match="^cutoffs: .*'a'.* is not a number"):
        discontinuity.placebos(y, size, cutoffs=["a"])
    with pytest.raises(DesignError, match="^cutoffs: is empty"):
        discontinuity.placebos(y, size, cutoffs=())


# --- density -----------------------------------------------------------------------------------------------


@RAISED
def test_density_of_senate_margins_gives_the_published_statistic():
    """T = -0.8753, p = .3814 with 408 and 460 units: Cattaneo, Jansson & Ma 2018, Stata J. 18(1):234-261."""
    found = discontinuity.density(rdrobust_RDsenate().margin, 0, log=False)
    assert (round(found.t, 4), round(found.p_value, 4)) == (-0.8753, 0.3814)
    assert (found.effective_left, found.effective_right) == (408, 460)
    assert (round(found.bandwidth_left, 3), round(found.bandwidth_right, 3)) == (19.841, 27.119)
    assert (found.n_left, found.n_right) == (640, 750)


def test_density_equals_rddensity_on_the_log_scale(towns):
    raw = rddensity(np.log(towns[1] / 100_000.0), c=0)
    found = discontinuity.density(towns[1])
    assert (found.t, found.p_value) == (raw.test["t_jk"], raw.test["p_jk"])
    assert (found.density_left, found.density_right) == (raw.hat["left"], raw.hat["right"])
    assert "per unit of ln size" in found.sentence()


def test_a_density_that_is_four_times_higher_above_the_cutoff_is_detected():
    rng = np.random.default_rng(7)
    found = discontinuity.density(np.r_[rng.uniform(-1, 0, 500), rng.uniform(0, 1, 2000)], 0, log=False)
    assert found.p_value < 0.001
    assert found.density_left == pytest.approx(1 / 5, abs=0.1)
    assert found.density_right == pytest.approx(4 / 5, abs=0.15)
    assert "does not show" not in found.sentence()


def test_density_without_bunching_rejects_about_as_often_as_nominal():
    rng = np.random.default_rng(8)
    rejected = sum(discontinuity.density(rng.normal(size=600), 0, False).p_value < 0.05 for _ in range(200))
    assert 0.01 <= rejected / 200 <= 0.10


def test_importing_the_density_test_leaves_warning_filters_alone():
    """The module of rddensity silences FutureWarning for the whole process when it is imported."""
    import subprocess
    import sys

    code = (
        "import warnings, numpy, pandas, statsmodels.api, rdrobust; before = warnings.filters[:];"
        "import gemeenten.designs.discontinuity; assert warnings.filters[:] == before"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_density_refuses_few_units_on_a_side():
    with pytest.raises(DesignError, match="^x: units right of the cutoff 0: 4, at least 10"):
        discontinuity.density(np.r_[-np.abs(X), 1, 2, 3, 4], 0, log=False)


# --- local randomisation -----------------------------------------------------------------------------------


def by_listing(y, right, effect):
    """Return the exact p-value of a constant effect from all arrangements, listed one by one."""
    clean, k = y - effect * right, int(right.sum())
    means = []
    for chosen in itertools.combinations(range(y.size), k):
        side = np.zeros(y.size, bool)
        side[list(chosen)] = True
        means.append(abs(clean[side].mean() - clean[~side].mean()))
    observed = abs(clean[right].mean() - clean[~right].mean())
    return np.mean(np.array(means) >= observed - 1e-12)


@pytest.fixture(scope="module")
def eleven():
    """Return 11 units, 5 of them right of zero, with a jump of 1."""
    rng = np.random.default_rng(12)
    x = np.r_[rng.uniform(-1, 0, 6), rng.uniform(0, 1, 5)]
    return rng.normal(size=11) + (x >= 0), x


def test_window_p_value_equals_a_list_of_all_arrangements(eleven):
    y, x = eleven
    found = discontinuity.local_randomisation(y, x, 0, 1.0, log=False, seed=1)
    assert found.exact and found.draws == math.comb(11, 5)
    assert found.p_value == pytest.approx(by_listing(y, x >= 0, 0.0), abs=1e-12)
    assert found.difference == pytest.approx(y[x >= 0].mean() - y[x < 0].mean(), abs=1e-12)


def test_window_interval_holds_exactly_the_effects_that_are_not_rejected(eleven):
    y, x = eleven
    low, high = discontinuity.local_randomisation(y, x, 0, 1.0, log=False, seed=1).ci
    step = 1e-6
    for inside, outside in ((low + step, low - step), (high - step, high + step)):
        assert by_listing(y, x >= 0, inside) > 0.05
        assert by_listing(y, x >= 0, outside) <= 0.05


def test_balanced_window_equals_scipy():
    rng = np.random.default_rng(3)
    y, x = rng.normal(size=10), np.r_[-np.arange(1.0, 6), np.arange(1.0, 6)]
    found = discontinuity.local_randomisation(y, x, 0, 9.0, log=False, seed=1)
    scipy_p = permutation_test((y[5:], y[:5]), lambda a, b: a.mean() - b.mean()).pvalue
    assert found.p_value == pytest.approx(scipy_p, abs=1e-12)


def test_drawn_window_p_value_equals_rdlocrand_up_to_drawing():
    y, x = normal(seed=9)
    raw = rdrandinf(y, x, wl=-0.5, wr=0.5, reps=2000, quietly=True)
    found = discontinuity.local_randomisation(y, x, 0, 0.5, log=False, draws=1999, seed=1)
    assert not found.exact
    assert found.difference == pytest.approx(float(raw["obs.stat"][0]), abs=1e-12)
    assert found.p_value == pytest.approx(float(raw["p.value"]), abs=DRAWING)


def test_drawn_window_interval_is_near_that_of_the_t_test():
    y, x = normal(400, seed=10)
    near = np.abs(x) <= 0.5
    found = discontinuity.local_randomisation(y, x, 0, 0.5, log=False, seed=1)
    classic = ttest_ind(y[near & (x >= 0)], y[near & (x < 0)]).confidence_interval()
    assert found.ci == pytest.approx((classic.low, classic.high), abs=0.02)


def test_drawn_p_value_is_never_zero_and_depends_on_the_seed_alone():
    y, x = normal()
    y = y + 50 * (x >= 0)
    one, again = (discontinuity.local_randomisation(y, x, 0, 0.5, False, draws=199, seed=4) for _ in "12")
    assert one == again
    assert one.p_value == 1 / 200


def test_window_of_few_units_says_that_no_interval_is_finite():
    y, x = np.array([1.0, 2, 3, 5]), np.array([-2.0, -1, 1, 2])
    found = discontinuity.local_randomisation(y, x, 0, 3.0, log=False, seed=1)
    assert found.ci == (-math.inf, math.inf)
    assert found.p_value == pytest.approx(2 / 6)
    assert "no finite 95% interval (too few arrangements)" in found.sentence()


def test_window_test_rejects_no_jump_as_often_as_nominal():
    rng = np.random.default_rng(6)
    x = np.linspace(-0.99, 1, 24)
    rejected = sum(
        discontinuity.local_randomisation(rng.normal(size=24), x, 0, 1.0, False, draws=199, seed=i).p_value
        <= 0.05
        for i in range(400)
    )
    assert 0.02 <= rejected / 400 <= 0.085


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"window": "a"}, "^window: 'a' is not a number"),
        ({"window": 0}, "^window: 0 is not one positive number"),
        ({"window": 1e-9}, "^window: units left of the cutoff within 1e-09: 0, at least 2"),
        ({"draws": 5}, "^draws: 5, at least 99"),
        ({"draws": 99.5}, "^draws: 99.5, .* whole number"),
        ({"seed": None}, "^seed: None is not a whole number"),
        ({"y": np.where(np.abs(X) < 0.5, 1.0, Y)}, "^y within the window: is constant"),
        ({"x": np.where(X > 1, np.nan, X)}, "^x: .* missing"),
    ],
    ids=str,
)
def test_window_refuses_bad_input_in_one_line(given, message):
    with pytest.raises(DesignError, match=message):
        discontinuity.local_randomisation(**dict(y=Y, x=X, cutoff=0, window=0.5, log=False, seed=1) | given)


# --- robustness over many odd samples ----------------------------------------------------------------------


def test_odd_samples_give_a_finite_result_or_one_clear_line():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(150):
            rng = np.random.default_rng(seed)
            n = int(rng.integers(4, 60))
            x, y = rng.normal(size=n) + rng.normal(), rng.normal(size=n)
            x = np.round(x, seed % 4)
            y = (y > 1) * 1.0 if seed % 3 == 0 else y
            for result in (
                lambda x=x, y=y: discontinuity.fit(y, x, 0, False).ci_robust,
                lambda x=x, y=y: discontinuity.fit(y, x, 0, False, h=0.5, vce="hc3").ci_robust,
                lambda x=x, y=y: discontinuity.density(x, 0, False).p_value,
            ):
                try:
                    assert np.isfinite(result()).all()
                except DesignError as error:
                    assert re.match(r"^(x|y|window): [^\n]+$", str(error))
