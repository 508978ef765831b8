"""A few turns in a webui that lacks some packages; run by `test_portable` as a program.

Prints what a user would see, as JSON. Words in the command line are packages that are
treated as not installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent


def main(folder: Path, absent: Sequence[str]) -> dict[str, object]:
    """Talk, and tell what came of it."""
    # So they are neither found nor imported.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    sys.path[:0] = map(
        str, (REPOSITORY, REPOSITORY / "extensions", HERE / "fake_webui")
    )
    from modules import shared

    from tests.editor.gradios import the_gradio
    from tests.webui.fake_webui.driver import FakeWebui
    from tests.webui.inside import engine_of, status_of

    shared.user_data_dir = folder / "user_data"
    webui = FakeWebui(folder / "user_data")
    webui.extensions.load_system("long_term_memory")
    webui.send("My sister Mira keeps bees behind the lighthouse.", "How many hives?")
    for number in range(12):
        webui.send(f"The weather today is number {number}.", "It is, indeed.")
    engine = engine_of(webui)
    [scope] = engine.scopes()
    settled = False
    while not settled and engine.status().embedder_state != "failed":
        settled = engine.bank(scope).settle(0.2)
    webui.changes["truncation_length"] = 700
    prompt = webui.send("Who keeps something behind the lighthouse?")
    gr = the_gradio()
    with gr.Blocks() as blocks:
        webui.extensions.active["long_term_memory"].ui()
    stats = engine.bank(scope).stats()
    found = {
        "settled": settled,
        "recalled": "sister Mira keeps bees" in prompt,
        "embedded": stats.embedded,
        "messages": stats.messages,
        "drawn": len(blocks.get_config_file()["components"]),
        "status": status_of(webui),
    }
    engine.close()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
