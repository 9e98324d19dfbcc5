"""The sum of squared residuals of a two-regime regression, for every candidate threshold at once."""

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np

from gemeenten.designs import inputs
from gemeenten.errors import DesignError

# Below this smallest eigenvalue (squared singular value) the quick cumulative sums lose digits, and the
# candidate is computed again by least squares in each regime.
_WEAK = 1e-8
# Singular values of an orthonormal basis restricted to a regime: below this the regime has no full rank.
_RANK = 1e-9
# Share of a regressor's length that the others must leave over.
_COLLINEAR = 1e-10
# Two sums of squares closer than this, relatively, differ by rounding only.
_TIE = 1e-10
# A residual sum of squares below this share of the total is a perfect fit, up to rounding.
_EXACT = 1e-20


@dataclass(frozen=True, eq=False)
class Sample:
    """Units in order of q, with the candidate thresholds; made by `prepare`.

    `design` (n, p) has the constant first; `basis` (n, p) spans the same columns, orthonormal. `last_low`
    (G,) is the position of the last unit of the low regime of each candidate, `roots` (G, p, p) the
    matrices W for which ||W s||^2 is the fall in the sum of squares when s is the low regime's score,
    `weak` (G,) marks the candidates too close to collinear for that formula. `skipped` counts the
    candidates left out because a regressor does not vary in one of the regimes.
    """

    y: np.ndarray
    q: np.ndarray
    design: np.ndarray
    basis: np.ndarray
    last_low: np.ndarray
    roots: np.ndarray
    weak: np.ndarray
    skipped: int

    @property
    def thresholds(self):
        """Candidate thresholds (G,), rising."""
        return self.q[self.last_low]

    @property
    def searched(self):
        """Lowest and highest candidate threshold."""
        return float(self.q[self.last_low[0]]), float(self.q[self.last_low[-1]])


def regressors(x, n):
    """Return the regressors besides the constant as an array (n, k); k = 0 when `x` is None.

    Raises
    ------
    DesignError
        If `x` is not numeric, has missing values, more than two dimensions, another length than n, or a
        constant column (the constant is added here).
    """
    if x is None:
        return np.empty((n, 0))
    table = inputs.numeric(x, "x", "give numbers in an array of shape (n,) or (n, k)")
    if table.ndim > 2:
        raise DesignError(f"x: has {table.ndim} dimensions; give an array of shape (n,) or (n, k)")
    if table.ndim < 2:
        columns = [inputs.vector(table, "x")]
    else:
        columns = [inputs.vector(column, f"x, column {j}") for j, column in enumerate(table.T)]
    for j, column in enumerate(columns):
        inputs.same_length(y=np.empty(n), x=column)
        inputs.varies(column, f"x, column {j}")
    return np.column_stack(columns) if columns else np.empty((n, 0))


def prepare(y, q, x, trim):
    """Check the input, put the units in order of q and find the candidate thresholds.

    Candidates are the distinct observed values of q that leave at least ``trim * n`` units, and at least one
    more unit than coefficients, in either regime. The order within ties of q is that of y and x, so that no
    result depends on the order in which units are given.

    Parameters
    ----------
    y, q : array_like, shape (n,)
        Outcome and threshold variable.
    x : array_like, shape (n,) or (n, k), or None
        Regressors besides the constant.
    trim : float
        Smallest share of the units in a regime, 0 <= trim < 0.5.

    Returns
    -------
    Sample

    Raises
    ------
    DesignError
        If the input is unusable or no candidate is left; the message names the argument.
    """
    inputs.same_index(y=y, q=q, x=x)
    y, q = inputs.vector(y, "y"), inputs.vector(q, "q")
    inputs.same_length(y=y, q=q)
    x = regressors(x, len(y))
    inputs.varies(y, "y")
    inputs.varies(q, "q")
    order = np.lexsort((*x.T, y, q))
    y, q = y[order], q[order]
    design = np.column_stack([np.ones(len(y)), x[order]])
    basis = _orthonormal(design)
    last_low = _candidates(q, smallest_regime(len(y), design.shape[1], trim))
    roots, weak, deficient = _roots(basis, last_low)
    if deficient.all():
        raise DesignError("x: no threshold leaves every regressor varying in both regimes; drop a regressor")
    keep = ~deficient
    return Sample(y, q, design, basis, last_low[keep], roots[keep], weak[keep], int(deficient.sum()))


def smallest_regime(n, p, trim):
    """Return the fewest units a regime may have: trim * n, rounded up, and at least p + 1.

    With p coefficients a regime of p units fits exactly; one more leaves a residual.
    """
    if not isinstance(trim, Real) or not 0 <= trim < 0.5:
        raise DesignError(f"trim: {trim!r} is not in [0, 0.5); give the smallest share of units in a regime")
    # The small number keeps 0.07 * 100 = 7.000000000000001 from asking for 8 units.
    return max(math.ceil(trim * n - 1e-9), p + 1)


