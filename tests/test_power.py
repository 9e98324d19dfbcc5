"""Power and minimal detectable effects: printed tables, independent exact methods, simulation, bad input."""

import numpy as np
import pytest
from joblib import parallel_config
from scipy.stats import binom, fisher_exact, nct, ttest_ind
from scipy.stats import t as student
from statsmodels.stats.power import TTestIndPower

import gemeenten as gm
from gemeenten.errors import DesignError

power = gm.designs.power

SOLVER = 1e-5  # statsmodels stops its root search within this share of the root; ours has power .8 to 1e-12
PRINTED = (
    5.02e-4  # half of the third decimal, and the error of the solver behind the table: .156499 became .157
)
EXACT = 1e-10  # two exact routes differ by quadrature and rounding only

# --- difference in means -----------------------------------------------------------------------------------

MEANS = {  # units in each group: detectable difference at an SD of .25, .30, .35, .40, and in SD
    (27, 388): (0.140, 0.168, 0.196, 0.224, 0.56),
    (32, 310): (0.130, 0.157, 0.183, 0.209, 0.52),
    (15, 150): (0.191, 0.229, 0.267, 0.305, 0.76),
    (8, 90): (0.261, 0.313, 0.365, 0.418, 1.04),
    (4, 23): (0.395, 0.474, 0.553, 0.632, 1.58),
    (12, 15): (0.282, 0.339, 0.395, 0.452, 1.13),
    (95, 327): (0.082, 0.098, 0.115, 0.131, 0.33),
    (35, 130): (0.134, 0.161, 0.188, 0.215, 0.54),
}


@pytest.mark.parametrize(("groups", "printed"), MEANS.items(), ids=str)
def test_detectable_differences_equal_the_printed_table(groups, printed):
    found = [power.mde_two_groups(*groups, sd) for sd in (0.25, 0.30, 0.35, 0.40)]
    assert found == pytest.approx(printed[:4], abs=PRINTED)
    assert round(power.mde_two_groups(*groups), 2) == printed[4]


@pytest.mark.parametrize(("n1", "n2"), [*MEANS, (2, 2), (500, 3)], ids=str)
def test_detectable_difference_equals_statsmodels(n1, n2):
    effect = TTestIndPower().solve_power(nobs1=n1, ratio=n2 / n1, alpha=0.05, power=0.8)
    assert power.mde_two_groups(n1, n2) == pytest.approx(effect, rel=SOLVER)


@pytest.mark.parametrize("effect", [0.0, 0.2, 0.4])
@pytest.mark.parametrize(("n1", "n2"), [(2, 3), (15, 150), (95, 327)], ids=str)
def test_power_of_the_t_test_equals_the_noncentral_t(effect, n1, n2):
    critical, shift = student.isf(0.025, n1 + n2 - 2), effect / np.sqrt(1 / n1 + 1 / n2)
    exact = nct.sf(critical, n1 + n2 - 2, shift) + nct.cdf(-critical, n1 + n2 - 2, shift)
    assert power.power_two_groups(effect, n1, n2) == pytest.approx(exact, abs=EXACT)


def test_power_at_no_difference_is_the_size_and_at_a_huge_one_is_certain():
    assert power.power_two_groups(0, 27, 388) == pytest.approx(0.05, abs=EXACT)
    assert power.power_two_groups(100, 27, 388) == pytest.approx(1, abs=EXACT)


def test_holm_over_eight_tests_inflates_the_detectable_difference():
    inflated = power.mde_two_groups(27, 388, alpha=0.05 / 8) / power.mde_two_groups(27, 388)
    assert round(inflated, 2) == 1.28


CHANGES = {  # SD of a true year: detectable change with 20/60, 40/100, 60/150 units switching or not
    0.10: (0.125, 0.090, 0.073),
    0.15: (0.170, 0.123, 0.100),
    0.20: (0.219, 0.157, 0.128),
}


