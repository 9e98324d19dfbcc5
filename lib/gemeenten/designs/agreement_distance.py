"""Krippendorff's alpha where the distance of two codes does not depend on how often codes were given.

At the interval and ratio levels disagreement adds up over units, so that an estimate and its bootstrap need
one matrix of distances, and any number of distinct codes can be compared. Nominal and ordinal codes are left
to the library `krippendorff`, whose work grows with units times codes squared in every draw.

Source: Krippendorff 2004, Content Analysis, 2nd ed., ch. 11.
"""

import numpy as np

LEVELS = ("interval", "ratio")


def alphas(counts, domain, level, weights):
    """Return alpha for each row of `weights`, NaN where the ratings drawn are all the same.

    alpha = 1 - (n - 1) sum_u D_u / sum_ck n_c n_k d_ck, with n_c how often code c was given, n their sum,
    d the squared distance, and D_u = sum_ck n_uc n_uk d_ck / (m_u - 1) for the m_u ratings of unit u.

    Parameters
    ----------
    counts : ndarray, shape (units, codes)
        How often each unit got each code; two ratings a unit or more.
    domain : ndarray, shape (codes,)
        The codes.
    level : {"interval", "ratio"}
        Distance c - k, or (c - k) / (c + k).
    weights : ndarray, shape (draws, units)
        How often each unit was drawn.
    """
    distance = domain[:, None] - domain
    if level == "ratio":
        total = domain[:, None] + domain
        distance = np.divide(distance, total, out=np.zeros_like(distance), where=total != 0)
    squared = distance**2
    within = ((counts @ squared) * counts).sum(axis=1) / (counts.sum(axis=1) - 1)
    given = weights @ counts
    expected = ((given @ squared) * given).sum(axis=1)
    observed = (given.sum(axis=1) - 1) * (weights @ within)
    return 1 - np.divide(observed, expected, out=np.full(len(given), np.nan), where=expected > 0)
