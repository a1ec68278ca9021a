"""Rows of public figures as the API gives them: flat, complete in themselves, every field with its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

Code: TypeAlias = Annotated[
    str, Field(description="Place code, ISO 3166-1 alpha-3 where one exists.")
]
Name: TypeAlias = Annotated[str, Field(description="Short English name of the place.")]
Probability: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Probability of the event in the period.")
]
Low: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Lower end of the 90 % interval.")
]
High: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="Upper end of the 90 % interval.")
]
BaseRate: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        description="How often the event happened to places in a period of this length.",
    ),
]
Rank: TypeAlias = Annotated[
    int, Field(ge=1, description="Rank by probability, 1 the highest; the best of a tie.")
]
RankLow: TypeAlias = Annotated[
    int, Field(ge=1, description="Best rank that the interval allows.")
]
RankHigh: TypeAlias = Annotated[
    int, Field(ge=1, description="Worst rank that the interval allows.")
]
AsOf: TypeAlias = Annotated[date, Field(description="Day that the answer speaks from.")]
Issue: TypeAlias = Annotated[
    str | None,
    Field(
        description="The issue in the ledger of forecasts; null where none was issued by the day."
    ),
]
Deaths: TypeAlias = Annotated[
    int | None,
    Field(
        ge=0, description="Persons killed; null where it is not known, which is not zero."
    ),
]


@dataclass(frozen=True)
class Country:
    """A place on a day: its outlook in one row, as the list of countries has it."""

    place: Code
    name: Name
    kind: Annotated[
        str, Field(description="member (of the United Nations), territory or former.")
    ]
    region: Annotated[str, Field(description="Region of the United Nations' M49.")]
    m49: Annotated[int | None, Field(description="M49 number; null where there is none.")]
    outlook_band: Annotated[
        int | None,
        Field(
            ge=0,
            le=5,
            description="The machine's sorting by the rule in the head; null without a forecast.",
        ),
    ]
    outlook_band_name: Annotated[str | None, Field(description="The band in words.")]
    is_ongoing: Annotated[
        bool | None,
        Field(description="Whether mass violence is ongoing; null where nobody counts."),
    ]
    trend: Annotated[str, Field(description="What changed in the counts, in a sentence.")]
    target: Annotated[
        str | None, Field(description="Id of the event that the figures are of.")
    ]
    event: Annotated[str | None, Field(description="The event in words, with its time.")]
    probability: Annotated[float | None, Field(ge=0, le=1, description="Its probability.")]
    low: Annotated[
        float | None, Field(ge=0, le=1, description="Lower end of the 90 % interval.")
    ]
    high: Annotated[
        float | None, Field(ge=0, le=1, description="Upper end of the 90 % interval.")
    ]
    base_rate: Annotated[
        float | None,
        Field(ge=0, le=1, description="How often the event happened to places."),
    ]
    rank_low: Annotated[
        int | None, Field(ge=1, description="Best rank that the interval allows.")
    ]
    rank_high: Annotated[
        int | None, Field(ge=1, description="Worst rank that the interval allows.")
    ]
    of: Annotated[int | None, Field(ge=1, description="Number of places ranked.")]
    basis: Annotated[
        str | None,
        Field(
            description="How it was made: model, booked (another State's figure), or no_data (an observed share)."
        ),
    ]
    note: Annotated[str, Field(description="What must be read with it, '' where nothing.")]
    as_of: AsOf
    issue: Issue


@dataclass(frozen=True)
class Forecast:
    """One event's probability for one place, with all that must be read beside it."""

    place: Code
    name: Name
    target: Annotated[str, Field(description="Id of the event.")]
    horizon: Annotated[
        str,
        Field(
            description="yearly: calendar years; rolling: the months after the last one of data."
        ),
    ]
    event: Annotated[str, Field(description="The event in words, with its time.")]
    first_month: Annotated[
        date, Field(description="First day of the first month it counts in.")
    ]
    last_month: Annotated[
        date, Field(description="First day of the last month it counts in.")
    ]
    probability: Probability
    low: Low
    high: High
    base_rate: BaseRate
    ratio: Annotated[
        float | None,
        Field(ge=0, description="Probability over base rate; null where that is 0."),
    ]
    rank: Rank
    rank_low: RankLow
    rank_high: RankHigh
    of: Annotated[int, Field(ge=1, description="Number of places ranked.")]
    tied: Annotated[
        int, Field(ge=0, description="How many others have the same probability.")
    ]
    model: Annotated[str, Field(description="The model that said it.")]
    basis: Annotated[
        str,
        Field(
            description="model, booked (another State's figure), or no_data (an observed share)."
        ),
    ]
    applies: Annotated[
        bool,
        Field(
            description="False where the event's own definition rules it out: the number would mislead."
        ),
    ]
    note: Annotated[str, Field(description="What must be read with it, '' where nothing.")]
    as_of: AsOf
    issue: Issue


