"""How fast is the multiverse? Fits per second against loops of statsmodels and pyfixest, in one run.

Run as ``python tests/bench/bench_multiverse.py [permutations]``. Grid: 6 outcomes x 2 codings x 3 samples x
8 covariate sets x 3 weights = 864 specifications with HC1 errors, on 342 simulated municipalities.
"""

import sys

import numpy as np
import pandas as pd
import pyfixest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from clock import seconds

from gemeenten.designs import multiverse

UNITS, SEED, LOOPED, FORMULAS = 342, 20_090, 400, 40


def municipalities():
    """Return 342 simulated municipalities; no effect of size on any outcome."""
    rng = np.random.default_rng(SEED)
    frame = pd.DataFrame(rng.normal(size=(UNITS, 6)), columns=[f"y{i}" for i in range(6)])
    size = np.exp(rng.normal(10.4, 0.9, UNITS))
    frame = frame.assign(code=np.arange(UNITS), lnpop=np.log(size), large=(size > 100_000) * 1.0)
    frame = frame.assign(respondents=rng.integers(475, 1500, UNITS) * 1.0, inverse=rng.uniform(0.5, 3, UNITS))
    for i, share in enumerate((0.05, 0.1)):
        frame[f"keep{i}"] = rng.random(UNITS) > share
    for i in range(7):
        frame[f"x{i}"] = rng.normal(size=UNITS)
    return frame


def grid():
    """Return the declared grid of 864 specifications."""
    return multiverse.Grid(
        outcomes=[f"y{i}" for i in range(6)],
        treatments=["lnpop", "large"],
        unit="code",
        samples={"all": None, "without G4": "keep0", "without merged": "keep1"},
        covariates={f"{k} covariates": [f"x{i}" for i in range(k)] for k in range(8)},
        weights={"equal": None, "respondents": "respondents", "inverse": "inverse"},
    )


def looped(frame, spec, table, fit, fits):
    """Return the estimates of `fits` specifications drawn from the grid, one fit at a time."""
    rows = table.sample(fits, random_state=SEED)
    return rows.index, np.array([fit(frame, spec, row) for row in rows.itertuples()])


def by_arrays(frame, spec, row):
    """Fit one specification by statsmodels from arrays, the quickest way it offers."""
    data = frame[frame[spec.samples[row.sample]]] if spec.samples[row.sample] else frame
    x = np.column_stack(
        [data[row.treatment], np.ones(len(data)), data[list(spec.covariates[row.covariates])]]
    )
    weight = spec.weights[row.weights]
    model = (
        sm.OLS(data[row.outcome].to_numpy(), x)
        if weight is None
        else sm.WLS(data[row.outcome].to_numpy(), x, weights=data[weight].to_numpy())
    )
    result = model.fit(cov_type="HC1", use_t=True)
    return result.params[0], result.bse[0], result.pvalues[0]


def by_formula(frame, spec, row):
    """Fit one specification by a statsmodels formula."""
    data = frame[frame[spec.samples[row.sample]]] if spec.samples[row.sample] else frame
    formula, weight = _formula(spec, row), spec.weights[row.weights]
    model = smf.ols(formula, data) if weight is None else smf.wls(formula, data, weights=data[weight])
    result = model.fit(cov_type="HC1", use_t=True)
    return result.params[row.treatment], result.bse[row.treatment], result.pvalues[row.treatment]


def by_pyfixest(frame, spec, row):
    """Fit one specification by pyfixest."""
    data = frame[frame[spec.samples[row.sample]]] if spec.samples[row.sample] else frame
    result = pyfixest.feols(_formula(spec, row), data, vcov="HC1", weights=spec.weights[row.weights])
    return tuple(result.tidy().loc[row.treatment, ["Estimate", "Std. Error", "Pr(>|t|)"]].astype(float))


def _formula(spec, row):
    return f"{row.outcome} ~ " + " + ".join([row.treatment, *spec.covariates[row.covariates]])


def main(permutations):
    """Print per-fit times and their ratios."""
    frame, spec = municipalities(), grid()
    multiverse.run(frame, spec, 10, seed=SEED)
    print(f"{spec.size} specifications x {permutations:,} permutations on {UNITS} municipalities")
    own = {}
    for workers in (1, 2):
        taken, result = seconds(multiverse.run, frame, spec, permutations, seed=SEED, n_jobs=workers)
        own[workers] = taken / (spec.size * (permutations + 1))
        print(f"multiverse.run, n_jobs={workers}: {taken:.2f} s, {own[workers] * 1e6:.3f} microseconds a fit")
    loops = (
        ("statsmodels arrays", by_arrays, LOOPED),
        ("statsmodels formula", by_formula, FORMULAS),
        ("pyfixest feols", by_pyfixest, FORMULAS),
    )
    for name, fit, fits in loops:
        taken, (index, values) = seconds(looped, frame, spec, result.table, fit, fits)
        gap = np.abs(values - result.table.loc[index, ["estimate", "se", "p"]].to_numpy()).max()
        ratios = ", ".join(f"ratio {taken / fits / own[w]:,.0f} (n_jobs={w})" for w in own)
        print(
            f"{name} loop: {taken / fits * 1e6:,.0f} microseconds a fit over {fits} fits; {ratios}; "
            f"largest difference {gap:.1e}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
