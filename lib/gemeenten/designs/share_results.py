"""What the estimates of shares return; `gemeenten.designs.shares` computes them."""

import math
from dataclasses import dataclass

from gemeenten.designs import wording

#: An interval wider than a fifth of all units is called wide.
WIDE = 0.2


class _WithInterval:
    @property
    def ci(self):
        """The interval (low, high)."""
        return self.low, self.high

    def _told(self):
        if math.isnan(self.low):
            return "no interval without the number of units"
        ends = f"{self.level * 100:g}% interval {_percent(self.low)} to {_percent(self.high)}"
        return ends + (", which is wide" if self.high - self.low > WIDE else "")


@dataclass(frozen=True)
class Share(_WithInterval):
    """A share k / n with its interval, between 0 and 1."""

    k: int
    n: int
    estimate: float
    low: float
    high: float
    level: float
    method: str

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units counted."""
        return (
            f"The share of {what} is {_percent(self.estimate)} ({self.k:,} of {_units(self.n, unit)}; "
            f"{self._told()}) {wording.evidence(self.n, tier)}."
        )


@dataclass(frozen=True)
class Difference(_WithInterval):
    """Share 1 less share 2 with Newcombe's interval and Fisher's exact two-sided p-value."""

    k1: int
    n1: int
    k2: int
    n2: int
    share1: float
    share2: float
    estimate: float
    low: float
    high: float
    level: float
    p_value: float

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units counted."""
        first = f"{_percent(self.share1)} ({self.k1:,} of {_units(self.n1, unit)})"
        second = f"{_percent(self.share2)} ({self.k2:,} of {_units(self.n2, unit)})"
        return (
            f"The share of {what} is {first} against {second}, a difference of "
            f"{100 * self.estimate:.1f} percentage points ({self._told()}; "
            f"Fisher's exact {wording.p_value(self.p_value)}) {wording.evidence(self.n1 + self.n2, tier)}."
        )


@dataclass(frozen=True)
class Bounds:
    """Limits that a total puts on the shares of a group and of the rest; arithmetic, no sampling error.

    ``total_low`` and ``total_high`` count the units with the trait in the total; they are whole numbers only
    if the share is one of whole units.
    """

    total_low: float
    total_high: float
    n_total: int
    n_group: int
    group_low: float
    group_high: float
    rest_low: float
    rest_high: float
    difference_low: float
    difference_high: float

    @property
    def low(self):
        """The lowest share that the group can have."""
        return self.group_low

    @property
    def high(self):
        """The highest share that the group can have."""
        return self.group_high

    @property
    def group(self):
        """The limits (low, high) within the group."""
        return self.group_low, self.group_high

    @property
    def rest(self):
        """The limits (low, high) within the rest."""
        return self.rest_low, self.rest_high

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units counted."""
        ends = dict.fromkeys((self.total_low, self.total_high))
        if all(float(end).is_integer() for end in ends):
            total = " to ".join(f"{end:,}" for end in ends)
        else:
            total = " to ".join(_percent(end / self.n_total) for end in ends)
        group = f"between {_percent(self.group_low)} and {_percent(self.group_high)}"
        rest = f"between {_percent(self.rest_low)} and {_percent(self.rest_high)}"
        said = "do not say" if self.difference_low <= 0 <= self.difference_high else "say"
        return (
            f"With {total} of {_units(self.n_total, unit)} in all, the share of {what} lies {group} in the "
            f"group of {self.n_group:,} and {rest} in the rest: limits of arithmetic, which {said} in which "
            f"of the two it is higher {wording.evidence(self.n_total, tier)}."
        )


@dataclass(frozen=True)
class Corrected(_WithInterval):
    """A share corrected for misclassified units; `clipped` if it had to be cut to [0, 1].

    The interval is NaN when the number of units is unknown.
    """

    observed: float
    estimate: float
    low: float
    high: float
    level: float
    sensitivity: float
    specificity: float
    clipped: bool
    n: int | None

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        told, cut = (
            self._told(),
            ", cut off there since no share lies beyond," if self.clipped else "",
        )
        if self.high == 0 or self.low == 1:
            told = "no share fits both these codes and these error rates"
        evidence = wording.evidence(self.n or 0, tier).replace("n = 0", "n not stated")
        return (
            f"The share of {what} is {_percent(self.observed)} as coded and {_percent(self.estimate)}{cut} "
            f"({told}) once corrected for coding with sensitivity {self.sensitivity:g} and "
            f"specificity {self.specificity:g} {evidence}."
        )


def _units(n, unit):
    return f"{n:,} {unit}".strip()


def _percent(share):
    return f"{100 * share:.1f}%"
