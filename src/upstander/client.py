"""A small typed client of the API: rows as dataclasses, pages turned by themselves, problems as exceptions.

from upstander.client import Upstander

with Upstander("https://upstander.example.org", token="upst_...") as office:
    for forecast in office.forecasts(place="SDN,SSD", horizon="rolling"):
        print(forecast.event, forecast.probability, forecast.low, forecast.high)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx2
from pydantic import TypeAdapter, ValidationError

from upstander import __version__
from upstander.web.api import rows_of_figures as figures
from upstander.web.api import rows_of_records as people

Row = TypeVar("Row")
SECONDS = 60.0  # for one answer
LIMIT = 500  # rows of a page
HERE = "/v1/"  # what is asked begins so: a token goes nowhere else


class Problem(Exception):
    """What the API said instead of an answer (RFC 9457); ``parameter`` names the one that is wrong, '' where none is;
    ``faults`` says by field what is wrong with what was sent."""

    def __init__(
        self, status: int, title: str, detail: str, parameter: str = "", after: int = 0
    ) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status, self.title, self.detail = status, title, detail
        self.parameter, self.retry_after = parameter, after
        self.faults: Mapping[str, str] = {}


class Upstander:
    """An installation, asked as nobody in particular or with a token.

    Every method takes ``as_of``: a day or an instant, '' for now. Lists are iterators that ask page by page; what they
    raise is Problem.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        headers = {"user-agent": f"upstander-client/{__version__}"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self._client = httpx2.Client(
            base_url=address,
            headers=headers,
            timeout=SECONDS,
            transport=transport,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    # Public figures

    def countries(self, *, place: str = "", as_of: str = "") -> Iterator[figures.Country]:
        """Every place in one row; ``place``: codes divided by commas."""
        return self._all("countries", figures.Country, place=place, as_of=as_of)

    def country(self, place: str, *, as_of: str = "") -> figures.Country:
        """One place in one row."""
        return self._one(f"countries/{place}", figures.Country, as_of=as_of)

    def forecasts(
        self, *, place: str = "", target: str = "", horizon: str = "", as_of: str = ""
    ) -> Iterator[figures.Forecast]:
        """Probabilities; ``horizon`` is yearly or rolling."""
        asked = {"place": place, "target": target, "horizon": horizon, "as_of": as_of}
        return self._all("forecasts", figures.Forecast, **asked)

    def forecast_months(
        self, *, place: str = "", as_of: str = ""
    ) -> Iterator[figures.ForecastMonth]:
        """Quantiles of deaths in the coming months."""
        return self._all(
            "forecasts/months", figures.ForecastMonth, place=place, as_of=as_of
        )

    def violence_months(
        self, place: str, *, since: str = "", until: str = "", as_of: str = ""
    ) -> Iterator[figures.ViolenceMonth]:
        """Deaths by month and type, from and to a month written 2025-07."""
        asked = {"place": place, "from": since, "to": until, "as_of": as_of}
        return self._all("violence/months", figures.ViolenceMonth, **asked)

    def violence_years(
        self, *, place: str = "", as_of: str = ""
    ) -> Iterator[figures.ViolenceYear]:
        """Deaths by year and type."""
        return self._all("violence/years", figures.ViolenceYear, place=place, as_of=as_of)

    def treaties(self, *, place: str = "", as_of: str = "") -> Iterator[figures.Treaty]:
        """Standings on treaties."""
        return self._all("treaties", figures.Treaty, place=place, as_of=as_of)

    # What people wrote

    def me(self) -> people.Me:
        """Who asks, and what the token allows."""
        return self._one("me", people.Me)

    def alerts(self, *, place: str = "", as_of: str = "") -> Iterator[people.Alert]:
        """Released alerts, newest first."""
        return self._all("alerts", people.Alert, place=place, as_of=as_of)

    def recommendations(self, **asked: str) -> Iterator[people.Recommendation]:
        """Recommendations of UN bodies; ``asked`` as the API has it: place, q, body, response, type, since, until."""
        return self._all("recommendations", people.Recommendation, **asked)

    def plans(self, *, place: str = "", as_of: str = "") -> Iterator[people.RecordRow]:
        """Actions of plans."""
        return self._all("plans", people.RecordRow, place=place, as_of=as_of)

    def kinds(self) -> Iterator[people.Kind]:
        """Kinds of records, with how many of each there are to read."""
        return self._all("records", people.Kind)

    def records(
        self, kind: str, *, place: str = "", as_of: str = ""
    ) -> Iterator[people.RecordRow]:
        """The records of a kind."""
        return self._all(f"records/{kind}", people.RecordRow, place=place, as_of=as_of)

    def record(self, kind: str, id: str, *, as_of: str = "") -> people.RecordRow:
        """One record."""
        return self._one(f"records/{kind}/{id}", people.RecordRow, as_of=as_of)

    def drafts(self) -> Iterator[people.HeldDraftRow]:
        """Drafts of the token's account, with what became of each; its scope is write:drafts."""
        return self._all("drafts", people.HeldDraftRow)

    def draft(
        self, kind: str, body: Mapping[str, Any], *, key: str = ""
    ) -> people.HeldDraftRow:
        """Keep a draft of a record for the token's account, which a person finishes on its ``page``.

        Args:
            body: ``fields``, and where the kind has them ``place`` and ``parent``; ``why``.
            key: the same each time this draft is sent, so that it is kept once; made up where none is given.
        """
        headers = {"idempotency-key": key or uuid4().hex}
        address = f"{HERE}drafts/{kind}"
        answer = self._client.post(address, json=dict(body), headers=headers)
        return _read(people.HeldDraftRow, _told(answer, (200, 201))["data"])

    # Asking

    def _one(self, path: str, row: type[Row], **asked: str) -> Row:
        return _read(row, self._asked(HERE + path, _given(asked))["data"])

    def _all(self, path: str, row: type[Row], **asked: str) -> Iterator[Row]:
        following: str | None = HERE + path
        query: Mapping[str, str] | None = {**_given(asked), "limit": str(LIMIT)}
        while following:
            answer = self._asked(following, query)
            yield from (_read(row, item) for item in answer["data"])
            following, query = answer["page"]["next"], None

    def _asked(self, path: str, query: Mapping[str, str] | None) -> dict[str, Any]:
        if not path.startswith(HERE):
            raise Problem(0, "Not an answer of the API", f"it leads away: {path[:80]}")
        return _told(self._client.get(path, params=query), (200,))


def _told(answer: httpx2.Response, done: tuple[int, ...]) -> dict[str, Any]:
    try:
        told: dict[str, Any] = answer.json()
    except ValueError:
        told = {"title": "Not an answer of the API", "detail": answer.text[:200]}
    if answer.status_code not in done or "data" not in told:
        raise _problem(answer, told)
    return told


def _given(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value}


def _problem(answer: httpx2.Response, told: Mapping[str, Any]) -> Problem:
    title, detail, name = (
        str(told.get(part, "")) for part in ("title", "detail", "parameter")
    )
    after = answer.headers.get("retry-after", "")
    seconds = int(after) if after.isdecimal() else 0
    made = Problem(answer.status_code, title, detail, name, seconds)
    made.faults = dict(told.get("faults") or {})
    return made


def _read(row: type[Row], item: Any) -> Row:
    adapter: TypeAdapter[Row] = TypeAdapter(row)
    try:
        return adapter.validate_python(item)
    except ValidationError as error:
        words = f"the installation speaks another edition of the API than this client: {error.errors()[0]['loc']}"
        raise Problem(200, "Not an answer of this edition", words) from None
