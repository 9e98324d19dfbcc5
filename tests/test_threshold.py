"""Threshold regression against published numbers, statsmodels, definitions written out, and known truths."""

import warnings

import numpy as np
import pandas as pd
import patsy
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from gemeenten.designs import threshold, threshold_bootstrap, threshold_profile, threshold_smooth
from gemeenten.errors import DesignError

# Two ways to the same least-squares sum in double precision.
ROUNDING = 1e-9
# The weak candidates are all but collinear: statsmodels itself keeps fewer digits there.
ROUNDING_WEAK = 1e-6
# Half a unit of the last printed digit of Hansen (2000), table 1.
PRINTED = 0.005
# Three standard errors of a share near .05 (or .95) in 400 replications.
SHARE_ERROR = 3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.fixture(scope="module")
def nile():
    """Annual flow of the Nile at Aswan, 1871-1970, 10^8 cubic metres."""
    return sm.datasets.nile.load_pandas().data


def step_sample(seed, n=120, jump=1.5, ties=False):
    """Return (y, q, x): q about lognormal, a jump of the mean at the 80th percentile, a slope in x."""
    rng = np.random.default_rng(seed)
    q = np.exp(rng.normal(10, 0.8, n))
    if ties:
        q = np.ceil(q / 1e4) * 1e4
    x = rng.normal(size=n)
    y = 2 + 0.5 * x + jump * (q > np.quantile(q, 0.8)) + rng.normal(size=n)
    return y, q, x


def looped_sse(y, q, x, thresholds):
    """Return the sums of squares of two statsmodels regressions at each threshold."""
    design = sm.add_constant(x) if x is not None else np.ones((len(y), 1))
    sides = [(q <= g, q > g) for g in thresholds]
    return [sum(sm.OLS(y[s], design[s]).fit().ssr for s in pair) for pair in sides]


# -- published numbers ------------------------------------------------------------------------------------


def test_nile_break_is_at_1898_with_the_published_means_and_sums_of_squares(nile):
    found = threshold.fit(nile["volume"], nile["year"])
    assert found.threshold == 1898
    assert (found.n_low, found.n_high) == (28, 72)
    assert found.coef_low[0] == pytest.approx(1097.75, abs=0.005)
    assert found.coef_high[0] == pytest.approx(849.97, abs=0.005)
    # `breakpoints(Nile ~ 1)` of R's strucchange prints RSS 2835157 without and 1597457 with one break.
    assert round(found.sse_linear) == 2835157
    assert round(found.sse) == 1597457
    assert found.ci[0] <= 1898 <= found.ci[1]


def test_nile_sup_f_equals_strucchange_up_to_the_degrees_of_freedom(nile):
    found = threshold.test(nile["volume"], nile["year"], seed=1)
    # `sctest(Fstats(Nile ~ 1))` prints sup.F = 75.93 with n - 2 = 98 in place of n = 100.
    assert found.sup_f_residual == pytest.approx(75.93, abs=0.005)
    assert found.sup_f == pytest.approx(77.48, abs=0.005)
    assert threshold.test(nile["volume"], nile["year"], seed=1, statistic="lm").sup_f_residual is None
    assert found.threshold == 1898
    assert found.p_value == pytest.approx(1 / 2001)


def test_nile_bic_equals_strucchange_which_counts_the_break_as_a_parameter(nile):
    table = threshold.compare_smooth(nile["volume"], nile["year"], seed=1).table
    assert round(table.loc["none", "bic"]) == 1318
    assert round(table.loc["step", "bic"]) == 1270
    assert list(table["parameters"]) == [1, 2, 5, 3]


def test_critical_values_are_those_of_hansen_2000_table_1():
    printed = {0.8: 4.50, 0.85: 5.10, 0.9: 5.94, 0.925: 6.53, 0.95: 7.35, 0.975: 8.75, 0.99: 10.59}
    for level, value in printed.items():
        assert threshold.critical_value(level) == pytest.approx(value, abs=PRINTED)


# -- against statsmodels and the definitions --------------------------------------------------------------


