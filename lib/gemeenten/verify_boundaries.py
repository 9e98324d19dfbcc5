"""Facts that hold municipalities, amalgamations and the codes of all other tables against each other."""

import pandas as pd

from gemeenten import registry, tables

ELECTION_YEAR = {"GR2010": 2010, "PS2019": 2019, "PS2023": 2023, "TK2023": 2023}
CARIBBEAN = "GM9"  # the public bodies of the Caribbean Netherlands are no municipalities
#: Tables of all municipalities -> what tells their parts from one another, and the year of each part.
WHOLE = {
    "accounts": (["stage", "year"], [("budget", y) for y in range(2017, 2027)]
                 + [("account", y) for y in range(2017, 2025)]),
    "costs_by_task_field": (["year"], [(y,) for y in range(2017, 2025)]),
    "density": (["year"], [(y,) for y in range(2012, 2024)]),
    "attributes": (["year"], [(2021,)]),
    "centroids": (["year"], [(2023,)]),
    "register_2026": (["year"], [(2026,)]),
    "staff_2014": (["year"], [(2014,)]),
    "turnout": (["election", "year"], [(e, ELECTION_YEAR[e]) for e in ("GR2010", "PS2019", "PS2023")]),
    "polling_places": (["election", "year"], [(e, ELECTION_YEAR[e]) for e in ("PS2023", "TK2023")]),
}  # fmt: skip


def existing():
    """Return every (code, year) from 1990 that the table `municipalities` knows, as a DataFrame."""
    spells = tables.load("municipalities")
    years = [
        range(first, last + 1) for first, last in zip(spells["first_year"], spells["last_year"], strict=True)
    ]
    return (
        spells.assign(year=years)
        .explode("year")[["code", "year"]]
        .astype({"year": "int64"})
        .drop_duplicates()
    )


def _with_year(name):
    """Return a table about all municipalities with its year as a column, the Caribbean left out."""
    frame = tables.load(name)
    if "election" in frame:
        frame = frame.assign(year=frame["election"].map(ELECTION_YEAR))
    elif "year" not in frame:
        frame = frame.assign(year=WHOLE[name][1][0][-1])
    return frame[~frame["code"].str.startswith(CARIBBEAN)]


def _dated_codes():
    """Return (table, code, year) of every shipped row that is about a municipality in a year."""
    parts = [_with_year(name)[["code", "year"]].assign(table=name) for name in WHOLE]
    population = tables.load("population")
    parts.append(population.loc[population["quality"] == "official", ["code", "year"]])
    parts[-1] = parts[-1].assign(table="population")
    for name, column in (
        ("organisation_models", "year_from"),
        ("organisation_units", "year"),
        ("organisation_indicators", "year"),
        ("service_scores", "year_from"),
    ):
        frame = tables.load(name).rename(columns={column: "year"})
        parts.append(frame.loc[frame["year"] >= 1990, ["code", "year"]].assign(table=name))
    return pd.concat(parts).astype({"year": "int64"}).drop_duplicates()


def codes_existed():
    """Every code existed in the year it is used for."""
    merged = _dated_codes().merge(existing(), on=["code", "year"], how="left", indicator=True)
    bad = merged[merged["_merge"] == "left_only"]
    if bad.empty:
        return None
    first = bad.iloc[0]
    return (
        f"{len(bad)} rows use a code that did not exist then, the first: {first['code']} in "
        f"{first['year']}, table {first['table']}; see `municipalities`"
    )


def tables_are_whole():
    """Every table of all municipalities holds each of them, less those it is known to lack."""
    wanted, absent = existing().groupby("year").size(), registry.facts("absent")
    for name, (columns, parts) in WHOLE.items():
        found = _with_year(name).groupby(columns)["code"].nunique()
        for part in parts:
            known = absent.get("-".join(map(str, (name, *part))), 0)
            held, needed = (
                int(found.get(part if len(part) > 1 else part[0], 0)),
                int(wanted[part[-1]]) - known,
            )
            if held != needed:
                told = " ".join(map(str, part))
                return f"data/{name}.csv, {told}: {held} municipalities instead of {needed}; restore the rows"
    return None


