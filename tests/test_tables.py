"""Loading a table: verified, typed, and one clear line for every kind of bad input."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemeenten import registry, tables
from gemeenten.errors import DataError
from gemeenten.schemas import SCHEMAS

WHOLE_HEADER = "code,year,population,series,quality\n"


def spoil(root, name, change):
    """Change a table's text and register the new hash, so that only its content is wrong."""
    path = root / "data" / f"{name}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    book = root / "data" / "registry.toml"
    old = registry.entry(name).sha256
    book.write_text(book.read_text().replace(old, registry.sha256(path.read_bytes())))


def message(call, *args):
    """Return the one line an expected error says."""
    with pytest.raises(DataError) as caught:
        call(*args)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", tables.names())
def test_table_loads_with_the_columns_types_and_rows_it_is_registered_with(name):
    frame = tables.load(name)
    assert list(frame.columns) == list(SCHEMAS[name].columns)
    assert len(frame) == registry.entry(name).rows
    assert not frame.duplicated(SCHEMAS[name].unique).any()


def test_every_schema_has_a_registered_table_and_the_other_way_round():
    assert set(SCHEMAS) == set(tables.names())


def test_every_csv_in_data_is_registered():
    files = {entry.file for entry in registry.entries().values()}
    folder = registry.entry("population").path.parent
    assert {path.name for path in folder.glob("*.csv")} == files


def test_unknown_name_lists_the_names():
    with pytest.raises(KeyError, match="no table 'populaton'.*population"):
        tables.load("populaton")


def test_loaded_table_is_a_copy_that_may_be_changed():
    frame = tables.load("population")
    frame["population"] = 0
    assert tables.load("population")["population"].min() > 0


def test_missing_stays_missing_and_is_never_zero():
    accounts = tables.load("accounts")
    not_filed = accounts[~accounts["filed"]]
    assert len(not_filed) == 25
    assert not_filed[["costs", "salaries", "overhead", "costs_task_6"]].isna().all(axis=None)
    assert accounts.loc[accounts["filed"], "costs"].notna().all()


def test_task_fields_stay_text_so_that_0_1_and_0_10_differ():
    fields = tables.load("iv3_task_fields").query("year == 2017").set_index("task_field")["label"]
    assert fields["0.1"] == "Bestuur"
    assert fields["0.10"] == "Mutaties reserves"


def test_costs_of_municipalities_that_filed_nothing_are_missing():
    fields = tables.load("costs_by_task_field")
    marked = fields["quality"] == "not_filed"
    assert marked.sum() == 565
    assert (fields["costs"].isna() == marked).all()


def test_known_figures():
    population = tables.load("population").query("code == 'GM0363' and year == 2023")
    assert population["population"].item() == 918_117
    accounts = tables.load("accounts").query("code == 'GM0363' and year == 2023 and stage == 'account'")
    assert accounts["overhead"].item() == 678_234


def test_missing_file_is_one_line_with_the_remedy(spoilable):
    (spoilable / "data" / "density.csv").unlink()
    assert message(tables.load, "density") == (
        "data/density.csv: missing; restore it with `git checkout -- data/density.csv`"
    )


def test_altered_file_is_refused_before_it_is_parsed(spoilable):
    path = spoilable / "data" / "density.csv"
    path.write_text("not even a table")
    said = message(tables.load, "density")
    assert "data/density.csv: sha256" in said
    assert "gemeenten stamp density" in said


def test_one_changed_digit_is_noticed(spoilable):
    path = spoilable / "data" / "staff_2014.csv"
    path.write_text(path.read_text().replace("GM0003,70,", "GM0003,71,"))
    assert "sha256" in message(tables.load, "staff_2014")


def test_html_page_instead_of_data_is_named_as_such(spoilable):
    (spoilable / "data" / "density.csv").write_text(
        "<!DOCTYPE html><html><body>Service unavailable</body></html>"
    )
    assert "data/density.csv: holds an HTML or XML page instead of a CSV table" in message(
        tables.load, "density"
    )


def test_text_in_a_number_column_names_row_and_column(spoilable):
    spoil(spoilable, "density", lambda text: text.replace("GM0003,2013,507", "GM0003,2013,many"))
    assert message(tables.load, "density") == (
        "data/density.csv row 2, column density_per_km2_land: 'many' is not a whole number "
        "(it may not be empty); correct that cell"
    )


def test_empty_cell_where_none_may_be_is_named(spoilable):
    spoil(spoilable, "density", lambda text: text.replace("GM0003,2013,507", "GM0003,2013,"))
    assert "row 2, column density_per_km2_land: '' is not a whole number" in message(tables.load, "density")


