"""Schemas of the tables on municipalities themselves: names, boundaries, inhabitants, area."""

from gemeenten.schemas.columns import (
    category,
    code,
    count,
    date,
    in_order,
    measure,
    quality,
    table,
    text,
    year,
)

PROVINCES = (
    "Drenthe",
    "Flevoland",
    "Fryslân",
    "Gelderland",
    "Groningen",
    "Limburg",
    "Noord-Brabant",
    "Noord-Holland",
    "Overijssel",
    "Utrecht",
    "Zeeland",
    "Zuid-Holland",
)

municipalities = table(
    key=["code", "first_year"],
    rules=[in_order("first_year", "last_year")],
    code=code(),
    name=text("Name during the spell"),
    province=category("Province", PROVINCES),
    first_year=year("First 1 January, from 1990, on which the municipality had this name", 1990, 2026),
    last_year=year("Last 1 January on which it had this name; 2026 where it still has", 1990, 2026),
)

municipalities_historical_names = table(
    key=["code"],
    code=code(),
    name=text("Last name of a municipality that ended before 1990"),
)

population = table(
    key=["code", "year"],
    code=code(),
    year=year("Year; the count is that of 1 January from 2003 on", 1948, 2026),
    population=count("Registered inhabitants", "inhabitants"),
    series=category(
        "Where the figure is from: CBS table 37259ned, the population column of CBS Iv3, the Historical "
        "Database of Dutch Municipalities (HDNG), or the UN Demographic Yearbook",
        ("cbs_37259", "cbs_iv3", "hdng", "unsd_cities"),
    ),
    quality=category(
        "`official`: all municipalities, sums equal the national total; `historical`: digitised censuses "
        "and registers, small gaps; `approximate`: about 1986, partly rounded; `cities_only`: only the "
        "municipalities above 100,000",
        ("official", "historical", "approximate", "cities_only"),
    ),
)

amalgamations = table(
    key=["date", "old_code", "new_code"],
    date=date("Date on which the old municipality ended"),
    old_code=code("Code of the municipality that ended"),
    old_name=text("Its name"),
    new_code=code("Code of the successor; several rows where it was divided"),
    new_name=text("Name of the successor", missing=True),
    type=category(
        "What happened: absorbed by an existing municipality, merged into a new one, renamed or recoded, "
        "or a border correction with Germany",
        ("absorbed_by_existing", "merger_into_new", "renamed_or_recoded", "border_correction_germany"),
    ),
    series=category(
        "Register the row is from: RvIG table 33, the TOOI register, or both",
        ("rvig_tabel33", "rvig_tabel33;tooi", "tooi"),
    ),
    type_basis=category(
        "Whether the register states the type or it follows from codes and dates", ("stated", "derived")
    ),
    quality=quality(
        successors_incomplete="the register names fewer successors than the municipality was divided over; "
        "the whole cannot be allocated to those it names"
    ),
)

attributes = table(
    key=["code"],
    code=code(),
    year=year("Year of the figures", 2021, 2021),
    urbanity_class=measure("Urbanity (stedelijkheid), 1 very urban to 5 not urban", "class 1-5", 1, 5),
    address_density=count("Addresses around an address (omgevingsadressendichtheid)", "addresses per km2"),
    households=count("Private households", "households"),
    land_area_km2=measure("Land area", "km2", 0),
    water_area_km2=measure("Water area", "km2", 0),
)

density = table(
    key=["code", "year"],
    code=code(),
    year=year("Year, 1 January", 2012, 2023),
    density_per_km2_land=count("Inhabitants per km2 of land", "inhabitants per km2"),
)

centroids = table(
    key=["code"],
    code=code("CBS code of a municipality of 2023-2026"),
    longitude=measure("Longitude of the area centroid, WGS 84", "degrees east", 3, 7.5),
    latitude=measure("Latitude of the area centroid, WGS 84", "degrees north", 50.5, 54),
)
