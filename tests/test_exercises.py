"""The exercises of the tutorials: solutions are right, mistakes get their hint, no hint gives the answer."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gemeenten import exercises, exercises_kinds, paths

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = sorted((ROOT / "notebooks" / "tutorials").glob("T*.ipynb"))
NAMES = [path.stem.split("_")[0] for path in TUTORIALS]
EXERCISES = [exercise for name in NAMES for exercise in exercises.of(name).values()]
MISTAKES = [(exercise, wrong, hint) for exercise in EXERCISES for wrong, hint in exercise.mistakes]
FEWEST = 4


def cells(path, tag=None):
    """Return the code cells of a notebook as (tags, source, metadata), of one tag or all."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            tags = cell["metadata"].get("tags", [])
            found.append((tags, "".join(cell["source"]), cell["metadata"]))
    return [cell for cell in found if tag is None or tag in cell[0]]


def checked(source):
    """Return the ids that a cell checks, in order."""
    return re.findall(r"""exercises\.check\(\s*["'](T\d+\.\d+)["']""", source)


def value_of_last_line(source, names):
    """Run a cell as a notebook does and return the value of its last expression."""
    tree = ast.parse(source)
    assert isinstance(tree.body[-1], ast.Expr), "a solution ends in exercises.check(id, solution)"
    exec(compile(ast.Module(tree.body[:-1], []), "<solution>", "exec"), names)
    return eval(compile(ast.Expression(tree.body[-1].value), "<solution>", "eval"), names)


@pytest.mark.parametrize("path", TUTORIALS, ids=NAMES)
def test_every_solution_is_right(path):
    names = {}
    for tags, source, _ in cells(path):
        if "setup" in tags:
            exec(compile(source, path.name, "exec"), names)
        elif "solution" in tags:
            feedback = value_of_last_line(source, names)
            assert feedback.ok, feedback
            assert checked(source) == [feedback.exercise]


@pytest.mark.parametrize("path", TUTORIALS, ids=NAMES)
def test_every_exercise_has_one_open_cell_and_one_folded_solution(path):
    registered = list(exercises.of(path.stem.split("_")[0]))
    assert len(registered) >= FEWEST
    for tag in ("exercise", "solution"):
        assert [id for _, source, _ in cells(path, tag) for id in checked(source)] == registered
    for tags, _, metadata in cells(path, "solution"):
        assert "hide-cell" in tags
        assert metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}


@pytest.mark.parametrize("path", TUTORIALS, ids=NAMES)
def test_exercise_cells_ship_unanswered(path):
    for _, source, _ in cells(path, "exercise"):
        feedback = value_of_last_line(source, {"exercises": exercises})
        assert feedback.status == "open", source
        assert "not answered yet" in repr(feedback)


@pytest.mark.parametrize("path", TUTORIALS, ids=NAMES)
def test_only_solutions_and_exercises_call_a_check(path):
    for tags, source, _ in cells(path):
        assert bool(checked(source)) == bool({"exercise", "solution"} & {*tags})


@pytest.mark.parametrize(
    ("exercise", "wrong", "hint"), MISTAKES, ids=[f"{e.id}-{h[:24]}" for e, _, h in MISTAKES]
)
def test_a_typical_mistake_gets_its_own_hint(exercise, wrong, hint):
    feedback = exercise.feedback(wrong())
    assert feedback.status == "wrong"
    assert hint in feedback.message


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_no_hint_gives_the_answer_away(exercise):
    texts = [exercise.hint, exercise.right, *(hint for _, hint in exercise.mistakes)]
    texts += [exercise.feedback(wrong()).message for wrong in wrong_answers(exercise)]
    for text in texts:
        assert not gives_away(exercise, text), text


def wrong_answers(exercise):
    """Return answers of many kinds of which none is right."""
    yield from (lambda: "text", lambda: True, lambda: np.nan, lambda: pd.DataFrame({"a": [1, 2]}), dict)
    if isinstance(exercise, exercises_kinds.Interval):
        low, high = exercise.answer
        step = 3 * exercise.tolerance + 0.002 * (abs(low) + abs(high))
        yield from (lambda: (high, low), lambda: (low, high + step), lambda: (100 * low, 100 * high))
    elif isinstance(exercise, exercises_kinds.Number):
        step = 3 * exercise.tolerance + 0.005 * abs(exercise.answer)
        yield from (lambda: exercise.answer + step, lambda: -exercise.answer, lambda: 100 * exercise.answer)
    elif isinstance(exercise, exercises_kinds.Names):
        yield from (lambda: [], lambda: [*exercise.answer, "Nowhere"], lambda: sorted(exercise.answer)[1:])
    else:
        yield from (lambda name=name: name for name in exercise.options if name != exercise.answer)


def gives_away(exercise, text):
    """Tell whether a text holds the answer: a number in a usual form, a name, or the option's words."""
    if isinstance(exercise, exercises_kinds.Choice):
        return exercise.options[exercise.answer] in text
    if isinstance(exercise, exercises_kinds.Names):
        return any(name in text for name in exercise.answer)
    told = {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text.rstrip("."))}
    ends = np.atleast_1d(exercise.answer)
    told -= {float(part) for part in exercise.id[1:].split(".")}
    return any(round(abs(float(end)) * scale, places) in told
               for end in ends if end for scale in (1, 100) for places in (0, 1, 2, 3)
               if not is_small(end * scale, places))  # fmt: skip


