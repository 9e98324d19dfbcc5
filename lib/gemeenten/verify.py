"""Hold the shipped tables against each other and against published facts."""

from dataclasses import dataclass

import pandas as pd

from gemeenten import registry, tables
from gemeenten.errors import GemeentenError

LARGE = 100_000
ELECTION_YEAR = {"GR2010": 2010, "PS2019": 2019, "PS2023": 2023, "TK2023": 2023}


@dataclass(frozen=True)
class Check:
    """One thing that was checked; `problem` is empty when it holds."""

    name: str
    problem: str = ""

    @property
    def ok(self):
        """Whether it holds."""
        return not self.problem


def verify():
    """Yield a Check per table (hash, schema, key, rows) and per fact that spans tables.

    Yields
    ------
    Check
        In a fixed order. Facts across tables are left out while a table itself fails.
    """
    failed = False
    for name in tables.names():
        check = check_table(name)
        failed |= not check.ok
        yield check
    if not failed:
        for fact in FACTS:
            yield Check(fact.__doc__.splitlines()[0].rstrip("."), fact() or "")


def check_table(name):
    """Return the Check of one table: its hash, schema and key, and the registered number of rows."""
    try:
        frame = tables.load(name)
    except GemeentenError as error:
        return Check(f"table {name}", str(error))
    wanted = registry.entry(name).rows
    problem = (
        ""
        if len(frame) == wanted
        else f"{len(frame)} rows, {wanted} registered; run `gemeenten stamp {name}`"
    )
    return Check(f"table {name}", problem)


def _official():
    frame = tables.load("population")
    return frame[frame["quality"] == "official"]


def _existing():
    """Return every (code, year) from 1990 that `municipalities` knows."""
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


def _dated_codes():
    """Return (table, code, year) of every shipped row that is about a municipality in a year."""
    parts = []
    for name in ("accounts", "costs_by_task_field", "density", "attributes"):
        parts.append(tables.load(name)[["code", "year"]].assign(table=name))
    population = _official()[["code", "year"]].assign(table="population")
    for name, column in (
        ("organisation_models", "year_from"),
        ("organisation_units", "year"),
        ("organisation_indicators", "year"),
        ("service_scores", "year_from"),
    ):
        frame = tables.load(name).rename(columns={column: "year"})
        parts.append(frame.loc[frame["year"] >= 1990, ["code", "year"]].assign(table=name))
    for name, year in (("staff_2014", 2014), ("register_2026", 2026), ("centroids", 2023)):
        parts.append(tables.load(name)[["code"]].assign(year=year, table=name))
    for name in ("turnout", "polling_places"):
        frame = tables.load(name)
        frame = frame[~frame["code"].str.startswith("GM9")]
        parts.append(frame[["code"]].assign(year=frame["election"].map(ELECTION_YEAR), table=name))
    return pd.concat([*parts, population]).astype({"year": "int64"}).drop_duplicates()


def codes_existed():
    """Every code existed in the year it is used for."""
    merged = _dated_codes().merge(_existing(), on=["code", "year"], how="left", indicator=True)
    bad = merged[merged["_merge"] == "left_only"]
    if bad.empty:
        return None
    first = bad.iloc[0]
    return (
        f"{len(bad)} rows use a code that did not exist then, the first: {first['code']} in "
        f"{first['year']}, table {first['table']}; see `municipalities`"
    )


def population_is_complete():
    """Every municipality has its inhabitants in every year from 2012."""
    known = _existing()
    wanted = set(map(tuple, known[known["year"] >= 2012].to_numpy()))
    missing = wanted ^ set(map(tuple, _official()[["code", "year"]].to_numpy()))
    return f"{len(missing)} municipality-years differ, among them {sorted(missing)[0]}" if missing else None


def _compare(found, wanted, what):
    wrong = [
        f"{key}: {found.get(key)} instead of {value}"
        for key, value in wanted.items()
        if found.get(key) != value
    ]
    return f"{what}: {'; '.join(wrong)}" if wrong else None


def _facts(name):
    return {int(year): value for year, value in registry.content()["facts"][name].items()}


def population_sums():
    """Inhabitants add up to the national total, 2012-2025."""
    return _compare(
        _official().groupby("year")["population"].sum().to_dict(),
        _facts("national_population"),
        "inhabitants",
    )


