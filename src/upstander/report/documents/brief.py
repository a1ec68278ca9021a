"""A country brief of at most two pages, as a page and as a PDF: the same content in both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import joined, say, text, translated
from upstander.core.thresholds import ONE_SIDED
from upstander.forecast.targets import HEADLINE, YEARLY_HEADLINE, headline_in
from upstander.forecast.unmodelled import BOOKING
from upstander.report import (
    as_json,
    brief_document,
    charts,
    document,
    history,
    mandate,
    printing,
    words,
)
from upstander.report.actors import Actor
from upstander.report.bands import Band
from upstander.report.documents import COUNTRY, Report
from upstander.report.drivers import Driver
from upstander.report.fan_chart import FanMonth
from upstander.report.head import DataAge
from upstander.report.probabilities import Chance
from upstander.report.situation import Case, Reason, Situation
from upstander.report.treaty_status import TreatyStatus

SHOWN = (
    HEADLINE,
    "civilians_1000",
    "new_mass_killing",
    "escalation",
    YEARLY_HEADLINE,
    "hard_onset",
    "surge",
    "total_25",
    "total_100",
    "total_1000",
)
# What a reader of two pages is given of the indicators; the country page has them all.
TELLING = (
    "vdem_v2x_libdem",
    "vdem_v2x_clphy",
    "un_infant_mortality_per_1000",
    "wdi_gdp_per_capita_usd",
    "unhcr_refugees_origin",
    "displaced_within",
)

MOST_ACTORS = 6
MOST_REASONS, MOST_CASES = 4, 5


def html(situation: Situation, language: Language = ENGLISH) -> str:
    """The brief as one page that needs no other file and no script."""
    from upstander.report.rendering import render

    return render("brief.html", language, **content(situation, language))


def pdf(situation: Situation, language: Language = ENGLISH) -> bytes:
    """The brief as a PDF of at most two A4 pages, tagged with its title and language."""
    return printing.pdf("brief.typ", content(situation, language), language, pages=2)


def docx(situation: Situation, language: Language = ENGLISH) -> bytes:
    """The brief as a Word file: what the page says, its charts as pictures with their tables."""
    told = {**content(situation), **_pictures(situation, language)}
    drawn = situation.months[-charts.HISTORY_MONTHS :]
    tables = brief_document.Tables(drawn, situation.fan, situation.years)
    made = brief_document.document(told, tables, situation.head.as_of)
    return document.docx(document.said_in(made, language))


def content(situation: Situation, language: Language = ENGLISH) -> dict[str, Any]:
    """Everything the brief says, as text in a language: both shapes print exactly this."""
    told = {
        **_heading(situation),
        **_outlook(situation),
        **_background(situation),
        **_small_print(situation),
        **_pictures(situation, language),
    }
    said: dict[str, Any] = translated(told, language)
    return said


def _heading(situation: Situation) -> dict[str, Any]:
    head, line = situation.head, situation.line
    return {
        "name": line.name,
        "code": line.code,
        "region": text(situation.place.smallest_region),
        "note": _note(situation),
        "as_of": words.day(head.as_of),
        "issue": head.issue_id or "none",
        "forecast_note": head.forecast_note,
        "data_age": head.data_age,
    }


def _outlook(situation: Situation) -> dict[str, Any]:
    """The band, the probabilities, what was counted, and why the model says so."""
    line = situation.line
    by_target = {c.target: c for c in situation.chances}
    main = headline_in(by_target)
    chances = [_chance(by_target[target], main) for target in SHOWN if target in by_target]
    return {
        "band": _band(line.band) if line.band else None,
        "ongoing": ongoing(situation),
        "headline": _chance(line.headline, main) if line.headline else None,
        "chances": chances,
        "trend": line.trend.sentence,
        "last_year": last_year(line.last_year, situation.counted_under),
        "reasons": [_reason(reason) for reason in line.reasons[:MOST_REASONS]],
        "actors": _actors(situation),
        "moved": situation.moved.sentence if situation.moved else "",
    }


def _actors(situation: Situation) -> list[str]:
    """Who killed civilians in the last years of UCDP's list: those of this country, then those listed for others too."""
    recent = [a for a in situation.actors or () if a.is_recent]
    own = _named(a for a in recent if a.countries == 1)
    others = _named(a for a in recent if a.countries > 1)
    return [
        *([say("report.who_killed_civilians_here", names=own)] if own else []),
        *([say("report.who_killed_civilians_somewhere", names=others)] if others else []),
    ]


