"""Memory as tools, called by the official client."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from long_term_memory.cli import main
from long_term_memory.client import MemoryClient
from long_term_memory.core.policy import Policy, RecallsFrom, Remembering
from long_term_memory.mcp_server import tool_server
from long_term_memory.memory import CharacterMemory, Memory

from .server.conftest import running

EXTENSIONS = Path(__file__).resolve().parent.parent / "extensions"


@pytest.fixture
def mia(tmp_path: Path) -> Iterator[CharacterMemory]:
    with Memory(tmp_path) as memory:
        yield memory.character("Mia")


def called(mia: CharacterMemory, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """Call tools one after another; return their results."""

    async def act() -> list[Any]:
        async with Client(tool_server("Mia", mia)) as client:
            return [await client.call_tool(name, given) for name, given in calls]

    return anyio.run(act)


def test_four_tools_say_what_they_do_and_whether_they_change_anything(
    mia: CharacterMemory,
) -> None:
    async def act() -> Any:
        async with Client(tool_server("Mia", mia)) as client:
            return client.instructions, (await client.list_tools()).tools

    instructions, tools = anyio.run(act)

    assert "What Mia remembers" in instructions
    assert [tool.name for tool in tools] == ["remember", "recall", "search", "forget"]
    assert all(tool.description for tool in tools)
    assert [tool.annotations.read_only_hint for tool in tools] == [
        *(False, True, True, False)
    ]
    assert [tool.annotations.destructive_hint for tool in tools] == [
        *(False, None, None, True)
    ]


def test_what_is_remembered_is_recalled_and_found(mia: CharacterMemory) -> None:
    kept, recalled, found = called(
        mia,
        ("remember", {"text": "My cat is called Pickle.", "pinned": True}),
        ("recall", {"message": "What is my cat called?"}),
        ("search", {"words": "pick"}),
    )

    note = kept.structured_content
    assert note["text"] == "My cat is called Pickle."
    assert mia.get(note["id"]).pinned
    [first] = recalled.structured_content["result"]
    assert first["id"] == note["id"]
    assert 0 < first["chance"] <= 1
    assert found.structured_content["result"] == [note]


def test_a_model_finds_nothing_of_incognito_chats_and_other_storylines(
    mia: CharacterMemory,
) -> None:
    bank = mia._bank()
    note = mia.note("The brass key is for the cellar.")
    for name in ("hidden", "former", "new"):
        said = f"The brass key of the {name} chat hangs behind the old mill."
        mia.chat(name).observe([{"role": "user", "content": said}])
        known = {one.title: one.id for one in bank.chats()}
        if name == "hidden":
            secret = Policy(remembers=Remembering.INCOGNITO)
            bank.policies.set_chat(known[name], secret)
        if name == "former":
            bank.storylines.begin("The voyage")
    [old] = [one for one in mia.search("former") if one.kind == "turn"]
    mia.edit(old.id, "The brass key of the former chat was lost.")

    recalled, found = called(
        mia,
        ("recall", {"message": "Where is the brass key?"}),
        ("search", {"words": "brass key"}),
    )

    told = [one["text"] for one in found.structured_content["result"]]
    assert told == [
        note.text,
        "The brass key of the new chat hangs behind the old mill.",
    ]
    assert {one["text"] for one in recalled.structured_content["result"]} <= {*told}
    assert len(mia.search("brass key")) == 4
    bank.policies.set_character(Policy(recalls_from=RecallsFrom.ALL))
    [found] = called(mia, ("search", {"words": "brass key"}))
    assert len(found.structured_content["result"]) == 3
    bank.policies.set_character(Policy(remembers=Remembering.INCOGNITO))
    [found] = called(mia, ("search", {"words": "brass key"}))
    assert found.structured_content["result"] == []


def test_forgetting_can_be_looked_at_first(mia: CharacterMemory) -> None:
    note = mia.note("My cat is called Pickle.")

    seen, done = called(
        mia,
        ("forget", {"memory_id": note.id, "preview": True}),
        ("forget", {"memory_id": note.id}),
    )

    assert seen.structured_content["done"] is False
    assert done.structured_content["notes"] == 1
    assert mia.entries() == []


@pytest.mark.parametrize(
    ("tool", "given", "words"),
    [
        ("forget", {"memory_id": "nothing"}, "There is no memory"),
        ("remember", {"text": "  "}, "needs some text"),
        ("recall", {"message": "cat", "limit": 0}, "greater than or equal to 1"),
        ("search", {}, "Field required"),
    ],
)
def test_what_goes_wrong_is_told_to_the_model(
    mia: CharacterMemory, tool: str, given: dict[str, Any], words: str
) -> None:
    [result] = called(mia, (tool, given))

    assert result.is_error
    assert words in result.content[0].text


def started(*more: str) -> Any:
    """Start the command as an agent's program does; remember, and search."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "long_term_memory", "mcp", "-c", "Mia", *more],
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
    )

    async def act() -> Any:
        async with Client(stdio_client(command)) as client:
            await client.call_tool("remember", {"text": "My cat is called Pickle."})
            return await client.call_tool("search", {"words": "Pickle"})

    with anyio.from_thread.start_blocking_portal() as portal:
        return portal.call(act)


def test_a_program_starts_it_and_speaks_over_standard_input(tmp_path: Path) -> None:
    result = started("--data-dir", str(tmp_path))

    assert len(result.structured_content["result"]) == 1
    with Memory(tmp_path) as memory:
        assert len(memory.character("Mia").entries()) == 1


def test_it_asks_a_server_that_runs(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        result = started("--url", server.url)

        assert len(result.structured_content["result"]) == 1
        with MemoryClient(server.url) as client:
            assert len(client.character("Mia").entries()) == 1


def test_a_server_and_a_folder_are_not_named_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["mcp", "-c", "Mia", "--url", "http://127.0.0.1:9", "--data-dir", "x"])

    assert code == 2
    assert "leave --data-dir out" in capsys.readouterr().err
