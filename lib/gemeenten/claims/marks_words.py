"""Wording and guards that the claims on marks share."""

from dataclasses import replace
from functools import wraps

from gemeenten.claims import rules
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.designs import equivalence
from gemeenten.designs.wording import number
from gemeenten.errors import DesignError

FEW_IMPORTED = 60  # municipalities: a smaller import is a convenience sample of those who take part
FEW = 5  # municipalities a group: below it no clustered error and no permutation can carry a verdict
EXPORT = "read in with `gemeenten import-scores FILE`"
MARKS = (
    "an export of the citizens' survey (waarstaatjegemeente.nl, Burgerpeiling) with the service mark dv01 "
    f"by municipality and year, {EXPORT}"
)
ROLE_MARKS = (
    "an export of the citizens' survey (De Staat van de Gemeente, 2005-2013) with the marks of the citizen "
    f"roles by municipality and year, {EXPORT}"
)
_CAP = (
    " The registered rule alone would say {0}; as the models are coded from a convenience sample of "
    "municipalities, that counts as {1}."
)
CAPPED = {
    (ruled, capped): _CAP.format(ruled, capped)
    for ruled, capped in ((rules.SUPPORTED, rules.WEAK), (rules.CONTRADICTED, rules.INCONCLUSIVE))
}


def capped_import(ruled, n):
    """Return the verdict that an import of marks of `n` municipalities allows, and words where that differs.

    Participation is voluntary and an export can be of any part of it: fewer than 60 municipalities count as
    the convenience sample they are (`rules.cap`).
    """
    if n >= FEW_IMPORTED:
        return rules.cap(ruled, "imported"), ""
    verdict = rules.cap(ruled, "imported", "survey")
    told = (
        f" The registered rule alone would say {ruled}; of {n} municipalities, fewer than {FEW_IMPORTED} and "
        f"not drawn at random, that counts as {verdict}."
    )
    return verdict, told if verdict != ruled else ""


def stated(claim):
    """Return a claim function whose refusal by a design is an inconclusive finding that says why."""

    @wraps(claim)
    def safe(*given):
        try:
            return claim(*given)
        except DesignError as error:
            words = f"Marks were imported, but they allow no estimate: {error}."
            return Finding(Evidence("imported", words=words), rules.INCONCLUSIVE)

    return safe


def found(fit, bound, words, groups):
    """Return the evidence of a `regression.Fit` in points; `words` gets the equivalence bounds added.

    Parameters
    ----------
    fit : regression.Fit
    bound : float
        Registered smallest effect of interest, in points.
    words : str
        What was found, ending in a full stop.
    groups : Series
        Municipalities by group; who changed group between years is in both, and is told.
    """
    test = equivalence.from_estimate(fit.estimate, fit.se, bound, df=fit.df)
    low, high = (number(limit) for limit in fit.ci90)
    words += (
        f" The 90% interval, {low} to {high}, is judged against +-{bound:.2f}; the smallest bound it would "
        f"confirm is {number(test.smallest_bound)}."
    )
    both = int(groups.sum()) - fit.n
    words += f" Of the municipalities {both} changed group between years and count in both." if both else ""
    evidence = Evidence("imported", fit.estimate, *fit.ci95, *fit.ci90, "points", fit.n, fit.p, words=words)
    inside = max(map(abs, fit.ci90)) < bound  # this is what contradicts then, not the p-value of zero
    return replace(evidence, p_decides=(rules.SUPPORTED,)) if inside else evidence


def few(groups, what):
    """Return the inconclusive finding of a contrast with too few municipalities in a group.

    Parameters
    ----------
    groups : Series
        Municipalities by group.
    what : str
        What the municipalities counted have.
    """
    told = " and ".join(f"{count} ({group})" for group, count in groups.items())
    words = (
        f"The municipalities with {what} number {told}; with fewer than {FEW} in a group no contrast is "
        "estimated."
    )
    return Finding(Evidence("imported", n=int(groups.sum()), words=words), rules.INCONCLUSIVE)


def weighting(rows):
    """Return how the marks of `rows` were weighted, for the middle of a sentence."""
    if (rows["weight"] == 1).all():
        return ", unweighted, as the inhabitants of all municipalities are not known for these years"
    return ", weighted for participation by size class"


def years(frame):
    """Return the survey years of a frame, as '2019' or '2019-2023'."""
    first, last = int(frame["year"].min()), int(frame["year"].max())
    return str(first) if first == last else f"{first}-{last}"