def _named(actors: Iterable[Actor]) -> str:
    return ", ".join(f"{a.name} ({a.years[-1]})" for a in islice(actors, MOST_ACTORS))


def _band(band: Band) -> dict[str, Any]:
    return {"number": band.number, "name": band.name, "sign": band.sign}


def _background(situation: Situation) -> dict[str, Any]:
    """Similar cases of the past, indicators, treaties, and where all of it comes from."""
    telling = [d for d in situation.drivers if d.indicator in TELLING]
    as_of = situation.head.as_of
    return {
        "cases": [_case(case) for case in situation.cases[:MOST_CASES]],
        "drivers": [_driver(driver) for driver in telling],
        "treaties": treaty_sentences(situation.treaties),
        "sources": [_source(age, as_of) for age in situation.ages],
        "missing": list(situation.missing),
    }


def _case(case: Case) -> dict[str, str]:
    return {
        "place": case.place,
        "year": str(case.year),
        "one_sided": words.count(case.one_sided_next),
        "total": words.count(case.total_next),
    }


def _source(age: DataAge, as_of: date) -> str:
    last, known_at = words.month(min(age.last, as_of)), words.day(age.known_at)
    release = f"{age.publisher}: {age.title}, {age.release}"
    return say(
        "report.to_known",
        release=release,
        last=last,
        known_at=known_at,
        basis=age.basis,
        licence=age.licence,
    )


def _small_print(situation: Situation) -> dict[str, Any]:
    head = situation.head
    _, rules = mandate.register()
    responsibility = next(r.text for r in rules if r.id == "state-responsibility")
    return {
        "caveat": head.caveat,
        "one_sided": ONE_SIDED,
        "one_sided_means": head.one_sided_means,
        "band_rule": head.band_rule,
        "mandate": list(head.mandate),
        "responsibility": responsibility,
    }


def _pictures(situation: Situation, language: Language) -> dict[str, str]:
    """Both charts, each with its sentence."""
    months, years, name = situation.months, situation.years, situation.line.name
    return {
        "fan_svg": charts.fan_chart(months, situation.fan, name, language)
        if months
        else "",
        "fan_alt": fan_text(situation),
        "years_svg": charts.years_chart(years, name, language) if years else "",
        "years_alt": years_text(years),
    }


def _reason(reason: Reason) -> dict[str, str]:
    if not reason.is_told_alone:
        added = effect(reason.contribution)
        return {"family": text(reason.family), "effect": added, "text": reason.text}
    is_booked = reason.family == BOOKING
    why_alone = (
        say("report.another_states_figure")
        if is_booked
        else say("report.no_model_speaks_of_this_place")
    )
    return {
        "family": say("report.none_of_its_own"),
        "effect": why_alone,
        "text": reason.text,
    }


def effect(contribution: float) -> str:
    """What a family adds to the typical place's log odds, in words; small shares say so."""
    if abs(contribution) < 0.1:
        return say("report.makes_little_difference")
    way = "raises" if contribution > 0 else "lowers"
    strong = "_strongly" if abs(contribution) >= 1.5 else ""
    return say(f"report.effect_{way}{strong}")


def ongoing(situation: Situation) -> str:
    """Whether mass violence is ongoing by the stated rule, in which months that was looked at, and since when."""
    line = situation.line
    looked_at = line.last_twelve or line.last_year
    if line.ongoing is None or looked_at is None:
        return say("report.whether_mass_violence_is_ongoing_is_not")
    if not line.ongoing:
        return say("report.no_ongoing_mass_violence_in_by_the", span=looked_at.span)
    if line.last_twelve and line.last_twelve.since:
        return say(
            "report.mass_violence_is_ongoing_since",
            span=looked_at.span,
            since=words.month(line.last_twelve.since),
        )
    return say("report.mass_violence_was_ongoing_in_by_the", span=looked_at.span)


