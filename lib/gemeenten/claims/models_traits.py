"""Claims on the three models as bundles of traits: C01, and those whose traits no shipped table codes."""

import math

from gemeenten.claims import models_data, rules
from gemeenten.claims.evidence import untested
from gemeenten.claims.models_words import coded
from gemeenten.designs import shares
from gemeenten.designs.wording import interval, number

# Registered rule of C01 in claims.csv.
RELIABLE, UNRELIABLE = 0.80, 0.667
FEW_OTHER, MANY_OTHER = 0.15, 0.30
PERIOD, EXTENDED = (1980, 2010), (2011, 2025)
PENDULUM = (
    "codes of {0} in three periods, by two coders, for the same 60 municipalities: the regulations of 2000 "
    "and later are in CVDR (lokaleregelgeving.overheid.nl), those of the 1980s and 1990s in municipal "
    "archives only; the shipped table codes the model and shape, not this trait"
)


def other_share(period, frame=None):
    """Return the `shares.Share` of municipality-periods coded as none of the three models.

    Parameters
    ----------
    period : tuple of int
        First and last year; a spell counts when it is documented in one of them.
    frame : DataFrame, optional
        Spells as `models_data.spells` returns them; all of them by default.
    """
    frame = models_data.spells() if frame is None else frame
    rows = frame[(frame["first"] <= period[1]) & (frame["last"] >= period[0])]
    return shares.interval(int((rows["model"] == "other").sum()), len(rows))


def c01():
    """Test the share coded as another model; alpha needs two coders; organisation_models (1980-2010)."""
    share, later = other_share(PERIOD), other_share(EXTENDED)
    ruled = classes_rule(None, share.estimate)
    words = (
        f"Of {share.n} municipality-periods documented in {PERIOD[0]}-{PERIOD[1]}, "
        f"{number(100 * share.estimate)}% ({share.k}; {interval(100 * share.low, 100 * share.high)}) are "
        f"coded as none of the three models, in {EXTENDED[0]}-{EXTENDED[1]} {100 * later.estimate:.1f}% "
        f"({later.k} of {later.n}): clusters, domains and teams came after the chapter. Each period was "
        f"coded once, so agreement between coders is not known, and without an alpha of {RELIABLE:.2f} the "
        "rule gives no support. What would settle it: a second, blind coding of at least 60 periods."
    )
    scaled = (100 * bound for bound in (share.estimate, share.low, share.high))
    return coded(ruled, (*scaled, math.nan, math.nan, "percent", share.n), words)


def classes_rule(alpha, other):
    """Return the verdict of C01's rule; `alpha` is None when no unit was coded twice."""
    supports = alpha is not None and alpha >= RELIABLE and other <= FEW_OTHER
    contradicts = (alpha is not None and alpha < UNRELIABLE) or other > MANY_OTHER
    return rules.from_conditions(supports, contradicts)


def c02():
    """Return untested: the six traits come as bundles."""
    return untested(
        wanted="codes of the five structural traits of at least 60 municipality-periods, made blind to the "
        "name of the model, and of the culture row from interviews; the one trait in the shipped table, "
        "shape, served to code the model itself"
    )


def c14():
    """Return untested: the four roles of the G4 resemble the tilted model."""
    return untested(
        wanted="the names of all main units of Amsterdam, Rotterdam, Den Haag and Utrecht in 2008, 2014 and "
        "2024 from their organisation regulations, mapped on the four roles by two coders; the shipped "
        "tables have some counts of units and no list of names"
    )


def c16():
    """Return untested: policy and execution apart, together, apart again."""
    return untested(wanted=PENDULUM.format("whether policy and execution sit in one unit"))


def c17():
    """Return untested: resource functions central, decentral, central again."""
    return untested(wanted=PENDULUM.format("where the resource functions (PIOFAH) sit"))


def c18():
    """Return untested: the secretary boss, less the boss, boss again."""
    return untested(wanted=PENDULUM.format("the secretary's authority over unit heads"))


def c24():
    """Return untested: aldermen's portfolios stay divided by policy field."""
    return untested(
        wanted="the portfolio lists of about 100 municipal executives (colleges) with the organisation model "
        "of each, from the register of government organisations (organisaties.overheid.nl) for recent terms; "
        "no shipped table holds portfolios"
    )
