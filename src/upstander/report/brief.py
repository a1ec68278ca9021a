"""A country brief of at most two pages, as a page and as a PDF: the same content in both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from upstander.core.thresholds import ONE_SIDED
from upstander.forecast.targets import HEADLINE
from upstander.forecast.unmodelled import BOOKING
from upstander.report import charts, history, mandate, words
from upstander.report.drivers import Driver
from upstander.report.probabilities import Chance
from upstander.report.situation import Reason, Situation
from upstander.report.treaty_status import TreatyStatus

SHOWN = (
    HEADLINE,
    "one_sided_25",
    "one_sided_1000",
    "one_sided_100_24m",
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


def html(situation: Situation) -> str:
    """The brief as one page that needs no other file and no script."""
    from upstander.report.rendering import render

    return render("brief.html", **content(situation))


def pdf(situation: Situation) -> bytes:
    """The brief as a PDF of at most two A4 pages, tagged with its title and language.

    The template gets the content as data, so no text of a publisher is ever read as markup.
    """
    import typst

    template = files("upstander.report").joinpath("templates", "brief.typ").read_bytes()
    data = json.dumps(content(situation), ensure_ascii=False)
    # Only the fonts inside the typesetter: the same pages on every machine.
    return bytes(typst.compile(template, sys_inputs={"data": data}, ignore_system_fonts=True))


def content(situation: Situation) -> dict[str, Any]:
    """Everything the brief says, as text: both shapes print exactly this."""
    head, line = situation.head, situation.line
    main = line.headline
    by_target = {c.target: c for c in situation.chances}
    return {
        "name": line.name,
        "code": line.code,
        "region": f"{situation.place.subregion or line.region}",
        "note": _note(situation),
        "as_of": words.day(head.as_of),
        "issue": head.issue_id or "none",
        "forecast_note": head.forecast_note,
        "data_age": head.data_age,
        "band": {"number": line.band.number, "name": line.band.name, "sign": line.band.sign}
        if line.band
        else None,
        "ongoing": ongoing(situation),
        "headline": _chance(main) if main else None,
        "chances": [_chance(by_target[t]) for t in SHOWN if t in by_target],
        "trend": line.trend.sentence,
        "last_year": last_year(line.last_year, situation.counted_under),
        "reasons": [_reason(r) for r in line.reasons[:4]],
        "moved": situation.moved.sentence if situation.moved else "",
        "cases": [
            {
                "place": c.place,
                "year": str(c.year),
                "one_sided": words.count(c.one_sided_next),
                "total": words.count(c.total_next),
            }
            for c in situation.cases[:5]
        ],
        "drivers": [_driver(d) for d in situation.drivers if d.indicator in TELLING],
        "treaties": treaty_sentences(situation.treaties),
        "sources": [
            f"{a.publisher}: {a.title}, {a.release}, to {words.month(min(a.last, head.as_of))}, known {words.day(a.known_at)}"
            f" ({a.basis}), {a.licence}"
            for a in situation.ages
        ],
        "missing": list(situation.missing),
        "caveat": head.caveat,
        "one_sided": ONE_SIDED,
        "one_sided_means": head.one_sided_means,
        "band_rule": head.band_rule,
        "mandate": list(head.mandate),
        "responsibility": next(
            r.text for r in mandate.register()[1] if r.id == "state-responsibility"
        ),
        "fan_svg": charts.fan_chart(situation.months, situation.fan, line.name)
        if situation.months
        else "",
        "fan_alt": fan_text(situation),
        "years_svg": charts.years_chart(situation.years, line.name) if situation.years else "",
        "years_alt": years_text(situation.years),
    }


def _reason(reason: Reason) -> dict[str, str]:
    if reason.is_told_alone:
        effect_words = (
            "another State's figure"
            if reason.family == BOOKING
            else "no model speaks of this place"
        )
        return {"family": "none of its own", "effect": effect_words, "text": reason.text}
    return {"family": reason.family, "effect": effect(reason.contribution), "text": reason.text}


def effect(contribution: float) -> str:
    """What a family adds to the typical place's log odds, in words; small shares say so."""
    if abs(contribution) < 0.1:
        return "makes little difference"
    strong = "strongly " if abs(contribution) >= 1.5 else ""
    return f"{strong}{'raises' if contribution > 0 else 'lowers'} the estimate"