def sse_profile(sample):
    """Return the sum of squared residuals of every candidate (G,) and that without a threshold.

    S(g) = e'e - s(g)' M*(g)^-1 s(g), with e the residuals without a threshold, s(g) the low regime's score
    and M* = M(g) - M(g) (X'X)^-1 M(g); Hansen (2000), Econometrica 68, sec. 2, in the form of Hansen
    (1996).

    Raises
    ------
    DesignError
        If the fit with or without a threshold is exact: without noise nothing can be tested.
    """
    spread = sample.y - sample.y.mean()
    residual = annihilate(sample, spread[:, None])[:, 0]
    sse_linear = float(residual @ residual)
    refuse_exact(sse_linear, spread, "the regressors without a threshold fit y")
    sse = sse_linear - reductions(sample, residual[:, None])[:, 0]
    for g in np.flatnonzero(sample.weak | (sse < 1e-6 * sse_linear)):
        sse[g] = sum(_regime_sse(sample, rows) for rows in regime_rows(sample, g))
    refuse_exact(sse.min(), spread, f"a step at q = {sample.thresholds[sse.argmin()]:g} fits y")
    return sse, sse_linear


def annihilate(sample, values):
    """Return the residuals of the columns of `values` (n, B) on the regressors, without a threshold."""
    return values - sample.basis @ (sample.basis.T @ values)


def reductions(sample, residuals):
    """Return the fall in the sum of squares (G, B) by each candidate, for B columns of residuals (n, B).

    The residuals must be orthogonal to the regressors. One pass of cumulative sums serves all candidates.
    """
    solved = sample.roots @ scores(sample, residuals)
    return np.einsum("gpb,gpb->gb", solved, solved)


def scores(sample, residuals):
    """Return the low regime's scores sum(x_i e_i) of every candidate, (G, p, B)."""
    products = sample.basis[:, :, None] * residuals[:, None, :]
    return np.cumsum(products, axis=0)[sample.last_low]


def first_minimum(sse):
    """Return the position of the smallest value; of values equal but for rounding, the first."""
    return int(np.flatnonzero(sse <= sse.min() * (1 + _TIE))[0])


def first_maximum(statistic):
    """Return the position of the largest value; of values equal but for rounding, the first."""
    return int(np.flatnonzero(statistic >= statistic.max() * (1 - _TIE))[0])


def regime_rows(sample, g):
    """Return the rows of the low and of the high regime of candidate `g`, as slices."""
    split = int(sample.last_low[g]) + 1
    return slice(0, split), slice(split, len(sample.y))


def _orthonormal(design):
    """Return an orthonormal basis of the columns; refuse collinear ones."""
    n, p = design.shape
    if n <= p:
        raise DesignError(f"x: {p} coefficients and {n} units; drop regressors or add units")
    basis, triangle = np.linalg.qr(design)
    own = np.abs(np.diag(triangle)) / np.linalg.norm(design, axis=0)
    if (own < _COLLINEAR).any():
        raise DesignError("x: the regressors are collinear; drop one")
    return basis


def _candidates(q, fewest):
    """Return the last low position for each distinct value of q that leaves `fewest` units either side."""
    last = np.flatnonzero(np.append(np.diff(q) > 0, False))
    kept = last[(last + 1 >= fewest) & (len(q) - last - 1 >= fewest)]
    if kept.size == 0:
        raise DesignError(
            f"trim: no value of q leaves {fewest} of the {len(q)} units in either regime; "
            "lower trim or use a q with fewer ties"
        )
    return kept


def _roots(basis, last_low):
    """Return W (G, p, p) with W'W the inverse of C - C C, and marks of weak and of deficient candidates.

    With an orthonormal basis X'X = I, so M* = C - C C has the eigenvectors of C, the low regime's
    cross-product, and eigenvalues c (1 - c).
    """
    grams = np.cumsum(basis[:, :, None] * basis[:, None, :], axis=0)[last_low]
    values, vectors = np.linalg.eigh(grams)
    own = values * (1 - values)
    weak = own.min(axis=1) < _WEAK
    deficient = np.zeros(len(last_low), dtype=bool)
    for g in np.flatnonzero(weak):
        low, high = basis[: last_low[g] + 1], basis[last_low[g] + 1 :]
        smallest = min(np.linalg.svd(part, compute_uv=False)[-1] for part in (low, high))
        deficient[g] = smallest < _RANK
    roots = np.swapaxes(vectors, 1, 2) / np.sqrt(np.maximum(own, _RANK**2))[:, :, None]
    return roots, weak, deficient


def _regime_sse(sample, rows):
    """Return the residual sum of squares of one regime by least squares."""
    part, y = sample.basis[rows], sample.y[rows] - sample.y.mean()
    residual = y - part @ np.linalg.lstsq(part, y, rcond=None)[0]
    return float(residual @ residual)


def refuse_exact(sse, spread, what):
    """Raise when a fit leaves nothing but rounding error."""
    if sse <= _EXACT * float(spread @ spread):
        raise DesignError(f"y: {what} exactly; without noise there is no interval and no test")
