"""A whole part taken away or put back as it was: the other parts miss it, and a receipt kept elsewhere misses all of it."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.forecast.test_issue import tables
from tests.lake.made_up import keep
from tests.records.made_up import AMIRA, DAY, HEAD, LATER, NGO, draft

from upstander import pipeline
from upstander.core.errors import AuditBroken, FileRefused, LedgerBroken
from upstander.core.keys import forget_former, signing_key, turn_signing_key
from upstander.core.settings import Settings
from upstander.forecast import issue, ledger
from upstander.forecast.ledger import Ledger
from upstander.lake import Lake
from upstander.records.rekeying import sign_anew
from upstander.records.store import Records
from upstander.report import receipt
from upstander.report.receipt import Installation

NOW = datetime(2026, 6, 25, tzinfo=UTC)


def installation(home: Path) -> Installation:
    settings = Settings(home=home)
    return Installation(
        Ledger.of(settings), pipeline.records_there(settings), Lake(settings.lake)
    )


def forecast(home: Path, probability: float) -> None:
    """An issue entered as ``run`` enters it."""
    settings = Settings(home=home)
    day = date(2026, 6, 24)
    made = issue.write(
        settings.issues,
        tables(probability),
        as_of=day,
        made_on=day,
        meta={},
        hindcast=False,
    )
    pipeline._enter(
        settings,
        Lake(settings.lake),
        pipeline.records_there(settings),
        made,
        datetime.now(UTC),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    keep(Lake(home / "lake"), tmp_path, 1)
    records = Records.open(f"sqlite:///{home / 'records.db'}", home / "keys")
    records.append([draft(id="r0")], by=AMIRA, why="", now=DAY)
    records.append([draft(by=NGO, id="n0")], by=NGO, why="", now=DAY)
    records.database.engine.dispose()
    forecast(home, 0.2)
    return home


@pytest.fixture
def given(home: Path) -> str:
    """A receipt of the home folder as it stands, in another's hands."""
    here = installation(home)
    return receipt.receipt(here.standing(), signing_key(here.book.keys, make=False), NOW)


def grow(home: Path, folder: Path) -> None:
    """A day's work in every part."""
    keep(Lake(home / "lake"), folder, 2)
    records = Records.open(f"sqlite:///{home / 'records.db'}", home / "keys")
    records.append([draft(id="r1")], by=AMIRA, why="", now=LATER)
    records.database.engine.dispose()
    forecast(home, 0.3)


def proved(home: Path, said: str = "") -> None:
    receipt.prove(installation(home), said)


def test_a_receipt_is_plain_words_and_holds_today_and_after_more_work(
    home: Path, given: str, tmp_path: Path
) -> None:
    assert given.startswith(
        "Receipt of an Upstander installation\nmade 2026-06-25 00:00 UTC\n"
    )
    assert "forecasts: 1 entries" in given
    assert "records of gov: 1 entries" in given
    assert "release 000001-made_up-" in given
    proved(home, given)
    grow(home, tmp_path)
    proved(home, given)


def put_back(home: Path, earlier: Path, *names: str) -> None:
    for name in names:
        for there in home.glob(name):
            shutil.rmtree(there) if there.is_dir() else there.unlink()
        for before in earlier.glob(name):
            copy = shutil.copytree if before.is_dir() else shutil.copy2
            copy(before, home / before.name)


PARTS = {
    "the ledger and its seal": ("ledger.jsonl", "keys"),
    "the ledger, its seal and issues": ("ledger.jsonl", "keys", "issues"),
    "the records": ("records.db*",),
    "the lake": ("lake",),
}


@pytest.mark.parametrize("part", PARTS)
def test_one_part_put_back_as_it_was_is_missed_by_another(
    home: Path, tmp_path: Path, part: str
) -> None:
    shutil.copytree(home, tmp_path / "earlier")
    grow(home, tmp_path)
    proved(home)
    put_back(home, tmp_path / "earlier", *PARTS[part])
    with pytest.raises(AuditBroken, match=r"(the access log|entry 2 of the ledger) knows"):
        proved(home)


@pytest.mark.parametrize(
    "names",
    [
        ("ledger.jsonl", "issues"),
        ("ledger.jsonl", "issues", "keys/ledger.seal"),
        ("records.db*",),
    ],
)
def test_one_part_deleted_whole_is_missed_by_another(
    home: Path, names: tuple[str, ...]
) -> None:
    put_back(home, home / "nothing", *names)
    with pytest.raises((AuditBroken, LedgerBroken)):
        proved(home)


@pytest.mark.parametrize(
    "what", ["all of it as it was", "all of it gone but the keys", "another installation"]
)
def test_where_nothing_inside_can_tell_the_receipt_does(
    home: Path, tmp_path: Path, what: str
) -> None:
    earlier = tmp_path / "earlier"
    shutil.copytree(home, earlier)
    grow(home, tmp_path)
    here = installation(home)
    said = receipt.receipt(here.standing(), signing_key(here.book.keys, make=False), NOW)
    if what == "all of it as it was":
        put_back(home, earlier, "*")
        proved(home)  # from within all is well
    elif what == "all of it gone but the keys":
        put_back(
            home,
            home / "nothing",
            "records.db*",
            "ledger.jsonl",
            "issues",
            "lake",
            "keys/ledger.seal",
        )
    else:
        put_back(home, home / "nothing", "*")
        forecast(home, 0.2)
        proved(home)
    with pytest.raises(AuditBroken, match=r"receipt (knows|was signed)"):
        proved(home, said)


@pytest.mark.parametrize(
    "change",
    [
        ("1 entries", "2 entries"),
        ("made 2026", "made 2027"),
        ("records of ngo", "records of un"),
    ],
)
def test_a_receipt_that_was_changed_is_refused(
    home: Path, given: str, change: tuple[str, str]
) -> None:
    with pytest.raises(AuditBroken, match="changed after it was signed"):
        receipt.read(given.replace(*change))
    with pytest.raises(FileRefused, match="no receipt"):
        receipt.read("Dear all")


def test_a_receipt_of_before_the_signing_key_was_replaced_still_proves(
    home: Path, given: str
) -> None:
    former, _ = turn_signing_key(home / "keys")
    here = installation(home)
    assert here.records is not None
    sign_anew(here.records, former, by=HEAD, now=LATER)
    ledger.sign_anew(here.book, former.public)
    forget_former(home / "keys")
    proved(home, given)


def test_a_receipt_of_another_installation_is_refused(
    home: Path, given: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    forecast(other, 0.2)
    with pytest.raises(
        AuditBroken, match="signed with a key that this installation never had"
    ):
        proved(other, given)
