"""The ledger: one row a claim, with its evidence, the verdict of its registered rule, and a sentence."""

import re
from functools import lru_cache
from importlib import import_module

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from gemeenten import inbox, paths, registry
from gemeenten.claims import rules
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
MODULES = (
    "models",
    "finance",
    "size",
    "marks",
    "marks_roles",
    "marks_quality",
    "marks_published",
    "untested",
)
PRIMARY = "primary"
ALPHA = 0.05
SAME_TEST = {"H3": "C29"}  # registered as one test: it counts once, and its correction holds for both


def ledger():
    """Return the claims with their verdicts, computed from the shipped tables and the imported marks.

    Holm's correction holds within the primary family, Benjamini-Hochberg's among the others, each over the
    claims whose primary test has a p-value. A verdict that rests on such a p-value and does not survive at
    .05 becomes weaker (`weaken`). Computed once for given tables and imports.

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

    Raises
    ------
    DataError
        If a registered claim has no function, or two.
    """
    found = {}
    for module in (import_module(f"gemeenten.claims.{name}") for name in MODULES):
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

    Parameters
    ----------
    p : Series of float
        p-values, missing where a claim has none.
    families : Series of str
        The family of each.
    """
    result = pd.Series(np.nan, index=p.index)
    for family, members in p.dropna().groupby(families):
        method = "holm" if family == PRIMARY else "fdr_bh"
        result[members.index] = multipletests(members, alpha=ALPHA, method=method)[1]
    return result


def weaken(verdict, p, p_adjusted):
    """Return the verdict after correction for the other tests of the family.

    Only a verdict that rests on a p-value below .05 that is not below it after correction changes: support
    becomes weak, contradiction inconclusive. Verdicts on counts, and contradictions whose own evidence is
    an interval inside the bounds, carry no such p-value.
    """
    lost = p < ALPHA <= p_adjusted
    weaker = {rules.SUPPORTED: rules.WEAK, rules.CONTRADICTED: rules.INCONCLUSIVE}
    return weaker.get(verdict, verdict) if lost else verdict


def sentence(found, verdict, p=np.nan, p_adjusted=np.nan):
    """Return the verdict in plain English with what it rests on: number, interval, n, tier.

    Parameters
    ----------
    found : Evidence
    verdict : str
        The verdict after caps and correction.
    p, p_adjusted : float
        Told where the correction changed the verdict.
    """
    if verdict == rules.UNTESTED:
        return f"Untested. What would settle it: {found.wanted or 'measured data'}."
    parts = [f"{verdict.capitalize()}.", found.words, *_figures(found)]
    if p < ALPHA <= p_adjusted:
        parts.append(
            f"The p-value of {p:.3f} becomes {p_adjusted:.3f} when the other tests of its family are counted."
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
    claims = registered()
    findings = [function() for function in functions().values()]
    evidence = [finding.evidence for finding in findings]
    for name in ("tier", "estimate", "low", "high", "unit", "n", "p"):
        claims[name] = [getattr(found, name) for found in evidence]
    claims["p_adjusted"] = _corrected(claims)
    verdicts = [rules.cap(f.verdict, f.evidence.tier, all_municipalities=False) for f in findings]
    rows = list(zip(evidence, verdicts, claims["p"], claims["p_adjusted"], strict=True))
    claims["verdict"] = [weaken(verdict, p, after) for _, verdict, p, after in rows]
    claims["sentence"] = [
        sentence(found, verdict, p, after)
        for (found, _, p, after), verdict in zip(rows, claims["verdict"], strict=True)
    ]
    return _emptied(claims)[[*COLUMNS, *APPENDED]]


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
    claims.loc[none, ["estimate", "low", "high", "p", "p_adjusted"]] = np.nan
    claims.loc[none, ["tier", "unit"]] = ""
    claims.loc[none, "n"] = 0
    return claims
