"""What the command line says and gives after one whole run on the bundle."""

import json
import re
import shutil
import subprocess

import pytest

from upstander.core import places as place_tables
from upstander.core.types import CAVEAT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def issued(upstander, tmp_path_factory):
    """A home folder in which ``upstander run`` has been run once on the bundle; what it printed is in run.txt."""
    home = tmp_path_factory.mktemp("home")
    done = upstander("run", "--home", home, "--briefs", 3)
    assert done.returncode == 0, done.stderr
    (home / "run.txt").write_text(done.stdout + done.stderr)
    return home


def test_run_prints_the_watchlist_and_where_things_are(issued):
    said = (issued / "run.txt").read_text()
    assert "briefs" in said
    assert "index.html" in said
    assert "100 %" not in said
    folder = next((issued / "reports").iterdir())
    assert len(list((folder / "briefs").glob("*.pdf"))) == 3
    assert (folder / "index.html").read_text().startswith("<!doctype html>")


def test_the_ledgers_scores_repeat_to_the_byte(upstander, issued):
    one, two = (
        upstander("score", "--benchmark", "ledger", "--format", "json", "--home", issued)
        for _ in range(2)
    )
    assert one.returncode == 0, one.stderr
    assert one.stdout == two.stdout


@pytest.mark.requirement("R04")
@pytest.mark.requirement("R06")
def test_the_watchlist_lists_every_place_with_all_it_must_say(upstander, issued):
    page = json.loads(upstander("watchlist", "--format", "json", "--home", issued).stdout)
    rows = page["places"]
    assert len(rows) >= 193
    known = place_tables.load()
    assert sum(known.get(r["place"]).kind == "member" for r in rows) == 193
    for row in rows:
        assert 0 < row["low"] <= row["probability"] <= row["high"] < 1
        assert 0 < row["base_rate"] < 1
        assert 1 <= row["rank_low"] <= row["rank"] <= row["rank_high"] <= len(rows)
        assert row["reasons"]
        assert row["basis"] in ("model", "booked", "no_data")
        assert all(0 < row[f"total_{n}_probability"] < 1 for n in (25, 100, 1000))
    assert page["as_of"] == "2026-06-24"
    assert page["issue_id"].startswith("2026-06-24-")
    assert all(r["ledger_id"] == page["issue_id"] for r in rows)
    assert page["caveat"] == CAVEAT


def test_gaza_is_shown_under_israel_and_says_so(upstander, issued):
    page = json.loads(upstander("watchlist", "--format", "json", "--home", issued).stdout)
    by_code = {r["place"]: r for r in page["places"]}
    assert by_code["PSE"]["basis"] == "booked"
    assert "Israel" in by_code["PSE"]["note"]
    assert by_code["PSE"]["probability"] == by_code["ISR"]["probability"]


def test_a_brief_is_a_pdf_of_at_most_two_pages(upstander, issued, tmp_path):
    for code, language in (("SDN", "en"), ("ISL", "en"), ("SDN", "fr"), ("SDN", "ar")):
        out = tmp_path / f"{code}-{language}.pdf"
        asked = ("report", "brief", code, "--language", language, "--pdf", out)
        done = upstander(*asked, "--home", issued)
        assert done.returncode == 0, done.stderr
        assert out.read_bytes().startswith(b"%PDF")
        if shutil.which("pdfinfo"):
            told = subprocess.run(["pdfinfo", out], capture_output=True, text=True).stdout
            assert int(re.search(r"Pages:\s+(\d+)", told)[1]) <= 2


def test_the_ledger_holds_the_one_issue(upstander, issued):
    assert len(list((issued / "issues").iterdir())) == 1
    assert "1 entry" in upstander("ledger", "verify", "--home", issued).stderr


def test_a_changed_issue_is_found_and_named(upstander, issued, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(issued, home)
    file = next((home / "issues").glob("*/forecast_chance.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    done = upstander("ledger", "verify", "--home", home)
    assert done.returncode == 5
    assert "forecast_chance.parquet" in done.stderr


def test_the_ledger_is_scored_after_it_was_verified(upstander, issued, tmp_path):
    done = upstander("ledger", "score", "--home", issued, "--format", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["open"] + told["resolved"] == len(told["rows"]) > 0
    assert all(r["why"] for r in told["rows"] if r["status"] == "open")
    copy = tmp_path / "copy"
    shutil.copytree(issued, copy)
    ledger = copy / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"made_on": "20', '"made_on": "19', 1))
    done = upstander("ledger", "score", "--home", copy)
    assert done.returncode == 5
    assert "line 1" in done.stderr


def test_an_issue_goes_out_as_a_hub_and_comes_back_as_a_peer(upstander, issued, tmp_path):
    done = upstander("export", "hubverse", "--home", issued, "--out", tmp_path / "hub")
    assert done.returncode == 0, done.stderr
    file = next((tmp_path / "hub").glob("model-output/*/*.parquet"))
    done = upstander(
        "import",
        "hubverse",
        "--home",
        tmp_path / "home",
        "--from",
        file.parent,
        "--name",
        "a_friend",
    )
    assert done.returncode == 0, done.stderr
    assert (
        len(
            list(
                (tmp_path / "home" / "peers" / "a_friend" / "months" / "fatalities").glob(
                    "*.parquet"
                )
            )
        )
        == 1
    )
    done = upstander(
        "import",
        "hubverse",
        "--home",
        tmp_path / "home",
        "--from",
        file.parent,
        "--name",
        "pool",
    )
    assert done.returncode == 2
    assert "one of our models" in done.stderr
