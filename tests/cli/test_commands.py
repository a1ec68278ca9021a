"""The command line as a user meets it, before anything was run."""

import re
import resource

import pytest

from upstander.cli import VERBS


def test_help_answers_in_half_a_second_and_names_every_verb(upstander):
    upstander("--help")  # the first call compiles the modules
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = upstander("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in VERBS)
    assert sorted(took)[1] < 0.5, "of processor time: another test may be running beside this one"


@pytest.mark.parametrize(
    "words",
    [[v] for v in VERBS if v not in ("report", "bundle", "ledger", "audit", "evidence", "export", "import")]
    + [["report", "brief"], ["bundle", "build"], ["bundle", "show"], ["ledger", "verify"], ["ledger", "score"]]
    + [["audit", "verify"], ["audit", "log"], ["audit", "rebuild"], ["audit", "lost-key"]]
    + [["evidence", "import"], ["evidence", "template"]]
    + [[v, kind] for v in ("export", "import") for kind in ("views", "hubverse")],
    ids=" ".join,
)
def test_every_verb_shows_an_example(upstander, words):
    assert f"Example: upstander {words[0]}" in re.sub(r"\s+", " ", upstander(*words, "--help").stdout)


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
    assert "as_of" in done.stderr
