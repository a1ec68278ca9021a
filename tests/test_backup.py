"""The drill: a backup taken while people write, put back into another folder, is what it was, and shows the same pages."""

import hashlib
import json
import re
import shutil
import threading
import time

import pytest
from tests.records.made_up import AMIRA, DAY, draft
from tests.web.people import filled, now, office
from tests.web.serving import forecast_in

from upstander import backing_up
from upstander.core.errors import AuditBroken, ConfigError, FileRefused
from upstander.core.rights import Role, Stamp
from upstander.core.settings import Settings
from upstander.records import drafts, forms, new_id
from upstander.records.store import Records
from upstander.web.app import make
from upstander.web.kernel.routing import routes

pytestmark = pytest.mark.slow
KINDS = ("group", "evidence", "action", "review")


class Writer(threading.Thread):
    """Somebody who writes, one record after the other, until told to stop."""

    def __init__(self, home, by):
        super().__init__(daemon=True)
        self.home, self.by, self.over, self.kept = home, by, threading.Event(), []

    def run(self):
        while not self.over.is_set():
            self.kept.append(keep(self.home, self.by, "group"))


def keep(home, by, kind):
    values = filled(forms.form(kind), "a text", {"any": new_id()})
    made = drafts.draft(
        kind,
        values,
        id=new_id(),
        by=by,
        places=frozenset({"SDN"}),
        stamp=Stamp("justice", by.account),
        place="SDN",
    )
    return home.state.records.append([made], by=by, why="it is so", now=now())[0]


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """A home with a forecast and people; its backup, taken under load; the home that it was put back into."""
    folder = tmp_path_factory.mktemp("drill")
    (folder / "home").mkdir()
    home = office(forecast_in(folder / "home"))
    head = home.account(Role.HEAD)
    home.of(Role.HEAD)  # signed in before the backup, and so in it
    records = [keep(home, head, kind) for kind in KINDS]
    home.kept = home.client(head).write("/reports/archive", report="/watchlist.json")
    assert home.kept.status_code == 200, home.kept.text
    at = now()
    writers = [Writer(home, head) for _ in range(2)]
    for writer in writers:
        writer.start()
    while not all(writer.kept for writer in writers):
        time.sleep(0.01)
    settings = Settings(home=folder / "home")
    made = backing_up.make(settings, folder / "backup", folder / "elsewhere", now=now())
    for writer in writers:
        writer.over.set()
        writer.join(30)
    restored = backing_up.restore(
        Settings(home=folder / "back"), folder / "backup", folder / "elsewhere"
    )
    return home, folder, made, restored, records, at, [r for w in writers for r in w.kept]


def heads(records):
    return {h.chain: (h.number, h.hash) for h in records.heads()}


def test_people_wrote_meanwhile_and_nobody_was_hindered(drill):
    home, _, made, *_, written = drill
    copied = {h.chain: h.number for h in made.proved.chains}
    assert len(KINDS) + 2 <= copied["justice"] < heads(home.state.records)["justice"][0]
    assert len(written) + len(KINDS) + 1 == heads(home.state.records)["justice"][0]


def test_hashes_are_the_same_and_every_chain_holds(drill):
    home, folder, made, restored, *_ = drill
    assert restored.files == made.files
    assert restored.proved == made.proved
    assert made.proved.forecasts == 1
    assert made.proved.releases > 0
    back = Records.open(Settings(home=folder / "back").records, folder / "back/keys")
    ends = heads(back)
    home.state.records.check_reached(back.heads(), said_by="the backup")
    assert ends["justice"][0] >= len(KINDS)


def test_a_kept_report_is_put_back_byte_for_byte(drill):
    home, folder, *_ = drill
    back = type(home)(make(Settings(home=folder / "back")))
    made = home.kept.json()
    path = f"/reports/archive/{made['id']}/kept.json"
    mine, same = (x.client().get(path) for x in (home, back))
    assert mine.content == same.content
    assert hashlib.sha256(same.content).hexdigest() == made["sha256"]


def test_every_page_is_the_same(drill):
    home, folder, _, _, records, at, _ = drill
    back = make(Settings(home=folder / "back"))
    moment = f"as_of={at.isoformat().replace('+', '%2B')}"
    paths = [r.path for r in routes() if r.method == "GET" and "{" not in r.path]
    paths += [f"/records/{r.kind}/{r.id}.json" for r in records]
    paths += [f"/records/{kind}.json" for kind in KINDS]
    paths += ["/countries/SDN", "/countries/SDN.json", "/v1/forecasts?place=SDN"]
    asked = [p if "?" in p else f"{p}?{moment}" for p in paths if is_plain(p)]
    other = type(home)(back)
    for who in (home.account(Role.HEAD), None):
        here, there = home.client(who), other.client(who)
        # people's pages as what they are made from; the pages themselves, as everybody sees them
        for path in [p for p in asked if (".json" in p or "/v1" in p) is bool(who)]:
            mine, same = here.get(path), there.get(path)
            assert mine.status_code == same.status_code, path
            assert without_tokens(mine) == without_tokens(same), path
    assert len(asked) > 60