def number_of_municipalities():
    """There are 415, 403, 388, 355 and 342 municipalities in 2012, 2014, 2017, 2020 and 2023."""
    return _compare(_existing().groupby("year").size().to_dict(), _facts("municipalities"), "municipalities")


def number_above_100000():
    """There are 27, 30, 31, 32 and 32 of them above 100,000."""
    official = _official()
    large = official[official["population"] > LARGE].groupby("year").size().to_dict()
    return _compare(large, _facts("large_municipalities"), "municipalities above 100,000")


def accounts_use_the_population():
    """Inhabitants are the same in the accounts and in the population table."""
    merged = tables.load("accounts").merge(_official(), on=["code", "year"], suffixes=("", "_cbs"))
    wrong = merged[merged["population"] != merged["population_cbs"]]
    return None if wrong.empty else f"{len(wrong)} rows differ, the first: {wrong.iloc[0]['code']}"


def task_fields_add_up():
    """Costs by task field add up to the main task fields of the accounts."""
    fields = tables.load("costs_by_task_field")
    summed = fields.groupby(["code", "year", fields["task_field"].str[0]])["costs"].sum(min_count=1).unstack()
    accounts = tables.load("accounts")
    filed = accounts[(accounts["stage"] == "account") & accounts["filed"]].set_index(["code", "year"])
    for digit in summed:
        gap = filed[f"costs_task_{digit}"] - summed[digit].reindex(filed.index)
        wrong = gap[gap != 0]
        if len(wrong):
            return f"main task {digit}: {len(wrong)} sums differ, the first of {wrong.index[0]}"
    return None


def amounts_missing_where_not_filed():
    """Amounts are missing, not zero, exactly where no statement was filed."""
    accounts = tables.load("accounts")
    fields = tables.load("costs_by_task_field").assign(stage="account")
    fields = fields.merge(accounts[["code", "year", "stage", "filed"]], on=["code", "year", "stage"])
    wrong = [frame[frame["costs"].isna() == frame["filed"]] for frame in (accounts, fields)]
    wrong = pd.concat(wrong)
    return None if wrong.empty else f"{len(wrong)} rows, the first: {wrong.iloc[0]['code']}"


def overhead_of_amsterdam():
    """Overhead of Amsterdam in its 2023 account is the published figure."""
    accounts = tables.load("accounts")
    for key, wanted in registry.content()["facts"]["overhead"].items():
        code, year = key.split("-")
        row = accounts.query(
            "code == @code and year == @year and stage == 'account'",
            local_dict={"code": code, "year": int(year)},
        )
        if row["overhead"].tolist() != [wanted]:
            return f"{code} {year}: {row['overhead'].tolist()} instead of {wanted}"
    return None


def successors_existed():
    """Every successor in an amalgamation since 1990 exists on the next 1 January."""
    events = tables.load("amalgamations")
    events = events[events["date"] > "1990-01-01"]
    year = events["date"].str[:4].astype("int64") + (events["date"].str[5:] != "01-01")
    wanted = set(zip(events["new_code"], year, strict=True))
    missing = wanted - set(map(tuple, _existing().to_numpy()))
    return f"{len(missing)} do not, among them {sorted(missing)[0]}" if missing else None


def parts_add_up():
    """Legal forms add up to the joint arrangements, accessibility to the polling places."""
    register, places = tables.load("register_2026"), tables.load("polling_places")
    forms = register[["ja_public_body", "ja_bare", "ja_operational_body", "ja_joint_organ"]].sum(axis=1)
    access = places[["accessible", "not_accessible", "accessibility_unknown"]].sum(axis=1)
    wrong = (forms != register["joint_arrangements"]).sum() + (access != places["polling_places"]).sum()
    return f"{wrong} rows do not" if wrong else None


def sources_are_listed():
    """Every source key is in the bibliography."""
    known = set(tables.load("sources")["source_key"])
    for name in ("organisation_surveys", "organisation_indicators", "service_scores", "service_aggregates"):
        unknown = set(tables.load(name)["source_key"]) - known
        if unknown:
            return f"{name}: {sorted(unknown)[0]!r} is not in `sources`"
    return None


FACTS = (
    codes_existed,
    population_is_complete,
    population_sums,
    number_of_municipalities,
    number_above_100000,
    accounts_use_the_population,
    task_fields_add_up,
    amounts_missing_where_not_filed,
    overhead_of_amsterdam,
    successors_existed,
    parts_add_up,
    sources_are_listed,
)
