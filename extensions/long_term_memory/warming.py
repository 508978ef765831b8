"""What a host that will chat does beside its start, so that no message waits for it.

Owns: the thread that compiles patterns ahead.
Knows nothing of: what they are for, hosts.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from functools import partial
from time import sleep
from typing import Final

from . import core
from .core.text.patterns import compile_waiting

PAUSE_SECONDS: Final = 0.002


def warm_up() -> threading.Thread:
    """Begin to compile all patterns, those of modules nobody needed yet, too."""
    thread = threading.Thread(target=_warm, name="ltm-warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        importlib.import_module(module.name)
        compile_waiting(partial(sleep, PAUSE_SECONDS))
