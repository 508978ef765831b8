"""Keep Gradio from printing what stands in the words of errors.

Owns: what is logged in place of a traceback of Gradio's.
Knows nothing of: the page, who shows it.

Gradio prints whatever an event failed with, and in the words of it stand the event's
inputs: what a person wrote, or what somebody sent to fill the log. It has no setting
for that.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, Final

from ..errors import places

# Where Gradio runs events and answers requests.
_MODULES: Final = ("gradio.queueing", "gradio.routes", "gradio.route_utils")
# So many different faults are told; whoever makes them up gets no further.
MOST_FAULTS: Final = 100

logger = logging.getLogger("long_term_memory")


class Places:
    """Stands where Gradio looks for `traceback`: tells once where an error arose."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        """Return the rest of the module."""
        return getattr(traceback, name)

    def print_exc(self, *_: Any, **__: Any) -> None:
        """Log where the error arose that is being handled."""
        error = sys.exception()
        if error is None or len(self._told) >= MOST_FAULTS:
            return
        where = places(error)
        if where not in self._told:
            self._told.add(where)
            logger.warning("The page was asked what it cannot do.\n%s", where)


def tell_places_alone() -> None:
    """Have the Gradio that is loaded log the places of errors, and no words."""
    instead = Places()
    for name in _MODULES:
        module: Any = sys.modules.get(name)
        if hasattr(module, "traceback"):
            module.traceback = instead
