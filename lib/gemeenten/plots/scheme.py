"""Pictures of the chapter's scheme: models and traits, the pendulum, roles, organisation charts."""

from textwrap import fill

from matplotlib.patches import FancyBboxPatch

from gemeenten.plots.style import GREY, OKABE_ITO, ROLES, figure

MODEL_COLORS = {
    "secretarie": OKABE_ITO["sky blue"],
    "sectoren": OKABE_ITO["orange"],
    "directie": OKABE_ITO["bluish green"],
}
MODEL_MARKERS = {"secretarie": "o", "sectoren": "s", "directie": "^"}
PALE = 0.22
CITIES = "Amsterdam, Rotterdam,\nThe Hague, Utrecht"
ABBREVIATED = {"afd": "afd = afdeling (department)", "dir": "dir = directeur (director)"}
UNIT = {
    "boxstyle": "round,pad=0.3",
    "facecolor": "white",
    "edgecolor": ROLES["small"].color,
    "linewidth": 0.8,
}


def _box(ax, x, y, width, height, text, color="white", size=8.5, **more):
    """Draw a rounded box around (x, y) with text in it."""
    corner = (x - width / 2, y - height / 2)
    style = "round,pad=0,rounding_size=0.06"
    ax.add_patch(FancyBboxPatch(corner, width, height, style, facecolor=color, edgecolor="none", alpha=PALE))
    ax.add_patch(
        FancyBboxPatch(corner, width, height, style, facecolor="none", edgecolor=GREY, linewidth=0.8)
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=size, **more)


def traits(models, values):
    """Draw the scheme: a column for each model, a row for each trait.

    Parameters
    ----------
    models : pandas.DataFrame
        `gemeenten.scheme.MODELS`.
    values : pandas.DataFrame
        `gemeenten.scheme.traits()`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = list(dict.fromkeys(values["trait"]))
    with figure(9.4, 0.72 * len(rows) + 1.1) as (fig, ax):
        for column, model in enumerate(models.itertuples()):
            color = MODEL_COLORS[model.model]
            head = f"{fill(model.dutch, 24)}\n{fill(model.english, 28)}\n{model.decade}s"
            _box(ax, column, -1.1, 0.96, 1.06, head, color, weight="bold", size=7.6)
            for row, trait in enumerate(rows):
                cell = values[(values["trait"] == trait) & (values["model"] == model.model)]
                _box(ax, column, row, 0.96, 0.86, fill(cell["value"].iloc[0], 30), color)
        for row, trait in enumerate(rows):
            question = fill(values.loc[values["trait"] == trait, "question"].iloc[0], 36)
            ax.text(-0.58, row - 0.3, trait, ha="right", va="center", fontsize=9, weight="bold")
            ax.text(-0.58, row - 0.16, question, ha="right", va="top", fontsize=7.2, color=GREY)
        ax.set(xlim=(-1.55, len(models) - 0.5), ylim=(len(rows) - 0.5, -1.7))
        ax.set_axis_off()
        _foot(fig, f"n = {len(models)} models, {len(rows)} traits")
    return fig


def pendulum(models, values, poles):
    """Draw the swing of the three dimensions from model to model between their poles.

    Parameters
    ----------
    models, values : pandas.DataFrame
        As for `traits`; rows without a position are left out.
    poles : dict of str to (str, str)
        `gemeenten.scheme.POLES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(9.4, 3.1, columns=len(poles), sharey=True) as (fig, axes):
        for ax, (trait, (left, right)) in zip(axes, poles.items(), strict=True):
            part = values[values["trait"] == trait].set_index("model").loc[models["model"]]
            ax.plot(part["position"], range(len(part)), color=GREY, linestyle="--", linewidth=1.2)
            for row, (model, at) in enumerate(part["position"].items()):
                dot = {"color": MODEL_COLORS[model], "marker": MODEL_MARKERS[model], "s": 110, "zorder": 3}
                ax.scatter([at], [row], **dot)
            ax.set(xlim=(-0.25, 1.25), ylim=(len(part) - 0.5, -0.5), title=trait)
            ax.set_xticks([0, 1], [left, right], fontsize=8.5)
        names = [
            f"{model.model}\n({fill(model.english, 20)})\n{model.decade}s" for model in models.itertuples()
        ]
        axes[0].set_yticks(range(len(models)), names, fontsize=8)
        axes[0].set_ylabel("Model and its decade")
        _foot(fig, f"n = {len(models)} models; order from left to right, distances mean nothing")
    return fig


def _foot(fig, n):
    """Write n, whose words these are and the tier below a picture of the scheme."""
    fig.supxlabel(
        f"{n}. Aardema and Korsten (2009) in our words, no measurement · tier: published", fontsize=8.5
    )


def roles(citizen_roles, g4_roles):
    """Draw citizen roles beside municipal roles and units, with the four cities' roles that resemble them.

    Parameters
    ----------
    citizen_roles, g4_roles : pandas.DataFrame
        `gemeenten.scheme.ROLES` and `gemeenten.scheme.G4_ROLES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    heads = (
        "role of the citizen",
        "role of the municipality",
        "unit that has it",
        "role in four cities, 2008",
    )
    resembles = {
        role: f"{row.role} ({row.english})" for row in g4_roles.itertuples() for role in row.resembles
    }
    with figure(9.6, 5.4) as (fig, ax):
        for column, head in enumerate(heads):
            ax.text(column, -0.95, head, ha="center", va="center", fontsize=9.5, weight="bold")
        ax.text(len(heads) - 1, -0.8, CITIES, ha="center", va="top", fontsize=7.5, color=GREY)
        for row, role in enumerate(citizen_roles.itertuples()):
            texts = [f"{role.citizen}\n({role.citizen_english})", role.municipality, role.unit]
            texts += [resembles[role.citizen]] if role.citizen in resembles else []
            colors = ("sky blue", "orange", "bluish green", "reddish purple")
            for column, text in enumerate(texts):
                _box(
                    ax, column, row, 0.84, 0.72, fill(text, 22) if column else text, OKABE_ITO[colors[column]]
                )
            for column in range(len(texts) - 1):
                line = {"color": GREY, "linewidth": 1.2, "linestyle": ":" if column == 2 else "-"}
                ax.plot([column + 0.42, column + 0.58], [row, row], **line)
        ax.set(xlim=(-0.5, len(heads) - 0.5), ylim=(len(citizen_roles) - 0.5, -1.2))
        ax.set_axis_off()
        counted = f"{len(citizen_roles)} citizen roles, {len(g4_roles)} of the cities"
        _foot(
            fig, f"Lines: as in the chapter. Dotted: which role it resembles is our reading.\nn = {counted}"
        )
    return fig


