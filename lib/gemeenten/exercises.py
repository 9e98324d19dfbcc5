"""Exercises of the tutorials: an answer goes in, a helpful hint comes out; the answer itself never does.

In a notebook the exercise cell ships with a placeholder, so that the notebook runs from top to bottom::

    from gemeenten import exercises

    answer_1 = ...                          # tags: exercise
    exercises.check("T1.1", answer_1)       # shows "not answered yet", a hint, or "right"

and the folded solution cell (tags: solution, hide-cell; JupyterLab metadata source_hidden, outputs_hidden)
ends in the same call::

    solution_1 = (population["population"] > 100_000).sum()
    exercises.check("T1.1", solution_1)

A solution may use only the cells tagged ``setup`` (the imports cell, cells that load or simulate the data)
and earlier solutions: `tests/test_exercises.py` runs exactly those, in every notebook of
``notebooks/tutorials``, and asserts that each solution is right.

The exercises of tutorial T4 live in ``gemeenten/exercises_t4.py``, which loads on the first check of an id
that starts with T4. Each is registered by a function of this module::

    exercises.number(
        "T4.1",
        lambda: ...,                        # expected: no arguments, computed from the data, never typed
        tolerance=0.01,                     # absolute, in the unit of the answer; 0 for counts
        ask="How many municipalities ...?", # one line, for the reader of the module
        hint="Count rows where ...",        # for a wrong answer that is not recognised
        mistakes=[(lambda: ..., "At least is not more than: ...")],   # wrong answer, its own hint
        right="Few: that limits every test.",                         # optional, shown with a right answer
    )
    exercises.interval(id, expected, ...)   # a pair (low, high), also a result with .low and .high
    exercises.names(id, expected, ...)      # a set of texts, in any order
    exercises.choice(id, expected, options={"a": "...", "b": "..."}, ...)   # one letter

Numbers and intervals recognise by themselves a percentage where a share is asked (and the other way), the
wrong sign, a unit of 1,000, rounding too early, ends in the wrong order, and a missing value.
"""

from importlib import import_module
from importlib.util import find_spec

from gemeenten import exercises_kinds as kinds
from gemeenten.exercises_kinds import ExerciseError, Feedback

__all__ = ["ExerciseError", "Feedback", "check", "choice", "interval", "names", "number", "of"]

_REGISTER = {}


def number(id, expected, *, hint, tolerance=0.0, ask="", mistakes=(), right=""):
    """Register an exercise whose answer is one number.

    Parameters
    ----------
    id : str
        Tutorial and place, like 'T1.1'.
    expected : callable
        Without arguments; returns the answer, computed from the data. Called once, at the first check.
    hint : str
        Shown for a wrong answer that is not recognised; must not contain the answer.
    tolerance : float
        Largest absolute difference that is still right, in the unit of the answer.
    ask : str
        The question in one line.
    mistakes : sequence of (callable, str)
        Functions that compute a typical wrong answer, each with the hint for it.
    right : str
        Shown with a right answer.
    """
    _register(kinds.Number(id, expected, hint, ask, tuple(mistakes), right, tolerance))


def interval(id, expected, *, hint, tolerance=0.0, ask="", mistakes=(), right=""):
    """Register an exercise whose answer is a pair (low, high); parameters as for `number`."""
    _register(kinds.Interval(id, expected, hint, ask, tuple(mistakes), right, tolerance))


def names(id, expected, *, hint, ask="", mistakes=(), right=""):
    """Register an exercise whose answer is a set of texts, in any order; parameters as for `number`."""
    _register(kinds.Names(id, expected, hint, ask, tuple(mistakes), right))


def choice(id, expected, *, options, hint, ask="", mistakes=(), right=""):
    """Register an exercise whose answer is one letter; `options` maps each letter to what it says."""
    _register(kinds.Choice(id, expected, hint, ask, tuple(mistakes), right, dict(options)))


def check(id, answer):
    """Return the feedback on an answer, which a notebook shows.

    Parameters
    ----------
    id : str
        Like 'T1.1'.
    answer : object
        The placeholder ``...`` (or None) counts as not answered yet.

    Returns
    -------
    Feedback
        With `.exercise`, `.status` ('open', 'right' or 'wrong'), `.message` and `.ok`.

    Raises
    ------
    ExerciseError
        If there is no such exercise.
    """
    found = of(str(id).split(".")[0])
    if id not in found:
        raise ExerciseError(f"{id!r}: no such exercise; this tutorial has {', '.join(found) or 'none'}")
    return found[id].feedback(answer)


def of(tutorial):
    """Return the exercises of a tutorial: a dict of id -> exercise, in order of registration.

    Parameters
    ----------
    tutorial : str
        Like 'T1'.
    """
    module = f"gemeenten.exercises_{tutorial.lower()}"
    if tutorial.isalnum() and find_spec(module):
        import_module(module)
    return {id: exercise for id, exercise in _REGISTER.items() if id.split(".")[0] == tutorial}


def _register(exercise):
    _REGISTER[exercise.id] = exercise
