"""The result of a threshold regression, and how it is put in words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs import wording
from gemeenten.designs.threshold_set import observed_value
from gemeenten.errors import DesignError

# A confidence set with more than this share of the candidates does not locate a step.
_WIDE = 0.5
# From this factor on, either way, noise near the threshold is uneven enough to give the scaled set as well.
_UNEVEN = 1.25


@dataclass(frozen=True, eq=False)
class ThresholdFit:
    """A fitted threshold regression; low regime q <= threshold, high regime q > threshold.

    Attributes
    ----------
    threshold : float
        Observed value of q at which the sum of squares is smallest.
    ci, ci_set, disconnected : (low, high), tuple of (low, high), bool
        Ends of the confidence set, the runs of neighbouring candidates in it, and whether there are several.
    at_edge : bool
        Whether the set reaches the first or last candidate: it may then extend beyond the search.
    level, critical_value : float
        Level of every interval here, and c(level) with which LR is compared.
    sse, sse_linear : float
        Sum of squared residuals with the threshold and without.
    n, n_low, n_high : int
        Units, and units in either regime.
    coef_low, coef_high, se_low, se_high : ndarray, shape (1 + k,)
        Coefficients, constant first, with HC3 standard errors (NaN when a unit has leverage 1).
    jump, jump_se, jump_ci, jump_ci_union
        Mean shift only, else None: high minus low mean; its HC3 standard error; its interval as if the
        threshold were known; and the union of those intervals over the thresholds of the 80 % set, as
        Hansen (2000) proposes for slopes.
    eta2, ci_robust : float, (low, high)
        Scale for heteroskedasticity, and the ends of the set of LR* = LR / eta2; NaN if not estimable.
    robust : str
        "no", "kernel" or "quadratic": what `ci`, `ci_set` and `profile` rest on.
    trim, searched, skipped : float, (low, high), int
        Smallest share in a regime; lowest and highest candidate; candidates left out as collinear.
    search_end : float
        First observed q above the highest candidate: any value below it splits the units as that candidate
        does.
    profile : DataFrame
        One row a candidate, rising: threshold, sse, lr (scaled if `robust`), in_set.
    """

    threshold: float
    ci: tuple
    ci_set: tuple
    disconnected: bool
    at_edge: bool
    level: float
    critical_value: float
    sse: float
    sse_linear: float
    n: int
    n_low: int
    n_high: int
    coef_low: np.ndarray
    coef_high: np.ndarray
    se_low: np.ndarray
    se_high: np.ndarray
    jump: float | None
    jump_se: float | None
    jump_ci: tuple | None
    jump_ci_union: tuple | None
    eta2: float
    ci_robust: tuple
    robust: str
    trim: float
    searched: tuple
    search_end: float
    skipped: int
    profile: pd.DataFrame

    def searched_includes(self, value):
        """Return whether the split of the units at `value` was among those tried."""
        return bool(self.searched[0] <= value < self.search_end)

    def set_includes(self, value):
        """Return whether `value` is in the confidence set.

        A value between two observed ones splits the units as the observed one below it does, and is judged
        by that.

        Raises
        ------
        DesignError
            If `value` was not searched: the data were then not asked.
        """
        if not self.searched_includes(value):
            low, high = self.searched
            raise DesignError(f"value: {value:,g} was not searched ({low:,g} to {high:,g} was); lower trim")
        row = np.searchsorted(self.profile["threshold"].to_numpy(), value, side="right") - 1
        return bool(self.profile["in_set"].iloc[row])

    def sentence(self, what="the outcome", unit="", tier="not stated", value=None):
        """Return the result in plain English; `value` adds whether it was searched and is in the set."""
        parts = [
            f"If {self._change(what)}, it lies best at {observed_value(self.threshold)}, "
            f"{self._set_in_words()}; {self._regimes_in_words(f' {unit}' if unit else '')}.",
            self._caveats(),
            "" if value is None else self._about(value),
            f"Whether there is one is for the test {wording.evidence(self.n, tier)}.",
        ]
        return " ".join(part for part in parts if part)

    def _change(self, what):
        if self.jump is None:
            return f"the regression of {what} changes at one threshold"
        return f"{what} takes one step"

    def _set_in_words(self):
        ends = f"{self.level * 100:g}% interval {observed_value(self.ci[0])} to {observed_value(self.ci[1])}"
        return f"{ends}, in {len(self.ci_set)} separate pieces" if self.disconnected else ends

    def _regimes_in_words(self, unit):
        if self.jump is None:
            return f"{self.n_low:,} units lie at or below it and {self.n_high:,} above"
        low, high = wording.number(self.coef_low[0]), wording.number(self.coef_high[0])
        union = wording.interval(*self.jump_ci_union, self.level)
        return (
            f"the mean is {low}{unit} for the {self.n_low:,} units at or below it and {high}{unit} for the "
            f"{self.n_high:,} above, a jump of {wording.number(self.jump)}{unit} ({union})"
        )

    def _caveats(self):
        """Return what limits the reading: a wide set, uneven noise, a set cut off by the search."""
        share = self.profile["in_set"].mean()
        wide = f"The set holds {share:.0%} of the thresholds searched, so these data hardly locate it."
        low, high = (observed_value(end) for end in self.searched)
        edge = f"The set reaches the end of the search ({low} to {high}) and may go on beyond it."
        uneven = self.robust == "no" and not 1 / _UNEVEN < self.eta2 < _UNEVEN
        return " ".join([wide] * bool(share > _WIDE) + [self._scaled()] * uneven + [edge] * self.at_edge)

    def _scaled(self):
        if not self.eta2 > 0:
            return "Whether the noise near it is larger than elsewhere could not be estimated."
        low, high = (observed_value(end) for end in self.ci_robust)
        return (
            f"The variance near it is {wording.number(self.eta2)} times the average; "
            f"allowing for that the interval is {low} to {high}."
        )

    def _about(self, value):
        told = observed_value(value)
        low, high = (observed_value(end) for end in self.searched)
        if not self.searched_includes(value):
            return f"{told} lies outside the search ({low} to {high}): nothing is said about it."
        verb = "is" if self.set_includes(value) else "is not"
        return f"{told} lies within the search ({low} to {high}) and {verb} in the set."
