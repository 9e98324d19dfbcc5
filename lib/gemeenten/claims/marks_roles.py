"""Claims on the marks of the six citizen roles, computed from imported marks: C26 and C27."""

from dataclasses import replace

import pandas as pd

from gemeenten import tables
from gemeenten.claims import marks_data, rules
from gemeenten.claims.evidence import Evidence, Finding, untested
from gemeenten.claims.factors import parallel_analysis
from gemeenten.claims.marks_words import CAPPED, FEW, ROLE_MARKS, few, found, stated, years
from gemeenten.claims.regression import clustered
from gemeenten.designs.wording import interval, number
from gemeenten.inbox_marks import ROLES

SEED = 26
LEAST_MUNICIPALITIES, LEAST_ROLES = 60, 4
DISTINCT, HALO = 0.60, 0.75  # registered shares of variance of the first factor
CONTRAST = 0.10  # points; registered smallest effect of interest of C27


@stated
def c26():
    """Return whether the roles are distinguishable: parallel analysis of the municipality x role marks."""
    table = role_table(marks_data.roles())
    if table.empty:
        enough = f"at least {LEAST_MUNICIPALITIES} municipalities and {LEAST_ROLES} roles"
        shipped = f"the shipped marks hold {_shipped()} municipalities with that many roles"
        return untested(wanted=f"{ROLE_MARKS}, of {enough}; {shipped}")
    if len(table) < LEAST_MUNICIPALITIES:
        words = (
            f"Marks of {table.shape[1]} citizen roles were imported for {len(table)} municipalities; the "
            f"registered rule asks for at least {LEAST_MUNICIPALITIES} before factors are counted."
        )
        return Finding(Evidence("imported", n=len(table), words=words), rules.INCONCLUSIVE)
    return distinct_roles(table)


def _shipped():
    """Return how many municipalities have enough roles in one wave among the shipped marks."""
    scores = tables.load("service_scores")
    waves = scores[scores["role"].isin(ROLES)].groupby(["code", "year_from"])["role"].nunique()
    return waves[waves >= LEAST_ROLES].index.get_level_values("code").nunique()


def distinct_roles(table):
    """Return the finding on C26 from a complete table of marks, a row a municipality, a column a role."""
    factors = parallel_analysis(table, seed=SEED)
    verdict = rules.from_conditions(
        supports=factors.count >= 2 and factors.share < DISTINCT, contradicts=factors.share >= HALO
    )
    percent, low, high = (100 * share for share in (factors.share, *factors.share_ci))
    words = (
        f"The first factor of the marks of {table.shape[1]} citizen roles ({', '.join(table.columns)}) holds "
        f"{number(percent)}% of their variance ({interval(low, high)}); parallel analysis finds "
        f"{factors.count} factor(s), and roles correlate {number(factors.correlation, 2)} on average over "
        f"{factors.n} municipalities. It shows how citizens mark, not whether anyone asked for these roles."
    )
    evidence = Evidence("imported", percent, low, high, unit="percent of variance", n=factors.n, words=words)
    evidence = replace(evidence, p=factors.p, p_decides=(rules.SUPPORTED,))
    return Finding(evidence, rules.cap(verdict, "imported"))


def role_table(frame):
    """Return the mark of every role by municipality, free of the survey year, complete rows only.

    Roles count when at least 60 municipalities have them, or else the largest number that any role has;
    fewer than four roles give an empty table. Marks are averaged over years after taking out each year's
    mean, because municipalities take part in different years.
    """
    present = [role for role in ROLES if role in frame]
    if not present:
        return pd.DataFrame()
    centred = frame[present] - frame.groupby("year")[present].transform("mean")
    by_place = (centred + frame[present].mean()).groupby(frame["code"]).mean()
    wanted = min(LEAST_MUNICIPALITIES, int(by_place.count().max()))
    kept = [role for role in present if by_place[role].count() >= wanted]
    return by_place[kept].dropna() if len(kept) >= LEAST_ROLES else pd.DataFrame()


@stated
def c27():
    """Return whether tilted municipalities are marked higher by the citizen as klant than in other roles."""
    frame = marks_data.roles()
    others = [role for role in ROLES if role in frame and role != "klant"]
    if "klant" not in frame or not others:
        return untested(
            wanted=f"{ROLE_MARKS}, of municipalities whose model in the survey year is documented in "
            "organisation_models; no shipped mark has both"
        )
    frame["contrast"] = frame["klant"] - frame[others].mean(axis=1)
    rows = frame.dropna(subset=["contrast"]).merge(marks_data.documented_models(), on=["code", "year"])
    return klant_contrast(rows[rows["model"].isin(["sectoren", "directie"])])


def klant_contrast(rows):
    """Return the finding on C27 from rows with columns code, year, model and contrast (points)."""
    groups = rows.groupby("model")["code"].nunique().reindex(["directie", "sectoren"], fill_value=0)
    if groups.min() < FEW:
        return few(groups, "a klant mark beside other roles and a documented model")
    tilted = (rows["model"] == "directie").astype(float)
    fit = clustered(rows["contrast"], tilted, rows["code"], [rows["year"]])
    ruled = rules.directional(fit.estimate, fit.ci95, fit.ci90, CONTRAST)
    verdict = rules.cap(ruled, "imported", "coded")
    evidence = found(
        fit,
        CONTRAST,
        f"With the tilted directie model ({groups['directie']} municipalities) the mark of the citizen as "
        f"klant, less the mean of the other roles, differs by {number(fit.estimate)} points from that with "
        f"the sector model ({groups['sectoren']}), {interval(*fit.ci95)}, survey year held constant "
        f"({years(rows)}).",
        groups,
    )
    words = evidence.words + CAPPED.get((ruled, verdict), "")
    return Finding(replace(evidence, words=words), verdict)
