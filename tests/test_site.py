"""The site: built once here from all notebooks, with a few modules in place of the whole API reference.

The reference of every module is built by `make site`, which fails on the same things.
"""

import ast
import io
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from lxml import html

from gemeenten import paths
from gemeenten.claims import ledger, titles
from gemeenten.exhibit_index import records
from gemeenten.site import SiteError, api_pages, build, checks, staging
from gemeenten.site import layout as places
from gemeenten.site.links import Links
from gemeenten.site.previews import preview

ROOT = Path(__file__).resolve().parents[1]
FEW_MODULES = (
    "gemeenten",
    "gemeenten.tables",
    "gemeenten.designs",
    "gemeenten.designs.equivalence",
    "gemeenten.designs.inputs",
)


@pytest.fixture(scope="module")
def claims():
    """Return the ledger, computed once."""
    return ledger()


def shorten(patch, claims, modules=FEW_MODULES):
    """Let builds document a few modules and take the ledger that is there."""
    every = api_pages.modules()
    patch.setattr(api_pages, "modules", lambda: {name: every[name] for name in modules})
    patch.setattr(staging, "ledger", lambda: claims)


@pytest.fixture(scope="module")
def site(tmp_path_factory, claims):
    """Return the folder of a built site."""
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch, claims)
        return build(tmp_path_factory.mktemp("site") / "book").folder


@pytest.fixture(scope="module")
def pages(site):
    """Return the built pages, path from the site's folder -> parsed page."""
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    return {name: html.fromstring(path.read_bytes()) for name, path in found.items() if "_static" not in name}


@pytest.fixture
def small(tmp_path, monkeypatch, claims):
    """Return the root of a compendium with one notebook, which a test may spoil."""
    shorten(monkeypatch, claims, ["gemeenten", "gemeenten.errors"])
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "figures").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("GEMEENTEN_ROOT", str(tmp_path))
    write(tmp_path, "# A title\n\nText.")
    return tmp_path


