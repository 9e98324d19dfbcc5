"""Claims on the service mark, computed from imported marks: C29, H1, H2 and H3."""

from dataclasses import replace

from gemeenten.claims import marks_data, rules
from gemeenten.claims.evidence import Evidence, Finding, untested
from gemeenten.claims.marks_words import (
    CAPPED,
    FEW,
    MARKS,
    capped_import,
    few,
    found,
    stated,
    weighting,
    years,
)
from gemeenten.claims.regression import clustered
from gemeenten.designs import discontinuity, equivalence
from gemeenten.designs.wording import interval, number, p_value
from gemeenten.errors import DesignError

SEED = 31
BOUND = 0.20  # points on the 1-10 mark; registered smallest effect of interest
NARROW = 0.10
WINDOW = 0.4  # of ln(population / 100,000), chosen before any mark was seen
ABOVE_LARGE = 100_000.5  # the threshold reads "more than 100,000" inhabitants
DECLARED = (
    "Pre-declared inconclusive: a jump of .2 points would be found in 19% of samples and one of .4 in 37%, "
    "and council seats change at the same number of inhabitants."
)
MODELS_WANTED = (
    f"{MARKS}, of municipalities whose model in the survey year is documented in organisation_models; no "
    "shipped citizens' survey mark has a documented sector or directie model beside it"
)


@stated
def c29():
    """Return whether model 3 and model 2 differ by less than .20 on the mark: TOST, documented models."""
    frame, indicator = marks_data.service()
    if frame is None:
        return untested(wanted=MODELS_WANTED)
    finding = equal_models(frame, indicator)
    words = finding.evidence.words + " It says nothing on integrality itself."
    return replace(finding, evidence=replace(finding.evidence, words=words))


@stated
def h3():
    """Return whether the model is associated with the mark: the test of C29, read for the opposite statement.

    C29 holds that the model does not matter much, H3 that it does. What contradicts the one supports the
    other, so the same numbers are judged by C29's rule with its two sides exchanged.
    """
    frame, indicator = marks_data.service()
    if frame is None:
        return untested(wanted=MODELS_WANTED)
    finding = equal_models(frame, indicator, opposite=True)
    words = "The same test as C29, not counted twice. " + finding.evidence.words
    return replace(finding, evidence=replace(finding.evidence, words=words))


def equal_models(frame, indicator, opposite=False):
    """Return the finding that models 2 and 3 are marked alike, or with `opposite` that they are not.

    Parameters
    ----------
    frame : DataFrame
        Marks as `marks_data.service` gives them.
    indicator : str
        Name of the mark.
    """
    rows, fit, groups = model_contrast(frame)
    if fit is None:
        return few(groups, "an imported mark in a year with a documented model")
    ruled = rules.equivalence(fit.estimate, fit.ci95, fit.ci90, BOUND)
    if opposite:
        ruled = rules.from_conditions(ruled == rules.CONTRADICTED, ruled == rules.SUPPORTED)
    verdict = rules.cap(ruled, "imported", "coded")
    evidence = found(
        fit,
        BOUND,
        f"On the imported mark {indicator} (1-10, {years(rows)}), the directie model ({groups['directie']} "
        f"municipalities) differs by {number(fit.estimate)} points from the sector model "
        f"({groups['sectoren']}), {interval(*fit.ci95)}, given ln(population), urbanity and survey year; "
        "income is in no shipped table.",
        groups,
    )
    alike, differ = rules.SUPPORTED, rules.CONTRADICTED
    alike, differ = (differ, alike) if opposite else (alike, differ)
    tost = equivalence.from_estimate(fit.estimate, fit.se, BOUND, df=fit.df)
    rests = (
        {"p": fit.p, "p_decides": (differ,)}
        if ruled == differ
        else {"p": tost.p_value, "p_decides": (alike,)}
    )
    inside = f" It lies inside +-{NARROW:.2f} too." if max(map(abs, fit.ci90)) < NARROW else ""
    words = evidence.words + inside + CAPPED.get((ruled, verdict), "")
    return Finding(replace(evidence, words=words, **rests), verdict)


def model_contrast(frame):
    """Return the rows used, the `Fit` of model 3 against model 2, and the municipalities by model.

    Held constant: ln(population), urbanity and survey year. The fit is None when a model has fewer than
    five municipalities. Rows without population or urbanity are left out.
    """
    rows = frame[frame["model"].isin(["sectoren", "directie"])]
    measure = marks_data.urbanity(rows)
    rows = rows.dropna(subset=["ln_population", measure])
    groups = rows.groupby("model")["code"].nunique().reindex(["directie", "sectoren"], fill_value=0)
    if groups.min() < FEW:
        return rows, None, groups
    directie = (rows["model"] == "directie").astype(float)
    controls = [rows["ln_population"], rows[measure]]
    return rows, clustered(rows["mark"], directie, rows["code"], [rows["year"]], controls), groups


