"""Generators: the stated truth is in the data, the stated bias appears, nothing passes for a municipality."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from krippendorff import alpha
from scipy.stats import ttest_ind

import gemeenten as gm
from gemeenten.errors import DesignError

simulate = gm.simulate

ROUNDING = 1e-9  # sums of a few floats


def one_year(**options):
    """Return the panel of a single year."""
    return simulate.panel(years=[2012], **options)


# --- marks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame",
    [
        simulate.panel(n=30, seed=1),
        simulate.shares({"large": (26, 0.5)}, seed=1),
        simulate.ratings(20, seed=1),
        simulate.adoption(seed=1),
    ],
    ids=["panel", "shares", "ratings", "adoption"],
)
def test_every_row_is_marked_simulated(frame):
    assert len(frame) > 0
    assert (frame["tier"] == "simulated").all()
    assert frame.attrs["tier"] == "simulated"
    assert frame.attrs["true_effects"]


def test_attrs_hold_the_true_effects_and_the_seed_and_survive_a_selection():
    frame = simulate.panel(n=30, jump=0.4, model_effect=-0.1, overhead_slope=-0.08, seed=6)
    assert frame.attrs["true_effects"] == {
        "jump": 0.4,
        "slope": 0.0,
        "model_effect": -0.1,
        "overhead_slope": -0.08,
        "urbanity_effect": 0.0,
        "trend": 0.0,
    }
    assert frame.attrs["seed"] == 6
    assert frame[frame.year > 2012].attrs == frame.attrs


def test_other_generators_hold_their_truth_in_attrs():
    assert simulate.shares({"large": (26, 0.5)}, seed=1).attrs["true_effects"] == {"large": 0.5}
    assert simulate.ratings(20, agreement=0.7, seed=1).attrs["true_effects"]["agreement"] == 0.7
    assert simulate.adoption(midpoint=2001, seed=1).attrs["true_effects"]["midpoint"] == 2001


def test_the_mark_stays_in_every_row_of_a_file(tmp_path):
    simulate.panel(n=5, seed=1).to_csv(tmp_path / "panel.csv", index=False)
    assert pd.read_csv(tmp_path / "panel.csv").tier.eq("simulated").all()


def test_codes_cannot_be_taken_for_municipalities():
    frame = simulate.panel(n=30, seed=1)
    assert frame.code.str.fullmatch(r"SIM\d{4}").all()
    assert frame.code.nunique() == 30


def test_panel_has_one_row_for_each_unit_and_year():
    frame = simulate.panel(n=30, years=[2014, 2012, 2016], seed=1)
    assert len(frame) == 90
    assert not frame.duplicated(["code", "year"]).any()
    assert frame.year.unique().tolist() == [2012, 2014, 2016]
    assert list(frame) == [
        *("code", "year", "population", "inhabitants", "large", "urbanity", "density"),
        *("model", "switch_year", "score", "overhead", "tier"),
    ]


def test_the_seed_alone_decides():
    pd.testing.assert_frame_equal(simulate.panel(n=40, seed=5), simulate.panel(n=40, seed=5))
    assert not simulate.panel(n=40, seed=5).score.equals(simulate.panel(n=40, seed=6).score)


def test_noise_drawn_with_the_same_seed_is_unrelated_to_size():
    size = np.log(simulate.sizes(400, seed=1))
    noise = np.random.default_rng(1).normal(size=400)
    first_draw = np.random.default_rng(np.random.SeedSequence(1).spawn(1)[0]).normal(size=400)
    assert abs(np.corrcoef(size, noise)[0, 1]) < 0.15  # 3 SE
    assert abs(np.corrcoef(size, first_draw)[0, 1]) < 0.15


def test_a_panel_draws_the_sizes_of_its_seed():
    panel = one_year(n=50, seed=8)
    assert panel.population.tolist() == simulate.sizes(50, seed=8).tolist()


def test_a_panel_without_a_seed_is_refused():
    with pytest.raises(TypeError, match="seed"):
        simulate.panel()


# --- sizes -------------------------------------------------------------------------------------------------


def test_about_nine_percent_exceed_one_hundred_thousand():
    size = simulate.sizes(20_000, seed=1)
    assert np.mean(size > 100_000) == pytest.approx(0.090, abs=0.006)  # 3 SE
    assert np.median(size) == pytest.approx(32_000, rel=0.03)
    assert size.dtype.kind == "i"


def test_given_sizes_are_kept_and_exactly_one_hundred_thousand_is_not_large():
    frame = one_year(population=[20_000, 100_000, 100_001], seed=1)
    assert frame.population.tolist() == [20_000, 100_000, 100_001]
    assert frame.large.tolist() == [False, False, True]


# --- true effects ------------------------------------------------------------------------------------------


def test_two_calls_that_differ_in_the_jump_differ_by_exactly_the_jump():
    none, some = (simulate.panel(n=200, jump=jump, seed=3) for jump in (0.0, 0.7))
    assert np.allclose(some.score - none.score, 0.7 * none.large, atol=ROUNDING)


def test_two_calls_that_differ_in_the_model_effect_differ_by_exactly_that_from_the_switch_on():
    none, some = (simulate.panel(n=200, model_effect=effect, seed=3) for effect in (0.0, -0.3))
    new = (none.switch_year > 0) & (none.year >= none.switch_year)
    assert 0 < new.mean() < 1
    assert (none.model.eq("directie") == new).all()
    assert np.allclose(some.score - none.score, -0.3 * new, atol=ROUNDING)


def test_trend_and_slope_are_what_they_say():
    flat, risen = (simulate.panel(n=50, trend=trend, slope=2 * trend, seed=3) for trend in (0.0, 0.05))
    told = 0.05 * (flat.year - 2010) + 0.10 * np.log(flat.population / 100_000)
    assert np.allclose(risen.score - flat.score, told, atol=ROUNDING)


def test_a_known_jump_is_recovered_by_regression_with_all_confounders():
    frame = one_year(n=4000, jump=0.5, slope=0.1, urbanity_effect=0.2, seed=7).assign(
        size=lambda f: np.log(f.population), large=lambda f: f.large * 1.0
    )
    found = smf.ols("score ~ large + size + urbanity", frame).fit(cov_type="HC1")
    for name, truth in {"large": 0.5, "size": 0.1, "urbanity": 0.2}.items():
        assert found.params[name] == pytest.approx(truth, abs=3 * found.bse[name])


def test_a_known_jump_is_recovered_by_the_discontinuity():
    frame = one_year(n=3000, jump=1.0, slope=0.1, urbanity_effect=0.2, seed=7)
    found = gm.designs.discontinuity.fit(frame.score, frame.population)
    assert found.ci_robust[0] < 1.0 < found.ci_robust[1]
    assert found.p_robust < 0.001


def test_model_effect_is_recovered_by_two_way_fixed_effects():
    frame = simulate.panel(n=400, model_effect=0.3, trend=0.05, stay_large=0.6, slope=0.2, seed=9)
    new = frame.model.eq("directie") * 1.0
    inner = [
        v - v.groupby(frame.code).transform("mean") - v.groupby(frame.year).transform("mean") + v.mean()
        for v in (frame.score, new)
    ]
    assert (inner[0] @ inner[1]) / (inner[1] @ inner[1]) == pytest.approx(0.3, abs=0.02)  # 3.5 SE


def test_no_effect_is_rejected_about_as_often_as_nominal():
    rejected = 0
    for seed in range(400):
        frame = one_year(n=342, seed=seed)
        rejected += ttest_ind(frame.score[frame.large], frame.score[~frame.large]).pvalue < 0.05
    assert 0.02 <= rejected / 400 <= 0.085  # 99.7 % range at .05


def test_the_slope_of_overhead_is_recovered_whatever_stands_beside_it():
    frame = one_year(n=4000, overhead_slope=-0.08, jump=1.0, model_effect=0.5, seed=3).assign(
        size=lambda f: np.log(f.population), large=lambda f: f.large * 1.0
    )
    for beside in ("", " + large + np.log(density) + model"):
        found = smf.ols(f"np.log(overhead) ~ size{beside}", frame).fit()
        assert found.params["size"] == pytest.approx(-0.08, abs=3 * found.bse["size"])


def test_overhead_and_density_look_like_those_of_2023():
    """Medians of 435 euros and, for the mean of the logarithm, exp(6.27) = 529 inhabitants per km2."""
    frame = one_year(population=np.full(3000, 1e5) + np.arange(3000), seed=3)
    assert frame.overhead.median() == pytest.approx(435, rel=0.02)
    assert np.log(frame.overhead).std() == pytest.approx(np.hypot(0.29, 0.10), rel=0.05)
    assert np.log(frame.density).mean() == pytest.approx(6.27, abs=0.06)
    assert np.allclose(np.log(frame.density), 6.27 + 1.04 * frame.urbanity, atol=ROUNDING)


def test_no_jump_is_rejected_by_the_discontinuity_about_as_often_as_nominal():
    """Of 342 units about .09 (few large ones); 1,500 units bring it down to nominal."""
    rejected = 0
    for seed in range(150):
        frame = one_year(n=1500, slope=0.1, seed=seed)
        rejected += gm.designs.discontinuity.fit(frame.score, frame.population).p_robust < 0.05
    assert 0.01 <= rejected / 150 <= 0.12  # 99.7 % range of a true rate between .05 and .065


# --- stated biases -----------------------------------------------------------------------------------------


def test_leaving_out_urbanity_biases_the_slope_by_the_stated_amount():
    frame = one_year(n=8000, urbanity_effect=0.3, urbanity_correlation=0.7, seed=2)
    size = np.log(frame.population)
    naive = np.polyfit(size, frame.score, 1)[0]
    assert naive == pytest.approx(0.3 * 0.7 / size.std(ddof=0), abs=0.03)


def test_urbanity_correlates_with_size_as_asked():
    frame = one_year(n=8000, urbanity_correlation=0.5, seed=2)
    assert np.corrcoef(np.log(frame.population), frame.urbanity)[0, 1] == pytest.approx(0.5, abs=0.03)


def test_raw_difference_is_biased_by_the_slope_times_the_difference_in_size():
    frame = one_year(n=8000, slope=0.2, seed=2)
    size = np.log(frame.population)
    raw = frame.score[frame.large].mean() - frame.score[~frame.large].mean()
    stated = 0.2 * (size[frame.large].mean() - size[~frame.large].mean())
    assert raw == pytest.approx(stated, abs=0.05)


def test_models_compare_without_bias_only_while_large_units_stay_as_often():
    def contrast(**options):
        frame = simulate.panel(n=6000, years=[2020], slope=0.3, model_effect=0.1, seed=4, **options)
        new = frame.model.eq("directie")
        return frame.score[new].mean() - frame.score[~new].mean()

    assert contrast() == pytest.approx(0.1, abs=0.04)
    assert contrast(stay_large=0.9) < 0.0


def test_rows_of_one_unit_correlate_as_stated():
    frame = simulate.panel(n=3000, years=[2011, 2012], sd_between=0.3, sd_within=0.2, seed=5)
    wide = frame.pivot(index="code", columns="year", values="score")
    assert wide.corr().iloc[0, 1] == pytest.approx(0.09 / 0.13, abs=0.03)


def test_units_stay_and_switch_as_often_as_asked():
    frame = one_year(n=20_000, stay=0.22, stay_large=0.5, switch_years=(2013, 2016), seed=6)
    stays = frame.switch_year.eq(0)
    assert stays[~frame.large].mean() == pytest.approx(0.22, abs=0.01)
    assert stays[frame.large].mean() == pytest.approx(0.50, abs=0.04)
    years = frame.switch_year[~stays].value_counts(normalize=True)
    assert sorted(years.index) == [2013, 2014, 2015, 2016]
    assert years.to_numpy() == pytest.approx(0.25, abs=0.015)


# --- shares, ratings, adoption -----------------------------------------------------------------------------


def test_shares_lie_around_their_truth():
    frame = simulate.shares({"large": (20_000, 0.5), "small": (20_000, 0.22)}, seed=1).set_index("group")
    assert (frame.k / frame.n).to_numpy() == pytest.approx([0.5, 0.22], abs=0.011)  # 3 SE
    assert frame.true_share.tolist() == [0.5, 0.22]


def coded(frame):
    """Return coders x units, as the agreement library wants them."""
    return frame.filter(like="coder_").to_numpy().T


@pytest.mark.parametrize("agreement", [0.0, 0.5, 0.8, 1.0])
def test_krippendorffs_alpha_of_the_ratings_is_the_stated_agreement(agreement):
    frame = simulate.ratings(5000, coders=3, agreement=agreement, missing=0.2, seed=2)
    assert frame.isna().to_numpy().any()
    found = alpha(coded(frame), level_of_measurement="nominal")
    assert found == pytest.approx(agreement, abs=0.03)


def test_raw_agreement_is_higher_than_agreement_beyond_chance():
    frame = simulate.ratings(20_000, agreement=0.6, prevalence=(0.2, 0.8), seed=2)
    raw = (frame.coder_1 == frame.coder_2).mean()
    assert raw == pytest.approx(0.6 + 0.4 * (0.04 + 0.64), abs=0.01)


def test_adoption_follows_its_logistic_curve_and_never_falls():
    frame = simulate.adoption(n=20_000, midpoint=2004, rate=0.25, seed=3)
    assert frame.true_share[frame.year == 2004].item() == 0.5
    assert (frame.adopted.diff().dropna() >= 0).all()
    assert frame.share.to_numpy() == pytest.approx(frame.true_share.to_numpy(), abs=0.012)
    odds = np.log(frame.true_share / (1 - frame.true_share))
    assert odds.diff().dropna().to_numpy() == pytest.approx(0.25, abs=ROUNDING)


# --- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_year(population=[1, 2, np.nan], seed=1), "^population: 1 missing"),
        (lambda: one_year(population=[1, 0, 5], seed=1), r"^population: 1 size\(s\) of zero or less"),
        (lambda: one_year(population=[9, 9], seed=1), "^population: is constant"),
        (lambda: one_year(n=1, seed=1), "^n: units: 1, at least 2"),
        (lambda: simulate.panel(years=[2012, 2012], seed=1), "^years: some repeat"),
        (lambda: simulate.panel(years=[], seed=1), "^years: is empty"),
        (lambda: simulate.panel(years=[2012.5], seed=1), "^years: some are no whole numbers"),
        (lambda: simulate.panel(switch_years=(2012,), seed=1), r"^switch_years: has 1 value\(s\)"),
        (lambda: simulate.panel(n=2.5, seed=1), "^n: units: 2.5 is not a whole number"),
        (lambda: simulate.panel(jump="a", seed=1), "^effects: not numeric"),
        (lambda: simulate.panel(stay="x", seed=1), "^stay: not numeric"),
        (lambda: simulate.panel(sd_within=np.nan, seed=1), "^sd_within: 1 missing"),
        (lambda: simulate.panel(stay=22, seed=1), "^stay: 22 lies outside"),
        (lambda: simulate.panel(sd_between=-1, seed=1), "^sd_between: -1 lies outside"),
        (lambda: simulate.panel(jump=np.nan, seed=1), "^effects: 1 missing"),
        (lambda: simulate.panel(urbanity_correlation=1, seed=1), "^urbanity_correlation: 1 lies outside"),
        (lambda: simulate.panel(switch_years=(2017, 2012), seed=1), "^switch_years: 2017 comes after 2012"),
        (lambda: simulate.shares({"a": (10, 5)}, seed=1), "^groups: share of 'a': 5 lies outside"),
        (lambda: simulate.shares({"a": (0, 0.5)}, seed=1), "^groups: units in 'a': 0"),
        (lambda: simulate.ratings(20, agreement=2, seed=1), "^agreement: 2 lies outside"),
        (lambda: simulate.ratings(20, prevalence=(0.5, 0.6), seed=1), "^prevalence: sums to 1.1"),
        (lambda: simulate.ratings(20, coders=1, seed=1), "^coders: 1, at least 2"),
        (lambda: simulate.panel(seed=None), "^seed: None is not a whole number"),
        (lambda: simulate.sizes(seed=-1), "^seed: -1 is not a whole number"),
        (lambda: simulate.panel(years=2010, seed=1), "^years: 2010; give a sequence of calendar years"),
        (lambda: simulate.adoption(rate="a", seed=1), "^midpoint and rate: not numeric"),
        (lambda: simulate.adoption(midpoint="a", seed=1), "^midpoint and rate: not numeric"),
        (lambda: simulate.adoption(midpoint=np.nan, seed=1), "^midpoint and rate: 1 missing"),
        (lambda: simulate.shares({"a": 5}, seed=1), r"^groups: 'a' holds 5; give \(units, true share\)"),
        (lambda: simulate.adoption(rate=-1, seed=1), "^rate: -1 must be positive"),
    ],
)
def test_bad_input_ends_in_one_line_naming_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