def last_year(year: history.Year | None, counted_under: str | None = None) -> str:
    """Deaths of the last complete year by type, with who counted them, and under whom."""
    if year is None:
        return say("report.no_complete_year_of_deaths_by_type")
    where = (
        say("report.booked_under_whose_own_deaths_are_in", counted_under=counted_under)
        if counted_under
        else ""
    )
    one_sided = words.count(year.one_sided)
    state_based, non_state = words.count(year.state_based), words.count(year.non_state)
    return say(
        "report.deaths_in_state_based_and_in_non",
        year=year.year,
        one_sided=one_sided,
        one_sided_2=ONE_SIDED,
        state_based=state_based,
        non_state=non_state,
        definition=year.definition,
        where=where,
    )


def fan_text(situation: Situation) -> str:
    """The fan chart in a sentence, for those who do not see it."""
    ahead = situation.fan
    if not ahead:
        return say("report.deaths_a_month_in_the_last_36_2")
    first, last = ahead[0], ahead[-1]
    return say(
        "report.deaths_a_month_in_the_last_36",
        span=words.span(first.month, last.month),
        count=words.count(first.q50),
        draws_range=_draws_range(first),
        count_2=words.count(last.q50),
        draws_range_2=_draws_range(last),
    )


def _draws_range(month: FanMonth) -> str:
    return say("report.to_7", count=words.count(month.q05), count_2=words.count(month.q95))


def years_text(years: Sequence[history.Year]) -> str:
    """The chart by year in a sentence."""
    counted = [y for y in years if y.total is not None]
    if not counted:
        return say("report.deaths_by_type_of_violence_are_not")
    first, last = counted[0].year, counted[-1].year
    worst = max(counted, key=lambda y: y.total or 0)
    if not worst.total:
        return say(
            "report.no_death_in_organised_violence_is_recorded", first=first, last=last
        )
    return say(
        "report.deaths_by_type_of_violence_to_the",
        first=first,
        last=last,
        count=words.count(worst.total),
        year=worst.year,
    )


def treaty_sentences(treaties: Sequence[TreatyStatus]) -> list[str]:
    """Bound, signed only, no action known: one sentence each, with how old that knowledge is."""
    if not treaties:
        return [say("report.treaty_acts_were_not_known_on_this")]
    by_status: dict[str, list[str]] = {}
    for treaty in treaties:
        by_status.setdefault(treaty.status, []).append(treaty.short)
    sentences: list[str] = [
        text(
            "{status}: {names}.",
            status=words.capitalize_first(status),
            names=joined(names, ", "),
        )
        for status, names in by_status.items()
    ]
    ends = sorted(t.known_to for t in treaties if t.known_to)
    if ends:
        first, last = words.month(ends[0]), words.month(ends[-1])
        sentences.append(
            say("report.the_acts_at_hand_end_between_and", first=first, last=last)
        )
    return sentences


def _note(situation: Situation) -> str:
    main = headline_in({c.target for c in situation.chances})
    of_headline = (c.note for c in situation.chances if c.target == main)
    notes = (situation.place.note, *of_headline)
    return joined(dict.fromkeys(note for note in notes if note), " ")


def _chance(c: Chance, main: str) -> dict[str, Any]:
    return {
        "label": c.label,
        "period": c.period,
        "probability": words.percent(c.probability)
        if c.applies
        else say("report.does_not_apply"),
        "interval": words.interval(c.low, c.high) if c.applies else "",
        "base_rate": words.percent(c.base_rate),
        "ratio": words.times(c.ratio) if c.applies else "",
        "rank": c.ranks if c.applies else "",
        "note": c.note,
        "is_headline": c.target == main,
    }


def _driver(driver: Driver) -> dict[str, str]:
    return {
        "label": driver.label,
        "year": str(driver.year),
        "value": words.measure(driver.value, driver.unit),
        "unit": driver.unit,
        "change": _change(driver),
        "rank": driver.ranks,
    }


def _change(driver: Driver) -> str:
    if driver.change is None:
        return ""
    sign = "+" if driver.change >= 0 else "−"
    return f"{sign}{words.measure(abs(driver.change), driver.unit)}"


def twin(situation: Situation, _: Language) -> str:
    """All we hold on the place as JSON."""
    return as_json.dumps(as_json.situation(situation))


REPORT = Report(
    say("report.country_brief"),
    COUNTRY,
    {"html": html, "pdf": pdf, "docx": docx, "json": twin},
)
