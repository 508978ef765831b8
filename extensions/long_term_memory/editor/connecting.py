"""What stands where nothing is yet: how a client is connected, with the address.

Owns: which clients are named, and in which order.
Knows nothing of: Gradio, tags (`templates` has them), which host shows it.
"""

from __future__ import annotations

from .markup import empty
from .templates import macros
from .texts import say

CLIENTS = ("sillytavern", "open_webui", "others", "older")


def connect(nothing: str, base_url: str) -> str:
    """Return what to do first.

    Args:
        nothing: What is not there yet.
        base_url: What is pasted into a client; empty where there is nothing to paste.
    """
    if not base_url:
        return empty(nothing)
    steps = [(say(f"first.{one}"), say(f"first.{one}_steps")) for one in CLIENTS]
    html: str = macros("common").first_steps(nothing, base_url, steps)
    return html
