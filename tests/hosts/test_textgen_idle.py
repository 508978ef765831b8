"""The webui's own model writes summaries while nobody chats, in a real webui."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.summarization.tales import Told
from tests.hosts.conftest import EXTENSION
from tests.hosts.textgen_server import HERE, RECORDER, Webui, wait_until

pytestmark = [pytest.mark.webui, pytest.mark.slow]

IDLE = {
    "long_term_memory-summary_when_idle": True,
    "long_term_memory-summary_idle_seconds": 5.0,
    "long_term_memory-summary_every": 4,
}
# Tokens; the chat below has twice as many.
CONTEXT = 2048


@pytest.fixture
def webui(new_webui: Webui) -> Webui:
    new_webui.attach(EXTENSION, "long_term_memory", "user")
    new_webui.attach(HERE / "recorder", RECORDER)
    new_webui.write_settings(**IDLE)
    new_webui.start("--nowebui")
    return new_webui


def long_chat(turns: int) -> Iterator[dict[str, str]]:
    """A chat that no longer fits the context."""
    for number in range(turns):
        words = " ".join(f"in town {number} I met friend {n}." for n in range(20))
        yield {"role": "user", "content": f"Today I travelled far, {words}"}
        yield {"role": "assistant", "content": f"Tell me of town {number}!"}
    yield {"role": "user", "content": "And where do we go next?"}


@contextmanager
def closed_after(folder: Path) -> Iterator[list[Told]]:
    """Look at the summaries beside the running webui."""
    engine = build_engine(Settings(), folder)
    try:
        yield [
            told
            for scope in engine.scopes()
            for told in engine.bank(scope).summaries.listed()
        ]
    finally:
        engine.close()


def written_by_a_model(folder: Path) -> list[Told]:
    with closed_after(folder) as summaries:
        return [told for told in summaries if told.model]


def test_the_idle_model_writes_summaries_and_answers_at_once_when_it_is_wanted(
    webui: Webui, friend: str
) -> None:
    folder = webui.user_data / "long_term_memory"
    messages = list(long_chat(16))
    assert webui.api_chat(messages, character=friend, truncation_length=CONTEXT)

    wait_until(lambda: bool(written_by_a_model(folder)), "a summary", 120)

    # Wanted again while it may be writing: the reply comes, and nothing hangs.
    messages += [
        {"role": "assistant", "content": "To the sea."},
        {"role": "user", "content": "Good."},
    ]
    assert webui.api_chat(messages, character=friend, truncation_length=CONTEXT)
    [first, *_] = written_by_a_model(folder)
    assert first.model == "tiny"
    assert first.memory.content
    assert first.memory.content in webui.last_prompt()
    assert "Traceback" not in webui.log
