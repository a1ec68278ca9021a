"""All pages and actions of people's records and accounts, in the order their addresses must be tried."""

from __future__ import annotations

from fastapi import FastAPI

from upstander.web import (
    accounts,
    assessments,
    beside,
    country_assessment,
    elicitations,
    erasing,
    evidence,
    lessons,
    policy_mapping,
    ratings,
    records,
    review_reports,
    review_steps,
    sign_in,
    submissions,
    writing,
)
from upstander.web.doors import Doors, add_errors


def add(app: FastAPI) -> None:
    """Add them to the application."""
    doors = Doors(app)
    add_errors(app)
    sign_in.add(doors)
    accounts.add(doors)
    elicitations.add(doors)
    review_reports.add(doors)
    assessments.add(doors)
    ratings.add(doors)
    policy_mapping.add(doors)
    review_steps.add(doors)
    beside.add(doors)
    country_assessment.add(doors)
    evidence.add(doors)
    lessons.add(doors)
    submissions.add(doors)
    records.add(doors)
    erasing.add(doors)
    writing.add(doors)
    records.add_one(doors)
