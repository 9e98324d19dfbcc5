"""Spatially robust errors: against statsmodels, by hand, and where the true error is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import S_hac_simple

from gemeenten.claims import size_data, size_neighbours
from gemeenten.claims.regression import clustered
from gemeenten.designs import spatial
from gemeenten.errors import DesignError

EXACT = 1e-9  # two ways through the same algebra
LAGS = 4


@pytest.fixture
def line():
    """Return 80 units one kilometre apart on a line, with errors that resemble those of neighbours."""
    random = np.random.default_rng(3)
    x, e = random.normal(size=(2, 80))
    x, e = np.convolve(x, np.ones(4), "same"), np.convolve(e, np.ones(4), "same")
    return pd.DataFrame({"x": x, "y": 1 + 2 * x + e, "code": np.arange(80)})


def test_on_a_line_the_error_is_newey_west_of_the_leave_one_out_residuals(line):
    fit = clustered(line["y"], line["x"], line["code"])
    places = np.column_stack([np.arange(80.0), np.zeros(80)])
    found = spatial.standard_error(fit.influence, places, reach=LAGS + 1)
    design = sm.add_constant(line["x"])
    result = sm.OLS(line["y"], design).fit()
    without = result.resid / (1 - result.get_influence().hat_matrix_diag)
    bread = np.linalg.inv(design.T @ design)
    covariance = bread @ S_hac_simple(design.to_numpy() * without.to_numpy()[:, None], nlags=LAGS) @ bread
    assert found.se**2 == pytest.approx(79 / 80 * covariance[1, 1], rel=EXACT)


def test_with_a_short_reach_the_error_is_the_clustered_jackknife(line):
    line["code"] = line["code"] // 2  # two rows a unit
    fit = clustered(line["y"], line["x"], line["code"])
    places = np.random.default_rng(1).uniform(0, 100, size=(40, 2))
    found = spatial.standard_error(fit.influence, places, reach=1e-6)
    assert (found.se, found.independent) == pytest.approx((fit.se, fit.se), rel=1e-6)
    assert (found.n, found.neighbours) == (40, 0)


def test_the_double_sum_equals_a_loop_over_pairs_and_is_never_negative():
    random = np.random.default_rng(2)
    places, influence = random.uniform(0, 60, size=(30, 2)), random.normal(size=30)
    total = 0.0
    for i in range(30):
        for j in range(30):
            east, north = np.abs(places[i] - places[j]) / 25
            total += max(0, 1 - east) * max(0, 1 - north) * influence[i] * influence[j]
    found = spatial.standard_error(influence, places, 25)
    assert found.se**2 == pytest.approx(29 / 30 * total, rel=EXACT)
    for reach in (1, 10, 50, 500):
        tried = [spatial.standard_error(values, places, reach).se for values in random.normal(size=(50, 30))]
        assert np.isfinite(tried).all()


def test_with_errors_alike_in_space_the_error_comes_nearer_to_the_truth():
    random = np.random.default_rng(4)
    places = random.uniform(0, 250, size=(200, 2))
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    root = np.linalg.cholesky(np.exp(-apart / 20) + 1e-9 * np.eye(200))
    x = root @ random.normal(size=200)
    fits = [clustered(root @ random.normal(size=200), x, np.arange(200)) for _ in range(150)]
    truth = np.std([fit.estimate for fit in fits])
    robust = np.mean([spatial.standard_error(fit.influence, places, 50).se for fit in fits])
    alone = np.mean([fit.se for fit in fits])
    assert alone < 0.75 * truth  # independence is claimed and is not there
    assert 0.85 * truth < robust < 1.15 * truth


def test_places_are_kilometres_and_an_ended_municipality_lies_where_its_heirs_lie():
    east, north = np.diff(spatial.kilometres([5.0, 6.0], [52.0, 52.0]), axis=0)[0]
    assert (east, north) == pytest.approx((111.195 * np.cos(np.radians(52)), 0), abs=0.01)
    panel = size_data.panel()
    codes = sorted(panel["code"].unique())
    places = size_neighbours.places(codes)
    assert places.shape == (len(codes), 2) and np.abs(places).max() < 250
    at = dict(zip(codes, places, strict=True))
    assert at["GM0003"] == pytest.approx(at["GM1979"])  # Appingedam went into Eemsdelta in 2021
    with pytest.raises(DesignError, match="codes: GM9999 has no centroid"):
        size_neighbours.places(["GM9999"])


def test_bad_input_is_refused_and_the_sentence_tells_both_errors():
    with pytest.raises(DesignError, match="reach: 0 km"):
        spatial.standard_error([1.0, 2.0, 3.0], np.zeros((3, 2)), 0)
    with pytest.raises(DesignError, match="lengths differ"):
        spatial.standard_error([1.0, 2.0, 3.0], np.zeros((4, 2)), 5)
    with pytest.raises(DesignError, match="at least 3"):
        spatial.standard_error([1.0, 2.0], np.zeros((2, 2)), 5)
    told = spatial.standard_error([1.0, 1.0, 1.0], np.zeros((3, 2)), 5).sentence(
        "a slope", "points", "census"
    )
    assert "is 1.41 points with units taken as independent, and 2.45 when errors within 5 km" in told
    assert told.endswith("(n = 3; tier: census)")
