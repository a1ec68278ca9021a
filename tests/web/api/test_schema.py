"""The whole API asked by schemathesis: all that its document allows, and what it forbids. No 5xx, no break of a schema."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.web.serving import forecast_in

from upstander.core.settings import Settings
from upstander.report.as_json import dumps
from upstander.web.api import openapi
from upstander.web.app import make

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
EXAMPLES = (
    12  # of what the document allows, and as many of what it forbids, of each operation
)


@pytest.fixture(scope="module", autouse=True)
def application(tmp_path_factory):
    home = forecast_in(tmp_path_factory.mktemp("schema"))
    MADE["application"] = make(Settings(home=home, url="http://testserver"))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_operation_answers_as_the_document_says(operation, mode, data):
    case = data.draw(operation.as_strategy(generation_mode=mode))
    answer = case.call()
    assert answer.status_code < 500, answer.text
    # it does not count 414 among refusals
    too_long = [negative_data_rejection] if answer.status_code == 414 else []
    case.validate_response(answer, excluded_checks=[*NOT_SAID, *too_long])