def test_broken_number_of_people_is_refused(spoilable):
    spoil(spoilable, "density", lambda text: text.replace("GM0003,2013,507", "GM0003,2013,507.5"))
    assert "row 2, column density_per_km2_land: '507.5' is not a whole number" in message(
        tables.load, "density"
    )


def test_duplicate_key_is_named(spoilable):
    spoil(spoilable, "staff_2014", lambda text: text.replace("GM0005,67", "GM0003,67"))
    said = message(tables.load, "staff_2014")
    assert "duplicate key (code)" in said
    assert "data/staff_2014.csv row" in said


def test_negative_inhabitants_are_refused(spoilable):
    spoil(spoilable, "population", lambda text: text.replace("GM0001,1948,1593", "GM0001,1948,-1593"))
    said = message(tables.load, "population")
    assert said.startswith("data/population.csv row 1, column population: -1593 fails")


def test_malformed_code_is_refused(spoilable):
    spoil(spoilable, "staff_2014", lambda text: text.replace("GM0003,70", "0003,70"))
    assert "row 1, column code: '0003' fails" in message(tables.load, "staff_2014")


def test_value_outside_the_allowed_ones_is_refused(spoilable):
    spoil(spoilable, "turnout", lambda text: text.replace("GR2010,GM0003", "TK1977,GM0003"))
    assert "row 1, column election: 'TK1977' fails isin" in message(tables.load, "turnout")


def test_missing_column_lists_the_columns(spoilable):
    spoil(spoilable, "staff_2014", lambda text: text.replace("code,fte", "code,staff"))
    said = message(tables.load, "staff_2014")
    assert said == (
        "data/staff_2014.csv header: 'staff' is column 2, where 'fte' belongs; "
        "the columns are: code, fte, quality"
    )


HEADER = b"code,year,density_per_km2_land\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "data/density.csv: is empty; restore it with `git checkout -- data/density.csv`"),
        (b" \n\n", "data/density.csv: is empty"),
        (HEADER, "data/density.csv: holds no rows under its header; put the rows back"),
        (
            HEADER.decode().encode("utf-16"),
            "data/density.csv: is UTF-16 or binary, not text in UTF-8; save it",
        ),
        (
            b"\xef\xbb\xbf" + HEADER,
            "data/density.csv: starts with a byte-order mark; save it as CSV in UTF-8",
        ),
        (
            HEADER + b"GM0003,2013,caf\xe9\n",
            "data/density.csv line 2: byte 0xe9 is not UTF-8 (perhaps the file",
        ),
        (
            HEADER + b"GM0003,2013,5\r\n",
            "data/density.csv line 2: ends in CR or CRLF; save it with line ends LF",
        ),
        (HEADER.replace(b"\n", b"\r"), "data/density.csv line 1: ends in CR or CRLF"),
        (
            HEADER + b'GM0003,2013,5\nGM0003,2014,"5\n',
            "data/density.csv row 2: a quotation mark is not closed",
        ),
        (
            HEADER + b'GM0003,2013,"5" x\n',
            "data/density.csv row 1: ',' expected after '\"'; double a quotation",
        ),
        (b'"code,year\n', "data/density.csv header: a quotation mark is not closed"),
        (HEADER + b"GM0003,2013,5\n\n", "data/density.csv row 2: is an empty line; delete it"),
        (
            HEADER + b"GM0003,2013,5,\n",
            "data/density.csv row 1: has 4 fields, one too many for the columns code,",
        ),
        (HEADER + b"GM0003,2013,5\nGM0003,2014\n", "data/density.csv row 2: has 2 fields, one too few"),
        (HEADER + b"GM0003\n", "data/density.csv row 1: has 1 fields, 2 too few"),
        (HEADER + b"GM0363,GM0003,2013,5\n", "data/density.csv row 1: has 4 fields, one too many"),
        (
            b"code,year\nGM0003,2013\n",
            "data/density.csv header: nothing is column 3, where 'density_per_km2_land'",
        ),
        (HEADER[:-1] + b",\n", "data/density.csv header: '' is column 4, where nothing belongs"),
        (
            HEADER + b"GM0003,2013,1e400\n",
            "row 1, column density_per_km2_land: '1e400' is not a whole number",
        ),
        (HEADER + b"GM0003,2013,9" + b"9" * 20 + b"\n", "row 1, column density_per_km2_land: '9999"),
    ],
)
def test_a_file_that_is_no_plain_table_is_one_line_with_place_and_remedy(raw, said):
    assert said in message(tables.parse, "density", raw, "density.csv")


