"""Schemas of the tables on elections and on marks that citizens and others gave."""

from gemeenten.schemas.columns import (
    category,
    code,
    count,
    in_order,
    measure,
    quality,
    rule,
    table,
    text,
    year,
)

INSTRUMENTS = ("burgerrollen", "burgerpeiling", "other")
_INSTRUMENT = (
    "Citizens' survey by roles (burgerrollen, to 2013), citizens' survey (burgerpeiling, from 2014), other"
)


def _fits_scale(rows):
    """Return whether each score is possible on its scale: marks 1-10, percentages to 100, ranks of n."""
    scale, score = rows["scale"], rows["score"]
    most = scale.str.extract(r"^rank of (\d+)$")[0].astype("float64")
    most = most.mask(scale.str.startswith("1-10"), 10).mask(scale.str.contains("percent"), 100)
    least = scale.str.startswith(("1-10", "rank")).astype("float64")
    return (score >= least) & ~(score > most)


FITS_SCALE = rule("score within its scale", _fits_scale)

polling_places = table(
    key=["election", "code"],
    election=category(
        "Provincial election of 15 March 2023 or parliamentary election of 22 November 2023",
        ("PS2023", "TK2023"),
    ),
    code=code("CBS municipality code; GM9001-GM9003 are the public bodies of the Caribbean Netherlands"),
    polling_places=count("Polling places (stembureaus)", "polling places"),
    mobile=count("of which mobile", "polling places"),
    accessible=count("of which accessible to people with a physical disability", "polling places"),
    not_accessible=count("of which not accessible", "polling places"),
    accessibility_unknown=count("of which accessibility not known", "polling places"),
    quality=quality(caribbean="a public body of the Caribbean Netherlands, not a municipality"),
)

turnout = table(
    key=["election", "code"],
    rules=[in_order("counted_votes", "electorate")],
    election=category(
        "Municipal election of 3 March 2010, provincial elections of 20 March 2019 and 15 March 2023",
        ("GR2010", "PS2019", "PS2023"),
    ),
    code=code(),
    electorate=count("People entitled to vote", "people", least=1),
    counted_votes=count("Votes counted", "votes"),
    polling_stations=count("Polling stations", "polling stations", missing=True),
)

service_scores = table(
    key=["code", "year_from", "wave", "instrument", "role"],
    rules=[FITS_SCALE, in_order("year_from", "year_to")],
    code=code(),
    municipality=text("Name as printed"),
    year_from=year("First year of the fieldwork; missing where the source does not say", 2005, 2026, True),
    year_to=year("Last year of the fieldwork; missing where the source does not say", 2005, 2026, True),
    wave=text("Wave as the source names it"),
    instrument=category(f"{_INSTRUMENT}; not to be pooled", INSTRUMENTS),
    role=text("Citizen role or aspect that the mark is about"),
    score=measure("Mark, share or rank as printed; see scale", "see scale", 0),
    scale=text("Scale of the score"),
    n_respondents=count("Respondents, where printed", "people", missing=True, least=1),
    source_key=text("Key in `sources`"),
    url=text("Address of the source"),
    locator=text("Place in the source"),
    note=text("Remark", missing=True),
    quality=quality(verify="the remark gives a reason to verify the value at the source before use"),
)

service_aggregates = table(
    key=["group", "year", "instrument", "role", "source_key"],
    rules=[FITS_SCALE, in_order("size_class_min", "size_class_max")],
    size_class_min=count("Least inhabitants of the size class", "inhabitants", missing=True),
    size_class_max=count("Most inhabitants of the size class", "inhabitants", missing=True),
    group=text("Which municipalities the figure is about"),
    year=text("Year as printed, with what the source adds"),
    instrument=category(_INSTRUMENT, INSTRUMENTS),
    role=text("Aspect that the figure is about"),
    score=measure("Mark or share as printed; see scale", "see scale", 0),
    scale=category("Scale of the score", ("1-10", "1-10 constructed", "0-100 percent", "percent")),
    n_respondents=count("Respondents; printed by none of the sources", "people", missing=True, least=1),
    source_key=text("Key in `sources`"),
    url=text("Address of the source"),
    locator=text("Place in the source"),
    note=text("Remark", missing=True),
)
