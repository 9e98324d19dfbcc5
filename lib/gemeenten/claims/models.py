"""Claims on which model was adopted when, from published shares: C03, C04, C05, C07, C08."""

from gemeenten.claims import models_adoption as adoption
from gemeenten.claims import rules
from gemeenten.claims.evidence import Evidence, Finding, untested

# Registered rules in claims.csv: C03 probability and lead, C05 bound and share, C07 window, C08 shares.
LIKELY, LEAD = 0.95, 0.10
MOST, AT_LEAST = 0.70, 0.65
WINDOW = (2000, 2010)
MASSIVE, MARGINAL = 0.50, 0.25


def c03():
    """Test by bootstrap which model led in each decade; organisation_surveys (published shares)."""
    flat, sector, n = adoption.census()
    lead, low, high = adoption.census_lead()
    nineties, decade = adoption.nineties(), adoption.leads()
    probability = decade["probability"]
    found = decade_rule(nineties, lead, low, probability.min())
    words = (
        f"In the late 1990s {nineties:.0%} of municipalities had a sector or service model, so no other "
        f"model was as common; in 2010 {flat:.0%} of {n} were flat and {sector:.0%} still had the older "
        f"model, a lead of {100 * lead:.1f} percentage points (95% interval {100 * low:.1f} to "
        f"{100 * high:.1f}). So the modal model changed. Whether the flat model led over 2000-2009 as a "
        "whole depends on its share in the late 1990s, which is not published: if nil, it led in "
        f"{decade['years_ahead'].min()} of the ten years (bootstrap probability of a lead on average "
        f"{probability.min():.2f}), if {1 - nineties:.0%}, in {decade['years_ahead'].max()} "
        f"({probability.max():.2f}). The 1980s cannot be verified: no share of the secretarie model is "
        "published. The figures are by the chapter's first author; the number behind that of the 1990s is "
        "not printed."
    )
    scaled = (100 * bound for bound in (lead, low, high))
    return Finding(Evidence("published", *scaled, unit="percentage points", n=n, words=words), found)


def decade_rule(nineties, lead, low, probability):
    """Return the verdict of C03's rule.

    Parameters
    ----------
    nineties : float
        Share of the sector model in the late 1990s; above one half it is modal whatever the rest had.
    lead, low : float
        Lead of the flat model in 2010 and the lower end of its 95 % interval.
    probability : float
        Least bootstrap probability that the flat model led over 2000-2009, over all that is not published.
        Below `LIKELY` the change of model is established at the ends of the decades only: inconclusive.
    """
    changed = nineties > 0.5 and low > 0 and lead >= LEAD
    still_sector, flat_before = lead < 0, nineties < 0.5
    contradicts = still_sector or flat_before
    return rules.from_conditions(changed and probability >= LIKELY, contradicts)


def c04():
    """Return untested, as registered where no sample was drawn: the secretarie model to the 1980s."""
    return untested(
        wanted="a random sample of about 100 municipalities of 1970-1989 from the Gemeentegids or municipal "
        "archives, with the model of each year; Bekke (1989) and Aardema (2002) print no share that could "
        "be read"
    )


def c05():
    """Test whether the printed 70 % can be above .70, for any number behind it; organisation_surveys."""
    share = adoption.nineties()
    bounds = {n: (adoption.lowest_share(n), adoption.highest_share(n)) for n in adoption.NUMBERS}
    verdicts = {share_rule(share, *bound) for bound in bounds.values()}
    told = "; ".join(f"{100 * low:.1f}% if of {n}" for n, (low, _) in bounds.items())
    words = (
        f"The share of sector and service models in the late 1990s is printed as {share:.0%}, in 2010, and "
        "as more than that in the chapter; both go back to one study of 2002 and are unverified here. The "
        "number of municipalities behind it is not printed, and the rule depends on it: the one-sided 95% "
        f"bound below the share is {told}, against the {AT_LEAST:.0%} asked for. n counts the municipalities "
        "of 2000, about all of which the figure speaks."
    )
    found = verdicts.pop() if len(verdicts) == 1 else rules.INCONCLUSIVE
    evidence = Evidence("published", 100 * share, unit="percent", n=adoption.NUMBERS[-1], words=words)
    return Finding(evidence, found)


def share_rule(share, low, high):
    """Return the verdict of C05's rule on a share and its one-sided 95 % bounds below and above."""
    return rules.from_conditions(low > AT_LEAST and share >= MOST, high < MOST)


def c07():
    """Test when the flat model passed one half, on a logistic curve; organisation_surveys."""
    readings = adoption.majorities()
    rows = readings[readings["reading"] == adoption.BINOMIAL]
    low, high = rows["low"].min(), rows["high"].max()
    _, _, n = adoption.census()
    words = (
        f"On a logistic curve through the published shares ({adoption.respondents()} municipalities of "
        f"25,000-250,000 inhabitants in 2007, all {n} in 2010, and at most {1 - adoption.nineties():.0%} in "
        f"the late 1990s) the flat model passed one half between {rows['crossing_low'].min():.1f} and "
        f"{rows['crossing_high'].max():.1f}; with 95% intervals, for any of {rows['n_nineties'].min()} to "
        f"{rows['n_nineties'].max()} municipalities behind the figure of the 1990s, between {low:.1f} and "
        f"{high:.1f}. That is with binomial variance: the larger one that was registered (beta-binomial) "
        f"cannot be estimated from so few figures. {_other_readings(readings)} The figure of 2010 is a count "
        "of all web sites, whose number is n."
    )
    first = WINDOW[0]
    ends = (adoption.middle().crossing - first, low - first, high - first)
    evidence = Evidence("published", *ends, unit="years after 2000", n=n, words=words)
    return Finding(evidence, window_rule(low, high))


def _other_readings(readings):
    """Return which readings of what is not printed would put the date outside the window, in words."""
    outside = readings[[window_rule(low, high) != rules.SUPPORTED for low, high in _ends(readings)]]
    told = "; ".join(
        f"{row.reading}, {row.n_nineties} municipalities in the 1990s ({row.low:.1f} to {row.high:.1f})"
        for row in outside.itertuples()
    )
    return (
        f"Of {len(readings)} readings of what is not printed, {len(outside)} would not be within "
        f"{WINDOW[0]}-{WINDOW[1]}{': ' + told if told else ''}."
    )


def _ends(readings):
    return zip(readings["low"], readings["high"], strict=True)


def window_rule(low, high):
    """Return the verdict of C07's rule on the 95 % interval of the date of the majority."""
    return rules.from_conditions(WINDOW[0] <= low and high <= WINDOW[1], high < WINDOW[0] or low > WINDOW[1])


def c08():
    """Test the tilted share against its limits, as the split of flat models is not printed."""
    flat, _, n = adoption.census()
    words = (
        f"Of {n} municipalities {flat:.0%} had a flat organisation in 2010. How many of those were tilted "
        "(front office, back office, policy, outdoor units) and how many flat by policy field was counted "
        f"but is not printed where it could be read. So the tilted share lies between 0% and {flat:.0%} of "
        f"all municipalities, limits on both sides of the {MARGINAL:.0%} and {MASSIVE:.0%} of the rule. "
        "Flattening was massive; whether tilting was is not known. What would settle it: the split in the "
        "count of 2010, or the names of the main units of all municipalities in that year."
    )
    return Finding(Evidence("published", n=n, words=words), tilted_rule(0.0, flat))


def tilted_rule(low, high):
    """Return the verdict of C08's rule on the limits of the tilted share of all municipalities."""
    return rules.from_conditions(low >= MASSIVE, high < MARGINAL)
