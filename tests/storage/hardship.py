"""Every call of a bank while no file may grow, or by a user who may not write.

Run as a module in a process of its own, for limits hold for a whole process. Prints as
JSON what became of each call.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from long_term_memory.core.maintenance import Level
from long_term_memory.errors import LtmError
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank
from long_term_memory.storage.sqlite.check import examine

from .builders import LATER, MODEL, a_chat, embed, say
from .calls import CALLS

NOBODY = 65534
ENOUGH_TO_FLUSH = 70


def outcome(act: Callable[[], object]) -> str:
    """Do it; return "fine", our error's words, or another error's name."""
    try:
        act()
    except LtmError as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 - that is what is being looked for
        return f"BUG {type(error).__name__}: {error}"
    return "fine"


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file take a byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def a_bank(folder: Path) -> SqliteBank:
    bank = open_bank(folder)
    # Each vector's left neighbour is the message of its number.
    rows = say(bank, a_chat(bank).row, *(f"m{n}" for n in range(ENOUGH_TO_FLUSH)))
    embed(bank.vectors.table(MODEL), rows[0], range(ENOUGH_TO_FLUSH))
    return bank


def full(folder: Path) -> dict[str, str]:
    """Try every call on a full disk, then opening, then go on."""
    bank = a_bank(folder)
    with full_disk():
        told = {name: outcome(partial(CALLS[name], bank)) for name in CALLS}
        told["open another"] = outcome(lambda: open_bank(folder / "another").close())
    told["afterwards"] = outcome(lambda: say(bank, 1, "There is room again."))
    bank.close()
    with full_disk():
        told["open"] = outcome(lambda: open_bank(folder).close())
    with closing(open_bank(folder)) as again:
        told["path after"] = str(len(again.chats.path(1)))
        table = again.vectors.table(MODEL)
        told["vectors after"] = str(len(table.vectors()))
    faults = [one for one in examine(folder, LATER) if one.level is Level.FAULT]
    told["faults"] = "; ".join(one.words for one in faults)
    return told


def denied(folder: Path) -> dict[str, str]:
    """Open a bank that may only be read, as a user who is nobody."""
    a_bank(folder).close()
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    return {
        "open": outcome(lambda: open_bank(folder, busy_timeout_seconds=0.01)),
        "make": outcome(lambda: open_bank(folder / "new", busy_timeout_seconds=0.01)),
    }


if __name__ == "__main__":
    told = {"full": full, "denied": denied}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps(told))
