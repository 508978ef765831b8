"""How the companion's routes ask and answer.

Owns: who asks, which ids and pages are named, how a record is sent.
Knows nothing of: what any route does.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from ..errors import InvalidInput
from ..identity.callers import caller_of
from ..web.responses import PlainJSON
from .bodies import LONGEST_ID
from .people import user_of
from .records import MOST_ON_PAGE, PAGE, Record


async def user_asking(request: Request) -> str:
    """Return the id of the user who asks."""
    return user_of(caller_of(request))


async def check_query(request: Request) -> None:
    """Refuse a parameter that a call does not know: a slip would change what it does.

    Calls without any ignore them, for pages have their own reasons (`avatar?v=2`).

    Raises:
        InvalidInput: It is not known, or named twice.
    """
    if not request.scope["query_string"]:
        return
    known = sorted(one.alias for one in request.scope["route"].dependant.query_params)
    for name in request.query_params if known else ():
        if name not in known:
            raise InvalidInput(
                f"{name!r} is no parameter here; there are {', '.join(known)}.",
                field=name,
            )
        if len(request.query_params.getlist(name)) > 1:
            raise InvalidInput(f"{name} is named twice.", field=name)


User = Annotated[str, Depends(user_asking)]
CharacterId = Annotated[str, Path(alias="character_id", max_length=LONGEST_ID)]
ConversationId = Annotated[str, Path(alias="conversation_id", max_length=LONGEST_ID)]
MessageId = Annotated[str, Path(alias="message_id", max_length=LONGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=MOST_ON_PAGE, description="How many, at most.")]
Cursor = Annotated[str | None, Query(max_length=LONGEST_ID * 2)]

PAGE_SIZE = PAGE


def sent(record: Record, *, status: int = 200) -> PlainJSON:
    """Return a record as it is sent."""
    return PlainJSON(record.told(), status_code=status)
