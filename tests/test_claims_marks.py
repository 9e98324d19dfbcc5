"""Claims on marks: the estimators behind them, and the verdicts that made-up marks of known truth give."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from marks_export import make_root, marks, municipalities, save

from gemeenten import inbox, tables
from gemeenten.claims import ledger, marks_data, marks_published, marks_quality, marks_roles, size, untested
from gemeenten.claims import marks as on_marks
from gemeenten.claims.factors import parallel_analysis
from gemeenten.claims.registered import registered
from gemeenten.claims.regression import clustered
from gemeenten.designs.wording import number
from gemeenten.errors import DesignError
from gemeenten.inbox_marks import ROLES

EXACT = 1e-9  # the same algebra by another route: only rounding may differ
PRINTED = 0.0005  # published to three decimals
RECOVERED = 0.05  # points; about three standard errors of the made-up marks
AT_CUTOFF = 0.15  # points; some 50 municipalities within the bandwidth
WAVES = (2014, 2016, 2018, 2020)


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = make_root(tmp_path / "root")
    monkeypatch.setenv("GEMEENTEN_ROOT", str(folder))
    return folder


@pytest.fixture
def imported(root, tmp_path):
    """Import a frame with code, year and mark columns, written as an export."""

    def run(frame):
        return inbox.import_scores(save(tmp_path, frame))

    return run


# --- least squares with errors clustered by municipality ------------------------------------------------


def _panel(seed, places=30, years=3):
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(places), years)
    year = np.tile(np.arange(years), places)
    treated = (code % 5 == 0).astype(float)
    covariate = rng.normal(size=places)[code]
    noise = rng.normal(size=places)[code] + rng.normal(size=len(code))
    y = 7 + 0.3 * treated + 0.2 * covariate + 0.1 * year + noise
    return y, treated, code, year, covariate, rng.uniform(0.5, 2, len(code))


def test_the_clustered_error_equals_refitting_without_each_municipality():
    y, treated, code, year, covariate, weights = _panel(1)
    fit = clustered(y, treated, code, [year], [covariate], weights)
    design = sm.add_constant(np.column_stack([treated, year == 1, year == 2, covariate]).astype(float))
    full = sm.WLS(y, design, weights=weights).fit().params[1]
    kept = [code != cluster for cluster in np.unique(code)]
    left = [sm.WLS(y[keep], design[keep], weights=weights[keep]).fit().params[1] for keep in kept]
    count = len(left)
    assert fit.estimate == pytest.approx(full, abs=EXACT)
    assert fit.se == pytest.approx(np.sqrt((count - 1) / count * np.sum((left - full) ** 2)), abs=EXACT)
    assert (fit.n, fit.rows, fit.df) == (30, 90, 29)


def test_with_one_row_a_municipality_the_clustered_error_is_hc3():
    y, treated, code, _, covariate, _ = _panel(2, places=40, years=1)
    fit = clustered(y, treated, code, covariates=[covariate])
    hc3 = sm.OLS(y, sm.add_constant(np.column_stack([treated, covariate]))).fit(cov_type="HC3").bse[1]
    assert fit.se == pytest.approx(hc3 * np.sqrt(39 / 40), abs=EXACT)


def test_without_an_effect_the_clustered_test_rejects_about_one_in_twenty():
    rejected = 0
    for seed in range(400):
        y, treated, code, year, _, _ = _panel(seed)
        rejected += clustered(y - 0.3 * treated, treated, code, [year]).p < 0.05
    assert 0.02 < rejected / 400 < 0.09  # six of thirty treated; two simulation errors around .05 is .03-.07


@pytest.mark.parametrize(
    ("y", "x", "code", "named"),
    [
        ([7, 7, 7, 7], [0, 1, 0, 1], [1, 2, 3, 4], "y: is constant"),
        ([6, 7, 8], [0, 1, 0], [1, 1, 2], "clusters: municipalities"),
        ([6, np.nan, 8], [0, 1, 0], [1, 2, 3], "y: 1 missing"),
        (["goed", "6", "7"], [0, 1, 0], [1, 2, 3], "y: not numeric"),
        ([6, 7, 8, 7], [0, 1, 0], [1, 2, 3], "lengths differ"),
        ([6, 6, 6, 7, 7, 7], [0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6], "y: the regressors leave nothing"),
    ],
)
def test_input_that_allows_no_clustered_error_is_refused(y, x, code, named):
    with pytest.raises(DesignError, match=named):
        clustered(y, x, code)


# --- how many factors -----------------------------------------------------------------------------------

# Eight body measurements of 305 girls, correlations as printed in Harman 1976, Modern Factor Analysis,
# table 2.3 (also R datasets::Harman23.cor). Principal components: 4.673 and 1.771; two factors.
HARMAN = """
.846 .805 .859 .473 .398 .301 .382
     .881 .826 .376 .326 .277 .415
          .801 .380 .319 .237 .345
               .436 .329 .327 .365
                    .762 .730 .629
                         .583 .577
                              .539
