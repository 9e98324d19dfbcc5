"""Import of a user's own survey export: what is read, what is refused, and that refusals change nothing."""

import numpy as np
import pandas as pd
import pytest
from marks_export import inbox_files, make_root

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
    "merged": (
        "code;jaar;dv01\nGM0370;2023;7\n",
        r"row 2, column 'code': GM0370 Beemster no longer existed.*merged into GM0439 Purmerend",
    ),
    "not yet": ("code;jaar;dv01\nGM1980;2019;7\n", "GM1980 Dijk en Waard exists from 2022, not in 2019"),
    "year in words": ("gemeente;jaar;dv01\nAmsterdam;voorjaar;7\n", "row 2, column 'jaar'.*is no year"),
    "year too late": ("gemeente;jaar;dv01\nAmsterdam;2090;7\n", "row 2, column 'jaar': 2090 is outside"),
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
