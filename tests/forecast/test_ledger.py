"""The ledger of issued forecasts: what was changed is found, what was torn is mended."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from upstander.core.errors import ConfigError, LedgerBroken
from upstander.core.keys import turn_signing_key
from upstander.forecast import ledger
from upstander.forecast.issue import Issue
from upstander.forecast.ledger import Ledger


def issue(number: int) -> Issue:
    meta = {
        "as_of": "2026-06-24",
        "made_on": "2026-06-25",
        "files": {"forecast_draw": f"{number:064d}"},
    }
    return Issue(f"2026-06-24-{number:012d}", meta, {})


def book(folder: Path) -> Ledger:
    return Ledger(folder / "l.jsonl", folder / "issues", folder / "keys")


def append(ledger_: Ledger, made: Issue) -> ledger.Entry:
    """Enter an issue whose folder says of itself what its id is."""
    (ledger_.issues / made.id).mkdir(parents=True, exist_ok=True)
    (ledger_.issues / made.id / "issue.json").write_text(made.id)
    return ledger.append(ledger_, made, beside={"records": {}, "lake": {}})


def filled(folder: Path, count: int = 4) -> Ledger:
    for number in range(count):
        append(book(folder), issue(number))
    return book(folder)


def test_each_entry_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    found = ledger.entries(filled(tmp_path))
    assert [e.number for e in found] == [1, 2, 3, 4]
    assert [e.before for e in found] == [ledger.START, *(e.hash for e in found[:-1])]
    assert found[0].as_of == date(2026, 6, 24)


def test_the_same_issue_is_entered_once(tmp_path: Path) -> None:
    path = filled(tmp_path)
    before = path.file.read_bytes()
    assert append(path, issue(2)).number == 3
    assert path.file.read_bytes() == before


def test_a_changed_entry_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path)
    lines = path.file.read_text().splitlines()
    body = json.loads(lines[1])
    lines[1] = json.dumps({**body, "made_on": "2020-01-01"}, sort_keys=True)
    path.file.write_text("\n".join(lines) + "\n")
    with pytest.raises(LedgerBroken, match=r"line 2 .*000000000001"):
        ledger.entries(path)


@pytest.mark.parametrize(
    "change", [lambda x: x[:1] + x[2:], lambda x: [x[1], x[0], *x[2:]], lambda x: x[1:]]
)
def test_a_removed_or_swapped_entry_is_found(tmp_path: Path, change: Any) -> None:
    path = filled(tmp_path)
    path.file.write_text("\n".join(change(path.file.read_text().splitlines())) + "\n")
    with pytest.raises(LedgerBroken, match="line"):
        ledger.entries(path)


def test_nothing_is_added_to_a_broken_ledger(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.file.write_text("{}\n" + path.file.read_text())
    before = path.file.read_bytes()
    with pytest.raises(LedgerBroken):
        append(path, issue(9))
    assert path.file.read_bytes() == before


def test_a_torn_last_line_was_never_acknowledged_and_the_next_writer_removes_it(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    whole, seal = path.file.read_bytes(), path.seal.read_bytes()
    for keep in (1, 20, len(whole.splitlines()[-1])):
        path.file.write_bytes(whole + whole.splitlines()[-1][:keep])
        assert len(ledger.entries(path)) == 4
        assert append(path, issue(7)).number == 5
        assert len(ledger.entries(path)) == 5
        path.file.write_bytes(whole)
        path.seal.write_bytes(seal)


def test_two_writers_side_by_side_make_one_chain(tmp_path: Path) -> None:
    path = book(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: append(path, issue(n)), range(40)))
    found = ledger.entries(path)
    assert sorted(e.issue for e in found) == [issue(n).id for n in range(40)]


WRITER = """
import sys
from pathlib import Path
from upstander.forecast import ledger
from upstander.forecast.issue import Issue
folder = Path(sys.argv[1])
book = ledger.Ledger(folder / "l.jsonl", folder / "issues", folder / "keys")
for n in range(int(sys.argv[2]), 100000):
    (book.issues / f"i{n}").mkdir(parents=True)
    (book.issues / f"i{n}" / "issue.json").write_text("{}")
    meta = {"as_of": "2026-06-24", "made_on": "2026-06-25", "files": {}}
    print(ledger.append(book, Issue(f"i{n}", meta, {}), beside={}).number, flush=True)
