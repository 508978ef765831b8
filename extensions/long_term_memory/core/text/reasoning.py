"""What of a model's text is said, and what is thought, called or marked.

Owns: the marks in which models think, call tools and end, in all their dialects.
Knows nothing of: where a text comes from.

The marks are those that llama.cpp, text-generation-webui, SillyTavern and Open WebUI
know, and of the models' own chat templates. Where a template opens the thinking in the
prompt, a reply holds only its end: all before that is thought. What was cut off while
it was being thought has no end, and begins a line. A mark between backticks is talked
of, not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TAGS: Final = (
    "think|thinking|thought|thoughts|reason|reasoning|reflection|scratchpad|analysis"
    "|seed:think|ant_?thinking|internal_?monologue|inner_?thoughts?"
)
# Pairs of marks: what opens a thought, what ends it, and what one of them begins with,
# for to look for that is a hundred times as fast.
_MARKS: Final = (
    *(
        (
            rf'<{tag}(?:\s+[\w-]+="[^"<>]*")*\s*>',
            rf"</{tag}\s*>(?!`)",
            (f"<{tag[:3]}", f"</{tag[:3]}"),
        )
        for tag in _TAGS.split("|")
    ),
    (r"\[THINK\]", r"\[/THINK\](?!`)", ("[think]", "[/think]")),  # Magistral
    (r"◁think▷", r"◁/think▷(?!`)", ("◁",)),  # Kimi
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>", ("_thinking|>",)),  # Command A
    (r"<\|inner_prefix\|>", r"<\|inner_suffix\|>", ("<|inner_",)),  # Apertus
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>", ("_of_thought|>",)),
    (r"<\|channel>\s*thought", r"<channel\|>", ("<|channel>", "<channel|>")),  # Gemma
    (
        r"<\|think\|>",
        r"<\|end\|>(?:<\|begin\|>assistant)?(?:<\|content\|>)?",
        ("<|think|>",),
    ),
    # How Open WebUI keeps it.
    (r'<details\s[^<>]*type="reasoning"[^<>]*>', r"</details\s*>", ("<details",)),
)
_THOUGHTS: Final = tuple(
    (
        re.compile(rf"(?<!`){opens}", re.IGNORECASE),
        re.compile(ends, re.IGNORECASE),
        begins,
    )
    for opens, ends, begins in _MARKS
)
LONGEST: Final = 1_000_000
"""In characters; no model thinks and speaks longer, and marks in more are not read."""
# A tag that a person may write, too: without its beginning its end means nothing.
_NO_ORPHANS: Final = re.compile(
    r"</(?:details|analysis|reflection|reason|scratchpad)|<\|end\|>", re.IGNORECASE
)
# Tools that are called in the text.
_CALLS: Final = re.compile(
    r"<(tool_calls?|function_calls?|tool_response)>.*?(?:</\1>|\Z)"
    r"|<function=[^<>\n]{1,100}>.*?(?:</function>|\Z)"
    r"|<[|｜]tool[▁_]calls[▁_]begin[|｜]>.*?(?:<[|｜]tool[▁_]calls[▁_]end[|｜]>|\Z)"  # noqa: RUF001
    r"|<\|tool_calls_section_begin\|>.*?(?:<\|tool_calls_section_end\|>|\Z)"
    r"|<\|START_ACTION\|>.*?(?:<\|END_ACTION\|>|\Z)"
    r"|<\|tools_prefix\|>.*?(?:<\|tools_suffix\|>|\Z)"
    r"|<\|tool_call>.*?(?:<tool_call\|>|\Z)"
    r"|(?:\[TOOL_CALLS\]|<\|python_tag\|>).*\Z",
    re.DOTALL,
)
# Harmony: messages in channels, of which only some are for the user's eyes.
_CHANNEL: Final = re.compile(
    r"(?:<\|start\|>[^<]{0,80})?<\|channel\|>(?P<head>[^<]*)"
    r"(?:<\|constrain\|>[^<]*)?<\|message\|>(?P<said>.*?)"
    r"(?:<\|(?:end|return|call)\|>|(?=<\|(?:start|channel)\|>)|\Z)",
    re.DOTALL,
)
# The same where its marks were left out on the way, but their words were not.
_BARE_CHANNEL: Final = re.compile(
    r"\A\s*(?:analysis|commentary)(?=[A-Z\"'(]).*?assistant\s?final(?=\S)", re.DOTALL
)
_SPOKEN_ALOUD: Final = re.compile(
    r"\A\s*Here(?:'s| is) my thought process:.*?Here(?:'s| is) my response:",
    re.DOTALL,
)
# Around what is said; and what a template ends a message with.
_AROUND: Final = re.compile(
    r"<\|(?:(?:START|END)_(?:RESPONSE|TEXT)|(?:begin|end)_of_(?:solution|box)"
    r"|answer_(?:prefix|suffix)|content)\|>"
)
_ANSWER: Final = re.compile(
    r"\A\s*<(answer|response|output|final)>(.*?)(?:</\1>\s*)?\Z", re.DOTALL
)
_END: Final = re.compile(
    r"(?:<\|(?:im_end|eot_id|eot|end|endoftext|end_of_text|return|user|eom_id"
    r"|assistant_end|END_OF_TURN_TOKEN)\|>|<end_of_turn>|<turn\|>|</s>|<eos>"
    r"|<[|｜]end[▁_]of[▁_]sentence[|｜]>)\Z"  # noqa: RUF001
)
_LONGEST_END: Final = 40
_MARKED: Final = re.compile(
    r"<[/|｜a-zA-Z]|\[/?T|◁|\A\s*(?:analysis|commentary|Here)"  # noqa: RUF001
)


# What at the end of a text may yet become a mark.
_BEGUN: Final = re.compile(
    r"(?:<(?:[/|｜a-zA-Z][^<>\n]{0,200})?|\[/?T?[A-Z_]{0,10}|◁[^▷\n]{0,8}"  # noqa: RUF001
    r"|<\|channel>\s*[a-z]{0,7}|<\|begin\|>[a-z]{0,9})\Z",
    re.IGNORECASE,
)
# What is no part of any mark.
_PLAIN: Final = re.compile(r"[^<\[◁`]*").fullmatch
# Texts that begin so are read as a whole only.
_ALOUD: Final = ("analysis", "commentary", "Here's my thought", "Here is my thought")
_UNSPOKEN: Final = re.compile(
    r"\A\s*(?:(?:analysis|commentary)(?=[A-Z\"'(])(?!.*assistant\s?final\S)"
    r"|Here(?:'s| is) my thought process:(?!.*Here(?:'s| is) my response:))",
    re.DOTALL,
)
# A channel that has no head yet.
_HEADLESS: Final = re.compile(
    r"(?:<\|start\|>[^<]{0,80}|(?:<\|start\|>[^<]{0,80})?<\|channel\|>[^<]*"
    r"(?:<\|constrain\|>[^<]*)?)(?:<[^<>]{0,20})?\Z"
)


class SpeechReader:
    """Reads what is said of a text that comes in pieces.

    What may yet turn out to be a thought is held back. Where a thought began in the
    prompt, so that the text has its end alone, it is told unless one was expected.

    Attributes:
        awaits_end: All is held back until a thought ends.
    """

    def __init__(self, *, in_thought: bool = False) -> None:
        """Begin a text.

        Args:
            in_thought: It is expected to begin in the middle of a thought.
        """
        self._text = ""
        self._told = ""
        self._is_thought = False
        self.awaits_end = in_thought

    def feed(self, piece: str) -> str:
        """Return what can be read now; empty if all of it is held back."""
        if self._told == "." and not self._text[1:].strip() and _PLAIN(piece):
            # Behind what is settled, and no mark can begin in it.
            more = self._text[1:] + piece
            said = more.rstrip()
            self._text = self._told + more[len(said) :]
            return said
        self._text += piece
        if self.awaits_end:
            if not _may_end(self._text[-len(piece) - _LONGEST_END :]):
                return ""
            self.awaits_end = False
        if self._is_thought and not _may_end(self._text[-len(piece) - _LONGEST_END :]):
            return ""
        thought = _open_thought(self._text)
        self._is_thought = thought < len(self._text)
        cut = min(thought, _maybe_mark(self._text))
        new = self._more(without_reasoning(self._text[:cut]))
        if cut == len(self._text) and _is_settled(self._text):
            # One letter stands for it: a mark is told by what stands before it.
            gap = self._text[len(self._text.rstrip()) :]
            if self._told:
                self._told = "`" if self._told.endswith("`") else "."
            self._text = self._told + gap
        return new

    def end(self) -> str:
        """Return what was held back and is said after all; the text is over."""
        return self._more(without_reasoning(self._text))

    def _more(self, said: str) -> str:
        new = said.removeprefix(self._told)
        self._told = said
        return new


def begins_in_thought(text: str) -> bool:
    """Say whether a text begins in a thought that ends in it."""
    small = text.lower()
    for opens, ends, begins in _THOUGHTS:
        if not any(mark in small for mark in begins):
            continue
        end = ends.search(text)
        if end and not (
            _NO_ORPHANS.match(end[0]) or opens.search(text, 0, end.start())
        ):
            return True
    return False


def _may_end(text: str) -> bool:
    """Say whether a thought may end in a piece of it."""
    return any(ends.search(text) for _, ends, _ in _THOUGHTS)


def _is_settled(text: str) -> bool:
    """Say whether what comes is read alike without what stands in a text."""
    ended = max((end for _, end in _ends_of(text)), default=0)
    rest = text[ended:]
    if ended and not rest.strip():
        # The gap before the thought is yet to be told.
        return False
    return not _MARKED.search(rest) or (
        without_reasoning(rest) == rest.strip() and not _ANSWER.match(rest)
    )


def _ends_of(text: str) -> Iterator[tuple[re.Pattern[str], int]]:
    """Yield for each kind of thought that a text may hold where the last one ends."""
    small = text.lower()
    for opens, ends, begins in _THOUGHTS:
        if any(mark in small for mark in begins):
            yield opens, max((one.end() for one in ends.finditer(text)), default=0)


def _open_thought(text: str) -> int:
    """Return where a thought begins that has not ended, else the text's length."""
    opened = (opens.search(text, end) for opens, end in _ends_of(text))
    return min((one.start() for one in opened if one), default=len(text))


