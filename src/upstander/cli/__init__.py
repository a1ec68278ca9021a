"""The command line: one file per verb. Nothing heavy is imported before a verb runs.

Exit codes: 0 done; 1 a fault of ours; 2 a setting or command to mend; 3 a publisher's data
or service is not what it should be; 4 something was asked that was not known or not covered;
5 the ledger of forecasts or a record of people was changed; 6 not allowed; 7 somebody else wrote in between;
8 the records are held or out of reach: try again;
130 interrupted.
"""

import sys
from importlib import import_module
from types import ModuleType

import typer

from upstander.core import plugins
from upstander.core.errors import UpstanderError

app = typer.Typer(
    name="upstander",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Early warning and prevention of atrocity crimes. One machine, offline, in minutes.",
    epilog="Start with [bold]upstander run[/]. Exit codes: 0 done, 1 our fault, 2 mend the command or a setting, "
    "3 a publisher's data or service, 4 not known or not covered, "
    "5 the ledger or a record was changed, 6 not allowed, 7 somebody else wrote in between, 8 try again.",
)


def verbs() -> dict[str, ModuleType]:
    """Every verb with the file that holds it, in the order of the help: a file is a verb if it holds a command of its name, or
    an ``app`` of several. A word of Python's own cannot name a file: ``import_`` holds ``import``.
    """
    files = {
        name.rstrip("_"): import_module(f"{__name__}.{name}")
        for name in plugins.names(__name__)
    }
    commands = {
        verb: file
        for verb, file in files.items()
        if hasattr(file, "app") or hasattr(file, verb)
    }
    return dict(
        sorted(commands.items(), key=lambda item: getattr(item[1], "ORDER", len(files)))
    )


for verb, file in verbs().items():
    if hasattr(file, "app"):
        app.add_typer(file.app, name=verb)
    else:
        app.command(verb, epilog=f"Example: [bold]{file.EXAMPLE}[/]")(getattr(file, verb))


def main() -> None:
    """Run a command; say what went wrong in one sentence and leave with its exit code."""
    try:
        app()
    except UpstanderError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
    except OSError as error:
        if error.filename is None:
            raise
        # A file or folder that the command or a setting names; our own are opened with a message of their own.
        sys.stderr.write(
            f"ConfigError: {error.filename}: {error.strerror}; name another file or folder\n"
        )
        sys.exit(2)
