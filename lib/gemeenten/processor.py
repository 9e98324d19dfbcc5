"""The same arithmetic on every x86-64 processor.

NumPy and OpenBLAS pick their fastest routines when they are loaded; those for AVX-512 and for AVX2 add up in
another order and differ in the last digits, so that stored results would depend on the machine. Every such
processor of the last ten years has the AVX2 routines: those are asked for. Elsewhere (ARM) nothing changes.
"""

import os
import sys

ROUTINES = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def settle():
    """Ask for the AVX2 routines, unless NumPy is loaded already; return whether it was in time.

    A choice that stands in the environment is kept. Child processes inherit it.
    """
    if "numpy" in sys.modules:
        return False
    for name, value in ROUTINES.items():
        os.environ.setdefault(name, value)
    return True
