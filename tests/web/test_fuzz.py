"""Odd values, odd bodies and odd headers on every route: an answer in words, never a fault of ours."""

import pytest
from tests.web import fuzzing
from tests.web.people import ORIGIN

from upstander.core.rights import Role

SEED = 20


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    return fuzzing.seeded(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("role", [Role.VISITOR, Role.HEAD, Role.ADMINISTRATOR])
def test_no_odd_request_to_any_route_is_a_fault_of_the_server(seeded, role):
    found, count = fuzzing.failures(*(seeded[0], SEED, seeded[1]), roles=[role])
    assert count >= len(fuzzing.routes(seeded[0].app)) > 100
    assert found == []


@pytest.mark.parametrize("host", fuzzing.HOSTS)
def test_a_name_that_is_not_ours_is_refused_in_words(seeded, host):
    client = seeded[0].client(is_raising=False)
    for method in ("GET", "POST"):
        answer = client.request(
            method, "/report/status", headers={"host": host.encode(), "origin": ORIGIN}
        )
        assert answer.status_code < 500, host
        if answer.status_code == 400:
            assert "does not answer to that name" in answer.text
