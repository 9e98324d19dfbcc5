"""Is 100,000 inhabitants a step for an outcome? The registered test of C12, for any outcome of the panel."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.claims import rules
from gemeenten.claims.regression import Fit, clustered
from gemeenten.designs import discontinuity, threshold
from gemeenten.designs.threshold_smooth import natural_spline
from gemeenten.errors import DesignError
from gemeenten.inhabitants import LARGE

SEED = 12
DRAWS = 1999
TRIM = 0.05  # with the textbook's .15 the search ends at 75,000 inhabitants in 2023
ALPHA = 0.05
NEAR = (80_000, 130_000)  # registered: where the threshold must lie
BIC_GAP = 6.0  # registered: by how much the spline must beat the step
SPLINE_DF = 4
JUMP_IN_SD = 0.2 / 0.35  # registered: .2 points, at the SD of .35 points of its power note
PLACEBOS = (60_000, 70_000, 80_000, 90_000, 120_000, 140_000)
WINDOW = 0.4  # of ln(inhabitants / 100,000), as for the marks (H2); chosen before any outcome was seen
FEWEST = 60  # municipalities: with fewer a regime of 5 % holds under four


@dataclass(frozen=True, eq=False)
class Steps:
    """What the registered test of C12 found for one outcome in one cross-section of n municipalities.

    `fit`, `test` and `rivals` are of the threshold regression with a line in ln(inhabitants) on either side
    (`designs.threshold`); `shift` is the sup-F test of a step without any line. `jump` is the difference
    above 100,000 inhabitants given a spline in ln(inhabitants), a `regression.Fit`; `sd` the outcome's SD.
    """

    fit: threshold.ThresholdFit
    test: threshold.SupF
    shift: threshold.SupF
    rivals: threshold.Rivals
    jump: Fit
    sd: float
    n: int

    @property
    def any_break(self):
        """Whether sup-F rejects a straight line in ln(inhabitants)."""
        return self.test.p_value < ALPHA

    @property
    def holds_large(self):
        """Whether the 95 % set for the threshold holds 100,000."""
        return self.fit.searched_includes(LARGE) and self.fit.set_includes(LARGE)

    @property
    def set_is_near(self):
        """Whether the whole 95 % set lies within 80,000 to 130,000, allowing for uneven variance or not."""
        ends = (*self.fit.ci, *self._robust)
        return NEAR[0] <= min(ends) and max(ends) <= NEAR[1]

    @property
    def _robust(self):
        """Ends of the set that allows for uneven variance; those of the plain set where it has none."""
        return self.fit.ci_robust if np.isfinite(self.fit.ci_robust).all() else self.fit.ci

    @property
    def set_excludes_near(self):
        """Whether no threshold from 80,000 to 130,000 is in the 95 % set, plain or for uneven variance.

        The plain set is too narrow where large municipalities vary more; of the other the ends are known.
        A threshold between two observed sizes splits the municipalities as the lower of the two.
        """
        profile = self.fit.profile
        start = profile["threshold"].to_numpy()
        end = np.append(start[1:], self.fit.search_end)
        plain = profile["in_set"].to_numpy() & (end > NEAR[0]) & (start <= NEAR[1])
        robust = (
            (start >= self._robust[0]) & (start <= self._robust[1]) & (end > NEAR[0]) & (start <= NEAR[1])
        )
        return not (plain | robust).any()

    @property
    def no_jump(self):
        """Whether the jump at 100,000 is shown to be below the smallest of interest (90 % interval)."""
        bound = JUMP_IN_SD * self.sd
        return -bound < self.jump.ci90[0] and self.jump.ci90[1] < bound

    @property
    def curve_beats_step(self):
        """Whether the spline beats the step by a BIC of 6 or more."""
        return self.rivals.step_minus_smooth >= BIC_GAP

    @property
    def verdict(self):
        """The registered rule: a located step supports, one elsewhere or a curve without jump contradicts."""
        supports = self.any_break and self.holds_large and self.set_is_near
        elsewhere = self.any_break and self.set_excludes_near
        return rules.from_conditions(supports, elsewhere or (self.curve_beats_step and self.no_jump))


def steps(rows, draws=DRAWS, seed=SEED):
    """Return the `Steps` of an outcome.

    Parameters
    ----------
    rows : DataFrame, a row a municipality
        Columns `y` and `inhabitants`, as `size_data.cross_section` gives them.
    draws, seed : int
        Bootstrap draws of the sup-F tests, and the seed of these and of the cross-validation.

    Raises
    ------
    DesignError
        If there are fewer than `FEWEST` municipalities, two rows of one, or no variation.
    """
    if rows["code"].duplicated().any():
        raise DesignError("rows: a municipality occurs twice; give one cross-section")
    if len(rows) < FEWEST:
        raise DesignError(f"rows: {len(rows)} municipalities, at least {FEWEST} needed to look for a step")
    y, q = rows["y"], rows["inhabitants"]
    line = np.log(q)
    return Steps(
        fit=threshold.fit(y, q, x=line, trim=TRIM),
        test=threshold.test(y, q, x=line, trim=TRIM, draws=draws, seed=seed),
        shift=threshold.test(y, q, trim=TRIM, draws=draws, seed=seed),
        rivals=threshold.compare_smooth(y, q, x=line, trim=TRIM, df=SPLINE_DF, seed=seed, log=True),
        jump=beside_curve(rows),
        sd=float(y.std()),
        n=len(rows),
    )


def beside_curve(rows):
    """Return the `regression.Fit` of being above 100,000 given a natural spline in ln(inhabitants)."""
    line = np.log(rows["inhabitants"].to_numpy())
    curve = natural_spline((line - line.mean()) / line.std(), SPLINE_DF)
    large = (rows["inhabitants"] > LARGE).astype("float64")
    free = curve[:, 1:]  # the columns add up to one, which the regression has already
    return clustered(rows["y"], large, rows["code"], covariates=list(free.T))


def discontinuities(rows, cutoffs=PLACEBOS):
    """Return the jump at 100,000 and at the placebo cutoffs: local linear, robust intervals (rdrobust).

    Parameters
    ----------
    rows : DataFrame
        As for `steps`.
    cutoffs : sequence of float
        Placebo cutoffs in inhabitants.

    Returns
    -------
    pandas.DataFrame, a row a cutoff, sorted
        `cutoff`, `estimate`, `low`, `high`, `p_value`, `effective_left`, `effective_right`, `placebo`
        (bool) and `reason` (why it could not be estimated, else empty).
    """
    columns = ["cutoff", "estimate", "low", "high", "p_value", "effective_left", "effective_right", "reason"]
    placebos = discontinuity.placebos(rows["y"], rows["inhabitants"], cutoffs=cutoffs, true_cutoff=LARGE)
    found = pd.concat([_true_cutoff(rows), placebos.table[columns]], ignore_index=True)
    found["placebo"] = found["cutoff"] != LARGE
    return found.sort_values("cutoff", ignore_index=True)


def _true_cutoff(rows):
    try:
        jump = discontinuity.fit(rows["y"], rows["inhabitants"], cutoff=LARGE)
    except DesignError as error:
        return pd.DataFrame([{"cutoff": float(LARGE), "reason": str(error)}])
    numbers = {
        "estimate": jump.estimate,
        "low": jump.ci_robust[0],
        "high": jump.ci_robust[1],
        "p_value": jump.p_robust,
        "effective_left": jump.effective_left,
        "effective_right": jump.effective_right,
    }
    return pd.DataFrame([{"cutoff": float(LARGE), **numbers, "reason": ""}])


def near_large(rows, seed=SEED):
    """Return the permutation test of the municipalities within +-.4 of ln(inhabitants / 100,000)."""
    return discontinuity.local_randomisation(
        rows["y"], rows["inhabitants"], cutoff=LARGE, window=WINDOW, seed=seed
    )