def ongoing(situation: Situation) -> str:
    """Whether mass violence was ongoing by the stated rule, and in which year that was looked at."""
    line = situation.line
    if line.ongoing is None or line.last_year is None:
        return (
            "Whether mass violence is ongoing is not known: no complete year was known on this day."
        )
    year = line.last_year.year
    if line.ongoing:
        return f"Mass violence was ongoing in {year} by the stated rule. Conflict excuses nothing."
    return f"No ongoing mass violence in {year} by the stated rule. No rule met is not safe."


def last_year(year: history.Year | None, counted_under: str | None = None) -> str:
    """Deaths of the last complete year by type, with who counted them, and under whom."""
    if year is None:
        return "No complete year of deaths by type was known on this day."
    where = f" Booked under {counted_under}, whose own deaths are in it." if counted_under else ""
    return (
        f"{year.year}: {words.count(year.one_sided)} {ONE_SIDED}, {words.count(year.state_based)} "
        f"deaths in state-based and {words.count(year.non_state)} in non-state conflict ({year.definition}).{where}"
    )


def fan_text(situation: Situation) -> str:
    """The fan chart in a sentence, for those who do not see it."""
    ahead = situation.fan
    if not ahead:
        return "Deaths a month in the last 36 months known. No forecast of coming months is shown."
    first, last = ahead[0], ahead[-1]
    return (
        f"Deaths a month in the last 36 months, and the forecast for {words.span(first.month, last.month)}: "
        f"median {words.count(first.q50)} in the first month (90 % of draws {words.count(first.q05)} to {words.count(first.q95)}), "
        f"{words.count(last.q50)} in the last ({words.count(last.q05)} to {words.count(last.q95)})."
    )


def years_text(years: Sequence[history.Year]) -> str:
    """The chart by year in a sentence."""
    known = [y for y in years if y.total is not None]
    if not known:
        return "Deaths by type of violence are not known on this day."
    worst = max(known, key=lambda y: y.total or 0)
    if not worst.total:
        return (
            f"No death in organised violence is recorded from {known[0].year} to {known[-1].year}."
        )
    return (
        f"Deaths by type of violence, {known[0].year} to {known[-1].year}; the most in one year were "
        f"{words.count(worst.total)}, in {worst.year}."
    )


def treaty_sentences(treaties: Sequence[TreatyStatus]) -> list[str]:
    """Bound, signed only, no action known: one sentence each, with how old that knowledge is."""
    if not treaties:
        return ["Treaty acts were not known on this day."]
    groups: dict[str, list[str]] = {}
    for t in treaties:
        groups.setdefault(t.status, []).append(t.short)
    ends = sorted(t.known_to for t in treaties if t.known_to)
    told = [
        f"{words.capitalize_first(status)}: {', '.join(names)}." for status, names in groups.items()
    ]
    if ends:
        told.append(
            f"The acts at hand end between {words.month(ends[0])} and {words.month(ends[-1])}, by treaty; later acts are not known here."
        )
    return told


def _note(situation: Situation) -> str:
    told = (situation.place.note, *(c.note for c in situation.chances if c.target == HEADLINE))
    return " ".join(dict.fromkeys(t for t in told if t))


def _chance(c: Chance) -> dict[str, Any]:
    return {
        "label": c.label,
        "period": c.period,
        "probability": words.percent(c.probability) if c.applies else "does not apply",
        "interval": words.interval(c.low, c.high) if c.applies else "",
        "base_rate": words.percent(c.base_rate),
        "ratio": words.times(c.ratio) if c.applies else "",
        "rank": c.ranks if c.applies else "",
        "note": c.note,
        "is_headline": c.target == HEADLINE,
    }


def _driver(d: Driver) -> dict[str, str]:
    change = (
        ""
        if d.change is None
        else f"{'+' if d.change >= 0 else '−'}{words.measure(abs(d.change), d.unit)}"
    )
    return {
        "label": d.label,
        "year": str(d.year),
        "value": words.measure(d.value, d.unit),
        "unit": d.unit,
        "change": change,
        "rank": d.ranks,
    }
