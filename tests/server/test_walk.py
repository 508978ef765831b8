"""One request walks through the server in a line: no step is gone back to."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

import long_term_memory
from long_term_memory.build import build_engine
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import says, serving, stub_upstream

ROOT = f"{Path(long_term_memory.__file__).parent}/"
# The server's own, and those that it shares with the companion.
ROOMS = tuple(f"{ROOT}{room}/" for room in ("server", "web", "llm", "identity"))
MOST = 18
# In the order in which a request enters them.
STEPS = (
    "openai/routes",
    "openai/request",
    "openai/client_hints",
    "web/request_counts",
    "openai/relay",
    "llm/upstream",
    "openai/memory_threads",
    "openai/pipeline",
    "openai/chat_reader",
    "openai/side_requests",
    "openai/ingest",
    "openai/prompt_room",
    "last_request",
    "openai/placement",
    "llm/sse",
    "openai/record",
    "usage",
    "metrics",
)
# Each asks for one thing before the model is asked; the reply comes back to ingest.
MEMORY = ("chat_reader", "side_requests", "ingest", "prompt_room", "placement")
# What every request passes before its route, and its answer on the way out.
DOORS = {
    *("web/request_log", "web/middleware", "web/origins", "openai/loops"),
    *("identity/callers", "identity/auth", "rate_limit", "web/body_bounds"),
    *("web/paths", "extras/calls", "web/errors", "app"),
}
# Values and words that any step may use; they call no step.
HELPERS = {
    *("openai/completion", "openai/answers", "llm/event_bounds", "openai/leaks"),
    *("llm/speech", "openai/cast", "openai/tags", "openai/schemas"),
    *("identity/owners", "web/json_bounds", "web/request_body", "web/refusal"),
    *("web/responses", "web/openai_errors", "llm/addresses", "openai/gathering"),
}


# It tells those who count how long its acts take, which is no step of a request.
ENGINE = "the engine"


@dataclass(slots=True)
class Walk:
    """The calls from one module of ours into another, in order."""

    entered: list[tuple[str, str]] = field(default_factory=list)
    seen: dict[int, FrameType] = field(default_factory=dict)
    under_way: bool = False

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call; a coroutine that goes on is none."""
        if event != "call" or id(frame) in self.seen:
            return
        module = module_of(frame)
        if module is None or is_value(frame):
            return
        self.seen[id(frame)] = frame  # held, so that no other one gets its place
        caller = caller_of(frame)
        if self.under_way and caller not in (module, ENGINE):
            self.entered.append((caller, module))


def module_of(frame: FrameType) -> str | None:
    """Return the server's module of a frame; None if it is another's."""
    name = frame.f_code.co_filename
    if not name.startswith(ROOMS):
        return None
    return name.removeprefix(ROOT).removeprefix("server/").removesuffix(".py")


def caller_of(frame: FrameType) -> str:
    """Return the server's module that called, `ENGINE`, or nothing for a thread."""
    before = frame.f_back
    while before is not None:
        name = before.f_code.co_filename
        if found := module_of(before):
            return found
        # The guard only passes a call on; whoever else of ours calls is the engine.
        if name.startswith(ROOT) and not name.endswith("engine/faults.py"):
            return ENGINE
        before = before.f_back
    return ""


def is_value(frame: FrameType) -> bool:
    """Say whether a call but reads a record, or hands out the settings."""
    name = frame.f_code.co_qualname
    if name.endswith("<lambda>"):
        return True
    owner = frame.f_globals.get(name.partition(".")[0])
    return (
        isinstance(vars(owner).get(frame.f_code.co_name), property)
        if (isinstance(owner, type))
        else False
    )


@contextmanager
def recorded() -> Iterator[Walk]:
    """Record the calls of all threads that begin from now on."""
    walk = Walk()
    threading.setprofile(walk.note)
    try:
        yield walk
    finally:
        threading.setprofile(sys.getprofile())


def walk_of(folder: Path, *, stream: bool) -> Walk:
    """Ask in a chat that is known, and record the second of its requests."""
    system = {"role": "system", "content": "You are Mara."}
    said = {"role": "user", "content": "My sister keeps bees in an old mill."}
    reply = {"role": "assistant", "content": "Hello there."}
    asked = {"role": "user", "content": "What does my sister keep?"}
    with stub_upstream() as stub, recorded() as walk:
        stub.answers.extend([says("Hello there."), says("Bees.")])
        upstream = UpstreamSettings(llm_base_url=stub.url, llm_context_tokens=4096)
        settings = Settings(upstream=upstream)
        engine = build_engine(settings, folder, load=HashEmbedder)
        with serving(create_app(engine, settings)) as url:
            chat = f"{url}/v1/chat/completions"
            httpx.post(chat, json={"messages": [system, said]}, timeout=30)
            walk.under_way = True
            messages = [system, said, reply, asked]
            body = {"messages": messages, "stream": stream}
            httpx.post(chat, json=body, timeout=30)
            walk.under_way = False
        engine.close()
    return walk


@pytest.mark.parametrize("stream", [True, False])
def test_a_request_walks_in_a_line(tmp_path: Path, stream: bool) -> None:
    """Who looks for what happens to a request reads so many files, each once."""
    walk = walk_of(tmp_path, stream=stream)
    entered = [(caller, module) for caller, module in walk.entered if caller]
    # The doors enter one step; of its answer they tell those who count.
    within = [one for one in walk.entered if one[0] not in DOORS or one[1] == STEPS[0]]
    steps = dict.fromkeys(module for _, module in within if module in STEPS)

    assert {module for _, module in walk.entered} <= {*STEPS, *DOORS, *HELPERS}
    assert tuple(steps) == STEPS
    assert len(STEPS) <= MOST
    # Each is entered by one other alone: nobody goes back to it.
    into = {
        step: {caller for caller, module in entered if module == step} - DOORS
        for step in STEPS[1:]
    }
    assert {step: callers for step, callers in into.items() if len(callers) > 1} == {}
    assert not [one for one in entered if one[0] in HELPERS and one[1] in STEPS]


def test_memory_takes_one_step_after_the_other(tmp_path: Path) -> None:
    walk = walk_of(tmp_path, stream=True)

    taken = [
        module.removeprefix("openai/")
        for caller, module in walk.entered
        if caller == "openai/pipeline"
    ]
    steps = [step for step in taken if step in MEMORY]
    line = [
        step
        for before, step in zip(["", *steps], steps, strict=False)
        if step != before
    ]
    assert line == [*MEMORY, "ingest"]
