"""A report as content, and its four shapes: page, PDF, DOCX and JSON say exactly the same.

A report is built once as a Document; each shape prints every block of it and adds nothing. Text of people is data in
all four: never markup, never a formula.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander.core.errors import ConfigError
from upstander.core.languages import ENGLISH, Language, language_of
from upstander.core.messages import in_language, say, translated
from upstander.core.types import CAVEAT
from upstander.report import fonts, mandate, printing
from upstander.report.report_stamp import ReportStamp

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import _Cell


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` stands out, ``note`` is set apart as a remark."""

    text: str
    lead: bool = False
    note: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: rows of text in the order of ``columns``; ``numbers`` are the columns set to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A chart of ours; ``alternative`` says it to who does not see it. It is markup: no text of people stands in one."""

    svg: str
    alternative: str


Block = Paragraph | Bullets | Grid | Figure
# By name, as they are frozen; a chart is not: what is kept may hold no markup.
KINDS: Mapping[str, type[Block]] = {
    t.__name__.lower(): t for t in (Paragraph, Bullets, Grid)
}
# What may follow the direction among the properties of a paragraph in Word (ECMA-376, 17.3.1.26).
AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:rPr",
    "w:sectPr",
)


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        kicker: what kind of report it is, and as of when.
        stamp: of the most restricted thing in it; printed on every page.
        facts: label and value, for the head.
        foot: caveat, mandate, sources: what must stand with every number.
    """

    title: str
    kicker: str
    stamp: ReportStamp
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    caveat: str
    foot: tuple[str, ...]
    language: str = "en"


def of_records(
    title: str,
    kicker: str,
    stamp: ReportStamp,
    *,
    sections: tuple[Section, ...],
    facts: tuple[tuple[str, str], ...] = (),
    foot: tuple[str, ...] = (),
) -> Document:
    """A report that quotes records: with their stamp, with the caveat and the mandate."""
    return Document(
        title=title,
        kicker=kicker,
        stamp=stamp,
        facts=facts,
        sections=sections,
        caveat=CAVEAT,
        foot=(*foot, *mandated()),
    )


def mandated() -> tuple[str, ...]:
    """What the mandate rests on, as the foot of a report says it."""
    return tuple(say("report.mandate", citation=c) for c in mandate.citations())


def as_json(document: Document) -> str:
    """The document as JSON; each block says its kind."""
    return json.dumps(_plain(document), ensure_ascii=False, indent=1) + "\n"


def html(document: Document) -> str:
    """The document as one page that needs no other file and no script."""
    from upstander.report.rendering import render

    return render("document.html", _spoken(document), d=_plain(document))


def pdf(
    document: Document, folders: Sequence[Path] = fonts.FOLDERS, pages: int = 0
) -> bytes:
    """The document as tagged A4 pages.

    Args:
        pages: the most that are wanted, 0 for any number; the letters become smaller until they are enough.

    Raises:
        ConfigError: it holds a script for which this machine has no font.
    """
    plain, spoken = _plain(document), _spoken(document)
    return printing.pdf("document.typ", plain, spoken, folders, pages)


def said_in(document: Document, language: Language) -> Document:
    """The document with every message in it in a language; what people wrote stays as they wrote it."""
    made: Document = replace(translated(document, language), language=language.code)
    return made


def _spoken(document: Document) -> Language:
    """The language of its own words."""
    return language_of(document.language) or ENGLISH


def _plain(document: Document) -> dict[str, Any]:
    """As dictionaries, each block with its kind; the stamp in words, as it is printed, and in codes."""
    stamp, plain = document.stamp, asdict(document)
    usage = in_language(stamp.usage_words, _spoken(document))
    plain |= {"marking": stamp.marking.label, "usage": usage, "stamp": stamp.codes}
    for section, given in zip(plain["sections"], document.sections, strict=True):
        for block, b in zip(section["blocks"], given.blocks, strict=True):
            block["kind"] = type(b).__name__.lower()
    return plain


def docx(document: Document, folders: Sequence[Path] = fonts.FOLDERS) -> bytes:
    """The document as a Word file with real headings, lists and tables, so that it can be worked on and read aloud.

    A chart in a script for which this machine has no font is said in words.
    """
    import docx as library

    word, spoken = library.Document(), _spoken(document)
    _set_up(word, document)
    word.add_paragraph(document.kicker)
    word.add_heading(document.title, level=0)
    for label, value in document.facts:
        line = word.add_paragraph()
        line.add_run(f"{label}: ").bold = True
        line.add_run(value)
    for part in document.sections:
        word.add_heading(part.title, level=1)
        for block in part.blocks:
            _write(word, block, spoken, folders)
    word.add_heading(in_language(say("report.read_with_this"), spoken), level=1)
    for sentence in (document.caveat, *document.foot):
        word.add_paragraph(sentence)
    _direct(word, document.language)
    out = BytesIO()
    word.save(out)
    return _timeless(out.getvalue())


