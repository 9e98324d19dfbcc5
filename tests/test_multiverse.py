"""The multiverse against statsmodels one fit at a time, all permutations written out, and known truths."""

import itertools

import joblib
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from gemeenten.designs import multiverse, multiverse_joint
from gemeenten.errors import DesignError

# Two ways to the same least-squares fit in double precision.
ROUNDING = 1e-8
# Data sets simulated for the rejection rate, and shuffles in each: p takes the values 1/100 ... 100/100.
SETS, SHUFFLES = 300, 99
# Three standard errors of a share of .05 in that many data sets.
SHARE_ERROR = 3 * np.sqrt(0.05 * 0.95 / SETS)
# A uniform p fails this Kolmogorov-Smirnov level once in a thousand seeds; the seed is fixed.
KS_LEVEL = 0.001


def municipalities(seed, units=60, years=1, effect=0.0, gaps=0.0):
    """Return units by year; size raises both outcomes by `effect` and urbanity rises with size."""
    rng = np.random.default_rng(seed)
    code, year = np.repeat(np.arange(units), years), np.tile(2010 + np.arange(years), units)
    lnpop = rng.normal(size=units)
    frame = pd.DataFrame({"code": code, "year": year, "lnpop": lnpop[code]})
    frame["large"] = (frame["lnpop"] > 0.3) * 1.0
    frame["urban"] = 0.5 * frame["lnpop"] + rng.normal(size=len(frame))
    frame["income"] = rng.normal(size=len(frame))
    frame["n_resp"] = rng.uniform(300, 1500, len(frame))
    frame["no_g4"] = frame["lnpop"] < np.sort(lnpop)[-4]
    frame["core"] = frame["lnpop"].abs() < 1  # a sample chosen on the treatment
    own = rng.normal(size=units)[code]
    for name in ("klant", "dienst"):
        frame[name] = effect * frame["lnpop"] + own + rng.normal(size=len(frame)) * np.exp(frame["urban"] / 4)
        frame.loc[rng.random(len(frame)) < gaps, name] = np.nan
    frame.loc[rng.random(len(frame)) < gaps, "income"] = np.nan
    return frame


def grid(**options):
    """Return a grid of 2 x 2 x 2 x 3 x 2 x 1 x 3 = 144 specifications."""
    choices = {
        "outcomes": ["klant", "dienst"],
        "treatments": ["lnpop", "large"],
        "unit": "code",
        "samples": {"all": None, "without G4": "no_g4"},
        "covariates": {"none": [], "urbanity": ["urban"], "both": ["urban", "income"]},
        "weights": {"equal": None, "respondents": "n_resp"},
        "errors": ["HC1", "HC3", "cluster"],
    }
    return multiverse.Grid(**(choices | options))


def one_fit(frame, spec, row):
    """Return estimate, se, p, low, high and n by statsmodels, listwise deletion by pandas."""
    data = frame[frame[spec.samples[row.sample]]] if spec.samples[row.sample] else frame
    weight, covariates = spec.weights[row.weights], list(spec.covariates[row.covariates])
    fixed = list(spec.fixed_effects[row.fixed_effects])
    used = [row.outcome, row.treatment, *covariates, *([weight] if weight else []), *fixed]
    data = data.dropna(subset=used)
    x = pd.DataFrame({"treatment": data[row.treatment], "constant": 1.0}).join(data[covariates])
    for name in fixed:
        x = x.join(pd.get_dummies(data[name], prefix=name, drop_first=True, dtype=float))
    model = sm.WLS(data[row.outcome], x, weights=data[weight] if weight else 1.0)
    options = {"cov_kwds": {"groups": data[spec.unit]}} if row.errors == "cluster" else {}
    fit = model.fit(cov_type=row.errors, use_t=True, **options)
    return fit.params.iloc[0], fit.bse.iloc[0], fit.pvalues.iloc[0], *fit.conf_int().iloc[0], fit.nobs


def assert_equals_statsmodels(frame, spec, table):
    ours = table[["estimate", "se", "p", "low", "high", "n"]].to_numpy()
    theirs = np.array([one_fit(frame, spec, row) for row in table.itertuples()])
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=ROUNDING)