@pytest.mark.parametrize("regressors", ["none", "one", "three"])
@pytest.mark.parametrize("ties", [False, True])
def test_profile_equals_a_loop_of_statsmodels_regressions(regressors, ties):
    y, q, x = step_sample(1, ties=ties)
    x = {"none": None, "one": x, "three": np.column_stack([x, np.log(q), q])}[regressors]
    found = threshold.fit(y, q, x)
    expected = looped_sse(y, q, x, found.profile["threshold"])
    np.testing.assert_allclose(found.profile["sse"], expected, rtol=ROUNDING)
    assert found.threshold == found.profile["threshold"][np.argmin(expected)]
    assert found.sse == pytest.approx(min(expected), rel=ROUNDING)
    linear = sm.OLS(y, sm.add_constant(x) if x is not None else np.ones_like(y)).fit().ssr
    assert found.sse_linear == pytest.approx(linear, rel=ROUNDING)


def test_profile_keeps_its_digits_where_a_regime_is_all_but_collinear():
    rng = np.random.default_rng(3)
    q = np.exp(rng.normal(10, 1.2, 300))
    x = np.column_stack([q, q**2, q**3]) / 1e5
    y = rng.normal(size=300) + (q > 1e5)
    assert threshold_profile.prepare(y, q, x, 0.05).weak.any()
    found = threshold.fit(y, q, x)
    scaled = x / x.std(axis=0)
    expected = looped_sse(y, q, scaled, found.profile["threshold"])
    np.testing.assert_allclose(found.profile["sse"], expected, rtol=ROUNDING_WEAK)


def test_candidates_are_all_observed_values_that_leave_the_trimmed_share():
    q = np.repeat(np.arange(25.0), 4)
    y = np.random.default_rng(0).normal(size=100)
    # 4 units a value: 0.07 * 100 = 7 units need two values in the low and two in the high regime.
    assert list(threshold.fit(y, q, trim=0.07).profile["threshold"]) == list(range(1, 23))
    assert list(threshold.fit(y, q, trim=0.08).profile["threshold"]) == list(range(1, 23))
    assert threshold.fit(y, q, trim=0.081).searched == (2, 21)
    # One unit more than coefficients when the trim asks for less.
    assert threshold.fit(y, np.arange(100.0), trim=0).searched == (1, 97)


def test_coefficients_and_standard_errors_equal_the_interacted_regression():
    y, q, x = step_sample(2)
    found = threshold.fit(y, q, x)
    low = (q <= found.threshold)[:, None]
    design = sm.add_constant(x)
    joint = sm.OLS(y, np.hstack([design * low, design * ~low])).fit(cov_type="HC3")
    np.testing.assert_allclose([*found.coef_low, *found.coef_high], joint.params, rtol=ROUNDING)
    np.testing.assert_allclose([*found.se_low, *found.se_high], joint.bse, rtol=ROUNDING)
    assert found.jump is None and found.jump_ci is None


def test_jump_and_its_error_equal_a_dummy_regression():
    y, q, _ = step_sample(4)
    found = threshold.fit(y, q)
    dummy = sm.OLS(y, sm.add_constant((q > found.threshold) * 1.0)).fit(cov_type="HC3", use_t=True)
    assert found.jump == pytest.approx(dummy.params[1], rel=ROUNDING)
    assert found.jump_se == pytest.approx(dummy.bse[1], rel=ROUNDING)
    np.testing.assert_allclose(found.jump_ci, dummy.conf_int()[1], rtol=ROUNDING)


def test_union_interval_of_the_jump_runs_over_the_80_percent_set():
    y, q, _ = step_sample(4, jump=0.8)
    found = threshold.fit(y, q)
    lows, highs = [], []
    for g in found.profile.loc[found.profile["lr"] <= threshold.critical_value(0.8), "threshold"]:
        dummy = sm.OLS(y, sm.add_constant((q > g) * 1.0)).fit(cov_type="HC3", use_t=True)
        low, high = dummy.conf_int()[1]
        lows.append(low)
        highs.append(high)
    assert len(lows) > 3
    np.testing.assert_allclose(found.jump_ci_union, (min(lows), max(highs)), rtol=ROUNDING)


