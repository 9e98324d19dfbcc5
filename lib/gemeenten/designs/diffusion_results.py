"""What the estimates of diffusion return; `gemeenten.designs.diffusion` computes them."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from gemeenten.designs import wording

#: Below this p-value the shares are said not to lie on one curve.
POOR_FIT = 0.05

#: A crossing dated to more than a decade is called wide.
WIDE = 10.0


@dataclass(frozen=True)
class Curve:
    """A logistic curve logit(share) = intercept + slope (year - centre) through published shares.

    ``crossing`` is the year in which the curve equals ``at``; ``low`` and ``high`` are its profile-likelihood
    interval, infinite when a flat curve is not ruled out. ``slope`` is on the logit scale a year. ``p_flat``
    tests a flat curve, ``p_fit`` that the shares lie on one curve (NaN with two shares only). ``census``
    holds the years whose share covers all units.
    """

    years: tuple[float, ...]
    shares: tuple[float, ...]
    n: tuple[float, ...]
    at: float
    level: float
    census: tuple[float, ...]
    centre: float
    intercept: float
    slope: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    crossing: float
    low: float
    high: float
    p_flat: float
    p_fit: float

    @property
    def ci(self):
        """The interval (low, high) of the crossing."""
        return self.low, self.high

    @property
    def slope_se(self):
        """The standard error of the slope."""
        return math.sqrt(self.covariance[1][1])

    @property
    def rising(self):
        """Whether the fitted share goes up."""
        return self.slope > 0

    @property
    def bounded(self):
        """Whether the shares date the crossing at all, at this level."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def at_years(self, years):
        """Return the fitted share and its pointwise interval, a DataFrame (year, share, low, high)."""
        years = np.atleast_1d(np.asarray(years, dtype=float))
        design = np.column_stack([np.ones_like(years), years - self.centre])
        eta = design @ (self.intercept, self.slope)
        se = np.sqrt(np.einsum("ij,jk,ik->i", design, np.asarray(self.covariance), design))
        reach = stats.norm.isf((1 - self.level) / 2) * se
        columns = {"share": eta, "low": eta - reach, "high": eta + reach}
        return pd.DataFrame({"year": years} | {name: expit(column) for name, column in columns.items()})

    def verdict(self, window=None):
        """Return whether the rise past `at` is dated, or how its interval lies to `window` (from, to)."""
        if not self.rising:
            return "not rising"
        if not self.bounded:
            return "not dated"
        if window is None:
            return "dated"
        if window[0] <= self.low and self.high <= window[1]:
            return "inside"
        return "outside" if self.high < window[0] or window[1] < self.low else "across"

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units counted."""
        points = zip(self.years, self.shares, self.n, strict=True)
        told = ", ".join(f"{share:.1%} of {_units(n, unit)} in {year:g}" for year, share, n in points)
        return (
            f"On a logistic curve through {told}, the share of {what} {self._crossing()}; its slope is "
            f"{wording.number(self.slope)} a year on the logit scale (SE {wording.number(self.slope_se)})"
            f"{''.join('; ' + caveat for caveat in self._caveats())} "
            f"{wording.evidence(round(sum(self.n)), tier)}."
        )

    def _crossing(self):
        if math.isnan(self.crossing):
            return f"is flat and passes {self.at:.0%} at no date"
        moves = "rises past" if self.rising else "does not rise; it falls below"
        level = f"{self.level * 100:g}%"
        if not self.bounded:
            return f"{moves} {self.at:.0%} at {self.crossing:.1f}, with an unbounded {level} interval"
        wide = ", which is wide" if self.high - self.low > WIDE else ""
        interval = f"{level} interval {self.low:.1f} to {self.high:.1f}{wide}"
        return f"{moves} {self.at:.0%} at {self.crossing:.1f} ({interval})"

    def _caveats(self):
        if not self.bounded:
            p_flat = wording.p_value(self.p_flat)
            yield f"a flat curve is not ruled out ({p_flat}), so the shares give no date"
        if self.crossing < min(self.years) or self.crossing > max(self.years):
            yield "the crossing lies outside the years observed"
        if len(self.years) == 2:
            yield (
                "two shares fix the two parameters exactly, so the form of the curve is untested and the "
                "interval carries only the sampling error of the shares"
            )
        elif self.p_fit < POOR_FIT:
            yield f"the shares do not lie on one such curve ({wording.p_value(self.p_fit)})"
        if self.census:
            years = ", ".join(f"{year:g}" for year in self.census)
            yield f"the share of {years} covers all units and has no sampling error: the interval is cautious"


@dataclass(frozen=True)
class Sensitivity:
    """One curve for each number of units tried where the publication gives none."""

    options: tuple[float, ...]
    curves: tuple[Curve, ...]
    window: tuple[float, float] | None

    @property
    def verdicts(self):
        """The verdict of each curve, in the order of the options."""
        return tuple(curve.verdict(self.window) for curve in self.curves)

    @property
    def depends(self):
        """Whether the verdict depends on the unknown number of units."""
        return len(set(self.verdicts)) > 1

    @property
    def table(self):
        """One row for each option: n, crossing, low, high, slope, verdict."""
        names = ("crossing", "low", "high", "slope")
        rows = [{name: getattr(curve, name) for name in names} for curve in self.curves]
        frame = pd.DataFrame(rows).assign(verdict=self.verdicts)
        frame.insert(0, "n", self.options)
        return frame

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English; `unit` names the units counted."""
        asked = "" if self.window is None else " {:g}-{:g}".format(*self.window)
        told = "; ".join(
            f"{verdict}{asked} with n = {_units(n, unit)} "
            f"({curve.crossing:.1f}, {curve.low:.1f} to {curve.high:.1f})"
            for n, curve, verdict in zip(self.options, self.curves, self.verdicts, strict=True)
        )
        fewest, first = min(sum(curve.n) for curve in self.curves), self.curves[0]
        return (
            f"The unknown number of units {'changes' if self.depends else 'does not change'} when the share "
            f"of {what} passes {first.at:.0%}, judged by the {first.level * 100:g}% interval: {told} "
            f"{wording.evidence(round(fewest), tier)}."
        )


