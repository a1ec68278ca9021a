"""The command line as a user meets it, before anything was run."""

import re
import resource
import socket

import pytest

from upstander.cli import terminal, verbs


def test_help_answers_in_half_a_second_and_names_every_verb(upstander):
    upstander("--help")  # the first call compiles the modules
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = upstander("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in verbs())
    assert sorted(took)[1] < 0.5, (
        "of processor time: another test may be running beside this one"
    )


@pytest.mark.parametrize(
    "words",
    [
        [v]
        for v in verbs()
        if v
        not in (
            "report",
            "alerts",
            "bundle",
            "ledger",
            "audit",
            "evidence",
            "export",
            "import",
            "account",
            "records",
            "recommendations",
            "backup",
            "release",
        )
    ]
    + [
        ["report", "brief"],
        ["bundle", "build"],
        ["bundle", "show"],
        ["ledger", "verify"],
        ["ledger", "score"],
    ]
    + [["audit", "verify"], ["audit", "log"], ["audit", "rebuild"], ["audit", "lost-key"]]
    + [["audit", "receipt"], ["audit", "new-signing-key"]]
    + [["evidence", "import"], ["evidence", "template"]]
    + [["backup", "make"], ["backup", "restore"], ["release", "make"]]
    + [["alerts", "read"], ["alerts", "deliver"]]
    + [["recommendations", "import"], ["recommendations", "search"]]
    + [[v, kind] for v in ("export", "import") for kind in ("views", "hubverse")],
    ids=" ".join,
)
def test_every_verb_shows_an_example(upstander, words):
    assert f"Example: upstander {words[0]}" in re.sub(
        r"\s+", " ", upstander(*words, "--help").stdout
    )


def test_a_mistake_is_one_sentence_and_exit_code_two(upstander, tmp_path):
    done = upstander("fetch", "ucdp_gedd", "--home", tmp_path)
    assert done.returncode == 2
    assert "ucdp_ged" in done.stderr
    assert "Traceback" not in done.stderr
    done = upstander("watchlist", "--home", tmp_path)
    assert done.returncode == 2
    assert "upstander run" in done.stderr
    done = upstander("watchlist", "--home", tmp_path, "--as-of", "yesterday")
    assert done.returncode == 2
    assert "--as-of 'yesterday' is not a day; write YYYY-MM-DD" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["watchlist", "--home", "{file}"], r"--home \S+: is a file; name a folder"),
        (["run", "--home", "{file}/in"], r"file/in.*name another file or folder"),
        (["bundle", "build", "--from", "{file}"], r"is not a folder"),
        (["export", "hubverse", "--out", "{file}", "--home", "{home}"], r"no issue yet"),
        (
            ["ledger", "verify", "--home", "{home}"],
            r"ledger\.jsonl: no ledger here; it begins with the first \S+ ?run",
        ),
        (["ledger", "verify", "--home", "{file}"], r"is a file; name a folder"),
        (
            ["report", "brief", "Atlantis", "--home", "{home}"],
            r"'Atlantis' is no known name; nearest",
        ),
        (
            ["report", "brief", "SDN", "--language", "tlh", "--home", "{home}"],
            r"--language tlh: no such language; have .*fr \(Français\)",
        ),
        (["bundle", "translations", "qqq"], r"'qqq' is no language that has a locale"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_a_wrong_folder_or_name_is_one_sentence_and_no_traceback(
    upstander, tmp_path, words, said
):
    file = tmp_path / "file"
    file.write_text("x")
    done = upstander(*(w.format(file=file, home=tmp_path / "home") for w in words))
    assert done.returncode in (2, 4), done.stderr
    assert re.search(said, done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_before_the_secret_link_is(upstander, tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = upstander("serve", "--port", held.getsockname()[1], "--home", tmp_path)
    assert done.returncode == 2
    assert "choose another with --port" in done.stderr
    assert "administrator" not in done.stdout + done.stderr
    assert "http://" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [["watchlist"], ["audit", "log"], ["bundle", "build"], ["export", "views"]],
    ids=" ".join,
)
def test_help_says_the_defaults_that_stand_in_brackets(upstander, words):
    said = " ".join(re.sub(r"[│╭╰─]", " ", upstander(*words, "--help").stdout).split())
    assert "(default: " in said


def test_a_table_of_many_columns_cuts_no_word_at_80(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    rows = [{f"column_{n}": f"a-word-of-some-length-{n}" for n in range(12)}]
    terminal.emit(
        rows, terminal.Format.table, title="Wide", head={"note": "[brackets] stay"}
    )
    printed = capsys.readouterr().out
    assert all(
        f"a-word-of-some-length-{n}" in printed.replace("\n", " ") for n in range(12)
    )
    assert max(map(len, printed.splitlines())) <= 80
    assert "[brackets] stay" in printed


def test_in_a_pipe_a_long_stage_says_how_far_it_is(capsys):
    clock = iter([0.0, 1.0, 5.0, 12.0, 13.0, 30.0])
    with terminal.progress(lambda: next(clock)) as progress:
        for done in range(5):
            progress("draw", done, 4)
    assert capsys.readouterr().err.splitlines() == [
        "draw ...",
        "draw: 2 of 4",
        "draw: 4 of 4",
    ]
