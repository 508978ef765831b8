"""The webui's own model is asked for summaries while nobody chats, in a real webui."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.summarization.tales import SummaryInfo
from tests.hosts.conftest import EXTENSION
from tests.hosts.textgen_server import HERE, RECORDER, Prompt, Webui, wait_until

pytestmark = [pytest.mark.webui, pytest.mark.slow]

IDLE = {
    "long_term_memory-summary_when_idle": True,
    "long_term_memory-summary_idle_seconds": 5.0,
    "long_term_memory-summary_every": 4,
}
# Tokens; the chat below has twice as many.
CONTEXT = 2048
ASKED_WITH = "as numbered lines"


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


def stored_summaries(folder: Path) -> list[SummaryInfo]:
    """Look at the summaries beside the running webui."""
    engine = build_engine(Settings(), folder)
    try:
        return [
            told
            for scope in engine.scopes()
            for told in engine.bank(scope).summaries.listed()
        ]
    finally:
        engine.close()


def asked(webui: Webui) -> list[Prompt]:
    """Give the prompts with which the model was asked for a summary."""
    return [one for one in webui.prompts() if ASKED_WITH in one.prompt]


def test_the_idle_model_is_asked_for_summaries_and_answers_at_once_when_it_is_wanted(
    webui: Webui, friend: str
) -> None:
    """The toy model babbles: what rests on nothing in the chat is not told."""
    folder = webui.user_data / "long_term_memory"
    messages = list(long_chat(16))
    assert webui.api_chat(messages, character=friend, truncation_length=CONTEXT)

    # Asked for a second one, it has been heard about the first.
    wait_until(lambda: len(asked(webui)) >= 2, "the model to be asked twice", 120)

    # Wanted again while it may be writing: the reply comes, and nothing hangs.
    messages += [
        {"role": "assistant", "content": "To the sea."},
        {"role": "user", "content": "Good."},
    ]
    assert webui.api_chat(messages, character=friend, truncation_length=CONTEXT)
    told = stored_summaries(folder)
    assert told
    assert {one.maker for one in told} == {"extract"}
    assert "Traceback" not in webui.log