@pytest.mark.parametrize(("year_sd", "printed"), CHANGES.items(), ids=str)
def test_detectable_changes_equal_the_printed_table(year_sd, printed):
    sd = power.change_sd(year_sd, sampling_sd=1.5 / np.sqrt(500))  # 500 respondents whose SD is 1.5
    groups = ((20, 60), (40, 100), (60, 150))
    assert tuple(round(power.mde_two_groups(*n, sd), 3) for n in groups) == printed


# --- equivalence -------------------------------------------------------------------------------------------

BOUNDS = {  # units: bound at SD .25 and .35, then power at +-.10, .15, .20, .30 with SD .35
    (27, 388): (0.146, 0.204, 0.00, 0.39, 0.78, 0.99),
    # At +-.15 a large-sample table prints 0; exactly it is .009, since the estimated SD may turn out small.
    (15, 150): (0.199, 0.279, 0.00, 0.01, 0.35, 0.87),
    (95, 327): (0.085, 0.120, 0.58, 0.96, 1.00, 1.00),
    (35, 130): (0.140, 0.196, 0.00, 0.45, 0.82, 1.00),
}


@pytest.mark.parametrize(("groups", "printed"), BOUNDS.items(), ids=str)
def test_equivalence_bounds_and_their_power_equal_the_printed_table(groups, printed):
    bounds = [round(power.equivalence_bound_two_groups(*groups, sd), 3) for sd in (0.25, 0.35)]
    reached = [round(power.tost_power(*groups, 0.35, bound), 2) for bound in (0.10, 0.15, 0.20, 0.30)]
    assert (*bounds, *reached) == printed


