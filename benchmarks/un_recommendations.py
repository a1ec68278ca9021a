"""A made-up export of the Universal Human Rights Index, with the faults that independent readers counted, and how fast it
comes in and is searched.

    python -m benchmarks.un_recommendations make FOLDER [--rows 270000]     # export.json and export.xlsx
    python -m benchmarks.un_recommendations measure FOLDER/export.json [URL]    # seconds, megabytes, milliseconds; of a database, else SQLite

Nothing of the real export is in it but its shape: names of columns and faults, the words are drawn. The faults, per 267,548
rows: 108 without a country (107 to be read from the symbol), two-letter stubs among the countries, 736 bodies written out,
two blanks in a body's name, empty and structural texts, undated rows, three spellings of one country.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from xml.sax.saxutils import escape

from upstander.core.places import load
from upstander.records import recommendation_reading
from upstander.records.database import open_database
from upstander.records.recommendation_query import parsed
from upstander.records.recommendation_reading import Asked
from upstander.respond import recommendations

ROWS = 270_000
VERBS = [
    "Ratify",
    "Strengthen",
    "Ensure",
    "Adopt",
    "Continue",
    "Investigate",
    "Review",
    "Repeal",
    "Protect",
    "Allocate",
]
NOUNS = [
    "torture",
    "women",
    "police",
    "prison",
    "children",
    "minorities",
    "elections",
    "judiciary",
    "migrants",
    "housing",
    "education",
    "health",
    "legislation",
    "protocol",
    "convention",
    "violence",
    "discrimination",
    "asylum",
    "workers",
    "land",
    "media",
    "association",
]
FILL = [
    "effective",
    "measures",
    "to",
    "the",
    "full",
    "and",
    "prompt",
    "implementation",
    "of",
    "all",
    "obligations",
    "in",
    "law",
    "and",
    "practice",
    "including",
]
BODIES = ["UPR", "CRC", "CEDAW", "CCPR", "CESCR", "CAT", "CERD", "CRPD", "CMW", "CED"]
WRITTEN_OUT = {
    "CRC": "Committee on the Rights of the Child",
    "CEDAW": "Committee on the Elimination of Discrimination against Women",
    "CMW": "Committee on Migrant Workers",
    "CESCR": "Committee on Economic, Social and Cultural Rights",
}
STRUCTURAL = ("", "1", "-----", "Annex", "Contents", "I. Introduction")
TURKEY = ("Türkiye", "Turkiye", "Turkey")
HEADERS = (
    ("Text", "text"),
    ("Countries Concerned", "countries"),
    ("Reccomending Body", "body"),
    ("Document Symbol", "symbol"),
    ("Themes", "themes"),
    ("Affected Persons", "affected_persons"),
    ("Sdgs", "sdgs"),
    ("Document Publication Date", "publication_date"),
    ("UPR Reccomending States", "states"),
    ("UPR Position", "position"),
    ("Type", "annotation_type"),
    ("OHCHR Annotation Id", "annotation_id"),
    ("UPR Session", "session"),
    ("Regions Concerned", "regions"),
    ("Recommending Regions", "recommending_regions"),
    ("Date of publication on UHRI", "published"),
)


def annotations(count: int) -> Iterator[dict[str, Any]]:
    """Made-up annotations, always the same ones."""
    rng = random.Random(13)
    places = [p for p in load().current(date(2026, 1, 1)) if p.kind == "member"]
    for number in range(count):
        place = rng.choice(places)
        yield {**annotation(rng, place, number), **faults(rng, place, number)}


def annotation(rng: random.Random, place: Any, number: int) -> dict[str, Any]:
    body = "UPR" if number % 2 else rng.choice(BODIES[1:])
    day = date(2007, 1, 1) + timedelta(days=rng.randrange(7_000))
    symbol = (
        f"A/HRC/{rng.randrange(8, 60)}/{rng.randrange(30)}"
        if body == "UPR"
        else f"{body}/C/{place.code}/CO/{rng.randrange(1, 9)}"
    )
    words = [
        rng.choice(VERBS),
        *rng.choices(FILL, k=8),
        rng.choice(NOUNS),
        *rng.choices(FILL, k=25),
    ]
    return {
        "annotation_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "symbol": symbol,
        "body": body,
        "publication_date": day.isoformat(),
        "annotation_type": "Recommendations",
        "countries": [place.name],
        "regions": [place.region],
        "affected_persons": [f"Group {rng.randrange(30)}" for _ in range(rng.randrange(4))],
        "themes": [f"Theme {rng.randrange(150)}" for _ in range(rng.randrange(7))],
        "sdgs": [
            f"{rng.randrange(1, 18)}.{rng.randrange(1, 9)} - Target"
            for _ in range(rng.randrange(4))
        ],
        "states": [place.name] if body == "UPR" else [],
        "position": rng.choice(("Supported", "Supported", "Noted"))
        if body == "UPR"
        else "",
        "session": f"{rng.randrange(1, 49)} Session" if body == "UPR" else "",
        "recommending_regions": [],
        "published": day.isoformat(),
        "text": f"{rng.randrange(1, 200)}.{rng.randrange(1, 200)} {' '.join(words)} {rng.choice(NOUNS)}.",
    }


def faults(rng: random.Random, place: Any, number: int) -> dict[str, Any]:
    """What is wrong with every so many-eth annotation."""
    if number % 2_500 == 0:
        return {
            "body": "CRC",
            "countries": [],
            "symbol": f"CRC/C/{place.code}/CO/3" if number else "HRI/1",
        }
    if number % 370 == 2:
        acronym = rng.choice(sorted(WRITTEN_OUT))
        return {"body": WRITTEN_OUT[acronym], "symbol": f"{acronym}/C/{place.code}/CO/2"}
    wrong: dict[int, dict[str, Any]] = {
        4: {"text": rng.choice(STRUCTURAL)},
        6: {"publication_date": None},
        8: {"countries": ["CO", place.name]},
        10: {"countries": [rng.choice(TURKEY)]},
        12: {"body": "IE  Albinism", "symbol": "A/HRC/40/62"},
        14: {"text": "r) ratify OP-CAT"},
    }
    return wrong.get(number % 500, {})


def make(folder: Path, count: int) -> None:
    """Write the export as JSON and as a workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "export.json").open("w", encoding="utf-8") as out:
        for number, row in enumerate(annotations(count)):
            out.write(("[" if not number else ",\n") + json.dumps(row, ensure_ascii=False))
        out.write("]")
    make_workbook(folder / "export.xlsx", annotations(count))


