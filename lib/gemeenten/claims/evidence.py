"""What a claim rests on, and what was found: the two values every claim function returns."""

import math
from dataclasses import dataclass

NAN = math.nan


@dataclass(frozen=True)
class Evidence:
    """What the registered test of one claim found.

    Attributes
    ----------
    tier : str
        Evidence tier (`gemeenten.registry.TIERS`); empty when the claim is untested.
    estimate, low, high : float
        The estimate and its 95 % interval, in `unit`; NaN where there is none.
    low90, high90 : float
        The 90 % interval, which equivalence tests and the contradiction rules use.
    unit : str
        Unit of the estimate, for instance "points" or "percentage points".
    n : int
        Municipalities, or what `words` says the count is of.
    p : float
        p-value of the primary test (TOST: the larger one-sided p); NaN where the rule uses none.
    p_decides : tuple of str
        The verdicts that rest on `p`, so that the correction for the other tests can undo them. A
        contradiction because the interval lies inside the bounds does not rest on the p-value of a
        difference, nor one by a count: leave "contradicted" out then.
    words : str
        What was found and what it rests on, in plain English with the numbers and years in it.
    wanted : str
        For an untested claim: the data that would settle it.
    """

    tier: str
    estimate: float = NAN
    low: float = NAN
    high: float = NAN
    low90: float = NAN
    high90: float = NAN
    unit: str = ""
    n: int = 0
    p: float = NAN
    p_decides: tuple = ("supported", "contradicted")
    words: str = ""
    wanted: str = ""

    @property
    def ci95(self):
        """The 95 % interval as (low, high)."""
        return (self.low, self.high)

    @property
    def ci90(self):
        """The 90 % interval as (low, high)."""
        return (self.low90, self.high90)


@dataclass(frozen=True)
class Finding:
    """The evidence on one claim and the verdict its registered rule gives (`rules.VERDICTS`)."""

    evidence: Evidence
    verdict: str


def untested(tier="", wanted=""):
    """Return the finding of a claim that no data at hand can test.

    Parameters
    ----------
    tier : str
        Kept empty in the ledger; there is no evidence to have a tier.
    wanted : str
        The data that would settle the claim: which archive, survey or table.
    """
    return Finding(Evidence(tier=tier, wanted=wanted), "untested")
