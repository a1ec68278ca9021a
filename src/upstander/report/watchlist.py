"""The watchlist: every place with its probability, interval, base rate, rank range and reasons, in four shapes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from upstander.report import mandate, words
from upstander.report.chances import Chance
from upstander.report.situation import DataAge, Head, Line, Overview

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

COLUMNS = (
    "code", "name", "band", "band_name", "ongoing", "probability", "low", "high", "base_rate", "ratio", "rank",
    "rank_low", "rank_high", "places_ranked", "first_month", "last_month", "total_25", "total_100", "total_1000",
    "total_first_month", "total_last_month", "trend", "reasons", "basis", "note", "as_of", "issue",
)  # fmt: skip
STYLES = ("dim", "cyan", "yellow", "dark_orange", "bold red")  # never alone: sign and name say the same


def head(overview: Overview) -> dict[str, Any]:
    """What goes with every shape: day, issue, age of data, band rule, caveat, mandate, and what was not known."""
    h = overview.head
    return {
        "title": title(overview),
        "as_of": h.as_of.isoformat(),
        "issue": h.issue_id,
        "forecast": h.forecast_note,
        "hindcast": h.hindcast,
        "caveat": h.caveat,
        "data_age": h.data_age,
        "not_known": list(overview.missing),
        "band_rule": h.band_rule,
        "mandate": list(h.mandate),
        "rules": [{"id": r.id, "text": r.text, "source": r.source, "part": r.part} for r in mandate.register()[1]],
        "sources": [_age(a) for a in overview.ages],
        "unit": "probabilities are numbers from 0 to 1; low and high bound the 90 % interval; rank 1 is the highest",
    }


def title(overview: Overview) -> str:
    """The question that the headline probability answers, with its time named."""
    first = next((x.headline for x in overview.lines if x.headline), None)
    return f"Chance of {first.label} in {first.period}" if first else "Every place; no forecast issued by this day"


def record(line: Line, h: Head) -> dict[str, Any]:
    """One place as plain values, in the order of COLUMNS."""
    main, year = line.headline, line.total_1000
    return {
        "code": line.code,
        "name": line.name,
        "band": line.band.number if line.band else None,
        "band_name": line.band.name if line.band else None,
        "ongoing": line.ongoing,
        **{k: getattr(main, k) if main else None for k in ("probability", "low", "high", "base_rate", "ratio", "rank")},
        "rank_low": main.rank_low if main else None,
        "rank_high": main.rank_high if main else None,
        "places_ranked": main.of if main else None,
        "first_month": _month(main.first_month if main else None),
        "last_month": _month(main.last_month if main else None),
        "total_25": line.total_25.probability if line.total_25 else None,
        "total_100": line.total_100.probability if line.total_100 else None,
        "total_1000": year.probability if year else None,
        "total_first_month": _month(year.first_month if year else None),
        "total_last_month": _month(year.last_month if year else None),
        "trend": line.trend.sentence,
        "reasons": [r.text for r in line.reasons],
        "basis": main.basis if main else None,
        "note": notes(line),
        "as_of": h.as_of.isoformat(),
        "issue": h.issue_id,
    }


def notes(line: Line) -> str:
    """What a reader must know of the place's bookkeeping and of how its figure was made, each said once."""
    told = (line.note, line.headline.note if line.headline else "")
    return " ".join(dict.fromkeys(t for t in told if t))


def to_json(overview: Overview) -> str:
    """Every place, and the head, as JSON."""
    content = {**head(overview), "places": [record(x, overview.head) for x in overview.lines]}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(overview: Overview) -> str:
    """Every place as CSV; the head stands above as lines that begin with ``#``."""
    out = io.StringIO()
    h = head(overview)
    for key in ("title", "as_of", "issue", "forecast", "caveat", "data_age", "band_rule", "unit"):
        out.write(f"# {key}: {words.NOT_KNOWN if h[key] is None else h[key]}\n")
    for line in (*h["not_known"], *h["mandate"]):
        out.write(f"# {line}\n")
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for line in overview.lines:
        row = record(line, overview.head)
        rows.writerow({**row, "reasons": " | ".join(row["reasons"])})
    return out.getvalue()


def to_html(overview: Overview) -> str:
    """One page that needs nothing else: no script, no other file; prints, and fits a phone."""
    from upstander.report.pages import render

    groups = (
        ("Where to prevent", "Places without ongoing mass violence by the stated rule.", overview.prevention),
        ("Ongoing mass violence", "Shown apart, never hidden: conflict excuses nothing.", overview.ongoing),
    )
    return render("watchlist.html", overview=overview, head=overview.head, title=title(overview), groups=groups)


def show(overview: Overview, top: int | None = None, console: Console | None = None) -> None:
    """Print the watchlist in 100 columns, places with ongoing violence apart; all rows when ``top`` is None."""
    from rich.console import Console

    out = console or Console(width=100)
    h = overview.head
    out.print(f"[bold]{title(overview)}[/]")
    out.print(f"As known on {words.day(h.as_of)}. {h.data_age} {h.forecast_note}.".replace("..", "."), highlight=False)
    for sentence in overview.missing:
        out.print(sentence, style="yellow", highlight=False)
    both = (("WHERE TO PREVENT", overview.prevention), ("ONGOING MASS VIOLENCE, shown apart", overview.ongoing))
    for name, lines in both:
        rows = lines[:top] if top else lines
        out.print(f"\n[bold]{name}[/]  {len(rows)} of {len(lines)} places")
        out.print(_table(rows))
    out.print(f"\n{h.band_rule}", style="dim", highlight=False)
    out.print(h.caveat, style="italic", highlight=False)


def _table(lines: Iterable[Line]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold dim", expand=True)
    table.add_column("", width=1)
    table.add_column("place", width=19, no_wrap=True, overflow="ellipsis")
    for name, width in (("chance", 7), ("90 % interval", 12), ("x base", 7), ("rank", 8)):
        table.add_column(name, justify="right", width=width, no_wrap=True)
    table.add_column("what stands out most", ratio=1, no_wrap=True, overflow="ellipsis")
    for x in lines:
        style = STYLES[x.band.number] if x.band else ""
        why = x.reasons[0].text if x.reasons else notes(x)
        table.add_row(x.band.sign if x.band else "?", x.name + (" *" if notes(x) else ""), *_cells(x.headline), why, style=style)
    return table


def _cells(c: Chance | None) -> tuple[str, str, str, str]:
    if c is None:
        return (words.NOT_KNOWN, "", "", "")
    ranks = str(c.rank) if c.rank_low == c.rank_high else f"{c.rank_low}{words.DASH}{c.rank_high}"
    return (words.percent(c.probability), words.interval(c.low, c.high), words.times(c.ratio), ranks)


def _age(a: DataAge) -> dict[str, Any]:
    return {
        "source": a.source, "title": a.title, "publisher": a.publisher, "release": a.release,
        "known_at": a.known_at.isoformat(), "basis": a.basis, "last": a.last.isoformat(), "age": a.age,
        "licence": a.licence, "citation": a.citation, "homepage": a.homepage,
    }  # fmt: skip


def _month(value: date | None) -> str | None:
    return f"{value:%Y-%m}" if value else None