def make_workbook(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """The sixteen columns with texts shared, as spreadsheet programs write them."""
    texts: dict[str, int] = {}
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {main}><sheetData>".encode())
            sheet.write(_line(1, [h for h, _ in HEADERS], texts))
            for number, row in enumerate(rows, 2):
                sheet.write(
                    _line(number, [_cell(name, row[name]) for _, name in HEADERS], texts)
                )
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
            shared.write(f"<sst {main}>".encode())
            for text in texts:
                shared.write(f"<si><t>{escape(text)}</t></si>".encode())
            shared.write(b"</sst>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{relation}"><sheets><sheet name="UHRI" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        packaged = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packaged}"><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )


def _cell(name: str, value: Any) -> Any:
    if name in ("publication_date", "published"):
        return (date.fromisoformat(value) - date(1899, 12, 30)).days if value else ""
    if isinstance(value, list):
        return "\n".join(f"- {v}" for v in value)
    return (
        f"- {value}"
        if value and name not in ("text", "symbol", "annotation_id")
        else value or ""
    )


def _line(number: int, cells: list[Any], texts: dict[str, int]) -> bytes:
    made = []
    for at, value in enumerate(cells):
        where = f"{chr(65 + at)}{number}"
        if isinstance(value, int):
            made.append(f'<c r="{where}"><v>{value}</v></c>')
        elif value:
            shared = texts.setdefault(value, len(texts))
            made.append(f'<c r="{where}" t="s"><v>{shared}</v></c>')
    return f'<row r="{number}">{"".join(made)}</row>'.encode()


def measure(path: Path, url: str = "") -> None:
    """Import the file twice into a new database, then search it."""
    now, places = datetime(2026, 11, 27, tzinfo=UTC), load()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(url or f"sqlite:///{folder}/records.db")
        for _ in range(2):
            start, cpu = perf_counter(), process_time()
            brought = recommendations.bring(
                database, path, places, who="benchmark", now=now
            )
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{perf_counter() - start:.1f} s ({process_time() - cpu:.1f} s of processor), at most {most} MB: {brought.counts}"
            )
        size = sum(f.stat().st_size for f in Path(folder).iterdir()) // 1_000_000
        print(f"database {size} MB")
        for text in (
            "torture",
            "ratify OR women",
            "measures",
            'women AND (police OR prison) NOT "all obligations"',
            "",
        ):
            for labels, body in (((), ""), ((("country", "SVN"),), ""), ((), "UPR")):
                _time(database, Asked(now, parsed(text), labels, body), text)
        for sort in ("theme", "goal", "person"):
            start = perf_counter()
            recommendation_reading.clusters(
                database, sort, Asked(now, labels=(("country", "SVN"),))
            )
            first = perf_counter()
            recommendation_reading.clusters(database, sort, Asked(now))
            print(
                f"clusters by {sort}: a country {1000 * (first - start):.0f} ms, all {1000 * (perf_counter() - first):.0f} ms"
            )


def _time(database: Any, asked: Asked, text: str) -> None:
    times = []
    for _ in range(3):
        start = perf_counter()
        found = recommendation_reading.find(database, asked)
        times.append(1000 * (perf_counter() - start))
    print(
        f"{text!r} {asked.labels} {asked.body}: {found.count} rows, {sorted(times)[1]:.0f} ms (first {times[0]:.0f})"
    )


if __name__ == "__main__":
    verb, where, *rest = sys.argv[1:]
    if verb == "make":
        make(Path(where), int(rest[-1]) if rest else ROWS)
    else:
        measure(Path(where), *rest)