@pytest.mark.parametrize(("cv", "n", "published"), [(0.30, 40, 0.815845), (0.25, 28, 0.807439)])
def test_tost_power_equals_the_published_power_of_bioequivalence_trials(cv, n, published):
    """Printed by R's PowerTOST for a crossover of n in all: ratio .95, limits .80 to 1.25."""
    sd = np.sqrt(np.log(cv**2 + 1) / 2)
    found = power.tost_power(n // 2, n // 2, sd, np.log(1.25), truth=np.log(0.95))
    assert round(found, 6) == published


def test_tost_power_equals_simulated_tests():
    rng, n1, n2, bound, draws = np.random.default_rng(8), 6, 9, 1.4, 20_000
    a, b = rng.normal(0.3, 1, (draws, n1)), rng.normal(0, 1, (draws, n2))
    upper = ttest_ind(a, b + bound, axis=1, alternative="less").pvalue
    lower = ttest_ind(a, b - bound, axis=1, alternative="greater").pvalue
    simulated = np.mean(np.maximum(upper, lower) < 0.05)
    assert power.tost_power(n1, n2, 1.0, bound, truth=0.3) == pytest.approx(simulated, abs=0.01)  # 3 MC SE


def test_tost_confirms_at_most_with_its_size_when_the_truth_is_the_bound():
    assert power.tost_power(95, 327, 0.35, 0.2, truth=0.2) == pytest.approx(0.05, abs=1e-3)
    assert power.tost_power(27, 388, 0.35, 0.10, truth=0.10) < 0.05


def test_a_bound_solved_for_has_the_power_asked_for():
    bound = power.equivalence_bound_two_groups(35, 130, 0.35, alpha=0.025, power=0.9)
    assert power.tost_power(35, 130, 0.35, bound, alpha=0.025) == pytest.approx(0.9, abs=1e-8)


# --- shares ------------------------------------------------------------------------------------------------

# Exact values. A table that was simulated prints .29 and .97 for 35 % and 60 %, the same for the others.
SHARES = {0.30: 0.15, 0.35: 0.30, 0.40: 0.50, 0.45: 0.69, 0.50: 0.84, 0.60: 0.98}


@pytest.mark.parametrize(("share", "printed"), SHARES.items(), ids=str)
def test_power_of_fishers_test_against_22_percent_elsewhere(share, printed):
    assert round(power.fisher_power(share, 26, 0.22, 404), 2) == printed


def test_a_sample_of_ten_large_units_needs_about_seventy_percent():
    assert power.mde_proportions(0.22, 10, 60) == pytest.approx(0.70, abs=0.01)


@pytest.mark.parametrize(("p1", "n1", "p2", "n2"), [(0.5, 10, 0.2, 17), (0.1, 8, 0.9, 5), (0.3, 6, 0.3, 6)])
def test_fisher_power_equals_scipys_test_on_every_table(p1, n1, p2, n2):
    listed = sum(
        binom.pmf(a, n1, p1) * binom.pmf(b, n2, p2)
        for a in range(n1 + 1)
        for b in range(n2 + 1)
        if fisher_exact([[a, n1 - a], [b, n2 - b]]).pvalue <= 0.05
    )
    assert power.fisher_power(p1, n1, p2, n2) == pytest.approx(listed, abs=EXACT)


def test_fisher_never_exceeds_its_size_when_the_shares_are_equal():
    assert all(power.fisher_power(p, 26, p, 404) <= 0.05 for p in (0.02, 0.22, 0.5, 0.9))


def test_a_detectable_share_has_the_power_asked_for_on_either_side():
    for higher in (True, False):
        found = power.mde_proportions(0.5, 40, 60, higher=higher)
        assert (found > 0.5) == higher
        assert power.fisher_power(found, 40, 0.5, 60) == pytest.approx(0.8, abs=1e-8)


def test_a_share_out_of_reach_is_refused_with_the_power_there_is():
    with pytest.raises(DesignError, match="^power: 0.8 is out of reach, a share of 0 gives 0.00"):
        power.mde_proportions(0.05, 10, 60, higher=False)


# --- a jump on the real sizes ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inhabitants():
    """Return the real populations of 2012 (415 municipalities, 27 above 100,000) and 2023 (342, 32)."""
    table = gm.tables.load("population")
    sizes = {year: table.population[table.year == year].to_numpy(float) for year in (2012, 2023)}
    assert [(x.size, (x > 100_000).sum()) for x in sizes.values()] == [(415, 27), (342, 32)]
    return sizes


WINDOWS = [  # bandwidth, in ln: n left and right, SE in SD, detectable jump at SD .35
    (20_000, False, 12, 6, 0.95, 0.93),
    (40_000, False, 32, 9, 0.78, 0.77),
    (60_000, False, 84, 17, 0.59, 0.57),
    (0.3, True, 16, 9, 0.84, 0.83),
    (0.5, True, 32, 17, 0.65, 0.64),
    (0.8, True, 62, 23, 0.54, 0.53),
]


@pytest.mark.parametrize(("bandwidth", "log", "left", "right", "se", "jump"), WINDOWS, ids=str)
def test_precision_of_a_jump_equals_the_printed_table(inhabitants, bandwidth, log, left, right, se, jump):
    found = power.rd_precision(inhabitants[2012], bandwidth, 0.35, log=log)
    assert (found.n_left, found.n_right) == (left, right)
    assert (round(found.se / 0.35, 2), round(found.detectable, 2)) == (se, jump)


def test_precision_equals_the_standard_error_of_weighted_least_squares(inhabitants):
    """The jump is linear in the outcome: its weights, from one regression with both lines, give its SD."""
    r = np.log(inhabitants[2023] / 100_000)
    r = r[np.abs(r) < 0.6]
    above, weights = (r > 0) * 1.0, 1 - np.abs(r) / 0.6
    design = np.column_stack([above, np.ones(r.size), r, r * above])
    jump = np.linalg.lstsq(design * np.sqrt(weights)[:, None], np.diag(np.sqrt(weights)))[0][0]
    found = power.rd_precision(inhabitants[2023], 0.6, 2.0)
    assert found.se == pytest.approx(2.0 * np.linalg.norm(jump), rel=1e-9)
    assert f"{found.n_left} units left" in found.sentence() and "straight" in found.sentence()


def pooled_interval(level):
    """Return the interval of the t-test between sizes above 100,000 and the rest."""

    def interval(y, x):
        large, rest = y[x > 100_000], y[x <= 100_000]
        squares = large.var() * large.size + rest.var() * rest.size
        se = np.sqrt(squares / (y.size - 2) * (1 / large.size + 1 / rest.size))
        reach, difference = se * student.isf((1 - level) / 2, y.size - 2), large.mean() - rest.mean()
        return difference - reach, difference + reach

    return interval


def test_simulated_detectable_step_and_bound_cover_the_printed_ones(inhabitants):
    """Large against the rest in 2012 at SD .35: detectable .196, bound .204 (.183 detectable in 2023)."""
    for year, printed in ((2012, 0.196), (2023, 0.183)):
        run = power.simulated_intervals(inhabitants[year], 0.35, pooled_interval(0.95), 1500, seed=1)
        found = run.detectable_step()
        assert found.ci[0] < printed < found.ci[1]
        assert run.size == pytest.approx(0.05, abs=0.017)  # 3 Monte Carlo SE
        assert found.ci[1] - found.ci[0] < 0.02
    run = power.simulated_intervals(inhabitants[2012], 0.35, pooled_interval(0.90), 1500, seed=1)
    found = run.confirmable_bound()
    assert found.ci[0] < 0.204 < found.ci[1]
    assert run.size == pytest.approx(0.10, abs=0.023)


def test_robust_interval_on_the_real_sizes_is_as_weak_as_printed(inhabitants):
    """Printed for 400 draws: size .08-.10, power .13-.19, .33-.37, .80-.85 at .2, .4, .8; length .95-1.04."""
    run = power.simulated_intervals(inhabitants[2012], 0.35, robust_interval, 400, seed=1)
    assert 0.95 < run.median_length < 1.04
    assert run.size == pytest.approx(0.09, abs=0.043)  # 3 Monte Carlo SE, as the others
    assert run.power_at(0.2) == pytest.approx(0.16, abs=0.055)
    assert run.power_at(0.4) == pytest.approx(0.35, abs=0.072)
    assert run.power_at(0.8) == pytest.approx(0.825, abs=0.057)
    assert 0.6 < run.detectable_step().value < 0.85
    assert "SIMULATED" in run.sentence() and "excludes zero in" in run.sentence()


def robust_interval(y, x):
    """Return the robust interval of the discontinuity at 100,000."""
    return gm.designs.discontinuity.fit(y, x).ci_robust


@pytest.mark.parametrize("jump", [0.0, 0.8])
def test_the_rejection_rate_at_a_jump_is_the_power_from_intervals_without_one(inhabitants, jump):
    run = power.simulated_intervals(inhabitants[2023], 0.35, robust_interval, 60, seed=9)
    found = power.rd_rejection(inhabitants[2023], jump, 0.35, draws=60, seed=9)
    assert found.share == run.power_at(jump)


def sup_f(populations, trim=0.05):
    """Return a function of y: the largest F of a step in a line in ln size, over steps at observed sizes."""
    size = np.log(np.sort(populations))
    n = size.size
    cuts = np.arange(int(np.ceil(trim * n)), int(np.floor((1 - trim) * n)))
    steps = (np.arange(n)[:, None] >= cuts) * 1.0
    line = np.linalg.qr(np.column_stack([np.ones(n), size]))[0]
    steps -= line @ (line.T @ steps)
    steps /= np.linalg.norm(steps, axis=0)

    def largest(y):
        rest = y - line @ (line.T @ y)
        gain = ((steps.T @ rest) ** 2).max()
        return gain / ((rest @ rest - gain) / (n - 3))

    return largest


@pytest.mark.parametrize(("step", "printed"), [(0.0, 0.05), (0.2, 0.34), (0.3, 0.70), (0.4, 0.96)])
def test_an_unknown_threshold_is_found_as_often_as_printed(inhabitants, step, printed):
    """5 % trim on the sizes of 2012, SD .35, bootstrap critical value about 10.5."""
    size = np.sort(inhabitants[2012])
    largest = sup_f(size)
    found = power.step_rejection(size, step, 0.35, lambda y, x: largest(y) > 10.5, draws=600, seed=2)
    assert found.share == pytest.approx(printed, abs=0.06)  # 3 Monte Carlo SE, and .96 is from other draws


# --- simulation --------------------------------------------------------------------------------------------


def two_samples(rng, effect=0.8):
    """Return 20 and 30 normal values whose means differ by `effect` SD."""
    return rng.normal(effect, 1, 20), rng.normal(0, 1, 30)


def t_test_rejects(data):
    """Return whether the t-test of the two samples rejects at .05."""
    return ttest_ind(*data).pvalue < 0.05


def test_simulated_power_covers_the_exact_power():
    found = power.by_simulation(two_samples, t_test_rejects, draws=1500, seed=1, level=0.99)
    assert found.ci[0] < power.power_two_groups(0.8, 20, 30) < found.ci[1]
    assert found.share == found.rejected / 1500


def test_simulated_power_does_not_depend_on_the_number_of_workers_or_the_backend():
    one = power.by_simulation(two_samples, t_test_rejects, draws=110, seed=3)
    with parallel_config("threading"):  # processes take seconds to start; the chunks are the same
        two = power.by_simulation(two_samples, t_test_rejects, draws=110, seed=3, n_jobs=2)
    assert one == two
    assert one != power.by_simulation(two_samples, t_test_rejects, draws=110, seed=4)


def test_a_design_that_cannot_be_computed_is_counted_and_told():
    def decide(data):
        if data > 0.9:
            raise DesignError("x: too few")
        return data > 0.5

    found = power.by_simulation(lambda rng: rng.random(), decide, draws=400, seed=2)
    assert 0 < found.undecided < 80
    assert found.share == pytest.approx(0.4, abs=0.08)
    assert f"in {found.undecided} draws it could not be computed" in found.sentence()
    assert found.sentence().endswith("(n = 400; SIMULATED)")


def test_a_design_that_never_works_is_refused():
    def decide(data):
        raise DesignError("x: too few")

    with pytest.raises(DesignError, match="^decide: none of 30 draws"):
        power.by_simulation(lambda rng: 0, decide, draws=30, seed=2)


def test_an_unexpected_error_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        power.by_simulation(lambda rng: 0, lambda data: 1 / data, draws=3, seed=2)


def test_a_huge_jump_is_found_by_the_discontinuity():
    found = power.rd_rejection(gm.simulate.sizes(415, seed=0), 1.5, 0.35, draws=40, seed=5)
    assert found.share > 0.9


def test_a_step_is_found_by_any_test_passed_in():
    size = gm.simulate.sizes(400, seed=3)

    def reject(y, x):
        return ttest_ind(y[x > 100_000], y[x <= 100_000]).pvalue < 0.05

    large = int((size > 100_000).sum())
    exact = power.power_two_groups(0.2, large, 400 - large, 0.35)
    found = power.step_rejection(size, 0.2, 0.35, reject, draws=800, seed=6)
    assert found.share == pytest.approx(exact, abs=0.05)  # 3 Monte Carlo SE


def test_draws_that_cannot_be_computed_show_nothing(inhabitants):
    def interval(y, x):
        if y[0] > 7:
            raise DesignError("y: too odd")
        return y[0] - 1, y[0] + 1

    run = power.simulated_intervals(inhabitants[2023], 10.0, interval, 400, seed=3)
    assert run.undecided == np.isinf(run.low).sum() > 60
    assert run.power_at(1e9) == 1 - run.undecided / 400
    assert f"in {run.undecided} draws it could not be computed" in run.sentence()
    assert "No step is found with 80 % power" in run.sentence()
    with pytest.raises(DesignError, match=r"^power: 0.8 is out of reach, \d+ of 400 draws"):
        run.detectable_step()


BOTH_SIDES = [5e4, 7e4, 9e4, 1.2e5, 1.5e5, 2e5]


def refuses(y, x):
    """Raise as a design does that has too few units."""
    raise DesignError("x: too few")


# --- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: power.mde_two_groups(1, 50), "^n1: units in the group: 1, at least 2"),
        (lambda: power.mde_two_groups(10, 5.5), "^n2: 5.5 is not a whole number"),
        (lambda: power.mde_two_groups(10, 50, sd=0), "^sd: 0 must be positive"),
        (lambda: power.mde_two_groups(10, 50, sd=np.nan), "^sd: nan must be positive"),
        (lambda: power.mde_two_groups(10, 50, alpha=5), "^alpha: 5 lies outside"),
        (lambda: power.mde_two_groups(10, 50, power=0.01), "^power: 0.01 lies outside"),
        (lambda: power.tost_power(10, 50, 1, -0.2), "^bound: -0.2 must be positive"),
        (lambda: power.equivalence_bound_two_groups(10, 50, alpha=0.6), "^alpha: 0.6 lies outside"),
        (lambda: power.fisher_power(22, 26, 0.2, 404), "^p1: 22 is not a share"),
        (lambda: power.fisher_power(0.2, 0, 0.2, 404), "^n1: units in the group: 0"),
        (lambda: power.fisher_power("a", 26, 0.2, 404), "^p1: 'a' is not a number"),
        (lambda: power.power_two_groups(np.ones(30), 10, 10), "^difference: array.* is not a number"),
        (lambda: power.power_two_groups(np.nan, 10, 10), "^difference: nan is not finite"),
        (lambda: power.tost_power(10, 50, 1, 0.2, truth=np.nan), "^truth: nan is not finite"),
        (lambda: power.change_sd(-1), "^year_sd: -1 must be zero or more"),
        (lambda: power.change_sd(1, np.nan), "^sampling_sd: nan must be zero or more"),
        (lambda: power.mde_proportions(0.2, 26, 404, higher="no"), "^higher: 'no' is neither True nor False"),
        (lambda: power.by_simulation(two_samples, t_test_rejects, 9, seed=1, n_jobs=0), "^n_jobs: 0 is no"),
        (lambda: power.mde_proportions(0, 26, 404), "^p2: 0 lies outside"),
        (lambda: power.by_simulation(two_samples, t_test_rejects, 0, seed=1), "^draws: 0, at least 1"),
        (lambda: power.by_simulation(two_samples, t_test_rejects, 9, seed=None), "^seed: None is not a"),
        (lambda: power.rd_rejection([1, -5], 0, 0.35, seed=1), "^populations: some are zero or less"),
        (lambda: power.rd_rejection([1, np.nan], 0, 0.35, seed=1), "^populations: 1 missing"),
        (lambda: power.rd_rejection([1, 5], 0, 0, seed=1), "^sd: 0 must be positive"),
        (lambda: power.rd_rejection([1, 5], np.nan, 1, seed=1), "^step and slope: 1 missing"),
        (lambda: power.rd_rejection([1, 5], 0, "a", seed=1), "^sd: 'a' is not a number"),
        (lambda: power.mde_two_groups("a", 5), "^n1: 'a' is not a number"),
        (lambda: power.mde_two_groups(np.nan, 5), "^n1: nan is not a whole number"),
        (lambda: power.simulated_intervals([1, 5], 1, two_samples, 20, seed=1), "^draws: 20, at least 50"),
        (lambda: power.simulated_intervals([1, 5], 1, refuses, 50, seed=1), "^decide: none of 50 draws"),
        (lambda: power.rd_precision(BOTH_SIDES, 0), "^bandwidth: 0 must be positive"),
        (lambda: power.rd_precision(BOTH_SIDES, 0.01), "^bandwidth: distinct sizes left within 0.01: 0"),
        (lambda: power.rd_precision([1e4, 2e4], 1), "^x: units right of the cutoff 100,000: none of 2"),
        (lambda: power.rd_precision(BOTH_SIDES, 1, sd=-1), "^sd: -1 must be positive"),
    ],
)
def test_bad_input_ends_in_one_line_naming_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_no_power_exceeds_one():
    assert all(power.power_two_groups(d, n, n) <= 1 for d in (3, 5, 10, 50) for n in (10, 50, 200))
    assert all(power.tost_power(n, n, 1.0, bound) <= 1 for bound in (3, 10, 50) for n in (10, 50, 200))
    assert power.fisher_power(1, 200, 0, 200) <= 1