@pytest.mark.parametrize("name", ["population", "costs_by_task_field"])
def test_an_extra_field_in_every_row_is_refused_and_not_read_as_the_index(spoilable, name):
    path = spoilable / "data" / f"{name}.csv"
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *(f"GM0363,{line}" for line in lines)]) + "\n")
    assert f"data/{name}.csv row 1: has 6 fields, one too many" in message(registry.stamp, name)


@pytest.mark.parametrize("name", tables.names())
def test_a_table_without_rows_is_refused(spoilable, name):
    path = spoilable / "data" / f"{name}.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert f"data/{name}.csv: holds no rows under its header" in message(registry.stamp, name)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "accounts",
            "GM0003,2017,account,11971,45112",
            "GM0003,2017,account,11971,inf",
            "column costs: inf fails finite",
        ),
        (
            "accounts",
            "GM0003,2017,account,11971,45112",
            "GM0003,2017,account,11971,-inf",
            "costs: -inf fails finite",
        ),
        ("attributes", "136508,185.6,", "136508,inf,", "row 1, column land_area_km2: inf fails finite"),
        (
            "turnout",
            "GM0003,9669,4704",
            "GM0003,4669,4704",
            "row 1: counted_votes at most electorate does not hold",
        ),
        ("service_scores", "kiezer,5.9,", "kiezer,77,", "row 1: score within its scale does not hold"),
        (
            "service_aggregates",
            "vertrouwen,6.2,",
            "vertrouwen,0.2,",
            "row 1: score within its scale does not hold",
        ),
        (
            "organisation_surveys",
            "_plat,76,percent",
            "_plat,176,percent",
            "row 1: percent at most 100 does not hold",
        ),
        (
            "organisation_models",
            ",2012,2012,sectoren",
            ",2012,2002,sectoren",
            "row 2: year_from at most year_to",
        ),
        ("municipalities", ",1990,2018", ",2018,1990", "row 2: first_year at most last_year does not hold"),
        (
            "amalgamations",
            "1831-07-01",
            "1831-13-45",
            "row 1, column date: '1831-13-45' fails day of the calendar",
        ),
        ("amalgamations", "1832-01-01", "2019-02-29", "column date: '2019-02-29' fails day of the calendar"),
    ],
)
def test_a_value_that_cannot_be_is_refused(spoilable, name, old, new, said):
    text = (spoilable / "data" / f"{name}.csv").read_text(encoding="utf-8")
    assert old in text, "the row this test spoils has gone"
    spoil(spoilable, name, lambda text: text.replace(old, new, 1))
    assert said in message(tables.load, name)


def test_a_doubtful_amount_is_marked_and_leaves_the_overhead_usable():
    budgets = tables.load("accounts").query("stage == 'budget' and filed")
    least = budgets[["governance", "grants_general", "levies"]].min(axis=1)
    wrong = (least <= 0) | (1000 * budgets["salaries"] / budgets["population"] < 10)
    marked = budgets[budgets["quality"] == "amount_doubtful"]
    assert marked["code"].tolist() == budgets.loc[wrong, "code"].tolist()
    assert sorted(set(marked["code"])) == ["GM0294", "GM0537", "GM0828", "GM0935", "GM0951"]
    assert (marked["overhead"] > 0).all()


