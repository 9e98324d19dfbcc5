"""How fast are the window test with its interval and the exact power of Fisher's test against the plain way?

Run as ``python tests/bench/bench_discontinuity.py``. Window: 999 draws and an interval by inversion, against
rdlocrand with its own grid. Fisher: 26 against 404 units, against scipy's test on every table.
"""

import numpy as np
from clock import seconds
from rdlocrand import rdrandinf
from scipy.stats import binom, fisher_exact

from gemeenten.designs import discontinuity, power

SEED, DRAWS = 20_090, 999


def every_table(p1, n1, p2, n2):
    """Return the power of Fisher's test from scipy's p-value of each table."""
    first, second = (binom.pmf(np.arange(n + 1), n, p) for n, p in ((n1, p1), (n2, p2)))
    return sum(
        first[a] * second[b]
        for a in range(n1 + 1)
        for b in range(n2 + 1)
        if fisher_exact([[a, n1 - a], [b, n2 - b]]).pvalue <= 0.05
    )


def compare(what, plain, ours):
    """Print two wall times and their ratio."""
    print(f"{what} {plain:.3f} s, here {ours:.3f} s: {plain / ours:.0f} times faster")


def main():
    """Print both comparisons."""
    rng = np.random.default_rng(SEED)
    x, y = rng.normal(size=60), rng.normal(size=60)
    plain, raw = seconds(rdrandinf, y, x, wl=-0.5, wr=0.5, reps=DRAWS, ci=0.05, quietly=True)
    ours, found = seconds(discontinuity.local_randomisation, y, x, 0, 0.5, False, draws=DRAWS, seed=SEED)
    compare("window test and interval: rdlocrand", plain, ours)
    print(
        f"    p {float(raw['p.value']):.3f} and {found.p_value:.3f}; interval {raw['ci'][0]} and {found.ci}"
    )
    plain, raw = seconds(every_table, 0.5, 26, 0.22, 404)
    ours, found = seconds(power.fisher_power, 0.5, 26, 0.22, 404)
    compare("Fisher power, 26 against 404: scipy", plain, ours)
    print(f"    power {raw:.10f} and {found:.10f}")


if __name__ == "__main__":
    main()
