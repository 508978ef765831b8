"""What restorations left of the conversations' database: it goes with a forgetting.

Owns: which copies those are.
Knows nothing of: what is in them, how one is put back.

    <data>/companion.set-aside-20261121-120000/companion.sqlite3
    <data>/companion.sqlite3.new

A copy remembers titles, addresses of pictures, and what had not reached its memory yet.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ...core.maintenance import CONVERSATIONS_ASIDE, CONVERSATIONS_DRAFT
from ...errors import StoreError


def drop_conversation_copies(data_dir: Path) -> None:
    """Remove what was set aside, and what a stopped restoration left.

    Raises:
        StoreError: One cannot be removed.
    """
    try:
        for aside in data_dir.glob(f"{CONVERSATIONS_ASIDE}*"):
            shutil.rmtree(aside)
        (data_dir / CONVERSATIONS_DRAFT).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"A copy of what conversations keep cannot be removed: {error}. Close what "
            "has it open."
        ) from error
