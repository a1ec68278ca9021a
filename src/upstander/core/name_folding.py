"""Names without what spellings differ in: case, accents, punctuation and the article."""

from __future__ import annotations

import re
import unicodedata


def fold(name: str) -> str:
    """A name without case, accents, punctuation and the article, so that spellings meet.

    >>> fold("St. Kitts & Nevis") == fold("Saint Kitts and Nevis")
    True
    >>> fold("Côte d’Ivoire"), fold("Bahamas, The")
    ('cote d ivoire', 'bahamas')
    """
    # decomposed before it is folded (the sign of a bracketed A holds a capital), and again after
    folded = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    plain = unicodedata.normalize("NFKD", folded)
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join("saint" if w == "st" else w for w in words if w != "the")
