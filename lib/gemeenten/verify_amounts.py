"""Facts that hold inhabitants, accounts and counts against each other and against published totals."""

import pandas as pd

from gemeenten import registry, tables
from gemeenten.verify_boundaries import existing

LARGE = 100_000
MAIN_TASKS = range(9)


def _official():
    frame = tables.load("population")
    return frame[frame["quality"] == "official"]


def population_is_complete():
    """Every municipality has its inhabitants in every year from 2012."""
    known = existing()
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
    return {int(year): value for year, value in registry.facts(name).items()}


def population_sums():
    """Inhabitants add up to the national total, 2012-2025."""
    return _compare(
        _official().groupby("year")["population"].sum().to_dict(),
        _facts("national_population"),
        "inhabitants",
    )


def number_of_municipalities():
    """Municipalities are as many as the official number, in eleven years from 1990 to 2026."""
    return _compare(existing().groupby("year").size().to_dict(), _facts("municipalities"), "municipalities")


def number_above_100000():
    """There are 27, 30, 31, 32 and 32 above 100,000 in 2012, 2014, 2017, 2020 and 2023."""
    official = _official()
    large = official[official["population"] > LARGE].groupby("year").size().to_dict()
    return _compare(large, _facts("large_municipalities"), "municipalities above 100,000")


def accounts_use_the_population():
    """Inhabitants are the same in the accounts and in the population table."""
    merged = tables.load("accounts").merge(_official(), on=["code", "year"], suffixes=("", "_cbs"))
    wrong = merged[merged["population"] != merged["population_cbs"]]
    return None if wrong.empty else f"{len(wrong)} rows differ, the first: {wrong.iloc[0]['code']}"


def task_fields_are_whole():
    """Every account has a row for each task field of its year."""
    fields = tables.load("costs_by_task_field")
    held = fields.groupby(["year", "task_field"])["code"].nunique()
    wanted = fields.groupby("year")["code"].nunique().reindex(held.index, level="year")
    short = held[held != wanted]
    if len(short):
        year, field = short.index[0]
        return (
            f"data/costs_by_task_field.csv: task field {field} of {year} has {short.iloc[0]} rows instead of "
            f"{wanted[short.index[0]]}; restore the rows"
        )
    labels = tables.load("iv3_task_fields").set_index(["year", "task_field"]).index
    unknown = held.index.difference(labels)
    return (
        f"data/iv3_task_fields.csv: no label for {unknown[0][1]} of {unknown[0][0]}" if len(unknown) else None
    )


def task_fields_add_up():
    """Costs by task field add up to the main task fields of the accounts."""
    fields = tables.load("costs_by_task_field")
    summed = fields.groupby(["code", "year", fields["task_field"].str[0]])["costs"].sum(min_count=1).unstack()
    accounts = tables.load("accounts")
    filed = accounts[(accounts["stage"] == "account") & accounts["filed"]].set_index(["code", "year"])
    for digit in MAIN_TASKS:
        if str(digit) not in summed:
            return f"data/costs_by_task_field.csv: no row of main task {digit}; restore the rows"
        gap = filed[f"costs_task_{digit}"] - summed[str(digit)].reindex(filed.index)
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
    for key, wanted in registry.facts("overhead").items():
        code, year = key.split("-")
        row = accounts.query(
            "code == @code and year == @year and stage == 'account'",
            local_dict={"code": code, "year": int(year)},
        )
        if row["overhead"].tolist() != [wanted]:
            return f"{code} {year}: {row['overhead'].tolist()} instead of {wanted}"
    return None


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
