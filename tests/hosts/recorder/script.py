"""A webui extension that writes down every prompt the model is given.

It is loaded after the extension under test and changes nothing. Each line of the file
named by PROMPT_RECORDER_FILE is one generation: the prompt and whose turn it was.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

_lock = threading.Lock()


def tokenizer_modifier(
    state: dict[str, Any], prompt: str, input_ids: Any, input_embeds: Any
) -> tuple[str, Any, Any]:
    """Record the prompt; hand everything on as it came."""
    line = {
        "prompt": prompt,
        "tokens": int(input_ids.shape[-1]),
        "chat_id": state.get("unique_id"),
        "character": state.get("character_menu") or state.get("character"),
        "mode": state.get("mode"),
    }
    with (
        _lock,
        Path(os.environ["PROMPT_RECORDER_FILE"]).open("a", encoding="utf-8") as file,
    ):
        file.write(json.dumps(line) + "\n")
    return prompt, input_ids, input_embeds