def test_confidence_set_is_the_inverted_likelihood_ratio():
    y, q, x = step_sample(5, jump=0.7)
    found = threshold.fit(y, q, x, level=0.9)
    sse = found.profile["sse"].to_numpy()
    lr = len(y) * (sse - sse.min()) / sse.min()
    inside = found.profile["threshold"][lr <= 5.9395]
    np.testing.assert_allclose(found.profile["lr"], lr, atol=1e-8)
    assert found.ci == (inside.min(), inside.max())
    pieces = [g for low, high in found.ci_set for g in inside if low <= g <= high]
    assert pieces == list(inside)
    assert found.disconnected == (len(found.ci_set) > 1)


def test_quadratic_scale_equals_the_ratio_of_two_regressions():
    y, q, x = step_sample(6)
    found = threshold.fit(y, np.log(q), x, robust="quadratic")
    at, design = found.threshold, sm.add_constant(x)
    low = np.log(q) <= at
    residual = y - np.where(low, design @ found.coef_low, design @ found.coef_high)
    shift = (design @ (found.coef_high - found.coef_low)) ** 2
    powers = np.vander(np.log(q), 3, increasing=True)
    top, bottom = (
        sm.OLS(r, powers).fit().predict([1, at, at**2])[0]
        for r in (shift * residual**2 / (found.sse / len(y)), shift)
    )
    assert found.eta2 == pytest.approx(top / bottom, rel=1e-8)
    sse = found.profile["sse"].to_numpy()
    expected = len(y) * (sse - sse.min()) / sse.min() / found.eta2
    np.testing.assert_allclose(found.profile["lr"], expected, atol=1e-8)
    assert found.ci == found.ci_robust


def test_kernel_scale_recovers_the_variance_near_the_threshold():
    ratios = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        q = rng.uniform(size=800)
        sd = 0.5 + q
        y = 2 * (q > 0.7) + sd * rng.normal(size=800)
        ratios.append(threshold.fit(y, q, robust=True).eta2)
    # E(e^2 | .7) / E(e^2) = 1.2^2 / (1.5^3 - .5^3) * 3 = 1.329; three standard errors of the 40 draws' mean.
    assert np.mean(ratios) == pytest.approx(1.329, abs=3 * np.std(ratios) / np.sqrt(40) + 0.03)


def test_bootstrap_equals_a_loop_of_statsmodels_regressions_on_the_same_multipliers():
    y, q, x = step_sample(7, n=40)
    order = np.lexsort((x, y, q))
    y, q, x = y[order], q[order], x[order]
    found = threshold.test(y, q, x, trim=0.1, draws=99, seed=11)
    multipliers = np.random.default_rng(11).standard_normal((99, 40))
    design = sm.add_constant(x)
    residual = sm.OLS(y, design).fit().resid
    candidates = threshold.fit(y, q, x, trim=0.1).profile["threshold"]
    for draw in range(5):
        outcome = residual * multipliers[draw]
        sse = min(looped_sse(outcome, q, x, candidates))
        linear = sm.OLS(outcome, design).fit().ssr
        assert found.null_draws[draw] == pytest.approx(40 * (linear - sse) / sse, rel=ROUNDING)
    assert found.p_value == (1 + np.sum(found.null_draws >= found.sup_f)) / 100


def test_sup_lm_equals_its_definition_at_every_candidate():
    y, q, x = step_sample(8, n=60)
    found = threshold.test(y, q, x, draws=99, seed=1, statistic="lm")
    design = sm.add_constant(x)
    residual = sm.OLS(y, design).fit().resid
    values = []
    for g in threshold.fit(y, q, x).profile["threshold"]:
        low = design * (q <= g)[:, None]
        score = (low - design @ np.linalg.solve(design.T @ design, low.T @ low)) * residual[:, None]
        total = score.sum(axis=0)
        values.append(total @ np.linalg.solve(score.T @ score, total))
    assert found.sup_f == pytest.approx(max(values), rel=ROUNDING)


def test_spline_spans_the_natural_cubic_splines_of_patsy():
    q = np.sort(np.random.default_rng(0).normal(size=80))
    ours = threshold_smooth.natural_spline(q, 4)
    inner = list(np.quantile(q, [0.25, 0.5, 0.75]))
    theirs = np.asarray(patsy.dmatrix("cr(q, knots=inner) - 1", {"q": q, "inner": inner}))
    assert ours.shape == theirs.shape
    fitted = ours @ np.linalg.lstsq(ours, theirs, rcond=None)[0]
    np.testing.assert_allclose(fitted, theirs, atol=1e-9)
    np.testing.assert_allclose(ours.sum(axis=1), 1, atol=1e-12)


