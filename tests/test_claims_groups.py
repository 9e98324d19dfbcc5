"""Groups with intervals, curves under every reading, spells at risk: equal to a second computation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gemeenten.claims import (
    finance,
    finance_arrangements,
    finance_groups,
    models_adoption,
    models_curves,
    structure_spells,
)

YEAR_OF_CURVE = 0.02  # half the step at which the envelope is read off
CLOSE = 1e-9


@pytest.fixture(scope="module")
def payments():
    return finance_arrangements.payments()


@pytest.fixture(scope="module")
def arrangements():
    return finance_arrangements.arrangements()


def test_shares_of_everyone_are_those_of_the_trend(payments):
    found = finance_groups.shares_by_year(payments, pd.Series("all", index=payments.index))
    assert found["value"].to_numpy() == pytest.approx(
        finance_arrangements.trend(payments)["share"].to_numpy()
    )
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()


def test_a_share_varies_by_leaving_out_one_municipality_at_a_time():
    frame = pd.DataFrame({"year": 2024, "transfers": np.arange(1.0, 13.0), "costs": 100.0})
    found = finance_groups.shares_by_year(frame, pd.Series("all", index=frame.index)).iloc[0]
    logs = [np.log(frame.drop(i)["transfers"].sum() / frame.drop(i)["costs"].sum()) for i in frame.index]
    middle = np.log(frame["transfers"].sum() / frame["costs"].sum())
    se = np.sqrt(11 / 12 * sum((log - middle) ** 2 for log in logs))
    assert found["high"] == pytest.approx(100 * np.exp(middle + stats.t.isf(0.025, 11) * se), rel=CLOSE)


def test_a_group_of_fewer_than_ten_has_a_mean_and_no_interval():
    values = pd.Series([1.0] * 9 + [2.0] * 5 + [4.0] * 5)
    group = pd.Series(["few"] * 9 + ["enough"] * 10)
    found = finance_groups.means(values, group).set_index("group")
    assert found.loc["few", "mean"] == 1.0
    assert found.loc["few", ["low", "high"]].isna().all()
    low, high = stats.t.interval(0.95, 9, loc=3.0, scale=stats.sem(values[9:]))
    assert found.loc["enough", ["low", "high"]].tolist() == pytest.approx([low, high], rel=CLOSE)


def test_legal_forms_add_up_to_all_forms(arrangements):
    found = finance_groups.forms_by_size(arrangements).pivot(index="group", columns="form", values="mean")
    every = found.pop(finance_groups.ALL)
    assert found.sum(axis=1).to_numpy() == pytest.approx(every.to_numpy())


def test_growth_of_one_group_is_the_growth_of_all(payments):
    found = finance_groups.growth_by_side(payments, pd.Series("all", index=payments.index))["all"]
    assert found.ratio == finance.growth(payments).ratio


def test_neighbours_are_compared_before_and_after_size_and_province(arrangements, payments):
    found = finance_groups.neighbours(arrangements, payments)
    assert found["n"].tolist()[:3] == [len(arrangements)] * 3
    assert found["p_value"].between(0.001, 1).all()
    raw, _, given = found["moran_i"][:3]
    assert given < raw


def test_the_envelope_passes_one_half_where_the_majority_dates_do():
    years = np.arange(2000, 2010, 2 * YEAR_OF_CURVE)
    found, dates = models_curves.envelope(years), models_adoption.majorities()
    first = found.loc[found["best_high"] >= 0.5, "year"].iloc[0]
    last = found.loc[found["best_low"] >= 0.5, "year"].iloc[0]
    assert first == pytest.approx(dates["crossing_low"].min(), abs=2 * YEAR_OF_CURVE)
    assert last == pytest.approx(dates["crossing_high"].max(), abs=2 * YEAR_OF_CURVE)
    assert (found["low"] <= found["best_low"]).all()
    assert (found["best_high"] <= found["high"]).all()


def test_spells_at_risk_and_switches_give_the_kaplan_meier_shares():
    rows = structure_spells.lengths()
    steps = models_curves.lasting(rows)
    assert steps.iloc[0].tolist() == [0, 1, 1, 1]
    assert steps["years"].iloc[-1] == rows["length"].max()
    times = np.unique(rows.loc[rows["switched"], "length"])
    risk = models_curves.at_risk(rows, times)["spells"].to_numpy()
    ended = rows[rows["switched"]].groupby("length").size().reindex(times).to_numpy()
    assert steps["share"].to_numpy()[1:-1] == pytest.approx(np.cumprod(1 - ended / risk), rel=CLOSE)
