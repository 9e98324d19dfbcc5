"""The blocks of a multiverse: specifications that share rows and regressors share one factorisation.

Frisch-Waugh-Lovell: the coefficient of the treatment is that of the residualised outcome on the residualised
treatment. The residual-maker depends on rows, weights, covariates and fixed effects only: computed once, it
serves every outcome, every coding and every shuffle of the treatment (Frisch & Waugh 1933; Lovell 1963).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

COLLINEAR = 1e-10  # a column (of length one) this close to the span of the earlier ones adds no information


@dataclass(frozen=True, eq=False)
class Block:
    """Specifications with the same rows, weights, covariates and fixed effects.

    Attributes
    ----------
    both : float array, shape (n, k + o)
        The orthonormal `basis` of the weighted constant, covariates and dummies, of rank k, and beside it the
        weighted `outcomes` net of it; NaN for an outcome of which nothing is left.
    rank : int
        k.
    leverage : float array, shape (n,)
        Diagonal of the projection on `basis`.
    starts : int array, shape (units,)
        First row of every unit.
    codings : tuple of int
        Treatment codings that use the block.
    specs : int array, shape (codings, o, errors)
        Positions of the specifications in the table.
    """

    both: np.ndarray
    rank: int
    leverage: np.ndarray
    starts: np.ndarray
    codings: tuple
    specs: np.ndarray

    @property
    def basis(self):
        """Orthonormal regressors, shape (n, k)."""
        return self.both[:, : self.rank]

    @property
    def outcomes(self):
        """Outcomes net of the regressors, shape (n, o)."""
        return self.both[:, self.rank :]

    @property
    def free(self):
        """Residual degrees of freedom, the treatment counted."""
        return len(self.both) - self.rank - 1


@dataclass(frozen=True, eq=False)
class Sheet:
    """Blocks with the same rows and weights: the treatment is picked and weighted once for all of them.

    Attributes
    ----------
    rows : int array, shape (n,)
        Rows of the sorted frame.
    root : float array, shape (n, 1), or None
        Square roots of the weights.
    blocks : list of Block
    """

    rows: np.ndarray
    root: np.ndarray | None
    blocks: list

    def weighted(self, values):
        """Return the sheet's rows of `values`, shape (rows, p), times the root of the weights."""
        return values[self.rows] if self.root is None else values[self.rows] * self.root


def sheets(columns, grid):
    """Return the estimable blocks by sheet, and for every specification its n, number of units and remark.

    Parameters
    ----------
    columns : multiverse_columns.Columns
    grid : multiverse_grid.Grid

    Returns
    -------
    list of Sheet
    dict of str to array, shape (specifications,)
        `n` rows, `units`, `remark` (collinear covariates dropped, or why nothing can be estimated).
    """
    places = np.arange(grid.size).reshape([len(axis) for axis in grid.axes()])
    facts = {
        "n": np.zeros(grid.size, int),
        "units": np.zeros(grid.size, int),
        "remark": np.full(grid.size, "", dtype=object),
    }
    found = {}
    axes = (grid.samples, grid.covariates, grid.weights, grid.fixed_effects)
    for at in product(*(range(len(axis)) for axis in axes)):
        sample, regressors, weight, dummies = (
            list(axis.values())[i] for axis, i in zip(axes, at, strict=True)
        )
        for rows, outcomes, codings in _row_sets(columns, grid, sample, weight, regressors, dummies):
            specs = places[(slice(None), slice(None), *at)][np.ix_(outcomes, codings)].swapaxes(0, 1)
            facts["n"][specs], facts["units"][specs] = len(rows), len(np.unique(columns.unit[rows]))
            sheet = found.setdefault((rows.tobytes(), weight), _sheet(columns, rows, weight))
            names = [grid.outcomes[i] for i in outcomes]
            block, facts["remark"][specs] = _block(
                columns, sheet, names, regressors, dummies, tuple(codings), specs
            )
            sheet.blocks.extend([block] if block else [])
    return list(found.values()), facts


def _row_sets(columns, grid, sample, weight, covariates, fixed_effects):
    """Yield the rows complete in their own columns, with the outcomes and codings that share them."""
    kept = np.ones(len(columns.unit), bool) if sample is None else columns.masks[sample].copy()
    for name in (*covariates, *([weight] if weight else [])):
        kept &= np.isfinite(columns.numbers[name])
    for name in fixed_effects:
        kept &= columns.codes[name] >= 0
    seen = [np.isfinite(columns.numbers[name]) for name in grid.outcomes]
    treated = np.isfinite(columns.records())
    for outcomes, codings in product(_alike(seen), _alike(treated)):
        yield np.flatnonzero(kept & seen[outcomes[0]] & treated[codings[0]]), outcomes, codings


def _alike(masks):
    """Return lists of the positions of equal masks."""
    groups = {}
    for position, mask in enumerate(masks):
        groups.setdefault(mask.tobytes(), []).append(position)
    return list(groups.values())


def _sheet(columns, rows, weight):
    return Sheet(rows, np.sqrt(columns.numbers[weight][rows])[:, None] if weight else None, [])


def _block(columns, sheet, outcomes, covariates, fixed_effects, codings, specs):
    """Return a Block and the remark on each of its specifications; None when its rows are too few."""
    rows, remark = sheet.rows, np.full(specs.shape, "", dtype=object)
    if len(rows) == 0:
        return None, "no rows left in this sample"
    basis, dropped = _basis(columns, sheet, covariates, fixed_effects)
    if len(rows) <= basis.shape[1] + 1:
        return None, f"too few rows: {len(rows)} for {basis.shape[1] + 1} coefficients"
    if dropped:
        remark[:] = f"collinear, dropped: {', '.join(dropped)}"
    y = sheet.weighted(np.column_stack([columns.numbers[name] for name in outcomes]))
    left = y - basis @ (basis.T @ y)
    nothing = (left**2).sum(axis=0) <= COLLINEAR**2 * (y**2).sum(axis=0)
    remark[:, nothing] = "outcome does not vary beyond its covariates"
    left[:, nothing] = np.nan
    starts = np.flatnonzero(np.diff(columns.unit[rows], prepend=-1))
    both, leverage = np.column_stack([basis, left]), (basis**2).sum(axis=1)
    return Block(both, basis.shape[1], leverage, starts, codings, specs), remark


def _basis(columns, sheet, covariates, fixed_effects):
    """Return the orthonormal basis of all regressors but the treatment, and the names of those dropped."""
    regressors = [("constant", np.ones(len(columns.unit)))]
    regressors += [(name, columns.numbers[name]) for name in covariates]
    for name in fixed_effects:
        codes = columns.codes[name]
        regressors += [(f"{name} dummy", codes == code) for code in np.unique(codes[sheet.rows])[1:]]
    matrix = sheet.weighted(np.column_stack([values for _, values in regressors]))
    length = np.linalg.norm(matrix, axis=0)
    matrix = matrix / np.where(length > 0, length, 1.0)
    basis, triangle = np.linalg.qr(matrix)
    kept = np.zeros(matrix.shape[1], bool)
    kept[: len(triangle)] = np.abs(np.diag(triangle)) > COLLINEAR
    dropped = tuple(name for (name, _), keep in zip(regressors, kept, strict=True) if not keep)
    return (np.linalg.qr(matrix[:, kept])[0] if dropped else basis), dropped
