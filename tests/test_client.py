"""The client against the real application: typed rows, all pages, problems in words, a token that goes nowhere else."""

import re
from datetime import date

import httpx2
import pytest
from tests.web.people import office
from tests.web.serving import forecast_in, served

from upstander import client
from upstander.client import Problem, Upstander
from upstander.core.rights import Role
from upstander.web.api import openapi

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("client")))


@pytest.fixture(scope="module")
def site(home):
    with served(home.app) as url:
        yield url


@pytest.fixture
def public(site):
    with Upstander(site) as made:
        yield made


def test_figures_come_as_typed_rows_page_after_page(public, monkeypatch):
    whole = [c.place for c in public.countries()]
    monkeypatch.setattr(client, "LIMIT", 50)
    assert [c.place for c in public.countries()] == whole == sorted(set(whole))
    assert len(whole) > 190
    (first, *_) = public.forecasts(place="SDN", horizon="rolling")
    assert isinstance(first.first_month, date)
    assert first.low <= first.probability <= first.high
    months = list(public.violence_months("SDN", since="2026-01", until="2026-03"))
    assert [m.month for m in months] == [date(2026, n, 1) for n in (1, 2, 3)]
    assert public.country("SDN") == next(public.countries(place="SDN"))
    assert public.country("SDN", as_of="1990-01-01").probability is None
    for rows in (public.forecast_months(place="SDN"), public.violence_years(place="SDN"), public.treaties(place="SDN")):  # fmt: skip
        assert next(rows).place == "SDN"


def test_a_problem_says_what_is_wrong(public):
    with pytest.raises(Problem, match="plaice") as caught:
        next(public.recommendations(plaice="SDN"))
    assert (caught.value.status, caught.value.parameter) == (400, "plaice")
    with pytest.raises(Problem) as caught:
        public.record("group", "none")
    assert caught.value.status == 404


def test_a_token_reads_as_its_account(home, site, public):
    answer = home.of(Role.ANALYST).fill(
        "/account/tokens", name="a program", scope="read:records", lasts="30"
    )
    token = re.search(r"<code>(upst_[\w-]+)</code>", answer.text)[1]
    with Upstander(site, token) as mine:
        assert mine.me().account == "analyst-justice"
        assert (
            list(mine.records("group")) == list(mine.plans()) == list(mine.alerts()) == []
        )
    assert public.me().account == ""
    with Upstander(site, "upst_wrong") as nobody, pytest.raises(Problem) as caught:
        nobody.me()
    assert caught.value.status == 401


def test_a_token_goes_nowhere_but_to_the_api():
    asked = []

    def answer(request):
        asked.append(str(request.url))
        page = {"limit": 1, "next": "https://evil.example/v1/countries"}
        return httpx2.Response(200, json={"data": [], "page": page})

    transport = httpx2.MockTransport(answer)
    api = Upstander("http://here.example", "upst_x", transport=transport)
    with api, pytest.raises(Problem, match="leads away"):
        list(api.countries())
    assert all(url.startswith("http://here.example/v1/") for url in asked)


@pytest.mark.parametrize("status", [200, 302, 502])
def test_what_is_no_answer_of_the_api_is_a_problem(status):
    transport = httpx2.MockTransport(lambda _: httpx2.Response(status, text="<html>"))
    with (
        Upstander("http://here.example", transport=transport) as api,
        pytest.raises(Problem),
    ):
        api.me()


def test_every_operation_has_its_method():
    """But those of maps, which map programs ask, not people's."""
    own = {
        o.name
        for o in (*openapi.operations(), *openapi.writings())
        if not getattr(o, "body", None)
    }
    assert own == {n for n in vars(Upstander) if not n.startswith("_")} - {"close"}
