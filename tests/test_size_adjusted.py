"""Adjusted gradients, corrected jumps and marks by instrument: against other ways to compute them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from gemeenten import paths
from gemeenten.claims import (
    size_adjusted,
    size_curves,
    size_data,
    size_gradients,
    size_jumps,
    size_marks,
    size_multiverse,
    size_multiverse_spatial,
    size_steps,
)
from gemeenten.designs import discontinuity

EXACT = 1e-6


@pytest.fixture(scope="module")
def panel():
    return size_data.panel()


@pytest.fixture(scope="module")
def slopes(panel):
    return size_adjusted.adjusted(panel)


def one(table, name, adjustment):
    return table[(table["name"] == name) & (table["adjustment"] == adjustment)].iloc[0]


def test_urbanity_is_held_constant_by_class_with_year_effects(panel, slopes):
    rows = panel.dropna(subset=["overhead_share", "urbanity_class"])
    design = pd.get_dummies(
        rows[["year", "urbanity_class"]].astype(int).astype(str), drop_first=True, dtype=float
    )
    design = sm.add_constant(design.assign(doublings=np.log2(rows["inhabitants"])))
    row = one(slopes, "overhead_share", "urbanity held constant")
    fitted = sm.OLS(rows["overhead_share"].astype(float), design).fit()
    assert row["gradient"] == pytest.approx(fitted.params["doublings"], rel=EXACT)
    assert (row["n"], row["rows"]) == (rows["code"].nunique(), len(rows))


def test_density_and_the_plain_gradient_are_those_of_the_gradients_table(panel, slopes):
    table = size_gradients.gradients(panel).set_index("name")
    for name in ("overhead_share", "turnout_ps2023"):
        plain, dense = (one(slopes, name, how) for how in ("as observed", "density held constant"))
        assert (plain["gradient"], plain["low"]) == pytest.approx(
            (table.loc[name, "gradient"], table.loc[name, "low"])
        )
        assert (dense["gradient"], dense["high"]) == pytest.approx(
            (table.loc[name, "adjusted_gradient"], table.loc[name, "adjusted_high"])
        )
        assert plain["same_rows"] == pytest.approx(plain["gradient"])


def test_both_intervals_share_their_middle_and_q_is_corrected_within_an_adjustment(slopes):
    middle = (slopes["spatial_low"] + slopes["spatial_high"]) / 2
    assert middle.to_numpy() == pytest.approx(slopes["gradient"].to_numpy())
    part = slopes[slopes["adjustment"] == "density held constant"]
    assert part["q"].to_numpy() == pytest.approx(multipletests(part["p"], method="fdr_bh")[1])
    assert not slopes["name"].eq("service_mark").any() and len(slopes) == 3 * slopes["name"].nunique()


def test_jumps_beside_curves_are_the_registered_ones_with_holm_over_the_outcomes(panel):
    jumps = size_jumps.beside_curves(panel).set_index("name")
    rows = size_data.cross_section("turnout_ps2023", panel)
    fit, row = size_steps.beside_curve(rows), jumps.loc["turnout_ps2023"]
    assert row["estimate"] == pytest.approx(fit.estimate / rows["y"].std())
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.array(fit.ci95) / rows["y"].std()))
    assert row["above"] == (rows["inhabitants"] > 100_000).sum()
    ordered = np.sort(jumps["p"].to_numpy())
    assert jumps["holm"].min() == pytest.approx(min(1, ordered[0] * len(jumps)))
    assert (jumps["holm"] >= jumps["q"]).all() and (jumps["q"] >= jumps["p"]).all()


def test_the_picture_breaks_by_the_jump_that_the_table_gives(panel):
    rows = size_data.cross_section("overhead_share", panel)
    _, curves = size_curves.fitted(rows)
    fit = size_steps.beside_curve(rows)
    above = (curves["population"] > 100_000).to_numpy()
    smooth_part = curves["jump"].to_numpy() - above * fit.estimate
    bend = np.diff(smooth_part) / np.diff(np.log(curves["population"]))
    at = np.flatnonzero(np.diff(above.astype(int)))[0]
    assert bend[at] == pytest.approx(bend[at - 1], abs=1)  # without the jump the curve runs on
    assert np.diff(curves["jump"])[at] == pytest.approx(fit.estimate, abs=0.2)


def test_jumps_at_the_line_are_those_of_the_discontinuity_design(panel):
    line = size_jumps.at_line(panel).set_index("name")
    rows = size_data.cross_section("overhead_share", panel)
    found, row = discontinuity.fit(rows["y"], rows["inhabitants"]), line.loc["overhead_share"]
    assert row["estimate"] * row["sd"] == pytest.approx(found.estimate)
    assert (row["low"] * row["sd"], row["high"] * row["sd"]) == pytest.approx(found.ci_robust)
    assert (row["effective_left"], row["effective_right"]) == (found.effective_left, found.effective_right)
    assert row["holm"] == pytest.approx(min(1, len(line) * line["p"].min()))  # overhead has the smallest p
    assert list(size_jumps.excluding_zero(line).index) == ["overhead_share"]


def test_no_citizens_survey_mark_is_above_100000_and_others_are():
    marks = size_marks.found()
    shipped = pd.read_csv(paths.data() / "service_scores.csv", keep_default_na=False)
    for instrument, roles in size_marks.SERVICE.items():
        rows = shipped[(shipped["instrument"] == instrument) & shipped["role"].isin(roles)]
        own = marks[marks["instrument"] == size_marks.INSTRUMENTS[instrument]]
        assert sorted(own["mark"]) == sorted(rows["score"].astype(float))
        assert own["doubtful"].sum() == (rows["quality"] == "verify").sum()
    beyond = size_marks.above(marks)
    assert not beyond["citizens"].any()
    assert set(beyond["name"]) == {"Amsterdam", "Groningen", "Nijmegen"}
    assert marks["mark"].between(1, 10).all() and marks["population"].notna().all()
    helmond = marks[(marks["name"] == "Helmond") & (marks["year"] == 2017)].iloc[0]
    population = pd.read_csv(paths.data() / "population.csv")
    here = population[(population["code"] == "GM0794") & (population["year"] == 2017)]
    assert (helmond["population_year"], helmond["population"]) == (2017, here["population"].iloc[0])


def test_choices_in_words_keep_every_specification_and_leave_no_raw_name():
    choices = size_multiverse.GRID.choices()
    told = size_multiverse.in_words(choices)
    assert len(told) == len(choices)
    raw = {"above_100000", "fixed_effects", "no G4", "not crossing", "treatment"}
    assert not raw & {*told.columns, *told.astype(str).to_numpy().ravel()}
    assert (told["large means more than"] == "100,000").sum() == (
        choices["treatment"] == "above_100000"
    ).sum()


def test_the_multiverse_contrast_is_least_squares_and_its_residuals_those_of_statsmodels():
    frame = size_multiverse.frame()
    table = size_multiverse_spatial.neighbours(frame, seed=1).set_index("held constant")
    years = pd.get_dummies(frame["year"], dtype=float)
    design = pd.concat([frame[["above_100000", "log_density"]], years], axis=1)
    design.columns = design.columns.astype(str)
    fitted = sm.OLS(frame["overhead_share"].astype(float), design).fit()
    assert table.loc["density", "estimate"] == pytest.approx(fitted.params["above_100000"], rel=EXACT)
    rest = size_multiverse_spatial.residuals(frame, ["log_density"])
    assert rest == pytest.approx(fitted.resid.to_numpy(), abs=1e-8)
    assert (table["n"] == frame["code"].nunique()).all() and (table["year"] == 2024).all()
