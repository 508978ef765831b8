"""Any text told in short."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from long_term_memory.engine.retelling import MOST_LINES, retell
from long_term_memory.errors import EmbeddingError, UpstreamError
from long_term_memory.models.tokens import estimate_tokens
from long_term_memory.testing import HashEmbedder

STORY = (
    "Tester:\nMy sister Mira keeps bees in the old mill by the river.\n\n"
    "Anna:\nThat sounds lovely.\n\n"
    "Tester:\nI hid the silver key under the third step of the tower yesterday.\n\n"
    "Anna:\nHow nice!\n"
)


class Writer:
    """A model that answers as it is told."""

    name = "scripted"

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        self.asked: list[str] = []

    def write(self, instruction: str, text: str, *, max_tokens: int) -> str:
        del instruction, max_tokens
        self.asked.append(text)
        if not self.answer:
            raise UpstreamError("It is off.")
        return self.answer


class Broken(HashEmbedder):
    """An embedder that fails at its work."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        del texts
        raise EmbeddingError("The service is gone.")


def never(error: UpstreamError) -> None:
    raise AssertionError(error)


def test_the_telling_sentences_stay_with_who_said_them() -> None:
    told = retell(STORY, HashEmbedder(), None, never)

    assert told.startswith("Tester: ")
    assert "silver key" in told
    assert "lovely" not in told
    assert "\n" not in told
    assert len(told) < len(STORY) * 0.7


def test_without_a_working_embedder_words_are_compared() -> None:
    assert "silver key" in retell(STORY, None, None, never)
    assert "silver key" in retell(STORY, Broken(), None, never)


def test_plain_text_is_told_in_short_too() -> None:
    text = "Mira keeps bees in the mill. The silver key is under the third step."

    told = retell(text, HashEmbedder(), None, never)

    assert told in text
    assert told


def test_a_text_without_words_comes_back_and_an_empty_one_is_empty() -> None:
    assert retell("", HashEmbedder(), None, never) == ""
    assert retell(" \n\n ", HashEmbedder(), None, never) == ""
    assert retell("...", HashEmbedder(), None, never) == "..."


def test_a_very_long_text_is_told_in_short_as_well() -> None:
    blocks = [f"A:\nThing {n} went to place {n}." for n in range(2 * MOST_LINES)]

    told = retell("\n\n".join(blocks), HashEmbedder(), None, never)

    assert 50 < estimate_tokens(told) <= 150


def test_a_model_writes_if_there_is_one() -> None:
    writer = Writer("They spoke of\nbees.")

    assert retell(STORY, None, writer, never) == "They spoke of bees."
    assert "Mira keeps bees" in writer.asked[0]


def test_a_model_that_fails_is_told_of_and_sentences_are_chosen() -> None:
    failed: list[str] = []

    told = retell(STORY, None, Writer(), lambda error: failed.append(str(error)))

    assert "silver key" in told
    assert failed == ["It is off."]
