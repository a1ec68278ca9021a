"""What others say of a country: beside our forecast, as of a day, as the reader may see it, and in nothing of ours."""

import csv
import io
from datetime import date, timedelta

import pytest
from lxml import html
from tests.web.country_seed import days_ago, write
from tests.web.people import ORIGIN, office
from tests.web.serving import forecast_in
from typer.testing import CliRunner

from upstander.cli import app
from upstander.core.clock import utc_now as now
from upstander.core.errors import SourceChanged
from upstander.core.months import month_after, month_end
from upstander.core.rights import Marking, Role, Usage
from upstander.monitor import peer_labels
from upstander.records.forms import form

PAGE = "/countries/SDN"
HDX = (
    "iso3,indicator_id,campaign_date,backfilled,alert_level\n"
    "TCD,acled_conflict,2024-11-05,False,High concern\n"
    "TCD,acled_conflict,2024-07-01,False,Medium concern\n"
    "TCD,idmc_displacement_conflict,2024-08-01,False,Medium concern\n"
    "TCD,acled_conflict,2024-12-01,True,High concern\n"
    "TCD,jrc_agricultural_hotspots,2024-12-05,False,High concern\n"
)
WATCH = (
    "edition,trends_month,alerts_month,fetched_at,iso3,arrow,alert_type\n"
    "2026-02/03,February 2026,March 2026,2026-03-14,TCD,deteriorated,conflict_risk\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("others")))


def label(home, text, *, ago=10, at=None, marking=Marking.CLEAR, **given):
    """One label as a head of the office keeps it, for everybody unless it says otherwise."""
    usage = Usage.PUBLIC if marking is Marking.CLEAR else Usage.RESTRICTED
    said = {"peer": "gcr2p", "url": "https://peer.example/list", **given}
    return write(
        home,
        "peer_label",
        by=home.account(Role.HEAD),
        marking=marking,
        usage=usage,
        at=at,
        label=text,
        day=days_ago(ago),
        **said,
    )


def others(client, path=PAGE, **query):
    return client.get(f"{path}.json", params=query).json()["others"]["labels"]


def section(client, path=PAGE, **query):
    """The part of the page, as elements from its heading to the next."""
    page = html.fromstring(client.get(path, params=query).text)
    [heading] = page.xpath("//h2[@id='others']")
    found = []
    for element in heading.itersiblings():
        if element.tag == "h2":
            break
        found.append(element)
    return found


def links(client, path=PAGE, **query):
    return [a for part in section(client, path, **query) for a in part.iter("a")]


def bring(home, tmp_path, name, content):
    file = tmp_path / f"{name}.csv"
    file.write_text(content)
    command = ["import", "warnings", "--from", str(file), "--name", name]
    return CliRunner().invoke(app, [*command, "--home", str(home.state.settings.home)])


def test_a_page_without_labels_says_so_and_only_who_may_is_told_how_to_add_some(home):
    visitor, analyst = home.client(), home.of(Role.ANALYST)
    assert others(visitor, "/countries/NOR") == []
    assert "Nothing that others published" in section(visitor, "/countries/NOR")[0].text
    assert links(visitor, "/countries/NOR") == []
    ways = [a.get("href") for a in links(analyst, "/countries/NOR")]
    assert ways == ["/records/peer_label/new?place=NOR", "/evidence/import?kind=peer_label"]
    assert all(analyst.get(way).status_code == 200 for way in ways)
    assert links(analyst, "/countries/NOR", as_of=days_ago(3)) == []


def test_the_newest_label_of_each_peer_stands_there_with_its_day_and_link(home):
    visitor = home.client()
    before = visitor.get(PAGE)
    label(home, "Current Crisis", ago=400, period="March edition")
    label(home, "Imminent Risk", ago=40, number=0.07, unit="probability")
    label(
        home,
        "Rank 3",
        ago=30,
        peer="other",
        peer_name="Rank <b>house",
        number=3,
        unit="rank",
    )
    rows = {r["peer"]: r for r in others(visitor)}
    assert set(rows) == {form("peer_label").field("peer").choices["gcr2p"], "Rank <b>house"}
    shown = rows["Rank <b>house"]
    assert (shown["figure"], shown["age_days"]) == ("Rank: 3", 30)
    assert shown["brought_in"] == now().date().isoformat()
    assert visitor.get(shown["record"]).status_code == 200
    outbound = [a for a in links(visitor) if a.get("href").startswith("http")]
    assert {a.get("rel") for a in outbound} == {"noreferrer"}
    assert {a.text for a in outbound} == set(rows)
    after = visitor.get(PAGE, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "<b>house" not in after.text
    same = visitor.get(PAGE, headers={"if-none-match": after.headers["etag"]})
    assert same.status_code == 304


def test_a_label_is_shown_to_those_who_may_read_its_record_and_hinted_at_to_nobody_else(
    home,
):
    kept = label(home, "For the office", ago=2, marking=Marking.AMBER, peer="views")
    of_space, outsider = home.of(Role.READER), home.of(Role.ANALYST, "nhri")
    assert "For the office" in {r["label"] for r in others(of_space)}
    for client in (home.client(), outsider):
        assert "For the office" not in {r["label"] for r in others(client)}
        assert kept.id not in client.get(PAGE).text
        assert "VIEWS" not in "".join(e.text_content() for e in section(client))


def test_a_past_day_shows_what_was_published_and_known_by_then(home):
    place, week = "/countries/TCD", timedelta(days=7)
    label(home, "Old label", ago=90, at=now() - 8 * week, place="TCD", peer="ewp")
    label(home, "New label", ago=6, place="TCD", peer="ewp")
    visitor = home.client()
    told = {ago: others(visitor, place, as_of=days_ago(ago)) for ago in (60, 50, 6, 3)}
    assert told[60] == []
    assert [r["label"] for r in told[50]] == ["Old label"]
    assert told[50][0]["age_days"] == 40
    assert [r["label"] for r in told[3]] == ["Old label"]  # the new one was written today
    assert "New label" in {r["label"] for r in others(visitor, place)}
    assert "Old label" not in {r["label"] for r in others(visitor, place)}


@pytest.mark.requirement("C2")
def test_files_of_peers_are_shown_beside_what_people_wrote_and_from_the_day_they_came(
    home, tmp_path
):
    for name, content in (("hdx_signals", HDX), ("crisiswatch", WATCH)):
        assert bring(home, tmp_path, name, content).exit_code == 0
    visitor, place = home.client(), "/countries/TCD"
    rows = [r for r in others(visitor, place) if not r["record"]]
    assert [(r["peer"], r["label"], r["about"], r["published"]) for r in rows] == [
        ("CrisisWatch", "Deteriorated", "February 2026", "2026-03-14"),
        ("CrisisWatch", "Conflict Risk Alert", "March 2026", "2026-03-14"),
        ("HDX Signals", "High concern", "Armed conflict", "2024-11-05"),
        ("HDX Signals", "Medium concern", "Displacement by conflict", "2024-08-01"),
    ]
    assert all(r["url"].startswith("https://") for r in rows)
    past = others(visitor, place, as_of=days_ago(1))
    assert [r for r in past if not r["record"]] == []  # nobody here had the files yet
    label(home, "Improved", ago=1, place="TCD", peer="crisiswatch")
    newest = [r["label"] for r in others(visitor, place) if r["peer"] == "CrisisWatch"]
    assert newest == ["Improved"]


def test_a_file_that_cannot_be_read_is_not_kept_and_a_later_one_hides_no_earlier_day(
    home, tmp_path
):
    wrong = HDX.replace("2024-11-05", "5 Nov")
    said = bring(home, tmp_path, "hdx_signals", wrong)
    assert said.exit_code != 0
    file, folder = tmp_path / "watch.csv", tmp_path / "peers"
    file.write_text(WATCH)
    first, second = now().date() - timedelta(days=9), now().date()
    peer_labels.bring_in(folder, "crisiswatch", file, first)
    file.write_text(WATCH.replace("deteriorated", "improved"))
    peer_labels.bring_in(folder, "crisiswatch", file, second)
    by_day = {d: peer_labels.of_files(folder, "TCD", d)[0].label for d in (first, second)}
    assert by_day == {first: "Deteriorated", second: "Improved"}
    assert peer_labels.of_files(folder, "TCD", first - timedelta(days=1)) == ()
    file.write_text(WATCH.split("\n")[0] + "\n")
    with pytest.raises(SourceChanged, match="no rows"):
        peer_labels.bring_in(folder, "crisiswatch", file, second)


def test_nothing_of_ours_changes_by_a_label(home):
    before = home.client().get("/countries/KEN.json").json()
    label(home, "Current Crisis", place="KEN", number=0.99, unit="probability")
    after = home.client().get("/countries/KEN.json").json()
    assert after["others"]["labels"]
    assert {**after, "others": None} == {**before, "others": None}


def test_many_come_in_as_one_file_and_the_same_file_again_adds_none(home):
    analyst = home.of(Role.ANALYST)
    template = analyst.get("/records/peer_label/template.csv").content
    columns = next(csv.reader([template.decode("utf-8-sig")]))
    assert set(columns) >= {"peer", "place", "label", "day", "url"}
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["peer", "place", "label", "day", "url"])
    for place in ("MLI", "NER"):  # the same words of two countries are two labels
        rows.writerow(
            ["gcr2p", place, "Imminent Risk", days_ago(5), "https://peer.example/"]
        )
    for kept in (2, 0):
        answer = analyst.post(
            "/evidence/import",
            data={
                "csrf": analyst.csrf,
                "do": "look",
                "program": "template",
                "kind": "peer_label",
                "place": "",
            },
            files={"file": ("labels.csv", out.getvalue().encode())},
            headers={"origin": ORIGIN},
        )
        assert f"2 lines read: {kept} would be kept" in " ".join(answer.text.split())
        if kept:
            done = analyst.fill("/evidence/import", do="keep")
            assert "2 records are kept" in " ".join(done.text.split())
            assert "/records/peer_label" in done.text
    assert [r["label"] for r in others(analyst, "/countries/NER")] == ["Imminent Risk"]
    assert analyst.get("/records/peer_label/export.csv").text.count("Imminent Risk") >= 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": ""}),
        ("label", {"label": "A whole text of theirs, word for word. " * 5}),
        ("unit", {"number": "0.4"}),
        ("peer_name", {"peer": "other"}),
        ("day", {"day": "2099-01-01"}),
    ],
)
def test_what_is_no_label_is_refused(home, field, wrong):
    fields = {
        "peer": "ewp",
        "place": "SDN",
        "label": "Rank 3",
        "day": days_ago(3),
        "url": "https://peer.example/",
    }
    content = {**fields, **wrong}
    answer = home.of(Role.ANALYST).write("/records/peer_label", fields=content, why="a try")
    assert answer.status_code == 422, answer.text
    assert set(answer.json()["faults_by_field"]) == {field}


