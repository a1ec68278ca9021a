"""A country as of two days side by side: what each day knew, and the revision in figures."""

import pytest
from lxml import html
from tests.web.people import office
from tests.web.serving import forecast_in

HERE = "/countries/SDN/before"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("two_days"))).client()


def page_of(client, day):
    return client.get(f"/countries/SDN.json?as_of={day}").json()


def test_both_days_say_what_their_own_pages_say_and_the_revision_is_their_difference(
    client,
):
    before, after = "2026-03-01", "2026-06-24"
    found = client.get(f"{HERE}.json?before={before}&as_of={after}").json()
    then, now = page_of(client, before), page_of(client, after)
    assert (found["before"]["as_of"], found["after"]["as_of"]) == (before, after)
    years = {y["when"]: y for y in found["years"]}
    for side, page in enumerate((then, now)):
        for year in page["years"]:
            row = years[str(year["year"])]
            assert row["total"][side] == year["total"]
            assert row["one_sided"][side] == year["one_sided"]
    for row in found["years"]:
        first, second = row["total"]
        expected = None if None in row["total"] else second - first
        assert row["revision"] == expected
    assert any(y["revision"] for y in found["years"]), "what was consolidated since is seen"
    assert {y["when"]: y["definitions"] for y in found["years"]}["2025"], (
        "and by which definition"
    )
    assert all(m["revision"] or m["one_sided_revision"] for m in found["months_revised"])
    assert found["probabilities"]
    for odds in found["probabilities"]:
        assert odds["before"] is None, "no forecast had been issued by then"
        assert odds["points"] is None, "and nothing is subtracted from nothing"


def test_the_page_shows_the_two_days_and_never_a_nought_for_what_was_not_known(client):
    answer = client.get(f"{HERE}?before=2026-03-01&as_of=2026-06-24")
    page = html.fromstring(answer.text)
    heads = [h.text_content() for h in page.xpath("//div[@class='beside']/section/h2")]
    assert heads == ["As of 1 March 2026", "As of 24 June 2026"]
    rows = page.xpath("//table[caption[starts-with(., 'Deaths by year')]]/tbody/tr")
    cells = {
        r.xpath("./th")[0].text_content()[:4]: [c.text_content() for c in r.xpath("./td")]
        for r in rows
    }
    assert cells["2025"][:3] == ["16,314", "75,174", "+58,860"]
    only = [c for c in cells.values() if "not known" in c[:2]]
    assert all(c[2] == "–" for c in only)
    assert "not given" in page.text_content()


def test_the_earlier_day_is_the_one_before_the_newest_release_unless_it_is_named(client):
    found = client.get(f"{HERE}.json?as_of=2026-06-24").json()
    assert found["before"]["as_of"] < "2026-06-24"
    assert found["releases"]
    assert client.get(f"{HERE}?before=2026-06-24&as_of=2026-06-24").status_code == 400
    assert client.get(f"{HERE}?before=nonsense").status_code == 400
    assert client.get("/countries/Atlantis/before").status_code == 404


def test_the_countrys_page_leads_there_and_another_earlier_day_is_another_answer(client):
    assert f'href="{HERE}?as_of=' in client.get("/countries/SDN").text
    one = client.get(f"{HERE}?before=2026-03-01&as_of=2026-06-24")
    two = client.get(f"{HERE}?before=2025-08-01&as_of=2026-06-24")
    assert one.headers["etag"] != two.headers["etag"]
