"""The explorer's controls, moved in a browser, give the library's numbers: in JupyterLab and stand-alone."""

from urllib.parse import urlsplit

import pytest
from notebooks_in_lab import Lab
from playwright.sync_api import expect

from gemeenten import explorer
from gemeenten.designs.wording import number
from gemeenten.explorer import Choice

STEPS = 4  # of 5,000 inhabitants to the left


@pytest.fixture(scope="module")
def frame():
    return explorer.frame()


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(page):
    """Fail a test whose page reached for another machine; what its own policy stopped did not leave."""
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.on("websocket", lambda socket: asked.append(socket))
    yield
    assert asked
    elsewhere = [one for one in asked if urlsplit(one.url).hostname not in (None, "127.0.0.1")]
    assert [one.url for one in elsewhere if getattr(one, "failure", None) != "csp"] == []


def control(page, name):
    """Return the widget beside the label `name`."""
    return page.locator(".jupyter-widgets", has=page.locator(".widget-label", has_text=name)).last


def expect_answer(page, frame, choice):
    """Wait until the page shows the sentence and the estimate of the library."""
    answer = explorer.answer(frame, choice)
    assert answer.estimate is not None
    expect(page.locator("[data-explorer=sentence]")).to_have_text(answer.sentence)
    expect(page.locator("[data-explorer=estimate]")).to_have_text(f"{number(answer.estimate)} {answer.unit}")
    expect(page.locator("[data-explorer=bandwidth]")).to_contain_text(f"{answer.bandwidth:.2f} ln units")
    alts = [picture.get_attribute("alt") for picture in page.locator(".widget-html figure img").all()]
    assert alts == [answer.alt, answer.alt_jumps]


def move_the_controls(page, frame):
    """Change control after control, by keyboard and by mouse, and compare each answer."""
    expect_answer(page, frame, Choice())
    control(page, "Cutoff (inhabitants)").locator(".noUi-handle").focus()
    for _ in range(STEPS):
        page.keyboard.press("ArrowLeft")
    expect_answer(page, frame, Choice(cutoff=80_000))
    type_bandwidth(page, "0.7")
    expect_answer(page, frame, Choice(cutoff=80_000, bandwidth=0.7))
    page.get_by_label("Bandwidth from the data").check()
    expect_answer(page, frame, Choice(cutoff=80_000, bandwidth=None))
    page.get_by_label("Bandwidth from the data").uncheck()
    page.get_by_label("Density as covariate").check()
    expect_answer(page, frame, Choice(cutoff=80_000, bandwidth=0.7, density=True))
    page.get_by_label("Outcome").select_option(label="turnout at the municipal elections of 2010")
    expect_answer(page, frame, Choice("turnout_gr2010", 2012, 80_000, 0.7, True))


def expect_names_and_visible_focus(page):
    """Find the sliders by the names that a screen reader says, and see where the keyboard is."""
    for name, kind in (
        ("Outcome", "combobox"),
        ("Cutoff (inhabitants)", "slider"),
        ("Bandwidth (ln)", "slider"),
    ):
        one = page.get_by_role(kind, name=name, exact=True)
        expect(one).to_have_count(1)
        one.focus()
        expect(one).to_have_css("outline-style", "solid")
        expect(one).to_have_css("outline-width", "3px")


def type_bandwidth(page, text):
    """Type the number beside the slider."""
    control(page, "Bandwidth (ln)").locator(".widget-readout").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def ask_the_impossible(page, frame):
    """Choose a bandwidth with too few municipalities and read why there is no answer."""
    control(page, "Cutoff (inhabitants)").locator(".noUi-handle").focus()
    page.keyboard.press("End")
    type_bandwidth(page, "0.1")
    none = explorer.answer(frame, Choice("turnout_gr2010", 2012, 300_000, 0.1, True))
    assert none.problem
    expect(page.locator("[data-explorer=sentence]")).to_have_text(none.sentence)


def test_stand_alone_the_controls_give_the_numbers_of_the_library_or_a_plain_reason(
    page, voila, frame, picture
):
    page.goto(voila)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect_names_and_visible_focus(page)
    move_the_controls(page, frame)
    page.get_by_role("heading", name="Your turn").evaluate("heading => heading.scrollIntoView()")
    picture(page, "explorer")
    ask_the_impossible(page, frame)


def test_in_jupyterlab_the_controls_give_the_numbers_of_the_library(page, lab, frame):
    opened = Lab(page, lab, "notebooks/app/threshold_explorer.ipynb")
    opened.run_all()
    assert opened.errors() == []
    expect_names_and_visible_focus(page)
    move_the_controls(page, frame)
