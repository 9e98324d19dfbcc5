"""What the kinds of exercises have in common and in which they differ: reading, comparing, recognising."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import numpy as np

from gemeenten.errors import DesignError, GemeentenError

#: Two computations of one number on different machines may differ by this share of it.
ROUNDING = 1e-9
#: A wrong number this close, relatively, was probably rounded.
CLOSE = 0.01

SHARE = "Share or percentage? A share runs from 0 to 1, a percentage from 0 to 100: see which one is asked."
SIGN = "Look at the sign: which group is subtracted from which?"
UNIT = "Look at the unit: some tables count in thousands (money is in 1,000 EUR)."
CLOSE_BY = "Close, but not within the tolerance. Do not round on the way; check which rows are in."
MISSING = "Your answer is missing (NaN) or infinite. Which rows have no value, and were they left out?"
ORDER = "Give the lower end first, then the upper end."


class ExerciseError(GemeentenError, KeyError):
    """An exercise that does not exist."""

    def __str__(self):
        """Return the line without the quotes that a KeyError adds."""
        return self.args[0]


class Unreadable(Exception):
    """An answer of another kind than was asked; its text is the hint."""


@dataclass(frozen=True)
class Feedback:
    """What a reader sees after a check: `status` is 'open', 'right' or 'wrong'."""

    exercise: str
    status: str
    message: str

    @property
    def ok(self):
        """Whether the answer is right."""
        return self.status == "right"

    def __repr__(self):
        return f"{self.exercise}: {self.message}"

    def _repr_html_(self):
        word = {"open": "…", "right": "✓", "wrong": "✗"}[self.status]
        return f"<p><strong>{word} {escape(self.exercise)}</strong> {escape(self.message)}</p>"


@dataclass(frozen=True)
class Exercise:
    """One exercise; the kinds below say how an answer is read and compared."""

    id: str
    expected: Callable
    hint: str
    ask: str = ""
    mistakes: tuple = ()
    right: str = ""

    @cached_property
    def answer(self):
        """The right answer, computed once."""
        return self.read(self.expected())

    def feedback(self, answer):
        """Return the feedback on an answer; never an error, whatever the answer is."""
        if _is_open(answer):
            return Feedback(self.id, "open", "not answered yet. Put your answer in the place of the dots.")
        try:
            given = self.read(answer)
        except Unreadable as reason:
            return Feedback(self.id, "wrong", f"not yet. {reason}")
        if self.same(given, self.answer):
            return Feedback(self.id, "right", f"right. {self.right}".strip())
        return Feedback(self.id, "wrong", f"not yet. {self._hint_for(given)}")

    def _hint_for(self, given):
        for wrong, hint in self.mistakes:
            if self._is(given, wrong):
                return hint
        return self.recognised(given) or self.hint

    def _is(self, given, wrong):
        """Tell whether an answer is what a usual mistake gives; one the library refuses gives nothing."""
        try:
            return self.same(given, self.read(wrong()))
        except DesignError:
            return False

    def read(self, answer):
        """Return an answer in the form that is compared; `Unreadable` when it is of another kind."""
        raise NotImplementedError

    def same(self, given, other):
        """Tell whether two answers, as read, are equal within the tolerance."""
        return given == other

    def recognised(self, given):
        """Return the hint for a mistake that belongs to the kind, or an empty text."""
        return ""


@dataclass(frozen=True)
class Number(Exercise):
    """One number."""

    tolerance: float = 0.0

    def read(self, answer):
        """Return the number as a float."""
        return _number(answer)

    def same(self, given, other):
        """Tell whether two numbers are equal within the tolerance."""
        return abs(given - other) <= self.tolerance + ROUNDING * abs(other)

    def recognised(self, given):
        """Recognise a percentage, a sign, a unit and rounding; or an empty text."""
        scaled = ((0.01, SHARE), (100, SHARE), (-1, SIGN), (0.001, UNIT), (1000, UNIT))
        for factor, hint in scaled if self.answer else ():
            if abs(given - factor * self.answer) <= abs(factor) * self.tolerance + CLOSE * abs(
                factor * self.answer
            ):
                return hint
        return CLOSE_BY if abs(given - self.answer) <= CLOSE * abs(self.answer) else ""


@dataclass(frozen=True)
class Interval(Number):
    """A lower and an upper end."""

    def read(self, answer):
        """Return the ends as a pair of floats."""
        if hasattr(answer, "low") and hasattr(answer, "high"):
            answer = (answer.low, answer.high)
        ends = (
            list(answer) if hasattr(answer, "__iter__") and not isinstance(answer, str | dict | set) else []
        )
        if len(ends) != 2:
            raise Unreadable("Give two numbers, (low, high).")
        low, high = ends
        if _is_open(low) or _is_open(high):
            raise Unreadable("Give both ends, (low, high).")
        return _number(low), _number(high)

    def same(self, given, other):
        """Tell whether both ends are equal within the tolerance."""
        return all(Number.same(self, a, b) for a, b in zip(given, other, strict=True))

    def recognised(self, given):
        """Recognise reversed ends, one right end, and percentages."""
        if given[0] > given[1]:
            return ORDER
        right = [Number.same(self, a, b) for a, b in zip(given, self.answer, strict=True)]
        if any(right):
            return f"The {'lower' if right[0] else 'upper'} end is right, the other is not."
        for factor in (0.01, 100):
            if np.allclose(given, np.multiply(factor, self.answer), rtol=CLOSE, atol=factor * self.tolerance):
                return SHARE
        return CLOSE_BY if np.allclose(given, self.answer, rtol=CLOSE, atol=0) else ""


@dataclass(frozen=True)
class Names(Exercise):
    """A set of texts."""

    def read(self, answer):
        """Return the texts as a set, without spaces around them."""
        if isinstance(answer, str) or not hasattr(answer, "__iter__") or hasattr(answer, "columns"):
            raise Unreadable('Give a list of texts, such as ["Leiden", "Delft"], or one column.')
        return {str(text).strip() for text in answer}

    def recognised(self, given):
        """Say how many are wanting and how many are too many."""
        missing, extra = len(self.answer - given), len(given - self.answer)
        parts = [f"{count} {word}" for count, word in ((missing, "missing"), (extra, "too many")) if count]
        return f"{' and '.join(parts)}. {self.hint}".capitalize()


@dataclass(frozen=True)
class Choice(Exercise):
    """One of a few options, by its letter."""

    options: dict = field(default_factory=dict)

    def read(self, answer):
        """Return the letter in lower case."""
        letter = answer.strip().lower().strip("().") if isinstance(answer, str) else answer
        if not isinstance(letter, str) or letter not in self.options:
            raise Unreadable(f"Give one letter as text: {', '.join(repr(name) for name in self.options)}.")
        return letter


def _is_open(answer):
    return answer is ... or answer is None


def _number(answer):
    """Return one number as a float; `Unreadable` for text, tables, truth values and what is missing."""
    if isinstance(answer, str):
        raise Unreadable("Give a number, not text: leave out quotes, units and the % sign.")
    if isinstance(answer, bool | np.bool_):
        raise Unreadable("Give a number; yours is True or False. Count with .sum(), or take .mean().")
    kind = f"Give one number; yours is of the kind {type(answer).__name__}"
    try:
        values = np.asarray(answer)
        if values.size != 1:
            raise Unreadable(f"{kind} with {values.size} values.")
        value = float(values.item())
    except (TypeError, ValueError):
        raise Unreadable(f"{kind}. Perhaps one of its parts, such as .estimate?") from None
    if not math.isfinite(value):
        raise Unreadable(MISSING)
    return value
