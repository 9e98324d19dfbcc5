"""Claims for which no shipped or imported data exist, with the data that would settle each."""

from gemeenten.claims.evidence import untested


def c30():
    """Return untested: the more the norm is proclaimed, the less integral it becomes."""
    return untested(
        wanted="the texts of programme budgets and organisation visions of about 100 municipalities over 8 "
        "years, to count words on integrality, and a yearly outcome beside them, such as the findings of "
        "local audit offices (rekenkamers) or citizens' marks"
    )


def c32():
    """Return untested: the shop floor is immune to reorganisations."""
    return untested(
        wanted="sickness absence by municipality and year (A&O fonds Gemeenten, Personeelsmonitor, or annual "
        "reports) of about 40 municipalities with a dated switch of model and 100 without, three years "
        "before and after; the shipped tables hold the undated absence rate of one city beside a national one"
    )
