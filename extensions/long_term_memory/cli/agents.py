"""`ltm mcp`: a character's memory as tools for agents.

Owns: which memory the tools work on, and what is said if the extra is missing.
Knows nothing of: what the tools do.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ..core.types import Scope
from ..errors import ConfigError, InvalidInput
from ..memory import CharacterMemory
from .options import USUAL_USER, DataDir, User, opened


def mcp(
    character: Annotated[
        str,
        typer.Option("--character", "-c", metavar="NAME", help="Whose memory to use."),
    ],
    user: User = USUAL_USER,
    data_dir: DataDir = None,
) -> None:
    """Offer a memory to an agent, as tools by the Model Context Protocol.

    The agent's program starts this and speaks to it over standard input and output; the
    tools are remember, recall, search and forget. A server or the webui may use the
    same memory meanwhile.
    """
    if not character.strip():
        raise InvalidInput("Name a character with --character.", field="character")
    with opened(data_dir) as engine:
        scope = engine.named(Scope(user=user, character=character))
        memory = CharacterMemory(engine, scope, user_name="User")
        try:
            from ..mcp_server import tool_server

            server = tool_server(memory.name, memory)
        except ModuleNotFoundError as error:
            if error.name not in ("mcp", "pydantic"):
                raise
            raise ConfigError(
                f"The tools need {error.name}. Install what they need with "
                "`pip install 'long-term-memory[mcp]'`."
            ) from error
        server.run("stdio")
