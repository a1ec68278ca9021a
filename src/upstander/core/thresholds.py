"""From how many deaths violence counts, and what the counts mean: the one place for both."""

from __future__ import annotations

from upstander.core.messages import text

# UCDP records a conflict, or one-sided violence by one actor, from 25 deaths in a calendar year.
# https://www.pcr.uu.se/research/ucdp/definitions/ ; below it a year is quiet, here and in every model.
VIOLENT_YEAR = 25
# The house's own levels (docs/reference/pages.md): from these on mass violence is ongoing.
MASS_ONE_SIDED, MASS_TOTAL = 100, 1_000
# Reporting has collapsed where no death is reported for so many months after a year with some in so many of its months.
SILENT_MONTHS, USUAL_MONTHS = 3, 10

ONE_SIDED = text("civilians killed deliberately (one-sided violence, UCDP)")
ONE_SIDED_MEANS = text(
    "Civilians killed deliberately are those of UCDP's one-sided violence: armed force by a government or an organised "
    f"armed group against civilians that kills at least {VIOLENT_YEAR} of them in a year. It leaves out civilians who "
    "die in air strikes, shelling and crossfire between armed sides (they are among the deaths of conflict), deaths by "
    "siege, hunger and disease, killings in custody, and violence by people who are not organised. "
    "A low count here is not a low count of civilians killed."
)