# -- against independent implementations ------------------------------------------------------------------


@pytest.mark.parametrize(("years", "gaps"), [(1, 0.0), (1, 0.15), (3, 0.1)])
def test_every_specification_equals_statsmodels_with_listwise_deletion(years, gaps):
    frame, spec = municipalities(1, years=years, gaps=gaps, effect=0.3), grid()
    result = multiverse.run(frame, spec, 1, seed=1)
    assert len(result.table) == spec.size == 144
    assert (result.table["remark"] == "").all()
    assert result.table["n"].nunique() > (4 if gaps else 1)
    assert_equals_statsmodels(frame, spec, result.table)


def test_fixed_effects_enter_as_dummies():
    frame = municipalities(2, years=4, gaps=0.1)
    spec = grid(fixed_effects={"none": [], "wave": ["year"]}, treatments=["lnpop"], samples={"all": None})
    assert_equals_statsmodels(frame, spec, multiverse.run(frame, spec, 1, seed=1).table)


def test_a_treatment_that_changes_over_time_is_estimated_and_moves_as_a_whole_record():
    frame = municipalities(3, units=30, years=4)
    start = np.random.default_rng(3).integers(2010, 2016, 30)
    frame["switched"] = (frame["year"] >= start[frame["code"]]) * 1.0
    spec = grid(
        treatments=["switched"], time="year", samples={"all": None}, fixed_effects={"two": ["code", "year"]}
    )
    assert_equals_statsmodels(frame, spec, multiverse.run(frame, spec, 1, seed=1).table)
    columns = multiverse.coded(frame, spec)
    order = multiverse_joint.shuffles_within(columns.strata, 5, np.random.default_rng(1))
    assert (np.sort(order, axis=0) == np.arange(30)[:, None]).all()
    wide = frame.pivot(index="code", columns="year", values="switched").to_numpy()
    shuffled = columns.records(order)[0].reshape(30, 4, 5)
    for p in range(5):
        np.testing.assert_array_equal(shuffled[:, :, p], wide[order[:, p]])


def shuffled_by_hand(frame, spec, order):
    """Return all estimates and t with the treatments of unit order[i] given to unit i, by statsmodels."""
    first = frame.drop_duplicates("code").sort_values("code")[list(spec.treatments)].to_numpy()
    moved = frame.assign(**dict(zip(spec.treatments, first[order][frame["code"]].T, strict=True)))
    fits = np.array([one_fit(moved, spec, row)[:2] for row in spec.choices().itertuples()])
    return fits[:, 0], fits[:, 0] / fits[:, 1]


def test_the_joint_test_equals_a_loop_of_statsmodels_over_the_same_shuffles():
    frame = municipalities(4, units=40, years=2, effect=0.2, gaps=0.05)
    spec = grid(covariates={"none": [], "urbanity": ["urban"]}, weights={"equal": None}, errors="cluster")
    result = multiverse.run(frame, spec, 19, seed=11)
    child = np.random.SeedSequence(11).spawn(1)[0]
    strata = multiverse.coded(frame, spec).strata
    order = multiverse_joint.shuffles_within(strata, 19, np.random.default_rng(child))
    estimates, t = zip(*(shuffled_by_hand(frame, spec, each) for each in order.T), strict=True)
    seen = result.table
    for statistic, null, observed in (
        ("median estimate", np.median(estimates, axis=1), np.median(seen["estimate"])),
        ("median t", np.median(t, axis=1), np.median(seen["t"])),
    ):
        row = result.joint.loc[statistic]
        assert row["observed"] == pytest.approx(observed, rel=ROUNDING)
        assert row["p"] == (1 + (np.abs(null) >= abs(observed)).sum()) / 20
        np.testing.assert_allclose(row["null_median"], np.median(null), rtol=ROUNDING)
    share = np.maximum((seen["estimate"] > 0).mean(), (seen["estimate"] < 0).mean())
    assert result.joint.loc["share with the dominant sign", "observed"] == share
    dominant = np.sign(seen["estimate"].gt(0).mean() - 0.5)
    count = ((seen["p"] < 0.05) & (np.sign(seen["estimate"]) == dominant)).sum()
    assert result.joint.loc["significant in the dominant direction", "observed"] == count
    curves = np.quantile(np.sort(estimates, axis=1), [0.025, 0.975], axis=0).T
    np.testing.assert_allclose(result.figure[["null_low", "null_high"]], curves, atol=ROUNDING)


