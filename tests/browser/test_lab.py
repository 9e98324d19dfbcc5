"""JupyterLab in a browser: notebooks run from the menu, exercises answer, figures have their alt text."""

from pathlib import Path

import pytest
from notebooks_in_lab import Lab, figures_of, see

from gemeenten import exercises

ROOT = Path(__file__).resolve().parents[2]
LONG_ENOUGH = 40  # characters of alt text, as exhibits demand


def run(page, lab, path):
    """Run a notebook and assert that it ends without an error and shows its figures."""
    opened = Lab(page, lab, path)
    opened.run_all()
    assert opened.errors() == []
    pictures = opened.pictures()
    assert [name for name, _, _ in pictures] == figures_of(ROOT / path)
    assert all(len(alt) >= LONG_ENOUGH and width > 0 for _, alt, width in pictures)
    return opened, len(pictures)


def test_the_start_runs_from_the_menu_and_shows_its_figure(page, lab, picture):
    _, figures = run(page, lab, "notebooks/00_start_here.ipynb")
    assert figures == 1
    page.locator("figure[data-exhibit] img").first.scroll_into_view_if_needed()
    picture(page, "jupyterlab")


def test_an_analysis_runs_from_the_menu_and_shows_its_figures(page, lab):
    _, figures = run(page, lab, "notebooks/analysis/03_models_traits_pendulum.ipynb")
    assert figures >= 3


def test_an_exercise_hints_at_a_wrong_answer_and_confirms_a_right_one(page, lab):
    found = sorted((ROOT / "notebooks" / "tutorials").glob("T1_*.ipynb"))
    if not found:
        pytest.skip("no tutorial T1 yet")
    opened, _ = run(page, lab, found[0].relative_to(ROOT).as_posix())
    exercise = exercises.of("T1")["T1.1"]
    cell = opened.cell("answer_1 = ")
    output = cell.locator(".jp-OutputArea")
    see(output, "not answered yet")
    for wrong in (exercise.answer + 100, 1000 * exercise.answer):
        opened.change_first_line(cell, f"answer_1 = {wrong}")
        see(output, exercise.feedback(wrong).message)
    opened.change_first_line(cell, f"answer_1 = {exercise.answer}")
    see(output, exercise.feedback(exercise.answer).message)
    assert exercise.feedback(exercise.answer).ok
    assert opened.errors() == []
