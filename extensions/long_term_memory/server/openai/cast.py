"""Who takes part in a chat, as far as its prompt tells.

Owns: the sentences by which clients name the character, the user and a group.
Knows nothing of: which of the messages are the chat's, ids, the engine.

The texts of cards and lore books stand in the same prompt. A group, whose members all
hear the chat, is therefore taken from the line with which the chat begins and nowhere
else; and the one who is asked to speak must be of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

NOBODY: Final = "default"
# Each remembers what the chat shows; larger groups than this nobody follows.
MOST_MEMBERS: Final = 32

SEPARATOR: Final = re.compile(
    r"\[Start a new (?:group )?chat\b[^\]]*\]|\*\*\*", re.IGNORECASE
)
# The sentence stands at the beginning. At each "Write" a hundred letters are tried.
_LOOKED_LETTERS: Final = 100_000
_MAIN: Final = re.compile(
    r"Write (?P<char>[^\n]{1,100}?)'s? next reply in a fictional chat between "
    r"[^\n]{1,100}? and (?P<user>[^\n.]{1,100})"
)
_MAIN_BARE: Final = re.compile(r"Write (?P<char>[^\n]{1,100}?)'s next reply\b")
_MEMBERS: Final = re.compile(r"\[Start a new group chat\. Group members: ([^\]]+)\]")
_YOU_ARE: Final = re.compile(
    r"\b[Yy]ou(?:'re| are) (?:playing |roleplaying as |called |named )?"
    r"(?P<char>[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2})"
    r"(?=[,.:;\n]| (?:an?|the|and|who|from)\b|$)"
)
ONLY_AS: Final = re.compile(r"\[Write the next reply only as ([^\]]{1,100}?)\.\]")
AS_USER: Final = re.compile(
    r"\[Write your next reply from the point of view of (?P<user>[^\],]{1,100})"
)


class Named(NamedTuple):
    """Whom a prompt's main sentence names; empty is not named."""

    character: str = ""
    user: str = ""


class Cast(NamedTuple):
    """Who takes part."""

    character: str
    user: str
    members: tuple[str, ...]

    def known(self) -> set[str]:
        """Return all names by which somebody may speak."""
        return {self.user, self.character, *self.members} - {"", NOBODY}


def main_in(text: str) -> re.Match[str] | None:
    """Return the first main sentence that names both, if there is one."""
    return _MAIN.search(text, 0, _LOOKED_LETTERS)


def named_by_main(text: str) -> Named:
    """Return whom the first main sentence of a text names."""
    if main := main_in(text):
        return Named(main["char"], main["user"])
    bare = _MAIN_BARE.search(text, 0, _LOOKED_LETTERS)
    return Named(bare["char"] if bare else "")


def members_of(openings: Iterable[str]) -> tuple[str, ...]:
    """Return a group's members by the lines with which its chat begins.

    Args:
        openings: Lines, of which some may be such; if they differ, one is none, and
            nobody is taken for a member.
    """
    begun = {line for line in openings if SEPARATOR.fullmatch(line)}
    found = _MEMBERS.fullmatch(begun.pop()) if len(begun) == 1 else None
    names = (name.strip() for name in (found[1].split(",") if found else ()))
    return tuple(dict.fromkeys(filter(None, names)))[:MOST_MEMBERS]


def cast_of(
    prompts: Sequence[str],
    tail: Sequence[str],
    *,
    told: Named,
    members: Sequence[str],
) -> Cast:
    """Find out who takes part: what is told, then the nudges, then the prompt.

    Args:
        prompts: The system messages.
        tail: Those at the end, behind the chat.
        told: Whom the client names.
        members: Who is in the group; empty or one if it is none.
    """
    members = tuple(members) if len(members) > 1 else ()
    joined = "\n".join(prompts)
    only = next((found[1] for text in tail if (found := ONLY_AS.search(text))), "")
    as_user = next((f["user"] for text in tail if (f := AS_USER.search(text))), "")
    main = named_by_main(joined)
    you_are = _YOU_ARE.search(prompts[0][:2000])
    character = main.character or (you_are["char"] if you_are else "")
    return Cast(
        character=(only if only in members else "")
        or told.character
        or character
        or NOBODY,
        user=told.user or main.user or as_user,
        members=members,
    )
