"""`ltm mcp`: a character's memory as tools for agents.

Owns: which memory the tools work on, and what is said if the extra is missing.
Knows nothing of: what the tools do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from ..core.types import Scope
from ..errors import ConfigError, InvalidInput
from ..memory import CharacterMemory
from ..memory_values import CharacterCalls
from . import sentences
from .options import USUAL_USER, DataDir, User, opened

API_KEY: Final = "LTM_API_KEY"
NEEDS: Final = ("httpx", "mcp", "pydantic")


def mcp(
    character: Annotated[
        str,
        typer.Option("--character", "-c", metavar="NAME", help="Whose memory to use."),
    ],
    url: Annotated[
        str,
        typer.Option(
            "--url",
            metavar="URL",
            help="A running server to ask, such as http://127.0.0.1:5100, instead of "
            f"the files; {API_KEY} in the environment holds its key, if it has one.",
        ),
    ] = "",
    user: User = USUAL_USER,
    data_dir: DataDir = None,
) -> None:
    """Offer a memory to an agent, as tools by the Model Context Protocol.

    The agent's program starts this and speaks to it over standard input and output; the
    tools are remember, recall, search and forget. A server or the webui may use the
    same memory meanwhile.
    """
    if not character.strip():
        raise InvalidInput(sentences.WHICH_CHARACTER, field="character")
    if url and data_dir is not None:
        raise InvalidInput(sentences.NO_DATA_DIR)
    try:
        with _memory(character, url, user, data_dir) as memory:
            from ..mcp_server import tool_server

            tool_server(character, memory).run("stdio")
    except ModuleNotFoundError as error:
        if error.name not in NEEDS:
            raise
        raise ConfigError(sentences.TOOLS_NEED.format(name=error.name)) from error


@contextmanager
def _memory(
    character: str, url: str, user: str, data_dir: str | None
) -> Iterator[CharacterCalls]:
    """Open a character's memory in the files, or behind a server."""
    if not url:
        with opened(data_dir) as engine:
            scope = engine.named(Scope(user=user, character=character))
            yield CharacterMemory(engine, scope, user_name="User")
        return
    from ..client import MemoryClient

    named = "" if user == USUAL_USER else user
    with MemoryClient(url, api_key=os.environ.get(API_KEY, "")) as client:
        yield client.character(character, user=named)
