"""JSON in ASCII, which carries every text that a client can send.

Owns: how an answer is written.
Knows nothing of: what is answered.

JSON may hold halves of a pair of UTF-16, which UTF-8 cannot carry: one such name of a
chat would otherwise make every list fail in which it stands.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import JSONResponse


class PlainJSON(JSONResponse):
    """An answer whose letters beyond ASCII are escaped."""

    def render(self, content: Any) -> bytes:
        """Return the answer's body."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
