"""What an issue of forecasts declares: draws, probabilities, reasons and similar cases, column by column."""

from __future__ import annotations

from upstander.core.tables import DAY, INT, REAL, TEXT, Column, Table
from upstander.core.thresholds import ONE_SIDED

FORECAST_DRAW = Table(
    "forecast_draw",
    key=("unit", "target", "horizon", "draw"),
    columns=(
        Column("unit", TEXT, "", "place code"),
        Column("target", TEXT, "", "fatalities"),
        Column("horizon", INT, "month", "months after the origin, from 1", minimum=1),
        Column(
            "draw",
            INT,
            "",
            "number of the draw, from 0; one draw is one path over the horizons",
            minimum=0,
        ),
        Column("outcome", INT, "person", "persons killed in that month", minimum=0),
    ),
)

_CHANCE_VALUES = (
    Column("probability", REAL, "", "0 to 1, never 0 or 1", minimum=1e-9),
    Column("low", REAL, "", "lower end of the 90 % interval", minimum=1e-9),
    Column("high", REAL, "", "upper end of the 90 % interval", minimum=1e-9),
    Column(
        "base_rate",
        REAL,
        "",
        "observed share of country-years (or country-windows) with the event",
        minimum=0,
    ),
    Column("rank", INT, "", "1 is the highest probability", minimum=1),
    Column("rank_low", INT, "", "best rank in the 90 % range", minimum=1),
    Column("rank_high", INT, "", "worst rank in the 90 % range", minimum=1),
)

FORECAST_CHANCE = Table(
    "forecast_chance",
    key=("unit", "target"),
    columns=(
        Column("unit", TEXT, "", "place code"),
        Column(
            "target",
            TEXT,
            "",
            "target id, e.g. one_sided_100, hard_onset, total_1000, total_1000_3m",
        ),
        Column("first_month", DAY, "month", "first month the event counts in"),
        Column("last_month", DAY, "month", "last month the event counts in"),
        *_CHANCE_VALUES,
        Column("model", TEXT, "", "model that made it"),
        Column(
            "basis",
            TEXT,
            "",
            "model; or no_data: only the base rate of places like it; or booked: see note",
        ),
        Column(
            "note",
            TEXT,
            "",
            "message that a reader must see, e.g. that deaths are booked under another State",
            True,
        ),
    ),
)

FORECAST_REASON = Table(
    "forecast_reason",
    key=("unit", "target", "family"),
    columns=(
        Column("unit", TEXT, "", "place code"),
        Column("target", TEXT, "", "target id"),
        Column("family", TEXT, "", "history, dynamics, neighbours, structure or triggers"),
        Column(
            "contribution",
            REAL,
            "log odds",
            "what the family adds to the typical place's log odds",
        ),
        Column("message", TEXT, "", "id and values of one plain sentence: core/messages"),
    ),
)

FORECAST_CASE = Table(
    "forecast_case",
    key=("unit", "rank"),
    columns=(
        Column("unit", TEXT, "", "place code"),
        Column("rank", INT, "", "1 is the most similar", minimum=1),
        Column("case_unit", TEXT, "", "place code of the past case"),
        Column("case_year", INT, "year", "base year of the past case"),
        Column(
            "distance",
            REAL,
            "standard deviation",
            "distance in the feature space",
            minimum=0,
        ),
        Column(
            "one_sided_next", INT, "person", f"{ONE_SIDED} in the year after", minimum=0
        ),
        Column(
            "total_next",
            INT,
            "person",
            "deaths in organised violence in the year after",
            minimum=0,
        ),
    ),
)

ISSUE_TABLES = (FORECAST_DRAW, FORECAST_CHANCE, FORECAST_REASON, FORECAST_CASE)
