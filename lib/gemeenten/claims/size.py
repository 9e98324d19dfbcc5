"""Claims on the boundary at 100,000 inhabitants: C10 (most lie below it) and C12 (it is a step)."""

from gemeenten.claims import marks_data, rules, size_data
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.claims.marks_words import stated
from gemeenten.claims.size_gradients import step_table
from gemeenten.claims.size_outcomes import BY_NAME
from gemeenten.claims.size_shares import PERIOD, shares
from gemeenten.claims.size_steps import FEWEST, NEAR, discontinuities, near_large, steps
from gemeenten.designs.wording import interval, number, p_value
from gemeenten.inhabitants import LARGE

GREAT = 90.0  # % of municipalities; registered
NOT_GREAT = 75.0
TO = 2010  # registered: every year to 2010

STAND_IN = "overhead_share"  # chosen before any outcome was tested: closest to the organisation itself


def c10():
    """Return whether 90 % of municipalities had up to 100,000 inhabitants every year to 2010: a count.

    Tables: population, municipalities.
    """
    frame = shares(*PERIOD)
    judged, later = frame[frame["year"] <= TO], frame[frame["year"] > TO]
    supports = (judged["share_up_to"] >= GREAT).all()
    verdict = rules.from_conditions(supports, (judged["share_up_to"] < NOT_GREAT).any())
    least = judged.loc[judged["share_up_to"].idxmin()]
    people = later[later["exact"]].iloc[-1]
    bounded = judged[~judged["exact"]]
    words = (
        f"Of {least['municipalities']:,} municipalities on 1 January {least['year']}, the least favourable "
        f"year to {TO}, at least {number(least['share_up_to'])}% had up to 100,000 inhabitants. Counted in "
        f"{_years(judged[judged['exact']])}; for {_years(bounded)} every municipality ever seen above "
        f"100,000 around it ({bounded['large'].max()}) counts as large in all years; other years from "
        f"{PERIOD[0]} have no count. Since then the share fell to {number(later['share_up_to'].min())}%, and "
        f"{number(people['inhabitants_up_to'])}% of the inhabitants lived there in {people['year']}: a great "
        "majority of municipalities, not of people. A count of all, so there is no interval."
    )
    evidence = Evidence(
        "census",
        float(least["share_up_to"]),
        unit="% of municipalities",
        n=int(least["municipalities"]),
        words=words,
    )
    return Finding(evidence, verdict)


def _years(frame):
    first, last = int(frame["year"].min()), int(frame["year"].max())
    return str(first) if first == last else f"{first}-{last}"


def c12():
    """Return whether 100,000 is a step: sup-F (5 % trim, wild bootstrap) and Hansen's set for the cut-off.

    On imported marks for service when there are enough; otherwise on overhead as a share of costs, which
    the rule does not name: then the verdict is capped. Tables: population, accounts, polling_places.
    """
    rows = imported_marks()
    return shipped_step() if rows is None else imported_step(rows)


@stated
def imported_step(rows):
    """Return the finding on C12 from imported marks, a row a municipality as `imported_marks` gives them."""
    found = steps(rows)
    words = (
        f"On the imported service marks (1-10, {_years(rows)}, year means taken out; inhabitants of the "
        f"latest wave), {_told(found)}"
    )
    return Finding(_evidence(found, "imported", words), found.verdict)


def shipped_step():
    """Return the finding on C12 from the stand-in, overhead as a share of costs; the verdict is capped."""
    frame = size_data.panel()
    rows = size_data.cross_section(STAND_IN, frame)
    found, outcome = steps(rows), BY_NAME[STAND_IN]
    verdict = stand_in(found.verdict)
    capped = "" if verdict == found.verdict else f" The rule alone would say {found.verdict}; capped so."
    words = (
        f"The registered outcomes are not at hand: service marks have to be imported, and the model is "
        f"documented for {_documented(frame)} municipalities since {size_data.FIRST}, fewer than the "
        f"{FEWEST} needed to look for a step. A stand-in, {outcome.label} ({outcome.year} accounts), can "
        f"make the claim weakly supported or inconclusive at most.{capped} For it {_told(found)} "
        f"{_jump(rows, found)} {_others(frame)}"
    )
    return Finding(_evidence(found, outcome.tier, words), verdict)