"""


def _with_correlations(matrix, n, seed):
    """Return n rows whose sample correlations are exactly `matrix`."""
    drawn = np.random.default_rng(seed).normal(size=(n, len(matrix)))
    drawn -= drawn.mean(axis=0)
    white = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T
    return white @ np.linalg.cholesky(matrix).T


def test_parallel_analysis_finds_the_two_factors_of_harmans_measurements():
    matrix = np.eye(8)
    matrix[np.triu_indices(8, 1)] = [float(number) for number in HARMAN.split()]
    matrix = matrix + matrix.T - np.eye(8)
    found = parallel_analysis(_with_correlations(matrix, 305, seed=3), seed=1)
    assert found.eigenvalues[:2] == pytest.approx((4.673, 1.771), abs=PRINTED)
    assert found.share == pytest.approx(4.673 / 8, abs=PRINTED)
    assert (found.count, found.n) == (2, 305)


def test_parallel_analysis_of_unrelated_marks_finds_a_factor_in_about_one_in_twenty():
    counts = [
        parallel_analysis(np.random.default_rng(seed).normal(size=(60, 6)), seed=seed, draws=99).count
        for seed in range(200)
    ]
    assert 0.01 < np.mean(np.array(counts) > 0) < 0.11


def test_parallel_analysis_gives_the_same_numbers_for_the_same_seed():
    table = np.random.default_rng(1).normal(size=(30, 4))
    assert parallel_analysis(table, seed=5) == parallel_analysis(table, seed=5)
    assert parallel_analysis(table, seed=5) != parallel_analysis(table, seed=6)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (np.ones((20, 3)), "a column"),
        (np.random.default_rng(1).normal(size=(9, 3)), "table: units"),
        (np.full((20, 3), np.nan), "table: 60 missing"),
        (np.arange(20.0), "two columns"),
    ],
)
def test_a_table_without_factors_to_count_is_refused(table, named):
    with pytest.raises(DesignError, match=named):
        parallel_analysis(table, seed=1)


# --- nothing imported ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    [on_marks.c29, on_marks.h1, on_marks.h2, on_marks.h3, marks_roles.c26, marks_roles.c27]
    + [untested.c30, untested.c32],
)
def test_without_imported_marks_the_claim_is_untested_and_names_what_would_settle_it(root, claim):
    finding = claim()
    assert finding.verdict == "untested"
    assert finding.evidence.tier == "" and np.isnan(finding.evidence.p)
    assert any(word in finding.evidence.wanted for word in ("survey", "rekenkamer", "Personeelsmonitor"))


def test_what_the_sentences_say_of_the_shipped_marks_is_so(root):
    scores = tables.load("service_scores")
    own = scores[scores["instrument"].isin(["burgerpeiling", "burgerrollen"])].dropna(subset=["year_from"])
    own = own.rename(columns={"year_from": "year"}).astype({"year": "int64"})[["code", "year", "role"]]
    service = marks_data.joined(own[own["role"] == "dienstverlening"])
    assert service["population"].max() < 100_000 and service["population"].notna().all()
    assert not service["model"].isin(["sectoren", "directie"]).any()
    klant = own[own["role"] == "klant"].merge(marks_data.documented_models(), on=["code", "year"])
    assert not klant["model"].isin(["sectoren", "directie"]).any()
    switched = own.merge(marks_data.documented_switches(), on="code")
    sides = switched[switched["role"] == "dienstverlening"].groupby("code")["year"].nunique()
    assert not (sides > 1).any()  # no shipped mark from before and after a documented switch


def test_c31_is_inconclusive_on_the_shipped_marks_and_tells_their_mean(root):
    finding = marks_quality.c31()
    scores = tables.load("service_scores")
    rows = scores.query("instrument == 'burgerpeiling' and role == 'dienstverlening' and quality.isna()")
    latest = rows.sort_values("year_from").groupby("code").tail(1)["score"]
    assert finding.verdict == "inconclusive" and finding.evidence.tier == "survey"
    assert finding.evidence.estimate == pytest.approx(latest.mean(), abs=EXACT)
    assert finding.evidence.n == len(latest) == 5
    assert "mean of 6.7 in 2019" in finding.evidence.words


@pytest.mark.parametrize("claim", [marks_published.c28, marks_published.c34])
def test_the_published_aggregate_on_integrality_decides_nothing(root, claim):
    finding = claim()
    assert (finding.verdict, finding.evidence.tier, finding.evidence.n) == ("inconclusive", "published", 129)
    assert "129 municipal secretaries" in finding.evidence.words


# --- size and the mark: H1, H2 ---------------------------------------------------------------------------


def _by_size(effect, spread=0.05, seed=1):
    frame = municipalities(WAVES)
    frame["dv01"] = marks(frame, spread=spread, seed=seed, size=effect * (frame["population"] > 100_000))
    return frame[["code", "year", "dv01"]]


@pytest.mark.parametrize(
    ("effect", "spread", "verdict"),
    [
        (0.0, 0.05, "contradicted"),
        (-0.1, 0.05, "contradicted"),
        (-0.4, 0.05, "supported"),
        (0.4, 0.05, "inconclusive"),  # the registered rule lists no wrong side
        (0.0, 1.5, "inconclusive"),  # a wide interval is no support for "no difference"
    ],
)
def test_h1_gives_the_verdict_of_a_known_difference_at_100000(imported, effect, spread, verdict):
    imported(_by_size(effect, spread))
    finding = on_marks.h1()
    assert finding.verdict == verdict
    assert finding.evidence.tier == "imported"
    if spread < 1:
        assert finding.evidence.estimate == pytest.approx(effect, abs=RECOVERED)
        assert finding.evidence.low < effect < finding.evidence.high
    assert f"differ by {number(finding.evidence.estimate)} points" in finding.evidence.words
    assert "2 changed group between years" in finding.evidence.words  # Alkmaar 2015 and Deventer 2020


def test_h2_recovers_a_jump_and_still_gives_no_verdict(imported):
    imported(_by_size(-0.4))
    finding = on_marks.h2()
    assert finding.verdict == "inconclusive"
    assert finding.evidence.estimate == pytest.approx(-0.4, abs=AT_CUTOFF)
    assert "Pre-declared inconclusive" in finding.evidence.words


def test_weights_restore_the_share_of_a_size_class_that_takes_part_less(root):
    frame = municipalities([2018])
    large = frame[frame["population"] > 100_000]
    taking_part = pd.concat([frame[frame["population"] <= 100_000], large.iloc[: len(large) // 2]])
    weights = marks_data.participation_weights(taking_part)
    share = weights[taking_part["population"] > 100_000].sum() / weights.sum()
    assert share == pytest.approx(len(large) / len(frame), abs=EXACT)


# --- model and the mark: C29, H3, C27 --------------------------------------------------------------------


def _by_model(effect, indicator="dv01", spread=0.03, first=2014):
    frame = municipalities(range(first, 2021)).merge(marks_data.documented_models(), on=["code", "year"])
    frame[indicator] = marks(frame, spread=spread, model=effect * (frame["model"] == "directie"))
    return frame


@pytest.mark.parametrize(
    ("effect", "spread", "c29", "h3", "told"),
    [
        (0.0, 0.03, "weakly supported", "inconclusive", "would say supported"),
        (0.5, 0.03, "inconclusive", "weakly supported", "would say contradicted"),
        (-0.5, 0.03, "inconclusive", "weakly supported", "would say contradicted"),
        (0.0, 1.0, "inconclusive", "inconclusive", "differs by"),
    ],
)
def test_c29_and_h3_read_one_test_from_two_sides(imported, effect, spread, c29, h3, told):
    imported(_by_model(effect, spread=spread)[["code", "year", "dv01"]])
    one, other = on_marks.c29(), on_marks.h3()
    assert (one.verdict, other.verdict) == (c29, h3)
    assert one.evidence.estimate == other.evidence.estimate and one.evidence.p == other.evidence.p
    assert told in one.evidence.words and "says nothing on integrality" in one.evidence.words
    if spread < 1:
        assert one.evidence.estimate == pytest.approx(effect, abs=RECOVERED)
    assert (one.evidence.p < 0.05) == (spread < 1)  # of the test that decides: two one-sided, or two-sided
    decides = {0.0: ("supported", "contradicted"), 0.5: ("contradicted", "supported")}[abs(effect)]
    assert (one.evidence.p_decides, other.evidence.p_decides) == tuple((verdict,) for verdict in decides)


def test_a_contrast_of_fewer_than_five_municipalities_is_not_estimated(imported):
    frame = _by_model(0.5)
    few = frame[frame["model"] == "directie"]["code"].unique()[:4]
    imported(frame[(frame["model"] == "sectoren") | frame["code"].isin(few)][["code", "year", "dv01"]])
    finding = on_marks.c29()
    assert finding.verdict == "inconclusive" and np.isnan(finding.evidence.estimate)
    assert "4 (directie)" in finding.evidence.words


def test_marks_that_do_not_vary_allow_no_estimate_and_say_so(imported):
    frame = _by_model(0.0)
    imported(frame[["code", "year"]].assign(dv01=7.0))
    for claim in (on_marks.c29, on_marks.h1, marks_quality.c31):
        assert claim().verdict == "inconclusive"
        assert "allow no estimate: y: is constant (7)" in claim().evidence.words


def test_constant_marks_leave_the_search_for_a_step_inconclusive_and_the_ledger_whole(imported):
    frame = municipalities([2018])
    imported(frame[["code", "year"]].assign(dv01=7.0))
    finding = size.c12()
    assert finding.verdict == "inconclusive" and "allow no estimate: y: is constant" in finding.evidence.words
    assert len(ledger()) == len(registered())


@pytest.mark.parametrize(("count", "verdict"), [(59, "inconclusive"), (60, "contradicted")])
def test_a_small_import_of_bad_marks_contradicts_nothing(imported, count, verdict):
    frame = municipalities([2018]).head(count)
    imported(frame[["code", "year"]].assign(dv01=marks(frame, base=5.2)))
    finding = marks_quality.c31()
    assert finding.verdict == verdict
    assert (f"of {count} municipalities, fewer than 60" in finding.evidence.words) == (count < 60)


def test_a_small_import_can_only_weakly_support_that_large_municipalities_are_marked_lower(imported):
    frame = municipalities([2018]).sort_values("population")
    frame = pd.concat([frame.head(20), frame.tail(20)])
    frame["dv01"] = marks(frame, size=-0.4 * (frame["population"] > 100_000))
    imported(frame[["code", "year", "dv01"]])
    finding = on_marks.h1()
    assert finding.verdict == "weakly supported" and "would say supported" in finding.evidence.words


def test_marks_from_years_without_inhabitants_are_told_as_unweighted(imported):
    places = tables.load("municipalities").query("first_year <= 2010 and last_year.fillna(9999) >= 2010")
    frame = municipalities([2012])
    frame = frame[frame["code"].isin(places["code"])].assign(year=2010)
    frame["dv01"] = marks(frame, base=7.0)
    imported(frame[["code", "year", "dv01"]])
    assert "unweighted" in marks_quality.c31().evidence.words
    assert on_marks.h2().verdict == "untested" and "2012" in on_marks.h2().evidence.wanted


def test_a_step_keeps_its_place_when_municipalities_cross_it_between_waves(imported):
    frame = municipalities(range(2012, 2024))
    frame["dv01"] = marks(frame, size=-0.4 * (frame["population"] > 100_000))
    imported(frame[["code", "year", "dv01"]])
    places = size.imported_marks()
    latest = municipalities([2023]).set_index("code")["population"]
    kept = places[places["year"] == 2023].set_index("code")
    assert (kept["inhabitants"] == latest[kept.index]).all()
    found = size.imported_step(places)
    assert found.verdict == "supported"
    # The step lies between the largest municipality below 100,000 and the smallest above.
    assert found.evidence.estimate == places.loc[places["inhabitants"] <= 100_000, "inhabitants"].max()


@pytest.mark.parametrize(
    ("effect", "verdict", "told"),
    [
        (0.3, "weakly supported", "would say supported"),
        (0.0, "inconclusive", "would say contradicted"),
        (-0.3, "inconclusive", "would say contradicted"),
    ],
)
def test_c27_gives_the_verdict_of_a_known_contrast_of_the_klant_mark(imported, effect, verdict, told):
    frame = _by_model(effect, "klant")
    for at, role in enumerate(("kiezer", "partner", "wijkbewoner")):
        frame[role] = marks(frame, base=6.0, spread=0.03, seed=10 + at)
    imported(frame[["code", "year", "klant", "kiezer", "partner", "wijkbewoner"]])
    finding = marks_roles.c27()
    assert finding.verdict == verdict and told in finding.evidence.words
    assert finding.evidence.estimate == pytest.approx(effect, abs=RECOVERED)


# --- six roles: C26 --------------------------------------------------------------------------------------


def _roles(first_share, count, seed=4):
    """Return made-up marks of the six roles: one factor, or two blocks of three."""
    frame = municipalities([2012]).head(count)[["code", "year"]]
    rng = np.random.default_rng(seed)
    common, blocks = rng.normal(size=(count, 1)), rng.normal(size=(count, 2)).repeat(3, axis=1)
    noise = rng.normal(size=(count, 6))
    rest = 0.9 * blocks + 0.3 * noise
    table = 6.5 + 0.3 * (np.sqrt(first_share) * common + np.sqrt(1 - first_share) * rest)
    return pd.concat([frame, pd.DataFrame(table.round(4), columns=ROLES, index=frame.index)], axis=1)


@pytest.mark.parametrize(
    ("first_share", "count", "verdict", "told"),
    [
        (0.0, 120, "supported", "finds 2 factor(s)"),
        (0.9, 120, "contradicted", "finds 1 factor(s)"),  # halo
        (0.0, 59, "inconclusive", "asks for at least 60"),
    ],
)
def test_c26_tells_one_factor_from_two(imported, first_share, count, verdict, told):
    imported(_roles(first_share, count))
    finding = marks_roles.c26()
    assert finding.verdict == verdict and told in finding.evidence.words
    if count >= 60:
        assert finding.evidence.low < finding.evidence.estimate < finding.evidence.high


# --- service after reorganisations: C31 ------------------------------------------------------------------


def _around_switches(loss, base=7.5):
    known = marks_data.documented_switches()
    frame = municipalities(range(2012, 2021)).merge(known.groupby("code").tail(1), on="code", how="left")
    frame["dv01"] = marks(frame, base=base, spread=0.03, loss=-loss * (frame["year"] >= frame["after"]))
    return frame[["code", "year", "dv01"]]


@pytest.mark.parametrize(
    ("loss", "base", "verdict", "told"),
    [
        (0.0, 7.5, "weakly supported", "would say supported"),
        (0.6, 7.5, "inconclusive", "would say contradicted"),
        (0.0, 6.2, "contradicted", "averages 5.47"),  # eight years of a fall of .1
    ],
)
def test_c31_needs_good_marks_and_no_loss_after_a_switch(imported, loss, base, verdict, told):
    imported(_around_switches(loss, base))
    finding = marks_quality.c31()
    assert finding.verdict == verdict and told in finding.evidence.words
    frame, _ = marks_data.service()
    rows, change = marks_quality.reorganisers(frame)
    assert change.estimate == pytest.approx(-loss, abs=RECOVERED)
    assert change.ci95[0] < -loss < change.ci95[1]


def test_no_year_counts_both_as_before_and_after_a_switch(imported):
    imported(_around_switches(0.0))
    rows, _ = marks_quality.reorganisers(marks_data.service()[0])
    both = marks_data.documented_switches().query("before == after")
    assert len(both) == 2
    assert not rows.merge(both, left_on=["code", "year"], right_on=["code", "after"]).size
    assert not rows.duplicated(["code", "year"]).any()
