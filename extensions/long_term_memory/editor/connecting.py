"""What stands where nothing is yet: how a client is connected, with the address.

Owns: the words and tags of it.
Knows nothing of: Gradio, which host shows it.
"""

from __future__ import annotations

from html import escape

STEPS = (
    (
        "SillyTavern",
        "Plug symbol, API “Chat Completion”, source “Custom (OpenAI-compatible)”; "
        "paste the address as Custom Endpoint and press Connect.",
    ),
    (
        "Open WebUI",
        "Admin settings, Connections, OpenAI API: add the address.",
    ),
    ("Other clients", "Wherever an OpenAI address or “base URL” is asked for."),
    ("Older chats", "Bring them in under “Import and export”."),
)


def connect(nothing: str, base_url: str) -> str:
    """Return what to do first.

    Args:
        nothing: What is not there yet.
        base_url: What is pasted into a client; empty where there is nothing to paste.
    """
    told = f'<p class="ltm-empty">{escape(nothing)}</p>'
    if not base_url:
        return told
    steps = "".join(
        f"<li><strong>{escape(client)}:</strong> {escape(words)}</li>"
        for client, words in STEPS
    )
    return (
        f'<div class="ltm-first"><p>{escape(nothing)}</p>'
        "<p>Give your client this address:</p>"
        f'<p class="ltm-paste"><code data-ltm-base>{escape(base_url)}</code>'
        '<button type="button" class="ltm-button" data-ltm-copy>Copy</button></p>'
        f'<ul class="ltm-steps">{steps}</ul></div>'
    )
