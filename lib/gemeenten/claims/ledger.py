"""The ledger: one row a claim, with its evidence, the verdict of its registered rule, and a sentence."""

import re
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

import gemeenten.claims
from gemeenten import inbox, paths, registry
from gemeenten.claims import rules
from gemeenten.claims.kept import kept
from gemeenten.claims.registered import registered
from gemeenten.designs.wording import evidence as closing
from gemeenten.designs.wording import interval, number
from gemeenten.errors import DataError

COLUMNS = (
    "id",
    "statement",
    "tier",
    "estimate",
    "low",
    "high",
    "unit",
    "n",
    "verdict",
    "sentence",
    "notebook",
)
APPENDED = ("p", "p_adjusted", "family")
FIELDS = ("tier", "estimate", "low", "high", "unit", "n", "p")  # columns taken from the evidence as they are
PRIMARY = "primary"
ALPHA = 0.05
SAME_TEST = {"H3": "C29"}  # registered as one test: it counts once, and its correction holds for both


def ledger():
    """Return the claims with their verdicts, computed from the shipped tables and the imported marks.

    Holm's correction holds within the primary family of eight, whether or not all eight have been tested;
    Benjamini-Hochberg's among the others that have a p-value. A verdict that rests on a p-value and does not
    survive at .05 becomes inconclusive (`survived`). Computed once for given tables and imports.

    Returns
    -------
    pandas.DataFrame, one row a claim C01..C35, H1..H3
        Columns `COLUMNS`, then `APPENDED`. `low` and `high` bound the 95 % interval in `unit`; `p` is of
        the primary test and `p_adjusted` corrected for its `family`; missing where there is none.
    """
    registry_hash = registry.sha256((paths.data() / "registry.toml").read_bytes())
    return _computed(str(paths.root()), registry_hash, inbox.digest()).copy()


def functions():
    """Return the function of every claim, id -> function, in the registered order.

    They are found by name, `c01` to `c35` and `h1` to `h3`, in the module of this package that defines them.

    Raises
    ------
    DataError
        If a registered claim has no function, or two.
    """
    found = {}
    modules = sorted(name for _, name, _ in iter_modules(gemeenten.claims.__path__))
    for module in (import_module(f"gemeenten.claims.{name}") for name in modules):
        for name, function in vars(module).items():
            if re.fullmatch(r"[ch]\d+", name) and function.__module__ == module.__name__:
                if name.upper() in found:
                    raise DataError(f"claim {name.upper()}: has two functions; keep one")
                found[name.upper()] = function
    ids = list(registered()["id"])
    lacking = [claim for claim in ids if claim not in found]
    if lacking:
        raise DataError(f"claims {', '.join(lacking)}: no function; write one in gemeenten.claims")
    return {claim: found[claim] for claim in ids}


def adjusted(p, families):
    """Return p-values corrected within their family: Holm in the primary one, Benjamini-Hochberg elsewhere.

    A member of the primary family that has not been tested counts as if its p-value were one: the family was
    registered as a whole, so that the correction of one test does not depend on which others have data.

    Parameters
    ----------
    p : Series of float
        p-values, missing where a claim has none.
    families : Series of str
        The family of each.
    """
    result = pd.Series(np.nan, index=p.index)
    for family, members in p.groupby(families):
        counted = members.fillna(1.0) if family == PRIMARY else members.dropna()
        if len(counted):
            method = "holm" if family == PRIMARY else "fdr_bh"
            result[counted.index] = multipletests(counted, alpha=ALPHA, method=method)[1]
    return result.where(p.notna())


def survived(verdict, p_adjusted, p_decides=(rules.SUPPORTED, rules.CONTRADICTED)):
    """Return the verdict after correction for the other tests of the family.

    A verdict that rests on a p-value (`Evidence.p_decides`; weak support where support does) which is not
    below .05 after correction becomes inconclusive: the direction is not established then. Verdicts on
    counts have no p-value.
    """
    decides = {*p_decides, *((rules.WEAK,) if rules.SUPPORTED in p_decides else ())}
    return rules.INCONCLUSIVE if p_adjusted >= ALPHA and verdict in decides else verdict


def sentence(found, verdict, p_adjusted=np.nan, lost=False):
    """Return the verdict in plain English with what it rests on: number, interval, n, tier.

    Parameters
    ----------
    found : Evidence
    verdict : str
        The verdict after caps and correction.
    p_adjusted : float
        The corrected p-value, told where it is what keeps the test from deciding.
    lost : bool
        Whether the correction took away the verdict of the rule.
    """
    if verdict == rules.UNTESTED:
        return f"Untested. What would settle it: {found.wanted or 'measured data'}."
    parts = [f"{verdict.capitalize()}.", found.words, *_figures(found)]
    if p_adjusted >= ALPHA and (found.p < ALPHA or lost):
        parts.append(
            f"The p-value of {found.p:.3f} becomes {p_adjusted:.3f} when the other tests of its family are "
            "counted."
        )
    return f"{' '.join(parts)} {closing(found.n, found.tier)}"


def _figures(found):
    """Yield the estimate and its interval where the words do not carry them already."""
    if np.isfinite(found.estimate) and number(found.estimate) not in found.words:
        yield f"Estimate: {number(found.estimate)} {found.unit}."
    if np.isfinite(found.low) and np.isfinite(found.high) and number(found.low) not in found.words:
        yield f"{interval(found.low, found.high)[:1].upper()}{interval(found.low, found.high)[1:]}."


@lru_cache(maxsize=4)
def _computed(_root, _registry_hash, _inbox_digest):
    return kept(lambda: assemble(registered(), [function() for function in functions().values()]))


def assemble(claims, findings):
    """Return the ledger of some findings: capped, corrected for the family, put in words.

    Parameters
    ----------
    claims : DataFrame
        As `registered` gives them.
    findings : sequence of Finding
        One a row of `claims`. What rests on simulated data becomes untested here, whatever its verdict
        says, and its p-value counts for no family.
    """
    evidence = [finding.evidence for finding in findings]
    capped = [rules.cap(f.verdict, f.evidence.tier, all_municipalities=False) for f in findings]
    cells = {name: [getattr(found, name) for found in evidence] for name in FIELDS}
    claims = _emptied(claims.assign(verdict=capped, **cells))
    claims["p_adjusted"] = _corrected(claims)
    after = list(zip(evidence, capped, claims["p_adjusted"], strict=True))
    claims["verdict"] = [survived(verdict, p, found.p_decides) for found, verdict, p in after]
    claims["sentence"] = [
        sentence(found, verdict, p, lost=verdict != before)
        for (found, before, p), verdict in zip(after, claims["verdict"], strict=True)
    ]
    return claims[[*COLUMNS, *APPENDED]]


def _corrected(claims):
    """Return the corrected p-values; a claim that shares another's test takes over its correction."""
    p = claims.set_index("id")["p"]
    own = adjusted(p.where(~p.index.isin(SAME_TEST)), claims.set_index("id")["family"])
    for claim, same in SAME_TEST.items():
        own[claim] = own[same]
    return own.to_numpy()


def _emptied(claims):
    """Return the claims with nothing but the verdict and sentence where they are untested."""
    none = claims["verdict"] == rules.UNTESTED
    claims.loc[none, ["estimate", "low", "high", "p"]] = np.nan
    claims.loc[none, ["tier", "unit"]] = ""
    claims.loc[none, "n"] = 0
    return claims
