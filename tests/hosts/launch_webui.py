"""Start the webui's own `server.py` on the Gradio that a package index offers.

The webui ships with a Gradio of its own making that no index has. This script, run by
the webui's interpreter from inside the webui's folder, gives the stock release what the
host relies on, in memory only, and then runs `server.py` as if it had been called.

Owns: the differences between the two Gradios.
Must not know: this project, its extension, the tests.
"""

from __future__ import annotations

import functools
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# How long the first page may take before Gradio calls the start failed. Stock waits
# 3 seconds, which two loaded cores exceed.
FIRST_PAGE_TIMEOUT_SECONDS = 120


def add_hf_folder() -> None:
    """Put back the class that huggingface-hub 1.x dropped and Gradio 4.37 imports."""
    import huggingface_hub

    if not hasattr(huggingface_hub, "HfFolder"):
        huggingface_hub.HfFolder = type(
            "HfFolder", (), {"get_token": staticmethod(lambda: None)}
        )


def accept_boolean_schemas() -> None:
    """Let Gradio's API page meet the boolean schemas that pydantic 2.11 writes."""
    from gradio_client import utils

    original = utils._json_schema_to_python_type

    @functools.wraps(original)
    def describe(schema: Any, defs: Any) -> str:
        if isinstance(schema, bool):
            return "Any"
        return str(original(schema, defs))

    utils._json_schema_to_python_type = describe


def add_missing_components() -> None:
    """Stand in for the two components that only the host's own Gradio has."""
    import gradio

    def headless(value: Any = None, **_: Any) -> Any:
        return gradio.JSON(value=value, visible=False)

    def drag_drop(value: Any = None, **options: Any) -> Any:
        text = "\n".join(value) if isinstance(value, list) else value
        return gradio.Textbox(value=text, lines=4, **options)

    gradio.Headless = headless
    gradio.DragDrop = drag_drop


def ignore_dark_theme() -> None:
    """Swallow the argument of `Blocks` that stock does not take."""
    import gradio

    original: Callable[..., None] = gradio.Blocks.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, dark_theme: bool = False, **options: Any) -> None:
        original(self, *args, **options)

    gradio.Blocks.__init__ = init


def serve_head_with_page() -> None:
    """Write the host's `head` into the page that is served.

    Stock adds it in the browser, where the host's scripts then race with the host's
    code that calls them.
    """
    import gradio
    from gradio import routes
    from jinja2 import FunctionLoader

    original_config = gradio.Blocks.get_config_file
    environment = routes.templates.env
    stock_loader = environment.loader

    @functools.wraps(original_config)
    def config_without_head(self: Any, *args: Any, **options: Any) -> Any:
        config = original_config(self, *args, **options)
        environment.globals["served_head"] = config.get("head") or ""
        return {**config, "head": None}

    def load(name: str) -> str:
        source = str(stock_loader.get_source(environment, name)[0])
        return source.replace("<head>", "<head>{{ served_head | safe }}", 1)

    gradio.Blocks.get_config_file = config_without_head
    environment.loader = FunctionLoader(load)


def wait_longer_for_first_page() -> None:
    """Ask for the first page once, patiently."""
    import httpx
    from gradio import networking

    def answers(url: str) -> bool:
        with httpx.Client(timeout=FIRST_PAGE_TIMEOUT_SECONDS, verify=False) as client:
            return client.head(url).status_code in (200, 302, 401)

    networking.url_ok = answers


def keep_state_until_page_is_filled() -> None:
    """Ignore what a page reports about itself before it has been given its values.

    Stock components tell of a change when they are mounted. If that overtakes the load
    event, the host keeps a state without a mode, and no later page ever gets one.
    """
    from modules import shared, ui

    original = ui.gather_interface_values

    @functools.wraps(original)
    def gather(*values: Any) -> Any:
        kept = shared.persistent_interface_state
        state = original(*values)
        if state.get("mode") is None:
            shared.persistent_interface_state = kept
        return state

    ui.gather_interface_values = gather


def main() -> None:
    """Patch, then become `server.py` of the working directory."""
    add_hf_folder()
    accept_boolean_schemas()
    add_missing_components()
    ignore_dark_theme()
    serve_head_with_page()
    wait_longer_for_first_page()
    folder = Path.cwd()
    sys.path[0] = str(folder)
    sys.argv[0] = "server.py"
    if "--nowebui" not in sys.argv:
        keep_state_until_page_is_filled()
    runpy.run_path(str(folder / "server.py"), run_name="__main__")


if __name__ == "__main__":
    main()
