"""Every output carries the caveat, the mandate, the age of the data and the place's note, and says the same numbers."""

from __future__ import annotations

import csv
import html as html_escapes
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report import made_up

from upstander.core import places as place_tables
from upstander.core.types import CAVEAT
from upstander.report import as_of_data, situation
from upstander.report.documents import brief, watchlist

CASES = ("SDN", "ISL", "ISR", "PSE", "TUV", "NLD")


def plain(page: str) -> str:
    return html_escapes.unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.S))
    )


def shapes(overview) -> dict[str, str]:
    listed = watchlist.to_json(overview)
    return {
        "json": listed,
        "csv": watchlist.to_csv(overview),
        "html": plain(watchlist.to_html(overview)),
    }


def test_each_shape_of_the_watchlist_carries_caveat_mandate_and_age_of_data(overview):
    for shape, text in shapes(overview).items():
        for wanted in (
            CAVEAT,
            "A/67/929-S/2013/399",
            "A/RES/60/1",
            "Data on violence to 31 May 2026",
        ):
            assert wanted in text, f"{shape} lacks {wanted!r}"


def test_the_watchlist_holds_every_place_with_all_its_numbers(overview):
    listed = json.loads(watchlist.to_json(overview))
    assert len(listed["places"]) >= 193
    rows = {row["place"]: row for row in listed["places"]}
    assert {"TUV", "ISL", "PSE", "SDN"} <= set(rows)
    for key in (
        "probability",
        "low",
        "high",
        "base_rate",
        "ratio",
        "rank",
        "rank_low",
        "rank_high",
        "outlook_band",
        "total_25_probability",
        "total_100_probability",
        "total_1000_probability",
        "reasons",
        "basis",
        "ledger_id",
    ):
        assert rows["SDN"][key] is not None, key


def test_csv_and_json_list_the_same_places_in_the_same_order(overview):
    listed = [row["place"] for row in json.loads(watchlist.to_json(overview))["places"]]
    rows = list(csv.DictReader(io.StringIO(watchlist.to_csv(overview))))
    assert [row["place_code"] for row in rows] == listed
    assert all(CAVEAT in row["read_with_this"] for row in rows), "a row cut out keeps it"


def test_where_deaths_are_booked_is_told_in_each_shape(overview):
    for shape, text in shapes(overview).items():
        assert "UCDP counts deaths in Gaza and the West Bank under Israel" in text, shape
        assert "figures for Israel include deaths in Gaza and the West Bank" in text, shape


def test_a_place_booked_under_another_state_borrows_none_of_its_reasons_and_shows_its_own_indicators(
    held, overview
):
    own = situation.situation(held, "PSE")
    assert [r.family for r in own.line.reasons] == ["booking"]
    assert own.cases == ()
    assert own.moved is None
    assert own.counted_under == "Israel"
    assert {d.indicator for d in own.drivers} >= {
        "un_population_total",
        "vdem_v2x_polyarchy",
    }
    page = plain(brief.html(own))
    assert "none is known for Palestine alone" in page
    assert "alert(1)" not in page
    listed = next(
        r for r in json.loads(watchlist.to_json(overview))["places"] if r["place"] == "PSE"
    )
    assert [r["family"] for r in listed["reasons"]] == ["booking"]


@pytest.mark.parametrize("code", ["GUM", "MYT", "HKG"])
def test_a_territory_that_nobody_counts_apart_shows_no_figure_of_its_state(held, code):
    found = situation.situation(held, code)
    assert found.years == found.months == ()
    assert found.line.last_year is None
    assert found.line.ongoing is None
    assert "No source counts deaths" in found.line.trend.sentence


def test_what_civilians_killed_means_stands_in_every_shape(held, overview, capsys):
    watchlist.show(overview, top=30)
    pages = [brief.html(situation.situation(held, code)) for code in CASES]
    for text in (*shapes(overview).values(), *map(plain, pages), capsys.readouterr().out):
        said = " ".join(text.split())
        assert "air strikes" in said
        assert "siege" in said
        for tail in re.findall(r"civilians killed(.{0,45})", said, flags=re.I):
            assert tail.startswith(
                (" deliberately (one-sided violence, UCDP)", " deliberately are those", ".")
            ), tail
    twin = json.loads(watchlist.to_json(overview))
    assert "air strikes" in twin["one_sided_means"]
    assert (
        twin["places"][0]["target_event"]
        == "at least 100 civilians killed deliberately (one-sided violence, UCDP) from June 2026 to May 2027"
    )
    assert 'href="#one-sided"' in pages[0]
    assert 'id="one-sided"' in pages[0]


def test_nobody_writes_civilians_killed_without_saying_how():
    root = Path(__file__).resolve().parents[2] / "src" / "upstander"
    wrong = []
    for file in sorted(
        f for kind in ("py", "html", "typ", "toml") for f in root.rglob(f"*.{kind}")
    ):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if re.search(r"civilians? killed(?! deliberately)", line, flags=re.I):
                wrong.append(f"{file.relative_to(root)}:{number}")
    # UCDP's own column of civilians among the dead of any violence; the last sentence of what the word leaves out; a docstring
    allowed = {
        "evidence/formats/ucdp_ged.py",
        "core/thresholds.py",
        "assess/rarely_absent.py",
    }
    assert {w.split(":")[0] for w in wrong} <= allowed, wrong


