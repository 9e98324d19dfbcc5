"""Pictures of joint arrangements: legal forms by size class, numbers by province."""

import numpy as np

from gemeenten.plots import estimates
from gemeenten.plots.style import ROLES, figure

DUTCH = {
    "all forms": "all forms",
    "public body": "public body\n(openbaar lichaam)",
    "bare arrangement": "bare arrangement\n(regeling zonder meer)",
    "operational body": "operational body\n(bedrijfsvoerings-\norganisatie)",
    "joint organ": "joint organ\n(gemeenschap-\npelijk orgaan)",
}


def forms_by_size(means, tier, n):
    """Draw the mean number of joint arrangements by size class, a panel for each legal form.

    Parameters
    ----------
    means : pandas.DataFrame
        Columns `form`, `group` (size class, in the order to draw), `large` (bool: above 100,000 inhabitants),
        `n` (municipalities), `mean`, and `low`, `high` (missing where there is no interval).
    tier : str
        Evidence tier.
    n : int
        Municipalities in all.

    Returns
    -------
    matplotlib.figure.Figure
    """
    forms, groups = (list(dict.fromkeys(means[name])) for name in ("form", "group"))
    counts = means.drop_duplicates("group")["n"]
    with figure(10.2, 0.34 * len(groups) + 2.0, columns=len(forms), sharey=True) as (fig, axes):
        for ax, form in zip(np.atleast_1d(axes), forms, strict=True):
            for large, name in ((False, "small"), (True, "large")):
                part = means[(means["form"] == form) & (means["large"] == large)]
                rows, role = part["group"].map(groups.index), ROLES[name]
                ax.hlines(rows, part["low"], part["high"], color=role.color, linewidth=1.8)
                ax.scatter(part["mean"], rows, s=30, zorder=3, **role.dots())
            ax.set_title(DUTCH.get(form, form), fontsize=8.5)
            ax.set(ylim=(len(groups) - 0.5, -0.5))
            ax.set_xlim(left=min(0, ax.get_xlim()[0]))
        labels = [f"{group} (n = {count:,})" for group, count in zip(groups, counts, strict=True)]
        np.atleast_1d(axes)[0].set_yticks(range(len(groups)), labels, fontsize=8.5)
        np.atleast_1d(axes)[0].set_ylabel("Inhabitants")
        fig.supxlabel(
            "Joint arrangements a municipality takes part in (mean; lines: 95 % intervals; squares: more "
            f"than 100,000 inhabitants)\nn = {n:,} municipalities · tier: {tier}",
            fontsize=9,
        )
    return fig


def by_province(means, overall, tier):
    """Draw the mean number of joint arrangements of each province around that of all municipalities.

    Parameters
    ----------
    means : pandas.DataFrame
        Columns `group` (province, in the order to draw), `n`, `mean`, and `low`, `high` (95 %; missing where
        there is no interval).
    overall : float
        Mean of all municipalities.
    tier : str
        Evidence tier.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = means.rename(columns={"group": "label", "mean": "estimate"}).reset_index(drop=True)
    told = "Joint arrangements a municipality takes part in (mean, 95 % interval)"
    fig = estimates.forest(rows, told, tier, unit="provinces", zero=overall)
    fig.axes[0].annotate(
        f"all {means['n'].sum():,} municipalities: {overall:.1f}",
        xy=(overall, 1), xycoords=fig.axes[0].get_xaxis_transform(), xytext=(-4, 3), ha="right", va="bottom",
        textcoords="offset points", fontsize=8.5,
    )  # fmt: skip
    fig.axes[0].set_ylabel("Province")
    return fig
