"""C10, C12 and the data on size: values recomputed from the CSV files, and the rule on known truth."""

import esda
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from libpysal.weights import KNN

from gemeenten import paths
from gemeenten.claims import (
    marks_data,
    size,
    size_amalgamation,
    size_data,
    size_gradients,
    size_shares,
    size_spatial,
    size_steps,
)
from gemeenten.claims.size_outcomes import BY_NAME, OUTCOMES, registry
from gemeenten.designs import threshold
from gemeenten.errors import DataError, DesignError

EXACT = 1e-9  # the same arithmetic in another order
DRAWS = 199  # bootstrap draws where only a clear rejection is asked for
NOISE = 0.35


def csv(name):
    """Return a shipped file as read by pandas alone."""
    return pd.read_csv(paths.data() / f"{name}.csv", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def panel():
    return size_data.panel()


@pytest.fixture(scope="module")
def sizes(panel):
    return panel.loc[panel["year"] == 2023, ["code", "inhabitants"]].reset_index(drop=True)


def cell(frame, code, year, column):
    return frame.set_index(["code", "year"])[column][code, year]


# --- the panel -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "count", "large"), [(2012, 415, 27), (2014, 403, 30), (2023, 342, 32)])
def test_panel_holds_every_municipality_of_the_year_and_counts_the_large(panel, year, count, large):
    rows = panel[panel["year"] == year]
    assert (len(rows), rows["large"].sum(), rows["code"].nunique()) == (count, large, count)


def test_panel_amounts_are_the_files_amounts_per_inhabitant(panel):
    raw = csv("accounts").query("stage == 'account' and year == 2023").set_index("code").loc["GM0363"]
    assert raw["overhead"] == 678_234
    assert cell(panel, "GM0363", 2023, "overhead_share") == pytest.approx(100 * 678_234 / raw["costs"])
    for column, amount in size_data.PER_INHABITANT.items():
        expected = 1000 * raw[amount] / raw["population"]
        assert cell(panel, "GM0363", 2023, column) == pytest.approx(expected, rel=EXACT)


def test_what_is_doubtful_or_not_filed_is_missing_and_nothing_else(panel):
    raw = csv("accounts").query("stage == 'account'")
    good = raw[raw["filed"] & raw["quality"].isna()]
    assert panel["overhead_share"].notna().sum() == len(good)
    assert np.isnan(cell(panel, "GM0614", 2018, "overhead_share"))
    assert cell(panel, "GM0614", 2018, "salaries_per_inhabitant") > 0
    assert panel["salaries_per_inhabitant"].notna().sum() == raw["filed"].sum()
    assert panel["staff_2014_per_1000"].notna().sum() == csv("staff_2014")["quality"].isna().sum()


def test_polling_places_leave_out_the_caribbean_and_unknown_accessibility(panel):
    raw = csv("polling_places").query("election == 'TK2023' and code == 'GM0014'").iloc[0]
    people = cell(panel, "GM0014", 2023, "inhabitants")
    per = cell(panel, "GM0014", 2023, "polling_places_per_10000_tk2023")
    assert per == pytest.approx(10_000 * raw["polling_places"] / people)
    share = cell(panel, "GM0014", 2023, "accessible_share_tk2023")
    assert share == pytest.approx(100 * raw["accessible"] / (raw["accessible"] + raw["not_accessible"]))
    assert not panel["code"].str.startswith("GM9").any()


def test_votes_of_2010_are_added_where_municipalities_merged_before_2012(panel):
    raw = csv("turnout").query("election == 'GR2010'").set_index("code")
    parts = raw.loc[["GM0366", "GM0412", "GM0462", "GM0463"]]  # Hollands Kroon from 1 January 2012
    expected = 100 * parts["counted_votes"].sum() / parts["electorate"].sum()
    assert cell(panel, "GM1911", 2012, "turnout_gr2010") == pytest.approx(expected, rel=EXACT)


def test_density_after_2023_is_that_of_2023(panel):
    assert cell(panel, "GM0363", 2026, "density") == cell(panel, "GM0363", 2023, "density")
    assert set(panel.loc[panel["year"] > 2023, "code"]) <= set(panel.loc[panel["year"] == 2023, "code"])


def test_every_outcome_is_a_column_with_its_reason_and_an_unknown_one_is_refused(panel):
    assert list(registry()["name"]) == [o.name for o in OUTCOMES] == list(panel.columns[8:])
    assert all(o.why and o.unit and len(size_data.cross_section(o.name, panel)) > 0 for o in OUTCOMES)
    with pytest.raises(DataError, match="outcome: 'happiness' is not one of overhead_share"):
        size_data.cross_section("happiness", panel)


# --- C10 -------------------------------------------------------------------------------------------------


def test_c10_counts_the_great_majority_and_is_supported():
    found = size.c10()
    frame = size_shares.shares().set_index("year")
    population = csv("population")
    for year in (1986, 2012, 2023, 2025):
        people = population[population["year"] == year]["population"]
        assert frame.loc[year, "share_up_to"] == pytest.approx(100 * (people <= 100_000).mean())
        assert frame.loc[year, "inhabitants_up_to"] == pytest.approx(
            100 * people[people <= 100_000].sum() / people.sum()
        )
    spells = csv("municipalities")
    alive = spells[(spells["first_year"] <= 2010) & (spells["last_year"] >= 2010)]["code"].nunique()
    around = population[(population["year"].between(1986, 2012)) & (population["population"] > 100_000)]
    assert found.verdict == "supported"
    assert found.evidence.estimate == pytest.approx(100 * (1 - around["code"].nunique() / alive))
    assert (found.evidence.n, round(found.evidence.estimate, 1)) == (431, 93.7)
    assert "93.7%" in found.evidence.words and "1990-2010" in found.evidence.words


def test_every_bounded_year_has_at_least_the_cities_listed_for_it():
    cities = csv("population").query("quality == 'cities_only' and population > 100_000")
    listed = cities.groupby("year")["code"].nunique()
    bounded = size_shares.shares().set_index("year").loc[listed.index]
    assert (bounded["large"] >= listed).all() and not bounded["exact"].any()


@pytest.mark.parametrize(
    ("share", "verdict"), [(95.0, "supported"), (89.9, "inconclusive"), (74.9, "contradicted")]
)
def test_c10_follows_the_registered_bounds(monkeypatch, share, verdict):
    frame = size_shares.shares()
    frame.loc[frame["year"] == 2000, "share_up_to"] = share
    monkeypatch.setattr(size, "shares", lambda *_: frame)
    assert size.c10().verdict == verdict


# --- the rule of C12 on known truth ------------------------------------------------------------------------


def simulated(sizes, mean, seed=1):
    noise = np.random.default_rng(seed).normal(0, NOISE, len(sizes))
    return sizes.assign(y=mean(sizes["inhabitants"]) + noise)


def test_a_large_step_at_100000_is_supported(sizes):
    found = size_steps.steps(simulated(sizes, lambda q: 1.0 * (q > 100_000)), DRAWS)
    assert found.verdict == "supported" and found.set_is_near and found.holds_large
    assert found.jump.estimate == pytest.approx(1.0, abs=4 * found.jump.se)


def test_a_step_at_30000_contradicts(sizes):
    found = size_steps.steps(simulated(sizes, lambda q: 1.0 * (q > 30_000)), DRAWS)
    assert found.any_break and found.set_excludes_near
    assert found.verdict == "contradicted"


def test_a_curve_without_jump_contradicts_only_when_the_jump_is_shown_to_be_small(sizes):
    curved = simulated(sizes, lambda q: 0.5 * (np.log(q) - 10.3) ** 2)
    found = size_steps.steps(curved, DRAWS)
    assert found.curve_beats_step and found.rivals.step_minus_smooth >= 6
    expected = max(abs(bound) for bound in found.jump.ci90) < 0.2 / 0.35 * curved["y"].std()
    assert found.no_jump == expected and (found.verdict == "contradicted") == (
        expected or found.set_excludes_near
    )


def test_a_straight_gradient_is_not_taken_for_a_step(sizes):
    verdicts = [
        size_steps.steps(simulated(sizes, np.log, seed), DRAWS).verdict for seed in range(40)
    ]  # at a level of .05 about two of 40 reject; at most six (.05 binomial: P(> 6) = .003)
    assert verdicts.count("inconclusive") >= 34 and verdicts.count("supported") <= 2


def test_the_jump_beside_a_curve_equals_an_ordinary_regression(panel):
    rows = size_data.cross_section("overhead_share", panel)
    line = np.log(rows["inhabitants"].to_numpy())
    curve = size_steps.natural_spline((line - line.mean()) / line.std(), size_steps.SPLINE_DF)
    large = (rows["inhabitants"] > 100_000).astype(float)
    fitted = sm.OLS(rows["y"], np.column_stack([large, curve])).fit(cov_type="HC3")
    jump = size_steps.beside_curve(rows)
    assert jump.estimate == pytest.approx(fitted.params.iloc[0], rel=1e-6)
    assert jump.se == pytest.approx(fitted.bse.iloc[0], rel=0.01)  # CRV3 has (n-1)/n where HC3 has none


def test_a_few_or_repeated_municipalities_are_refused(sizes):
    rows = simulated(sizes, np.log)
    with pytest.raises(DesignError, match="59 municipalities, at least 60 needed"):
        size_steps.steps(rows.head(59), DRAWS)
    with pytest.raises(DesignError, match="a municipality occurs twice"):
        size_steps.steps(pd.concat([rows, rows.head(1)]), DRAWS)


# --- C12 -------------------------------------------------------------------------------------------------


def brute_force_threshold(y, q, trim):
    """Return the size that minimises the sum of squares of two lines in ln(q), one search after another."""
    order = np.argsort(q, kind="stable")
    y, q = y[order], q[order]
    design = np.column_stack([np.ones(len(q)), np.log(q)])
    least = max(int(np.ceil(trim * len(q))), design.shape[1] + 1)
    found = {}
    for last in range(least - 1, len(q) - least):
        parts = ((y[: last + 1], design[: last + 1]), (y[last + 1 :], design[last + 1 :]))
        found[q[last]] = sum(
            np.sum((part - x @ np.linalg.lstsq(x, part, rcond=None)[0]) ** 2) for part, x in parts
        )
    return min(found, key=found.get), found


def test_c12_finds_the_threshold_of_a_search_by_hand_and_is_capped():
    raw = csv("accounts").query("stage == 'account' and year == 2023 and filed")
    raw = raw[raw["quality"].isna()]
    y, q = (100 * raw["overhead"] / raw["costs"]).to_numpy(), raw["population"].to_numpy(dtype=float)
    at, sse = brute_force_threshold(y, q, 0.05)
    lr = {size: len(y) * (value / sse[at] - 1) for size, value in sse.items()}
    inside = [size for size, value in lr.items() if value <= 7.352277]  # Hansen (2000), table 1: 7.35
    found = size.c12()
    assert (found.evidence.estimate, found.evidence.low, found.evidence.high) == (
        at,
        min(inside),
        max(inside),
    )
    assert found.evidence.n == len(raw) == 341
    assert 0.005 < found.evidence.p < 0.05  # .018 in 999 other draws
    # The plain set lies wholly below 80,000; the one that allows for uneven variance does not.
    assert max(inside) < 80_000
    _, wide = threshold.fit(y, q, x=np.log(q)).ci_robust
    assert 80_000 < wide < 130_000
    assert found.verdict == "inconclusive" and "The rule alone" not in found.evidence.words


def test_c12_tells_of_every_other_outcome_and_not_of_a_choice(panel):
    table = size_gradients.step_table(panel)
    tested = table[(table["reason"] == "") & (table["name"] != size.STAND_IN)]
    words = size.c12().evidence.words
    assert len(tested) == len(OUTCOMES) - 2  # less the stand-in, and the marks, which are too few
    assert f"Of the {len(tested)} other outcomes" in words
    for verdict, count in tested["rule"].value_counts().items():
        assert f"{count} {verdict}" in words


def test_a_stand_in_outcome_never_carries_a_full_verdict():
    assert size.stand_in("supported") == "weakly supported"
    assert size.stand_in("contradicted") == size.stand_in("inconclusive") == "inconclusive"


def imported(sizes, step):
    waves = pd.concat([sizes.assign(year=year) for year in (2021, 2023)], ignore_index=True)
    noise = np.random.default_rng(3).normal(0, NOISE, len(waves))
    marks = 6.7 + step * (waves["inhabitants"] > 100_000) + 0.3 * (waves["year"] == 2023) + noise
    return waves.assign(mark=marks, population=waves["inhabitants"])


@pytest.mark.parametrize(("step", "verdict"), [(0.8, "supported"), (0.0, "inconclusive")])
def test_imported_marks_take_the_place_of_the_stand_in(monkeypatch, sizes, step, verdict):
    monkeypatch.setattr(marks_data, "service", lambda: (imported(sizes, step), "dv01"))
    found = size.c12()
    assert (found.evidence.tier, found.verdict, found.evidence.n) == ("imported", verdict, 342)


def test_too_few_imported_marks_leave_the_stand_in(monkeypatch, sizes):
    few = imported(sizes, 0.8)
    monkeypatch.setattr(marks_data, "service", lambda: (few[few["inhabitants"] <= 100_000], "dv01"))
    assert size.c12().evidence.tier == "census"


# --- gradients, steps, neighbours --------------------------------------------------------------------------


def test_gradients_are_least_squares_with_year_effects_and_enough_municipalities(panel):
    table = size_gradients.gradients(panel).set_index("name")
    rows = panel.dropna(subset=["overhead_share"])
    design = pd.get_dummies(rows["year"], drop_first=True, dtype=float)
    design.insert(0, "doublings", np.log2(rows["inhabitants"]))
    design.insert(1, "constant", 1.0)
    groups = {"groups": rows["code"].astype("category").cat.codes}
    fitted = sm.OLS(rows["overhead_share"], design).fit(cov_type="cluster", cov_kwds=groups)
    row = table.loc["overhead_share"]
    assert row["gradient"] == pytest.approx(fitted.params["doublings"], rel=1e-6)
    reach = (row["high"] - row["low"]) / 2 / 1.966  # t with 404 degrees of freedom
    assert reach == pytest.approx(fitted.bse["doublings"], rel=0.1)  # CRV3 is a little wider than CRV1
    assert (row["years"], row["n"]) == ("2017-2024", rows["code"].nunique())
    assert np.isnan(table.loc["service_mark", "gradient"]) and table.loc["service_mark", "n"] == 4
    assert (table["adjusted_q"].dropna() >= table["adjusted_p"].dropna() - EXACT).all()


def test_step_table_agrees_with_the_claim_and_says_why_marks_cannot_be_tested(panel):
    table = size_gradients.step_table(panel).set_index("name")
    evidence = size.c12().evidence
    row = table.loc["overhead_share"]
    assert (row["threshold"], row["low"], row["high"], row["sup_f_p"]) == (
        evidence.estimate,
        evidence.low,
        evidence.high,
        evidence.p,
    )
    assert "at least 60 needed" in table.loc["service_mark", "reason"]
    assert set(table["rule"].dropna()) <= {"supported", "contradicted", "inconclusive"}


def test_moran_equals_esda_and_sees_a_pattern_only_where_there_is_one(panel):
    rows = size_data.cross_section("turnout_ps2023", panel)
    values = size_gradients.residuals(rows)
    found = size_spatial.moran(rows["code"], values, 2023, seed=1)
    centroids = csv("centroids").set_index("code").loc[rows["code"]]
    weights = KNN.from_array(centroids[["longitude", "latitude"]].to_numpy(), k=6, radius=6371.0)
    weights.transform = "r"
    assert found.i == pytest.approx(esda.Moran(values, weights, permutations=0).I, rel=EXACT)
    assert found.p_value == 0.001 and found.expected == -1 / 341
    random = np.random.default_rng(5).normal(size=(100, 342))
    rejected = [size_spatial.moran(rows["code"], y, 2023, permutations=99, seed=2).p_value for y in random]
    assert np.mean(np.array(rejected) <= 0.05) < 0.12  # nominal .05; P(> 11 of 100) = .004
    assert "neighbours resemble each other" in found.sentence("turnout", tier="census")


def test_moran_refuses_other_boundaries_repeats_and_unknown_places(panel):
    rows = size_data.cross_section("turnout_ps2023", panel)
    with pytest.raises(DesignError, match="year: 2014; centroids are of the boundaries from 2023"):
        size_spatial.moran(rows["code"], rows["y"], 2014, seed=1)
    with pytest.raises(DesignError, match="codes: a municipality occurs twice"):
        size_spatial.moran(["GM0363"] * 342, rows["y"], 2023, seed=1)
    codes = ["GM0001", *rows["code"][1:]]
    with pytest.raises(DesignError, match="codes: GM0001 has no centroid"):
        size_spatial.moran(codes, rows["y"], 2023, seed=1)
    assert (
        "choose a later year"
        in size_gradients.spatial_table(panel).set_index("name").loc["staff_2014_per_1000", "reason"]
    )


def test_discontinuities_hold_the_true_cutoff_among_the_placebos(panel):
    table = size_steps.discontinuities(size_data.cross_section("overhead_share", panel))
    assert list(table["cutoff"]) == sorted([100_000, *size_steps.PLACEBOS])
    assert list(table.loc[~table["placebo"], "cutoff"]) == [100_000]
    assert table["estimate"].notna().sum() + (table["reason"] != "").sum() == len(table)


# --- amalgamation ----------------------------------------------------------------------------------------


def test_merged_municipalities_have_the_overhead_of_their_parts():
    frame = size_amalgamation.overhead()
    raw = csv("accounts").query("stage == 'account' and year == 2018").set_index("code")
    parts = raw.loc[["GM0394", "GM0393"], ["overhead", "costs", "population"]].sum()
    row = frame.set_index(["code", "year"]).loc[
        ("GM0394", 2018)
    ]  # Haarlemmermeer, since 2019 with its neighbour
    assert row["overhead"] == parts["overhead"] and row["inhabitants"] == parts["population"]
    assert row["overhead_share"] == pytest.approx(100 * parts["overhead"] / parts["costs"])
    assert (row["amalgamated"], row["since"], row["group"]) == (2019, -1, "amalgamated")


def test_heirs_of_a_divided_municipality_and_doubtful_years_are_left_out():
    frame = size_amalgamation.overhead()
    assert not frame["code"].isin(["GM0757", "GM0824", "GM0855", "GM0865", "GM0080", "GM1900"]).any()
    assert frame.groupby("year")["code"].nunique().nunique() == 1
    assert frame["overhead"].notna().sum() == len(frame) - 15


def test_groups_are_never_earlier_and_amalgamated_and_the_years_are_the_registers():
    years = size_amalgamation.amalgamation_years(2017, 2024).set_index("code")["amalgamated"]
    assert (len(years), years["GM0394"], years["GM0363"], years["GM0439"]) == (342, 2019, 2023, 2022)
    assert years.isna()["GM0344"]  # Utrecht
    frame = size_amalgamation.overhead()
    group = frame.drop_duplicates("code").set_index("code")["group"]
    assert group.value_counts().to_dict() == {"never": 300, "amalgamated": 21, "earlier": 13}


def test_provincial_turnout_is_that_of_the_parts_together():
    frame = size_amalgamation.provincial_turnout().set_index("code")
    raw = csv("turnout").query("election == 'PS2019'").set_index("code")
    parts = raw.loc[["GM0370", "GM0439"]]  # Beemster, with Purmerend since 2022
    expected = 100 * parts["counted_votes"].sum() / parts["electorate"].sum()
    assert frame.loc["GM0439", "turnout_2019"] == pytest.approx(expected, rel=EXACT)
    assert frame.loc["GM0439", "group"] == "amalgamated" and len(frame) == 335
    assert frame["change"].equals(frame["turnout_2023"] - frame["turnout_2019"])


def test_turnout_contrasts_equal_least_squares_of_statsmodels_and_the_difference_of_means():
    votes = size_amalgamation.provincial_turnout().query("group != 'earlier'")
    found = size_amalgamation.turnout_contrasts(votes)
    merged = (votes["group"] == "amalgamated").astype(float).rename("merged")
    means = votes.groupby("group")["change"].mean()
    assert found["estimate"][0] == pytest.approx(means["amalgamated"] - means["never"], abs=EXACT)
    fit = sm.OLS(
        votes["change"], sm.add_constant(pd.concat([merged, votes["log_inhabitants"]], axis=1))
    ).fit()
    assert found["estimate"][1] == pytest.approx(fit.params["merged"], abs=EXACT)
    assert found["n"].eq(304).all() and found["amalgamated"].eq(6).all()
    assert (found["low"] < found["estimate"]).all() and (found["spatial_high"] > found["estimate"]).all()


def test_the_expected_change_is_the_line_of_those_that_never_amalgamated():
    votes = pd.DataFrame({"group": ["never", "never", "amalgamated"], "inhabitants": [1e4, 1e5, 1e6]})
    votes = votes.assign(change=[4.0, 2.0, 99.0], log_inhabitants=np.log(votes["inhabitants"]))
    found = size_amalgamation.expected_change(votes, [1e4, 1e6])
    assert found["change"].tolist() == pytest.approx([4.0, 0.0], abs=EXACT)


def test_the_outcome_registry_tells_which_outcomes_organisation_can_hardly_explain():
    assert {name for name, outcome in BY_NAME.items() if not outcome.affected} == {
        "turnout_ps2019",
        "turnout_ps2023",
    }