def test_cross_validation_of_line_and_step_equals_a_loop_by_hand():
    y, q, _ = step_sample(9, n=80)
    order = np.lexsort((y, q))
    y, q = y[order], q[order]
    found = threshold.compare_smooth(y, q, seed=4, folds=5)
    fold = np.random.default_rng(4).permutation(np.arange(80) % 5)
    line, step = np.empty(80), np.empty(80)
    for held in range(5):
        out = fold == held
        design = sm.add_constant(q)
        line[out] = sm.OLS(y[~out], design[~out]).fit().predict(design[out])
        fitted = threshold.fit(y[~out], q[~out])
        step[out] = np.where(q[out] > fitted.threshold, fitted.coef_high[0], fitted.coef_low[0])
    assert found.table.loc["linear", "cv_mse"] == pytest.approx(np.mean((y - line) ** 2), rel=ROUNDING)
    assert found.table.loc["step", "cv_mse"] == pytest.approx(np.mean((y - step) ** 2), rel=ROUNDING)


# -- known truth ------------------------------------------------------------------------------------------


def test_threshold_set_covers_the_true_break_at_about_its_level():
    held = {False: 0, True: 0}
    for seed in range(400):
        rng = np.random.default_rng(seed)
        q = rng.normal(2, 1, 200)
        y = 0.8 * (q > 2) + rng.normal(size=200)
        for robust in held:
            held[robust] += threshold.fit(y, q, robust=robust).set_includes(2)
    for robust, count in held.items():
        assert 0.95 - SHARE_ERROR <= count / 400 <= 0.99, robust


def test_scaled_set_covers_where_uneven_noise_defeats_the_plain_one():
    held = {False: 0, True: 0}
    for seed in range(200):
        rng = np.random.default_rng(seed)
        q = rng.normal(size=342)
        true = np.quantile(q, 0.91)
        y = 1.0 * (q > true) + np.where(q > np.quantile(q, 0.8), 2, 0.8) * rng.normal(size=342)
        for robust in held:
            found = threshold.fit(y, q, robust=robust)
            held[robust] += found.searched_includes(true) and found.set_includes(true)
    assert held[False] / 200 < 0.75
    assert held[True] / 200 > 0.88


@pytest.mark.parametrize("noise", ["even", "large in the top tenth", "small in the top tenth"])
@pytest.mark.parametrize("slope", [False, True])
def test_bootstrap_rejects_a_true_null_at_about_its_level(noise, slope):
    top = {"even": 1, "large in the top tenth": 2, "small in the top tenth": 0.4}[noise]
    rejected = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        q = rng.uniform(size=100)
        y = 3 * q * slope + np.where(q > 0.9, top, 1) * rng.normal(size=100)
        found = threshold.test(y, q, q if slope else None, draws=199, seed=seed)
        rejected += found.p_value <= 0.05
    # Three standard errors, and .02 for what the bootstrap misses with ten units in the noisy tenth.
    assert abs(rejected / 400 - 0.05) < SHARE_ERROR + 0.02


def test_known_jump_in_the_top_tenth_is_found_and_located():
    rejected, located = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        q = np.exp(rng.normal(10.3, 0.85, 342))
        true = np.quantile(q, 0.906)
        y = 0.35 * rng.normal(size=342) + 0.4 * (q > true)
        rejected += threshold.test(y, q, draws=199, seed=seed).p_value <= 0.05
        located += 0.9 * true < threshold.fit(y, q).threshold < 1.15 * true
    assert rejected >= 57
    assert located >= 42


def test_textbook_trim_cannot_find_a_step_at_the_91st_percentile():
    rng = np.random.default_rng(1)
    q = np.exp(rng.normal(10.3, 0.85, 342))
    true = np.quantile(q, 0.906)
    y = 0.35 * rng.normal(size=342) + 1.0 * (q > true)
    assert not threshold.fit(y, q, trim=0.15).searched_includes(true)
    assert threshold.fit(y, q, trim=0.05).set_includes(true)