def _timeless(package: bytes) -> bytes:
    """The parts of a Word file without the moment of writing: the same content is the same bytes."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = BytesIO()
    with ZipFile(BytesIO(package)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(ZipInfo(name), given.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _set_up(word: Word, document: Document) -> None:
    """Properties, font, paper (A4, as the PDF), margins, and what stands on every page."""
    from docx.shared import Cm, Pt

    properties = word.core_properties
    properties.title, properties.author = document.title, "Upstander"
    properties.language = document.language
    stamp = document.stamp
    said = say("report.usage", usage=stamp.usage_words)
    usage = in_language(said, _spoken(document))
    properties.comments = f"{stamp.marking.label}; {usage}"
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    for section in word.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.header.paragraphs[0].text = f"{stamp.marking.label} · {usage}"
        section.footer.paragraphs[0].text = document.caveat


def reads_from_right(text: str) -> bool:
    """Whether the first strong letter of a text is written from right to left (UAX 9, rule P2).

    >>> reads_from_right("2026: قرية"), reads_from_right("Sudan قرية"), reads_from_right("12")
    (True, False, False)
    """
    strong = (
        kind for c in text if (kind := unicodedata.bidirectional(c)) in ("L", "R", "AL")
    )
    return next(strong, "L") != "L"


def _direct(word: Word, language: str) -> None:
    """Give each paragraph its direction, and each run its language: of a right-to-left script, not the document's."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    spoken = language if language != "en" else "ar"
    for paragraph in _paragraphs(word):
        texts = {run: _text_of(run) for run in paragraph.iter(qn("w:r"))}
        if reads_from_right("".join(texts.values())):
            paragraph.get_or_add_pPr().insert_element_before(
                OxmlElement("w:bidi"), *AFTER_BIDI
            )
        for run, said in texts.items():
            if reads_from_right(said):
                _speak_from_right(run, spoken)


def _paragraphs(word: Word) -> Iterator[Any]:
    """Paragraphs of the text, the headers and the footers."""
    from docx.oxml.ns import qn

    margins = (part._element for s in word.sections for part in (s.header, s.footer))
    for part in (word.element.body, *margins):
        yield from part.iter(qn("w:p"))


def _text_of(run: Any) -> str:
    from docx.oxml.ns import qn

    return "".join(text.text or "" for text in run.iter(qn("w:t")))


def _speak_from_right(run: Any, language: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties, spoken = run.get_or_add_rPr(), OxmlElement("w:lang")
    spoken.set(qn("w:bidi"), language)
    properties.append(OxmlElement("w:rtl"))
    properties.append(spoken)


def _write(word: Word, block: Block, language: Language, folders: Sequence[Path]) -> None:
    """One block in Word."""
    if isinstance(block, Paragraph):
        style = "Intense Quote" if block.note else None
        word.add_paragraph(style=style).add_run(block.text).bold = block.lead
    elif isinstance(block, Bullets):
        for item in block.items:
            word.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Figure):
        _write_figure(word, block, language, folders)
    else:
        _write_grid(word, block)


def _write_figure(
    word: Word, figure: Figure, language: Language, folders: Sequence[Path]
) -> None:
    """A chart as a picture at the resolution of print, with its text alternative; that alone where it cannot be drawn."""
    from docx.shared import Cm

    try:
        drawn = printing.picture(figure.svg, language, folders)
    except ConfigError:  # no font here for its letters
        word.add_paragraph(figure.alternative)
        return
    shape = word.add_picture(BytesIO(drawn), width=Cm(17))
    shape._inline.docPr.set("descr", figure.alternative)
    word.paragraphs[-1].paragraph_format.keep_with_next = True


def _write_grid(word: Word, grid: Grid) -> None:
    """A table whose first row is repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    if grid.caption:
        word.add_paragraph(grid.caption).runs[0].italic = True
    table = word.add_table(rows=1, cols=len(grid.columns), style="Light Grid Accent 1")
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _fill(head.cells, grid.columns)
    for row in grid.rows:
        cells = table.add_row().cells
        _fill(cells, row)
        for n in grid.numbers:
            cells[n].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph()


def _fill(cells: tuple[_Cell, ...], texts: tuple[str, ...]) -> None:
    for cell, said in zip(cells, texts, strict=True):
        cell.text = said


MAKE: Mapping[str, Callable[[Document], str | bytes]] = {
    "html": html,
    "pdf": pdf,
    "docx": docx,
    "json": as_json,
}
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def written(document: Document, shape: str, language: Language) -> str | bytes:
    """A document in one shape and a language. Raises KeyError for a shape that is none."""
    return MAKE[shape](said_in(document, language))


def shapes_of(
    content: Callable[[Any], Document],
) -> Mapping[str, Callable[[Any, Language], str | bytes]]:
    """Every shape of a report in a language, made from what its content is made from."""

    def shape(name: str) -> Callable[[Any, Language], str | bytes]:
        return lambda material, language: written(content(material), name, language)

    return {name: shape(name) for name in MAKE}
