"""One content, four shapes: page, PDF, DOCX and JSON say the same, and people's text is never markup."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest

from upstander.core.errors import ConfigError
from upstander.core.rights import Marking, Usage
from upstander.report import document as documents
from upstander.report import frozen
from upstander.report.document import (
    Bullets,
    Document,
    Figure,
    Grid,
    Paragraph,
    Section,
)
from upstander.report.report_stamp import ReportStamp

NASTY = '<script>alert(1)</script> #import "x" *bold* =1+1 & "quotes" \\ $x$'
ARABIC = "اللجنة الوطنية"


def made():
    blocks = (
        Paragraph("First line\nsecond line", lead=True),
        Paragraph(NASTY, note=True),
        Bullets(("one thing", ARABIC)),
        Grid(
            "Levels by factor",
            ("Factor", "Level"),
            (("F1 History", "3 strong"), ("F2 Motive", "not assessed")),
            (1,),
        ),
    )
    return Document(
        title="National review: Sudan",
        kicker="National review report · as known on 24 June 2026",
        stamp=ReportStamp(Marking.AMBER, Usage.RESTRICTED, date(2026, 6, 24)),
        facts=(("Owner", "Ministry of Justice"), ("Period", "2026")),
        sections=(
            Section("Risk", blocks),
            Section("Capacity", (Paragraph("None recorded."),)),
        ),
        caveat="Present is not cause.",
        foot=("Mandate: A/67/929", "Sources: none"),
    )


def words_of(value):
    """Every word of four letters or more that the content holds; keys are not content."""
    held = json.loads(documents.as_json(value)) if isinstance(value, Document) else value
    if isinstance(held, str):
        return set(re.findall(r"[A-Za-z]{4,}", held))
    if isinstance(held, list):
        return set().union(*map(words_of, held)) if held else set()
    return (
        set().union(*(words_of(v) for k, v in held.items() if k != "kind"))
        if isinstance(held, dict)
        else set()
    )


def docx_text(content):
    word = docx.Document(BytesIO(content))
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    return "\n".join(
        [p.text for p in word.paragraphs]
        + cells
        + [s.header.paragraphs[0].text for s in word.sections]
    )


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
        ["pdftotext", "-layout", tmp_path / "r.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
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
    for text in (
        documents.html(document),
        docx_text(documents.docx(document)),
        documents.as_json(document),
    ):
        assert "TLP:AMBER" in text
        assert "Present is not cause." in text


def test_a_table_in_word_repeats_its_head_and_has_real_headings():
    word = docx.Document(BytesIO(documents.docx(made())))
    assert "tblHeader" in word.tables[0]._tbl.xml
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == [
        "Risk",
        "Capacity",
        "Read with this",
    ]


def test_word_has_the_paper_of_the_pdf_and_its_charts_and_tables_fit_on_it():
    [section] = docx.Document(BytesIO(documents.docx(made()))).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.page_width - section.left_margin - section.right_margin >= 170 * 36000


SCRIPTS = {
    "Chinese": "国家预防办公室",
    "Ethiopic": "የመከላከል ጽሕፈት ቤት",
    "Burmese": "ကာကွယ်ရေးရုံး",
    "Devanagari": "सम्पर्क बिन्दु",
    "Thai": "สำนักงาน",
    "Khmer": "ការិយាល័យ",
    "Korean": "위험 평가",
    "Hebrew": "משרד",
}
ALONE = {"Devanagari": "१२३", "Burmese": "၁၂၃", "Khmer": "៥", "Emoji": "🙏🏾"}
CARRIED = "nº 3ª 5 µg ⚠\ufe0f Русский Ελληνικά Ɗan Fulɓe Čeština Tiếng Việt العربية"


def of_people(text):
    return Document(
        title=text,
        kicker="k",
        stamp=ReportStamp(Marking.AMBER, Usage.RESTRICTED, date(2026, 6, 24)),
        facts=(("Owner", text),),
        sections=(
            Section(
                text,
                (
                    Paragraph(text),
                    Bullets((text,)),
                    Grid(text, (text, "n"), ((text, "1"),), (1,)),
                ),
            ),
        ),
        caveat="c",
        foot=(text,),
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_pdf_that_would_be_boxes_is_refused_with_the_script_and_the_remedy(
    script, tmp_path
):
    with pytest.raises(ConfigError, match=script) as refused:
        documents.pdf(of_people(SCRIPTS[script]), [tmp_path])
    assert "fonts-noto" in str(refused.value)
    assert documents.pdf(of_people(CARRIED), [tmp_path]).startswith(b"%PDF")


@pytest.mark.parametrize("script", ALONE)
def test_digits_alone_and_pictures_are_not_printed_as_boxes_either(script, tmp_path):
    with pytest.raises(ConfigError, match=script) as refused:
        documents.pdf(of_people(f"of {ALONE[script]} people"), [tmp_path])
    assert "fonts-noto" in str(refused.value)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_pdf_carries_the_scripts_of_people_where_the_machine_has_fonts(script, tmp_path):
    try:
        made = documents.pdf(of_people(f"{SCRIPTS[script]} {ARABIC}"))
    except ConfigError as error:
        pytest.skip(f"needs fonts-noto-core and fonts-noto-cjk: {error}")
    (tmp_path / "a.pdf").write_bytes(made)
    used = subprocess.run(
        ["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Noto" in used


def of_chart(letters):
    box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">'
    svg = f'{box}<text x="9" y="20" font-size="8">{letters}</text></svg>'
    sections = (Section("Chart", (Figure(svg, "Deaths by month."),)),)
    return replace(of_people("Sudan"), sections=sections)


def test_a_chart_stands_in_every_shape_with_its_alternative():
    chart = of_chart("deaths")
    assert 'aria-label="Deaths by month."><svg' in documents.html(chart)
    assert (
        json.loads(documents.as_json(chart))["sections"][0]["blocks"][0]["kind"] == "figure"
    )
    assert documents.pdf(chart).startswith(b"%PDF")
    word = docx.Document(BytesIO(documents.docx(chart)))
    assert [p.get("descr") for p in word.element.body.xpath(".//wp:docPr")] == [
        "Deaths by month."
    ]


def test_a_chart_that_cannot_be_drawn_here_is_said_in_words():
    word = docx.Document(BytesIO(documents.docx(of_chart("死亡"), folders=())))
    assert not word.element.body.xpath(".//wp:docPr")
    assert "Deaths by month." in [p.text for p in word.paragraphs]


def test_what_was_kept_brings_no_markup_back():
    text, _ = frozen.frozen(of_chart("<script>alert(1)</script>"))
    with pytest.raises(KeyError, match="figure"):
        frozen.thawed(text)


def test_a_frozen_report_keeps_its_stamp_and_one_of_before_is_read_by_its_words():
    plain = made()
    text, _ = frozen.frozen(plain)
    assert frozen.thawed(text) == plain
    values = json.loads(text)
    assert values["marking"] == "TLP:AMBER"
    assert values["stamp"] == {
        "marking": "AMBER",
        "usage": "restricted",
        "as_of": "2026-06-24",
    }
    del values["stamp"]
    before = frozen.thawed(json.dumps({**values, "usage": "office only"})).stamp
    assert before == ReportStamp(Marking.AMBER, Usage.OFFICE, None)
    unknown = frozen.thawed(json.dumps({**values, "usage": "as agreed"})).stamp
    assert unknown.usage is Usage.EARLY_WARNING, "the least free"


def test_texts_from_the_right_say_so_in_page_and_word():
    page = documents.html(of_people(ARABIC))
    assert (
        page.count('dir="auto"') >= page.count(ARABIC) - 2
    )  # the title of the page and an attribute have no direction
    word = docx.Document(BytesIO(documents.docx(of_people(ARABIC))))
    cells = [
        p for t in word.tables for row in t.rows for c in row.cells for p in c.paragraphs
    ]
    arabic = [p for p in (*word.paragraphs, *cells) if p.text.startswith(ARABIC)]
    assert arabic
    assert all(
        "<w:bidi/>" in p._p.xml and "<w:rtl/>" in p._p.xml and 'w:bidi="ar"' in p._p.xml
        for p in arabic
    )
    assert (
        "<w:bidi/>"
        not in docx.Document(BytesIO(documents.docx(of_people("Sudan")))).element.xml
    )