def _next_january(dates):
    """Return the year of the first 1 January on or after each ISO date."""
    return dates.str[:4].astype("int64") + (dates.str[5:] != "01-01")


def _spans():
    """Return the first and last 1 January of every code since 1990."""
    spells = tables.load("municipalities")
    return spells.groupby("code").agg(first=("first_year", "min"), last=("last_year", "max"))


def endings_are_in_the_register():
    """Every municipality that ended has one day on which `amalgamations` ends it, and no other has one."""
    events, spans = tables.load("amalgamations").drop_duplicates(["old_code", "date"]), _spans()
    return _wrong_day(events, spans) or _without_end(events, spans)


def _wrong_day(events, spans):
    """Return the first code that ends twice or on another day than the municipalities say, told in a line."""
    year = _next_january(events["date"])
    for code, years in year.groupby(events["old_code"]):
        last = spans["last"].get(code)
        if len(years) > 1:
            return f"data/amalgamations.csv: {code} ends on {len(years)} days; a code ends once"
        if last is not None and years.iloc[0] != last + 1:
            day = events.loc[years.index[0], "date"]
            return (
                f"data/amalgamations.csv: {code} ends on {day}, but `municipalities` has it to {last}; "
                "correct the one that is wrong"
            )
    return None


def _without_end(events, spans):
    """Return the first code that exists no longer and has no day on which it ended, told in a line."""
    known = {*tables.load("municipalities_historical_names")["code"], *tables.load("population")["code"]}
    standing = set(spans.index[spans["last"] == spans["last"].max()])
    missing = sorted((known | set(spans.index)) - standing - set(events["old_code"]))
    return (
        f"data/amalgamations.csv: no row ends {missing[0]} ({len(missing)} in all), which exists no longer; "
        "add the row"
        if missing
        else None
    )


def ended_municipalities_existed():
    """Every code that `amalgamations` ends was a municipality then, and every successor lives on."""
    events = tables.load("amalgamations")
    spans = _spans()
    outside = set(registry.facts("no_municipality"))
    late = events[_next_january(events["date"]) > int(spans["first"].min())]
    unknown = sorted(set(late["old_code"]) - set(spans.index) - outside)
    if unknown:
        row = late[late["old_code"] == unknown[0]].iloc[0]
        return (
            f"data/amalgamations.csv: {unknown[0]} ends on {row['date']}, but `municipalities` lacks it; "
            "correct old_code"
        )
    ended = events.groupby("old_code")["date"].max()
    last = events["new_code"].map(ended)
    gone = events[
        (last < events["date"]) | (last.isna() & ~events["new_code"].isin([*spans.index, *outside]))
    ]
    if len(gone):
        row = gone.iloc[0]
        return (
            f"data/amalgamations.csv: {row['old_code']} goes to {row['new_code']} on {row['date']}, "
            "which is no municipality then; correct new_code or date"
        )
    return None


def beginnings_are_in_the_register():
    """Every municipality that began since 1990 succeeds one that ended on that day."""
    events = tables.load("amalgamations")
    first = _spans()["first"]
    founded = set(zip(events["new_code"], _next_january(events["date"]), strict=True))
    new = first[first > first.min()]
    missing = [pair for pair in zip(new.index, new, strict=True) if pair not in founded]
    if not missing:
        return None
    code, year = missing[0]
    return f"data/amalgamations.csv: no row founds {code}, which first existed on 1 January {year}; add it"


def successors_existed():
    """Every successor in an amalgamation since 1990 exists on the next 1 January."""
    events = tables.load("amalgamations")
    events = events[events["date"] > "1990-01-01"]
    wanted = set(zip(events["new_code"], _next_january(events["date"]), strict=True))
    missing = wanted - set(map(tuple, existing().to_numpy()))
    return f"{len(missing)} do not, among them {sorted(missing)[0]}" if missing else None