def test_sampled_shuffles_approach_the_p_value_of_all_permutations():
    frame = municipalities(5, units=7, effect=1.0)
    spec = grid(treatments=["lnpop"], samples={"all": None}, covariates={"none": []}, errors="HC1")
    slopes = lambda d: [  # noqa: E731
        np.polyfit(d, frame[y], 1, w=w)[0]
        for y in ("klant", "dienst")
        for w in (None, np.sqrt(frame["n_resp"]))
    ]
    treatment = frame["lnpop"].to_numpy()
    every = np.array([np.median(slopes(treatment[list(o)])) for o in itertools.permutations(range(7))])
    exact = (np.abs(every) >= abs(np.median(slopes(treatment))) - ROUNDING).mean()
    draws = 4000
    assert 0.02 < exact < 0.98
    found = multiverse.run(frame, spec, draws, seed=5).joint_p
    assert found == pytest.approx(exact, abs=3 * np.sqrt(exact * (1 - exact) / draws))


# -- known truths -----------------------------------------------------------------------------------------


def small_grid(**options):
    return grid(covariates={"none": [], "income": ["income"]}, errors=["HC1"], **options)


@pytest.fixture(scope="module")
def joint_under_no_effect():
    runs = [
        multiverse.run(municipalities(1000 + i, years=2), small_grid(), SHUFFLES, seed=i) for i in range(SETS)
    ]
    return pd.DataFrame([run.joint["p"] for run in runs])


def test_without_an_effect_each_joint_p_rejects_at_its_nominal_rate(joint_under_no_effect):
    for statistic, p in joint_under_no_effect.items():
        if "median" in statistic:
            assert abs((p <= 0.05).mean() - 0.05) <= SHARE_ERROR, statistic
        else:  # discrete statistics have ties, which count against rejection
            assert (p <= 0.05).mean() <= 0.05 + SHARE_ERROR, statistic


def test_without_an_effect_the_joint_p_is_uniform(joint_under_no_effect):
    for statistic in ("median estimate", "median t"):
        assert stats.kstest(joint_under_no_effect[statistic], "uniform").pvalue > KS_LEVEL


@pytest.mark.parametrize("sample", [None, "core"])
def test_the_level_holds_for_clustered_rows_and_for_a_sample_chosen_on_the_treatment(sample):
    """Shuffling rows instead of units, or across the border of a sample by size, would reject too often."""
    options = {"samples": {"one": sample}, "errors": ["cluster"]}
    joint = [
        multiverse.run(municipalities(5000 + i, units=30, years=6), grid(**options), SHUFFLES, seed=i).joint_p
        for i in range(SETS)
    ]
    assert abs(np.mean(np.array(joint) <= 0.05) - 0.05) <= SHARE_ERROR


def test_units_exchange_treatment_only_with_units_of_the_same_samples():
    frame = municipalities(7)
    columns = multiverse.coded(frame, grid())
    order = multiverse_joint.shuffles_within(columns.strata, 50, np.random.default_rng(0))
    inside = frame["no_g4"].to_numpy()
    assert (~inside).sum() == 4
    assert (inside[order] == inside[:, None]).all()
    assert (order != np.arange(60)[:, None]).mean() > 0.9


def test_a_true_effect_is_recovered_and_gives_a_small_joint_p():
    result = multiverse.run(
        municipalities(6, units=200, effect=0.5), small_grid(treatments=["lnpop"]), 499, seed=6
    )
    assert result.joint_p == 1 / 500
    assert (result.joint["p"] == 1 / 500).sum() >= 2
    assert result.joint.loc["median estimate", "observed"] == pytest.approx(0.5, abs=0.25)
    assert result.joint.loc["share with the dominant sign", "observed"] == 1.0


