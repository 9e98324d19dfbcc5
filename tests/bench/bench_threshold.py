"""How fast is the threshold bootstrap against the loop a user would write with statsmodels, in one run?

Run as ``python tests/bench/bench_threshold.py [draws]``. 342 simulated municipalities, log inhabitants as
regressor and threshold variable, the search trimmed by 5 %. The loop fits both regimes by OLS at every
candidate, draw after draw; it is timed on a few draws with the same multipliers, so its statistics must be
the same.
"""

import sys

import numpy as np
import statsmodels.api as sm
from clock import seconds

from gemeenten.designs import threshold

UNITS, SEED, TRIM, LOOPED = 342, 20_090, 0.05, 5


def municipalities():
    """Return outcome and log inhabitants of 342 simulated municipalities without a threshold."""
    rng = np.random.default_rng(SEED)
    size = np.sort(rng.normal(10.4, 0.9, UNITS))
    return 0.1 * size + rng.normal(size=UNITS), size


def sup_f(y, q):
    """Return the largest F over the candidates, one pair of statsmodels fits a candidate."""
    x = sm.add_constant(q)
    linear = sm.OLS(y, x).fit().ssr
    fewest = max(int(np.ceil(TRIM * len(q))), x.shape[1] + 1)
    best = 0.0
    for at in range(fewest - 1, len(q) - fewest):
        low = q <= q[at]
        sse = sm.OLS(y[low], x[low]).fit().ssr + sm.OLS(y[~low], x[~low]).fit().ssr
        best = max(best, len(y) * (linear - sse) / sse)
    return best


def looped(y, q, draws):
    """Return the statistic of `draws` wild bootstrap draws, from the same stream of multipliers."""
    rng = np.random.default_rng(SEED)
    residual = sm.OLS(y, sm.add_constant(q)).fit().resid
    return np.array([sup_f(residual * rng.standard_normal(len(y)), q) for _ in range(draws)])


def main(draws):
    """Print the time per draw of both, their ratio and the largest difference."""
    y, q = municipalities()
    threshold.test(y, q, q, trim=TRIM, draws=99, seed=SEED)
    taken, found = seconds(threshold.test, y, q, q, trim=TRIM, draws=draws, seed=SEED)
    plain, statistics = seconds(looped, y, q, LOOPED)
    gap = np.abs(statistics - found.null_draws[:LOOPED]).max()
    print(f"threshold.test, {draws:,} draws on {UNITS} municipalities: {taken:.2f} s")
    print(
        f"statsmodels loop: {plain / LOOPED * 1e3:,.0f} ms a draw over {LOOPED} draws; here "
        f"{taken / draws * 1e3:.3f} ms; ratio {plain / LOOPED * draws / taken:,.0f}; "
        f"largest difference {gap:.1e}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