def is_plain(path):
    """Not what speaks of now whatever is asked, makes whole files, or is another's door."""
    left = (
        "/setup",
        "/oidc",
        "/join",
        "/reset",
        "/audit",
        "/account",
        "/sign-in",
        ".pdf",
        ".docx",
        ".xlsx",
        "operation",
        "/feed",
    )
    return not any(word in path for word in left)


def without_tokens(answer):
    """The text but what is random in each answer: the token of its forms."""
    return re.sub(r'name="csrf" value="[^"]*"|"csrf": "[^"]*"', "", answer.text)


def test_the_copy_is_its_owners_alone_and_keys_are_not_in_it(drill):
    _, folder, made, *_ = drill
    assert not [name for name in made.files if "key" in name or name.endswith("seal")]
    for file in (folder / "elsewhere").iterdir():
        assert file.stat().st_mode & 0o077 == 0
    assert (folder / "back/records.db").stat().st_mode & 0o077 == 0


def test_a_file_that_was_changed_or_is_missing_is_named_and_nothing_put_back(
    drill, tmp_path
):
    _, folder, *_ = drill
    bad = tmp_path / "bad"
    shutil.copytree(folder / "backup", bad)
    ledger = bad / "ledger.jsonl"
    whole = ledger.read_bytes()
    for content in (whole[:-2], None):
        ledger.unlink() if content is None else ledger.write_bytes(content)
        with pytest.raises(FileRefused, match=r"ledger\.jsonl"):
            backing_up.restore(Settings(home=tmp_path / "back"), bad, folder / "elsewhere")
        assert not (tmp_path / "back").exists()


def test_the_commands_do_the_same(drill, upstander, tmp_path):
    _, folder, *_ = drill
    copied = upstander(
        "backup",
        "make",
        "--home",
        folder / "home",
        "--to",
        tmp_path / "b",
        "--keys-to",
        tmp_path / "k",
    )
    assert copied.returncode == 0, copied.stderr
    put = upstander(
        "backup",
        "restore",
        tmp_path / "b",
        "--keys",
        tmp_path / "k",
        "--home",
        tmp_path / "back",
        "--format",
        "json",
    )
    assert put.returncode == 0, put.stderr
    ends = {row["chain"]: row["entries"] for row in json.loads(put.stdout)["rows"]}
    assert ends["justice"] >= len(KINDS)
    again = upstander(
        "backup",
        "restore",
        tmp_path / "b",
        "--keys",
        tmp_path / "k",
        "--home",
        tmp_path / "back",
    )
    assert again.returncode == 2


@pytest.mark.parametrize("listed", ["", "[]", "{}", '{"files": 1}', '{"files": null}'])
def test_a_list_that_is_none_is_refused(tmp_path, listed):
    (tmp_path / "backup.json").write_text(listed)
    with pytest.raises(ConfigError, match="holds no backup"):
        backing_up.read_list(tmp_path)


def test_a_list_leads_nowhere_else(tmp_path):
    (tmp_path / "outside").write_text("x")
    inner = tmp_path / "backup"
    inner.mkdir()
    told = {"files": {"../outside": "0" * 64}}
    (inner / "backup.json").write_text(json.dumps(told))
    with pytest.raises(FileRefused):
        backing_up.read_list(inner)


def test_with_the_keys_of_another_installation_nothing_holds(drill, tmp_path):
    _, folder, *_ = drill
    other = tmp_path / "keys"
    Records.open(f"sqlite:///{tmp_path}/other.db", other)
    with pytest.raises((AuditBroken, ConfigError)):
        backing_up.restore(Settings(home=tmp_path / "back"), folder / "backup", other)


def test_folders_are_new_and_apart(drill, tmp_path):
    _, folder, *_ = drill
    settings = Settings(home=folder / "home")
    for to, keys in (
        (folder / "backup", tmp_path / "k"),
        (tmp_path / "b", folder / "elsewhere"),
        (folder / "home/b", tmp_path / "k"),
        (tmp_path / "b", tmp_path / "b/k"),
        (tmp_path / "b", tmp_path / "b"),
    ):
        with pytest.raises(ConfigError):
            backing_up.make(settings, to, keys, now=now())
        assert not (tmp_path / "b").exists()
    with pytest.raises(ConfigError, match="not empty"):
        backing_up.restore(
            Settings(home=folder / "back"), folder / "backup", folder / "elsewhere"
        )
    with pytest.raises(ConfigError, match="nothing to keep"):
        backing_up.make(
            Settings(home=tmp_path / "empty"), tmp_path / "b", tmp_path / "k", now=now()
        )
    assert not (tmp_path / "b").exists()
    assert not (tmp_path / "k").exists()


def test_postgresql_is_kept_as_one_file(postgres_url, tmp_path):
    settings = Settings(home=tmp_path / "home", records_url=postgres_url)
    records = Records.open(postgres_url, settings.keys_folder)
    records.append([draft(id="one")], by=AMIRA, why="first", now=DAY)
    made = backing_up.make(settings, tmp_path / "b", tmp_path / "k", now=now())
    assert made.proved.entries >= 2  # the record, and that it was moved
    back = backing_up.restore(
        Settings(home=tmp_path / "back"), tmp_path / "b", tmp_path / "k"
    )
    assert back.proved == made.proved
    here = Records.open(f"sqlite:///{tmp_path}/back/records.db", tmp_path / "back/keys")
    assert heads(here)[AMIRA.space] == heads(records)[AMIRA.space]
