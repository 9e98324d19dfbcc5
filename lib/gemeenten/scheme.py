"""The chapter's scheme as data: three models and their traits, the pendulum, the roles, the four charts.

Everything here is what Aardema and Korsten (2009, sections 2 and 3) put forward, in our words: ideal types,
not measurements. Dutch terms stand beside their English meaning.
"""

import pandas as pd

from gemeenten.errors import DataError

MODELS = pd.DataFrame(
    [
        ("secretarie", "secretariemodel", "secretary's-office model", 1980),
        ("sectoren", "sectoren- / (concern)dienstenmodel", "sector or service-department model", 1990),
        ("directie", "directie- / afdelingenmodel", "tilted directorate or department model", 2000),
    ],
    columns=["model", "dutch", "english", "decade"],
)
"""The three generations: `model` (key), its names, and the first year of the decade it stands for."""

# trait: (the question it answers, the answer of each model, position of each answer between the two poles)
_TRAITS = {
    "policy and execution": (
        "Are policy and its execution in one unit?",
        ("separated", "brought together, by policy field", "sometimes separated again"),
        (0.0, 1.0, 0.5),
    ),
    "resource functions": (
        "Where do staff, information, organisation, finance, automation and housing (PIOFAH) sit?",
        (
            "central, outside the line",
            "decentralised, with integral managers",
            "tilted and central: control, facility",
        ),
        (0.0, 1.0, 0.25),
    ),
    "municipal secretary": (
        "Is the secretary (gemeentesecretaris) in charge?",
        ("in charge of office and team", "first among equals", "in charge, helped by deputies"),
        (0.0, 1.0, 0.0),
    ),
    "shape": (
        "What does the organisation look like?",
        ("advice upon advice", "a pyramid", "flatter"),
        (None, None, None),
    ),
    "outsourcing": (
        "Is work put out to others?",
        ("not named", "not named", "yes: shared services, private firms"),
        (None, None, None),
    ),
    "culture": (
        "How do units deal with one another?",
        ("fighting", "negotiating", "cooperating (with a question mark)"),
        (None, None, None),
    ),
}

POLES = {
    "policy and execution": ("separated", "together"),
    "resource functions": ("central", "decentralised"),
    "municipal secretary": ("in charge", "first among equals"),
}
"""The pendulum's three dimensions (*slingerbeweging*) with their poles, position 0 and position 1."""

ROLES = pd.DataFrame(
    [
        ("kiezer", "voter", "leadership, inside and outside", "council, board and managers"),
        ("klant", "customer", "service delivery", "counter, physical and digital"),
        ("onderdaan", "subject", "applying and enforcing rules", "back office, permits, enforcement"),
        ("partner", "partner", "policy development", "policy department"),
        ("wijkbewoner", "resident", "managing the neighbourhood", "outdoor department"),
        (
            "belastingbetaler",
            "taxpayer",
            "working effectively and efficiently",
            "finance, internal organisation",
        ),
    ],
    columns=["citizen", "citizen_english", "municipality", "unit"],
)
"""The "citizen's logic" (*burgerlogica*): a citizen's role, the municipality's role, the unit that has it."""

G4_ROLES = pd.DataFrame(
    [
        ("ontwikkelen & ordenen", "develop and order", ("partner",)),
        ("regelen & handhaven", "regulate and enforce", ("onderdaan",)),
        ("dienstverlenen", "deliver services", ("klant",)),
        ("beheren", "manage and maintain", ("wijkbewoner",)),
    ],
    columns=["role", "english", "resembles"],
)
"""The four roles of the four largest cities' meeting in 2008; `resembles`: our reading, citizen roles."""

# chart: rows of (name of a unit, English, name of the unit above it or None, level from the top)
_CHARTS = {
    "secretarie": (
        ("college van B en W", "mayor and aldermen", None, 0),
        ("technische dienst", "technical service", "college van B en W", 1),
        ("gemeentesecretarie", "secretary's office", "college van B en W", 1),
        ("andere dienst(en)", "other services, if any", "college van B en W", 1),
    ),
    "sectoren": (
        ("secretaris", "secretary", None, 0),
        *((f"dienst {dutch}", english, "secretaris", 1) for dutch, english in (
            ("ruimte", "land use"), ("inwoners", "inhabitants"), ("middelen", "resources"))),
        *((f"afd {unit} {i}", "department", f"dienst {unit}", 2)
          for unit in ("ruimte", "inwoners", "middelen") for i in (1, 2, 3)),
    ),
    "directie": (
        ("directie", "directorate", None, 0),
        *((unit, english, "directie", 1) for unit, english in (
            ("beleid", "policy"), ("buiten", "outdoor"), ("backoffice", "back office"),
            ("frontoffice", "front office"), ("control", "control"), ("facilitair", "facilities"))),
    ),
    "directie in practice": (
        ("algemeen directeur", "general director", None, 0),
        *((f"dir {side}", "director", "algemeen directeur", 1) for side in (1, 2)),
        *((f"afd {i}", "department", f"dir {1 + (i > 3)}", 2) for i in range(1, 7)),
        *((f"team {i}{half}", "team", f"afd {i}", 3) for i in range(1, 7) for half in "ab"),
    ),
}  # fmt: skip

CHARTS = tuple(_CHARTS)
"""The four organisation charts (organograms) of the chapter."""


def traits():
    """Return the six traits of the three models.

    Returns
    -------
    pandas.DataFrame, one row a trait and model
        `trait`, `question`, `model`, `value` (the chapter's answer in our words) and `position`: where the
        answer lies between the two poles of `POLES`, from 0 to 1; missing for traits without a pendulum.
        The positions order what the chapter says ("more often separated again" lies between); they measure
        nothing.
    """
    rows = [
        (trait, question, model, value, position)
        for trait, (question, values, positions) in _TRAITS.items()
        for model, value, position in zip(MODELS["model"], values, positions, strict=True)
    ]
    return pd.DataFrame(rows, columns=["trait", "question", "model", "value", "position"]).astype(
        {"position": float}
    )


def organogram(chart):
    """Return one of the four charts as a tree.

    Parameters
    ----------
    chart : str
        One of `CHARTS`.

    Returns
    -------
    pandas.DataFrame, one row a unit
        `unit`, `english`, `parent` (missing at the top), `level` (0 at the top) and `x`, its place from left
        to right in units of the narrowest box: a parent stands over the middle of its units.

    Raises
    ------
    DataError
        If there is no such chart.
    """
    if chart not in _CHARTS:
        raise DataError(f"chart: no {chart!r}; choose from {', '.join(CHARTS)}")
    units = pd.DataFrame(list(_CHARTS[chart]), columns=["unit", "english", "parent", "level"])
    leaves = units[~units["unit"].isin(units["parent"])]
    places = dict(zip(leaves["unit"], map(float, range(len(leaves))), strict=True))
    for level in sorted(units["level"].unique(), reverse=True):
        for unit in units.loc[units["level"] == level, "unit"]:
            below = units.loc[units["parent"] == unit, "unit"].map(places)
            places.setdefault(unit, below.mean())
    return units.assign(x=units["unit"].map(places))