def test_a_tie_is_said_wherever_a_rank_is(held, overview):
    lines = {x.code: x for x in overview.lines}
    assert lines["ISR"].headline.tied == lines["PSE"].headline.tied == 1
    assert lines["ISR"].headline.rank == lines["PSE"].headline.rank
    assert lines["IND"].headline.tied == 0
    assert "tied with 1 other" in lines["PSE"].headline.text
    assert "tied" not in lines["IND"].headline.text
    coups = next(
        d
        for d in situation.situation(held, "ISL").drivers
        if d.indicator == "coups_attempts"
    )
    assert coups.value == 0
    assert coups.tied > 100
    said = plain(brief.html(situation.situation(held, "PSE")))
    assert "tied with 1 other" in said
    rows = {r["place"]: r for r in json.loads(watchlist.to_json(overview))["places"]}
    assert (rows["PSE"]["tied"], rows["IND"]["tied"]) == (1, 0)


def test_at_80_columns_the_place_is_first_and_whole(overview, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    watchlist.show(overview)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "…" not in printed
    for name in (
        "Saint Vincent and the Grenadines",
        "Central African Republic",
        "DR Congo",
        "Bosnia and Herzegovina",
    ):
        assert all(
            any(x.startswith(word) or f" {word}" in x[:26] for x in printed.splitlines())
            for word in name.split()
        )


def test_ongoing_violence_is_set_apart_and_nobody_is_lost(overview):
    apart, rest = {x.code for x in overview.ongoing}, {x.code for x in overview.prevention}
    assert "SDN" in apart
    assert "ISL" in rest
    assert not apart & rest
    assert apart | rest == {x.code for x in overview.lines}


def test_the_watchlist_prints(overview, capsys):
    watchlist.show(overview, top=3)
    assert "Sudan" in capsys.readouterr().out


@pytest.mark.parametrize("code", CASES)
def test_each_brief_carries_caveat_mandate_age_note_and_ledger_entry(held, code):
    found = situation.situation(held, code)
    text = " ".join(plain(brief.html(found)).split())
    for wanted in (
        CAVEAT,
        "A/67/929-S/2013/399",
        "Data on violence to 31 May 2026",
        "2026-06-24-0123456789ab",
        found.place.note,
    ):
        assert wanted in text


@pytest.mark.parametrize("code", CASES)
def test_no_brief_prints_0_or_100_per_cent(held, code):
    found = brief.content(situation.situation(held, code))
    said = [found["headline"], *found["chances"]]
    assert not [
        c
        for c in said
        if re.search(
            r"(?<![\d.,])(0|100)(\.0)?\s?%",
            f"{c['probability']} {c['interval']} {c['base_rate']}",
        )
    ]


def test_a_publishers_markup_is_text_in_the_page(held):
    assert "<script>" not in brief.html(situation.situation(held, "SDN"))


@pytest.mark.skipif(
    shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed"
)
@pytest.mark.parametrize("code", ["SDN", "TUV", "PSE"])
def test_the_pdf_has_at_most_two_pages_and_says_what_it_must(held, tmp_path, code):
    file = tmp_path / "brief.pdf"
    file.write_bytes(brief.pdf(situation.situation(held, code)))
    told = subprocess.run(
        ["pdfinfo", file], capture_output=True, text=True, check=True
    ).stdout
    assert int(re.search(r"Pages:\s+(\d+)", told)[1]) <= 2
    text = " ".join(
        subprocess.run(
            ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert "no State is immune" in text
    assert "A/67/929-S/2013/399" in text
    if code == "PSE":  # its figure is Israel's, and borrows none of its reasons
        assert "none is known for Palestine alone" in text
    elif code == "TUV":  # no model speaks of it, so no family of features adds anything
        assert "no model speaks of this place" in text
    else:
        assert (
            "<script>alert(1)</script>" in text
        )  # printed as text, never run or read as markup


def test_an_onset_that_its_definition_rules_out_has_no_number(held):
    onsets = {
        code: next(
            c
            for c in brief.content(situation.situation(held, code))["chances"]
            if c["label"].startswith("Onset")
        )
        for code in ("SDN", "PSE", "ISL")
    }
    assert onsets["SDN"]["probability"] == onsets["PSE"]["probability"] == "does not apply"
    assert onsets["ISL"]["probability"].endswith("%")


def test_before_anything_was_published_pages_say_so_and_give_no_number(early):
    found = situation.situation(early, "SDN")
    assert found.missing
    assert found.line.headline is None
    assert found.line.ongoing is None
    page = plain(brief.html(found))
    assert "No forecast had been issued by this day" in page
    assert all(text in page for text in found.missing)
    assert len(situation.overview_of(early).lines) >= 193


def test_the_same_situation_gives_the_same_pdf(held):
    found = situation.situation(held, "ISL")
    assert brief.pdf(found) == brief.pdf(found)


def test_the_made_up_issue_reaches_the_top_of_the_list(overview):
    assert {x.code for x in overview.lines if x.headline} == set(made_up.CHANCE)
    assert overview.lines[0].code == "SDN"


def test_the_reasons_of_an_issue_from_before_messages_had_ids_show_as_written(lake) -> None:
    now = made_up.issue()
    rows = now.reasons
    old = rows.rename_columns(["text" if c == "message" else c for c in rows.column_names])
    held = as_of_data.read(
        lake, place_tables.load(), replace(now, reasons=old), as_of=made_up.AS_OF
    )
    texts = [r.text for r in situation.situation(held, "SDN").line.reasons]
    assert "A quiet sentence." in texts
    assert texts == [r.text for r in situation.situation(_told(lake), "SDN").line.reasons]


def _told(lake) -> as_of_data.Known:
    return as_of_data.read(lake, place_tables.load(), made_up.issue(), as_of=made_up.AS_OF)
