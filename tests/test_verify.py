"""`gemeenten verify`: it passes on the shipped tables and fails on each kind of spoiled one."""

import pytest
from test_tables import spoil

from gemeenten import registry, tables, verify


def problems():
    return {check.name: check.problem for check in verify.verify() if not check.ok}


def test_shipped_tables_pass_every_check():
    checks = list(verify.verify())
    assert [check.problem for check in checks if not check.ok] == []
    assert len(checks) == len(tables.names()) + len(verify.FACTS)


@pytest.mark.parametrize(
    ("table", "old", "new", "check"),
    [
        ("population", "GM0363,2012,790110", "GM0363,2012,790111", "Inhabitants add up"),
        ("density", "GM0003,2013,507", "GM0055,2023,507", "Every code existed"),
        ("accounts", "GM0003,2017,account,11971", "GM0003,2017,account,11970", "Inhabitants are the same"),
        ("costs_by_task_field", "GM0003,2017,0.1,842", "GM0003,2017,0.1,843", "Costs by task field"),
        ("service_scores", "veere2009", "veere2099", "Every source key"),
        (
            "municipalities",
            "GM0005,Bedum,Groningen,1990,2018",
            "GM0005,Bedum,Groningen,1990,2020",
            "Municipalities are as many as",
        ),
        ("register_2026", "GM0014,45,14,244427,13,", "GM0014,45,14,244427,14,", "Legal forms"),
    ],
)
def test_a_changed_value_fails_the_check_that_knows_better(spoilable, table, old, new, check):
    def change(text):
        assert old in text, "the row this test spoils has gone"
        return text.replace(old, new)

    spoil(spoilable, table, change)
    found = problems()
    assert any(name.startswith(check) for name in found), found
    assert all("\n" not in line for line in found.values())


BEDUM = "2019-01-01,GM0005,Bedum,GM1966"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: "".join(line for line in text.splitlines(True) if not line.startswith(BEDUM)),
            "data/amalgamations.csv: no row ends GM0005 (1 in all), which exists no longer; add the row",
        ),
        (
            lambda text: text.replace(BEDUM, BEDUM.replace("GM0005", "GM9999")),
            "data/amalgamations.csv: GM9999 ends on 2019-01-01, but `municipalities` lacks it",
        ),
        (
            lambda text: text.replace(BEDUM, BEDUM.replace("2019", "2018")),
            "data/amalgamations.csv: GM0005 ends on 2018-01-01, but `municipalities` has it to 2018; "
            "correct the one that is wrong",
        ),
        (
            lambda text: text.replace(BEDUM, BEDUM.replace("GM1966", "GM9998")),
            "data/amalgamations.csv: GM0005 goes to GM9998 on 2019-01-01, which is no municipality then",
        ),
        (
            lambda text: (
                text + BEDUM.replace("2019", "2017") + ",Het Hogeland,merger_into_new,tooi,stated,\n"
            ),
            "data/amalgamations.csv: GM0005 ends on 2 days; a code ends once",
        ),
        (
            lambda text: text.replace(",GM1966,", ",GM0014,"),
            "data/amalgamations.csv: no row founds GM1966, which first existed on 1 January 2019; add it",
        ),
        (
            lambda text: "".join(line for line in text.splitlines(True) if ",GM0001," not in line),
            "data/amalgamations.csv: no row ends GM0001",
        ),
    ],
)
def test_an_amalgamation_deleted_or_altered_is_noticed(spoilable, change, said):
    path = spoilable / "data" / "amalgamations.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    registry.stamp("amalgamations")
    found = problems()
    assert any(said in problem for problem in found.values()), found


@pytest.mark.parametrize(
    ("table", "lost", "said"),
    [
        (
            "turnout",
            "PS2019,",
            "data/turnout.csv, PS2019 2019: 0 municipalities instead of 351; restore the rows",
        ),
        ("turnout", "GR2010,GM0003,", "data/turnout.csv, GR2010 2010: 392 municipalities instead of 393"),
        (
            "polling_places",
            "TK2023,GM0014",
            "data/polling_places.csv, TK2023 2023: 341 municipalities instead of 342",
        ),
        (
            "costs_by_task_field",
            "GM0003,2017,",
            "data/costs_by_task_field.csv, 2017: 387 municipalities instead of 388",
        ),
        (
            "costs_by_task_field",
            "GM0003,2017,0.1,",
            "task field 0.1 of 2017 has 387 rows instead of 388; restore the",
        ),
        (
            "accounts",
            "GM0014,2026,budget",
            "data/accounts.csv, budget 2026: 341 municipalities instead of 342",
        ),
        ("iv3_task_fields", "2017,0.1,", "data/iv3_task_fields.csv: no label for 0.1 of 2017"),
        (
            "staff_2014",
            "GM0003,",
            "data/staff_2014.csv, 2014: 383 municipalities instead of 384; restore the rows",
        ),
    ],
)
def test_lost_rows_are_noticed_even_when_stamped(spoilable, table, lost, said):
    path = spoilable / "data" / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(True)
    path.write_text("".join(line for line in lines if not line.startswith(lost)), encoding="utf-8")
    registry.stamp(table)
    found = problems()
    assert any(said in problem for problem in found.values()), found
    assert all("\n" not in problem for problem in found.values())


def test_a_registry_without_a_fact_fails_that_fact_in_one_line(spoilable):
    book = spoilable / "data" / "registry.toml"
    book.write_text(book.read_text().replace("[facts.overhead]", "[facts.other]"))
    found = problems()
    assert list(found) == ["Overhead of Amsterdam in its 2023 account is the published figure"]
    assert "holds no [facts.overhead]; restore it" in found.popitem()[1]


def test_facts_are_left_out_while_a_table_fails(spoilable):
    (spoilable / "data" / "population.csv").unlink()
    checks = list(verify.verify())
    assert len(checks) == len(tables.names())
    assert [check.name for check in checks if not check.ok] == ["table population"]


def test_zeros_for_a_statement_never_filed_are_refused(spoilable):
    spoil(
        spoilable,
        "costs_by_task_field",
        lambda text: text.replace("GM0141,2022,0.1,,not_filed", "GM0141,2022,0.1,0,"),
    )
    assert any(name.startswith("Amounts are missing") for name in problems())
