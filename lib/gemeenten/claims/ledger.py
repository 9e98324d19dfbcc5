"""The ledger: one row a claim, with its evidence and verdict."""

import numpy as np

from gemeenten.claims.registered import registered

COLUMNS = (
    "id",
    "statement",
    "tier",
    "estimate",
    "low",
    "high",
    "unit",
    "n",
    "verdict",
    "sentence",
    "notebook",
)


def ledger():
    """Return the claims with their verdicts.

    Returns
    -------
    pandas.DataFrame, one row a claim C01..C35, H1..H3
        Columns `COLUMNS`; `low` and `high` bound the 95 % interval in `unit`.
    """
    claims = registered()
    claims = claims.assign(
        tier="",
        estimate=np.nan,
        low=np.nan,
        high=np.nan,
        n=0,
        verdict="untested",
        sentence="Not tested yet. What it needs: " + claims["data_needed"] + ".",
    )
    return claims[list(COLUMNS)]
