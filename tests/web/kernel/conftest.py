"""What was known on a day, as the reports have it."""

from tests.report.conftest import early, held, lake

__all__ = ["early", "held", "lake"]
