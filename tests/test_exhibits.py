"""Exhibits: everything a reader needs is demanded, bytes are the same twice, what is simulated says so."""

import json

import pandas as pd
import pytest

from gemeenten import exhibit_index, exhibits
from gemeenten.exhibit_files import ExhibitError
from gemeenten.plots.style import figure

DATA = pd.DataFrame({"year": [2020, 2021], "value": [1.5, None]})
TOLD = {
    "caption": "What is shown.",
    "tier": "census",
    "n": 2,
    "years": "2020-2021",
    "sources": ["population"],
}
ALT = "A line that rises from the left to the right of the picture."


def drawn():
    with figure(3, 2) as (fig, ax):
        ax.plot([0, 1], [0, 1])
    return fig


@pytest.fixture
def sheet(spoilable, monkeypatch):
    monkeypatch.setenv("GEMEENTEN_FIGURES", str(spoilable / "figures"))
    return exhibits.Sheet("90_test")


def test_a_figure_is_saved_with_its_numbers_and_what_is_said_of_it(sheet, spoilable):
    shown = sheet.figure(drawn(), "line", data=DATA, alt=ALT, **TOLD)
    saved = {path.name for path in (spoilable / "figures").iterdir()}
    assert saved == {f"90_line.{kind}" for kind in ("svg", "png", "csv", "json")}
    record = json.loads((spoilable / "figures" / "90_line.json").read_text())
    assert {key: record[key] for key in ("caption", "tier", "n", "years", "sources", "alt", "notebook")} == {
        **TOLD, "alt": ALT, "notebook": "90_test"}  # fmt: skip
    html = shown._repr_html_()
    assert f'alt="{ALT}"' in html
    assert "Tier: census; n = 2; years: 2020-2021; sources: population." in html
    assert (spoilable / "figures" / "90_line.csv").read_text() == "year,value\n2020,1.5\n2021,\n"


def test_two_runs_give_the_same_bytes(sheet, spoilable):
    sheet.figure(drawn(), "line", data=DATA, alt=ALT, **TOLD)
    first = {path.name: path.read_bytes() for path in (spoilable / "figures").iterdir()}
    exhibits.Sheet("90_test").figure(drawn(), "line", data=DATA, alt=ALT, **TOLD)
    assert {path.name: path.read_bytes() for path in (spoilable / "figures").iterdir()} == first


def test_the_alt_text_is_in_the_svg_and_the_png(sheet, spoilable):
    sheet.figure(drawn(), "line", data=DATA, alt=ALT, **TOLD)
    assert ALT in (spoilable / "figures" / "90_line.svg").read_text()
    assert ALT.encode() in (spoilable / "figures" / "90_line.png").read_bytes()


def test_a_simulated_figure_and_table_carry_the_mark(sheet):
    fig = drawn()
    told = TOLD | {"tier": "simulated", "sources": []}
    shown = sheet.figure(fig, "line", data=DATA, alt=ALT, **told)
    assert [text.get_text() for text in fig.texts] == ["SIMULATED"]
    assert "<strong>SIMULATED.</strong>" in shown._repr_html_()
    assert "SIMULATED" in sheet.table(DATA, "numbers", **told)._repr_html_()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"caption": " "}, "90_line: the caption is missing"),
        ({"tier": "official"}, "unknown tier 'official'; use one of census"),
        ({"n": 0}, "n is 0; give the number of units"),
        ({"n": 2.0}, r"n is 2\.0"),
        ({"sources": []}, "no source tables"),
        ({"sources": ["populatoin"]}, "unknown source table populatoin; the tables are: municipalities"),
        ({"alt": "A picture."}, "an alt text of 10 characters"),
        ({"alt": "What is shown."}, "repeats the caption"),
        ({"data": DATA.head(0)}, "at least one row"),
    ],
)
def test_what_a_reader_needs_is_demanded_in_one_line_and_nothing_is_written(
    sheet, spoilable, changed, message
):
    with pytest.raises(ExhibitError, match=message) as refused:
        sheet.figure(drawn(), "line", **({"data": DATA, "alt": ALT} | TOLD | changed))
    assert "\n" not in str(refused.value)
    assert not list((spoilable / "figures").iterdir())


def test_a_name_is_taken_once_in_a_notebook_and_well_formed(sheet):
    sheet.table(DATA, "numbers", **TOLD)
    with pytest.raises(ExhibitError, match="90_numbers: already made"):
        sheet.table(DATA, "numbers", **TOLD)
    with pytest.raises(ExhibitError, match="lower case"):
        sheet.table(DATA, "My Table", **TOLD)


def test_a_sentence_with_a_missing_number_is_refused(sheet):
    with pytest.raises(ExhibitError, match="'nan'"):
        sheet.say(f"The mean is {float('nan'):.2f} points.")


def test_missing_values_are_a_visible_dash_in_a_table(sheet):
    html = sheet.table(DATA, "numbers", **TOLD)._repr_html_()
    assert "–</td>" in html
    assert "– = missing." in html
    assert 'scope="col"' in html


def test_the_shipped_exhibits_are_all_shown_by_their_notebooks_and_indexed():
    assert exhibit_index.check() == []
    index = exhibit_index.index()
    assert {"caption", "tier", "n", "years"} <= set(index.columns)
    assert (index["n"] > 0).all()
    assert index["name"].is_unique


def test_no_shipped_exhibit_of_simulated_data_lacks_the_mark():
    for record in exhibit_index.records():
        if record["tier"] == "simulated" and record["kind"] == "figure":
            assert "simulated-mark" in (exhibits.paths.figures() / f"{record['name']}.svg").read_text()
