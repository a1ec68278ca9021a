"""``upstander mcp`` as an assistant's host meets it: a process of its own, asked by the library's own client."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from starlette.testclient import TestClient
from tests.web.people import ORIGIN, filled, office
from tests.web.serving import forecast_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp, Usage
from upstander.core.settings import Settings
from upstander.records import drafts, forms, new_id
from upstander.web.api import openapi
from upstander.web.app import make
from upstander.web.assistants import asking
from upstander.web.assistants import tools as offered
from upstander.web.assistants.asking import Desk, Unanswered

pytest.importorskip("mcp", reason="needs the extra mcp: pip install 'upstander[mcp]'")

from anyio.from_thread import start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ENV = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]}
PRIVATE = "nobodyknowsthis"
KNOWN = "everybodyknowsthis"


def keep(home, text, stamp):
    author = home.account(Role.HEAD)
    made = drafts.draft(
        "group",
        filled(forms.form("group"), text),
        id=new_id(),
        by=author,
        places=frozenset({"SDN"}),
        stamp=stamp,
        place="SDN",
    )
    home.state.records.append([made], by=author, why="it is so", now=now())


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = forecast_in(tmp_path_factory.mktemp("mcp"))
    made = office(folder)
    plain = Stamp("justice", made.account(Role.HEAD).account)
    keep(made, PRIVATE, plain)
    keep(made, KNOWN, replace(plain, marking=Marking.CLEAR, usage=Usage.PUBLIC))
    return folder


class Assistant:
    """A host with the server as its child; every answer is kept, to look through at the end."""

    def __init__(self, portal, client):
        self.portal, self.client, self.heard = portal, client, []

    def tools(self):
        return self.portal.call(self.client.list_tools).tools

    def call(self, name, **given):
        answer = self.portal.call(self.client.call_tool, name, given)
        (part,) = answer.content
        self.heard.append(part.text)
        return answer.is_error, part.text

    def told(self, name, **given):
        is_error, text = self.call(name, **given)
        assert not is_error, text
        return json.loads(text)

    def refused(self, name, **given):
        is_error, text = self.call(name, **given)
        assert is_error, text
        return text


@pytest.fixture(scope="module")
def assistant(home):
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "upstander", "mcp", "--home", str(home)],
        env=ENV,
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server)) as client,
    ):
        yield Assistant(portal, client)


GIVEN = {
    "country": {"place": "SDN"},
    "forecasts": {"place": "SDN", "horizon": "rolling"},
    "violence_months": {"place": "SDN", "from": "2025-11", "to": "2026-02"},
    "situation": {"place": "SDN"},
    "why": {"place": "SDN", "target": "one_sided_100"},
    "search": {"q": "sudan"},
}


def test_every_tool_says_that_it_only_reads_and_takes_nothing_undeclared(assistant):
    listed = assistant.tools()
    assert [t.name for t in listed] == [t.name for t in offered.tools()]
    for tool in listed:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert tool.input_schema["additionalProperties"] is False
        assert all(p["description"] for p in tool.input_schema["properties"].values())
        assert "Unit: " in tool.description
    assert assistant.client.server_capabilities.prompts is None


@pytest.mark.parametrize("tool", offered.tools(), ids=lambda t: t.name)
def test_every_answer_says_its_day_its_unit_and_what_it_is_not(assistant, tool):
    told = assistant.told(tool.name, **GIVEN.get(tool.name, {}))
    assert "not certainty" in told["note"]
    assert "which is not zero" in told["note"]
    assert told["unit"]
    assert told["as_of"][:3] == "202"
    assert set(tool.keeps) <= set(told) | {"head"}
    assert all(tool.fields.values()), "what each field of a row means"


def test_the_figures_are_those_of_the_api(assistant, home):
    site = TestClient(make(Settings(home=home)), base_url=ORIGIN)
    for name, path in (
        ("countries", "/v1/countries?place=SDN,SSD"),
        ("forecasts", "/v1/forecasts?place=SDN&horizon=rolling"),
        ("violence_months", "/v1/violence/months?place=SDN&from=2025-11&to=2026-02"),
        ("treaties", "/v1/treaties?place=SDN"),
    ):
        asked = {"place": "SDN,SSD"} if name == "countries" else {"place": "SDN"}
        told = assistant.told(name, **{**GIVEN.get(name, {}), **asked})
        answer = site.get(path).json()
        assert (told["data"], told["head"]) == (answer["data"], answer["head"])
    (row, *_) = assistant.told("forecasts", **GIVEN["forecasts"])["data"]
    assert row["low"] <= row["probability"] <= row["high"]
    assert set(row) == set(assistant.told("forecasts", place="SDN")["fields"])


def test_a_list_goes_on_with_what_the_answer_before_names(assistant):
    asked, seen = {"limit": 90}, []
    while asked:
        told = assistant.told("countries", **asked)
        seen += [row["place"] for row in told["data"]]
        asked = told["next"]
    assert len(seen) == len(set(seen)) > 190
    assert seen == sorted(seen), "by code: no league table"


def test_a_name_leads_to_its_code_and_a_wrong_code_to_those_near(assistant):
    assert ["SSD", "South Sudan"] in assistant.told("search", q="south sudan")["places"]
    assert "no place code" in assistant.refused("country", place="XQX")
    assert "Near are" in assistant.refused("situation", place="XQX")


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("countries", {"plaice": "SDN"}, "no parameter plaice here; known are: place"),
        ("countries", {"format": "csv"}, "no parameter format"),
        ("countries", {"limit": 100000}, "limit"),
        ("countries", {"place": ["SDN"]}, "no list"),
        ("countries", {"limit": True}, "no list, flag or null"),
        ("countries", {"cursor": "made.up"}, "cursor"),
        ("countries", {"as_of": "soon"}, "as_of"),
        ("country", {}, "place is needed"),
        ("country", {"place": "SDN/../SSD"}, "place"),
        ("why", {"place": "SDN", "target": "../../../account"}, "target"),
        (
            "why",
            {"place": "SDN", "target": "surge", "as_of": "1995-01-01"},
            "no probability of",
        ),
        ("search", {"q": "x" * 300}, "q"),
        ("glossary", {"q": "risk"}, "no parameter q"),
        ("records", {}, "no tool 'records'; there are countries"),
        ("release", {"id": "1"}, "no tool"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(assistant, name, given, said):
    text = assistant.refused(name, **given)
    assert said in text
    assert "Traceback" not in text


def test_an_answer_too_long_to_read_is_refused_with_the_remedy(home, monkeypatch):
    desk = Desk(make(Settings(home=home)))
    tool = next(t for t in offered.tools() if t.name == "countries")
    assert len(anyio.run(desk.answer, tool, {"limit": 200})) > 100_000
    monkeypatch.setattr(asking, "MOST_CHARACTERS", 10_000)
    assert len(anyio.run(desk.answer, tool, {"limit": 1})) < 10_000
    with pytest.raises(Unanswered, match="10,000 are given at most; ask for fewer rows"):
        anyio.run(desk.answer, tool, {"limit": 200})


def test_papers_are_read_whole_and_others_are_not_there(assistant):
    found = assistant.portal.call(assistant.client.list_resources).resources
    assert [r.uri for r in found] == [p.uri for p in offered.PAPERS]
    for paper in found:
        (part,) = assistant.portal.call(assistant.client.read_resource, paper.uri).contents
        assistant.heard.append(part.text)
        assert json.loads(part.text)
    with pytest.raises(MCPError, match="upstander://about"):
        assistant.portal.call(assistant.client.read_resource, "upstander://accounts")


def test_nothing_of_a_record_that_is_not_for_everybody_comes_out(assistant):
    for words in (PRIVATE, KNOWN, "justice"):
        told = assistant.told("search", q=words)
        assert told["count"] == (words == KNOWN)
    assert PRIVATE not in "".join(assistant.heard).replace(f'"q": "{PRIVATE}"', "")
    assert KNOWN in "".join(assistant.heard), "what is public is found"


def test_tools_are_public_questions_and_none_of_them_is_about_an_account():
    known = {o.name: o for o in openapi.operations()}
    for tool in offered.tools():
        assert tool.path.startswith("/v1/") is (tool.name in known)
        assert not {"me", "kinds", "records", "record", "plans"} & {tool.name}
        names = [p.name for p in tool.parameters]
        assert not {"format", "token", "csrf"} & set(names)


def process(home, sent, *more):
    command = [sys.executable, "-m", "upstander", "mcp", "--home", str(home), *more]
    return subprocess.run(
        command, input=sent, text=True, capture_output=True, env=ENV, timeout=120
    )


def test_an_end_of_input_ends_it_and_nothing_but_the_protocol_is_said(home):
    asked = [
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "a test", "version": "1"},
            },
        },
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "glossary", "arguments": {}}},
    ]
    lines = [json.dumps({"jsonrpc": "2.0", **message}) for message in asked]
    done = process(home, "\n".join([*lines, "this is no message", ""]))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {m["jsonrpc"] for m in told} == {"2.0"}
    assert {1} <= {m.get("id") for m in told}


def test_an_interrupt_ends_it_though_the_input_goes_on(home):
    command = [sys.executable, "-m", "upstander", "mcp", "--home", str(home)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=ENV, **pipes) as server:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        server.stdin.write(json.dumps(ping) + "\n")
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["id"] == 1
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == -signal.SIGINT


def test_without_the_extra_the_remedy_is_said(home, tmp_path):
    blocked = tmp_path / "sitecustomize.py"
    blocked.write_text(
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'mcp' else found(name, *rest)\n"
    )
    env = {**ENV, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ENV['PYTHONPATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "upstander", "mcp", "--home", str(home)],
        text=True,
        capture_output=True,
        env=env,
        timeout=120,
    )
    assert done.returncode == 2
    assert "pip install 'upstander[mcp]'" in done.stderr
    assert done.stdout == ""


def test_a_wrong_folder_is_one_sentence(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    done = process(file, "")
    assert done.returncode == 2
    assert "is a file; name a folder" in done.stderr
    assert done.stdout == ""