@stated
def h1():
    """Return whether municipalities above 100,000 are marked lower: OLS, wave effects, IPW, CRV3."""
    frame, indicator = marks_data.service()
    if frame is None:
        lacking = "no citizens' survey mark of a municipality above 100,000 is among the shipped marks"
        return untested(wanted=f"{MARKS}; {lacking}")
    rows = frame.dropna(subset=["large"])
    groups = rows["code"].groupby(rows["large"]).nunique().reindex([1.0, 0.0], fill_value=0)
    groups = groups.set_axis(["above 100,000", "up to 100,000"])
    if groups.min() < FEW:
        return few(groups, "an imported mark and a known size")
    fit = clustered(rows["mark"], rows["large"], rows["code"], [rows["year"]], weights=rows["weight"])
    ruled = rules.directional(fit.estimate, fit.ci95, fit.ci90, BOUND, direction=-1, wrong_side=False)
    verdict, capped = capped_import(ruled, fit.n)
    evidence = found(
        fit,
        BOUND,
        f"On the imported mark {indicator} (1-10, {years(rows)}), municipalities above 100,000 inhabitants "
        f"({groups.iloc[0]}) differ by {number(fit.estimate)} points from the others ({groups.iloc[1]}), "
        f"{interval(*fit.ci95)}, survey year held constant{weighting(rows)}.",
        groups,
    )
    return Finding(replace(evidence, words=evidence.words + _given_size(rows) + capped), verdict)


def _given_size(rows):
    """Return the contrast at 100,000 beside a smooth gradient in ln(population), as a sentence."""
    known = rows.dropna(subset=["ln_population"])
    if known["code"][known["large"] == 1].nunique() < FEW or known["large"].nunique() < 2:
        return ""
    controls = [known["ln_population"]]
    fit = clustered(known["mark"], known["large"], known["code"], [known["year"]], controls, known["weight"])
    told = f"{number(fit.estimate)} points ({interval(*fit.ci95)})"
    return f" Beside a straight line in ln(population) the step is {told}."


@stated
def h2():
    """Return the jump of the mark at 100,000, described only: pre-declared inconclusive whatever it is."""
    frame, indicator = marks_data.service()
    if frame is None:
        return untested(wanted=f"{MARKS}, on both sides of 100,000 inhabitants")
    rows = frame.dropna(subset=["population"])
    count = int(rows["code"].nunique())
    if not count:
        return untested(wanted=f"{MARKS}, of years from 2012 on, for which the inhabitants of all are known")
    try:
        jump = discontinuity.fit(centred(rows), rows["population"], cutoff=ABOVE_LARGE, cluster=rows["code"])
    except DesignError as error:
        words = f"No jump of the imported mark {indicator} can be estimated ({error}). {DECLARED}"
        return Finding(Evidence("imported", n=count, words=words), rules.INCONCLUSIVE)
    words = (
        f"At 100,000 inhabitants the imported mark {indicator} ({years(rows)}) jumps by "
        f"{number(jump.estimate)} points, robust {interval(*jump.ci_robust)}, with effective n "
        f"{jump.effective_left} below and {jump.effective_right} above, counted in municipality-years."
        f"{_within_window(rows)} {DECLARED}"
    )
    evidence = Evidence("imported", jump.estimate, *jump.ci_robust, unit="points", n=count, words=words)
    return Finding(replace(evidence, p=jump.p_robust), rules.INCONCLUSIVE)


def centred(rows):
    """Return the marks less the mean of their survey year."""
    return rows["mark"] - rows.groupby("year")["mark"].transform("mean")


def _within_window(rows):
    """Return the permutation test near the threshold, one row a municipality, as a sentence."""
    places = rows.assign(mark=centred(rows)).groupby("code")[["mark", "population"]].mean()
    sizes = places["population"].round()
    try:
        near = discontinuity.local_randomisation(
            places["mark"], sizes, cutoff=ABOVE_LARGE, window=WINDOW, seed=SEED
        )
    except DesignError as error:
        return f" Too little for a permutation test near the threshold ({error})."
    return (
        f" Within +-{WINDOW} of ln(population / 100,000) the {near.n_right} larger differ by "
        f"{number(near.difference)} from the {near.n_left} smaller (permutation {p_value(near.p_value)})."
    )
