"""The brief and the watchlist as files to work on: the same figures as the page, at most two sides, from right to left in Arabic."""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
import subprocess
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from upstander.core.languages import ARABIC, ENGLISH, SPOKEN
from upstander.core.types import CAVEAT
from upstander.report import situation, watchlist_document, words
from upstander.report.documents import COUNTRY, WORLD, brief, reports, watchlist

PICTURES = {"fan_svg", "years_svg"}


def opened(content):
    return docx.Document(BytesIO(content))


def said(word):
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    margins = [s.footer.paragraphs[0].text for s in word.sections]
    pictures = [p.get("descr") for p in word.element.body.iter(qn("wp:docPr"))]
    return "\n".join([*(p.text for p in word.paragraphs), *cells, *margins, *pictures])


def texts(value, key=""):
    """Every text of the brief's content, but those of the pictures and of what only orders them."""
    if key in PICTURES or isinstance(value, bool) or value is None:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, key)
    elif key not in ("sign", "issue", "one_sided", "unit"):
        yield str(value)


@pytest.mark.parametrize("code", ["SDN", "ISL", "PSE", "TUV"])
def test_the_brief_in_word_says_all_that_the_page_says(held, code):
    at = situation.situation(held, code)
    told, word = brief.content(at), opened(brief.docx(at))
    known = said(word)
    for wanted in texts(told):
        # the first letter of a reason's family is made large, as on the page
        assert wanted in known or words.capitalize_first(wanted) in known, wanted
    rows = [[c.text for c in r.cells] for t in word.tables for r in t.rows]
    for chance in told["chances"]:
        cells = ("label", "period", "probability", "interval", "base_rate", "ratio", "rank")
        assert [str(chance[name]) for name in cells] in rows
    assert CAVEAT in known


@pytest.mark.parametrize("language", [ENGLISH, ARABIC], ids=lambda x: x.code)
def test_the_charts_of_the_brief_stand_in_word_with_their_tables(held, language):
    at = situation.situation(held, "SDN")
    content = brief.docx(at, language)
    word, told = opened(content), brief.content(at, language)
    shapes = word.element.body.xpath(".//wp:docPr")
    assert [s.get("descr") for s in shapes] == [told["fan_alt"], told["years_alt"]]
    drawn = [r.target_part.blob for r in word.part.rels.values() if "image" in r.reltype]
    assert len(drawn) == 2
    for picture in drawn:
        wide, high = struct.unpack(">II", picture[16:24])
        assert picture.startswith(b"\x89PNG")
        assert wide == pytest.approx(17 / 2.54 * 300, abs=1), (
            "as wide as the text, for print"
        )
        assert 500 < high < 900
        assert len(picture) < 150_000
    ahead, months, years = (t for t in word.tables if len(t.rows) > 11)
    assert [len(t.rows) - 1 for t in (ahead, months, years)] == [12, 36, len(at.years)]
    assert ahead.cell(1, 3).text == words.count(at.fan[0].q50)
    assert months.cell(1, 1).text == words.count(at.months[-1].deaths)
    assert years.cell(1, 4).text == words.count(at.years[-1].total)
    assert content == brief.docx(at, language), "the same bytes"


def test_the_watchlist_in_word_has_the_figures_of_the_table(overview):
    word = opened(watchlist_document.docx(overview, ENGLISH))
    rows = [tuple(c.text for c in r.cells) for t in word.tables for r in t.rows[1:]]
    listed = {r["name"]: r for r in csv.DictReader(io.StringIO(watchlist.to_csv(overview)))}
    shown = (*overview.prevention[:24], *overview.ongoing[:24])
    assert [row[0] for row in rows] == [line.name for line in shown]
    for name, band, chance, interval, ratio, ranks in rows:
        row = listed[name]
        number = {n: float(row[n]) for n in row if n.endswith("0_to_1") and row[n]}
        low, high = (number.get(f"interval_90_{x}_0_to_1") for x in ("low", "high"))
        assert band == (row["outlook_band_name"] or words.NOT_KNOWN)
        if not number.get("probability_0_to_1"):  # missing is not zero
            assert (chance, interval, ratio, ranks) == (words.NOT_KNOWN, "", "", "")
            continue
        assert chance == words.percent(number["probability_0_to_1"])
        assert interval == words.interval(low, high)
        assert ratio == words.times(float(row["ratio_to_base_rate"]))
        assert ranks == words.rank_range(int(row["rank_low"]), int(row["rank_high"]))
    left = len(overview.prevention) - 24
    assert f"not shown here: {left}." in said(word)
    assert CAVEAT in said(word)


@pytest.mark.skipif(
    shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed"
)
@pytest.mark.parametrize("language", SPOKEN, ids=lambda x: x.code)
def test_the_watchlist_is_printed_on_two_sides_with_the_same_figures(
    overview, tmp_path, language
):
    file = tmp_path / "watchlist.pdf"
    file.write_bytes(watchlist_document.pdf(overview, language))
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True)
    assert int(re.search(r"Pages:\s+(\d+)", told.stdout)[1]) <= 2
    asked = ["pdftotext", "-layout", file, "-"]
    page = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    main = overview.prevention[0].headline
    assert f"{round(100 * main.probability)}" in page
    assert (
        "929" in page
    )  # of the mandate, whose signs stand in another order from the right


def test_in_arabic_the_files_read_from_the_right(held, overview):
    files = (
        brief.docx(situation.situation(held, "SDN"), ARABIC),
        watchlist_document.docx(overview, ARABIC),
    )
    for word in map(opened, files):
        assert word.core_properties.language == "ar"
        headings = [p for p in word.paragraphs if p.style.name.startswith("Heading")]
        assert len(headings) > 2
        for paragraph in headings:
            assert paragraph._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None


def test_every_public_report_comes_as_page_pdf_docx_and_json():
    for report in (*reports(COUNTRY).values(), *reports(WORLD).values()):
        assert {"html", "pdf", "docx", "json"} <= set(report.shapes)
