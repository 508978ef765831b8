"""`ltm serve`.

Owns: its flags, and what is said if the server cannot be imported.
Knows nothing of: what the server does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ..config import OPTIONS, load_server_settings
from ..errors import ConfigError

SERVER_NEEDS = ("fastapi", "starlette", "uvicorn")


def _help(name: str) -> str:
    # The value stays a text: the settings themselves say what is wrong with it.
    option = OPTIONS[name]
    return f"{option.sentence} Default: {option.default}"


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help=_help("host"))
    ] = None,
    port: Annotated[
        str | None, typer.Option(metavar="PORT", help=_help("port"))
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option(metavar="DATA_DIR", help=_help("data_dir"))
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML file with settings.")
    ] = None,
) -> None:
    """Start the server and its page, and stay until it is stopped.

    The page is at http://HOST:PORT/editor. Environment variables such as LTM_PORT come
    after the file and before the flags; docs/configuration.md lists all settings.
    """
    flags = {"host": host, "port": port, "data_dir": data_dir}
    settings = load_server_settings(config, os.environ, flags)
    try:
        from ..server import run

        run.serve(settings, typer.echo)
    except ModuleNotFoundError as error:
        if error.name not in SERVER_NEEDS:
            raise
        raise ConfigError(
            f"The server needs {error.name}. Install what it needs with "
            "`python3 install.py serve`, or `pip install 'long-term-memory[server]'`."
        ) from error
