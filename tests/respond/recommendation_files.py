"""Made-up files of UN recommendations, a few rows each, with the faults of the real ones."""

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

HEADERS = (
    "Text", "Countries Concerned", "Reccomending Body", "Document Symbol", "Themes", "Affected Persons", "Sdgs",
    "Document Publication Date", "UPR Reccomending States", "UPR Position", "Type", "OHCHR Annotation Id", "UPR Session",
    "Regions Concerned", "Recommending Regions", "Date of publication on UHRI",
)  # fmt: skip
UPRINFO = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session"


def uuid(number: int) -> str:
    return f"b4288060-6633-478d-9a9a-{number:012d}"


def annotation(number: int, **more) -> dict:
    """One annotation of UHRI, as the JSON has it."""
    return {
        "AnnotationId": uuid(number), "Symbol": "CEDAW/C/IRQ/CO/8", "Text": "Rural women 49.The Committee notes with concern land rights",
        "PublicationDate": "2026-02-25T00:00:00", "AnnotationType": "- Recommendations", "Countries": ["Iraq"], "Regions": ["Asia-Pacific"],
        "AffectedPersons": ["Women & girls"], "Themes": ["Land & property rights"], "Sdgs": ["16.3 - Promote the rule of law"],
        "Body": "CEDAW", **more,
    }  # fmt: skip


def uhri_json(path: Path, *rows: dict) -> Path:
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    return path


def uhri_excel(path: Path, rows: list[list[str | float]], headers=HEADERS) -> Path:
    """A workbook of texts in line, as libraries write them, numbers as they are."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packaged = "http://schemas.openxmlformats.org/package/2006/relationships"

    def cell(at: int, value: str | float) -> str:
        where = chr(65 + at)
        if isinstance(value, str):
            return f'<c r="{where}1" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{where}1"><v>{value}</v></c>'

    lines = "".join(
        f'<row r="{n}">{"".join(cell(at, v) for at, v in enumerate(row) if v != "")}</row>'
        for n, row in enumerate([list(headers), *rows], 1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{relation}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packaged}"><Relationship Id="r1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>',
        )
    return path


def excel_row(
    number: int, text: str = "49.The Committee notes with concern"
) -> list[str | float]:
    return [
        text, "- Iraq", "- CEDAW", "CEDAW/C/IRQ/CO/8", "- Equality & non-discrimination\n- Land & property rights",
        "- Persons living in rural areas\n- Women & girls", "- 16.3 - Promote the rule of law", 46078, "", "",
        "- Concerns/Observations", uuid(number), "", "- Asia-Pacific", "", 46125.4996282407,
    ]  # fmt: skip


def uprinfo(path: Path, *rows: tuple) -> Path:
    """Mac Roman text, lines that end in a bare CR."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r").writerows(rows)
    path.write_bytes((UPRINFO + "\r" + out.getvalue()).encode("mac_roman"))
    return path


def recommended(
    to: str, text: str, by: str, response: str = "Accepted", session: int = 13
) -> tuple:
    return (
        to,
        "EEG",
        "EU",
        text,
        by,
        "WEOG",
        "EU",
        response,
        5,
        "Justice,Women's rights",
        session,
    )


def impact(path: Path, *rows: tuple) -> Path:
    """The template of IMPACT OSS, its row of hints and its last column left in."""
    titles = ("Framework [database:framework_id]", "Reference [database:reference]", "Title [database:title]",
              "Description [database:description]", "Level [database:support_level]", "Actions [rel:action-reference]",
              "Categories [rel:category-short-title]", "")  # fmt: skip
    hints = (
        "Required: id",
        "Required: unique",
        "Optional: x",
        "Optional: x",
        "Optional: 0",
        "Optional: x",
        "Optional: x",
        "Delete this row",
    )
    out = io.StringIO()
    csv.writer(out).writerows([titles, hints, *rows])
    path.write_text(out.getvalue(), "utf-8")
    return path