def test_strata_keep_the_treatment_within_size_classes():
    frame = municipalities(7)
    frame["size_class"] = (frame["lnpop"] > 0).map({True: "above", False: "below"})
    spec = small_grid(strata="size_class")
    columns = multiverse.coded(frame, spec)
    order = multiverse_joint.shuffles_within(columns.strata, 50, np.random.default_rng(0))
    assert (columns.strata[order] == columns.strata[:, None]).all()
    assert (order != np.arange(60)[:, None]).any()


# -- what the result must not depend on -------------------------------------------------------------------


def assert_same(one, other, exact=True):
    options = {"check_exact": True} if exact else {"rtol": ROUNDING, "atol": ROUNDING}
    for part in ("table", "joint", "figure"):
        pd.testing.assert_frame_equal(getattr(one, part), getattr(other, part), **options)
    assert one.joint_p == other.joint_p


def test_numbers_do_not_depend_on_the_number_of_workers():
    frame = municipalities(8, gaps=0.1)
    runs = [multiverse.run(frame, grid(), 250, seed=8, n_jobs=jobs) for jobs in (1, 2, 3)]
    assert_same(runs[0], runs[1])
    assert_same(runs[0], runs[2])


def test_numbers_are_the_same_on_a_dask_cluster():
    distributed = pytest.importorskip("distributed", reason="Dask is the optional extra `cluster`")
    frame = municipalities(8, gaps=0.1)
    with (
        distributed.Client(
            processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
        ) as client,
        distributed.get_task_stream(client) as stream,
        joblib.parallel_config(backend="dask"),
    ):
        there = multiverse.run(frame, grid(), 250, seed=8, n_jobs=-1)
    assert len(stream.data) == 3  # 250 shuffles in chunks of 100
    assert_same(multiverse.run(frame, grid(), 250, seed=8), there)


def test_numbers_do_not_depend_on_the_order_of_rows_or_on_the_index():
    frame = municipalities(9, years=3, gaps=0.1)
    mixed = frame.sample(frac=1, random_state=9)
    mixed.index = np.zeros(len(mixed), int)
    one, other = (multiverse.run(data, grid(time="year"), 120, seed=9) for data in (frame, mixed))
    assert_same(one, other, exact=False)


def test_a_seed_fixes_the_result_and_another_changes_it():
    frame = municipalities(10)
    assert_same(*(multiverse.run(frame, small_grid(), 99, seed=1) for _ in range(2)))
    other = multiverse.run(frame, small_grid(), 99, seed=2)
    assert not other.joint.equals(multiverse.run(frame, small_grid(), 99, seed=1).joint)


def test_the_frame_is_left_as_it_was():
    frame = municipalities(11, gaps=0.1)
    before = frame.copy()
    multiverse.run(frame, grid(standardise=True), 5, seed=1)
    pd.testing.assert_frame_equal(frame, before)


def test_standardised_estimates_are_in_standard_deviations():
    frame = municipalities(12)
    spec = {"treatments": ["lnpop"], "outcomes": ["klant"], "errors": ["HC1"]}
    raw, scaled = (multiverse.run(frame, grid(standardise=s, **spec), 9, seed=1).table for s in (False, True))
    factor = frame["lnpop"].std() / frame["klant"].std()
    np.testing.assert_allclose(scaled["estimate"], raw["estimate"] * factor, rtol=ROUNDING)


# -- the curve and the sentence ---------------------------------------------------------------------------


def test_the_curve_holds_every_estimate_once_by_rising_size_with_its_choices():
    result = multiverse.run(municipalities(13, effect=0.3), grid(), 99, seed=13)
    curve = result.figure
    assert curve["rank"].tolist() == list(range(1, 145))
    np.testing.assert_array_equal(curve["estimate"], np.sort(result.table["estimate"]))
    merged = curve.merge(result.table, on=list(multiverse_joint.CHOICES), suffixes=("", "_table"))
    np.testing.assert_array_equal(merged["estimate"], merged["estimate_table"])
    np.testing.assert_array_equal(merged["significant"], merged["p"] < 0.05)


