"""Fixtures that several packages share."""

from tests.records_of_people import analyst, evidence, places

__all__ = ["analyst", "evidence", "places"]
