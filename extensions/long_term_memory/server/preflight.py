"""What is checked and set before a server opens anything.

Owns: whether a folder can hold memories, whether addresses can be asked, when memory
    goes back to the system, how long a thread computes at a stretch.
Knows nothing of: how the server runs, what is kept.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ..config import ServerSettings, Settings
from ..errors import ConfigError
from ..files import make_private_folder
from ..llm.addresses import base_of
from ..web.middleware import EVERY_ADDRESS
from ..web.origins import LOOPBACK_NAMES

# Its name in malloc.h.
M_MMAP_THRESHOLD: Final = -3
LARGE_BLOCK_BYTES: Final = 8 << 20
# A tenth of what Python takes by itself.
TURN_SECONDS: Final = 0.0005
# A database begins with as much.
_TRIED_BYTES: Final = 65_536
_PORTS: Final = {"http": 80, "https": 443}


def give_memory_back() -> None:
    """Have large blocks go back to the system as soon as they are free.

    glibc takes the first for a sign that more come, and keeps up to 32 MB of each
    thread's: a few requests of 30 MB left 150 MB behind.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def take_short_turns() -> None:
    """Have threads take turns often.

    A thread that stores a message lets go of Python at every call to SQLite, and waits
    each time for as long as another thread may compute at a stretch.
    """
    sys.setswitchinterval(TURN_SECONDS)


def check_folder(folder: Path) -> None:
    """Make the folder of the memories, and see whether it holds what is written.

    Raises:
        ConfigError: It cannot hold memories; says why and what to do.
    """
    try:
        make_private_folder(folder)
        with tempfile.TemporaryFile(dir=folder) as tried:
            tried.write(bytes(_TRIED_BYTES))
            tried.flush()
            os.fsync(tried.fileno())
    except NotADirectoryError:
        why = "it is a file" if folder.is_file() else "a part of its path is a file"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
    else:
        return
    raise ConfigError(
        f"{folder} cannot hold memories: {why}. Name a folder that this account may "
        "write to, with --data-dir."
    )


def check_addresses(settings: Settings) -> None:
    """Check the addresses of the model and of services.

    Raises:
        ConfigError: One is none, or is this server's own; names the setting.
    """
    ours = settings.server
    for name, address in _addresses(settings):
        try:
            base_of(address)
        except ValueError as error:
            raise ConfigError(
                f"{name} is no address: {error}. Write it as http://127.0.0.1:5000/v1, "
                "or leave it empty."
            ) from error
        if _is_own(address, ours):
            raise ConfigError(
                f"{name} is this server's own address: requests would go round in a "
                f"circle. Set it to the service itself; here is port {ours.port}."
            )


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    told = (
        ("llm_base_url", settings.upstream.llm_base_url),
        ("embedding_endpoint", settings.embedding.embedding_endpoint),
        ("summary_endpoint", settings.summaries.summary_endpoint),
    )
    return ((name, address.strip()) for name, address in told if address.strip())


def _is_own(address: str, ours: ServerSettings) -> bool:
    """Say whether an address is beyond doubt the one that is listened on."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if (parts.port or _PORTS[parts.scheme]) != ours.port:
        return False
    here = LOOPBACK_NAMES | EVERY_ADDRESS
    listened = ours.host.lower()
    return host == listened or (host in here and listened in here)
