"""C31, whether service is good in spite of all reorganisations, from imported or shipped marks."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.claims import marks_data, rules
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.claims.marks_words import CAPPED, FEW, MARKS, capped_import, stated, weighting, years
from gemeenten.claims.regression import clustered
from gemeenten.designs import equivalence
from gemeenten.designs.wording import interval, number

GOOD, PASS, BAD = 6.5, 6.0, 6.0  # registered: mean at least 6.5 with marks of at least 6; a mean below 6
STRICT = 7.0
PASSING = 0.90
MARGIN = 0.20
UNIT = "mark (1-10)"
AROUND = 5  # years before and after a reorganisation that count as before and after


@stated
def c31():
    """Return whether (a) marks are good and (b) reorganisers did not lose more than .20; both are needed."""
    frame, indicator = marks_data.service()
    return shipped_quality() if frame is None else imported_quality(frame, indicator)


def imported_quality(frame, indicator):
    """Return the finding on C31 from imported marks as `marks_data.service` gives them."""
    mean, passing, strict, last = level(frame)
    rows, change = reorganisers(frame)
    ruled, tiers = _ruled(mean, passing, change)
    if "coded" in tiers:
        verdict = rules.cap(ruled, *tiers)
        told = CAPPED.get((ruled, verdict), "")
    else:
        verdict, told = capped_import(ruled, mean.n)
    words = (
        f"(a) The latest imported mark {indicator} of {mean.n} municipalities ({years(last)}) averages "
        f"{number(mean.estimate)}, {interval(*mean.ci95)}{weighting(last)}; "
        f"{number(100 * passing)}% of municipalities are at {PASS:.1f} or more and {number(100 * strict)}% "
        f"at {STRICT:.1f} or more. {_change_words(rows, change)}{told}"
    )
    evidence = replace(_mark(mean, "imported", words), p=_p(change), p_decides=(rules.SUPPORTED,))
    return Finding(evidence, verdict)


def _ruled(mean, passing, change):
    """Return the verdict of the registered rule, and the tiers it rests on."""
    if mean.estimate < BAD:
        return rules.CONTRADICTED, ("imported",)
    if change is None:
        return rules.INCONCLUSIVE, ("imported",)
    good = mean.estimate >= GOOD and passing >= PASSING
    no_loss = change.ci90[0] > -MARGIN
    loss = change.ci95[1] < 0 and change.estimate <= -MARGIN
    return rules.from_conditions(good and no_loss, loss), ("imported", "coded")


def level(frame):
    """Return the mean mark as a `Fit`, the shares at 6 and at 7 or more, and the rows they rest on.

    One row a municipality, its latest, weighted for participation.
    """
    last = frame.sort_values("year").groupby("code", as_index=False).tail(1)
    mean = clustered(last["mark"], np.ones(len(last)), last["code"], weights=last["weight"])
    shares = (float(np.average(last["mark"] >= bar, weights=last["weight"])) for bar in (PASS, STRICT))
    return mean, *shares, last


def reorganisers(frame):
    """Return the rows and the `Fit` of the change in mark after a documented switch of model.

    Two-way fixed effects (municipality, survey year). Switchers count with the marks of five years before
    and five years from the switch, not of the years between the two documented models or documented for
    both; stayers with the marks in the documented years of their one model. The fit is None with fewer than
    five of either.
    """
    switches = marks_data.documented_switches()
    moved = frame.merge(switches, on="code")
    after = moved["year"].between(moved["after"], moved["after"] + AROUND - 1)
    before = moved["year"].between(moved["before"] - AROUND + 1, moved["before"])
    moved["after_switch"] = np.where(after & ~before, 1.0, np.where(before & ~after, 0.0, np.nan))
    moved = moved.dropna(subset=["after_switch"])
    moved = moved[moved.groupby(["code", "after"])["after_switch"].transform("nunique") == 2]
    moved = moved[moved["after"] == moved.groupby("code")["after"].transform("max")]
    stayed = frame[frame["model"].notna() & ~frame["code"].isin(switches["code"])]
    stayed = stayed[stayed.groupby("code")["year"].transform("size") > 1].assign(after_switch=0.0)
    rows = pd.concat([moved, stayed], ignore_index=True)
    if min(moved["code"].nunique(), stayed["code"].nunique()) < FEW:
        return rows, None
    return rows, clustered(rows["mark"], rows["after_switch"], rows["code"], [rows["code"], rows["year"]])


def _change_words(rows, change):
    switched = rows.groupby("code")["after_switch"].max()
    counts = f"{int(switched.sum())} switchers and {int((switched == 0).sum())} stayers"
    if change is None:
        return (
            f"(b) Whether reorganisers lost cannot be told: marks from before and after a documented switch "
            f"exist for {counts}, with at least {FEW} of each needed."
        )
    return (
        f"(b) After a documented switch of model the mark changes by {number(change.estimate)} points, "
        f"{interval(*change.ci95)} ({counts}); the one-sided 95% bound, {number(change.ci90[0])}, is "
        f"judged against -{MARGIN:.2f}."
    )


def _p(change):
    if change is None:
        return np.nan
    return equivalence.non_inferiority(change.estimate, change.se, MARGIN, df=change.df).p_value


def shipped_quality():
    """Return the finding on C31 from the shipped marks: part (a) only, so inconclusive by the rule."""
    scores = tables.load("service_scores")
    own = (scores["instrument"] == "burgerpeiling") & (scores["role"] == "dienstverlening")
    doubtful = int((own & scores["quality"].notna()).sum())
    rows = scores[own & scores["quality"].isna()].sort_values("year_from")
    rows = rows.groupby("code", as_index=False).tail(1)
    mean = clustered(rows["score"], np.ones(len(rows)), rows["code"])
    known = rows["year_from"].dropna()
    words = (
        f"(a) The latest citizens' survey marks for service that could be found, of {mean.n} municipalities "
        f"all below 100,000 inhabitants ({known.min()}-{known.max()}), average {number(mean.estimate)}, "
        f"{interval(*mean.ci95)}, and {int((rows['score'] >= PASS).sum())} are at {PASS:.1f} or more; "
        f"{doubtful} marked as doubtful left out. {_national()} (b) No shipped mark is from "
        "before and after a documented reorganisation, and the rule needs both parts. "
        f"What would settle it: {MARKS}."
    )
    verdict = rules.from_conditions(False, mean.estimate < BAD)
    return Finding(_mark(mean, "survey", words), rules.cap(verdict, "survey"))


def _mark(mean, tier, words):
    return Evidence(tier, mean.estimate, *mean.ci95, *mean.ci90, unit=UNIT, n=mean.n, words=words)


def _national():
    """Return what is published of the whole country, as a sentence."""
    printed = tables.load("service_aggregates").query("group == 'national'").set_index("role")
    mark, share = printed.loc["waarderingscijfer"], printed.loc["pct_diensten_6_of_hoger"]
    return (
        f"Published for the country: a mean of {number(mark['score'], 2)} in {mark['year']}, and "
        f"{number(share['score'], 2)}% of services marked 6 or more in {share['year']}; neither is a share "
        "of municipalities."
    )
