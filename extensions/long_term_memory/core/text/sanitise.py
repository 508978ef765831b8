"""Make a remembered text harmless inside a prompt, and keep it readable.

Owns: which strings mean something to models, chat templates and hosts.
Knows nothing of: where the text goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Control characters but tab and line feed; zero-width blanks; what turns the direction
# of writing or hides text (joiners and plain direction marks are part of scripts).
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060-\u2064\ufeff\ufffc"
    r"\u202a-\u202e\u2066-\u206f\U000e0000-\U000e007f]"
)
LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
# Half characters, control characters but tab and line ends, and what is no character.
UNSHOWABLE = re.compile(
    r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]"
)
# What turns the direction of writing of all that follows on a line.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# <|im_end|>, <s>, </think>, <__media__>, <USER>, <start_of_turn>: whatever stands in
# angle brackets without a blank, and all that begins like <|…|> in either width.
TAGS = re.compile(r"<(?=[|｜]|[^\s<>]{1,80}>)")  # noqa: RUF001
# {{char}} and every other macro.
BRACES = re.compile(r"\{(?=\{)|(?<=\})\}")
# Tokens of the Mistral family and of BERT's; [OOC] and other words stay as they are.
BRACKETS = re.compile(
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT"
    r"|ARGS|CALL_ID|MODEL_SETTINGS|THINK|IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO"
    r"|TRANSCRIBE|PREFIX|MIDDLE|SUFFIX|BOS|EOS|PAD|UNK|CLS|SEP|MASK|gMASK|sMASK|UNUSED_TOKEN_\d+)\])"
)


def sanitise(text: str, special_tokens: Iterable[str] = ()) -> str:
    """Return a text in which nothing acts on a model or a template.

    Marks are broken by a blank, so that people and models still read them; characters
    that nobody sees are taken out; half a character becomes U+FFFD.

    Args:
        text: What was said.
        special_tokens: The host's own tokens, if it names them. Words and blanks among
            them are left alone.
    """
    text = UNSEEN.sub("", LINE_ENDS.sub("\n", text))
    text = SURROGATES.sub("\ufffd", text)
    for pattern in (TAGS, BRACES, BRACKETS):
        text = pattern.sub(_apart, text)
    for token in special_tokens:
        if _is_mark(token):
            while token in text:  # one may begin within another
                text = text.replace(token, f"{token[0]} {token[1:]}")
    return text


def showable(text: str) -> str:
    """Return a text that every page and encoding can carry; U+FFFD for the rest."""
    return UNSHOWABLE.sub("\ufffd", text)


def steady(text: str) -> str:
    """Return a text that cannot steer a terminal or turn what stands beside it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\ufffd")
    return TURNING.sub("\ufffd", showable(lines))


def one_line(text: str) -> str:
    """Return a text on one line, so that nothing in it looks like another speaker."""
    return " ".join(text.split())


def _apart(found: re.Match[str]) -> str:
    """Return a found bracket with a blank that parts it from what belongs to it."""
    return f" {found[0]}" if found[0] == "}" else f"{found[0]} "


def _is_mark(token: str) -> bool:
    """Whether a token is more than a word or a blank, thus may be broken."""
    return len(token) > 1 and not token.isalnum() and not re.search(r"\s", token)
