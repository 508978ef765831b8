"""The command line: `ltm serve`.

Owns: reading flags, and telling a person plainly what is wrong.
Knows nothing of: what the commands do.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .config import Option, describe, load_server_settings
from .errors import ConfigError, LtmError

# Of all settings those that a server is started with by hand; the rest is in the file.
FLAGS = ("host", "port", "data_dir")
SERVER_NEEDS = ("fastapi", "starlette", "uvicorn")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; None takes the process's own.

    Returns:
        The exit code: 0 done, 1 failed, 2 asked for the impossible.
    """
    given = parser().parse_args(arguments)
    try:
        return serve(given)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except LtmError as error:
        print(error, file=sys.stderr)
        return 1


def serve(given: argparse.Namespace) -> int:
    """Start the server and stay until it is stopped."""
    flags = {name: getattr(given, name) for name in FLAGS}
    settings = load_server_settings(given.config, os.environ, flags)
    try:
        from .server import run

        run.serve(settings, lambda words: print(words, flush=True))
    except ModuleNotFoundError as error:
        if error.name not in SERVER_NEEDS:
            raise
        raise ConfigError(
            f"The server needs {error.name}. Install what it needs with "
            "`python3 install.py serve`, or `pip install 'long-term-memory[server]'`."
        ) from error
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="ltm", description="Long-term memory for role-play chat."
    )
    top.add_argument("--version", action="version", version=f"ltm {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser(
        "serve",
        help="start the server and its page",
        description="Start the server. Its page is at http://HOST:PORT/editor.",
        epilog="Environment variables such as LTM_PORT come after the file and before "
        "the flags; docs/configuration.md lists all settings.",
    )
    known = {option.name: option for option in describe()}
    for name in FLAGS:
        _add_flag(one, known[name])
    one.add_argument(
        "--config", type=Path, metavar="FILE", help="YAML file with settings"
    )
    return top


def _add_flag(command: argparse.ArgumentParser, option: Option) -> None:
    # The value stays a text: the settings themselves say what is wrong with it.
    command.add_argument(
        f"--{option.name.replace('_', '-')}",
        metavar=option.name.upper(),
        help=f"{option.sentence} Default: {option.default}".replace("%", "%%"),
    )
