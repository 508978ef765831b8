"""All commands under one name, and how they end.

Owns: the order in the help, exit codes.
Knows nothing of: what the commands do.

Exit codes: 0 done, 1 failed (or something was left out), 2 asked for the impossible,
130 interrupted. What nobody foresaw ends with a line, too; LTM_TRACEBACK=1 tells where.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Annotated

import typer

from .. import __version__
from ..build import allow_files
from ..errors import ConfigError, InvalidInput, LtmError, NotFound
from . import (
    agents,
    backup,
    config,
    doctor,
    encryption,
    facts,
    forget,
    last,
    memories,
    mood,
    policy,
    rebuild,
    retention,
    sentences,
    serve,
    steps,
)
from . import (
    search as look,
)
from . import (
    transfer as files,
)
from . import (
    undo as edit,
)
from .examples import epilog
from .options import AMISS, log_to_terminal, tell_fault

TRACEBACK = "LTM_TRACEBACK"

app = typer.Typer(
    name="ltm",
    help="Long-term memory for role-play chat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

GROUPS: dict[str, dict[str, Callable[..., None]]] = {
    "Start": {"serve": serve.serve, "mcp": agents.mcp},
    "See what is remembered": {
        "search": look.search,
        "history": look.history,
        "last": last.last,
        "mood": mood.mood,
        "facts": facts.facts,
        "due": facts.due,
        "stats": look.stats,
        "versions": edit.versions,
    },
    "Change what is remembered": {
        "note": memories.note,
        "pin": memories.pin,
        "hide": memories.hide,
        "tag": memories.tag,
        "share": memories.share,
        "edit": memories.edit,
        "delete": memories.delete,
        "clear": edit.clear,
        "undo": edit.undo,
        "redo": steps.redo,
        "forget": forget.forget,
        "retention": retention.retention,
        "policy": policy.policy,
        "story": policy.story,
    },
    "Import, export and backups": {
        "import": files.import_files,
        "export": files.export,
        "backup": backup.backup,
        "restore": backup.restore_command,
    },
    "Settings and repairs": {
        "config": config.config,
        "doctor": doctor.doctor,
        "rebuild": rebuild.rebuild,
        "embed": rebuild.embed,
    },
    "Encryption": {
        "encryption-key": encryption.encryption_key,
        "encrypt": encryption.encrypt,
        "decrypt": encryption.decrypt,
        "rotate-key": encryption.rotate_key,
    },
}

for group, commands in GROUPS.items():
    for name, act in commands.items():
        app.command(name, rich_help_panel=group, epilog=epilog(name))(act)


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
        sentences.UNFORESEEN.format(kind=kind.__name__, error=error, variable=TRACEBACK)
    )
