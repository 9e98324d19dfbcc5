"""C28 and C34, of which only a published aggregate exists: inconclusive by their registered default."""

from gemeenten import tables
from gemeenten.claims import rules
from gemeenten.claims.evidence import Evidence, Finding


def c28():
    """Return the registered default: no micro data on integrality by model, one published aggregate."""
    return _by_default(
        "The answers are not printed by organisation model and no scale of integrality was read, so neither "
        "the distance from a midpoint nor the difference between models can be computed; the registered "
        "default holds. What would settle it: the interviews of 2010 by model, or a survey of integrality "
        "among secretaries or staff."
    )


def c34():
    """Return the registered default: self-ratings and their link with citizens' marks are not published."""
    return _by_default(
        "How many of them were content with their own model is in no shipped table, nor is a link with the "
        "marks of citizens, so neither the share nor the correlation of the rule can be computed; the "
        "registered default holds. What would settle it: the interviews of 2010 with the name of the "
        "municipality, joined with its citizens' survey mark."
    )


def _by_default(what_lacks):
    """Return the inconclusive finding from what secretaries named as their largest problem in 2010."""
    printed = tables.load("organisation_surveys").set_index("variable")
    row = printed.loc["rank_of_problem=integrale_samenwerking_intern"]
    words = (
        f"Of {int(row['n'])} municipal secretaries interviewed by telephone in {row['year_observed']}, "
        f"integral cooperation within the organisation ranked {int(row['value'])} among the problems named; "
        f"the share that named it is not printed. {what_lacks}"
    )
    return Finding(Evidence("published", n=int(row["n"]), words=words), rules.INCONCLUSIVE)