def stand_in(verdict):
    """Return the strongest verdict that an outcome allows which the registered rule does not name.

    Another outcome may have a step where the registered ones have none, and the other way round. So it
    counts as a convenience sample does (`rules.cap`): support is weak, contradiction inconclusive.
    """
    return {rules.SUPPORTED: rules.WEAK, rules.CONTRADICTED: rules.INCONCLUSIVE}.get(verdict, verdict)


def imported_marks():
    """Return the imported service marks, a row a municipality; None when fewer than 60, or none is large.

    Returns
    -------
    pandas.DataFrame or None
        `code`, `y` (mean of the marks less the mean of their year, points), `inhabitants` and `year` of the
        latest wave. Waves of a municipality from the other side of 100,000 than its latest are left out: a
        mean over both sides would blur a step there.
    """
    frame, _ = marks_data.service()
    if frame is None:
        return None
    rows = frame.dropna(subset=["population"])
    rows = rows.assign(y=rows["mark"] - rows.groupby("year")["mark"].transform("mean"))
    rows = rows.sort_values("year")
    large = rows["population"] > LARGE
    rows = rows[large == large.groupby(rows["code"]).transform("last")]
    places = rows.groupby("code", as_index=False).agg(
        y=("y", "mean"), inhabitants=("population", "last"), year=("year", "last")
    )
    enough = len(places) >= FEWEST and (places["inhabitants"] > LARGE).any()
    return places if enough else None


def _documented(frame):
    """Return how many municipalities have a documented directie or sector model in a year of the panel."""
    known = marks_data.documented_models().merge(frame[size_data.KEY], on=size_data.KEY)
    return known.loc[known["model"].isin(["directie", "sectoren"]), "code"].nunique()


def _evidence(found, tier, words):
    low, high = found.fit.ci
    return Evidence(
        tier, found.fit.threshold, low, high, unit="inhabitants", n=found.n, p=found.test.p_value, words=words
    )


def _told(found):
    """Return the threshold regression in words: test, threshold, set, and step against curve."""
    low, high = (f"{end:,.0f}" for end in found.fit.ci)
    wider = " to ".join(f"{end:,.0f}" for end in found.fit.ci_robust)
    holds = "holds" if found.holds_large else "does not hold"
    gaps = ", with gaps in it" if found.fit.disconnected else ""
    gap = found.rivals.step_minus_smooth
    return (
        f"the sup-F test against a line in ln(inhabitants) gives {p_value(found.test.p_value)}; the "
        f"threshold lies best at {found.fit.threshold:,.0f} inhabitants, 95% set {low} to {high}{gaps} "
        f"({wider} allowing for uneven variance), which {holds} 100,000 (the rule wants it within "
        f"{NEAR[0]:,} to {NEAR[1]:,}). BIC of a step less that of a curve: {number(gap)}."
    )


def _jump(rows, found):
    """Return the jump at 100,000 as description: beside a curve, local linear, permuted, placebos."""
    table = discontinuities(rows)
    here, placebos = table[~table["placebo"]].iloc[0], table[table["placebo"] & (table["reason"] == "")]
    near = near_large(rows)
    hits = int((placebos["p_value"] < 0.05).sum())
    return (
        f"At 100,000 itself overhead differs by {number(found.jump.estimate)} percentage points "
        f"({interval(*found.jump.ci95)}) given a curve in size, by {number(here['estimate'])} in a local "
        f"linear fit ({interval(here['low'], here['high'])}; with an effective n of "
        f"{here['effective_left']:.0f} and {here['effective_right']:.0f} it rejects too often), and by "
        f"{number(near.difference)} between the {near.n_left} just below and {near.n_right} just above "
        f"(permutation {p_value(near.p_value)}); {hits} of {len(placebos)} placebo cutoffs reject. Council "
        "seats change there too, so no jump could be laid to one cause."
    )


def _others(frame):
    """Return what the rule would say of all other outcomes of the panel that can be tested, as a sentence."""
    table = step_table(frame)
    tested = table[(table["reason"] == "") & (table["name"] != STAND_IN)]
    counts = tested["rule"].value_counts()
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return (
        f"Of the {len(tested)} other outcomes of the panel that can be tested, the rule alone would call the "
        f"claim {told}; {int(tested['set_is_near'].sum())} have their set within {NEAR[0]:,} to {NEAR[1]:,}."
    )
