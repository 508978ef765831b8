"""What was said, out of what a program wrote down beside it.

Owns: reasoning, calls of tools, marks of files and sources in a text, and macros in
place of names.
Knows nothing of: formats.
"""

from __future__ import annotations

import re
from typing import Any

from ..core.text.reasoning import without_reasoning
from .decoding import dict_of, list_of, text_of

# Open WebUI writes what a model thought, called and ran into the text of its reply.
_DETAILS = re.compile(
    r"<details\b[^>]*\btype=[\"'](?:reasoning|tool_calls|code_interpreter)[\"'][^>]*>"
    r".*?(?:</details>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Pictures and other files that RisuAI and KoboldCpp put into a text.
_INLAYS = re.compile(
    r"\{\{(?:inlay|inlayed|inlayeddata|img|image|asset|audio|video|bg|emotion)::?"
    r"[^{}]*\}\}|\{\{\[IMG_[^\]]*\]\}\}|\[<\|[pdh]\|.*?\|[pdh]\|>\]",
    re.DOTALL,
)
# ChatGPT's marks of sources: private characters, or brackets of its own.
_SOURCES = re.compile(
    "\ue200[^\ue201]*\ue201|\u3010[^\u3010\u3011]*\u2020[^\u3011]*\u3011"
)

# Hosts put the names of the two in a chat in their place.
_MACRO = re.compile(r"\{\{(user|char)\}\}|<(USER|BOT)>", re.IGNORECASE)


def spoken(text: str) -> str:
    """Return a reply without the model's reasoning and calls, also unfinished ones."""
    if "<details" in text:
        text = _DETAILS.sub("", text)
    return without_reasoning(text)


def without_inlays(text: str) -> str:
    """Return a text without the pictures that stand in it by name."""
    return _INLAYS.sub("", text) if "{{" in text or "[<|" in text else text


def without_sources(text: str) -> str:
    """Return a text without marks that lead to sources."""
    return _SOURCES.sub("", text)


def text_of_parts(content: object) -> str:
    """Return the text of a message whose content is a text or a list of parts."""
    if isinstance(content, str):
        return content
    parts = list_of(content) or [content]
    return "\n".join(filter(None, map(_text_of_part, parts)))


def _text_of_part(part: Any) -> str:
    if isinstance(part, str):
        return part
    kind = text_of(dict_of(part).get("type") or dict_of(part).get("content_type"))
    if kind in ("", "text", "input_text", "output_text", "audio_transcription"):
        return text_of(dict_of(part).get("text"))
    return ""


def expand(text: str, *, user: str, character: str) -> str:
    """Put the names where a text has their macros, as hosts do when they send it."""
    if "{{" not in text and "<" not in text:
        return text
    return _MACRO.sub(
        lambda match: user if (match[1] or match[2]).lower() == "user" else character,
        text,
    )
