"""Schemas of the tables on organisation models, and of the bibliography."""

from gemeenten.schemas.columns import category, code, count, in_order, measure, rule, table, text, year

MODELS = ("secretarie", "sectoren", "directie", "other")

organisation_models = table(
    key=["code", "year_from", "model"],
    rules=[in_order("year_from", "year_to")],
    code=code(),
    municipality=text("Name as printed"),
    year_from=year("First year the model is documented; missing where not known", 1940, 2026, missing=True),
    year_to=year("Last year it is documented; missing means not known, never until now", 1940, 2026, True),
    model=category("Secretarie, sectoren/diensten, directie/afdelingen, or another model", MODELS),
    shape=category("Shape of the organisation", ("secretarie", "pyramidal", "flat", "unclear")),
    confidence=category("How sure the coding is", ("high", "medium", "low")),
    evidence=text("Quotation the code rests on, at most 15 words"),
    url=text("Address of the source"),
    date_basis=text("What the dates rest on"),
    detail=text("Remark", missing=True),
)

organisation_units = table(
    key=["code", "year", "unit_label"],
    code=code(),
    municipality=text("Name as printed"),
    year=year("Year; missing where the source is undated", 1990, 2026, missing=True),
    unit_label=text("What the main units are called"),
    n_units=count("Main units", "units", missing=True),
    n_top_managers=count("Top managers", "managers", missing=True),
    employees=count("Employees as printed", "people or fte", missing=True),
    inhabitants_in_source=count("Inhabitants as printed", "inhabitants", missing=True),
    url=text("Address of the source"),
    note=text("Remark", missing=True),
)

organisation_surveys = table(
    key=["source_key", "year_observed", "population_of_municipalities", "variable"],
    rules=[
        rule(
            "percent at most 100",
            lambda rows: ~rows["unit"].str.startswith("percent") | ~(rows["value"] > 100),
        ),
        in_order("size_class_min", "size_class_max"),
    ],
    source_key=text("Key in `sources`"),
    year_observed=text("Year or period as the source states it", missing=True),
    population_of_municipalities=text("Which municipalities the figure is about"),
    n=count("Number of units behind the figure; missing where not stated", "units", missing=True, least=1),
    size_class_min=count("Least inhabitants", "inhabitants", missing=True),
    size_class_max=count("Most inhabitants", "inhabitants", missing=True),
    variable=text("What was measured, as `variable` or `variable=category`"),
    value=measure(
        "Value as printed; a worded share is to be read as an interval", "see unit", 0, missing=True
    ),
    unit=text("Unit, with the wording where the source gives words"),
    page_or_locator=text("Place in the source"),
    note=text("Remark", missing=True),
)

sources = table(
    key=["source_key"],
    source_key=text("Key used by the other tables"),
    authors=text("Authors", missing=True),
    year=year("Year of publication; missing where undated", 1900, 2026, missing=True),
    title=text("Title"),
    publisher=text("Publisher", missing=True),
    url=text("Address", missing=True),
    access=text("What of it was read", missing=True),
)
