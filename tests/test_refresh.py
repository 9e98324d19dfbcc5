"""Refreshing a table: against a stand-in of the source on this machine, with every oddity it is known for."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from gemeenten import paths, refresh, registry, tables
from gemeenten.errors import DataError
from gemeenten.sources import population
from gemeenten.sources.odata import Feed


class StandIn(BaseHTTPRequestHandler):
    """Answers like the feed: pages, padded keys, empty figures for municipalities that ended."""

    rows, asked, answers = [], [], []

    def do_GET(self):
        self.asked.append(self.path)
        if self.answers:
            status, kind, body = self.answers.pop(0)
            return self._send(status, kind, body)
        skip = int(parse_qs(urlsplit(self.path).query).get("$skip", ["0"])[0])
        page = {"odata.metadata": "x", "value": self.rows[skip : skip + 2]}
        if skip + 2 < len(self.rows):
            here = f"http://{self.headers['Host']}{self.path.split('&$skip')[0]}"
            page["odata.nextLink"] = f"{here}&$skip={skip + 2}"
        return self._send(200, "application/json", json.dumps(page))

    def _send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        """Keep the test's output clean."""


@pytest.fixture
def source():
    StandIn.rows, StandIn.asked, StandIn.answers = [], [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Feed(f"http://127.0.0.1:{server.server_port}", wait=0.01)
    server.shutdown()
    server.server_close()


def row(code, year, population):
    return {"ID": 1, "Geslacht": "T001038", "RegioS": f"{code:<10}", "Perioden": f"{year}JJ00",
            "BevolkingOp1Januari_1": population}  # fmt: skip


def known(code, year):
    frame = tables.load("population").query("code == @code and year == @year")
    return int(frame["population"].iloc[0])


def test_pages_are_followed_and_keys_stripped(source):
    StandIn.rows = [row("GM0363", year, 800_000 + year) for year in range(2012, 2017)]
    fetched = population.fetch(source)
    assert fetched["code"].unique().tolist() == ["GM0363"]
    assert fetched["population"].tolist() == [800_000 + year for year in range(2012, 2017)]
    assert len(StandIn.asked) == 3
    assert "%24format=json" in StandIn.asked[0] or "$format=json" in StandIn.asked[0]


def test_an_ended_municipality_has_no_row_rather_than_a_zero(source):
    StandIn.rows = [row("GM0363", 2020, 872_757), row("GM0003", 2022, None)]
    assert population.fetch(source)["code"].tolist() == ["GM0363"]


def test_a_changed_and_a_new_figure_are_shown_and_swapped_in(spoilable, source):
    before = known("GM0363", 2020)
    StandIn.rows = [row("GM0363", 2020, before + 1), row("GM0344", 2020, known("GM0344", 2020))]
    found = refresh.refresh("population", source)
    assert found.changed[["code", "year", "old", "new"]].to_numpy().tolist() == [
        ["GM0363", 2020, before, before + 1]
    ]
    assert found.sentence().startswith("population: 0 rows added, 1 cells changed")
    assert known("GM0363", 2020) == before + 1
    assert "not recorded" not in registry.entry("population").retrieved
    assert registry.entry("turnout").retrieved.startswith("not recorded")


def test_comparing_only_changes_nothing(spoilable, source):
    StandIn.rows = [row("GM0363", 2020, 1)]
    old = registry.entry("population").path.read_bytes()
    assert len(refresh.refresh("population", source, write=False).changed) == 1
    assert registry.entry("population").path.read_bytes() == old


def test_the_same_vintage_leaves_every_byte(spoilable, source):
    StandIn.rows = [row("GM0363", 2020, known("GM0363", 2020))]
    old = (paths.data() / "registry.toml").read_bytes()
    refresh.refresh("population", source)
    assert (paths.data() / "registry.toml").read_bytes() == old


def test_a_figure_that_the_schema_refuses_changes_nothing(spoilable, source):
    StandIn.rows = [row("GM0363", 2020, -5)]
    old = registry.entry("population").path.read_bytes()
    with pytest.raises(DataError, match="population"):
        refresh.refresh("population", source)
    assert registry.entry("population").path.read_bytes() == old


class Crash(BaseException):
    """Stands for the process dying: nothing catches it."""


def dying_at(monkeypatch, step):
    """Let the process die at the given one of its replacements of a file."""
    whole, done = os.replace, []

    def replace(old, new):
        done.append(new)
        if len(done) == step:
            raise Crash
        whole(old, new)

    monkeypatch.setattr(registry.os, "replace", replace)


@pytest.mark.parametrize("step", [1, 2])
def test_dying_before_the_registry_is_written_leaves_the_old_vintage(spoilable, source, monkeypatch, step):
    before = known("GM0363", 2020)
    old = registry.entry("population")
    StandIn.rows = [row("GM0363", 2020, before + 1)]
    with monkeypatch.context() as crashing:
        dying_at(crashing, step)
        with pytest.raises(Crash):
            refresh.refresh("population", source)
    assert registry.entry("population") == old
    assert known("GM0363", 2020) == before
    registry.stamp("population")
    assert registry.entry("population") == old
    assert not old.pending.exists()
    refresh.refresh("population", source)
    assert known("GM0363", 2020) == before + 1


@pytest.mark.parametrize("finish", ["stamp", "refresh"])
def test_dying_after_the_registry_is_written_is_told_and_finished(spoilable, source, monkeypatch, finish):
    before = known("GM0363", 2020)
    StandIn.rows = [row("GM0363", 2020, before + 1)]
    with monkeypatch.context() as crashing:
        dying_at(crashing, 3)
        with pytest.raises(Crash):
            refresh.refresh("population", source)
    with pytest.raises(DataError) as told:
        tables.load("population")
    assert str(told.value) == (
        "data/population.csv: its replacement was cut short; run `gemeenten stamp population` to finish it"
    )
    registry.stamp("population") if finish == "stamp" else refresh.refresh("population", source)
    assert known("GM0363", 2020) == before + 1
    assert "not recorded" not in registry.entry("population").retrieved
    assert [path.name for path in paths.data().glob(".*")] == []


def test_a_replacement_that_fails_leaves_no_file_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    path = tmp_path / "x.csv"
    path.write_text("old")
    monkeypatch.setattr(registry.os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        registry.replace(path, b"new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("x.csv", "old")]


def test_passing_errors_are_retried_and_lasting_ones_told_in_one_line(source):
    StandIn.rows = [row("GM0363", 2020, 872_757)]
    StandIn.answers = [(503, "text/plain", "busy"), (500, "text/plain", "Object reference not set")]
    assert len(population.fetch(source)) == 1
    StandIn.answers = [(404, "text/plain", "no")]
    with pytest.raises(DataError, match="answered 404") as refused:
        population.fetch(source)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("body", ["<html>maintenance</html>", '{"value": null}', "[]", '{"value": []}'])
def test_a_page_instead_of_data_is_refused(source, body):
    StandIn.answers = [(200, "text/html", body)]
    with pytest.raises(DataError):
        population.fetch(source)


def test_a_source_out_of_reach_is_one_line():
    with pytest.raises(DataError, match="cannot be reached"):
        population.fetch(Feed("http://127.0.0.1:9", wait=0.001))


def test_a_table_without_a_built_source_says_how_to_replace_it():
    with pytest.raises(DataError, match="turnout: only population .* by hand .* `gemeenten stamp turnout`"):
        refresh.refresh("turnout")
