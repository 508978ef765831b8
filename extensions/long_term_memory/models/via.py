"""Tell whether a call has been here already, so that none goes in a circle.

Owns: the name of this process on the way of a call, and how that way is written.
Knows nothing of: who calls, how a call is answered.

An address of a model or of a service that leads back to us, straight or by way of
another server, would have one call go round until nothing is left to open. `Via` is
what HTTP has against that (RFC 9110, 7.6.3): each that passes a call on adds its name,
and what stands between leaves it alone.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

HEADER: Final = "Via"
# Our kind's names; what others have added is not told on.
_NAMED: Final = re.compile(r"\bltm-[0-9a-f]{32}\b")
# This process; a name by chance, so that two on a machine are told apart.
HERE: Final = f"ltm-{uuid4().hex}"
# More of our kind in a row than anyone sets up.
MOST_SERVERS: Final = 4
LOOP_STATUS: Final = 508
LOOP_WORDS: Final = (
    "This request has passed this server already: an address leads back to it. Set "
    "llm_base_url, embedding_endpoint and summary_endpoint to the services themselves, "
    "not to this server or to one that asks it."
)
# The way that the call under way has come.
WAY: ContextVar[tuple[str, ...]] = ContextVar("way", default=())


def way_of(told: str) -> tuple[str, ...]:
    """Return which servers of our kind a call has passed, by its headers' words."""
    return tuple(_NAMED.findall(told))


def is_loop(way: tuple[str, ...], here: str = HERE) -> bool:
    """Say whether a call that came this way must not go on."""
    return here in way or len(way) >= MOST_SERVERS


def way_on(here: str = HERE) -> str:
    """Return what a call that is made for the one under way says of its way."""
    return ", ".join(f"1.1 {name}" for name in (*WAY.get(), here))