def test_why_a_number_is_so_leads_to_what_others_say(home):
    page = html.fromstring(home.client().get(f"{PAGE}/why/civilians_100").text)
    [link] = page.xpath("//a[contains(@href, '#others')]/@href")
    label(home, "Written after the day that links name", ago=0, peer="views")
    client = home.of(Role.ANALYST)
    assert "Written after the day that links name" in client.get(link).text
    assert "/records/peer_label/new?place=SDN" in client.get(link).text


def test_a_peers_forecast_of_a_month_stands_beside_ours_with_the_month_it_was_made_from(
    home, tmp_path
):
    place, visitor = "/countries/SDN", home.client()
    ours = visitor.get(f"{place}.json").json()["fan"][0]
    month = date.fromisoformat(ours["month"])
    origin = month_after(month, -1)
    rows = [
        f"fatalities,1,SDN,{month_end(month)},quantile,{level},{value}"
        for level, value in (
            (0.05, 10),
            (0.25, 20),
            (0.5, 1300),
            (0.75, 1400),
            (0.95, 1500),
        )
    ]
    head = "target,horizon,location,target_end_date,output_type,output_type_id,value"
    file = tmp_path / f"{month_end(origin)}-friend-model.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    command = ["import", "hubverse", "--from", str(tmp_path), "--name", "a_friend"]
    done = CliRunner().invoke(app, [*command, "--home", str(home.state.settings.home)])
    assert done.exit_code == 0, done.output
    [shown] = visitor.get(f"{place}.json").json()["others"]["forecasts"]
    assert (shown["peer"], shown["origin"]) == ("a_friend", origin.isoformat())
    assert shown["month"] == ours["month"]
    assert shown["theirs"]["median"] == pytest.approx(1300, abs=2)
    assert shown["ours"] == {"low": ours["q05"], "median": ours["q50"], "high": ours["q95"]}
    told = " ".join("".join(e.text_content() for e in section(visitor, place)).split())
    assert "a_friend" in told
    assert f"{shown['theirs']['median']:,.0f} 10–1,500" in told
    past = visitor.get(f"{place}.json", params={"as_of": days_ago(1)}).json()
    assert past["others"]["forecasts"] == []  # it came today
    other = visitor.get("/countries/NOR.json").json()["others"]
    assert other["forecasts"] == []
