"""Tags that a person gives to memories.

Owns: how they are written, and how many and how long they may be.
Knows nothing of: who has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ...errors import InvalidInput

MOST_TAGS: Final = 20
MOST_TAG_CHARS: Final = 40

# People separate them by commas, also those of other scripts, and by lines.
_BETWEEN: Final = re.compile("[,;\n\r\u3001\uff0c\uff1b\u060c\u061b]")


def read_tags(typed: str) -> tuple[str, ...]:
    """Return the tags in what a person typed, separated by commas or lines.

    Raises:
        InvalidInput: There are too many, or one is too long.
    """
    return checked_tags(_BETWEEN.split(typed))


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags without blanks, "#" and repetitions, in their order.

    Raises:
        InvalidInput: There are too many, or one is too long.
    """
    found: dict[str, str] = {}
    for tag in tags:
        one = " ".join(tag.split()).lstrip("#").strip()
        if len(one) > MOST_TAG_CHARS:
            raise InvalidInput(
                f"A tag may have {MOST_TAG_CHARS} characters; this one has "
                f"{len(one):,}. Separate tags by commas.",
                field="tags",
            )
        if one:
            found.setdefault(one.casefold(), one)
    if len(found) > MOST_TAGS:
        raise InvalidInput(
            f"A memory may have {MOST_TAGS} tags; these are {len(found):,}.",
            field="tags",
        )
    return tuple(found.values())


def retagged(
    tags: Iterable[str], *, add: Iterable[str] = (), drop: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return tags with some more, and without others, however these are written.

    Raises:
        InvalidInput: There are too many then.
    """
    gone = {one.casefold() for one in drop}
    return checked_tags(one for one in (*tags, *add) if one.casefold() not in gone)


def has_tag(tags: Iterable[str], tag: str) -> bool:
    """Whether a tag is among others, however it is written."""
    return tag.casefold() in {one.casefold() for one in tags}