def write(root, *texts, outputs=(), count=1):
    """Write a notebook of Markdown cells and one code cell."""
    cells = [
        {"cell_type": "markdown", "id": f"m{k}", "metadata": {}, "source": text}
        for k, text in enumerate(texts)
    ]
    code = {"cell_type": "code", "id": "c", "metadata": {}, "source": "1 + 1", "execution_count": count}
    book = {
        "cells": [*cells, code | {"outputs": list(outputs)}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = root / "notebooks" / "00_small.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def test_every_notebook_is_a_page_with_its_own_title(pages):
    for path in places.current().notebooks:
        title = pages[places.html(path)].xpath("string(//h1)")
        source = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"][0]["source"]
        wanted = re.match(r"# (.+)", "".join(source))[1].replace("*", "").replace("`", "")
        assert title.rstrip("#").split() == wanted.split()


def test_every_page_has_one_title(pages):
    assert len(pages) > 20
    assert {name: len(page.xpath("//h1")) for name, page in pages.items()} == dict.fromkeys(pages, 1)


def test_every_picture_has_alt_text_and_the_notebooks_keep_theirs(pages):
    for name, page in pages.items():
        assert not page.xpath("//img[not(normalize-space(@alt))]/@src"), name
    by_stem = {Path(path).stem: places.html(path) for path in places.current().notebooks}
    figures = [record for record in records() if record["kind"] == "figure" and record["notebook"] in by_stem]
    assert figures
    for record in figures:
        book, gallery = pages[by_stem[record["notebook"]]], pages["figures/index.html"]
        for page in (book, gallery):
            shown = page.xpath(f"//*[@id='{record['name']}']//img/@alt")
            assert shown == [record["alt"]], record["name"]


def test_every_internal_link_leads_to_a_file_and_a_place_in_it(site, pages):
    """Independent of the check inside the build."""
    places_in = {name: {*page.xpath("//@id"), *page.xpath("//a/@name")} for name, page in pages.items()}
    seen = 0
    for name, page in pages.items():
        for target in {*page.xpath("//a/@href"), *page.xpath("//img/@src")}:
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (site / name).parent.joinpath(path).resolve() if path else site / name
            assert file.is_file(), f"{name}: {target}"
            key = file.relative_to(site.resolve()).as_posix()
            assert not anchor or key not in places_in or anchor in places_in[key], f"{name}: {target}"
            seen += 1
    assert seen > 500


def test_nothing_is_fetched_from_elsewhere(site, pages):
    for name, page in pages.items():
        fetched = page.xpath("//script/@src | //img/@src | //link[@rel!='canonical']/@href | //iframe/@src")
        assert not [target for target in fetched if re.match(r"([a-z]+:)?//", target)], name
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", style.read_text(encoding="utf-8")), (
            style
        )


def test_the_search_index_knows_claim_c11_and_the_pages_that_speak_of_it(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    found = index["terms"]["c11"]
    hits = {index["docnames"][k] for k in (found if isinstance(found, list) else [found])}
    assert "verdicts" in hits
    assert any(name.startswith("notebooks/analysis/") for name in hits)


def test_the_verdict_board_has_a_row_a_claim_linked_to_its_notebook(pages, claims):
    found = pages["verdicts.html"].xpath("//table[contains(@class,'board')]//tr[@id]")
    rows = {row.get("id"): row for row in found}
    assert [*rows] == [*titles()["id"]]
    for claim in claims.itertuples():
        row = rows[claim.id]
        assert row.xpath(".//span[contains(@class,'verdict')]/text()") == [f" {claim.verdict}"]
        assert row.xpath("string(.//details/p[@class='statement'])").split() == claim.statement.split()
        assert row.xpath("string(.//details/p[@class='rests-on'])").split() == claim.sentence.split()
        if (paths.notebooks() / f"{claim.notebook}.ipynb").is_file():
            assert f"notebooks/{claim.notebook}.html" in row.xpath(".//a/@href")


def test_the_board_leads_with_short_titles_grouped_by_theme(pages):
    sections = pages["verdicts.html"].xpath("//section[h2]")
    shown = {
        section.xpath("string(h2/text())"): [
            " ".join(summary.text_content().split()) for summary in section.xpath(".//tr//summary")
        ]
        for section in sections
    }
    wanted = titles().assign(told=lambda rows: rows["id"] + " " + rows["title"])
    assert shown == {theme: [*own["told"]] for theme, own in wanted.groupby("theme", sort=False)}


def test_the_front_page_has_the_board_as_text_for_narrow_screens(pages):
    items = pages["index.html"].xpath("//div[@class='board-short']//li")
    assert len(items) == len(titles())
    for item, claim in zip(items, titles().itertuples(), strict=True):
        assert f"{claim.id} {claim.title}" in " ".join(item.text_content().split())
        assert item.xpath("a/@href") == [f"verdicts.html#{claim.id}"]


def test_the_solution_of_an_exercise_is_called_so_and_other_code_is_not(pages):
    tutorial = pages["notebooks/tutorials/T1_meet_the_municipalities.html"]
    prompts = tutorial.xpath("//div[contains(@class,'tag_solution')]//summary/p/text()")
    assert len(prompts) >= 2 * 4
    assert {*prompts} == {"Show the solution", "Hide the solution"}
    essay = pages["notebooks/analysis/02_data_and_sources.html"]
    assert {*essay.xpath("//details//summary/p/text()")} == {"Show the code", "Hide the code"}


def test_the_data_of_every_exhibit_are_linked_under_it(pages):
    by_stem = {Path(path).stem: path for path in places.current().notebooks}
    own = [record for record in records() if record["notebook"] in by_stem]
    assert own
    for record in own:
        page = pages[places.html(by_stem[record["notebook"]])]
        figure = page.xpath(f"//figure[@id='{record['name']}']//small/a")
        assert [link.text for link in figure] == [f"figures/{record['name']}.csv"]
        assert figure[0].get("href").endswith(f"../figures/{record['name']}.csv")


def test_the_site_has_an_icon_of_its_own(site, pages):
    for name, page in pages.items():
        (icon,) = page.xpath("//link[@rel='icon']/@href")
        file = (site / name).parent / icon.partition("?")[0]
        assert file.read_text(encoding="utf-8").startswith("<svg"), name


def test_the_gallery_shows_every_exhibit_with_tier_and_n(pages):
    cards = {
        card.get("id"): card for card in pages["figures/index.html"].xpath("//article[@class='exhibit-card']")
    }
    stems = {Path(path).stem for path in places.current().notebooks}
    wanted = {record["name"]: record for record in records() if record["notebook"] in stems}
    assert {*cards} == {*wanted}
    for name, record in wanted.items():
        told = cards[name].text_content()
        assert record["caption"] in told
        assert record["tier"] in told
        assert f"{record['n']:,}" in told


def test_the_gallery_has_contents_readable_names_and_a_preview_of_every_table(pages):
    page = pages["figures/index.html"]
    stems = {Path(path).stem: path for path in places.current().notebooks}
    groups = {record["notebook"] for record in records() if record["notebook"] in stems}
    contents = page.xpath("//div[@class='gallery-contents']//a/@href")
    assert len(contents) == len(page.xpath("//section[h2]")) == len(groups)
    for record in (record for record in records() if record["notebook"] in stems):
        (card,) = page.xpath(f"//article[@id='{record['name']}']")
        name = card.xpath("string(h3/a)")
        assert "_" not in name
        assert not re.match(r"[T\d]?\d+", name), name
        assert card.xpath("string(h3/small)") == record["notebook"].split("_")[0]
        kind = record["kind"]
        assert len(card.xpath(".//img[@loading='lazy']")) == (kind == "figure")
        assert len(card.xpath(".//div[@class='preview']//tbody/tr")) in (
            (0,) if kind == "figure" else (1, 2, 3)
        )


def test_a_preview_shows_three_rows_and_three_columns_as_the_notebook_does():
    cells = "".join(f"<td>{k}.50 &lt;</td>" for k in range(6))
    head = "".join(f"<th>h{k}</th>" for k in range(6))
    body = f"<tr>{cells}</tr>" * 5
    table = html.fromstring(
        preview(f"<figure><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></figure>")
    )
    assert [cell.text for cell in table.iter("th")] == ["h0", "h1", "h2"]
    assert [cell.text for cell in table.iter("td")] == 3 * ["0.50 <", "1.50 <", "2.50 <"]


def inline_errors(docstring):
    """Return what reStructuredText finds wrong inside the lines of a docstring; numpydoc sees to the rest."""
    quiet = {"report_level": 5, "halt_level": 5, "warning_stream": io.StringIO()}
    plain = re.sub(r"(?m)^(\w+, )*\*+(?=\w+)(?=.*[^*]$)", "", docstring)  # parameters `*args`, `**options`
    told = publish_doctree(plain, settings_overrides=quiet)
    messages = [*told.findall(nodes.system_message), *told.transform_messages]
    found = [message.astext() for message in messages]
    return [line for line in found if re.search(r"Undefined|Unknown target|start-string without", line)]


def test_no_public_docstring_has_an_error_that_would_fail_the_reference():
    assert "east" in inline_errors("A weight of (1 - |east| / reach).")[0]
    assert "strong" in inline_errors("So **bold.")[0]
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    for name, text in api_pages.modules().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, kinds) and not (own := getattr(node, "name", "")).startswith("_"):
                assert inline_errors(ast.get_docstring(node) or "") == [], f"{name}.{own}"


def test_the_reference_says_what_a_constant_is_and_not_its_value(pages):
    (told,) = pages["api/gemeenten.designs.inputs.html"].xpath("//dl[dt[contains(@id, '.ROUNDING')]]")
    assert "is rounding error, not variation" in told.text_content()
    assert "=" not in told.text_content()


def test_nothing_tells_this_machine_or_the_date(site):
    private = re.compile("|".join(map(re.escape, (str(ROOT), str(site.parent), str(Path.home()) + "/"))))
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".json", ".inv", ".txt"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not private.search(text), path
            assert "Last updated" not in text, path


def test_docstrings_are_in_the_reference(pages):
    assert pages["api/gemeenten.designs.equivalence.html"].xpath(
        "//dt[@id='gemeenten.designs.equivalence.two_samples']"
    )


def test_every_public_module_has_a_page_in_the_reference():
    made = api_pages.pages()
    for name in ("tables", "municipalities", "designs.threshold", "claims.ledger", "site.build"):
        assert f"api/gemeenten.{name}.rst" in made
        assert f"gemeenten.{name}.rst" in made["api/index.md"]
    assert "api/gemeenten.site.conf.rst" not in made


def test_the_same_notebooks_give_the_same_bytes(small, tmp_path):
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda name: build(tmp_path / name).folder, ("one", "two"))
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [name for name in files if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_a_broken_link_a_bad_formula_and_a_lost_anchor_are_one_line_each_and_the_old_site_stays(
    small, tmp_path
):
    out = tmp_path / "book"
    out.mkdir()
    (out / "objects.inv").write_text("old")
    write(
        small,
        "# A title",
        "See [this](no_such.ipynb).",
        r"So $\frac{a}$.",
        "[Data](../data/README.md#nowhere)",
    )
    with pytest.raises(SiteError) as failed:
        build(out)
    lines = sorted(str(failed.value).splitlines())
    assert len(lines) == 3
    assert all(line.startswith("notebooks/00_small.ipynb") for line in lines)
    assert any("no_such.ipynb" in line and "cell 2" in line for line in lines)
    assert any("nowhere" in line for line in lines)
    assert any(r"\frac" in line for line in lines)
    assert (out / "objects.inv").read_text() == "old"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda root: (root / "notebooks" / "00_small.ipynb").write_text("{"), "not a notebook"),
        (lambda root: write(root, "# A", count=None), "code cell 1 not run"),
        (lambda root: write(root, "# A", outputs=[{"output_type": "error"}]), "code cell 1 ends in an error"),
    ],
)
def test_a_broken_notebook_is_one_line(small, tmp_path, spoil, told):
    spoil(small)
    with pytest.raises(SiteError, match=told) as failed:
        build(tmp_path / "book")
    assert len(str(failed.value).splitlines()) == 1
    assert str(failed.value).startswith("notebooks/00_small.ipynb")
    assert not (tmp_path / "book").exists()


