"""Schemas of the tables on municipal money and staff."""

from gemeenten.schemas.columns import (
    category,
    code,
    count,
    flag,
    measure,
    money,
    quality,
    rule,
    table,
    text,
    year,
)

TASK_FIELD = r"^\d\.\d{1,2}[a-z]?$"
MAIN_TASKS = (
    "governance and support",
    "safety",
    "traffic, transport and water",
    "economy",
    "education",
    "sport, culture and recreation",
    "social domain",
    "public health and environment",
    "housing and spatial development",
)

accounts = table(
    key=["code", "year", "stage"],
    code=code(),
    year=year("Financial year", 2017, 2026),
    stage=category("Budget (begroting) or annual account (jaarrekening)", ("budget", "account")),
    population=count("Inhabitants on 1 January of the year", "inhabitants"),
    costs=money("Total costs without the reserves (task fields 0.10 and 0.11)"),
    revenues=money("Total revenues without the reserves"),
    salaries=money("Salaries and social contributions, category 1.1"),
    hired_staff=money("Hired staff, category 3.5.1"),
    transfers_joint_arrangements=money("Transfers to joint arrangements, category 4.3.3"),
    overhead_salaries=money("Salaries within overhead"),
    overhead_hired_staff=money("Hired staff within overhead"),
    overhead=money("Overhead, task field 0.4"),
    governance=money("Governance (bestuur), task field 0.1"),
    grants_general=money("General grant from the municipalities fund"),
    levies=money("Municipal levies"),
    **{f"costs_task_{k}": money(f"Costs of main task {k}, {label}") for k, label in enumerate(MAIN_TASKS)},
    filed=flag("False where the municipality delivered no statement: its amounts are missing"),
    civil_affairs=money("Civil affairs (burgerzaken), task field 0.2"),
    quality=quality(
        overhead_doubtful="overhead is negative, zero, or below 1.2 % or above 35 % of costs: "
        "most likely booked under another task field",
        amount_doubtful="a budget whose governance, general grant or levies are zero or negative, or whose "
        "salaries are below 10 EUR an inhabitant: most likely booked elsewhere; its overhead is usable",
    ),
)

costs_by_task_field = table(
    key=["code", "year", "task_field"],
    code=code(),
    year=year("Financial year of the annual account", 2017, 2024),
    task_field=text("Task field (taakveld), as text: 0.1 and 0.10 differ", pattern=TASK_FIELD),
    costs=money("Costs of the task field; zero where the statement books nothing on it"),
    quality=quality(not_filed="the municipality delivered no statement: its costs are missing, not zero"),
)

iv3_task_fields = table(
    key=["year", "task_field"],
    year=year("Financial year", 2017, 2026),
    task_field=text("Task field (taakveld), as text: 0.1 and 0.10 differ", pattern=TASK_FIELD),
    label=text("Dutch name of the task field"),
)

staff_2014 = table(
    key=["code"],
    code=code(),
    fte=count("Civil servants in full-time equivalents, 2014", "fte"),
    quality=quality(
        few_staff="fewer than 2.6 fte per 1,000 inhabitants: as a rule a civil service merged with others",
        doubtful="fewer than 2.6 fte per 1,000 inhabitants in a municipality above 100,000, where none had "
        "merged its civil service: do not use",
    ),
)

register_2026 = table(
    key=["code"],
    code=code(),
    council_seats=count("Seats in the council as the register states them", "seats", least=1),
    council_parties=count("Parties in the council", "parties", least=1),
    inhabitants_register=count("Inhabitants as the register states them", "inhabitants"),
    joint_arrangements=count("Joint arrangements the municipality takes part in", "arrangements"),
    ja_public_body=count("of which public body (openbaar lichaam)", "arrangements"),
    ja_bare=count("of which bare arrangement (regeling zonder meer)", "arrangements"),
    ja_operational_body=count("of which operational body (bedrijfsvoeringsorganisatie)", "arrangements"),
    ja_joint_organ=count("of which joint organ (gemeenschappelijk orgaan)", "arrangements"),
    quality=quality(
        seats_not_legal="the seats differ from the number that Gemeentewet art. 8 gives for the population "
        "of 1 January 2025"
    ),
)

organisation_indicators = table(
    key=["code", "year", "type", "indicator", "source_key"],
    rules=[
        rule("percent at most 100", lambda rows: ~rows["unit"].str.startswith("%") | (rows["value"] <= 100))
    ],
    code=code(),
    municipality=text("Name as printed"),
    year=year("Year of the figure; missing where the source does not say", 2010, 2026, missing=True),
    type=category(
        "Realised or budgeted, as printed, or one of four values whose years the source does not say",
        ("realisatie", "realisatie (as printed)", "begroting", *[f"value {k} of 4" for k in range(1, 5)]),
    ),
    indicator=category(
        "Posts (formatie), filled posts (bezetting), costs of the apparatus (apparaatskosten), hired staff "
        "(externe inhuur), overhead",
        ("formatie", "bezetting", "apparaatskosten", "externe_inhuur", "overhead"),
    ),
    value=measure("Value as printed", "see unit", 0),
    unit=category(
        "Unit of the value",
        ("fte/1000 inh", "EUR/inh", "% loonsom", "% lasten", "% loonsom+inhuur"),
    ),
    source_key=text("Key in `sources`"),
    url=text("Address of the source"),
    note=text("Remark", missing=True),
)
