"""`gemeenten verify`: it passes on the shipped tables and fails on each kind of spoiled one."""

import pytest
from test_tables import spoil

from gemeenten import verify


def problems():
    return {check.name: check.problem for check in verify.verify() if not check.ok}


def test_shipped_tables_pass_every_check():
    checks = list(verify.verify())
    assert [check.problem for check in checks if not check.ok] == []
    assert len(checks) == 21 + len(verify.FACTS)


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
            "There are 415",
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


def test_facts_are_left_out_while_a_table_fails(spoilable):
    (spoilable / "data" / "population.csv").unlink()
    checks = list(verify.verify())
    assert len(checks) == 21
    assert [check.name for check in checks if not check.ok] == ["table population"]


def test_noughts_for_a_statement_never_filed_are_refused(spoilable):
    spoil(
        spoilable,
        "costs_by_task_field",
        lambda text: text.replace("GM0141,2022,0.1,,not_filed", "GM0141,2022,0.1,0,"),
    )
    assert any(name.startswith("Amounts are missing") for name in problems())