def _maybe_mark(text: str) -> int:
    """Return from where on a text may yet become a mark, else its length."""
    begin = text.strip()
    aloud = begin and any(one.startswith(begin) for one in _ALOUD)
    if aloud or _UNSPOKEN.match(text):
        return 0
    begun = (one.search(text) for one in (_HEADLESS, _BEGUN))
    return min((one.start() for one in begun if one), default=len(text))


def _without_ends(said: str) -> str:
    """Return a text without the marks at its end, each looked for there alone."""
    end = bare = len(said.rstrip())
    while found := _END.search(said, max(end - _LONGEST_END, 0), end):
        end = found.start()
        while end and said[end - 1].isspace():
            end -= 1
    return said if end == bare else said[:end]


def without_reasoning(text: str) -> str:
    """Return what a person would read of a model's text, without blanks around it."""
    if len(text) > LONGEST or not _MARKED.search(text):
        return text.strip()
    said = _CHANNEL.sub(_for_the_user, _SPOKEN_ALOUD.sub("", text))
    said = _BARE_CHANNEL.sub("", said)
    small = said.lower()
    for opens, ends, begins in _THOUGHTS:
        if any(mark in small for mark in begins):
            said = _without(said, opens, ends)
    said = _AROUND.sub("", _CALLS.sub("", said))
    said = _without_ends(said)
    if said != text:
        said = _ANSWER.sub(r"\2", said)
    return said.strip()


def _for_the_user(found: re.Match[str]) -> str:
    """Return a channel's message; thoughts and calls of tools are not for the user."""
    channel, *more = found["head"].split() or [""]
    hidden = channel == "analysis" or any(word.startswith("to=") for word in more)
    return "" if hidden else found["said"]


def _without(text: str, opens: re.Pattern[str], ends: re.Pattern[str]) -> str:
    """Return a text without the thoughts between such marks."""
    kept: list[str] = []
    at = 0
    while end := ends.search(text, at):
        begin = opens.search(text, at, end.start())
        if begin:
            kept.append(text[at : begin.start()])
        elif _NO_ORPHANS.match(end[0]):
            kept.append(text[at : end.end()])
        # Else it began in the prompt, or stood within another thought.
        at = end.end()
    rest = text[at:]
    cut = opens.search(rest)
    if cut and not rest[: cut.start()].rpartition("\n")[2].strip():
        rest = rest[: cut.start()]
    return "".join([*kept, rest])
