"""``upstander replay``: made afterwards, strictly, once, and never in the ledger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

from upstander import replaying
from upstander.core.settings import Settings


def replay(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tests" / "light_models.py"), "replay"]
    return subprocess.run(
        [*command, "--home", str(home), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_past_months_are_forecast_as_of_their_day_once_and_in_no_ledger(
    tmp_path: Path,
) -> None:
    first = replay(tmp_path, "--from", "2024-01", "--to", "2024-03")
    assert first.returncode == 0, first.stderr
    assert "2024-01-20  none: no monthly figures of deaths are known" in first.stderr
    assert "became known on 2024-01-26" in " ".join(first.stderr.split())
    issues = replaying.issues(Settings(home=tmp_path))
    assert [i.as_of.isoformat() for i in issues] == ["2024-02-20", "2024-03-20"]
    assert all(i.meta["replay"]["inputs"] == i.meta["inputs_sha256"] for i in issues)
    assert [i.meta["last_month"] for i in issues] == ["2023-12-01", "2024-01-01"]
    assert all("no_yearly_odds" in i.meta["left_out"][0] for i in issues)
    assert not (tmp_path / "ledger.jsonl").exists()
    again = replay(tmp_path, "--from", "2024-02", "--to", "2024-03")
    assert again.stderr.count("as made before") == 2
    heads = (tmp_path / "replays").glob("*/issue.json")
    assert len([json.loads(h.read_text()) for h in heads]) == 2


def test_a_month_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = replay(tmp_path, "--from", "2024-13", "--to", "2024-03")
    assert refused.returncode == 2
    assert "'2024-13' is no month; write it as 2024-02" in refused.stderr
