"""Staggered switching against pyfixest, differences of means, statsmodels, and panels with a known effect."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from scipy import stats

from gemeenten.designs import switching
from gemeenten.errors import DesignError

# The same least squares with other sums; pyfixest stops demeaning at 1e-6 where a panel is unbalanced.
ROUNDING = 1e-8
DEMEANED = 1e-5
# Simulated panels without an effect, and three standard errors of a share of .05 in them.
SETS = 100
SHARE_ERROR = 3 * np.sqrt(0.05 * 0.95 / SETS)
COHORTS = {2013: 30, 2015: 30, 2017: 30, np.nan: 50}
YEARS = np.arange(2010, 2020)


@pytest.fixture(autouse=True)
def _no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def panel(seed, effect=None, cohorts=COHORTS, years=YEARS, noise=1.0):
    """Return a balanced staggered panel; `effect(cohort, period)` is the true effect from the switch on."""
    rng = np.random.default_rng(seed)
    cohort = np.repeat(list(cohorts), list(cohorts.values()))
    code = np.arange(len(cohort))
    frame = pd.DataFrame({"code": np.repeat(code, len(years)), "year": np.tile(years, len(code))})
    frame["cohort"] = cohort[frame["code"]]
    period = (frame["year"] - frame["cohort"]).to_numpy()
    with np.errstate(invalid="ignore"):
        frame["true"] = np.where(period >= 0, effect(cohort[frame["code"]], period) if effect else 0.0, 0.0)
    unit, year = rng.normal(size=len(code)), rng.normal(size=len(years))
    frame["mark"] = unit[frame["code"]] + year[frame["year"] - years[0]] + frame["true"]
    frame["mark"] += noise * rng.normal(size=len(frame))
    frame["province"] = frame["code"] % 12
    return frame


def growing(cohort, period):
    """Return effects that grow and are larger for early cohorts: two-way fixed effects are biased."""
    return 0.5 * (period + 1) * (2019 - cohort) / 6


def study(frame, **options):
    return switching.event_study(frame, "mark", "code", "year", "cohort", **options)


def by_pyfixest(frame, estimator, outcome="mark", unit="code", cluster=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyfixest says that its class is in beta, and what it drops
        return pyfixest.event_study(
            frame.assign(g=frame["cohort"].fillna(0)),
            outcome,
            unit,
            "year",
            "g",
            cluster=cluster,
            estimator=estimator,
        )


@pytest.fixture(scope="module")
def df_het():
    """The simulated data of the R package did2s, which pyfixest ships, with the true effects beside."""
    frame = pd.read_csv(Path(pyfixest.__file__).parent / "did" / "data" / "df_het.csv")
    return frame.assign(cohort=frame["g"].where(frame["g"] > 0), true=frame["te"] + frame["te_dynamic"])


# -- against pyfixest -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cluster", [None, "province"])
def test_two_way_fixed_effects_equal_pyfixest(cluster):
    frame = panel(1, growing)
    theirs = by_pyfixest(frame, "twfe", cluster=cluster).tidy().loc["is_treated"]
    ours = study(frame, cluster=cluster).two_way
    found = [ours.estimate, ours.se, ours.p_value, *ours.ci]
    wanted = theirs[["Estimate", "Std. Error", "Pr(>|t|)", "2.5%", "97.5%"]].astype(float)
    np.testing.assert_allclose(found, wanted, rtol=ROUNDING)


@pytest.mark.parametrize("cluster", [None, "province"])
def test_the_sun_abraham_path_equals_pyfixests_saturated_event_study(cluster):
    frame = panel(2, growing)
    theirs = by_pyfixest(frame, "saturated", cluster=cluster).aggregate()
    ours = study(frame, cluster=cluster).path.drop(index=-1)
    finite = theirs.drop(index=np.inf, errors="ignore")
    assert list(ours.index) == list(finite.index)
    wanted = finite[["Estimate", "Std. Error"]].to_numpy(float)
    np.testing.assert_allclose(ours[["estimate", "se"]], wanted, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("cluster", [None, "province"])
def test_did2s_equals_pyfixest(cluster):
    frame = panel(3, growing)
    theirs = by_pyfixest(frame, "did2s", cluster=cluster).tidy().loc["is_treated"]
    ours = study(frame, estimator="did2s", cluster=cluster).robust
    np.testing.assert_allclose([ours.estimate, ours.se], theirs.iloc[:2].astype(float), rtol=ROUNDING)


# -- against published and independent numbers ------------------------------------------------------------


def test_pyfixest_reproduces_the_printed_result_of_the_r_package_did2s(df_het):
    """The README of R's did2s prints 2.152 (0.0476) for these data with state and year effects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = pyfixest.did2s(df_het, "dep_var", "~ 0 | state + year", "~ i(treat)", "treat", "state")
    assert round(float(fit.coef().iloc[0]), 3) == 2.152
    assert round(float(fit.se().iloc[0]), 4) == 0.0476


