"""Any text told in short."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.core.summaries.events import NoteFault
from long_term_memory.engine.summarization.retelling import MOST_LINES, retell
from long_term_memory.engine.summarization.writing import WriterSource
from long_term_memory.errors import EmbeddingError, UpstreamError
from long_term_memory.models.tokens import estimate_tokens
from long_term_memory.testing import HashEmbedder, ScriptedLLM, as_notes

STORY = (
    "Tester:\nMy sister Mira keeps bees in the old mill by the river.\n\n"
    "Anna:\nThat sounds lovely.\n\n"
    "Tester:\nI hid the silver key under the third step of the tower yesterday.\n\n"
    "Anna:\nHow nice!\n"
)


class Broken(HashEmbedder):
    """An embedder that fails at its work."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        del texts
        raise EmbeddingError("The service is gone.")


def never(_doing: str, error: UpstreamError) -> None:
    raise AssertionError(error)


def test_the_telling_sentences_stay_with_who_said_them() -> None:
    told = retell(STORY, HashEmbedder(), WriterSource(failed=never))

    assert told.startswith("Tester: ")
    assert "silver key" in told
    assert "lovely" not in told
    assert "\n" not in told
    assert len(told) < len(STORY) * 0.7


def test_without_a_working_embedder_words_are_compared() -> None:
    assert "silver key" in retell(STORY, None, WriterSource(failed=never))
    assert "silver key" in retell(STORY, Broken(), WriterSource(failed=never))


def test_plain_text_is_told_in_short_too() -> None:
    text = "Mira keeps bees in the mill. The silver key is under the third step."

    told = retell(text, HashEmbedder(), WriterSource(failed=never))

    assert told in text
    assert told


def test_a_text_without_words_comes_back_and_an_empty_one_is_empty() -> None:
    assert retell("", HashEmbedder(), WriterSource(failed=never)) == ""
    assert retell(" \n\n ", HashEmbedder(), WriterSource(failed=never)) == ""
    assert retell("...", HashEmbedder(), WriterSource(failed=never)) == "..."


def test_a_very_long_text_is_told_in_short_as_well() -> None:
    blocks = [f"A:\nThing {n} went to place {n}." for n in range(2 * MOST_LINES)]

    told = retell("\n\n".join(blocks), HashEmbedder(), WriterSource(failed=never))

    assert 50 < estimate_tokens(told) <= 150


def test_a_model_writes_if_there_is_one() -> None:
    llm = ScriptedLLM(as_notes(("Mira keeps\nbees in the old mill.", 1)))

    told = retell(STORY, None, WriterSource(lambda: llm, never))

    assert told.startswith("Mira keeps bees in the old mill.")
    assert "silver key" in told
    assert "1. Tester: My sister Mira keeps bees" in llm.history[0][1]


def test_notes_that_do_not_hold_are_counted_and_passages_stand_in() -> None:
    llm = ScriptedLLM(as_notes(("Gandalf keeps bees.", 1), ("Mira keeps bees.", 1)))
    refused: list[tuple[NoteFault, int]] = []
    pen = WriterSource(lambda: llm, never, lambda *why: refused.append(why))

    told = retell(STORY, None, pen)

    assert "Mira keeps bees." in told
    assert "silver key" in told
    assert "Gandalf" not in told
    assert refused == [(NoteFault.NAME, 1)]


@pytest.mark.parametrize("answer", [UpstreamError("It is off."), "They spoke of bees."])
def test_a_model_that_fails_is_told_of_and_sentences_are_chosen(
    answer: str | UpstreamError,
) -> None:
    failed: list[UpstreamError] = []

    def note(doing: str, error: UpstreamError) -> None:
        assert doing == "having a summary written"
        failed.append(error)

    told = retell(STORY, None, WriterSource(lambda: ScriptedLLM(answer), note))

    assert "silver key" in told
    assert len(failed) == 1
