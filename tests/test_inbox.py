"""Import of a user's own survey export: what is read, what is refused, and that refusals change nothing."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from marks_export import inbox_files, layouts, make_root, random_marks, save_text, save_workbook

from gemeenten import inbox, simulate
from gemeenten.errors import DataError

WIDE = "gemeente;jaar;dv01;dv06\nAmsterdam;2019;6,8;7,1\nUtrecht;2019;7,0;\nGM0014;2020;7.2;7.0\n"
LONGEST_LINE = 400  # characters: a refusal quotes a cell, never a whole file
EXPECTED = {
    ("GM0363", 2019, "dv01"): 6.8,
    ("GM0363", 2019, "dv06"): 7.1,
    ("GM0344", 2019, "dv01"): 7.0,
    ("GM0014", 2020, "dv01"): 7.2,
    ("GM0014", 2020, "dv06"): 7.0,
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = make_root(tmp_path / "root")
    monkeypatch.setenv("GEMEENTEN_ROOT", str(folder))
    return folder


@pytest.fixture
def export(tmp_path):
    def write(content, name="export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def stored():
    frame = inbox.marks()
    return {(row.code, row.year, row.indicator): row.mark for row in frame.itertuples()}


def test_an_empty_inbox_gives_an_empty_typed_frame(root):
    frame = inbox.marks()
    assert list(frame.columns) == ["code", "year", "indicator", "mark"]
    assert len(frame) == 0 and frame["mark"].dtype == float


@pytest.mark.parametrize(
    "content",
    [
        WIDE,
        WIDE.replace("\n", "\r\n"),
        "\ufeff" + WIDE,
        WIDE.encode("cp1252"),
        WIDE.encode("utf-16"),
        WIDE.replace(",", ".").replace(";", ","),
        WIDE.replace(";", "\t"),
        "Cijfers dienstverlening\n\n" + WIDE,
        WIDE + "Nederland;2019;6,9;7,0\n",
        WIDE + ";;;\n\n",
        WIDE.replace("Amsterdam", "363").replace("Utrecht", "gemeente_344").replace("GM0014", "gm14"),
        WIDE.replace("gemeente;jaar;dv01", "Gemeentenaam;Periode;DV01"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;-99998\n"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;?\n"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;-99997\n"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;-99999,0\n"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;x\n"),
        WIDE.replace("Utrecht;2019;7,0;\n", "Utrecht;2019;7,0;n.v.t.\n"),
        WIDE.replace("gemeente;", "Gemeenten;"),
        WIDE.replace("gemeente;", "Gebieden;"),
        WIDE.replace("gemeente;", "Regio('s);"),
        WIDE.replace(";2019;", ";2019JJ00;"),
    ],
)
def test_common_forms_of_one_export_give_the_same_marks(root, export, content):
    result = inbox.import_scores(export(content))
    assert stored() == EXPECTED
    assert (result.marks, result.municipalities, result.years) == (5, 3, (2019, 2020))
    assert "5 marks (dv01, dv06) of 3 municipalities, 2019-2020" in result.sentence()


def test_a_workbook_gives_the_same_marks_as_the_csv(root, export, tmp_path):
    table = pd.DataFrame(
        {
            "GM-code": [363, 344, 14],
            "Jaar": [2019, 2019, 2020],
            "dv01": [6.8, 7, 7.2],
            "dv06": [7.1, None, 7],
        }
    )
    table.to_excel(tmp_path / "export.xlsx", index=False)
    inbox.import_scores(tmp_path / "export.xlsx")
    assert stored() == EXPECTED
    assert inbox.import_scores(export(WIDE)).already
    assert len(inbox_files(root)) == 1


def test_a_long_export_gives_the_same_marks(root, export):
    rows = "".join(f"{code};{year};{name};{mark}\n" for (code, year, name), mark in EXPECTED.items())
    more = "GM0363;2019;dv01_pin;12,5\n"
    result = inbox.import_scores(export("code;periode;indicator;waarde\n" + rows + more))
    assert stored() == EXPECTED
    assert result.left_out == ("dv01_pin",)


def test_names_are_read_as_people_write_them(root, export):
    names = ["Den Haag", "'s-Gravenhage", "gemeente Súdwest-Fryslân", "Den Bosch", "Bergen (L.)", "Hengelo"]
    rows = "".join(f"{name};{2015 + at};7\n" for at, name in enumerate(names))
    inbox.import_scores(export("gemeente;jaar;dv01\n" + rows))
    found = inbox.marks().sort_values("year")["code"].tolist()
    assert found == ["GM0518", "GM0518", "GM1900", "GM0796", "GM0893", "GM0164"]


def test_a_name_of_two_bytes_an_accent_in_cp1252_is_read(root, export):
    inbox.import_scores(export("gemeente;jaar;dv01\nSúdwest-Fryslân;2019;7\n".encode("cp1252")))
    assert stored() == {("GM1900", 2019, "dv01"): 7.0}


def test_citizen_roles_and_other_columns_are_told_apart(root, export):
    header = "gemeente;jaar;klant;burger als partner;cijfer wijkbewoner;dv01_pin;bp_respons"
    result = inbox.import_scores(export(f"{header}\nVeere;2010;7,4;5,9;6,8;12;500\n"))
    assert set(inbox.marks()["indicator"]) == {"klant", "partner", "wijkbewoner"}
    assert result.left_out == ("dv01_pin", "bp_respons")


def test_importing_twice_changes_nothing(root, export):
    first = inbox.import_scores(export(WIDE))
    before = (inbox_files(root), inbox.digest())
    second = inbox.import_scores(export(WIDE, "same_marks_other_name.csv"))
    assert (first.already, second.already) == (False, True)
    assert (inbox_files(root), inbox.digest()) == before
    assert "in the inbox already" in second.sentence()


def test_a_second_export_adds_to_the_first(root, export):
    inbox.import_scores(export(WIDE))
    inbox.import_scores(export("gemeente;jaar;dv01\nAmsterdam;2019;6,8\nAmsterdam;2021;6,6\n", "later.csv"))
    assert stored() == EXPECTED | {("GM0363", 2021, "dv01"): 6.6}


def test_a_contradicting_export_is_refused_and_both_files_named(root, export):
    inbox.import_scores(export(WIDE, "first.csv"))
    before = inbox.digest()
    with pytest.raises(DataError, match=r"second\.csv: GM0363 2019 dv01 is 6\.5 here and 6\.8 in first\.csv"):
        inbox.import_scores(export("gemeente;jaar;dv01\nAmsterdam;2019;6,5\n", "second.csv"))
    assert inbox.digest() == before


REFUSED = {
    "empty": ("", "is empty"),
    "only a byte-order mark": ("\ufeff\n", "is empty"),
    "web page": ("<!DOCTYPE html><html></html>", "HTML"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 99, r"\.xls.*save it as"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "broken workbook": (b"PK\x03\x04" + b"x" * 50, "not a readable XLSX"),
    "binary": (b"\x01\x00\x02gemeente", "no text file"),
    "header only": ("gemeente;jaar;dv01\n", "row 1: no rows"),
    "no year": ("gemeente;dv01\nAmsterdam;7\n", "row 1: no column for the year"),
    "no municipality": ("jaar;dv01\n2019;7\n", "no column for the municipality"),
    "no marks column": ("gemeente;jaar;inwoners\nAmsterdam;2019;800\n", "no column with marks.*dv01"),
    "no known indicator": ("code;jaar;indicator;waarde\n363;2019;dv01_pin;7\n", "column 'indicator'"),
    "column twice": ("gemeente;jaar;dv01;dv01\nAmsterdam;2019;7;7\n", "row 1, column 'dv01'.*twice"),
    "same mark in two columns": (
        "gemeente;jaar;dv01;dienstverlening\nAmsterdam;2019;7;6\n",
        "'dienstverlening'.*second column of dv01",
    ),
    "text for a mark": (
        "gemeente;jaar;dv01\nUtrecht;2019;7\nAmsterdam;2019;goed\n",
        "row 3, column 'dv01': 'goed' is no number",
    ),
    "infinite mark": ("gemeente;jaar;dv01\nAmsterdam;2019;inf\n", "row 2, column 'dv01': 'inf' is no number"),
    "mark too high": ("gemeente;jaar;dv01\nAmsterdam;2019;71\n", "row 2, column 'dv01': '71'.*1 to 10"),
    "negative mark": ("gemeente;jaar;dv01\nAmsterdam;2019;-7\n", "row 2, column 'dv01': '-7'.*1 to 10"),
    "percentage": ("gemeente;jaar;dv01\nAmsterdam;2019;68%\n", "row 2, column 'dv01': '68%' is no number"),
    "digits with an underscore": (
        "gemeente;jaar;dv01\nAmsterdam;2019;0_7\n",
        "row 2, column 'dv01': '0_7' is no number",
    ),
    "mark too low": ("gemeente;jaar;dv01\nAmsterdam;2019;0,68\n", "row 2, column 'dv01': '0,68'.*1 to 10"),
    "comma in a comma file": (
        "gemeente,jaar,dv01\nAmsterdam,2019,6,8\n",
        "row 2, column 4: 4 cells under 3.*semicolons",
    ),
    "unknown code": ("code;jaar;dv01\nGM9999;2019;7\n", "row 2, column 'code': 'GM9999' is no municipality"),
    "unknown name": ("gemeente;jaar;dv01\nUtopia;2019;7\n", "row 2, column 'gemeente': 'Utopia'.*CBS"),
    "no place": (
        "gemeente;jaar;dv01\nUtrecht;2019;7\n;2019;7\n",
        "row 3, column 'gemeente': no municipality",
    ),
    "two of that name": ("gemeente;jaar;dv01\nBergen;2019;7\n", "'Bergen' is GM0373.*or GM0893.*the code"),
    "code and name differ": (
        "code;gemeente;jaar;dv01\nGM0363;Utrecht;2019;7\n",
        "row 2, column 'gemeente'.*two municipalities, GM0363 and GM0344",
    ),
    "code and plural name differ": (
        "code;Gemeenten;dv01 2019\nGM0363;Utrecht;7\n",
        "row 2, column 'Gemeenten'.*two municipalities, GM0363 and GM0344",
    ),
    "merged": (
        "code;jaar;dv01\nGM0370;2023;7\n",
        r"row 2, column 'code': GM0370 Beemster no longer existed.*merged into GM0439 Purmerend",
    ),
    "not yet": ("code;jaar;dv01\nGM1980;2019;7\n", "GM1980 Dijk en Waard exists from 2022, not in 2019"),
    "year in words": ("gemeente;jaar;dv01\nAmsterdam;voorjaar;7\n", "row 2, column 'jaar'.*is no year"),
    "year too late": ("gemeente;jaar;dv01\nAmsterdam;2090;7\n", "row 2, column 'jaar': 2090 is outside"),
    "years as columns of nothing": (
        "Gemeenten;2019;2021\nAmsterdam;6,8;6,6\n",
        "row 1: years as columns without an indicator; put dv01 in the row above.*name of the sheet or file",
    ),
    "years as columns of a share": (
        "dv01_pin;;\nGemeenten;2019;2021\nAmsterdam;6,8;6,6\n",
        "row 2: years as columns of 'dv01_pin', no known mark; export dv01",
    ),
    "years as columns of a percentage": (
        "Directe dienstverlening (dv01), % tevreden\nGemeenten;2019\nAmsterdam;6,8\n",
        "row 2: years as columns of 'Directe dienst.*no known mark",
    ),
    "years as columns under other labels": (
        ";Inwoners;\nGemeenten;2019;2021\nAmsterdam;6,8;6,6\n",
        "no column with marks among 'Gemeenten', 'Inwoners 2019'.*dv01",
    ),
    "years as columns of two indicators": (
        "dv01 en dv06\n\nGemeenten;2019;2021\nAmsterdam;6,8;6,6\n",
        r"row 3: years as columns and more than one indicator named \(dv01, dv06\)",
    ),
    "a year without its indicator": (
        ";;dv01\nGemeenten;2019;2021\nAmsterdam;6,8;6,6\n",
        "row 2: column '2019' names no indicator, another does",
    ),
    "topics without a known mark": (
        "Gemeenten;Onderwerp;2019\nAmsterdam;dv01_pin;6,8\n",
        "column 'Onderwerp': names no known mark, only 'dv01_pin'",
    ),
    "a year column twice": (
        "dv01\nGemeenten;2019;2019\nAmsterdam;6,8;6,6\n",
        "row 2, column '2019': occurs twice",
    ),
    "a year twice in two spellings": (
        "dv01\nGemeenten;2019;2019JJ00\nAmsterdam;6,8;6,6\n",
        "column '2019JJ00': a second column of dv01 2019",
    ),
    "a fault under years as columns": (
        "dv01\nGemeenten;2019;2021\nAmsterdam;6,8;66\n",
        "row 3, column '2021': '66' is not a mark from 1 to 10",
    ),
    "a year as column too late": (
        "dv01\nGemeenten;2090\nAmsterdam;6,8\n",
        "row 3, column '2090': 2090 is outside",
    ),
    "merged before a year column": (
        "dv01\nGemeenten;2021;2023\nBeemster;6,8;6,6\n",
        "row 3, column 'Gemeenten': GM0370 Beemster no longer existed on 1 January 2023",
    ),
    "duplicate": (
        "gemeente;jaar;dv01\nAmsterdam;2019;7\nUtrecht;2019;7\nGM0363;2019;7\n",
        "row 4, column 'dv01': GM0363 2019 dv01 is in row 2 too",
    ),
    "all empty": ("gemeente;jaar;dv01\nAmsterdam;2019;\n", "every mark is empty"),
    "simulated column": (
        "gemeente;jaar;dv01;tier\nAmsterdam;2019;7;simulated\n",
        "row 2, column 4.*simulated",
    ),
    "simulated remark": ("# SIMULATED\ngemeente;jaar;dv01\nAmsterdam;2019;7\n", "row 1.*simulated"),
    "gesimuleerd": ("gemeente;jaar;dv01;bron\nAmsterdam;2019;7;gesimuleerd\n", "row 2.*simulated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_faulty_export_is_refused_in_one_line_and_nothing_is_stored(root, export, case):
    content, message = REFUSED[case]
    inbox.import_scores(export(WIDE, "before.csv"))
    before = (inbox_files(root), inbox.digest())
    with pytest.raises(DataError, match=message) as refusal:
        inbox.import_scores(export(content, "faulty.csv"))
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("faulty.csv")
    assert (inbox_files(root), inbox.digest()) == before


def test_a_missing_file_and_a_folder_are_refused_by_their_path(root, tmp_path):
    for path, why in ((tmp_path / "nowhere.csv", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(DataError, match=why) as refusal:
            inbox.import_scores(path)
        assert str(path) in str(refusal.value)
    assert inbox_files(root) == []


def test_a_simulated_panel_is_refused(root, tmp_path):
    panel = simulate.panel(n=20, years=[2019, 2020], seed=3).rename(columns={"score": "dv01"})
    panel.to_csv(tmp_path / "panel.csv", index=False)
    with pytest.raises(DataError, match=r"panel\.csv row 2, column \d+: 'SIM0001' marks the file"):
        inbox.import_scores(tmp_path / "panel.csv")
    panel.assign(code="GM0363").to_csv(tmp_path / "panel.csv", index=False)  # the tier column still tells
    with pytest.raises(DataError, match=r"panel\.csv row 2, column \d+: 'simulated' marks the file"):
        inbox.import_scores(tmp_path / "panel.csv")
    assert inbox_files(root) == []


def test_a_simulated_workbook_is_refused_whichever_sheet_says_so(root, tmp_path):
    table = pd.DataFrame({"gemeente": ["Amsterdam"], "jaar": [2019], "dv01": [6.8]})
    with pd.ExcelWriter(tmp_path / "export.xlsx") as book:
        table.to_excel(book, sheet_name="marks", index=False)
        pd.DataFrame({"note": ["gesimuleerde cijfers"]}).to_excel(book, sheet_name="about", index=False)
    with pytest.raises(DataError, match="marks the file as simulated"):
        inbox.import_scores(tmp_path / "export.xlsx")
    assert inbox_files(root) == []


def test_the_marks_are_found_on_the_second_sheet_of_a_workbook(root, tmp_path):
    table = pd.DataFrame({"gemeente": ["Amsterdam"], "jaar": [2019], "dv01": [6.8]})
    with pd.ExcelWriter(tmp_path / "export.xlsx") as book:
        pd.DataFrame({"Toelichting": ["cijfers per gemeente"]}).to_excel(book, sheet_name="uitleg")
        table.to_excel(book, sheet_name="cijfers", index=False)
    inbox.import_scores(tmp_path / "export.xlsx")
    assert stored() == {("GM0363", 2019, "dv01"): 6.8}


ONE_SHEET = (
    "long",
    "wide",
    "years by topic",
    "two rows",
    "two rows, place on top",
    "years on top",
    "one row for both",
)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_marks_in_every_layout_are_stored_alike(root, tmp_path, seed):
    """The name of a stored file is the hash of its marks: one file means the same marks to the last digit."""
    rng = np.random.default_rng(seed)
    given = random_marks(rng)
    forms = layouts(given, rng)
    paths = [save_workbook(tmp_path / f"{name}.xlsx", sheets) for name, sheets in forms.items()]
    for name in ONE_SHEET:
        (rows,) = forms[name].values()
        paths.append(save_text(tmp_path / f"{name} nl.csv", rows))
        paths.append(save_text(tmp_path / f"{name} en.csv", rows, delimiter=",", decimal="."))
        paths.append(save_text(tmp_path / f"{name} tab.csv", [["Titel"], [], *rows], delimiter="\t"))
    results = [inbox.import_scores(path) for path in paths]
    assert {result.stored.name for result in results} == set(inbox_files(root))
    assert [result.already for result in results] == [False] + [True] * (len(paths) - 1)
    assert stored() == given


def test_one_indicator_by_year_is_named_by_title_sheet_or_file(root, export, tmp_path):
    rows = [["Gemeenten", 2019, 2021], ["Amsterdam", 6.8, 6.6], ["Utrecht", 7, "?"]]
    text = "Gemeenten;2019;2021\nAmsterdam;6,8;6,6\nUtrecht;7;?\n"
    long_name = "Directe dienstverlening - gemiddeld rapportcijfer dienstverlening gemeente"
    paths = [
        export(text, "wsjg_dv01_2019-2021.csv"),
        export("Onderwerp;dv01;\nBron;Burgerpeiling;\n\n" + text, "title.csv"),
        export("dv01 - Directe dienstverlening\n" + text, "title_above.csv"),
        export(f";{long_name};\n" + text, "label_above.csv"),
        export("dv01;;\n;Perioden;\n" + text, "periods_above.csv"),
        export(text.replace("2019;2021", f"{long_name} 2019;dv01_2021"), "in_header.csv"),
        export(text.replace("2019;2021", "2019JJ00;2021JJ00"), "dv01_statline.csv"),
        save_workbook(tmp_path / "sheet.xlsx", {"dv01": rows}),
        save_workbook(tmp_path / "dv01.xlsx", {"Blad1": rows}),
    ]
    found = {inbox.import_scores(path).stored.name for path in paths}
    assert len(found) == 1
    assert stored() == {
        ("GM0363", 2019, "dv01"): 6.8,
        ("GM0363", 2021, "dv01"): 6.6,
        ("GM0344", 2019, "dv01"): 7.0,
    }


@pytest.mark.parametrize("name", ["dv01_pin_2019.csv", "dv01_pin.csv", "percentage_dv01.csv"])
def test_a_file_named_after_a_share_gives_no_marks(root, export, name):
    with pytest.raises(DataError, match=f"^{name} row 1: years as columns of .*no known mark"):
        inbox.import_scores(export("Gemeenten;2019\nAmsterdam;6,8\n", name))
    assert inbox_files(root) == []


def test_a_title_and_a_file_name_that_contradict_are_refused(root, export):
    with pytest.raises(DataError, match=r"dv06\.csv row 2: .*more than one indicator named \(dv01, dv06\)"):
        inbox.import_scores(export("dv01\nGemeenten;2019\nAmsterdam;6,8\n", "dv06.csv"))
    assert inbox_files(root) == []


def test_years_of_other_things_beside_marks_are_told(root, export):
    text = ";dv01;dv01_pin;Inwoners\nGemeenten;2019;2019;2019\nAmsterdam;6,8;6,6;863\n"
    assert inbox.import_scores(export(text)).left_out == ("dv01_pin 2019", "Inwoners 2019")
    assert stored() == {("GM0363", 2019, "dv01"): 6.8}


def test_a_plural_beside_a_municipality_column_names_no_municipality(root, export):
    result = inbox.import_scores(export("gemeente;regio's;jaar;dv01\nAmsterdam;MRA;2019;6,8\n"))
    assert result.left_out == ("regio's",)
    assert stored() == {("GM0363", 2019, "dv01"): 6.8}


HEAD = ["gemeente", "jaar", "dv01"]


def test_all_sheets_with_marks_are_read_and_the_others_told(root, tmp_path):
    path = save_workbook(
        tmp_path / "export.xlsx",
        {
            "Toelichting": [["Code", "dv01"], ["Naam", "Directe dienstverlening"], ["Decimalen", 1]],
            "2019": [["Gemeenten", "dv01", "dv01_pin"], ["Amsterdam", 6.8, 12]],
            "2021": [["gemeente", "dv01"], ["Amsterdam", 6.6]],
            "later": [HEAD, ["Amsterdam", 2022, 6.5], ["Amsterdam", 2021, 6.6]],
            "dv01_pin": [["Gemeenten", 2019], ["Amsterdam", 9.5]],
            "inwoners": [["Gemeenten", 2019], ["Amsterdam", 862965]],
            "leeg": [HEAD],
        },
    )
    result = inbox.import_scores(path)
    assert stored() == {
        ("GM0363", year, "dv01"): mark for year, mark in ((2019, 6.8), (2021, 6.6), (2022, 6.5))
    }
    assert result.sheets == ("2019", "2021", "later")
    assert "From sheets: 2019, 2021, later. Sheets not read: Toelichting, dv01_pin, inwoners, leeg. " in (
        result.sentence()
    )
    assert result.sentence().endswith("Not read as marks: dv01_pin.") and "\n" not in result.sentence()


REFUSED_SHEETS = {
    "no year": (
        {"Noord": [["gemeente", "dv01"], ["Assen", 7]], "Zuid": [["gemeente", "dv01"], ["Breda", 7]]},
        r"^faulty\.xlsx sheets 'Noord', 'Zuid' row 1: no column for the year.*or the sheet after its year$",
    ),
    "one without year": (
        {"2019": [["gemeente", "dv01"], ["Assen", 7]], "Zuid": [["gemeente", "dv01"], ["Breda", 7]]},
        r"^faulty\.xlsx sheet 'Zuid' row 1: no column for the year.*or the sheet after its year$",
    ),
    "two years in the name": (
        {"2019-2021": [["gemeente", "dv01"], ["Assen", 7]]},
        r"^faulty\.xlsx row 1: no column for the year",
    ),
    "no indicator": (
        {"a": [["gemeente", 2019], ["Assen", 7]], "b": [["gemeente", 2019], ["Breda", 7]]},
        r"^faulty\.xlsx sheets 'a', 'b' row 1: years as columns without an indicator; put dv01",
    ),
    "sheets that contradict": (
        {"a": [HEAD, ["Assen", 2019, 7]], "b": [HEAD, ["Breda", 2019, 7], ["Assen", 2019, 6]]},
        r"sheet 'b' row 3, column 'dv01': GM0106 2019 dv01 is 6 here and 7 in sheet 'a' row 2; correct one",
    ),
    "a fault on the second sheet": (
        {"a": [HEAD, ["Assen", 2019, 7]], "b": [HEAD, ["Breda", 2019, 77]]},
        r"^faulty\.xlsx sheet 'b' row 2, column 'dv01': '77' is not a mark",
    ),
    "a formula never calculated": (
        {"a": [HEAD, ["Assen", 2019, 7]], "b": [HEAD, ["Breda", 2019, "=3+4"]]},
        r"^faulty\.xlsx sheet 'b', cell C2: a formula without stored result; open and save .* as CSV$",
    ),
    "an error in a cell": (
        {"a": [HEAD, ["Assen", 2019, "#N/A"]]},
        r"^faulty\.xlsx row 2, column 'dv01': '#N/A' is no number",
    ),
    "nothing but notes": (
        {"a": [["Toelichting"]], "b": [["Nog meer", "tekst"]]},
        r"^faulty\.xlsx sheet 'b' row 1: no column for the municipality",
    ),
    "empty sheets": ({"a": [], "b": []}, r"^faulty\.xlsx: holds only empty sheets"),
}


@pytest.mark.parametrize("case", REFUSED_SHEETS)
def test_a_workbook_with_a_fault_is_refused_in_one_line_and_nothing_is_stored(root, export, tmp_path, case):
    sheets, message = REFUSED_SHEETS[case]
    inbox.import_scores(export(WIDE, "before.csv"))
    before = (inbox_files(root), inbox.digest())
    with pytest.raises(DataError, match=message) as refusal:
        inbox.import_scores(save_workbook(tmp_path / "faulty.xlsx", sheets))
    assert "\n" not in str(refusal.value)
    assert (inbox_files(root), inbox.digest()) == before


@pytest.mark.parametrize(
    ("result", "expected"),
    [(b"<v>6.8</v>", {("GM0363", 2019, "dv01"): 6.8, ("GM0344", 2019, "dv01"): 7.0}), (b"", None)],
)
def test_the_stored_result_of_a_formula_is_read(root, tmp_path, result, expected):
    rows = [HEAD, ["Amsterdam", 2019, "=6+0.8"], ["Utrecht", 2019, 7]]
    path = save_workbook(tmp_path / "export.xlsx", {"a": rows})
    _edit_sheet(path, b"</f><v></v>", b"</f>" + result, b"</f><v/>")
    if expected is None:
        with pytest.raises(DataError, match="sheet 'a', cell C2: a formula without stored result"):
            inbox.import_scores(path)
    else:
        inbox.import_scores(path)
    assert stored() == (expected or {})


def test_a_formula_whose_result_is_an_empty_text_is_a_missing_mark(root, tmp_path):
    rows = [HEAD, ["Amsterdam", 2019, '=""'], ["Utrecht", 2019, 7]]
    path = save_workbook(tmp_path / "export.xlsx", {"a": rows})
    _edit_sheet(path, b'<c r="C2">', b'<c r="C2" t="str">')
    inbox.import_scores(path)
    assert stored() == {("GM0344", 2019, "dv01"): 7.0}


def _edit_sheet(path, old, new, other=None):
    """Replace bytes in the first sheet's XML, to stand for what a spreadsheet program would store."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    xml = parts["xl/worksheets/sheet1.xml"]
    found = old if old in xml else other
    assert found in xml
    parts["xl/worksheets/sheet1.xml"] = xml.replace(found, new)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_read_or_refused_in_one_line_and_never_half_stored(root, tmp_path, seed):
    rng = np.random.default_rng(seed)
    pd.DataFrame({"gemeente": ["Amsterdam"] * 9, "jaar": range(2012, 2021), "dv01": 6.8}).to_excel(
        tmp_path / "good.xlsx", index=False
    )
    for original in ((tmp_path / "good.xlsx").read_bytes(), WIDE.encode()):
        for _ in range(40):
            _import_damaged(rng, original, tmp_path / "damaged.bin")


def _import_damaged(rng, original, path):
    damaged = bytearray(original[: rng.integers(1, len(original) + 1)])
    for at in rng.integers(len(damaged), size=rng.integers(0, 12)):
        damaged[at] = rng.integers(256)
    path.write_bytes(bytes(damaged))
    before = inbox.digest()
    try:
        result = inbox.import_scores(path)
    except DataError as refusal:
        assert str(refusal).startswith("damaged.bin")
        assert "\n" not in str(refusal) and len(str(refusal)) < LONGEST_LINE
        assert inbox.digest() == before
    else:
        assert result.marks > 0
        result.stored.unlink()


def test_an_altered_stored_file_is_noticed(root, export):
    path = inbox.import_scores(export(WIDE)).stored
    path.write_text(path.read_text().replace("6.8", "9.8"))
    with pytest.raises(DataError, match=f"{path.name}: was altered"):
        inbox.marks()


def test_a_crash_while_storing_leaves_no_half_file(root, export, monkeypatch):
    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        inbox.import_scores(export(WIDE))
    monkeypatch.undo()
    monkeypatch.setenv("GEMEENTEN_ROOT", str(root))
    assert len(inbox.marks()) == 0