@dataclass(frozen=True)
class ForecastMonth:
    """Deaths in organised violence in one coming month: quantiles of the issue's draws."""

    place: Code
    month: Annotated[date, Field(description="First day of the month.")]
    q05: Annotated[float, Field(ge=0, description="5 % quantile of persons killed.")]
    q25: Annotated[float, Field(ge=0, description="25 % quantile.")]
    q50: Annotated[float, Field(ge=0, description="Median.")]
    q75: Annotated[float, Field(ge=0, description="75 % quantile.")]
    q95: Annotated[float, Field(ge=0, description="95 % quantile.")]
    as_of: AsOf
    issue: Issue


@dataclass(frozen=True)
class ViolenceMonth:
    """Deaths in organised violence in one month, by type where whoever speaks for the month knows it."""

    place: Code
    counted_under: Annotated[
        str | None,
        Field(
            description="The State whose deaths these are, where a source does not count the place apart."
        ),
    ]
    month: Annotated[date, Field(description="First day of the month.")]
    deaths: Annotated[
        int, Field(ge=0, description="Persons killed, best estimate, all types.")
    ]
    state_based: Deaths
    non_state: Deaths
    one_sided: Deaths
    source: Annotated[str, Field(description="Who counted.")]
    definition: Annotated[str, Field(description="What was counted.")]
    is_provisional: Annotated[
        bool, Field(description="Whether the source may still change it.")
    ]
    as_of: AsOf


@dataclass(frozen=True)
class ViolenceYear:
    """Deaths in organised violence in one year by type."""

    place: Code
    counted_under: Annotated[
        str | None,
        Field(
            description="The State whose deaths these are, where a source does not count the place apart."
        ),
    ]
    year: Annotated[int, Field(description="Calendar year.")]
    state_based: Deaths
    non_state: Deaths
    one_sided: Deaths
    unnamed: Annotated[
        int,
        Field(
            ge=0,
            description="In attacks on civilians by actors not yet named: in the total, in no type.",
        ),
    ]
    total: Deaths
    source: Annotated[str, Field(description="Who counted.")]
    definition: Annotated[str, Field(description="What was counted.")]
    is_provisional: Annotated[
        bool, Field(description="Whether the source may still change it.")
    ]
    as_of: AsOf


@dataclass(frozen=True)
class Treaty:
    """Where a State stands on an instrument, as far as that was known on the day."""

    place: Code
    instrument: Annotated[str, Field(description="Id of the instrument.")]
    title: Annotated[str, Field(description="Title of the instrument.")]
    is_listed: Annotated[
        bool, Field(description="Whether it is one of the twelve of the mandate.")
    ]
    state: Annotated[
        str,
        Field(
            description="nothing, signed, bound, notice (a withdrawal is announced) or left."
        ),
    ]
    status: Annotated[str, Field(description="The same in words.")]
    when: Annotated[date | None, Field(description="Day of the act that decides it.")]
    precision: Annotated[str, Field(description="How well that day is known.")]
    known_to: Annotated[
        date | None, Field(description="Last day looked at; null where none was.")
    ]
    is_open: Annotated[
        bool, Field(description="Whether what came after that day is not known.")
    ]
    as_of: AsOf
