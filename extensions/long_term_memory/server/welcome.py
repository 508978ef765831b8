"""What is told when the server is ready: where things are, and what to do next.

Owns: the words, and opening the page in a browser.
Knows nothing of: routes, how the server runs.
"""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from threading import Thread

from ..config import Settings
from ..core.text.addresses import host_of
from ..identity.auth import KEY_FILE, KEY_VARIABLE, seen_by_others
from ..web.middleware import EVERY_ADDRESS

NEXT_STEPS = (
    (
        "SillyTavern",
        "API: Chat Completion, source: Custom (OpenAI-compatible); paste {base} as "
        "Custom Endpoint, press Connect.",
    ),
    (
        "Open WebUI",
        "Admin settings, Connections, OpenAI API: add {base}.",
    ),
    (
        "Other clients",
        'Give them {base} as the OpenAI address ("base URL").',
    ),
    (
        "Older chats",
        "ltm import PATH, or the tab Import and export of the page.",
    ),
)


def root_of(settings: Settings) -> str:
    """Return the address that a client on this machine reaches the server by."""
    host = settings.server.host
    if host in EVERY_ADDRESS:
        host = "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.server.port}"


def welcome(settings: Settings) -> str:
    """Say where the server and the memories are, and the next step of each client."""
    root = root_of(settings)
    folder = Path(settings.server.data_dir).resolve()
    lines = [
        f"Long-term memory is ready: {root}/",
        f"  Page with the memories:  {root}/editor",
        f"  Address for clients:     {root}/v1",
        f"  Model behind it:         {_model(settings)}",
        f"  Memories are kept in:    {folder}",
    ]
    lines += _where_the_key_is(settings)
    lines += ["Next:"]
    lines += [
        f"  {client + ':':<15}{words.format(base=f'{root}/v1')}"
        for client, words in NEXT_STEPS
    ]
    return "\n".join([*lines, "Ctrl+C stops it."])


def show_page(settings: Settings) -> None:
    """Open the page in the browser, if there is one; never in the server's way."""
    page = f"{root_of(settings)}/editor"
    # A browser of the terminal would stay until it is left.
    Thread(target=webbrowser.open, args=(page,), daemon=True).start()


def _model(settings: Settings) -> str:
    """Say where the model is, or how to name one."""
    host = host_of(settings.upstream.llm_base_url)
    if host:
        return host
    return (
        "none yet, so no replies. Start again with --llm-base-url and its address, "
        "such as\n" + " " * 27 + "--llm-base-url http://127.0.0.1:5000/v1"
    )


def _where_the_key_is(settings: Settings) -> list[str]:
    """Say where the key is and who else can read it, never the key."""
    given = os.environ.get(KEY_VARIABLE, "").strip()
    if given or not settings.server.secure:
        return []
    path = (Path(settings.server.data_dir) / KEY_FILE).resolve()
    lines = [f"  The key that clients must show is in {path}"]
    if warning := seen_by_others(path):
        lines.append(f"  Warning: {warning}")
    return lines
