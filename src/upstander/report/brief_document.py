"""The country brief as a document that can be worked on: every figure, sentence and chart of the two pages, tables under the charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import joined, say, text
from upstander.report import words
from upstander.report.document import (
    Block,
    Bullets,
    Document,
    Figure,
    Grid,
    Paragraph,
    Section,
)
from upstander.report.fan_chart import FanMonth
from upstander.report.history import Month, Year
from upstander.report.report_stamp import ReportStamp

Told = Mapping[str, Any]
NONE_KNOWN = text("None known on this day.")


@dataclass(frozen=True)
class Tables:
    """What stands under the charts: the counted months that are drawn, the coming ones, and the years."""

    months: tuple[Month, ...]
    fan: tuple[FanMonth, ...]
    years: tuple[Year, ...]


def document(told: Told, tables: Tables, as_of: date) -> Document:
    """The brief from its content, which is that of the page and of the PDF, with what its charts are drawn from."""
    known = text("as known on {as_of}", as_of=told["as_of"])
    about = joined((told["name"], told["code"], told["region"]), " · ")
    return Document(
        title=told["name"],
        kicker=joined((say("report.country_brief"), known), " · "),
        stamp=ReportStamp.public(as_of),
        facts=((text("Place"), about),),
        sections=tuple(_sections(told, tables)),
        caveat=told["caveat"],
        foot=(*told["mandate"], told["responsibility"]),
    )


def _sections(told: Told, tables: Tables) -> Iterator[Section]:
    yield _headline(told)
    yield _coming_months(told, tables)
    if told["chances"]:
        yield _grid("Probabilities", told["forecast_note"], CHANCES, told["chances"])
    if told["reasons"]:
        yield _reasons(told)
    yield _by_type(told, tables)
    cases, drivers = "Similar past cases, and the year after", "Structural indicators"
    yield _grid(cases, "", CASES, told["cases"])
    yield _grid(drivers, "", DRIVERS, [_driver(d) for d in told["drivers"]])
    yield Section(text("Treaties"), tuple(Paragraph(t) for t in told["treaties"]))
    read = ("data_age", "band_rule", "one_sided_means")
    how = tuple(Paragraph(told[name]) for name in read)
    yield Section(text("How to read this"), how)
    yield Section(say("report.sources_and_age"), (Bullets(tuple(told["sources"])),))


def _coming_months(told: Told, tables: Tables) -> Section:
    trend = Paragraph(joined((text("Trend."), told["trend"]), " "))
    ahead = (*_ahead(tables.fan), _months(tables.months))
    drawn = _drawn(told["fan_svg"], told["fan_alt"], (trend,), ahead)
    return Section(text("Coming months"), drawn)


def _by_type(told: Told, tables: Tables) -> Section:
    who = [Paragraph(sentence) for sentence in told["actors"]]
    drawn = _drawn(told["years_svg"], told["years_alt"], who, (_years(tables.years),))
    return Section(text("Deaths by type of violence"), drawn)


def _drawn(
    svg: str, sentence: str, said: Iterable[Block], tables: Iterable[Grid]
) -> tuple[Block, ...]:
    """A chart, what is said with it, and the tables of its numbers; its sentence alone where there is none to draw."""
    return (Figure(svg, sentence), *said, *tables) if svg else (Paragraph(sentence), *said)


def _ahead(fan: Sequence[FanMonth]) -> Iterator[Grid]:
    """What the models draw for the coming months; nothing where they draw none."""
    if not fan:
        return
    shares = {"q05": "5 %", "q25": "25 %", "q50": "50 %", "q75": "75 %", "q95": "95 %"}
    rows = tuple(
        (words.month(f.month), *(words.count(getattr(f, q)) for q in shares)) for f in fan
    )
    caption = text("Deaths a month, equally probable futures: shares of draws at or below")
    heads = tuple(text(head) for head in ("Month", *shares.values()))
    yield Grid(caption, heads, rows, (1, 2, 3, 4, 5))


def _months(counted: Sequence[Month]) -> Grid:
    """Deaths by month, newest first."""
    rows = tuple(
        (words.month(m.month), words.count(m.deaths), _definition(m))
        for m in reversed(counted)
    )
    heads = (text("Month"), text("Counted"), text("Definition"))
    return Grid(text("Deaths by month"), heads, rows, (1,))


def _years(years: Sequence[Year]) -> Grid:
    """Deaths by year and type, newest first."""
    kinds = ("state_based", "non_state", "one_sided", "total")
    rows = tuple(
        (str(y.year), *(words.count(getattr(y, k)) for k in kinds), _definition(y))
        for y in reversed(years)
    )
    named = ("Year", "State-based", "Non-state", "One-sided", "Total", "Definition")
    caption = text("Deaths by year and type of violence, best estimates")
    return Grid(caption, tuple(text(n) for n in named), rows, (1, 2, 3, 4))


def _definition(counted: Month | Year) -> str:
    """Who counted it, and whether that stands."""
    by = text(counted.definition)
    return joined((by, text("provisional")), ", ") if counted.provisional else by


def _headline(told: Told) -> Section:
    """The headline probability with what it is held against, or why there is none; what was counted."""
    counted = (Paragraph(told["ongoing"]), Paragraph(told["last_year"]))
    marked = tuple(_notes(told))
    h = told["headline"]
    if h is None:
        return Section(told["forecast_note"], (*marked, *counted))
    band = told["band"]
    title = text("{label} in {period}.", label=h["label"], period=h["period"])
    within = text("90 % interval {interval}", interval=h["interval"])
    beside = text(
        "Base rate {base_rate}, so {ratio} the base rate. Rank {rank} (90 % range).",
        base_rate=h["base_rate"],
        ratio=h["ratio"],
        rank=h["rank"],
    )
    sorted_as = text(
        "Outlook band {number}: {band}", number=str(band["number"]), band=band["name"]
    )
    lead = Paragraph(joined((h["probability"], within), "; "), lead=True)
    said = (lead, Paragraph(beside), Paragraph(sorted_as))
    return Section(title, (*marked, *said, *counted))


def _notes(told: Told) -> Iterable[Block]:
    """How the place is counted, and what nobody could have known."""
    if told["note"]:
        counted = text("How this place is counted.")
        yield Paragraph(joined((counted, told["note"]), " "), note=True)
    for sentence in told["missing"]:
        yield Paragraph(sentence, note=True)


def _reasons(told: Told) -> Section:
    lines = tuple(_reason(r) for r in told["reasons"])
    blocks: list[Block] = [Bullets(lines)]
    if told["moved"]:
        moved = text("What moved it:")
        blocks.append(Paragraph(joined((moved, told["moved"]), " ")))
    not_cause = text("Reasons say what the model looked at. Present is not cause.")
    title = text("Main reasons for the headline estimate")
    return Section(title, (*blocks, Paragraph(not_cause)))


def _reason(reason: Mapping[str, str]) -> str:
    family = words.capitalize_first(reason["family"])
    why = text("({effect})", effect=reason["effect"])
    return joined((joined((family, why), " "), reason["text"]), ": ")


CHANCES = {
    "label": "Event",
    "period": "Period",
    "probability": "Chance",
    "interval": "90 % interval",
    "base_rate": "Base rate",
    "ratio": "Ratio",
    "rank": "Rank range",
}
CASES = {
    "place": "Case",
    "year": "Year",
    "one_sided": "Civilians killed deliberately",
    "total": "All deaths",
}
DRIVERS = {
    "label": "Indicator",
    "measured": "Value (year)",
    "change": "5 years",
    "rank": "Rank, high first",
}
WORDS = ("label", "period", "place")  # columns that are not set to the right


def _driver(driver: Mapping[str, str]) -> Mapping[str, str]:
    year = text("({year})", year=driver["year"])
    return {**driver, "measured": joined((driver["value"], year), " ")}


def _grid(
    title: str, caption: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, str]]
) -> Section:
    """A table under a heading; nothing known is said."""
    if not rows:
        return Section(text(title), (Paragraph(NONE_KNOWN),))
    numbers = tuple(n for n, name in enumerate(columns) if name not in WORDS)
    heads = tuple(text(head) for head in columns.values())
    cells = tuple(tuple(row[name] for name in columns) for row in rows)
    return Section(text(title), (Grid(caption, heads, cells, numbers),))
