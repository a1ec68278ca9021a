"""Odd values of every option and file: an exit code and a sentence, never a traceback."""

from collections.abc import Iterator

import click
import pytest
import typer
from typer.testing import CliRunner

from upstander.cli import app
from upstander.core.errors import UpstanderError

# Verbs that look at their values first; run, forecast, score and serve would begin to work where a value is good.
LIGHT = ("account", "audit", "records", "evidence", "export", "import", "ledger", "bundle")
ODD = ("", "-1", "x" * 5_000, "\ud800", "2026-02-30", "9" * 30, "a\x00b")
FILES = {
    "no_text": b"\x00\x01",
    "table": b"a,b\n1,2\n",
    "utf16": b"\xff\xfe\xff",
    "parquet": b"PAR1junkPAR1",
    "archive": b"PK\x03\x04junk",
    "deep": b"[" * 100_000,
}


def verbs(
    group: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("path", "command"),
    [(p, c) for p, c in verbs(typer.main.get_command(app)) if p[0] in LIGHT],
    ids=lambda x: " ".join(x) if isinstance(x, tuple) else "",
)
def test_an_odd_value_or_file_is_an_error_in_words(path, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UPSTANDER_HOME", str(tmp_path / "home"))
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [
        p
        for p in command.params
        if p.param_type_name == "option" and not p.is_flag and p.name != "help"
    ]
    for target in (*arguments, *options):
        for odd in (*ODD, *FILES, str(tmp_path)):
            line = [
                *path,
                *(
                    word
                    for p in options
                    if p.required and p is not target
                    for word in (p.opts[0], "x")
                ),
            ]
            line += [
                odd if a is target else "x" for a in arguments if a is target or a.required
            ]
            line += [target.opts[-1], odd] if target in options else []
            error = CliRunner().invoke(app, line).exception
            in_words = error is None or isinstance(error, SystemExit | UpstanderError)
            assert in_words or (isinstance(error, OSError) and error.filename), (
                line,
                error,
            )