def test_the_robust_effect_finds_the_truth_of_df_het_and_two_way_fixed_effects_miss_it(df_het):
    true = df_het.loc[df_het["treat"], "true"].mean()
    found = switching.event_study(df_het, "dep_var", "unit", "year", "cohort", cluster="state")
    assert found.robust.ci[0] < true < found.robust.ci[1]
    assert found.two_way.ci[1] < true - 0.15
    assert (found.n, found.units, found.switchers, found.controls, found.clusters) == (
        46_500,
        1500,
        974,
        526,
        40,
    )
    assert found.cohorts["units"].to_dict() == {2000: 456, 2010: 518}
    true_cohort = df_het[df_het["treat"]].groupby("cohort")["true"].mean()
    assert ((found.cohorts["low"] < true_cohort) & (true_cohort < found.cohorts["high"])).all()


def test_in_a_balanced_panel_sun_abraham_is_a_difference_of_differences_of_means():
    frame = panel(4, growing)
    means = frame.groupby(["cohort", "year"])["mark"].mean()
    never, weights = frame[frame["cohort"].isna()].groupby("year")["mark"].mean(), (2013, 2015, 2017)
    cells = {
        (c, t - c): means[c, t] - means[c, c - 1] - never[t] + never[c - 1] for c in weights for t in YEARS
    }
    found = study(frame)
    for period in found.path.index:
        wanted = np.mean([value for (_, p), value in cells.items() if p == period])
        assert found.path.loc[period, "estimate"] == pytest.approx(wanted, abs=ROUNDING)
    after = [value for (_, p), value in cells.items() if p >= 0]
    assert found.robust.estimate == pytest.approx(np.mean(after), abs=ROUNDING)  # cohorts are equally large
    for cohort in weights:
        wanted = np.mean([value for (c, p), value in cells.items() if c == cohort and p >= 0])
        assert found.cohorts.loc[cohort, "estimate"] == pytest.approx(wanted, abs=ROUNDING)


def test_two_way_paths_and_the_pre_trend_test_equal_statsmodels_with_all_dummies():
    frame = panel(5, growing, cohorts={2014: 8, 2016: 9, np.nan: 12}, years=np.arange(2011, 2019))
    frame = frame[np.random.default_rng(5).random(len(frame)) > 0.1].reset_index(drop=True)
    found = study(frame)
    period = frame["year"] - frame["cohort"]
    labels = [p for p in sorted(period.dropna().unique().astype(int)) if p != -1]
    x = pd.DataFrame({p: (period == p) * 1.0 for p in labels})
    effects = pd.get_dummies(frame[["code", "year"]].astype(str), dtype=float)
    full = x.join(effects.drop(columns="year_2011"))
    fit = sm.OLS(frame["mark"], full).fit(
        cov_type="cluster", cov_kwds={"groups": frame["code"], "use_correction": False}
    )
    rows = found.path.drop(index=-1)
    np.testing.assert_allclose(rows["two_way"], fit.params[labels], atol=DEMEANED)
    g, n, k = 29, len(frame), len(labels) + frame["year"].nunique()  # unit effects are nested in the clusters
    scale = np.sqrt(g / (g - 1) * (n - 1) / (n - k))
    np.testing.assert_allclose(rows["two_way_se"], fit.bse[labels] * scale, rtol=DEMEANED)


