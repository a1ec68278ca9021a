"""The languages people may be spoken to in, and two that nobody speaks.

The pseudo-languages find what is not translated and what breaks: English with accents and a third longer, and the same
written from right to left. Their codes are those that browsers' makers use for them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of the interface.

    Attributes:
        code: BCP 47, as ``<html lang>`` and ``Accept-Language`` write it.
        name: in the language itself.
        is_rtl: written from right to left.
        is_pseudo: made from English, letter by letter.
    """

    code: str
    name: str
    is_rtl: bool = False
    is_pseudo: bool = False

    @property
    def direction(self) -> str:
        """As ``<html dir>`` writes it."""
        return "rtl" if self.is_rtl else "ltr"

    @property
    def locale(self) -> str:
        """The locale of its numbers and days, as Babel names it."""
        return "en" if self.is_pseudo else self.code.replace("-", "_")


ENGLISH = Language("en", "English")
ACCENTED = Language("en-XA", "[Ēñğļîšħ]", is_pseudo=True)
MIRRORED = Language("ar-XB", "[Ēñğļîšħ, ‮mirrored‬]", is_rtl=True, is_pseudo=True)
PSEUDO = (ACCENTED, MIRRORED)
ARABIC = Language("ar", "العربية", is_rtl=True)
CHINESE = Language("zh", "中文")
FRENCH = Language("fr", "Français")
RUSSIAN = Language("ru", "Русский")
SPANISH = Language("es", "Español")
# The official languages of the United Nations, in the order of their names in English.
SPOKEN = (ARABIC, CHINESE, ENGLISH, FRENCH, RUSSIAN, SPANISH)


def language_of(code: str) -> Language | None:
    """The language of a code, None where there is none."""
    return next((x for x in (*SPOKEN, *PSEUDO) if x.code.lower() == code.lower()), None)