def test_step_beats_curve_on_a_step_and_loses_to_it_on_a_curve():
    rng = np.random.default_rng(2)
    q = np.exp(rng.normal(10, 0.8, 300))
    z = np.log(q) - 10
    step = threshold.compare_smooth((q > 4e4) + 0.4 * rng.normal(size=300), q, seed=1, log=True)
    curve = threshold.compare_smooth(z**2 + 0.4 * rng.normal(size=300), q, seed=1, log=True)
    line = threshold.compare_smooth(z + 0.4 * rng.normal(size=300), q, seed=1, log=True)
    assert (step.best_bic, step.best_cv) == ("step", "step")
    assert (curve.best_bic, curve.best_cv) == ("smooth", "smooth")
    assert line.best_bic == "linear"
    assert step.step_minus_smooth < -10 and curve.step_minus_smooth > 10
    assert "the step describes" in step.sentence() and "the smooth curve describes" in curve.sentence()


def test_regressor_that_is_also_in_the_curve_is_counted_once():
    y, q, _ = step_sample(3)
    table = threshold.compare_smooth(y, q, np.log(q), seed=1, log=True).table
    assert list(table["parameters"]) == [2, 2, 5, 5]


# -- what must not matter ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1e4, 1e4), st.floats(0.01, 1e4), st.booleans())
def test_order_units_and_monotone_scales_of_q_do_not_matter(seed, shift, factor, ties):
    y, q, x = step_sample(seed, n=60, ties=ties)
    order = np.random.default_rng(seed).permutation(60)
    first = threshold.fit(y, q, x)
    second = threshold.fit((shift + factor * y)[order], np.log(q)[order], (3 - 2 * x)[order])
    assert second.threshold == np.log(first.threshold)
    assert second.ci == tuple(np.log(first.ci))
    assert second.sse == pytest.approx(factor**2 * first.sse, rel=1e-6)
    np.testing.assert_allclose(second.profile["lr"], first.profile["lr"], rtol=1e-6, atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1e4), st.booleans(), st.sampled_from(["f", "lm"]))
def test_bootstrap_does_not_depend_on_order_or_units(seed, factor, ties, statistic):
    y, q, x = step_sample(seed, n=60, ties=ties)
    order = np.random.default_rng(seed).permutation(60)
    first = threshold.test(y, q, x, draws=99, seed=5, statistic=statistic)
    second = threshold.test(
        factor * y[order], np.log(q)[order], x[order], draws=99, seed=5, statistic=statistic
    )
    assert second.sup_f == pytest.approx(first.sup_f, rel=1e-6)
    assert second.p_value == first.p_value


def test_bootstrap_does_not_depend_on_the_chunks(monkeypatch):
    y, q, x = step_sample(1)
    whole = threshold.test(y, q, x, draws=300, seed=9)
    monkeypatch.setattr(threshold_bootstrap, "_CHUNK", 2000)
    parts = threshold.test(y, q, x, draws=300, seed=9)
    np.testing.assert_allclose(parts.null_draws, whole.null_draws, rtol=1e-10)
    assert parts.p_value == whole.p_value


def test_same_seed_gives_the_same_draws_and_another_seed_others():
    y, q, _ = step_sample(1)
    first, again, other = (threshold.test(y, q, draws=99, seed=s).null_draws for s in (1, 1, 2))
    assert (first == again).all() and not (first == other).any()


def test_series_and_frames_of_one_index_are_read_as_arrays_and_other_indexes_are_refused():
    y, q, x = step_sample(1)
    frame = pd.DataFrame({"x": x, "z": x**2}, index=np.arange(len(x))[::-1])
    labelled = threshold.fit(pd.Series(y, index=frame.index), pd.Series(q, index=frame.index), frame)
    assert labelled.sse == threshold.fit(y, q, np.column_stack([x, x**2])).sse
    assert threshold.fit(y, pd.Series(q, index=frame.index), frame).sse == labelled.sse
    with pytest.raises(DesignError, match=r"^y and q: their indexes differ.*reindex, merge.*to_numpy"):
        threshold.fit(pd.Series(y), pd.Series(q, index=frame.index))
    with pytest.raises(DesignError, match="^q and x: their indexes differ"):
        threshold.test(y, pd.Series(q), frame, seed=1)