def test_the_sentence_carries_the_numbers_n_and_tier_and_never_says_no_difference():
    frame = municipalities(14)
    result = multiverse.run(frame, grid(), 99, seed=14)
    told = result.sentence("the mark", "points", "simulated")
    assert told.startswith("Over 144 specifications the median effect on the mark is ")
    assert "(n = 60; SIMULATED)" in told
    assert result.joint_p > 0.05
    assert "does not show that there is no effect" in told
    assert "no difference" not in told
    strong = multiverse.run(municipalities(14, effect=3), grid(), 99, seed=14)
    assert "show more than shuffling" not in told
    assert "Taken together the specifications show more than shuffling gives" in strong.sentence()


# -- bad or awkward input ---------------------------------------------------------------------------------


def test_a_constant_treatment_gives_a_stated_row_and_the_others_stand():
    frame = municipalities(15)
    frame["constant"] = 1.0
    table = multiverse.run(frame, grid(treatments=["constant", "lnpop"]), 9, seed=1).table
    bad = table["treatment"] == "constant"
    assert table.loc[bad, ["estimate", "se", "p"]].isna().all(axis=None)
    assert set(table.loc[bad, "remark"]) == {"treatment does not vary beyond its covariates"}
    assert table.loc[~bad, "estimate"].notna().all()


def test_a_constant_outcome_gives_a_stated_row():
    frame = municipalities(16).assign(flat=7.0)
    table = multiverse.run(frame, grid(outcomes=["flat", "klant"]), 9, seed=1).table
    assert set(table.loc[table["outcome"] == "flat", "remark"]) == {
        "outcome does not vary beyond its covariates"
    }
    assert table.loc[table["outcome"] == "flat", "estimate"].isna().all()


def test_collinear_covariates_are_dropped_by_name_and_leave_the_estimate():
    frame = municipalities(17)
    frame["twice"], frame["flat"] = 2 * frame["urban"] + 1, 3.0
    spec = grid(covariates={"plain": ["urban"], "double": ["urban", "twice", "flat"]}, errors=["HC3"])
    table = multiverse.run(frame, spec, 9, seed=1).table
    double, plain = (table[table["covariates"] == name].reset_index() for name in ("double", "plain"))
    assert set(double["remark"]) == {"collinear, dropped: twice, flat"}
    np.testing.assert_allclose(double["estimate"], plain["estimate"], rtol=ROUNDING)
    np.testing.assert_allclose(double["se"], plain["se"], rtol=ROUNDING)


def test_a_treatment_explained_by_its_covariates_gives_a_stated_row():
    frame = municipalities(18)
    frame["copy"] = 3 - 2 * frame["lnpop"]
    table = multiverse.run(frame, grid(covariates={"none": [], "copy": ["copy"]}), 9, seed=1).table
    lost = (table["covariates"] == "copy") & (table["treatment"] == "lnpop")
    assert set(table.loc[lost, "remark"]) == {"treatment does not vary beyond its covariates"}
    assert table.loc[lost, "estimate"].isna().all()
    assert table.loc[~lost, "estimate"].notna().all()


@pytest.mark.parametrize("treated", [1, 59])
def test_one_unit_on_a_side_gives_a_stated_row(treated):
    frame = municipalities(19)
    frame["few"] = (frame["lnpop"].rank() <= treated) * 1.0
    table = multiverse.run(frame, grid(treatments=["few", "lnpop"], samples={"all": None}), 9, seed=1).table
    few = table["treatment"] == "few"
    assert table.loc[few, ["estimate", "se", "low", "high", "p"]].isna().all(axis=None)
    assert table.loc[few, "remark"].str.startswith("too few treated or untreated").all()
    assert table.loc[~few, "se"].notna().all()


def test_a_sample_without_rows_or_with_too_few_is_stated():
    frame = municipalities(20).assign(nobody=False)
    frame["three"] = frame["code"] < 3
    samples = {"all": None, "nobody": "nobody", "three": "three"}
    table = multiverse.run(frame, grid(samples=samples, treatments=["lnpop"]), 9, seed=1).table
    assert set(table.loc[table["sample"] == "nobody", "remark"]) == {"no rows left in this sample"}
    thin = table[(table["sample"] == "three") & (table["covariates"] == "both")]
    assert set(thin["remark"]) == {"too few rows: 3 for 4 coefficients"}
    assert (thin["n"] == 3).all() and thin["estimate"].isna().all()
    assert (table.loc[table["sample"] == "nobody", "n"] == 0).all()


