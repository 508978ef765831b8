"""Characters over REST: made, read, changed, deleted, brought as cards.

Owns: these routes, and how an uploaded file is read.
Knows nothing of: where characters are kept, what a card holds.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from ..errors import InvalidInput, TooLarge
from ..web.request_body import MEGABYTE
from ..web.responses import PlainJSON
from .answering import CharacterId, User, sent
from .bodies import CharacterBody, NewCharacterBody
from .lazy_platform import LazyPlatform
from .pictures import MOST_PICTURE_BYTES, media_type_of
from .records import Character, CharacterList, CharacterProfile, ImportedCharacter

MOST_CARD_BYTES = 32 * MEGABYTE
"""Of an uploaded card; one with many pictures has some ten million."""


class CharacterRoutes:
    """Answers what is asked of characters."""

    def __init__(self, platform: LazyPlatform) -> None:
        """Serve a platform."""
        self._platform = platform

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, put, delete = router.get, router.put, router.delete
        router.post("/characters", response_model=Character, status_code=201)(
            self.create
        )
        get("/characters", response_model=CharacterList)(self.all)
        router.post(
            "/characters/import", response_model=ImportedCharacter, status_code=201
        )(self.bring)
        get("/characters/{character_id}", response_model=Character)(self.read)
        put("/characters/{character_id}", response_model=Character)(self.change)
        delete("/characters/{character_id}", status_code=204)(self.delete)
        get("/characters/{character_id}/avatar", response_class=Response)(self.avatar)
        put("/characters/{character_id}/avatar", response_model=Character)(
            self.set_avatar
        )
        delete("/characters/{character_id}/avatar", response_model=Character)(
            self.drop_avatar
        )

    def create(self, user: User, body: NewCharacterBody) -> PlainJSON:
        """Make a character."""
        profile = CharacterProfile(**body.model_dump(by_alias=False))
        return sent(self._platform().characters.create(user, profile), status=201)

    def all(self, user: User) -> PlainJSON:
        """List your characters, the newest first."""
        return sent(CharacterList(characters=self._platform().characters.all(user)))

    def read(self, user: User, character_id: CharacterId) -> PlainJSON:
        """Read a character."""
        return sent(self._platform().characters.get(user, character_id))

    def change(
        self, user: User, character_id: CharacterId, body: CharacterBody
    ) -> PlainJSON:
        """Change a character; what is left out stays, and so do its memories."""
        changes = body.model_dump(by_alias=False, exclude_unset=True)
        if "name" in changes and not changes["name"].strip():
            raise InvalidInput("A character needs a name.", field="name")
        characters = self._platform().characters
        return sent(characters.change(user, character_id, changes))

    def delete(self, user: User, character_id: CharacterId) -> Response:
        """Delete a character; its conversations can be read only from then on."""
        self._platform().characters.delete(user, character_id)
        return Response(status_code=204)

    def avatar(self, user: User, character_id: CharacterId) -> Response:
        """Return a character's picture."""
        found = self._platform().characters.avatar(user, character_id)
        # A picture that holds a script must not run as a page of ours.
        headers = {"content-security-policy": "sandbox; default-src 'none'"}
        return Response(found.data, media_type=found.media_type, headers=headers)

    async def set_avatar(
        self, user: User, character_id: CharacterId, request: Request
    ) -> PlainJSON:
        """Give a character a picture: PNG, JPEG, GIF or WebP, as the body is."""
        from .characters import Avatar

        data = await uploaded(request, MOST_PICTURE_BYTES)
        avatar = Avatar(data, media_type_of(data))
        return sent(
            await asyncio.to_thread(
                self._platform().characters.set_avatar, user, character_id, avatar
            )
        )

    def drop_avatar(self, user: User, character_id: CharacterId) -> PlainJSON:
        """Take a character's picture away."""
        characters = self._platform().characters
        return sent(characters.set_avatar(user, character_id, None))

    async def bring(self, user: User, request: Request) -> PlainJSON:
        """Make a character of a card: PNG, JSON or CHARX, as the body is.

        Versions 1 to 3. Its lorebook becomes notes, its greetings and alternates are
        kept, and a picture becomes the avatar.
        """
        data = await uploaded(request, MOST_CARD_BYTES)
        found = await asyncio.to_thread(self._brought, user, data)
        return sent(found, status=201)

    def _brought(self, user: str, data: bytes) -> ImportedCharacter:
        found = self._platform().cards.bring(user, data)
        return ImportedCharacter(
            character=found.character, notes=found.notes, warnings=list(found.warnings)
        )


async def uploaded(request: Request, most_bytes: int) -> bytes:
    """Return the file that a body is.

    Raises:
        TooLarge: It is larger than may be; no more of it is read.
        InvalidInput: There is none, or it is a form.
    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise InvalidInput(
            "Send the file itself as the body, not a form (curl --data-binary @FILE).",
            field="body",
        )
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > most_bytes:
            raise TooLarge(
                f"A file has at most {most_bytes // MEGABYTE} MB here.", field="body"
            )
    if not read:
        raise InvalidInput("Send the file as the body of the request.", field="body")
    return bytes(read)