@pytest.mark.parametrize("badly", ["powers", "far from zero"])
def test_coefficients_do_not_suffer_from_badly_scaled_regressors(badly):
    """The same fit on centred and scaled regressors, turned back, gives coefficients and standard errors."""
    y, q, z = step_sample(4, n=300)
    x = np.column_stack([q, q**2, q**3]) if badly == "powers" else (1e9 + 1e3 * z)[:, None]
    found = threshold.fit(y, q, x)
    beyond = []
    sides = (
        (q <= found.threshold, found.coef_low, found.se_low),
        (q > found.threshold, found.coef_high, found.se_high),
    )
    for side, coef, se in sides:
        scale = x[side].std(axis=0)
        other = sm.OLS(y[side], sm.add_constant((x[side] - x[side].mean(axis=0)) / scale)).fit()
        np.testing.assert_allclose(coef[1:] * scale, other.params[1:], rtol=ROUNDING_WEAK)
        np.testing.assert_allclose(se[1:] * scale, other.HC3_se[1:], rtol=ROUNDING_WEAK)
        beyond.append(y[side] - np.column_stack([np.ones(side.sum()), x[side]]) @ coef)
    assert sum(float(e @ e) for e in beyond) == pytest.approx(found.sse, rel=ROUNDING_WEAK)


def test_a_threshold_variable_of_tiny_numbers_is_no_different():
    y, q, _ = step_sample(5)
    tiny = threshold.fit(y, q * 1e-200)
    assert tiny.eta2 == pytest.approx(threshold.fit(y, q).eta2, rel=ROUNDING)
    curves = [threshold.compare_smooth(y, values, seed=1).table["bic"] for values in (q * 1e-200, q)]
    np.testing.assert_allclose(*curves, rtol=ROUNDING)


# -- what the result says ---------------------------------------------------------------------------------


def test_value_between_two_observed_ones_is_judged_by_the_lower():
    y = np.r_[np.zeros(20), np.ones(20)] + np.tile([0.0, 0.3], 20)
    found = threshold.fit(y, np.arange(40) * 10.0)
    assert found.threshold == 190
    assert found.set_includes(199) == found.set_includes(190) is True
    assert not found.set_includes(100)
    # trim 5 % of 40 is two units: 10 is the first candidate and 370 the last, which splits as 379 does.
    assert found.searched == (10, 370)
    assert found.searched_includes(379) and not found.searched_includes(380)
    assert not found.searched_includes(9)


def test_disconnected_set_gives_its_pieces_and_says_so():
    rng = np.random.default_rng(0)
    y = np.r_[np.zeros(30), np.ones(15), np.zeros(15) + 2] + 0.35 * rng.normal(size=60)
    found = threshold.fit(y, np.arange(60.0), level=0.999)
    assert found.disconnected
    assert found.ci == (found.ci_set[0][0], found.ci_set[-1][1])
    assert f"in {len(found.ci_set)} separate pieces" in found.sentence()


def test_sentence_carries_threshold_interval_jump_n_tier_and_the_value_asked(nile):
    told = threshold.fit(nile["volume"], nile["year"]).sentence("the flow", "units", "published", value=1990)
    for part in (
        "1,898",
        "95% interval",
        "1,098 units",
        "850 units",
        "-248 units",
        "n = 100",
        "tier: published",
    ):
        assert part in told
    assert "1,990 lies outside the search" in told


def test_sentence_says_when_the_set_is_wide_and_reaches_the_end_of_the_search():
    y, q, _ = step_sample(1, jump=0)
    found = threshold.fit(y, q, trim=0.1)
    assert found.at_edge
    assert "hardly locate it" in found.sentence() and "may go on beyond it" in found.sentence()


def test_sentence_gives_the_scaled_set_when_noise_near_the_threshold_is_uneven():
    rng = np.random.default_rng(5)
    q = rng.normal(size=342)
    y = 1.0 * (q > 1.3) + np.where(q > 0.8, 2, 0.8) * rng.normal(size=342)
    found = threshold.fit(y, q)
    assert found.eta2 > 1.25
    assert "times the average" in found.sentence()
    assert found.ci_robust[0] <= found.ci[0] and found.ci_robust[1] >= found.ci[1]


