"""What a discontinuity gives: rdrobust's numbers, and the sentence that says what they do and do not show."""

from dataclasses import dataclass

from gemeenten.designs.wording import evidence, interval, number, p_value

WIDE_IN_SD = 1.0  # an interval longer than this leaves jumps of half an SD open on either side
ORDERS = {0: "constant", 1: "linear", 2: "quadratic", 3: "cubic"}


@dataclass(frozen=True)
class Discontinuity:
    """The estimated jump of an outcome at a cutoff, with rdrobust's numbers unchanged.

    `estimate` and `ci_conventional` are the conventional ones; `ci_robust` and `p_robust` are the robust
    bias-corrected ones, centred on `estimate_corrected`. `bandwidth` (and `bandwidth_bias`, used for the bias
    correction) is in ln(x/cutoff) under ``log=True``, else in units of x; `span` gives it in units of x.
    `effective_left` and `effective_right` count the units within the bandwidth; `n_at_cutoff` those exactly
    at the cutoff (counted left unless `inclusive`); `n_repeated` the repeated values of x (mass points);
    `n_missing` the units left out for want of an outcome; `sd_outcome` is the SD of y over all units kept.
    """

    estimate: float
    estimate_corrected: float
    ci_robust: tuple
    ci_conventional: tuple
    se_conventional: float
    se_robust: float
    p_robust: float
    p_conventional: float
    bandwidth: float
    bandwidth_bias: float
    span: tuple
    n_left: int
    n_right: int
    effective_left: int
    effective_right: int
    n_at_cutoff: int
    n_repeated: int
    n_missing: int
    n_clusters: int | None
    sd_outcome: float
    cutoff: float
    level: float
    p: int
    notes: tuple

    @property
    def n(self):
        """Number of units on both sides."""
        return self.n_left + self.n_right

    @property
    def wide(self):
        """Whether the robust interval is longer than one SD of the outcome."""
        return self.ci_robust[1] - self.ci_robust[0] > WIDE_IN_SD * self.sd_outcome

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the jump, its robust interval, both effective n and what it does not show."""
        return " ".join([*self._numbers(what, unit), *self._cautions(), evidence(self.n, tier)])

    def _numbers(self, what, unit):
        size = f"{number(self.estimate)} {unit}".strip()
        bounds = " to ".join(number(edge) for edge in self.span)
        yield f"At the cutoff {number(self.cutoff)}, {what} differs by an estimated {size}"
        yield f"(local {ORDERS.get(self.p, f'order {self.p}')} fit, bandwidth {bounds});"
        yield f"the robust bias-corrected {interval(*self.ci_robust, self.level)} ({p_value(self.p_robust)})"
        centre, point = number(self.estimate_corrected), number(self.estimate)
        yield "is centred on it." if centre == point else f"is centred on {centre}, not on that estimate."
        yield f"Effective n is {self.effective_left} left and {self.effective_right} right of the cutoff."

    def _cautions(self):
        if self.ci_robust[0] <= 0 <= self.ci_robust[1]:
            yield "The interval includes zero, which is not evidence that there is no jump."
        if self.wide:
            length = (self.ci_robust[1] - self.ci_robust[0]) / self.sd_outcome
            yield f"It is wide ({number(length, 2)} SD of the outcome): moderate jumps either way stay open."
        yield from (f"Note: {note}." for note in self.notes)
        yield "Descriptive: it holds together everything that changes at the cutoff."