def is_small(value, places):
    """Tell whether rounding leaves a one-digit number, which any text may hold by chance."""
    return round(abs(value), places) in range(10)


def test_the_search_for_answers_in_hints_finds_one():
    exercise = exercises.of("T1")["T1.1"]
    assert gives_away(exercise, f"It is {exercise.answer:.0f}, of course.")
    assert not gives_away(exercise, "Count again.")
    names = exercises.of("T1")["T1.5"]
    assert gives_away(names, f"{sorted(names.answer)[0]} is one of them")


def registered(kind, answer, **more):
    """Return an exercise of a kind with a given answer, that is not in the register."""
    return kind("T0.1", lambda: answer, "Think again.", **more)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        (42.5, exercises_kinds.SHARE),
        (-0.425, exercises_kinds.SIGN),
        (425, exercises_kinds.UNIT),
        (0.4252, exercises_kinds.CLOSE_BY),
        (0.9, "Think again."),
        ("42%", "not text"),
        (True, "True or False"),
        (np.nan, exercises_kinds.MISSING),
        (np.inf, exercises_kinds.MISSING),
        (pd.NA, "Give one number"),
        (pd.Series([1.0, 2.0]), "2 values"),
        ([], "0 values"),
        (object(), "Give one number"),
        (len, "Give one number"),
        ([[["a"]]], "Give one number"),
        ([[1, 2], [3]], "Give one number"),
        (range(3), "3 values"),
        (1 + 2j, "Give one number"),
    ],
)
def test_a_number_that_is_wrong_gets_a_hint_and_never_an_error(given, hint):
    feedback = registered(exercises_kinds.Number, 0.425, tolerance=0.0001).feedback(given)
    assert feedback.status == "wrong"
    assert hint in feedback.message


@pytest.mark.parametrize("given", [0.425, np.float64(0.425), pd.Series([0.425]), np.array(0.42505), [0.425]])
def test_a_right_number_is_right_in_any_form(given):
    assert registered(exercises_kinds.Number, 0.425, tolerance=0.0001).feedback(given).ok


def test_an_answer_of_zero_has_no_scaled_mistakes():
    exercise = registered(exercises_kinds.Number, 0.0)
    assert exercise.feedback(0).ok
    assert exercise.feedback(3).message.endswith("Think again.")


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ((0.6, 0.4), exercises_kinds.ORDER),
        ((0.4, 0.9), "lower end is right"),
        ((0.1, 0.6), "upper end is right"),
        ((40, 60), exercises_kinds.SHARE),
        ((0.1, 0.2), "Think again."),
        (0.4, "two numbers"),
        ("04", "two numbers"),
        ((0.4, ...), "both ends"),
        ((0.4, "x"), "not text"),
        ({0.4: 1, 0.6: 2}, "two numbers"),
        (pd.DataFrame({"a": [1, 2]}), "two numbers"),
        ([[0.4], [0.6, 1]], "Give one number"),
        (iter(range(5)), "two numbers"),
    ],
)
def test_a_wrong_interval_gets_a_hint(given, hint):
    feedback = registered(exercises_kinds.Interval, (0.4, 0.6), tolerance=0.001).feedback(given)
    assert feedback.status == "wrong"
    assert hint in feedback.message


def test_names_are_compared_without_order_and_say_how_many_are_wrong():
    exercise = registered(exercises_kinds.Names, {"Leiden", "Delft"})
    assert exercise.feedback(pd.Series(["Delft ", "Leiden"])).ok
    assert "1 missing and 1 too many" in exercise.feedback(["Delft", "Breda"]).message
    assert "Give a list" in exercise.feedback("Delft").message
    assert "Give a list" in exercise.feedback(3).message


def test_a_choice_takes_a_letter_in_any_case_and_refuses_others():
    exercise = registered(exercises_kinds.Choice, "b", options={"a": "one", "b": "two"})
    assert exercise.feedback(" B) ").ok
    assert "one letter" in exercise.feedback("z").message
    assert "one letter" in exercise.feedback(2).message


def test_feedback_shows_as_html_without_letting_an_answer_in():
    feedback = registered(exercises_kinds.Number, 1.0).feedback("<b>")
    assert "<b>" not in feedback._repr_html_()
    assert "<strong>✗ T0.1</strong>" in feedback._repr_html_()


def test_an_unknown_exercise_names_those_there_are():
    with pytest.raises(exercises.ExerciseError, match=r"'T1.99': no such exercise; this tutorial has T1.1"):
        exercises.check("T1.99", 1)
    with pytest.raises(exercises.ExerciseError, match="no such exercise"):
        exercises.check("../x", 1)


def test_every_link_into_the_glossary_has_its_anchor():
    glossary = (ROOT / "notebooks" / "tutorials" / "GLOSSARY.md").read_text(encoding="utf-8")
    anchors = re.findall(r'<a id="([^"]+)">', glossary)
    assert len(anchors) == len({*anchors}) >= 60
    linked = 0
    for path in TUTORIALS:
        for anchor in re.findall(r"GLOSSARY\.md#([\w-]+)", path.read_text(encoding="utf-8")):
            linked += 1
            assert anchor in anchors, f"{path.name}: {anchor}"
    assert linked


def test_tutorials_are_there():
    assert paths.notebooks() == ROOT / "notebooks"
    assert {"T1", "T2", "T3"} <= {*NAMES}
