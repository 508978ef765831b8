"""A turn and what can be tried, as HTML.

Owns: which values stand in the template `turn`.
Knows nothing of: Gradio, the engine, tags (`templates` has them).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.types import Block
from .markup import MAX_NAME_CHARS, fragment, shortened
from .templates import macros
from .texts import say


def introduction(about: str, user: str) -> str:
    """Return what the sample is and where it goes."""
    html: str = macros("turn").introduction(say("trial.about", about=about, user=user))
    return html


def suggestions(to: str, texts: Iterable[str]) -> str:
    """Return buttons with messages to try; they click the element with the id `to`."""
    return fragment(to, macros("turn").suggestions(texts))


def sent(title: str, block: Block, nothing: str) -> str:
    """Return a block exactly as it went into the prompt.

    Args:
        title: What the block is called.
        block: The block.
        nothing: What to say if it is empty.
    """
    if not block.text:
        empty: str = macros("turn").nothing_sent(title, nothing)
        return empty
    tokens = say("turn.tokens", count=block.tokens)
    if len(block.parts) > 1:
        parts = [
            f"{say(f'turn.part_{name}')} {tokens:,}" for name, tokens in block.parts
        ]
        tokens = say(
            "turn.tokens_of", tokens=tokens, parts=say("common.comma").join(parts)
        )
    html: str = macros("turn").sent(title, block.text, tokens)
    return html


def asked(text: str, where: str) -> str:
    """Return the message that was about to be answered."""
    html: str = macros("turn").asked(shortened(text), shortened(where, MAX_NAME_CHARS))
    return html
