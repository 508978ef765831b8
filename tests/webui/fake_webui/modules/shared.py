"""What the whole webui shares."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

args = SimpleNamespace(multi_user=False, share=False)
user_data_dir = Path("user_data")
settings: dict[str, Any] = {}
tokenizer: object | None = object()
model_name = "toy"
model: object | None = object()
generation_lock = Lock()
stop_everything = False
