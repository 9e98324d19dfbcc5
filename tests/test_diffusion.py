"""The diffusion curve against textbook fits, a brute-force profile, arithmetic, and simulated truths."""

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from gemeenten.designs import diffusion
from gemeenten.errors import DesignError

# Half a unit of the last digit printed by the textbooks.
PRINTED_3, PRINTED_4 = 0.0006, 0.00006
# A deviance recomputed by another route.
DEVIANCE = 1e-6

# Bliss 1935, beetles killed by carbon disulphide (Dobson, Introduction to Generalized Linear Models, ch. 7).
DOSES = np.array([1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839])
KILLED, BEETLES = np.array([6, 13, 18, 28, 52, 53, 61, 60]), np.array([59, 60, 62, 56, 63, 59, 62, 60])

# Collett 1991, female tobacco budworms by log2 dose, 20 a dose (Venables & Ripley, MASS, sec. 7.2).
BUDWORMS = np.array([0, 2, 6, 10, 12, 16])


@pytest.fixture(scope="module")
def beetles():
    return diffusion.fit(DOSES, KILLED / BEETLES, BEETLES)


def at_zero(curve):
    return curve.intercept - curve.slope * curve.centre


def brute_deviance(years, k, n, date):
    """Return the lowest deviance of curves that are one half at `date`: a regression without a constant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fitted = sm.GLM(
            np.column_stack([k, n - k]), (years - date)[:, None], family=sm.families.Binomial()
        ).fit()
    return fitted.deviance


# -- published numbers ------------------------------------------------------------------------------------


def test_beetles_of_bliss_have_the_published_curve_and_deviances(beetles):
    """Dobson: -60.717 (se 5.181), 34.270 (2.912), deviance 11.23; 284.20 without the dose."""
    assert at_zero(beetles) == pytest.approx(-60.717, abs=PRINTED_3)
    assert beetles.slope == pytest.approx(34.270, abs=PRINTED_3)
    assert beetles.slope_se == pytest.approx(2.912, abs=PRINTED_3)
    gradient = np.array([1, -beetles.centre])
    assert math.sqrt(gradient @ beetles.covariance @ gradient) == pytest.approx(5.181, abs=PRINTED_3)
    assert beetles.p_fit == pytest.approx(stats.chi2.sf(11.23, 6), abs=PRINTED_3)
    assert stats.chi2.isf(beetles.p_flat, 1) == pytest.approx(284.20 - 11.23, abs=0.01)
    assert beetles.crossing == pytest.approx(60.717 / 34.270, abs=PRINTED_4)


def test_female_budworms_have_the_published_curve():
    """Venables & Ripley: intercept -2.9935, slope .9060 (se .1671)."""
    curve = diffusion.fit(np.arange(6), BUDWORMS / 20, 20)
    assert at_zero(curve) == pytest.approx(-2.9935, abs=PRINTED_4)
    assert (curve.slope, curve.slope_se) == pytest.approx((0.9060, 0.1671), abs=PRINTED_4)


# -- independent implementations --------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.90, 0.95])
def test_profile_interval_ends_where_a_brute_force_deviance_reaches_the_chi_square(level):
    years, k, n = np.arange(6.0), BUDWORMS, np.full(6, 20)
    curve = diffusion.fit(years, k / n, n, level=level)
    best = brute_deviance(years, k, n, curve.crossing)
    for end in curve.ci:
        assert brute_deviance(years, k, n, end) - best == pytest.approx(
            stats.chi2.isf(1 - level, 1), abs=DEVIANCE
        )
    assert curve.low < curve.crossing < curve.high


def test_fieller_interval_ends_where_the_fitted_logit_is_z_standard_errors_from_zero(beetles):
    z = stats.norm.isf(0.025)
    for end in diffusion.fieller(beetles):
        row = np.array([1, end - beetles.centre])
        eta, se = row @ (beetles.intercept, beetles.slope), math.sqrt(row @ beetles.covariance @ row)
        assert abs(eta) / se == pytest.approx(z, rel=1e-9)


def test_delta_interval_is_that_of_statsmodels_nonlinear_delta_method(beetles):
    def crossing(params):
        return beetles.centre - params[0] / params[1]

    step, params = 1e-6, np.array([beetles.intercept, beetles.slope])
    slopes = [(crossing(params + e) - crossing(params - e)) / (2 * step) for e in step * np.eye(2)]
    se = math.sqrt(slopes @ np.array(beetles.covariance) @ slopes)
    low, high = diffusion.delta(beetles)
    assert (high - low) / 2 == pytest.approx(stats.norm.isf(0.025) * se, rel=1e-6)
    assert (high + low) / 2 == pytest.approx(beetles.crossing)


def test_the_three_intervals_agree_when_units_are_many():
    years = np.array([1998.0, 2004, 2010])
    curve = diffusion.fit(years, expit(0.3 * (years - 2004)), 1e6)
    assert diffusion.delta(curve) == pytest.approx(curve.ci, abs=1e-4)
    assert diffusion.fieller(curve) == pytest.approx(curve.ci, abs=1e-4)


def test_pointwise_interval_is_that_of_statsmodels(beetles):
    design = sm.add_constant(DOSES)
    fitted = sm.GLM(np.column_stack([KILLED, BEETLES - KILLED]), design, family=sm.families.Binomial()).fit()
    known = fitted.get_prediction(design).summary_frame()
    found = beetles.at_years(DOSES)
    assert found["share"].to_numpy() == pytest.approx(known["mean"].to_numpy(), abs=1e-7)
    assert found["low"].to_numpy() == pytest.approx(known["mean_ci_lower"].to_numpy(), abs=1e-7)


# -- arithmetic -------------------------------------------------------------------------------------------


def test_two_shares_fix_the_curve_and_the_order_of_the_years_does_not_matter():
    slope = (logit(0.76) - logit(0.30)) / 12
    curve, turned = (
        diffusion.fit(*pair, 430) for pair in (((1998, 2010), (0.3, 0.76)), ((2010, 1998), (0.76, 0.3)))
    )
    assert curve.slope == pytest.approx(slope, rel=1e-8)
    assert curve.crossing == pytest.approx(1998 - logit(0.30) / slope, abs=1e-6)
    assert turned.ci == pytest.approx(curve.ci, abs=1e-6)
    assert math.isnan(curve.p_fit)
    assert diffusion.fit((1998, 2010), (0.3, 0.76), 430, at=0.76).crossing == pytest.approx(2010, abs=1e-6)


def test_share_of_the_flat_model_of_at_most_30_percent_in_1998_bounds_the_midpoint():
    """From .05 or .30 in 1998 to .76 in 2010: midpoint 2006.6 or 2003.1, slope .34 or .17 a year."""
    found = diffusion.bounds([1998, 2010], [(0.05, 0.30), 0.76])
    assert found.crossing == pytest.approx((2003.1, 2006.6), abs=0.05)
    assert found.slope == pytest.approx((0.17, 0.34), abs=0.005)
    assert math.isnan(found.low) and math.isnan(found.high)
    assert "rises past 50% between 2003.1 and 2006.6" in found.sentence("flat models")


def test_bounds_enclose_every_curve_allowed_and_its_interval():
    years, n = (1998, 2007, 2010), (200, 74, 430)
    found = diffusion.bounds(years, [(0.05, 0.30), (0.5, 0.6), 0.76], n)
    rng = np.random.default_rng(3)
    for first, second in zip(rng.uniform(0.05, 0.3, 20), rng.uniform(0.5, 0.6, 20), strict=True):
        curve = diffusion.fit(years, (first, second, 0.76), n)
        assert found.crossing_low <= curve.crossing <= found.crossing_high
        assert found.low <= curve.low <= curve.high <= found.high
        assert found.slope_low <= curve.slope <= found.slope_high


def test_a_share_that_may_be_zero_puts_the_latest_crossing_at_the_next_year():
    found = diffusion.bounds([1998, 2010], [(0.0, 0.30), 0.76], 100)
    assert found.crossing == pytest.approx((2003.08, 2010), abs=0.01)
    assert found.slope_high == math.inf and math.isnan(found.high)
    assert "0.167 to infinity a year" in found.sentence()
    assert "one of these curves has no finite slope" in found.sentence()


def test_a_curve_allowed_that_does_not_rise_leaves_no_limits():
    found = diffusion.bounds([1998, 2010], [(0.1, 0.8), 0.76], 100)
    assert found.crossing == (-math.inf, math.inf)
    assert "has no limits on when it passes 50%" in found.sentence()


def test_more_units_narrow_the_interval_and_the_verdict_is_told_for_each_number():
    found = diffusion.sensitivity(
        [1998, 2010], [0.3, 0.76], [math.nan, 430], (10, 100, 537), window=(2001, 2005)
    )
    table = found.table
    assert table["n"].tolist() == [10, 100, 537]
    assert np.all(np.diff(table["high"] - table["low"]) < 0)
    assert found.depends and found.verdicts == ("across", "inside", "inside")
    same = diffusion.fit([1998, 2010], [0.3, 0.76], [100, 430])
    assert tuple(table.loc[1, ["crossing", "low", "high"]]) == (same.crossing, *same.ci)
    assert "changes when the share of flat models passes 50%" in found.sentence("flat models")


# -- simulated truths -------------------------------------------------------------------------------------


def drawn(seed, runs, slope, n=60, years=(1998.0, 2004.0, 2010.0)):
    years, rng = np.array(years), np.random.default_rng(seed)
    for k in rng.binomial(n, expit(slope * (years - 2005)), (runs, len(years))):
        yield diffusion.fit(years, k / n, n)


def test_the_profile_interval_covers_the_true_crossing():
    runs = 300
    curves = list(drawn(1, runs, slope=0.25))
    coverage = np.mean([curve.low <= 2005 <= curve.high for curve in curves])
    assert coverage == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / runs))
    assert np.median([curve.crossing for curve in curves]) == pytest.approx(2005, abs=0.2)
    assert np.median([curve.slope for curve in curves]) == pytest.approx(0.25, abs=0.02)


def test_a_flat_truth_gives_no_date_but_at_the_nominal_rate():
    runs = 300
    bounded = np.mean([curve.bounded for curve in drawn(2, runs, slope=0.0)])
    assert bounded == pytest.approx(0.05, abs=3 * math.sqrt(0.95 * 0.05 / runs))


def test_the_test_of_fit_rejects_a_true_curve_at_the_nominal_rate():
    runs = 300
    rejected = np.mean([curve.p_fit < 0.05 for curve in drawn(3, runs, slope=0.2)])
    assert rejected == pytest.approx(0.05, abs=3 * math.sqrt(0.95 * 0.05 / runs))


# -- states -----------------------------------------------------------------------------------------------


def test_a_slope_that_may_be_zero_gives_an_unbounded_interval_by_profile_and_by_fieller():
    curve = diffusion.fit([1998, 2010], [0.50, 0.55], 20)
    assert curve.ci == diffusion.fieller(curve) == (-math.inf, math.inf)
    assert curve.verdict() == "not dated"
    told = curve.sentence("flat models", "municipalities", "published")
    assert "with an unbounded 95% interval" in told
    assert "a flat curve is not ruled out (p = .751), so the shares give no date" in told
    assert "the form of the curve is untested" in told
    assert told.endswith("(n = 40; tier: published).")


def test_a_flat_and_a_falling_curve_are_said_to_be_so():
    flat, falling = (diffusion.fit([1998, 2010], shares, 500) for shares in ([0.5, 0.5], [0.7, 0.3]))
    assert math.isnan(flat.crossing) and flat.ci == (-math.inf, math.inf)
    assert "is flat and passes 50% at no date" in flat.sentence()
    assert all(map(math.isnan, diffusion.delta(flat)))
    assert falling.verdict((1990, 2020)) == "not rising" and falling.bounded
    assert "does not rise; it falls below 50% at 2004.0" in falling.sentence()


@pytest.mark.parametrize(
    ("window", "verdict"),
    [((1999, 2009), "inside"), ((2003, 2009), "across"), ((2006, 2009), "outside"), (None, "dated")],
)
def test_verdict_tells_how_the_interval_lies_to_a_window(window, verdict):
    assert diffusion.fit([1998, 2010], [0.3, 0.76], 430).verdict(window) == verdict


def test_a_census_and_a_poor_fit_are_stated():
    curve = diffusion.fit([1998, 2004, 2010], [0.2, 0.9, 0.76], [200, 200, 430], census=[2010])
    assert curve.p_fit < 1e-6
    told = curve.sentence()
    assert "the shares do not lie on one such curve (p < .001)" in told
    assert "the share of 2010 covers all units and has no sampling error: the interval is cautious" in told


def test_shares_of_zero_and_one_are_fitted_as_long_as_a_slope_exists():
    curve = diffusion.fit([1, 2, 3, 4], [0, 0.3, 0.6, 1], 20)
    counts = np.array([[0, 20], [6, 14], [12, 8], [20, 0]])
    known = sm.GLM(counts, sm.add_constant(np.arange(1.0, 5)), family=sm.families.Binomial()).fit(tol=1e-12)
    assert curve.slope == pytest.approx(known.params[1], rel=1e-6)
    assert curve.p_fit == pytest.approx(stats.chi2.sf(known.deviance, 2), rel=1e-6)
    assert 2 < curve.low < curve.crossing < curve.high < 4


@pytest.mark.parametrize("shares", list(itertools.product([0.0, 0.5, 1.0], repeat=3)))
def test_separated_shares_are_refused_and_all_others_fitted(shares):
    """Separated: everyone changes at one moment, or no one differs (Albert & Anderson 1984)."""
    years = [1998, 2004, 2010]
    apart = sum(0 < share < 1 for share in shares) <= 1 and list(shares) in (
        sorted(shares),
        sorted(shares)[::-1],
    )
    if apart:
        with pytest.raises(DesignError, match="^shares: (separated|all are)"):
            diffusion.fit(years, shares, 10)
    else:
        assert math.isfinite(diffusion.fit(years, shares, 10).slope)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: diffusion.fit([1998, 2010], [0, 1], 10),
            "separated, .* in 1998 to 2010, so no finite slope",
        ),
        (lambda: diffusion.fit([1, 2, 3], [0, 0.5, 1], 10), "separated, all units change at once in 2, so"),
        (lambda: diffusion.fit([1998, 2010], [30, 76], 10), r"^shares: outside \[0, 1\]; divide percentages"),
        (lambda: diffusion.fit([1998, 2010], [0.3, math.nan], 10), "^shares: 1 missing"),
        (lambda: diffusion.fit([1998, 2010], ["a", "b"], 10), "^shares: not numeric"),
        (lambda: diffusion.fit([1998, 1998], [0.3, 0.7], 10), "^years: is constant"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 0), "^n: 0; a share needs"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], [1, math.nan]), "^n: 1 missing"),
        (lambda: diffusion.fit([1998, 2010], [0.3], 10), "^lengths differ: years has 2, shares has 1"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 10, at=1), "^at: 1 lies outside"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 10, level=95), "^level: 95 lies outside"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 10, census=[2007]), "^census: 2007 is not among"),
        (lambda: diffusion.sensitivity([1998, 2010], [0.3, 0.7], [5, 5]), "^n: no number is unknown"),
        (lambda: diffusion.sensitivity([1998, 2010], [0.3, 0.7], [5, "x"]), "^n: not numeric"),
        (lambda: diffusion.sensitivity([1, 2], [0.3, 0.7], [5, math.nan], ()), "^options: is empty"),
        (
            lambda: diffusion.sensitivity([1, 2], [0.3, 0.7], [5, math.nan], window=(2, 1)),
            "^window: .2.0, 1.0.",
        ),
        (lambda: diffusion.bounds([1998, 2010], [(0.3, 0.1), 0.7]), r"^shares: \(0.3, 0.1\); give a share"),
        (lambda: diffusion.bounds([1998, 2010], [0.3]), "^lengths differ"),
        (lambda: diffusion.bounds(range(5), [(0.1, 0.2)] * 5), "^shares: 5 are intervals, at most 4"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 10, census=2007), "^census: 2007 is not among"),
        (lambda: diffusion.fit([1998, 2010], [0.3, 0.7], 10, census=["x"]), "^census: not numeric"),
        (
            lambda: diffusion.fit(pd.Series([1998, 2010]), pd.Series([0.3, 0.7], [1, 0]), 10),
            "^years and shares: their indexes differ",
        ),
        (lambda: diffusion.bounds([1998, 2010], None), "^shares: None; give one share a year"),
        (lambda: diffusion.bounds([1998, 2010], 0.5), "^shares: 0.5; give one share a year"),
    ],
)
def test_bad_input_gives_one_line_that_names_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_census_of_one_year_may_be_given_as_a_number():
    assert diffusion.fit([1998, 2010], [0.3, 0.7], 10, census=2010).census == (2010.0,)
