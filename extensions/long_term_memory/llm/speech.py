"""What an answer of a model says, in the shapes in which services send it.

Owns: where in an answer, or in an event of a stream, that stands which a person reads.
Knows nothing of: streams, sockets, memory.

The shape is OpenAI's, of chats and of texts. Gateways before other services let these
services' own shapes through, so those are read too: Anthropic's, Gemini's, Ollama's,
Cohere's, those of llama.cpp, KoboldCpp and of OpenAI's Responses. Thoughts, calls of
tools and what tools answer are no speech; where a model says nothing else, its refusal
is, and so is the transcript of what it says aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

NOT_SAID: Final = ("think", "reason", "tool", "function", "citation", "reference")
# Of what is said for the model, or by others than it.
OTHERS: Final = ("tool", "function", "system", "developer", "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What an answer, or one event of a stream, says.

    Attributes:
        text: What is new in it.
        whole: All that has been said, where that is told, too; empty if it is not.
        ends: It tells the reply's end.
        fails: It tells of an error.
    """

    text: str = ""
    whole: str = ""
    ends: bool = False
    fails: bool = False


def speech_of(told: Mapping[str, Any]) -> Speech:
    """Read an answer or an event."""
    choice = first_choice(told)
    if choice:
        ends = bool(choice.get("finish_reason"))
        delta, message = choice.get("delta"), choice.get("message")
        text = _said_in(delta) or _text(choice.get("text") or choice.get("content"))
        return Speech(text=text, whole=_said_in(message), ends=ends, fails=_fails(told))
    text, whole = _native(told)
    return Speech(text=text, whole=whole, ends=_ends(told), fails=_fails(told))


def first_choice(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the choice of index 0, empty if there is none."""
    choices = told.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and choice.get("index") in (None, 0, "0"):
            return choice
    return {}


def texts_of(content: object) -> Iterator[str]:
    """Yield what is said in a message's content: one text, or those of its parts."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from _part(content)
    elif isinstance(content, list):
        for part in content:
            yield from (part,) if isinstance(part, str) else _part(part)


def refusal_of(message: Mapping[str, Any]) -> str:
    """Return what a model says instead of a reply; empty if it does reply."""
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def message_text(message: Mapping[str, Any]) -> str:
    """Return a message's text, its parts joined as who sends them means it."""
    joint = "" if message.get("role") == "assistant" else "\n"
    text = joint.join(texts_of(message.get("content")))
    return (text or refusal_of(message)).replace("\r\n", "\n").strip()


def _part(part: object) -> Iterator[str]:
    """Yield what a part of a content says."""
    if not isinstance(part, Mapping):
        return
    kind = str(part.get("type") or "")
    if any(word in kind for word in NOT_SAID) or part.get("thought") is True:
        return
    text = part.get("text", part.get("refusal"))
    if isinstance(text, Mapping):
        text = text.get("value")
    if isinstance(text, str):
        yield text


def _text(content: object) -> str:
    return "".join(texts_of(content))


def _said_in(message: object) -> str:
    """Return what a message says, whole or in pieces."""
    if not isinstance(message, Mapping) or message.get("role") in OTHERS:
        return message if isinstance(message, str) else ""
    audio = message.get("audio")
    spoken = audio.get("transcript") if isinstance(audio, Mapping) else None
    for content in (message.get("content"), message.get("refusal"), spoken):
        if text := _text(content):
            return text
    return ""


# -- other services' own shapes --------------------------------------------------------


def _native(told: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is new, and what is whole, in an answer of another shape."""
    kind = str(told.get("type") or "")
    if kind.startswith("response."):
        return _of_responses(kind, told)
    if isinstance(told.get("contentBlockDelta"), Mapping):  # Bedrock
        told = told["contentBlockDelta"]
    if "delta" in told:
        return _of_delta(told["delta"], kind), ""
    if isinstance(told.get("content_block"), Mapping):  # Anthropic
        return _text([told["content_block"]]), ""
    for key, read in _READERS:
        if text := read(told.get(key)):
            return text, ""
    if kind in ("", "message", "completion"):
        text = _text(told.get("content") or told.get("text"))
        return text, _text(told.get("generated_text"))
    return "", ""


def _of_responses(kind: str, told: Mapping[str, Any]) -> tuple[str, str]:
    """Read an event of OpenAI's Responses."""
    response = told.get("response")
    if isinstance(response, Mapping):
        return "", _of_output(response.get("output"))
    if kind in ("response.output_text.delta", "response.refusal.delta"):
        return _text(told.get("delta")), ""
    return "", ""


def _of_delta(delta: object, kind: str) -> str:
    """Read a piece of Anthropic's or Cohere's."""
    if not isinstance(delta, Mapping):
        return _text([{"type": kind, "text": delta}])
    message = delta.get("message")
    if isinstance(message, Mapping):
        return _text(message.get("content"))
    return _text([delta])


def _of_candidates(candidates: object) -> str:
    """Read Gemini's."""
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    content = first.get("content") if isinstance(first, Mapping) else None
    return _text(content.get("parts")) if isinstance(content, Mapping) else ""


def _of_output(output: object) -> str:
    """Read the whole of OpenAI's Responses, of Bedrock or of NovelAI."""
    if isinstance(output, Mapping):
        return _said_in(output.get("message"))
    if isinstance(output, str):
        return output
    if not isinstance(output, list):
        return ""
    return "".join(_said_in(one) for one in output if _is_message(one))


def _is_message(one: object) -> bool:
    return isinstance(one, Mapping) and one.get("type") == "message"


def _of_results(results: object) -> str:
    """Read KoboldCpp's."""
    return _text(results[:1]) if isinstance(results, list) else ""


def _of_result(result: object) -> str:
    """Read Cloudflare's."""
    return _text(result.get("response")) if isinstance(result, Mapping) else ""


def _of_token(token: object) -> str:
    """Read a token of KoboldCpp's or of Text Generation Inference."""
    if isinstance(token, Mapping) and token.get("special") is True:
        return ""
    return _text(token)


_READERS: Final = (
    ("message", _said_in),  # Ollama, Cohere
    ("candidates", _of_candidates),
    ("output", _of_output),
    ("results", _of_results),
    ("token", _of_token),
    ("response", _text),  # Ollama, of texts, and Cloudflare
    ("result", _of_result),
    ("answer", _text),  # Dify
    ("completion", _text),  # Anthropic, of texts
)


# Cohere's and NovelAI's are the last two.
_LAST: Final = ("done", "stop", "finish_reason", "is_finished", "final")


def _ends(told: Mapping[str, Any]) -> bool:
    """Whether an answer of another shape says that it is the last."""
    candidates = told.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    finished = isinstance(first, Mapping) and bool(first.get("finishReason"))
    last = told.get("type") in ("message_stop", "message-end", "response.completed")
    signs = map(told.get, _LAST)
    return finished or last or any(sign not in (None, False, "") for sign in signs)


def _fails(told: Mapping[str, Any]) -> bool:
    return bool(told.get("error")) or "error" in (told.get("object"), told.get("type"))