"""


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_no_acknowledged_entry(tmp_path: Path) -> None:
    path, acknowledged = book(tmp_path), 0
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for turn in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(turn * 10_000)],
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        assert writer.stdout is not None
        writer.stdout.readline()  # it is writing now
        time.sleep(0.013 * turn)  # a different moment each time; nothing waits on it
        writer.send_signal(signal.SIGKILL)
        heard = writer.communicate()[0].split("\n")[:-1]
        acknowledged = max([acknowledged + 1, *(int(n) for n in heard)])
        assert len(ledger.verify(path)) >= acknowledged
        acknowledged = len(ledger.entries(path))


# What somebody can do who has the data and not the keys


def lines(path: Ledger) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.file.read_text().splitlines()]


def rechained(path: Ledger, told: list[dict[str, Any]]) -> None:
    """The lines written anew, each hash worked out again, as anybody can."""
    before, text = ledger.START, ""
    for number, line in enumerate(told, start=1):
        body = {
            **{k: v for k, v in line.items() if k not in ("hash", "signature")},
            "number": number,
            "before": before,
        }
        before = ledger._hash(body)
        kept = {"signature": line["signature"]} if "signature" in line else {}
        text += json.dumps({**body, "hash": before, **kept}, sort_keys=True) + "\n"
    path.file.write_text(text)


def forged(path: Ledger) -> dict[str, Any]:
    """A line for an issue that was never made here, with all but a signature."""
    return {**lines(path)[-1], "issue": "2026-06-24-ffffffffffff", "signature": "00" * 64}


def without_signatures(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k != "signature"} for line in told]


TAMPERINGS: dict[str, Any] = {
    "the last line cut off": lambda p: p.file.write_text(
        "".join(p.file.read_text().splitlines(keepends=True)[:-1])
    ),
    "all lines cut off": lambda p: p.file.write_text(""),
    "the file deleted": lambda p: p.file.unlink(),
    "the last line cut off and hashed anew": lambda p: rechained(p, lines(p)[:-1]),
    "the first line taken out and hashed anew": lambda p: rechained(p, lines(p)[1:]),
    "two in each other's place, hashed anew": lambda p: rechained(
        p, [lines(p)[1], lines(p)[0], *lines(p)[2:]]
    ),
    "a day changed and hashed anew": lambda p: rechained(
        p, [{**x, "made_on": "2020-01-01"} for x in lines(p)]
    ),
    "files changed and hashed anew": lambda p: rechained(
        p, [{**x, "files": {"forecast_draw": "0" * 64}} for x in lines(p)]
    ),
    "hashed anew as before there were signatures": lambda p: rechained(
        p, without_signatures(lines(p)[:2])
    ),
    "a line put at the end": lambda p: rechained(p, [*lines(p), forged(p)]),
    "a line put in and hashed anew": lambda p: rechained(
        p, [*lines(p)[:2], forged(p), *lines(p)[2:]]
    ),
    "a line changed": lambda p: p.file.write_text(
        p.file.read_text().replace("2026-06-25", "2026-06-26", 1)
    ),
    "another key's ledger in its place": lambda p: shutil.copy(
        filled(p.file.parent / "other", 5).file, p.file
    ),
    "the seal of an earlier end with a line put behind it": lambda p: rechained(
        p, [*lines(p)[:3], forged(p)]
    ),
    "the seal gone": lambda p: p.seal.unlink(),
    "the seal changed": lambda p: p.seal.write_text(
        p.seal.read_text().replace('"number": 4', '"number": 3')
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_done_behind_our_back_is_noticed_and_nothing_is_added(
    tmp_path: Path, name: str
) -> None:
    path = filled(tmp_path)
    TAMPERINGS[name](path)
    with pytest.raises(LedgerBroken):
        ledger.entries(path)
    there = path.file.read_bytes() if path.file.exists() else b""
    with pytest.raises(LedgerBroken):
        append(path, issue(9))
    assert path.file.read_bytes() == there


def test_a_folder_of_keys_put_back_from_a_backup_still_proves_the_ledger(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    earlier = path.seal.read_bytes()
    append(path, issue(7))
    path.seal.write_bytes(earlier)
    assert len(ledger.entries(path)) == 5
    append(path, issue(8))
    assert len(ledger.entries(path)) == 6


def test_a_ledger_of_before_there_were_signatures_is_read_and_signed_by_the_next_writer(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path, 2)
    old = [
        {k: v for k, v in x.items() if k not in ("head", "beside", "signature")}
        for x in lines(path)
    ]
    shutil.rmtree(path.keys)
    rechained(path, old)
    assert [e.signature for e in ledger.entries(path)] == ["", ""]
    append(path, issue(7))
    assert len(ledger.entries(path)) == 3
    rechained(path, [{**x, "made_on": "2020-01-01"} for x in lines(path)])
    with pytest.raises(LedgerBroken, match="was signed"):
        ledger.entries(path)


def test_without_its_key_a_signed_ledger_is_not_continued_under_a_new_one(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    (path.keys / "signing.key").unlink()
    with pytest.raises(ConfigError, match="restore it from a backup"):
        append(path, issue(9))
    assert not (path.keys / "signing.key").exists()


def test_another_signing_key_takes_the_ledger_over_only_when_it_held_under_the_former(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    former, _ = turn_signing_key(path.keys)
    whole = path.file.read_text()
    rechained(path, lines(path)[:-1])
    with pytest.raises(LedgerBroken, match="restore the newest backup"):
        ledger.sign_anew(path, former.public)
    path.file.write_text(whole)
    for _ in range(2):
        ledger.sign_anew(path, former.public)
    assert append(path, issue(9)).number == 5
    assert len(ledger.entries(path)) == 5
