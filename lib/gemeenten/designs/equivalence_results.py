"""What a test of equivalence or of non-inferiority returns, and how it is put in words."""

from dataclasses import dataclass

from gemeenten.designs import wording


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests of one effect; estimate, bounds and intervals in the unit of the outcome.

    ``ci90`` is the 1 - 2 alpha and ``ci95`` the 1 - alpha interval (named for alpha = .05), ``p_value`` the
    larger of ``p_low`` and ``p_high``, ``p_difference`` the two-sided test of an effect of zero, ``df``
    infinite for the normal; any symmetric bound above ``smallest_bound`` would have been confirmed.
    """

    estimate: float
    se: float
    df: float
    bound_low: float
    bound_high: float
    t_low: float
    t_high: float
    p_low: float
    p_high: float
    p_value: float
    ci90: tuple[float, float]
    ci95: tuple[float, float]
    p_difference: float
    smallest_bound: float
    alpha: float
    n: int | None

    @property
    def equivalent(self):
        """Whether the effect is shown to lie within the bound, at level alpha."""
        return bool(self.p_value < self.alpha)

    @property
    def different(self):
        """Whether the effect is shown to differ from zero, at level alpha."""
        return bool(self.p_difference < self.alpha)

    @property
    def decision(self):
        """Both tests in words: the four outcomes of Lakens 2017."""
        if self.equivalent:
            return "different and equivalent" if self.different else "equivalent within the bound"
        return "different and not shown to be equivalent" if self.different else "not shown to be equivalent"

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        bound = f"bound {wording.number(self.bound_low)} to {_told(self.bound_high, unit)}"
        return (
            f"The difference in {what} is {_told(self.estimate, unit)} "
            f"({wording.interval(*self.ci90, level=1 - 2 * self.alpha)}; "
            f"{wording.interval(*self.ci95, level=1 - self.alpha)}): {self.decision} ({bound}; "
            f"{wording.p_value(self.p_value)}, the larger of two one-sided tests); these data confirm a "
            f"symmetric bound only above {_told(self.smallest_bound, unit)} {_evidence(self.n, tier)}."
        )


@dataclass(frozen=True)
class NonInferiority:
    """A one-sided test that an effect is not worse than a margin.

    ``limit`` is the one-sided 1 - alpha limit on the unfavourable side; any margin above ``smallest_margin``
    would have been confirmed.
    """

    estimate: float
    se: float
    df: float
    margin: float
    t: float
    p_value: float
    limit: float
    smallest_margin: float
    alpha: float
    n: int | None

    @property
    def non_inferior(self):
        """Whether the effect is shown not to be worse than the margin, at level alpha."""
        return bool(self.p_value < self.alpha)

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        limit = f"one-sided {(1 - self.alpha) * 100:g}% limit {_told(self.limit, unit)}"
        verdict = "non-inferior" if self.non_inferior else "not shown to be non-inferior"
        return (
            f"The difference in {what} is {_told(self.estimate, unit)} ({limit}): {verdict} by "
            f"a margin of {_told(self.margin, unit)} ({wording.p_value(self.p_value)}); these data confirm a "
            f"margin only above {_told(self.smallest_margin, unit)} {_evidence(self.n, tier)}."
        )


def _told(value, unit):
    return f"{wording.number(value)} {unit}".strip()


def _evidence(n, tier):
    return wording.evidence(n, tier) if n else wording.evidence(0, tier).replace("n = 0", "n not stated")
