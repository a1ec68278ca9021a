"""A page shows what stands in the ledger, or says that it does not; never what somebody put in its place."""

import json
import shutil

import httpx2
import pytest
from tests.web.serving import forecast_in, served

from upstander.core.settings import Settings
from upstander.web.app import make


@pytest.fixture
def home(tmp_path):
    return forecast_in(tmp_path / "home")


def test_a_changed_forecast_is_not_shown_and_the_page_says_so_without_a_path(home):
    with (
        served(make(Settings(home=home))) as url,
        httpx2.Client(base_url=url, timeout=120) as client,
    ):
        file = next((home / "issues").glob("*/forecast_chance.parquet"))
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        for path in (
            "/",
            "/countries/SDN",
            "/countries/SDN.json",
            "/countries/SDN/brief.pdf",
        ):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "upstander audit verify" in answer.text
            assert str(home) not in answer.text
        file.write_bytes(whole)
        assert client.get("/").status_code == 200


def test_a_forged_folder_and_a_killed_writers_are_not_shown(home):
    made = next((home / "issues").iterdir())
    for name in ("2026-06-24-ffffffffffff", ".part-1"):
        forged = home / "issues" / name
        shutil.copytree(made, forged)
        meta = json.loads((forged / "issue.json").read_text())
        (forged / "issue.json").write_text(
            json.dumps({**meta, "id": name, "made_on": "2026-06-30"})
        )
    with (
        served(make(Settings(home=home))) as url,
        httpx2.Client(base_url=url, timeout=120) as client,
    ):
        assert made.name in client.get("/countries/SDN.json").text
        assert "ffffffffffff" not in client.get("/").text
