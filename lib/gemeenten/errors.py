"""The errors of this project: each is one clear line that says what to do."""


class GemeentenError(Exception):
    """Base of all errors raised on purpose; the command line prints it as one line."""


class DataError(GemeentenError, ValueError):
    """A table or file is missing, altered or not what its schema says."""


class DesignError(GemeentenError, ValueError):
    """An estimator was given input from which it can state no result."""


def told(value):
    """Return how a message shows a value from a frame: numpy's scalars as Python's, text in quotes."""
    return repr(value.item() if hasattr(value, "item") else value)
