"""The system prompt of a conversation: one template, which a file can replace.

Owns: the template's placeholders, what an empty one takes with it, reading a file.
Knows nothing of: where characters, memories and messages come from, models.

A line goes whose placeholders, beside the two names, are all empty, and a paragraph of
which so only the first line is left: without an age nobody is told "Age:".
A value is put in as it is; braces in it stay braces, so that nothing a character's card
or a person says can name another placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Final

from ..config import fill, template_fault
from ..config.template import placeholders
from ..errors import ConfigError

FILE: Final = "system_prompt.txt"
MOST_BYTES: Final = 100_000
"""Of a template; a longer one leaves a model no room for a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptValues:
    """What the placeholders of the template stand for; empty where nothing is known.

    Attributes:
        name: The character's.
        user: What the person is called.
        age: The character's.
        gender: The character's.
        traits: What the character is like.
        background: The character's story and the scene.
        relationship: How the two stand to each other.
        memories: What the character remembers of the person and the past.
        conversation: The newest messages, a line each. Of a template without this
            placeholder they follow as turns of their own.
        instructions: What the character's replies must keep to.
        mode: What the conversation's mode asks for.
        nsfw: What holds for what is not for everybody.
    """

    name: str
    user: str = "User"
    age: str = ""
    gender: str = ""
    traits: str = ""
    background: str = ""
    relationship: str = ""
    memories: str = ""
    conversation: str = ""
    instructions: str = ""
    mode: str = ""
    nsfw: str = ""

    def by_name(self) -> dict[str, str]:
        """Return the values by placeholder."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


PLACEHOLDERS: Final = tuple(one.name for one in fields(PromptValues))
ALWAYS_KNOWN: Final = frozenset({"name", "user"})


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A template that was found sound.

    Attributes:
        text: As it is written.
    """

    text: str

    @property
    def holds_conversation(self) -> bool:
        """Whether the newest messages stand in the system prompt itself."""
        return "conversation" in placeholders(self.text)

    def fill(self, values: PromptValues) -> str:
        """Return the system prompt."""
        known = values.by_name()
        paragraphs = self.text.strip().replace("\r\n", "\n").split("\n\n")
        filled = (_filled(one, known) for one in paragraphs)
        return "\n\n".join(one for one in filled if one)


def read_template(path: Path | None) -> PromptTemplate:
    """Return the template of a file, or the one that comes with the program.

    Raises:
        ConfigError: The file cannot be read, or the template has a fault.
    """
    if path is None:
        return packaged_template()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{path}: a template has at most {MOST_BYTES} bytes.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is no text in UTF-8: save it as such.") from None
    return template_of(text, str(path))


def packaged_template() -> PromptTemplate:
    """Return the template that comes with the program."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    return PromptTemplate((root / FILE).read_text("utf-8"))


def template_of(text: str, where: str) -> PromptTemplate:
    """Return a text as a template.

    Args:
        text: As a person wrote it.
        where: Where it stands, for who reads of a fault.

    Raises:
        ConfigError: It has a fault, or no {name}, without which nobody is played.
    """
    if fault := template_fault(text, PLACEHOLDERS):
        raise ConfigError(f"{where}: the template {fault}.")
    if "name" not in placeholders(text):
        raise ConfigError(f"{where}: the template lacks {{name}}, who is played.")
    return PromptTemplate(text)


def _filled(paragraph: str, values: Mapping[str, str]) -> str:
    """Return a paragraph without lines that have nothing to say; perhaps nothing."""
    kept = []
    lines = paragraph.split("\n")
    for line in lines:
        named = placeholders(line) - ALWAYS_KNOWN
        if not named or any(values[name].strip() for name in named):
            kept.append(fill(line, values))
    is_heading_alone = len(kept) <= 1 < len(lines)
    return "" if is_heading_alone else "\n".join(kept)