def test_line_ends_changed_by_git_are_named_as_such(spoilable):
    path = spoilable / "data" / "density.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "data/density.csv: its line ends were changed to CRLF; run `git config" in message(
        tables.load, "density"
    )
    assert "line 1: ends in CR or CRLF" in message(registry.stamp, "density")


def test_a_folder_in_place_of_a_file_is_named_as_such(spoilable):
    path = spoilable / "data" / "density.csv"
    path.unlink()
    path.mkdir()
    assert "data/density.csv: is a folder, not a file; move it away" in message(tables.load, "density")


def test_table_without_schema_says_where_to_add_one():
    assert "add one in lib/gemeenten/schemas" in message(tables.parse, "weather", b"a\n1\n", "weather.csv")


def test_unknown_key_in_the_registry_is_named(spoilable):
    book = spoilable / "data" / "registry.toml"
    book.write_text(book.read_text().replace('tier = "census"', 'level = "census"', 1))
    assert "data/registry.toml, table.municipalities" in message(registry.entry, "municipalities")


def test_broken_registry_is_one_line(spoilable):
    (spoilable / "data" / "registry.toml").write_text("[table.population\n")
    assert "not valid TOML" in message(tables.names)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('licence = "CC BY 4.0"', 'licence = ""', "table.municipalities: licence is empty; state it"),
        ("rows = 789", 'rows = "789"', "table.municipalities: rows = '789' is no int; correct it"),
        ("rows = 789", "rows = true", "table.municipalities: rows = True is no int"),
        ('tier = "census"', 'tier = "sure"', "table.municipalities: tier 'sure'; use one of census,"),
        ('file = "municipalities.csv"', 'file = "../x.csv"', "file '../x.csv' is no plain file name"),
    ],
)
def test_an_impossible_entry_in_the_registry_is_named(spoilable, old, new, said):
    book = spoilable / "data" / "registry.toml"
    book.write_text(book.read_text().replace(old, new, 1))
    assert said in message(registry.entry, "municipalities")


def test_an_emptied_registry_says_how_to_restore_it(spoilable):
    book = spoilable / "data" / "registry.toml"
    whole = book.read_text()
    remedy = "restore it with `git checkout -- data/registry.toml`"
    book.write_text("")
    assert message(tables.names) == f"data/registry.toml: holds no [table.…]; {remedy}"
    book.write_text(whole[: whole.index("[facts.")] + " ")
    assert message(registry.content) == f"data/registry.toml: holds no [facts.…]; {remedy}"
    book.write_text(whole.replace("[facts.overhead]", "[facts.other]") + "  ")
    assert message(registry.facts, "overhead") == f"data/registry.toml: holds no [facts.overhead]; {remedy}"


def test_stamp_names_the_line_that_the_registry_lacks(spoilable):
    book = spoilable / "data" / "registry.toml"
    before = book.read_text().replace("[table.density]", '[table."density"]')
    book.write_text(before)
    assert "no line [table.density]; write its head in that form" in message(registry.stamp, "density")
    assert book.read_text() == before


def test_stamp_renews_hash_and_rows_of_one_table_only(spoilable):
    path = spoilable / "data" / "staff_2014.csv"
    path.write_text(path.read_text() + "GM9999,5,\n")
    others = {name: e.sha256 for name, e in registry.entries().items() if name != "staff_2014"}
    assert registry.stamp("staff_2014") == 385
    assert tables.load("staff_2014")["code"].iloc[-1] == "GM9999"
    assert {name: e.sha256 for name, e in registry.entries().items() if name != "staff_2014"} == others


def test_stamp_refuses_a_table_that_its_schema_refuses_and_writes_nothing(spoilable):
    path = spoilable / "data" / "staff_2014.csv"
    path.write_text(path.read_text() + "GM9999,few,\n")
    before = (spoilable / "data" / "registry.toml").read_bytes()
    message(registry.stamp, "staff_2014")
    assert (spoilable / "data" / "registry.toml").read_bytes() == before


rows = st.lists(
    st.tuples(st.integers(1, 9999), st.integers(1948, 2026), st.integers(0, 10**6)),
    unique_by=lambda row: row[:2],
    min_size=1,
    max_size=30,
)


@given(rows)
def test_what_is_written_by_the_schema_is_read_back_the_same(drawn):
    lines = [f"GM{code:04d},{year},{people},hdng,historical" for code, year, people in drawn]
    frame = tables.parse("population", (WHOLE_HEADER + "\n".join(lines)).encode(), "population.csv")
    assert frame["population"].tolist() == [people for _, _, people in drawn]
    assert frame["code"].str[2:].astype(int).tolist() == [code for code, _, _ in drawn]


@given(rows, st.text(min_size=1).filter(lambda text: not re.fullmatch(r"\s*[+-]?\d+\s*", text)), st.data())
def test_any_text_in_a_number_column_is_refused_in_one_line(drawn, junk, data):
    junk = re.sub(r'[",\r\n]', "x", junk)
    if re.fullmatch(r"\s*[+-]?\d*\.?\d*(e\d+)?\s*", junk, re.IGNORECASE):
        return
    at = data.draw(st.integers(0, len(drawn) - 1))
    lines = [f"GM{code:04d},{year},{people},hdng,historical" for code, year, people in drawn]
    lines[at] = f"GM{drawn[at][0]:04d},{drawn[at][1]},{junk},hdng,historical"
    said = message(tables.parse, "population", (WHOLE_HEADER + "\n".join(lines)).encode(), "population.csv")
    assert said.startswith("data/population.csv")


def test_typed_columns_are_numbers_not_text():
    frame = tables.load("accounts")
    assert pd.api.types.is_float_dtype(frame["overhead"])
    assert pd.api.types.is_integer_dtype(frame["year"])
    assert frame["filed"].dtype == bool
