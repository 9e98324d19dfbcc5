"""What the benchmarks share: the wall time of a call."""

import time


def seconds(function, *arguments, **options):
    """Return the wall time of one call and its value."""
    start = time.perf_counter()
    value = function(*arguments, **options)
    return time.perf_counter() - start, value
