"""Does 100,000 matter? The helper library of the compendium.

Data flows one way; no module imports one to its right::

    sources -> tables -> municipalities -> designs -> claims -> exhibits -> notebooks

Submodules load on first use, so ``import gemeenten as gm`` is quick.
"""

from importlib import import_module

from gemeenten import processor

__version__ = "0.1.0"

_SUBMODULES = (
    *("claims", "designs", "exercises", "exhibits", "explorer", "municipalities", "plots", "scheme"),
    *("simulate", "tables"),
)

processor.settle()


def __getattr__(name):
    if name in _SUBMODULES:
        return import_module(f"gemeenten.{name}")
    raise AttributeError(f"module 'gemeenten' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_SUBMODULES])