def test_large_p_value_is_not_worded_as_absence():
    y, q, _ = step_sample(3, jump=0)
    found = threshold.test(y, q, draws=199, seed=1)
    assert found.p_value > 0.05
    assert "not evidence that there is none" in found.sentence()
    assert "no effect" not in found.sentence()


def test_simulated_result_is_marked():
    y, q, _ = step_sample(3)
    assert "SIMULATED" in threshold.compare_smooth(y, q, seed=1).sentence(tier="simulated")
    assert "SIMULATED" in threshold.test(y, q, draws=99, seed=1).sentence(tier="simulated")


def test_regressor_constant_in_a_regime_leaves_out_those_thresholds_and_counts_them():
    rng = np.random.default_rng(2)
    q = np.arange(100.0)
    merged = (q >= 40) & (q % 3 == 0)
    y = rng.normal(size=100) + (q > 70)
    found = threshold.fit(y, q, merged)
    # The first merged unit is at 42; candidates 4..41 would have none in the low regime.
    assert found.searched == (42, 94)
    assert found.skipped == 38
    np.testing.assert_allclose(
        found.profile["sse"], looped_sse(y, q, merged * 1.0, found.profile["threshold"]), rtol=ROUNDING
    )


def test_standard_errors_are_not_stated_for_a_unit_that_is_fitted_exactly():
    q = np.arange(40.0)
    only = (q == 3) | (q == 35)
    y = np.random.default_rng(2).normal(size=40) + 5 * (q > 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = threshold.fit(y, q, only)
    assert np.isnan(found.se_low).all() and np.isfinite(found.coef_low).all()


# -- bad input --------------------------------------------------------------------------------------------

GOOD = np.random.default_rng(0).normal(size=40)
Q = np.arange(40.0)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"y": np.where(Q == 3, np.nan, GOOD)}, "y: 1 missing or infinite value"),
        ({"q": np.where(Q == 3, np.inf, Q)}, "q: 1 missing or infinite value"),
        ({"x": np.where(Q == 3, np.nan, GOOD)}, "x: 1 missing or infinite value"),
        ({"x": np.column_stack([GOOD, np.full(40, np.nan)])}, "x, column 1: 40 missing"),
        ({"y": np.ones(40)}, "y: is constant"),
        ({"q": np.ones(40)}, "q: is constant"),
        ({"x": np.ones(40)}, "x, column 0: is constant"),
        ({"x": np.column_stack([GOOD, 2 * GOOD + 1])}, "x: the regressors are collinear"),
        (
            {"x": np.random.default_rng(1).normal(size=(40, 40))},
            "x: 41 coefficients and 40 units",
        ),
        ({"x": np.zeros((40, 1, 1))}, "x: has 3 dimensions"),
        ({"x": [[1, 2], [3]]}, "x: not numeric"),
        ({"y": np.where(Q > 20, 0.1 + 0.2, 0.3)}, "y: is constant"),
        ({"q": Q.astype("datetime64[D]")}, "q: holds dates; convert them to plain numbers"),
        ({"y": GOOD + 1j}, "y: holds complex numbers"),
        ({"y": np.ma.array(GOOD, mask=Q == 3)}, "y: 1 missing or infinite value(s), the first at position 3"),
        ({"y": pd.array([pd.NA, *GOOD[1:]])}, "y: 1 missing"),
        ({"x": 3.0}, "x: has 0 dimensions"),
        ({"x": GOOD[:39]}, "lengths differ"),
        ({"q": Q[:39]}, "lengths differ: y has 40, q has 39"),
        ({"y": ["a"] * 40}, "y: not numeric"),
        ({"y": np.ones((40, 2))}, "y: has 2 dimensions"),
        ({"y": [], "q": []}, "y: is empty"),
        ({"y": [1.0, 2.0], "q": [1.0, 2.0]}, "trim: no value of q leaves 2 of the 2 units"),
        ({"q": np.r_[0.0, np.ones(39)]}, "trim: no value of q leaves 2 of the 40 units"),
        ({"trim": 0.5}, "trim: 0.5 is not in"),
        ({"trim": -0.1}, "trim: -0.1 is not in"),
        ({"trim": float("nan")}, "trim: nan is not in"),
        ({"trim": "5%"}, "trim: '5%' is not in"),
        ({"y": (Q > 20) * 1.0}, "y: a step at q = 20 fits y exactly"),
        ({"y": 1e6 + (Q > 20) * 0.25}, "y: a step at q = 20 fits y exactly"),
        ({"y": 2 * Q + 1, "x": Q}, "y: the regressors without a threshold fit y exactly"),
        ({"x": (Q > 15) * 1.0}, "x: no threshold leaves every regressor varying"),
    ],
)
@pytest.mark.parametrize("function", ["fit", "test", "compare_smooth"])
def test_bad_input_ends_in_one_line_that_names_it(function, changes, told):
    given = {"y": GOOD, "q": Q} | changes | ({} if function == "fit" else {"seed": 1})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DesignError) as caught:
            getattr(threshold, function)(**given)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("function", "changes", "told"),
    [
        ("fit", {"level": 1.0}, "level: 1 lies outside"),
        ("fit", {"level": "95%"}, "level: '95%' is not a number"),
        ("fit", {"robust": "huber"}, "robust: 'huber' is not one of"),
        ("fit", {"robust": 1}, "robust: 1 is not one of"),
        ("test", {"draws": 10}, "draws: 10; give a whole number of at least 99"),
        ("test", {"draws": 99.5}, "draws: 99.5"),
        ("test", {"seed": None}, "seed: None; give a whole number"),
        ("test", {"seed": -1}, "seed: -1"),
        ("test", {"statistic": "t"}, "statistic: 't' is not one of"),
        ("test", {"residuals": "none"}, "residuals: 'none' is not one of"),
        ("test", {"multiplier": "mammen"}, "multiplier: 'mammen' is not one of"),
        ("compare_smooth", {"log": True}, "q: 0 has no logarithm"),
        ("compare_smooth", {"log": "no"}, "log: 'no' is neither True nor False"),
        ("compare_smooth", {"df": 1}, "df: 1; give a whole number from 2"),
        ("compare_smooth", {"df": 40}, "df: 40; give a whole number from 2 to 39"),
        ("compare_smooth", {"folds": 1}, "folds: 1; give a whole number from 2"),
        ("compare_smooth", {"seed": 0.5}, "seed: 0.5"),
        ("compare_smooth", {"y": Q + 0.0}, "y: the model 'straight line' fits y exactly"),
        ("compare_smooth", {"q": np.r_[0, 0, np.ones(38)], "df": 2}, "df: 2; give a whole number"),
    ],
)
def test_unsuitable_option_ends_in_one_line_that_names_it(function, changes, told):
    given = {"y": GOOD, "q": Q} | ({} if function == "fit" else {"seed": 1}) | changes
    with pytest.raises(DesignError) as caught:
        getattr(threshold, function)(**given)
    assert str(caught.value).startswith(told)


def test_fold_without_a_step_is_named():
    q = np.repeat([0.0, 1.0, 2.0], [2, 37, 1])
    with pytest.raises(DesignError, match="folds: no step can be fitted without fold"):
        threshold.compare_smooth(GOOD, q, trim=0, df=2, seed=1, folds=2)


def test_asking_for_a_threshold_that_was_not_searched_is_refused():
    with pytest.raises(DesignError, match=r"value: 39 was not searched \(1 to 37 was\)"):
        threshold.fit(GOOD, Q).set_includes(39)


def test_scale_that_is_not_estimable_is_refused_when_asked_for_and_stated_otherwise():
    # Two equal means: the regimes do not differ, so there is no shift to scale by.
    y, q = np.array([0.0, 1, 0, 1, 0, 1, 0, 1]), np.repeat([0.0, 1.0], 4)
    found = threshold.fit(y, q)
    assert np.isnan(found.eta2) and np.isnan(found.ci_robust).all()
    assert "could not be estimated" in found.sentence()
    with pytest.raises(DesignError, match="robust: eta\\^2 by the kernel regression is not positive"):
        threshold.fit(y, q, robust=True)