@pytest.mark.parametrize("cluster", [None, "province"])
@pytest.mark.parametrize("estimator", ["sun-abraham", "did2s"])
def test_the_pre_trend_test_is_hotellings_with_a_covariance_from_leaving_out_each_cluster(estimator, cluster):
    frame = panel(6, growing, cohorts={2014: 20, 2017: 15, np.nan: 30})
    frame = frame[np.random.default_rng(6).random(len(frame)) > 0.05]
    found = study(frame, estimator=estimator, cluster=cluster)
    leads = [period for period in found.path.index if period < -1]
    labels = frame[cluster or "code"]
    shares = frame.assign(period=frame["year"] - frame["cohort"]).value_counts(["cohort", "period"])
    left_out = [leads_of(frame[labels != label], estimator, leads, shares) for label in labels.unique()]
    estimates = found.path.loc[leads, "estimate"].to_numpy()
    np.testing.assert_allclose(leads_of(frame, estimator, leads, shares), estimates, atol=DEMEANED)
    g, k = len(left_out), len(leads)
    change = np.array(left_out) - estimates
    covariance = (g - 1) / g * change.T @ change
    wanted = estimates @ np.linalg.solve(covariance, estimates) * (g - k) / (k * (g - 1))
    assert found.pre_df == (k, g - k)
    assert found.pre_f == pytest.approx(wanted, rel=1e-4)
    assert found.pre_p == pytest.approx(stats.f.sf(wanted, k, g - k), rel=1e-3)


def leads_of(frame, estimator, leads, shares):
    """Return the effects before the reference with all dummies written out, by least squares."""
    period = frame["year"] - frame["cohort"]
    effects = pd.get_dummies(frame[["code", "year"]].astype(str), dtype=float)
    if estimator == "did2s":
        untreated = ~(period >= 0)
        first = np.linalg.lstsq(
            effects[untreated].to_numpy(), frame.loc[untreated, "mark"].to_numpy(), rcond=None
        )[0]
        left = frame["mark"] - effects.to_numpy() @ first
        return np.array([left[period == lead].mean() for lead in leads])
    cells = [cell for cell in shares.index if cell[1] != -1]
    dummies = np.column_stack([(frame["cohort"] == c) & (period == p) for c, p in cells]).astype(float)
    x = np.column_stack([dummies, effects.to_numpy()])
    found = np.linalg.lstsq(x, frame["mark"].to_numpy(), rcond=None)[0]
    rows = np.array([shares[cell] for cell in cells])
    at = [np.array([p == lead for _, p in cells]) for lead in leads]
    return np.array([(found[: len(cells)] * rows)[a].sum() / rows[a].sum() for a in at])


def test_with_several_small_cohorts_the_pre_trend_test_keeps_its_level():
    """A Wald test on the clustered covariance rejects in .10 of such panels (600 drawn)."""
    cohorts = {year: 12 for year in range(2012, 2018)} | {np.nan: 48}
    p = [study(panel(7000 + i, None, cohorts)).pre_p for i in range(SETS)]
    assert np.mean(np.array(p) < 0.05) <= 0.05 + SHARE_ERROR / 2


@pytest.mark.parametrize("share", [0.7, 0.8])
def test_did2s_leaves_out_what_has_one_untreated_row_and_says_so(share):
    """pyfixest itself fails on a unit with one row before its switch."""
    frame = panel(24, lambda c, p: 1.0 + 0 * p).sample(frac=share, random_state=1)
    found = study(frame, estimator="did2s")
    untreated = ~(frame["year"] >= frame["cohort"])
    seen = untreated.groupby(frame["code"]).sum()
    gone = frame["code"].map(seen == 1)
    assert gone.any()
    kept = study(frame[~gone & frame["code"].map(seen > 0)], estimator="did2s")
    assert (found.robust, found.n) == (kept.robust, kept.n)
    assert f"did2s: {gone.sum()} row(s) of units or periods with one untreated row left out" in found.remarks
    assert found.robust.estimate == pytest.approx(1.0, abs=4 * found.robust.se)


@pytest.mark.parametrize("estimator", ["sun-abraham", "did2s"])
def test_the_robust_estimator_recovers_growing_effects_where_two_way_fixed_effects_do_not(estimator):
    cohorts = {2013: 12, 2015: 12, 2017: 12, np.nan: 20}
    frames = [panel(100 + i, growing, cohorts) for i in range(12)]
    runs = [study(frame, estimator=estimator) for frame in frames]
    true = frames[0].loc[frames[0]["true"] > 0, "true"].mean()
    robust = np.array([run.robust.estimate for run in runs])
    plain = np.array([run.two_way.estimate for run in runs])
    assert abs(robust.mean() - true) < 3 * robust.std(ddof=1) / np.sqrt(len(runs))
    assert plain.mean() < true - 0.3
    assert sum(run.two_way.ci[0] <= true <= run.two_way.ci[1] for run in runs) <= 2
    assert sum(run.robust.ci[0] <= true <= run.robust.ci[1] for run in runs) >= 9


