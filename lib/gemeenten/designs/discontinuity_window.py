"""Local randomisation: a permutation test in a window at the cutoff; reached through `discontinuity`."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import permutation_test

from gemeenten.designs.discontinuity_inputs import (
    count_of_draws,
    left_out,
    observed,
    outcome,
    running,
    whole_seed,
)
from gemeenten.designs.inputs import at_least, scalar, share, varies
from gemeenten.designs.wording import evidence, interval, number, p_value
from gemeenten.errors import DesignError

TIE = 1e-10  # differences in means closer than this share of the SD are one value, not two
BATCH = 2_000_000  # labels permuted at a time, to hold memory to some tens of megabytes


@dataclass(frozen=True)
class Window:
    """Difference in means across the cutoff within a window, with its permutation p-value and interval.

    `difference` is the mean right minus the mean left; `ci` may be infinite when so few units can be permuted
    that no p-value reaches 1 - level. `exact` says whether all arrangements were listed (`draws` of them).
    """

    difference: float
    p_value: float
    ci: tuple
    mean_left: float
    mean_right: float
    n_left: int
    n_right: int
    span: tuple
    cutoff: float
    level: float
    draws: int
    exact: bool
    notes: tuple

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the difference, its permutation p-value and interval, and the assumption it rests on."""
        size = f"{number(self.difference)} {unit}".strip()
        told = (
            f"Between {number(self.span[0])} and {number(self.span[1])}, {what} differs by {size} across the "
            f"cutoff {number(self.cutoff)}: {self._interval()}, permutation {p_value(self.p_value)}, "
            f"n {self.n_left} left and {self.n_right} right."
        )
        if self.ci[0] <= 0 <= self.ci[1]:
            told += " The interval includes zero, which is not evidence of no difference."
        told += "".join(f" Note: {note}." for note in self.notes)
        told += " It supposes that within the window the outcome has no trend of its own."
        return f"{told} {evidence(self.n_left + self.n_right, tier)}"

    def _interval(self):
        if not np.isfinite(self.ci).all():
            return f"no finite {self.level * 100:g}% interval (too few arrangements)"
        return interval(*self.ci, self.level)


def local_randomisation(
    y, x, cutoff=100_000, window=0.2, log=True, draws=9999, level=0.95, *, seed, inclusive=False
):
    """Return the difference in means across the cutoff as if the units within the `window` were randomised.

    Permutation test with fixed margins (Cattaneo, Frandsen & Titiunik 2015, Journal of Causal Inference
    3(1):1-24); the interval holds every constant effect that the same test would not reject (Rosenbaum 2002,
    Observational Studies, sec. 2.6), so that test and interval always agree. Drawn p-values count the
    observed arrangement (Phipson & Smyth 2010, SAGMB 9(1):39), so none is zero. `rdlocrand.rdrandinf` gives
    the same up to drawing error, but reports p = 0 where no draw is as large and takes its interval from a
    coarse grid; that is why `scipy.stats.permutation_test` is underneath instead.

    Parameters
    ----------
    y, x : array_like, shape (n,)
        Outcome and running variable, one row a unit: with repeated years give one year at a time. Units with
        a missing y are left out and told.
    cutoff : float
        In units of x; the right side is ``x > cutoff``.
    window : float
        Half-width, in ln(x/cutoff) when ``log=True``, else in units of x. Choose it before looking at y.
    draws : int
        Random arrangements; all are listed instead when there are no more than this.
    level : float
        Confidence level.
    seed : int
        Seed of the arrangements.
    inclusive : bool
        Count a unit exactly at the cutoff right: ``x >= cutoff``.

    Raises
    ------
    DesignError
        If an argument cannot be used, or the window holds fewer than 2 units on a side or a constant outcome.
    """
    level = share(scalar(level, "level"), "level")
    y, x, _, _, missing = observed(y, x)
    made = running(x, cutoff, log, needed=1, inclusive=inclusive)
    y = outcome(y, made)
    if not 0 < scalar(window, "window") < np.inf:
        raise DesignError(f"window: {window!r} is not one positive number; give the half-width")
    draws = count_of_draws(draws, 99)
    near = np.abs(made.distance()) <= window
    inside, right = y[near], made.right[near]
    for side, count in (("left", (~right).sum()), ("right", right.sum())):
        at_least(int(count), 2, f"window: units {side} of the cutoff within {window:g}")
    varies(inside, "y within the window")
    difference, shuffled, treated, exact = _arrangements(inside, right, draws, seed)
    low, high = _accepted(difference, shuffled, treated, TIE * inside.std())
    return Window(
        difference=difference,
        p_value=float(np.mean((low <= 0) & (high >= 0))),
        ci=_invert(low, high, 1 - level),
        mean_left=float(inside[~right].mean()),
        mean_right=float(inside[right].mean()),
        n_left=int((~right).sum()),
        n_right=int(right.sum()),
        span=made.span(window),
        cutoff=made.cutoff,
        level=level,
        draws=len(low) if exact else draws,
        exact=exact,
        notes=(*left_out(missing), *made.notes()),
    )


def _arrangements(inside, right, draws, seed):
    """Difference in means of the outcome, and of the side itself, under every arrangement of the sides.

    The two rows of `pair` are permuted together: the first gives the shuffled difference, the second how much
    of an assumed constant effect remains in it (1 in the observed arrangement).
    """
    pair = np.vstack([inside, right])
    test = permutation_test(
        (pair[:, right], pair[:, ~right]),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        n_resamples=draws,
        batch=max(1, BATCH // right.size),
        vectorized=True,
        axis=-1,
        rng=np.random.default_rng(whole_seed(seed)),
    )
    shuffled, treated = test.null_distribution.T
    exact = math.comb(right.size, int(right.sum())) <= draws
    if not exact:  # the observed arrangement is one of those that could have been drawn
        shuffled, treated = np.append(shuffled, test.statistic[0]), np.append(treated, 1.0)
    return float(test.statistic[0]), shuffled, treated, exact


def _accepted(observed, shuffled, treated, tie):
    """For each arrangement, the lowest and highest constant effect at which it is as extreme as the observed.

    Under an effect t the observed difference is ``observed - t``, the shuffled ``shuffled - t * treated``;
    the second is at least as large in size between the two values of t where they are equal in size.
    """
    same = 1 - np.abs(treated) < TIE  # the observed arrangement, or its mirror image: always as extreme
    slope = np.where(same, 0.0, treated)
    one, other = (observed - shuffled) / (1 - slope), (observed + shuffled) / (1 + slope)
    low = np.where(same, -np.inf, np.minimum(one, other) - tie)
    high = np.where(same, np.inf, np.maximum(one, other) + tie)
    return low, high


def _invert(low, high, alpha):
    """Return the ends of the set of effects whose p-value exceeds `alpha`.

    p only falls on the way out from the estimate, so the ends are order statistics: no grid is searched.
    """
    kept = math.floor(alpha * low.size + TIE)
    return float(np.sort(low)[kept]), float(np.sort(high)[::-1][kept])
