"""What claims on coded municipalities share: the caution in their words, the cap on their verdicts."""

from gemeenten.claims import rules
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.claims.marks_words import CAPPED

SAMPLE = (
    "The municipalities are a convenience sample in which large cities were searched by name, coded once."
)


def coded(ruled, figures, words):
    """Return the finding on coded municipalities: the verdict capped, and said so where that changes it.

    Parameters
    ----------
    ruled : str
        What the registered rule says.
    figures : tuple
        The fields of `Evidence` from estimate on, up to p or up to n.
    words : str
        What was found, ending in a full stop.
    """
    capped = rules.cap(ruled, "coded")
    words += CAPPED.get((ruled, capped), "")
    return Finding(Evidence("coded", *figures, p_decides=(rules.SUPPORTED,), words=words), capped)
