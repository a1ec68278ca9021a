"""The ledger of issued forecasts: what was changed is found, what was torn is mended."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from upstander.core.errors import LedgerBroken
from upstander.forecast import ledger
from upstander.forecast.issue import Issue


def issue(number: int) -> Issue:
    meta = {"as_of": "2026-06-24", "made_on": "2026-06-25", "files": {"forecast_draw": f"{number:064d}"}}
    return Issue(f"2026-06-24-{number:012d}", meta, {})


def filled(path: Path, count: int = 4) -> Path:
    for number in range(count):
        ledger.append(path, issue(number))
    return path


def test_each_entry_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    found = ledger.entries(filled(tmp_path / "l.jsonl"))
    assert [e.number for e in found] == [1, 2, 3, 4]
    assert [e.before for e in found] == [ledger.START, *(e.hash for e in found[:-1])]
    assert found[0].as_of == date(2026, 6, 24)


def test_the_same_issue_is_entered_once(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.jsonl")
    before = path.read_bytes()
    assert ledger.append(path, issue(2)).number == 3
    assert path.read_bytes() == before


def test_a_changed_entry_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.jsonl")
    lines = path.read_text().splitlines()
    body = json.loads(lines[1])
    lines[1] = json.dumps({**body, "made_on": "2020-01-01"}, sort_keys=True)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(LedgerBroken, match=r"line 2 .*000000000001"):
        ledger.entries(path)


@pytest.mark.parametrize("change", [lambda x: x[:1] + x[2:], lambda x: [x[1], x[0], *x[2:]], lambda x: x[1:]])
def test_a_removed_or_swapped_entry_is_found(tmp_path: Path, change: Any) -> None:
    path = filled(tmp_path / "l.jsonl")
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    with pytest.raises(LedgerBroken, match="line"):
        ledger.entries(path)


def test_nothing_is_added_to_a_broken_ledger(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.jsonl")
    path.write_text("{}\n" + path.read_text())
    before = path.read_bytes()
    with pytest.raises(LedgerBroken):
        ledger.append(path, issue(9))
    assert path.read_bytes() == before


def test_a_torn_last_line_was_never_acknowledged_and_the_next_writer_removes_it(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.jsonl")
    whole = path.read_bytes()
    for keep in (1, 20, len(whole.splitlines()[-1])):
        path.write_bytes(whole + whole.splitlines()[-1][:keep])
        assert len(ledger.entries(path)) == 4
        assert ledger.append(path, issue(7)).number == 5
        assert len(ledger.entries(path)) == 5
        path.write_bytes(whole)


def test_two_writers_side_by_side_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: ledger.append(path, issue(n)), range(40)))
    found = ledger.entries(path)
    assert sorted(e.issue for e in found) == [issue(n).id for n in range(40)]


WRITER = """
import sys
from pathlib import Path
from upstander.forecast import ledger
from upstander.forecast.issue import Issue
for n in range(int(sys.argv[2]), 100000):
    meta = {"as_of": "2026-06-24", "made_on": "2026-06-25", "files": {}}
    print(ledger.append(Path(sys.argv[1]), Issue(f"i{n}", meta, {})).number, flush=True)
"""


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_no_acknowledged_entry(tmp_path: Path) -> None:
    path, acknowledged = tmp_path / "l.jsonl", 0
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for turn in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(turn * 10_000)], stdout=subprocess.PIPE, text=True, env=env
        )
        assert writer.stdout is not None
        writer.stdout.readline()  # it is writing now
        time.sleep(0.013 * turn)  # a different moment each time; nothing waits on it
        writer.send_signal(signal.SIGKILL)
        heard = writer.communicate()[0].split("\n")[:-1]
        acknowledged = max([acknowledged + 1, *(int(n) for n in heard)])
        assert len(ledger.entries(path)) >= acknowledged
        acknowledged = len(ledger.entries(path))


def test_an_issued_file_that_is_missing_or_changed_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path / "l.jsonl", 1)
    with pytest.raises(LedgerBroken, match="missing"):
        ledger.verify(path, tmp_path / "issues")
    folder = tmp_path / "issues" / issue(0).id
    folder.mkdir(parents=True)
    (folder / "forecast_draw.parquet").write_bytes(b"another")
    with pytest.raises(LedgerBroken, match="changed after it was issued"):
        ledger.verify(path, tmp_path / "issues")
