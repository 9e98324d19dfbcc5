"""What the measures of agreement return; `gemeenten.designs.agreement` computes them."""

import math
from dataclasses import dataclass

from gemeenten.designs import wording

#: Krippendorff 2004, p. 241: rely on codes with alpha of .800 or more, conclude tentatively from .667 on.
RELIABLE, TENTATIVE = 0.800, 0.667

#: An interval wider than this is called wide: it is that from tentative to above reliable, and more.
WIDE = 0.2


class _Agreement:
    def __float__(self):
        """Return the coefficient alone."""
        return self.estimate

    @property
    def ci(self):
        """The interval (low, high)."""
        return self.low, self.high

    def _interval(self):
        ends = wording.interval(self.low, self.high, self.confidence)
        return ends + (", which is wide" if self.high - self.low > WIDE else "")


@dataclass(frozen=True)
class Alpha(_Agreement):
    """Krippendorff's alpha with its bootstrap interval over units.

    1 is perfect agreement, 0 that of chance, below 0 worse than chance. ``n`` units had two ratings or more,
    out of ``n_given``; they hold ``ratings`` ratings by ``coders`` coders. ``p_unreliable`` is the share of
    bootstrap draws below .800. ``undefined`` draws held one code only; they are left out.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    measurement: str
    p_unreliable: float
    n: int
    n_given: int
    coders: int
    ratings: int
    codes: tuple
    draws: int
    undefined: int

    @property
    def alpha(self):
        """The coefficient under its own name."""
        return self.estimate

    @property
    def reading(self):
        """How far the codes can be relied on by the point estimate (Krippendorff 2004, p. 241)."""
        if self.estimate >= RELIABLE:
            return "reliable"
        return "good for tentative conclusions only" if self.estimate >= TENTATIVE else "not reliable"

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units coded."""
        units = f"{self.n:,} {unit or 'units'}"
        return (
            f"Krippendorff's {self.measurement} alpha of {self.coders} coders of {what} on {units} with two "
            f"ratings or more is {wording.number(self.estimate)} ({self._interval()}): {self.reading} by the "
            f"usual limit of {RELIABLE:.3f}, {self._doubt()} {wording.evidence(self.n, tier)}."
        )

    def _doubt(self):
        if self.low == self.high:
            return "although with so little variation between units the bootstrap shows no sampling error"
        side = "below" if self.estimate >= RELIABLE else "at or above"
        share = self.p_unreliable if self.estimate >= RELIABLE else 1 - self.p_unreliable
        undefined = f", {self.undefined} draws with one code only left out" if self.undefined else ""
        return f"with {share:.1%} of {self.draws:,} bootstrap draws {side} it{undefined}"


@dataclass(frozen=True)
class Kappa(_Agreement):
    """Cohen's kappa of two coders or Fleiss' of several, with its interval.

    ``observed`` is the raw agreement and ``expected`` that of chance, so that the coefficient is (observed -
    expected) / (1 - expected). ``se`` is asymptotic for Cohen's and of the bootstrap for Fleiss'.
    """

    kind: str
    estimate: float
    se: float
    low: float
    high: float
    confidence: float
    observed: float
    expected: float
    n: int
    coders: int
    undefined: int

    @property
    def kappa(self):
        """The coefficient under its own name."""
        return self.estimate

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units coded."""
        exact = ", of no width since all units agree alike" if self.low == self.high else ""
        undefined = (
            f", {self.undefined} bootstrap draws with one code only left out" if self.undefined else ""
        )
        return (
            f"{self.kind} kappa of {self.coders} coders of {what} on {self.n:,} {unit or 'units'} is "
            f"{wording.number(self.estimate)} ({self._interval()}{exact}{undefined}); they agree on "
            f"{self.observed:.1%}, where chance gives {self.expected:.1%} {wording.evidence(self.n, tier)}."
        )


def clipped(value):
    """Return a coefficient cut to the range it can take, [-1, 1]."""
    return math.nan if math.isnan(value) else min(max(float(value), -1.0), 1.0)
