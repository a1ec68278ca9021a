"""What is shown is what stands in the ledger; what does not, or is not what was entered, is never shown."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.forecast.test_issue import AS_OF, MADE, tables

from upstander.core.errors import ConfigError, LedgerBroken
from upstander.forecast import issue, issued, ledger
from upstander.forecast.ledger import Ledger

NOTHING = {"records": {}, "lake": {}}


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl", tmp_path / "issues", tmp_path / "keys")


def entered(book: Ledger, probability: float = 0.2, as_of: date = AS_OF) -> issue.Issue:
    made = issue.write(
        book.issues,
        tables(probability),
        as_of=as_of,
        made_on=MADE,
        meta={"seed": 1},
        hindcast=False,
    )
    ledger.append(book, made, beside=NOTHING)
    return made


def test_the_latest_issue_is_the_newest_that_had_been_issued_by_the_day(
    book: Ledger,
) -> None:
    old, new = entered(book, as_of=date(2026, 5, 24)), entered(book)
    newest, before = issued.latest(book, AS_OF), issued.latest(book, date(2026, 6, 23))
    assert newest is not None
    assert before is not None
    assert (newest.id, before.id) == (new.id, old.id)
    assert issued.latest(book, date(2026, 5, 23)) is None
    assert entered(book, 0.3).id == issued.latest(book, AS_OF).id, (
        "of several from one day the one entered last"
    )  # type: ignore[union-attr]


def test_the_issue_before_speaks_from_an_earlier_day(book: Ledger) -> None:
    old, new = entered(book, as_of=date(2026, 5, 24)), entered(book)
    found = issued.before(book, new)
    assert found is not None
    assert found.id == old.id
    assert issued.before(book, old) is None


def test_staging_is_never_read(book: Ledger) -> None:
    """One kill between two lines left a folder that every later command took for the newest issue."""
    made = entered(book)
    staging = book.issues / ".part-1"
    staging.mkdir()
    (staging / "issue.json").write_text(json.dumps({**made.meta, "made_on": "2026-06-30"}))
    assert issued.latest(book, AS_OF).id == made.id  # type: ignore[union-attr]
    assert ledger.not_entered(book) == ()


def test_a_forged_folder_is_not_shown_and_is_named(book: Ledger) -> None:
    made = entered(book)
    forged = book.issues / "2026-06-24-ffffffffffff"
    shutil.copytree(book.issues / made.id, forged)
    (forged / "issue.json").write_text(
        json.dumps({**made.meta, "id": forged.name, "made_on": "2026-06-30"})
    )
    assert issued.latest(book, AS_OF).id == made.id  # type: ignore[union-attr]
    assert ledger.not_entered(book) == (forged.name,)


@pytest.mark.parametrize(
    "name", ["forecast_chance.parquet", "forecast_draw.parquet", "issue.json"]
)
def test_an_issue_whose_files_are_not_what_was_entered_is_not_shown(
    book: Ledger, name: str
) -> None:
    made = entered(book)
    file = book.issues / made.id / name
    whole = file.read_bytes()
    file.write_bytes(
        whole.replace(b"2026-06-25", b"2026-06-26")
        if name == "issue.json"
        else whole + b" "
    )
    for read in (lambda: issued.latest(book, AS_OF), lambda: ledger.verify(book)):
        with pytest.raises(
            LedgerBroken,
            match=f"{name}: changed after it was issued .entry 1 of the ledger",
        ):
            read()
    file.unlink()
    with pytest.raises(ConfigError, match="no readable issue"):
        issued.latest(book, AS_OF)
    with pytest.raises(LedgerBroken, match=f"{name}: missing"):
        ledger.verify(book)


def test_what_a_day_said_then_is_held_against_the_ledger_too(book: Ledger) -> None:
    made = entered(book)
    then = issued.chances_then(book, AS_OF)
    assert then is not None
    assert then[0]["id"] == made.id
    file = book.issues / made.id / "forecast_chance.parquet"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(LedgerBroken, match="forecast_chance"):
        issued.chances_then(book, AS_OF)


def test_the_ledger_is_read_once_until_it_changes(book: Ledger) -> None:
    """Every page asks which issue speaks: that must cost a look at the file's size and time, not at its lines."""
    entered(book)
    issued.entry_of(book, AS_OF)
    before = ledger._proved.cache_info().misses
    for _ in range(20):
        issued.entry_of(book, AS_OF)
    assert ledger._proved.cache_info().misses == before
    entered(book, 0.3)
    assert len(ledger.entries(book)) == 2
