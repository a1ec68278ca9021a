"""A tool's question put to the application itself, as a visitor, and its answer with unit, day and what it is not.

Nothing is asked but what anybody could ask over HTTP: the application refuses, bounds and blurs as it does for everyone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from fastapi import FastAPI
from starlette.datastructures import QueryParams

from upstander.report import as_json
from upstander.web.api.parameters import Refused, read
from upstander.web.assistants.tools import Paper, Tool

HERE = "http://127.0.0.1"  # an address the application answers to; nothing is sent there
MOST_CHARACTERS = 250_000  # of an answer
APART = ("format",)  # of the next question: what no assistant gives
NOTE = (
    "Odds from public data, not certainty, not a finding of fact and no judgement of a State. Say a probability with its "
    "interval, its base rate and the day it speaks from. null means that it is not known, which is not zero; a low "
    "figure does not mean safety."
)


class Unanswered(Exception):
    """Why a question is not answered, in a sentence with its remedy."""


@dataclass(frozen=True)
class Desk:
    """Where questions are put: the application of one home folder."""

    app: FastAPI

    async def answer(self, tool: Tool, given: Mapping[str, Any]) -> str:
        """A tool's answer as JSON. Raises Unanswered."""
        asked = _read(tool, given)
        told = await self._json(_address(tool, asked))
        made = self._rows(tool, told) if tool.fields else self._page(tool, told)
        return _bounded(as_json.dumps(made))

    async def paper(self, paper: Paper) -> str:
        """Something to read whole, as JSON. Raises Unanswered."""
        return _bounded(as_json.dumps(await self._json(paper.path)))

    def _rows(self, tool: Tool, told: Mapping[str, Any]) -> dict[str, Any]:
        """Rows of an operation with their meaning; ``next`` is what to ask for those that follow."""
        following = (told.get("page") or {}).get("next")
        rest = {"data": told["data"], "next": _question(following), "fields": tool.fields}
        return {**self._about(tool, told), "head": told["head"], **rest}

    def _page(self, tool: Tool, told: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: told[name] for name in tool.keeps if name in told}
        return {**self._about(tool, told), **kept}

    def _about(self, tool: Tool, told: Mapping[str, Any]) -> dict[str, Any]:
        day = told.get("as_of") or (told.get("head") or {}).get("as_of")
        as_of = day or self.app.state.installation.today
        return {"note": NOTE, "unit": tool.unit, "as_of": as_of}

    async def _json(self, address: str) -> dict[str, Any]:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        # without cookies, token and language: nobody in particular
        async with httpx2.AsyncClient(transport=transport, base_url=HERE) as client:
            answer = await client.get(address)
        told = _object(answer.text)
        if answer.status_code != 200:
            raise Unanswered(_refusal(answer.status_code, told))
        return told


def _read(tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a tool's parameters, as strictly as the API reads them. Raises Unanswered."""
    try:
        asked = QueryParams([(name, _text(name, v)) for name, v in given.items()])
        return read(tool.parameters, {}, asked)
    except Refused as refused:
        raise Unanswered(str(refused.words)) from None


def _text(name: str, value: Any) -> str:
    """A value as an address has it. Raises Unanswered for what is neither a text nor a whole number."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise Unanswered(f"{name[:60]}: give one text or whole number, no list, flag or null")


def _address(tool: Tool, asked: Mapping[str, Any]) -> str:
    """The address of a question; what stands in its path is left out of its query."""
    texts = {name: _written(value) for name, value in asked.items() if _is_said(value)}
    in_path = {name: text for name, text in texts.items() if f"{{{name}}}" in tool.path}
    query = {name: text for name, text in texts.items() if name not in in_path}
    path = tool.path.format(**in_path)
    wanted = urlencode({**query, **tool.always})
    return f"{path}?{wanted}" if wanted else path


def _is_said(value: Any) -> bool:
    return value is not None and value != ""


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return value.strftime("%Y-%m") if hasattr(value, "strftime") else str(value)


def _question(following: str | None) -> dict[str, str] | None:
    """What to ask for the rows that follow; None where there are none."""
    if not following:
        return None
    given = parse_qsl(urlsplit(following).query)
    return {name: value for name, value in given if name not in APART}


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(status: int, told: Mapping[str, Any]) -> str:
    """Why, in the application's own words, with places that are near where none was found."""
    words = str(told.get("detail") or told.get("message") or "")
    if not words:
        return f"the installation could not answer ({status}); its operator finds why in its log"
    near = [f"{n['name']} {n['place']}" for n in told.get("nearest", ())]
    more = f" Near are: {', '.join(near)}." if near else ""
    return f"{words}{more}"


def _bounded(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise Unanswered(
            f"that answer would have {len(text):,} characters, {MOST_CHARACTERS:,} are given at most; ask for fewer rows "
            "(limit) or fewer places (place)"
        )
    return text