def test_growing_effects_are_recovered_period_by_period():
    frame = panel(7, growing, noise=0.05)
    found = study(frame).path
    period = (frame["year"] - frame["cohort"]).where(frame["cohort"].notna())
    true = frame.groupby(period)["true"].mean()
    np.testing.assert_allclose(found["estimate"], true, atol=0.05)


def test_with_few_controls_late_effects_weigh_negatively_in_two_way_fixed_effects_only():
    """All effects are positive and grow; few units stay untreated, so late periods weigh negatively."""
    cohorts = {2011: 60, 2017: 30, np.nan: 3}
    found = study(panel(8, lambda c, p: 1.0 * (p + 1) * (c == 2011), cohorts, noise=0.01))
    assert found.robust.ci[0] > 2
    assert found.two_way.estimate < found.robust.estimate - 1
    assert found.negative_weight < -0.05


@pytest.fixture(scope="module")
def without_effect():
    cohorts, years = {2012: 12, 2013: 12, np.nan: 16}, np.arange(2010, 2015)
    return [study(panel(9000 + i, None, cohorts, years)) for i in range(SETS)]


def test_without_an_effect_rejections_are_about_nominal(without_effect):
    for p in ([r.robust.p_value for r in without_effect], [r.two_way.p_value for r in without_effect]):
        assert abs(np.mean(np.array(p) < 0.05) - 0.05) <= SHARE_ERROR
    assert abs(np.mean([r.pre_p < 0.05 for r in without_effect]) - 0.05) <= SHARE_ERROR


