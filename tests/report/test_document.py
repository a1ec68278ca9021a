"""One content, four shapes: page, PDF, DOCX and JSON say the same, and people's text is never markup."""

import json
import re
import subprocess
from io import BytesIO
from pathlib import Path

import docx
import pytest

from upstander.report import document as documents
from upstander.report.document import Bullets, Document, Grid, Paragraph, Section

NASTY = '<script>alert(1)</script> #import "x" *bold* =1+1 & "quotes" \\ $x$'
ARABIC = "اللجنة الوطنية"


def made():
    blocks = (
        Paragraph("First line\nsecond line", lead=True),
        Paragraph(NASTY, note=True),
        Bullets(("one thing", ARABIC)),
        Grid(
            "Levels by factor", ("Factor", "Level"), (("F1 History", "3 strong"), ("F2 Motive", "not assessed")), (1,)
        ),
    )
    return Document(
        title="National review: Sudan", kicker="National review report · as known on 24 June 2026", marking="TLP:AMBER",
        usage="restricted", facts=(("Owner", "Ministry of Justice"), ("Period", "2026")),
        sections=(Section("Risk", blocks), Section("Capacity", (Paragraph("None recorded."),))),
        caveat="Present is not cause.", foot=("Mandate: A/67/929", "Sources: none"),
    )  # fmt: skip


def words_of(value):
    """Every word of four letters or more that the content holds; keys are not content."""
    held = json.loads(documents.as_json(value)) if isinstance(value, Document) else value
    if isinstance(held, str):
        return set(re.findall(r"[A-Za-z]{4,}", held))
    if isinstance(held, list):
        return set().union(*map(words_of, held)) if held else set()
    return set().union(*(words_of(v) for k, v in held.items() if k != "kind")) if isinstance(held, dict) else set()


def docx_text(content):
    word = docx.Document(BytesIO(content))
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in word.paragraphs] + cells + [s.header.paragraphs[0].text for s in word.sections])


def test_page_docx_and_json_hold_every_word_of_the_content():
    document = made()
    page, word = documents.html(document), docx_text(documents.docx(document))
    for w in words_of(document):
        assert w in page
        assert w in word
    assert ARABIC in page
    assert ARABIC in word


@pytest.mark.slow
def test_the_pdf_holds_every_word_of_the_content(tmp_path: Path):
    document = made()
    (tmp_path / "r.pdf").write_bytes(documents.pdf(document))
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "r.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = re.sub(r"-\n\s*", "", text)
    assert {w for w in words_of(document) if w not in flat and w not in text} == set()


def test_text_of_people_is_data_and_never_markup():
    page = documents.html(made())
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert NASTY in docx_text(documents.docx(made()))


def test_the_marking_and_the_caveat_stand_in_every_shape():
    document = made()
    for text in (documents.html(document), docx_text(documents.docx(document)), documents.as_json(document)):
        assert "TLP:AMBER" in text
        assert "Present is not cause." in text


def test_a_table_in_word_repeats_its_head_and_has_real_headings():
    word = docx.Document(BytesIO(documents.docx(made())))
    assert "tblHeader" in word.tables[0]._tbl.xml
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == ["Risk", "Capacity", "Read with this"]
