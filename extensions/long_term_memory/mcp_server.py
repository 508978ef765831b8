"""Memory as tools for agents, by the Model Context Protocol.

Owns: what the tools are called, and what is said of them to a model.
Knows nothing of: where the memory is; it is handed one character's calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

from pydantic import BaseModel, Field

from . import __version__
from .errors import LtmError
from .memory_values import CharacterCalls, MemoryEntry

if TYPE_CHECKING:
    from mcp.server import MCPServer

P = ParamSpec("P")
T = TypeVar("T")

INSTRUCTIONS = (
    "What {name} remembers of earlier conversations. Recall before you answer anything "
    "about the user or about what was said before; remember what the user tells of "
    "himself and wants kept. Forget only what the user asks to have forgotten."
)


class FoundMemory(BaseModel):
    """A memory as a tool tells it; `chance` is 0 … 1, None where it was not judged."""

    id: str
    text: str
    who: str
    when: str | None
    chance: float | None


class ToolForgetting(BaseModel):
    """What a forgetting took, or would take."""

    done: bool
    messages: int
    notes: int
    examples: list[str]


class MemoryTools:
    """What an agent may do with a character's memory; a model reads these words."""

    def __init__(self, memory: CharacterCalls) -> None:
        """Work on a memory, in this process or behind a server."""
        self._memory = memory

    def remember(
        self,
        text: Annotated[str, Field(description="One fact, as a whole sentence.")],
        pinned: Annotated[
            bool, Field(description="Whether it is to stand in every prompt.")
        ] = False,
    ) -> FoundMemory:
        """Write down something that is to be known in later conversations."""
        return _found(self._memory.note(text, pinned=pinned), None)

    def recall(
        self,
        message: Annotated[
            str, Field(description="A message or question, in plain words.")
        ],
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> list[FoundMemory]:
        """Return what a message brings to mind, by its meaning, best first."""
        found = self._memory.recall(message, limit=limit)
        return [_found(one.entry, one.chance) for one in found]

    def search(
        self,
        words: Annotated[str, Field(description="Words, or how they begin.")],
        limit: Annotated[int, Field(ge=1, le=200)] = 20,
    ) -> list[FoundMemory]:
        """Return memories that hold all of these words, newest first."""
        found = self._memory.search(words, limit=limit, in_sight=True)
        return [_found(one, None) for one in found]

    def forget(
        self,
        memory_id: Annotated[str, Field(description="As recall and search tell it.")],
        preview: Annotated[
            bool, Field(description="Only say what would go; nothing is removed.")
        ] = False,
    ) -> ToolForgetting:
        """Remove a memory for good, with its copies and the summaries that tell it."""
        gone = self._memory.forget(memory_id, preview=preview)
        return ToolForgetting(
            done=gone.done,
            messages=gone.messages,
            notes=gone.notes,
            examples=list(gone.examples),
        )


def tool_server(name: str, memory: CharacterCalls) -> MCPServer:
    """Return a server with four tools over a character's memory.

    Args:
        name: What the character is called.
        memory: Its memory, in this process or behind a server.

    Raises:
        ImportError: The extra `mcp` is not installed.
    """
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    server = MCPServer(
        "long-term-memory",
        version=__version__,
        instructions=INSTRUCTIONS.format(name=name),
    )
    tools = MemoryTools(memory)
    looks = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    adds = ToolAnnotations(
        read_only_hint=False, destructive_hint=False, open_world_hint=False
    )
    takes = ToolAnnotations(
        read_only_hint=False, destructive_hint=True, open_world_hint=False
    )
    server.add_tool(_in_words(tools.remember), annotations=adds)
    server.add_tool(_in_words(tools.recall), annotations=looks)
    server.add_tool(_in_words(tools.search), annotations=looks)
    server.add_tool(_in_words(tools.forget), annotations=takes)
    return server


def _in_words(tool: Callable[P, T]) -> Callable[P, T]:
    """Have a tool tell our errors to the model in their own words."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return tool(*args, **kwargs)
        except LtmError as error:
            raise ToolError(str(error)) from error

    return told


def _found(entry: MemoryEntry, chance: float | None) -> FoundMemory:
    when = None if entry.said_at is None else entry.said_at.isoformat()
    return FoundMemory(
        id=entry.id, text=entry.text, who=entry.name, when=when, chance=chance
    )
