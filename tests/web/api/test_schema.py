"""The whole API asked by schemathesis: all that its document allows, and what it forbids. No 5xx, no break of a schema."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.web.people import filled, now, office
from tests.web.serving import forecast_in

from upstander.core.rights import Role, Stamp
from upstander.records import drafts, forms, new_id
from upstander.records.api_tokens import SCOPES
from upstander.report.as_json import dumps
from upstander.web.api import openapi
from upstander.web.kernel.sessions import token_hash

schemathesis = pytest.importorskip(
    "schemathesis", reason="needs schemathesis: make the virtual environment anew"
)
from schemathesis import GenerationMode  # noqa: E402 - where it is there at all
from schemathesis.checks import load_all_checks  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    negative_data_rejection,
    positive_data_acceptance,
)

load_all_checks()
# A cursor is signed, a day must be one of the calendar between 1946 and 2100: no schema can say so, and what is made up fails.
NOT_SAID = [positive_data_acceptance]

MADE = {}


async def asked(scope, receive, send):
    """The application of the module's fixture: operations are read before there is one."""
    await MADE["application"](scope, receive, send)


DESCRIBED = schemathesis.openapi.from_dict(json.loads(dumps(openapi.document())))
DESCRIBED.app = asked
OPERATIONS = [found.ok() for found in DESCRIBED.get_all_operations()]
# Of what the document allows, and as many of what it forbids, of each operation; more by hand.
EXAMPLES = int(os.environ.get("UPSTANDER_FUZZ", "6"))


@pytest.fixture(scope="module", autouse=True)
def token(tmp_path_factory):
    """The header of a token that reads records, of which there is one of every kind."""
    folder = forecast_in(tmp_path_factory.mktemp("schema"))
    home = office(folder, url="http://testserver")
    head, token = home.account(Role.HEAD), "upst_of_a_test"
    records = [drawn(kind, head) for kind in forms.kinds()]
    home.state.records.append(records, by=head, why="it is so", now=now())
    ends = now() + timedelta(days=1)
    home.state.api_tokens.issue(
        token_hash(token), "a test", SCOPES, by=head, now=now(), ends=ends
    )
    MADE["application"] = home.app
    return {"Authorization": f"Bearer {token}"}


def drawn(kind, head):
    """A record of a kind, whoever may write it in life."""
    values = filled(forms.form(kind), "a text", {"any": new_id()})
    made = drafts.draft(
        kind,
        values,
        id=new_id(),
        by=head,
        places=frozenset({"SDN"}),
        stamp=Stamp("justice", head.account),
        place="SDN",
    )
    return replace(made, writers=(Role.HEAD,))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_operation_answers_as_the_document_says(operation, mode, data, token):
    case = data.draw(operation.as_strategy(generation_mode=mode))
    answer = case.call(headers=token)
    assert answer.status_code < 500, answer.text
    # it does not count 414 among refusals
    too_long = [negative_data_rejection] if answer.status_code == 414 else []
    case.validate_response(answer, excluded_checks=[*NOT_SAID, *too_long])


@pytest.mark.parametrize("kind", forms.kinds())
def test_a_record_of_every_kind_is_as_the_document_says(kind, token):
    """What is drawn meets few of the kinds: here each is asked for, as a list and alone."""
    client = TestClient(MADE["application"], base_url="http://testserver", headers=token)
    document = json.loads(dumps(openapi.document()))
    (row,) = client.get(f"/v1/records/{kind}").json()["data"]
    for path, address in (
        ("/v1/records/{kind}", f"/v1/records/{kind}"),
        ("/v1/records/{kind}/{id}", f"/v1/records/{kind}/{row['id']}"),
    ):
        told = document["paths"][path]["get"]["responses"]["200"]["content"]
        schema = {
            **told["application/json"]["schema"],
            "components": document["components"],
        }
        jsonschema.validate(client.get(address).json(), schema)
