"""A webui with our extension loaded in one of the webui's two ways."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.testing import HashEmbedder
from tests.webui.fake_webui.driver import FakeWebui

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent / "extensions" / "long_term_memory"
NAME = "long_term_memory"
PACKAGES = {"system": f"extensions.{NAME}", "user": f"{NAME}_user_copy"}


def forget_modules() -> None:
    """Make the next import of the webui, and of our script, a first one."""
    for name in list(sys.modules):
        top = name.split(".")[0]
        if top in ("modules", f"user_ext_{NAME}") or name.endswith(f"{NAME}.script"):
            del sys.modules[name]
    logging.getLogger(NAME).handlers.clear()


@pytest.fixture
def bare_webui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWebui]:
    """A webui without extensions."""
    forget_modules()
    monkeypatch.syspath_prepend(HERE / "fake_webui")
    from modules import shared

    shared.user_data_dir = tmp_path / "user_data"
    yield FakeWebui(tmp_path / "user_data")
    forget_modules()


@pytest.fixture(params=["system", "user"])
def load(
    request: pytest.FixtureRequest, bare_webui: FakeWebui
) -> Iterator[Callable[[], Any]]:
    """Load our extension, from the webui's folder or from its user's."""
    own = bare_webui.user_data / "extensions"

    def load_it() -> Any:
        if request.param == "system":
            return bare_webui.extensions.load_system(NAME)
        own.mkdir(parents=True, exist_ok=True)
        if not (own / NAME).exists():
            (own / NAME).symlink_to(PACKAGE)
        return bare_webui.extensions.load_user(NAME, own / NAME / "script.py")

    hooks = the_hooks(request.param)
    runtime = hooks.RUNTIME = hooks.Runtime()  # that of a new process
    runtime.build = partial(runtime.build, load=HashEmbedder)
    runtime.later = lambda seconds, action: bare_webui.later.append(action)
    yield load_it
    if runtime.host is not None:
        runtime.host.engine.close()


def the_hooks(way: str) -> Any:
    """Return our module of hooks under the name that this way of loading gives it."""
    if way == "user" and PACKAGES[way] not in sys.modules:
        execute_as_a_lone_file()
    return importlib.import_module(f"{PACKAGES[way]}.webui.hooks")


def execute_as_a_lone_file() -> None:
    """Execute the script without a package; it then registers one."""
    spec = importlib.util.spec_from_file_location("lone", PACKAGE / "script.py")
    assert spec
    assert spec.loader
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.fixture
def webui(bare_webui: FakeWebui, load: Callable[[], Any]) -> FakeWebui:
    """A webui with our extension running."""
    load()
    return bare_webui