def organograms(charts):
    """Draw organisation charts side by side, each a tree of units.

    Parameters
    ----------
    charts : dict of str to pandas.DataFrame
        Title -> `gemeenten.scheme.organogram` of one chart; four of them.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure(10.8, 7.2, rows=2, columns=2, width_ratios=(1, 1.25)) as (fig, axes):
        for ax, (title, units) in zip(axes.flat, charts.items(), strict=True):
            places = units.set_index("unit")
            for unit in units.dropna(subset="parent").itertuples():
                above = places.loc[unit.parent]
                middle = above["level"] + 0.5
                steps = [above["level"], middle, middle, unit.level]
                ax.plot(
                    [above["x"], above["x"], unit.x, unit.x], steps, color=GREY, linestyle="-", linewidth=0.9
                )
            for unit in units.itertuples():
                ax.text(unit.x, unit.level, _label(unit, units), ha="center", va="center", bbox=UNIT,
                        fontsize=_size(unit, units))  # fmt: skip
            ax.set(
                xlim=(units["x"].min() - 0.6, units["x"].max() + 0.6), ylim=(units["level"].max() + 0.5, -0.5)
            )
            used = [
                told for short, told in ABBREVIATED.items() if units["unit"].str.startswith(f"{short} ").any()
            ]
            ax.set_title("\n".join([title, "; ".join(used)]), fontsize=9)
            ax.set_axis_off()
        _foot(fig, f"n = {len(charts)} charts. A box is a unit, a line leads to the units below it")
    return fig


def _label(unit, units):
    """Return the Dutch name with its English below it; a number only tells equal units apart."""
    crowded = (units["level"] == unit.level).sum() > 6
    name = unit.unit.split()[0] if crowded or unit.unit.startswith(("afd", "dir ")) else unit.unit
    return fill(name, 12) if crowded or name != unit.unit else f"{fill(name, 18)}\n({fill(unit.english, 14)})"


def _size(unit, units):
    return 6.8 if (units["level"] == unit.level).sum() > 8 else 7.5