@dataclass(frozen=True)
class CurveBounds:
    """Limits on the crossing and the slope when some shares are only known to lie in an interval.

    ``low`` and ``high`` enclose the confidence intervals of all curves allowed: NaN without numbers of units,
    or when a curve allowed has no finite slope. The crossing is without limits when a curve allowed does not
    rise.
    """

    years: tuple[float, ...]
    shares: tuple[tuple[float, float], ...]
    n: tuple[float, ...] | None
    at: float
    level: float
    crossing_low: float
    crossing_high: float
    slope_low: float
    slope_high: float
    low: float
    high: float

    @property
    def crossing(self):
        """The limits (low, high) of the crossing."""
        return self.crossing_low, self.crossing_high

    @property
    def slope(self):
        """The limits (low, high) of the slope."""
        return self.slope_low, self.slope_high

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English."""
        pairs = zip(self.years, self.shares, strict=True)
        told = ", ".join(f"{_range(low, high)} in {year:g}" for year, (low, high) in pairs)
        evidence = wording.evidence(round(sum(self.n or (0,))), tier).replace("n = 0", "n not stated")
        return (
            f"With shares of {told}, the share of {what} {self._told()}, with a slope of "
            f"{_slope(self.slope_low)} to {_slope(self.slope_high)} a year on the logit scale: "
            f"limits of arithmetic, {self._sampling()} {evidence}."
        )

    def _told(self):
        if math.isinf(self.crossing_low):
            return f"has no limits on when it passes {self.at:.0%}, as one of these curves does not rise"
        return f"rises past {self.at:.0%} between {self.crossing_low:.1f} and {self.crossing_high:.1f}"

    def _sampling(self):
        if self.n is None:
            return "without sampling error"
        if math.isnan(self.low):
            return "without sampling error, as one of these curves has no finite slope"
        if math.isinf(self.low) or math.isinf(self.high):
            return f"and with sampling error no date is excluded at the {self.level * 100:g}% level"
        return f"and {self.low:.1f} to {self.high:.1f} with sampling error ({self.level * 100:g}% intervals)"


def _units(n, unit):
    return f"{n:,.0f} {unit}".strip()


def _slope(value):
    return f"{'minus ' * (value < 0)}infinity" if math.isinf(value) else wording.number(value)


def _range(low, high):
    return f"{low:.1%}" if low == high else f"{low:.1%} to {high:.1%}"
