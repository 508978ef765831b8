"""Have a language model write a summary.

Owns: how much of a stretch is sent, and how much of the answer is taken.
Knows nothing of: when it is done, stores, which model it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..core.budget import shorten
from ..core.extract import telling_part
from ..core.sanitise import one_line
from ..core.summaries import Tier, instruction
from ..errors import UpstreamError
from ..models.llm import Writer
from ..models.tokens import estimate_tokens

# What fits into the smallest context in use (4,096) beside instruction and answer.
MOST_INPUT_TOKENS = 3_000
WORDS_PER_TOKEN = 0.75
# Models overshoot what they are told; what is longer than this is cut.
SLACK = 1.5
CHARS_PER_TOKEN = 4


class Pen(NamedTuple):
    """A language model that may be used at any time, and who hears of its failures.

    Attributes:
        lend: Returns the model, None while there is none.
        failed: Hears why it did not write.
    """

    lend: Callable[[], Writer | None] = lambda: None
    failed: Callable[[UpstreamError], object] = lambda error: None


NO_PEN = Pen()


class Draft(NamedTuple):
    """What a model is asked, and how long its answer may be."""

    instruction: str
    text: str
    target_tokens: int


def asked_of_model(
    tier: Tier, said: Sequence[tuple[str, str]], target_tokens: int
) -> Draft:
    """Prepare what a model is asked.

    Args:
        tier: Of the summary.
        said: Speaker and text of each part, in order; speakers may be empty.
        target_tokens: What the summary aims at.
    """
    share = MOST_INPUT_TOKENS * CHARS_PER_TOKEN // max(1, len(said))
    whole = sum(estimate_tokens(text) for _, text in said) <= MOST_INPUT_TOKENS
    lines = []
    for name, text in said:
        part = text.strip() if whole else telling_part(text, max(share, 100))
        lines.append(f"{name}: {part}" if name else part)
    words = max(10, round(target_tokens * WORDS_PER_TOKEN))
    return Draft(instruction(tier, words), "\n\n".join(lines), target_tokens)


def taken_from_model(writer: Writer, draft: Draft) -> str:
    """Return what the model writes, on one line and not much longer than asked for.

    Raises:
        UpstreamError: The model failed or wrote nothing.
    """
    most = int(draft.target_tokens * SLACK)
    # Twice as much, for models that think before they answer.
    text = writer.write(draft.instruction, draft.text, max_tokens=most * 2)
    text = one_line(text)
    while estimate_tokens(text) > most:
        text = shorten(text, len(text) * 9 // 10)
    return text