def test_without_an_effect_did2s_rejects_about_nominally():
    cohorts, years = {2012: 12, 2013: 12, np.nan: 16}, np.arange(2010, 2015)
    p = [
        study(panel(9000 + i, None, cohorts, years), estimator="did2s").robust.p_value
        for i in range(SETS // 4)
    ]
    assert np.mean(np.array(p) < 0.05) <= 0.05 + 2 * SHARE_ERROR


def test_diverging_trends_are_caught_before_the_switch_and_told():
    frame = panel(10)
    frame["mark"] += 0.5 * (frame["year"] - 2010) * frame["cohort"].notna()
    found = study(frame)
    assert found.pre_p < 0.001
    assert "trends differed already" in found.sentence()


def test_anticipation_moves_the_reference_and_keeps_early_effects_out():
    frame = panel(11, lambda c, p: 1.0 + 0 * p, noise=0.05)
    frame["mark"] -= 0.8 * (frame["year"] == frame["cohort"] - 1)  # worse in the year of the announcement
    naive, aware = study(frame), study(frame, anticipation=1)
    assert naive.robust.estimate == pytest.approx(1.8, abs=0.05)
    assert aware.robust.estimate == pytest.approx(1.0, abs=0.05)
    assert study(frame, anticipation=1, estimator="did2s").robust.estimate == pytest.approx(1.0, abs=0.05)
    assert aware.reference == -2
    assert aware.path.loc[-1, "estimate"] == pytest.approx(-0.8, abs=0.05)
    assert aware.pre_p > 0.01 > naive.pre_p


# -- what it must not depend on ---------------------------------------------------------------------------


def test_order_of_rows_index_and_names_of_columns_change_nothing():
    frame = panel(12, growing, cohorts={2013: 9, 2016: 9, np.nan: 12})
    mixed = frame.sample(frac=1, random_state=1).rename(
        columns={"mark": "mark of 2015 (1-10)", "code": "C(x)"}
    )
    mixed.index = np.zeros(len(mixed), int)
    other = switching.event_study(mixed, "mark of 2015 (1-10)", "C(x)", "year", "cohort")
    pd.testing.assert_frame_equal(study(frame).path, other.path, rtol=ROUNDING, atol=ROUNDING)


def test_in_a_balanced_panel_a_window_leaves_the_sun_abraham_path_as_it_was():
    frame = panel(13, growing)
    whole, cut = study(frame).path, study(frame, window=(-3, 2))
    assert list(cut.path.index) == list(range(-3, 3))
    np.testing.assert_allclose(cut.path["estimate"], whole.loc[-3:2, "estimate"], atol=DEMEANED)
    assert cut.robust.estimate == pytest.approx(whole.loc[0:2, "estimate"].mean(), abs=DEMEANED)
    assert cut.remarks == ("rows of switchers outside periods -3 to 2 left out",)


# -- stated -----------------------------------------------------------------------------------------------


def test_missing_outcomes_and_an_unbalanced_panel_are_stated():
    frame = panel(14)
    frame.loc[[3, 50, 700], "mark"] = np.nan
    found = study(frame)
    assert found.n == len(frame) - 3
    assert found.remarks == (
        "3 row(s) without an outcome left out",
        "unbalanced panel: 137 of 140 units in all 10 periods",
    )
    complete = study(frame.dropna(subset="mark"))
    assert complete.robust == found.robust
    assert "unbalanced panel" in found.sentence()


def test_without_never_treated_units_the_last_cohort_serves_as_control_and_it_is_stated():
    frame = panel(15, growing, cohorts={2013: 30, 2015: 30, 2017: 30})
    found = study(frame)
    by_hand = study(
        frame[frame["year"] < 2017].assign(cohort=lambda f: f["cohort"].where(f["cohort"] < 2017))
    )
    assert found.robust == by_hand.robust
    assert found.controls == 30
    assert found.remarks[0] == (
        "no unit is never treated: the 30 of cohort 2017 serve as controls, periods from 2017 on left out"
    )


def test_units_that_switch_after_the_last_year_count_as_controls_and_it_is_stated():
    frame = panel(16, cohorts={2013: 20, 2025: 10, np.nan: 20})
    assert study(frame).controls == 30
    assert "10 unit(s) that switch after the last period count as controls" in study(frame).remarks


def test_units_never_seen_untreated_are_left_out_and_it_is_stated():
    frame = panel(17, cohorts={2005: 7, 2013: 20, np.nan: 20})
    assert study(frame).units == 40
    assert "7 unit(s) not observed before their switch left out" in study(frame).remarks


def test_a_cohort_of_one_unit_and_few_switchers_are_stated():
    found = study(panel(18, cohorts={2013: 1, 2015: 4, np.nan: 20}))
    assert "cohorts of one unit (2013): their own standard errors mean nothing" in found.remarks
    assert "only 5 units switch: clustered errors reject too often" in found.remarks


def test_without_periods_before_the_reference_there_is_no_pre_trend_test_and_it_is_said():
    found = study(panel(19), window=(-1, 3))
    assert np.isnan(found.pre_f) and np.isnan(found.pre_p)
    assert "could not be tested" in found.sentence()


def test_the_sentence_carries_numbers_interval_n_and_tier_and_never_says_no_difference():
    found = study(panel(20, cohorts={2013: 20, 2016: 20, np.nan: 30}))
    told = found.sentence("the mark", "points", "simulated")
    assert found.robust.ci[0] < 0 < found.robust.ci[1]
    assert "zero is not excluded, which does not show that there is no effect" in told
    assert "40 units that switch in 2 cohort(s), 30 that do not" in told
    assert "(n = 700; SIMULATED)" in told
    assert "no difference" not in told
    short = found.robust.sentence("the mark", "points", "simulated")
    assert short.startswith(told[: told.index("; Sun")]) and short.endswith("no effect (n = 700; SIMULATED).")
    assert "zero is not excluded" not in study(panel(20, growing)).sentence()


# -- refused ----------------------------------------------------------------------------------------------


def without_reference(frame):
    return frame[~((frame["cohort"] == 2013) & (frame["year"] == 2012))]


BAD = {
    "frame: has no column 'mark'": (lambda f: f.drop(columns="mark"), {}),
    "frame: give a DataFrame": (lambda f: f.iloc[:0], {}),
    "unit: '3' has two rows in period 2010": (lambda f: pd.concat([f, f[f["code"] == 3]]), {}),
    "outcome|y: column 'mark' is not numeric": (lambda f: f.assign(mark="good"), {}),
    "column 'mark' has an infinite": (lambda f: f.assign(mark=np.inf), {}),
    "rows with a value: 0": (lambda f: f.assign(mark=np.nan), {}),
    "outcome: is constant": (lambda f: f.assign(mark=7.0), {}),
    "time: column 'year' has missing": (lambda f: f.assign(year=f["year"].where(f["code"] > 0)), {}),
    "time: 2010.5 is not a whole period": (lambda f: f.assign(year=f["year"] + 0.5), {}),
    "time: column 'year' holds dates": (lambda f: f.assign(year=pd.to_datetime(f["year"].astype(str))), {}),
    "cohort: 0 is not after the first period": (lambda f: f.assign(cohort=f["cohort"].fillna(0)), {}),
    "cohort: 0 is not after the first .* as missing": (
        lambda f: f.assign(year=f["year"] - 2010, cohort=(f["cohort"] - 2010).fillna(0)),
        {},
    ),
    "frame: has 2 columns 'mark'": (lambda f: pd.concat([f, f[["mark"]]], axis=1), {}),
    "column 'mark' holds complex numbers": (lambda f: f.assign(mark=f["mark"] + 1j), {}),
    "column 'mark' holds dates or durations": (lambda f: f.assign(mark=pd.Timedelta(1, "D")), {}),
    "outcome: is constant .0.3.": (lambda f: f.assign(mark=np.where(f["code"] > 5, 0.1 + 0.2, 0.3)), {}),
    "level: '95%' is not a number": (lambda f: f, {"level": "95%"}),
    "cohort: column 'cohort' has an infinite": (lambda f: f.assign(cohort=f["cohort"].fillna(np.inf)), {}),
    "cohort: differs between the rows of unit '0'": (lambda f: f.assign(cohort=f["year"]), {}),
    "cohort: no unit switches": (lambda f: f.assign(cohort=np.nan), {}),
    "units that switch and are observed before it: 1": (
        lambda f: f[f["cohort"].isna() | (f["code"] == 0)],
        {},
    ),
    "controls: no unit is never treated": (lambda f: f.assign(cohort=2010), {}),
    "units that do not switch: 1": (lambda f: f[f["cohort"].notna() | (f["code"] == 120)], {}),
    "rows observed after a switch: 0": (lambda f: f[~(f["year"] >= f["cohort"])], {}),
    "in period 2019 no unit is untreated": (lambda f: f[f["cohort"].notna() | (f["year"] < 2019)], {}),
    "cohort: 2013 has no row in the reference period -1": (without_reference, {}),
    "estimator: 'magic' is unknown": (lambda f: f, {"estimator": "magic"}),
    "window: give the first": (lambda f: f, {"window": 3}),
    "window: 0 to 3 lacks the reference": (lambda f: f, {"window": (0, 3)}),
    "anticipation: -1 is negative": (lambda f: f, {"anticipation": -1}),
    "anticipation: 'a' is not a whole": (lambda f: f, {"anticipation": "a"}),
    "level: 2 lies outside": (lambda f: f, {"level": 2}),
    "cluster: differs between the rows": (lambda f: f, {"cluster": "year"}),
    "cluster: clusters: 2": (lambda f: f.assign(half=f["code"] % 2), {"cluster": "half"}),
}


@pytest.mark.parametrize("told", BAD)
def test_bad_input_is_refused_in_one_line_that_names_it(told):
    change, options = BAD[told]
    with pytest.raises(DesignError, match=told) as refusal:
        study(change(panel(21)), **options)
    assert "\n" not in str(refusal.value)


def test_an_effect_that_unit_and_period_effects_absorb_is_refused_instead_of_dropped():
    """The units seen around the switch are not those seen later: the later level is not identified."""
    frame = panel(22, cohorts={2015: 10, np.nan: 20})
    around, later = [2012, 2013, 2014, 2015], [2011, 2017, 2018, 2019]
    seen = np.where(frame["code"] < 5, frame["year"].isin(around), frame["year"].isin(later))
    frame = frame[frame["cohort"].isna() | seen]
    with pytest.raises(DesignError, match="cannot be told from unit and period effects"):
        study(frame)


def test_noise_free_outcomes_have_no_standard_error_and_are_refused():
    frame = panel(23, noise=0.0)
    frame["mark"] = 0.0 + (frame["year"] >= frame["cohort"])
    with pytest.raises(DesignError, match="fits without error"):
        study(frame)
