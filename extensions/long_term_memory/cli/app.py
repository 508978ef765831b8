"""All commands under one name, and how they end.

Owns: the order in the help, exit codes.
Knows nothing of: what the commands do.

Exit codes: 0 done, 1 failed (or something was left out), 2 asked for the impossible,
130 interrupted. What nobody foresaw ends with a line, too; LTM_TRACEBACK=1 tells where.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Annotated

import typer

from .. import __version__
from ..errors import ConfigError, InvalidInput, LtmError, NotFound
from ..stores.handles import allow_files
from . import (
    backup,
    doctor,
    edit,
    encryption,
    files,
    forget,
    look,
    rebuild,
    retention,
    serve,
)
from .shared import AMISS, log_to_terminal, tell_fault

TRACEBACK = "LTM_TRACEBACK"

app = typer.Typer(
    name="ltm",
    help="Long-term memory for role-play chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("serve", rich_help_panel="Run")(serve.serve)
app.command("import", rich_help_panel="Carry")(files.import_files)
app.command("export", rich_help_panel="Carry")(files.export)
app.command("backup", rich_help_panel="Carry")(backup.backup)
app.command("restore", rich_help_panel="Carry")(backup.restore_command)
app.command("search", rich_help_panel="Look")(look.search)
app.command("history", rich_help_panel="Look")(look.history)
app.command("stats", rich_help_panel="Look")(look.stats)
app.command("doctor", rich_help_panel="Look")(doctor.doctor)
app.command("clear", rich_help_panel="Change")(edit.clear)
app.command("forget", rich_help_panel="Change")(forget.forget)
app.command("versions", rich_help_panel="Look")(edit.versions)
app.command("retention", rich_help_panel="Change")(retention.retention)
app.command("undo", rich_help_panel="Change")(edit.undo)
app.command("encryption-key", rich_help_panel="Encrypt")(encryption.encryption_key)
app.command("encrypt", rich_help_panel="Encrypt")(encryption.encrypt)
app.command("decrypt", rich_help_panel="Encrypt")(encryption.decrypt)
app.command("rotate-key", rich_help_panel="Encrypt")(encryption.rotate_key)
app.command("rebuild", rich_help_panel="Keep")(rebuild.rebuild)
app.command("embed", rich_help_panel="Keep")(rebuild.embed)


def tell_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        typer.echo(f"ltm {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Tell the version.", callback=tell_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Long-term memory for role-play chat."""
    del version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; None takes the process's own.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    log_to_terminal()
    allow_files()
    if TRACEBACK not in os.environ:
        sys.excepthook = last_word
    left: list[str] = []
    AMISS.set(left)
    try:
        app(args=words, prog_name="ltm")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        return code or int(bool(left))
    except LtmError as error:
        tell_fault(error.for_the_owner)
        impossible = isinstance(error, ConfigError | InvalidInput | NotFound)
        return 2 if impossible else 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        tell_fault(f"{where}{error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def last_word(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell of an error that nobody foresaw, as Python ends."""
    del trace
    tell_fault(
        f"Something went wrong that was not foreseen ({kind.__name__}: {error}). ltm "
        f"doctor looks for damage. {TRACEBACK}=1 tells more, for a report."
    )