def test_a_folder_that_is_no_site_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="is no site"):
        build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p>no title</p>", "0 titles"),
        ("<h1>A</h1><h1>B</h1>", "2 titles"),
        ("<h1>A</h1><img src='a.png' alt=' '>", "without alt text"),
        ("<h1>A</h1><a href='gone.html'>x</a>", "gone.html leads nowhere"),
        ("<h1>A</h1><a href='#gone'>x</a>", "no place 'gone'"),
        ("<h1>A</h1><a href='../../etc/passwd'>x</a>", "no such file in the site"),
        ("<h1>A</h1><script src='https://cdn.example/a.js'></script>", "from elsewhere"),
        ("<h1>A</h1><script src='//cdn.example/a.js'></script>", "from elsewhere"),
    ],
)
def test_the_check_of_a_built_page_names_what_is_wrong(tmp_path, body, told):
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "index.html").write_text(f"<html><body>{body}</body></html>")
    (line,) = checks.problems(tmp_path)
    assert line.startswith("index.html: ")
    assert told in line


def test_a_style_sheet_that_fetches_is_named(tmp_path):
    (tmp_path / "index.html").write_text("<html><body><h1>A</h1></body></html>")
    (tmp_path / "a.css").write_text("@import url('https://fonts.example/x');")
    assert checks.problems(tmp_path) == [
        "a.css: fetches https://fonts.example/x from elsewhere; keep it in the site"
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[c](../../data/README.md#population)", "[c](../../data/index.md#population)"),
        ("[c](../../data/population.csv)", '<a href="../../data/population.csv">c</a>'),
        ("[n](02_data_and_sources.ipynb)", "[n](02_data_and_sources.ipynb)"),
        ("[w](https://www.cbs.nl/)", "[w](https://www.cbs.nl/)"),
        ("`[n](../../data/README.md)`", "`[n](../../data/README.md)`"),
        ("```\n[n](../../data/README.md)\n```", "```\n[n](../../data/README.md)\n```"),
        ("[x](nowhere.md)", "[x](nowhere.md)"),
        ("[m](../../lib/gemeenten/tables.py)", "[m](../../api/gemeenten.tables.rst)"),
        ('<a href="02_data_and_sources.ipynb#x">n</a>', '<a href="02_data_and_sources.html#x">n</a>'),
        ("![A map](../../figures/02_map.png)", '<img src="../../figures/02_map.png" alt="A map">'),
        ("[map](../../figures/02_map.svg)", '<a href="../../figures/index.html#02_map">map</a>'),
        ("[g](../tutorials/GLOSSARY.md#gemeente)", '<a href="../tutorials/GLOSSARY.html#gemeente">g</a>'),
    ],
)
def test_links_are_turned_to_the_site(text, wanted):
    here = "notebooks/analysis/01_chapter_and_claims.ipynb"
    assert Links(places.current()).markdown(text, here, here) == wanted
