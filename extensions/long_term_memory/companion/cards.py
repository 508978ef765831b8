"""Characters out of cards that others made.

Owns: which field of a card is which of ours, and what is too large.
Knows nothing of: how a card is read, routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from ..core.types import Scope
from ..engine.engine import Engine
from ..errors import InvalidInput
from ..importers.card_files import CardFile, persona_of, read_card_file
from ..importers.character_cards import read_card
from ..importers.file_content import FoundNote, ImportOptions
from ..importers.ingest import BatchName, bring_notes
from .characters import Avatar, Characters
from .pictures import MOST_PICTURE_BYTES
from .records import LONGEST_NAME, Character, CharacterProfile

MOST_NOTES: Final = 5_000
"""Entries of a lorebook; the largest that are shared have some hundreds."""


class Imported(NamedTuple):
    """A character out of a card, how many notes came with it, and what was left out."""

    character: Character
    notes: int
    warnings: Sequence[str]


class Cards:
    """Makes characters out of cards; synchronous, safe from any thread."""

    def __init__(self, engine: Engine, characters: Characters) -> None:
        """Bring notes into an engine's banks."""
        self._engine = engine
        self._characters = characters

    def bring(self, user: str, data: bytes) -> Imported:
        """Add the character of a card, and its lorebook as notes.

        Args:
            user: Whose it becomes.
            data: The file: PNG, JSON or CHARX; version 1, 2 or 3.

        Raises:
            InvalidInput: It is no card, is damaged or too large.
            Conflict: The user has a character of this name.
        """
        try:
            file = read_card_file(data)
        except InvalidInput as error:
            raise InvalidInput(f"The file {error}", field="body") from error
        profile = _profile(file)
        wishes = ImportOptions(user=user, character=profile.name)
        read = read_card(file.value, wishes)
        if len(read.notes) > MOST_NOTES:
            raise InvalidInput(
                f"The card's lorebook has {len(read.notes):,} entries; at most "
                f"{MOST_NOTES:,} are taken.",
                field="body",
            )
        warnings = list(read.warnings)
        avatar = None
        if len(file.picture) > MOST_PICTURE_BYTES:
            warnings.append("its picture is too large for an avatar")
        elif file.picture:
            avatar = Avatar(file.picture, "image/png")
        character = self._characters.create(user, profile, avatar)
        return Imported(
            character, self._notes(user, character, read.notes), tuple(warnings)
        )

    def _notes(
        self, user: str, character: Character, notes: Sequence[FoundNote]
    ) -> int:
        if not notes:
            return 0
        scope = Scope(user=user, character=character.memory_name)
        bank = self._engine.bank(self._engine.named(scope))
        batch = BatchName(id=uuid4().hex[:8], title=f"card of {character.name}")
        return bring_notes(bank, notes, batch)


def _profile(file: CardFile) -> CharacterProfile:
    """Read a card's persona; raises InvalidInput if it fits into no character."""
    told = persona_of(file.value)
    name = " ".join(told.name.split())[:LONGEST_NAME]
    if not name:
        raise InvalidInput("The card names nobody.", field="body")
    try:
        return CharacterProfile(
            name=name,
            description=told.description,
            personality=told.personality,
            scenario=told.scenario,
            instructions=told.instructions,
            greeting=told.greeting,
            alternate_greetings=list(told.alternate_greetings),
            example_messages=told.example_messages,
            tags=[one[:300] for one in told.tags],
        )
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The card's {field} does not fit: {first['msg']}.", field=field
        ) from None
