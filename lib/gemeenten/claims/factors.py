"""How many factors a table of marks holds: parallel analysis by permutation."""

from dataclasses import dataclass

import numpy as np

from gemeenten.designs.inputs import at_least, refuse_missing, varies
from gemeenten.errors import DesignError

PERCENTILE = 95
DRAWS = 500


@dataclass(frozen=True)
class Factors:
    """The factors of a table of n units by k marks.

    `eigenvalues` of the correlation matrix, largest first, shape (k,); `thresholds`, the 95th percentile of
    each when the columns are unrelated, shape (k,); `count`, how many leading eigenvalues exceed theirs;
    `share`, the first eigenvalue as a share of k, with its bootstrap interval `share_ci` (95 %);
    `correlation`, the mean correlation between columns; `p`, the share of permutations whose second
    eigenvalue is as large as the one observed.
    """

    eigenvalues: tuple
    thresholds: tuple
    count: int
    share: float
    share_ci: tuple
    correlation: float
    p: float
    n: int


def parallel_analysis(table, *, seed, draws=DRAWS):
    """Return the `Factors` of `table` by Horn's parallel analysis.

    The eigenvalues are compared with those after permuting every column on its own (Horn 1965,
    Psychometrika 30: 179-185; by permutation: Buja & Eyuboglu 1992, Multivariate Behavioral Research 27:
    509-540). Counting stops at the first eigenvalue below its threshold.

    Parameters
    ----------
    table : array_like, shape (n, k)
        A row a unit, a column a mark; complete.
    seed : int
        Seed of the permutations and of the bootstrap over units.
    draws : int
        Number of each.

    Raises
    ------
    DesignError
        If a mark is missing, a column constant, or there are fewer than 10 units or 2 columns.
    """
    table = _complete(table)
    shuffling, resampling = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2))
    correlations = np.corrcoef(table, rowvar=False)
    eigenvalues = _eigenvalues(correlations[None])[0]
    repeated = np.repeat(table[None], draws, axis=0)
    null = _eigenvalues(_correlations(shuffling.permuted(repeated, axis=1)))
    thresholds = np.percentile(null, PERCENTILE, axis=0)
    picked = resampling.integers(len(table), size=(draws, len(table)))
    shares = _eigenvalues(_correlations(table[picked]))[:, 0] / table.shape[1]
    above = eigenvalues > thresholds
    return Factors(
        eigenvalues=tuple(map(float, eigenvalues)),
        thresholds=tuple(map(float, thresholds)),
        count=int(len(above) if above.all() else above.argmin()),
        share=float(eigenvalues[0] / table.shape[1]),
        share_ci=tuple(float(bound) for bound in np.percentile(shares, (2.5, 97.5))),
        correlation=float(correlations[np.triu_indices(table.shape[1], 1)].mean()),
        p=float((1 + np.sum(null[:, 1] >= eigenvalues[1])) / (1 + draws)),
        n=len(table),
    )


def _complete(table):
    """Return `table` as floats; a DesignError when it has no factors to count."""
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        raise DesignError("table: give a row a unit and at least two columns of marks")
    at_least(len(table), 10, "table: units")
    refuse_missing(table, "table")
    for column in table.T:
        varies(column, "table: a column")
    return table


def _correlations(tables):
    """Return the correlation matrix of each table, shape (draws, k, k); a constant column correlates 0."""
    centred = tables - tables.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    scaled = centred / np.where(spread == 0, 1, spread)
    return scaled.transpose(0, 2, 1) @ scaled


def _eigenvalues(matrices):
    return np.linalg.eigvalsh(matrices)[:, ::-1]
