"""The watchlist: every place at once, for the terminal, as CSV, JSON and a page."""

from __future__ import annotations

import csv
import io
from typing import Any

from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import say
from upstander.report import as_json, watchlist_document, words
from upstander.report.documents import WORLD, Report
from upstander.report.head import Head
from upstander.report.situation import Line, Overview

# CSV column -> key of the JSON row; probabilities are shares from 0 to 1, deaths are persons.
COLUMNS = {
    "place_code": "place",
    "name": "name",
    "outlook_band": "outlook_band",
    "outlook_band_name": "outlook_band_name",
    "is_ongoing": "is_ongoing",
    "target": "target",
    "target_period": "target_period",
    "probability_0_to_1": "probability",
    "interval_90_low_0_to_1": "low",
    "interval_90_high_0_to_1": "high",
    "base_rate_0_to_1": "base_rate",
    "ratio_to_base_rate": "ratio",
    "rank": "rank",
    "rank_low": "rank_low",
    "rank_high": "rank_high",
    "places_ranked": "of",
    "places_tied_with": "tied",
    "total_25_probability_0_to_1": "total_25_probability",
    "total_100_probability_0_to_1": "total_100_probability",
    "total_1000_probability_0_to_1": "total_1000_probability",
    "total_1000_interval_90_low_0_to_1": "total_1000_low",
    "total_1000_interval_90_high_0_to_1": "total_1000_high",
    "total_1000_period": "total_1000_period",
    "hard_onset_probability_0_to_1": "hard_onset_probability",
    "one_sided_last_year_persons": "one_sided_last_year",
    "total_last_year_persons": "total_last_year",
    "last_year": "last_year",
    "one_sided_last_12_months_persons": "one_sided_last_12_months",
    "total_last_12_months_persons": "total_last_12_months",
    "last_12_months_to": "last_12_months_to",
    "last_12_months_are_provisional": "last_12_months_provisional",
    "ongoing_since": "ongoing_since",
    "basis": "basis",
    "trend": "trend",
    "note": "note",
    "as_of": "as_of",
    "ledger_id": "ledger_id",
}

READ_WITH = "read_with_this"


def to_json(held: Overview, _: Language = ENGLISH) -> str:
    """The watchlist as JSON text."""
    return as_json.dumps(as_json.overview(held))


def to_csv(held: Overview, _: Language = ENGLISH) -> str:
    """The watchlist as CSV that any program opens; the last column says in each row what must be read with it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, READ_WITH))
    with_it = _read_with(held.head)
    for line in held.lines:
        row = as_json.row(held, line)
        cells = ["" if row[k] is None else row[k] for k in COLUMNS.values()]
        writer.writerow([*cells, with_it])
    return out.getvalue()


def _read_with(head: Head) -> str:
    """Forecast and age of the data, the caveat, what the words mean, the mandate."""
    texts = (
        head.forecast_note,
        head.data_age,
        head.caveat,
        head.one_sided_means,
        head.band_rule,
        *head.mandate,
    )
    return " ".join(str(text) for text in texts if text)


def to_html(held: Overview, language: Language = ENGLISH) -> str:
    """One file with its style inside, to be opened without a server."""
    from upstander.report import today

    return today.alone(held, language)


def show(held: Overview, *, top: int | None = None, first: str = "") -> None:
    """Print the watchlist: first where to prevent, then where mass violence is ongoing. ``first`` stands above all of it."""
    from rich.console import Console

    console = Console(highlight=False)
    head = held.head
    if first:
        console.print(f"\n{first}")
    console.print(f"\n[bold]Upstander watchlist, as of {words.day(head.as_of)}[/]")
    console.print(head.data_age, head.forecast_note)
    _print(console, say("report.where_to_prevent"), held.prevention[:top])
    _print(console, say("report.mass_violence_ongoing"), held.ongoing[:top])
    left = sum(
        max(0, len(lines) - (top or len(lines)))
        for lines in (held.prevention, held.ongoing)
    )
    if left:
        console.print(
            f"{left} more places: none is immune; all of them with [bold]upstander watchlist[/]."
        )
    for text in (
        head.one_sided_means,
        head.band_rule,
        head.caveat,
        "Mandate: " + "; ".join(head.mandate) + ".",
    ):
        console.print(f"[dim]{text}[/]")


NARROW = 80  # columns of a terminal that nobody has widened
WIDE = 130  # from here on there is room for the other probability and the main reason
# Heading and width of what stands after the place; a cell that is longer breaks at a space and loses nothing.
CELLS = (
    ("outlook\nband", 12),
    ("chance", 7),
    ("90 %\ninterval", 10),
    ("x base\nrate", 7),
    ("rank\nrange", 8),
)


def _print(console: Any, title: str, lines: tuple[Line, ...]) -> None:
    main = next((x.headline for x in lines if x.headline), None)
    console.print(
        f"\n[bold]{title}[/]"
        + (f": chance of {words.lower_first(main.label)}, {main.period}" if main else "")
    )
    console.print(_table(lines, max(NARROW, console.width)))
    if main:
        ties = (
            " = is a tie: others have the same chance."
            if any(x.headline and x.headline.tied for x in lines)
            else ""
        )
        console.print(
            say(
                "report.base_rate_ranks_are_out_of",
                percent=words.percent(main.base_rate),
                of=main.of,
                ties=ties,
            )
        )
    for note, names in _notes(lines).items():
        console.print(f"* {', '.join(names)}: {note}")


def _table(lines: tuple[Line, ...], width: int) -> Any:
    """The place first and whole; the rest in what is left of ``width``."""
    from rich import box
    from rich.table import Table

    wide = width >= WIDE
    taken = sum(size for _, size in CELLS) + 2 * len(CELLS)
    table = Table(
        header_style="",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("place", width=32 if wide else NARROW - 1 - taken, overflow="fold")
    for heading, size in CELLS:
        table.add_column(
            heading, width=size, justify="left" if heading == CELLS[0][0] else "right"
        )
    if wide:
        other = next((x.total_1000 for x in lines if x.total_1000), None)
        table.add_column(
            f"1,000 or more deaths\n{other.period if other else ''}", justify="right"
        )
        table.add_column(say("report.main_reason"), ratio=1)
    for line in lines:
        table.add_row(*_cells(line), *(_more(line) if wide else ()))
    return table


def _cells(line: Line) -> tuple[str, ...]:
    chance = line.headline
    band = f"{line.band.sign} {line.band.name}" if line.band else words.NOT_KNOWN
    name = line.name + (" *" if line.note else "")
    if chance is None:
        return (name, band, words.NOT_KNOWN, "", "", "")
    return (
        name,
        band,
        words.percent(chance.probability),
        words.interval(chance.low, chance.high),
        words.times(chance.ratio),
        words.rank_range(chance.rank_low, chance.rank_high) + ("=" if chance.tied else ""),
    )


def _more(line: Line) -> tuple[str, str]:
    total = line.total_1000
    return words.percent(total.probability) if total else words.NOT_KNOWN, line.reasons[
        0
    ].text if line.reasons else ""


def _notes(lines: tuple[Line, ...]) -> dict[str, list[str]]:
    """Each note once, with the places it is about."""
    told: dict[str, list[str]] = {}
    for line in lines:
        if line.note:
            told.setdefault(line.note, []).append(line.name)
    return told


REPORT = Report(
    say("report.watchlist"),
    WORLD,
    {
        "html": to_html,
        "pdf": watchlist_document.pdf,
        "docx": watchlist_document.docx,
        "json": to_json,
        "csv": to_csv,
    },
)
