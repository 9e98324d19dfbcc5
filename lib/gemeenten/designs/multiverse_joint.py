"""All specifications of a multiverse at once: the table, the shuffles, the joint test and the curve."""

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import stats

from gemeenten.designs.multiverse_fit import degrees, estimates, ratios
from gemeenten.designs.multiverse_grid import CHOICES

CHUNK = 100  # shuffles that share a seed and a matrix that fits the cache; never depends on n_jobs
TIE = 1e-9  # a shuffle that gives the observed treatment back differs from it by rounding only
BAND = (0.025, 0.5, 0.975)
STATISTICS = (
    "median estimate",
    "share with the dominant sign",
    "significant in the dominant direction",
    "median t",
)


def estimated(columns, grid, built, facts):
    """Return the table of all specifications with the observed treatment, one row each."""
    table = grid.choices()
    records = columns.records()[:, :, None]
    slope, errors = (part[:, 0] for part in fitted(records, built, grid.errors, len(table), exact=True))
    free = np.full(len(table), np.nan)
    for block in (block for sheet in built for block in sheet.blocks):
        free[block.specs] = [degrees(block, kind) for kind in grid.errors]
    alone = _alone(columns, built, len(table))
    slope, errors = np.where(alone, np.nan, slope), np.where(alone, np.nan, errors)
    t, margin = ratios(slope, errors), stats.t.ppf((1 + grid.level) / 2, free) * errors
    table = table.assign(estimate=slope, se=errors, low=slope - margin, high=slope + margin, t=t, df=free)
    table = table.assign(p=2 * stats.t.sf(np.abs(t), free), n=facts["n"], units=facts["units"])
    remarks = _remarks(facts, built, slope, errors)
    told = "too few treated or untreated: a two-valued treatment with one unit on a side"
    return table.assign(remark=np.where(alone, told, remarks).astype(str))


def _alone(columns, built, size):
    """Return which specifications have a two-valued treatment with a single unit on a side, shape (size,).

    Its residual is zero by construction, so that no robust standard error can be had from it.
    """
    alone = np.zeros(size, bool)
    for sheet in built:
        for coding, values in enumerate(columns.records()[:, sheet.rows]):
            levels = np.unique(values)
            sides = [len(np.unique(columns.unit[sheet.rows][values == level])) for level in levels[:3]]
            if len(sides) == 2 and min(sides) < 2:
                for block in (block for block in sheet.blocks if coding in block.codings):
                    alone[block.specs[block.codings.index(coding)]] = True
    return alone


def _remarks(facts, built, slope, errors):
    """Return what is to be said of every specification, now that it is known which have no estimate."""
    remarks = facts["remark"].copy()
    for block in (block for sheet in built for block in sheet.blocks):
        outcome = np.broadcast_to(np.isfinite(block.outcomes[0])[:, None], block.specs.shape)
        lost = block.specs[np.isnan(slope[block.specs]) & outcome]
        remarks[lost] = "treatment does not vary beyond its covariates"
    remarks[np.isfinite(slope) & np.isnan(errors)] = "clustered on fewer than two units"
    return remarks.astype(str)


def fitted(records, built, kinds, size, exact=False):
    """Return coefficients and standard errors of all specifications for p treatments.

    Parameters
    ----------
    records : float array, shape (codings, rows, p)
    built : list of Sheet
    kinds : sequence of {"HC1", "HC3", "cluster"}
    size : int
        Number of specifications.
    exact : bool
        See `multiverse_fit.estimates`.

    Returns
    -------
    float arrays, shape (specifications, p)
        NaN where nothing can be estimated.
    """
    slope, errors = np.full((2, size, records.shape[2]), np.nan)
    for sheet in built:
        for coding, values in enumerate(records):
            treatment = sheet.weighted(values)
            for block in sheet.blocks:
                if coding in block.codings:
                    specs = block.specs[block.codings.index(coding)].T
                    slope[specs], errors[specs] = estimates(block, treatment, kinds, exact)
    return slope, errors


