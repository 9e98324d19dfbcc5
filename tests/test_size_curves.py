"""The fitted curves and the declared multiverse of size: against statsmodels, and as registered."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from gemeenten.claims import size_curves, size_data, size_multiverse
from gemeenten.designs import multiverse

EXACT = 1e-8  # two ways through the same least squares


def test_the_step_is_the_least_squares_fit_with_a_jump_at_100000():
    rows = size_data.cross_section("overhead_share").sort_values("inhabitants")
    line, large = np.log(rows["inhabitants"]), (rows["inhabitants"] > 100_000).astype(float)
    fitted = sm.OLS(rows["y"], sm.add_constant(np.column_stack([line, large]))).fit().fittedvalues
    points, curves = size_curves.fitted(rows)
    assert curves["step"].to_numpy() == pytest.approx(fitted.to_numpy(), abs=EXACT)
    assert points["outcome"].tolist() == rows["y"].tolist()


def test_a_straight_line_is_fitted_exactly_by_both_curves():
    size = np.geomspace(1_000, 900_000, 80)
    rows = pd.DataFrame({"inhabitants": size, "y": 3 + 2 * np.log(size)})
    _, curves = size_curves.fitted(rows)
    assert curves["step"].to_numpy() == pytest.approx(rows["y"], abs=EXACT)
    assert curves["smooth"].to_numpy() == pytest.approx(rows["y"], abs=1e-6)


def test_the_declared_grid_has_every_combination_and_reads_only_what_the_frame_holds():
    frame = size_multiverse.frame()
    assert size_multiverse.GRID.size == 4 * 5 * 6 * 3 * 2
    assert set(size_multiverse.GRID.columns()) == set(frame.columns)
    assert frame["overhead_share"].notna().all()
    assert (frame["above_90000"] >= frame["above_100000"]).all()
    assert not frame.duplicated(["code", "year"]).any()


def test_alternatives_share_out_all_specifications():
    result = multiverse.run(size_multiverse.frame(), size_multiverse.GRID, permutations=2, seed=1)
    table = size_multiverse.by_choice(result.table)
    assert (table.groupby("choice")["specifications"].sum() == len(result.table)).all()
    chosen = result.table[result.table["covariates"] == "none"]
    row = table[(table["choice"] == "held constant") & (table["alternative"] == "nothing")].iloc[0]
    assert row["median estimate"] == pytest.approx(chosen["estimate"].median())
