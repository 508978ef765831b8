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


def sent(title: str, block: Block, nothing: str, room: int = 0) -> str:
    """Return a block exactly as it went into the prompt, with how full its room is.

    Args:
        title: What the block is called.
        block: The block.
        nothing: What to say if it is empty.
        room: The most tokens that it may have; 0 tells nothing of it.
    """
    if not block.text:
        empty: str = macros("turn").nothing_sent(title, nothing)
        return empty
    # A block of one part is that part.
    parts = block.parts if len(block.parts) > 1 else (("", block.tokens),)
    whole = max(room, block.tokens, 1)
    shares = [
        (place, 100 * tokens / whole, _told(name, tokens))
        for place, (name, tokens) in enumerate(parts if room else ())
    ]
    told = say("turn.of_room", count=block.tokens, room=room) if room else ""
    html: str = macros("turn").sent(title, block.text, told, shares)
    return html


def _told(name: str, tokens: int) -> str:
    """Say how many tokens a part has; nothing of a block that has no parts."""
    return f"{say(f'turn.part_{name}')} {tokens:,}" if name else ""


def asked(text: str, where: str) -> str:
    """Return the message that was about to be answered."""
    html: str = macros("turn").asked(shortened(text), shortened(where, MAX_NAME_CHARS))
    return html