def shuffled(columns, grid, built, table, permutations, seed, n_jobs):
    """Return the statistics and the sorted estimates of every shuffle.

    Every chunk of shuffles has its own child of the seed: the number of workers changes nothing.

    Returns
    -------
    float array, shape (permutations, 4)
    float array, shape (permutations, estimable specifications)
    """
    children = np.random.SeedSequence(seed).spawn(-(-permutations // CHUNK))
    sizes = [min(CHUNK, permutations - CHUNK * at) for at in range(len(children))]
    limits = _limits(table, grid.level)
    parts = Parallel(n_jobs=n_jobs, prefer="threads")(  # threads start at once; numpy lets go of the lock
        delayed(_chunk)(columns, built, grid.errors, limits, size, child)
        for size, child in zip(sizes, children, strict=True)
    )
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _limits(table, level):
    """Return the |t| above which a specification is significant; NaN for one that cannot be estimated."""
    return np.where(table["se"].notna(), stats.t.ppf((1 + level) / 2, table["df"]), np.nan)


def _chunk(columns, built, kinds, limits, shuffles, seed):
    """Return the statistics and sorted estimates of `shuffles` shuffles."""
    order = shuffles_within(columns.strata, shuffles, np.random.default_rng(seed))
    slope, errors = fitted(columns.records(order), built, kinds, len(limits))
    usable = np.isfinite(limits)
    ordered = np.sort(slope[usable], axis=0)
    return _summary(ordered, ratios(slope[usable], errors[usable]), limits[usable]), ordered.T


def shuffles_within(strata, shuffles, rng):
    """Return whose record each unit gets, shape (units, shuffles); units exchange within equal `strata`."""
    keys = strata[:, None] + rng.random((len(strata), shuffles))
    order = np.empty(keys.shape, dtype=int)
    order[np.argsort(strata, kind="stable")] = np.argsort(keys, axis=0)
    return order


def statistics(table, level):
    """Return the four statistics of the observed treatment."""
    limits = _limits(table, level)
    usable = np.isfinite(limits)
    slope, t = (table.loc[usable, name].to_numpy()[:, None] for name in ("estimate", "t"))
    return _summary(np.sort(slope, axis=0), t, limits[usable])[0]


def _summary(ordered, t, limits):
    """Return the four statistics, shape (p, 4), of estimates sorted by column and t, both (specs, p)."""
    known = (~np.isnan(ordered)).sum(axis=0)
    positive, negative = (ordered > 0).sum(axis=0), (ordered < 0).sum(axis=0)
    up, down = (t > limits[:, None]).sum(axis=0), (t < -limits[:, None]).sum(axis=0)
    dominant = np.where(positive == negative, np.maximum(up, down), np.where(positive > negative, up, down))
    with np.errstate(invalid="ignore"):  # a shuffle that leaves no specification estimable has no share
        share = np.maximum(positive, negative) / known
    return np.column_stack([_median(ordered), share, dominant, _median(np.sort(t, axis=0))])


def _median(ordered):
    """Return the median of each sorted column, its missing values (sorted last) left out."""
    known = (~np.isnan(ordered)).sum(axis=0)
    column = np.arange(ordered.shape[1])
    return (ordered[(known - 1) // 2, column] + ordered[known // 2, column]) / 2


def compared(observed, null):
    """Return the joint test: every statistic against its distribution over the shuffles.

    The medians are tested two-sided, the other two statistics upwards; a shuffle without a statistic counts
    as at least as extreme. p = (1 + extreme shuffles) / (1 + shuffles): Phipson & Smyth (2010).
    """
    size, against = np.abs(observed), np.abs(null)
    extreme = (~(against < size * (1 - TIE))).sum(axis=0)
    low, median, high = np.nanquantile(null, BAND, axis=0)
    columns = {"observed": observed, "null_low": low, "null_median": median, "null_high": high}
    return pd.DataFrame(
        columns | {"p": (1 + extreme) / (1 + len(null))}, index=pd.Index(STATISTICS, name="statistic")
    )


def curve(table, curves):
    """Return the specification curve: estimates in rising order beside the band of the shuffles."""
    usable = table[table["se"].notna()].sort_values("estimate", kind="stable", ignore_index=True)
    low, _, high = (np.nanquantile if np.isnan(curves).any() else np.quantile)(curves, BAND, axis=0)
    shown = usable[["estimate", "low", "high"]].assign(
        significant=(usable["low"] > 0) | (usable["high"] < 0), null_low=low, null_high=high
    )
    shown.insert(0, "rank", np.arange(1, len(shown) + 1))
    return pd.concat([shown, usable[list(CHOICES)]], axis=1)