def test_missing_treatments_leave_only_their_own_specifications():
    frame = municipalities(21)
    frame.loc[:9, "large"] = np.nan
    spec = grid()
    table = multiverse.run(frame, spec, 19, seed=1).table
    whole = table[(table["sample"] == "all")]
    assert set(whole.loc[whole["treatment"] == "large", "n"]) == {50}
    assert set(whole.loc[whole["treatment"] == "lnpop", "n"]) == {60}
    assert_equals_statsmodels(frame, spec, table)


BAD_FRAMES = {
    "no column 'klant'": lambda f: f.drop(columns="klant"),
    "klant: not numeric": lambda f: f.assign(klant="good"),
    "dienst: has an infinite": lambda f: f.assign(dienst=np.inf),
    "code: has missing": lambda f: f.assign(code=f["code"].where(f["code"] > 0)),
    "n_resp: a weight is zero": lambda f: f.assign(n_resp=0.0),
    "no_g4: a sample column": lambda f: f.assign(no_g4=2),
    "frame: give a DataFrame": lambda f: f.iloc[:0],
    "no specification can be estimated": lambda f: f.assign(lnpop=1.0, large=0.0),
    "treatments: differ between rows": lambda f: pd.concat([f, f.assign(lnpop=0.0)]),
    "klant: holds dates": lambda f: f.assign(klant=pd.Timestamp("2020-01-01")),
    "code: mixes text and numbers": lambda f: f.assign(code=["a", *f["code"].iloc[1:]]),
    "frame: has more than one column 'klant'": lambda f: pd.concat([f, f[["klant"]]], axis=1),
    "alone in its stratum": lambda f: f.iloc[:1],
}


@pytest.mark.parametrize("told", BAD_FRAMES)
def test_a_bad_frame_is_refused_in_one_line_that_names_it(told):
    with pytest.raises(DesignError, match=told) as refusal:
        multiverse.run(BAD_FRAMES[told](municipalities(22)), grid(), 9, seed=1)
    assert "\n" not in str(refusal.value)


BAD_GRIDS = {
    "errors: 'HC9' is unknown": {"errors": "HC9"},
    "outcomes: is empty": {"outcomes": []},
    "treatments: names a column twice": {"treatments": ["lnpop", "lnpop"]},
    "covariates: give a mapping": {"covariates": ["urban"]},
    "samples: give a mapping": {"samples": {}},
    "urban: is an outcome": {"outcomes": ["urban"]},
    "level: 1 lies outside": {"level": 1},
    "level: '95%' is not a number": {"level": "95%"},
    "unit: None is not the name of a column": {"unit": None},
    "time: 3 is not the name of a column": {"time": 3},
    "standardise: 'no' is neither True nor False": {"standardise": "no"},
}


@pytest.mark.parametrize("told", BAD_GRIDS)
def test_a_bad_grid_is_refused_in_one_line_that_names_it(told):
    with pytest.raises(DesignError, match=told) as refusal:
        grid(**BAD_GRIDS[told])
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"permutations": 0, "seed": 1}, "permutations: 0"),
        ({"permutations": 9.5, "seed": 1}, "permutations: 9.5"),
        ({"permutations": 9, "seed": -1}, "seed: -1"),
        ({"permutations": 9, "seed": None}, "seed: None"),
        ({"permutations": 9, "seed": 1, "n_jobs": 0}, "n_jobs: 0 is no number of workers"),
        ({"permutations": 9, "seed": 1, "n_jobs": "all"}, "n_jobs: 'all' is no number of workers"),
    ],
)
def test_bad_numbers_are_refused_by_name(options, told):
    with pytest.raises(DesignError, match=told):
        multiverse.run(municipalities(23), grid(), **options)
    with pytest.raises(DesignError, match="spec: is not"):
        multiverse.run(municipalities(23), {"outcomes": ["klant"]}, 9, seed=1)


def test_two_rows_of_a_unit_in_a_period_are_refused():
    frame = municipalities(24, years=2)
    frame["lnpop"] += frame["year"] == 2011
    frame["year"] = 2010
    with pytest.raises(DesignError, match="two rows in one year"):
        multiverse.run(frame, grid(time="year"), 9, seed=1)
