"""`ltm doctor`: is everything there, and does every bank open?

Owns: what is checked, and what to do about it.
Knows nothing of: how banks work.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from .. import __version__
from ..engine.engine import Engine
from ..errors import EmbeddingError, LtmError
from ..models.embedder import load_embedder
from .look import counts_of, in_words
from .shared import DataDir, Json, opened, tell, tell_json

NEEDED = ("numpy", "zarr", "tokenizers", "PyYAML")
USEFUL = {
    "simsimd": "recall over many memories is slower without it",
    "fastapi": "the server needs it",
    "uvicorn": "the server needs it",
    "gradio": "the page needs it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked.

    Attributes:
        level: "ok", "note" or "FAULT".
    """

    level: str
    what: str
    words: str


def doctor(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Check the installation, the model, the data directory and every bank."""
    with opened(data_dir) as engine:
        findings = list(examine(engine))
    if as_json:
        tell_json([asdict(one) for one in findings])
    else:
        for one in findings:
            tell(f"{one.level:<6}{one.what}: {one.words}")
    if any(one.level == "FAULT" for one in findings):
        raise typer.Exit(1)


def examine(engine: Engine) -> Iterator[Finding]:
    """Yield what is found, one thing after the other."""
    python = f"{platform.python_version()} ({sys.executable})"
    yield Finding(level="ok", what="long-term memory", words=__version__)
    yield Finding(level="ok", what="Python", words=python)
    yield from _packages()
    yield _model(engine)
    yield _folder(engine.data_dir)
    yield from _banks(engine)


def _packages() -> Iterator[Finding]:
    for name in (*NEEDED, *USEFUL):
        try:
            yield Finding(level="ok", what=name, words=version(name))
        except PackageNotFoundError:
            missing = "FAULT" if name in NEEDED else "note"
            why = USEFUL.get(name, "memory needs it")
            yield Finding(level=missing, what=name, words=f"is not installed; {why}")


def _model(engine: Engine) -> Finding:
    wanted = engine.settings.embedding
    try:
        embedder = load_embedder(wanted.embedding_model, device=wanted.device)
    except EmbeddingError as error:
        words = f"only words are compared: {error}"
        return Finding(level="FAULT", what="embedding model", words=words)
    words = f"{embedder.name}, {embedder.dimension} dimensions"
    return Finding(level="ok", what="embedding model", words=words)


def _folder(folder: Path) -> Finding:
    where = folder.absolute()
    nearest = next((one for one in (where, *where.parents) if one.exists()), where)
    if not os.access(nearest, os.W_OK):
        words = f"{nearest} cannot be written. Check its permissions."
        return Finding(level="FAULT", what="data directory", words=words)
    words = str(where) if where.exists() else f"{where} (made when it is needed)"
    return Finding(level="ok", what="data directory", words=words)


def _banks(engine: Engine) -> Iterator[Finding]:
    scopes = engine.scopes()
    if not scopes:
        yield Finding(level="note", what="memories", words="there are none yet")
    for scope in scopes:
        what = f"memory of {scope.character} for {scope.user}"
        try:
            counts = counts_of(engine.bank(scope))
        except LtmError as error:
            yield Finding(level="FAULT", what=what, words=str(error))
            continue
        yield Finding(level="ok", what=what, words=in_words(counts))
