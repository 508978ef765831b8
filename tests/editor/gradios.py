"""Import the Gradio that is installed, whichever it is."""

from __future__ import annotations

import os
from typing import Any

from tests.hosts.launch_webui import accept_boolean_schemas, add_hf_folder

# Else the newest sums up all events so far after each one.
NEVER = 10**9


def the_gradio() -> Any:
    """Return Gradio; stock 4.37 beside the webui's pins gets what it misses."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(NEVER)
    add_hf_folder()
    accept_boolean_schemas()
    import gradio

    return gradio
