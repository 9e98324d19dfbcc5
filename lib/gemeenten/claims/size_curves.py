"""Fitted curves of an outcome over size, for pictures: smooth, and with a jump at 100,000."""

import numpy as np
import pandas as pd

from gemeenten.claims.size_steps import SPLINE_DF
from gemeenten.designs.threshold_smooth import natural_spline
from gemeenten.inhabitants import LARGE


def fitted(rows):
    """Return the least-squares fits of an outcome on size.

    Parameters
    ----------
    rows : DataFrame, a row a municipality
        Columns `y` and `inhabitants`, as `size_data.cross_section` gives them.

    Returns
    -------
    points, curves : DataFrame
        `population` and `outcome` as observed; `population`, `step` (a line in ln(inhabitants) with a jump
        above 100,000), `smooth` (a natural spline of 4 degrees of freedom in it) and `jump` (that spline with
        a jump above 100,000, the one that `size_steps.beside_curve` estimates), sorted by size.
    """
    rows = rows.sort_values("inhabitants")
    y, size = rows["y"].to_numpy(dtype=float), rows["inhabitants"].to_numpy(dtype=float)
    line = np.log(size)
    with_jump = np.column_stack([np.ones(len(y)), line, size > LARGE])
    spline = natural_spline((line - line.mean()) / line.std(), SPLINE_DF)
    bent = np.column_stack([spline, size > LARGE])
    curves = {"step": with_jump, "smooth": spline, "jump": bent}  # the spline holds a constant
    predicted = {name: design @ np.linalg.lstsq(design, y, rcond=None)[0] for name, design in curves.items()}
    return pd.DataFrame({"population": size, "outcome": y}), pd.DataFrame({"population": size, **predicted})
