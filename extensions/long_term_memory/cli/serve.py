"""`ltm serve`.

Owns: its flags, and what is said if the server cannot be imported.
Knows nothing of: what the server does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from ..config import OPTIONS, given_names, load_server_settings, notes
from ..config.flags import OTHER_FLAGS, flag, sentence
from ..errors import ConfigError
from . import sentences
from .options import adopt_env_file, tell, with_kept

SERVER_NEEDS = (
    "aiohttp",
    "fastapi",
    "orjson",
    "prometheus_client",
    "socketio",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "wsproto",
)


def _option(name: str) -> Any:
    # The value stays a text: the settings themselves say what is wrong with it.
    help_ = sentence(OPTIONS[name])
    return typer.Option(flag(name), metavar=name.upper(), help=help_)


def _other(name: str) -> Any:
    value, words = OTHER_FLAGS[name]
    return typer.Option(name, metavar=value or None, help=words)


def serve(
    host: Annotated[str | None, _option("host")] = None,
    port: Annotated[str | None, _option("port")] = None,
    data_dir: Annotated[str | None, _option("data_dir")] = None,
    llm_base_url: Annotated[str | None, _option("llm_base_url")] = None,
    llm_model: Annotated[str | None, _option("llm_model")] = None,
    enable_modules: Annotated[str | None, _option("enable_modules")] = None,
    secure: Annotated[
        bool, typer.Option("--secure", help=sentence(OPTIONS["secure"]))
    ] = False,
    open_page: Annotated[bool, _other("--open")] = False,
    more: Annotated[list[str] | None, _other("--set")] = None,
    config: Annotated[Path | None, _other("--config")] = None,
    env_file: Annotated[Path | None, _other("--env-file")] = None,
) -> None:
    """Start the server and its page, and stay until it is stopped.

    The page is at http://HOST:PORT/editor, and clients are given the address
    http://HOST:PORT/v1. Environment variables such as LTM_PORT come
    after the file and before the flags; docs/configuration.md lists all settings.
    """
    flags: dict[str, object] = {
        "host": host,
        "port": port,
        "data_dir": data_dir,
        "llm_base_url": llm_base_url,
        "llm_model": llm_model,
        "enable_modules": enable_modules,
        "secure": True if secure else None,
    }
    adopt_env_file(env_file)
    flags |= _named(more or [])
    settings = load_server_settings(config, os.environ, flags)
    given = given_names(config, os.environ, flags)
    settings = with_kept(settings, given)
    for note in notes(settings, os.environ):
        tell(f"Note: {note}")
    try:
        from ..server import run

        run.serve(settings, tell, given=given, open_page=open_page)
    except ModuleNotFoundError as error:
        if error.name not in SERVER_NEEDS:
            raise
        raise ConfigError(sentences.SERVER_NEEDS.format(name=error.name)) from error


def _named(words: list[str]) -> dict[str, object]:
    """Read the words of --set.

    Raises:
        ConfigError: One has no equals sign.
    """
    pairs = [word.partition("=") for word in words]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise ConfigError(sentences.SET_NAME_VALUE.format(wrong=wrong[0]))
    return {name.strip().replace("-", "_"): value for name, _, value in pairs}
