"""Compression helps where it can and stops where it could tell a secret."""

import pytest
from tests.web.people import office

from upstander.core.rights import Role


@pytest.fixture
def home(tmp_path):
    return office(tmp_path)


def is_compressed(client, path):
    return (
        client.get(path, headers={"accept-encoding": "gzip"}).headers.get(
            "content-encoding"
        )
        == "gzip"
    )


def test_pages_are_compressed_unless_they_could_repeat_an_address_beside_a_token(home):
    visitor, analyst = home.client(), home.of(Role.ANALYST)
    assert is_compressed(visitor, "/static/style.css")
    assert is_compressed(
        visitor, "/sign-in?next=/records"
    )  # without a cookie its token is new each time
    visitor.cookies.set("form", "x" * 40)
    assert not is_compressed(visitor, "/sign-in?next=/records")
    assert is_compressed(analyst, "/assessments/guide")
    assert not is_compressed(analyst, "/search?q=csrf")
    assert "q" in analyst.get("/search?q=csrf").text
