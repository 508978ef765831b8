"""What the memory runs on: versions, the model, and the webui it is attached to.

Owns: what is looked at there, in words for people.
Knows nothing of: banks.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ... import __version__
from ...config import EmbeddingSettings
from ...core.maintenance import Finding, Level
from ...errors import EmbeddingError
from ...models.embedder import Embedder, load_embedder

NEEDED = ("numpy", "zarr", "tokenizers", "PyYAML")
USEFUL = {
    "simsimd": "recall over many memories is slower without it",
    "fastapi": "the server needs it",
    "uvicorn": "the server needs it",
    "gradio": "the page needs it",
}
NAME = "long_term_memory"
PACKAGE = Path(__file__).absolute().parents[2]

Load = Callable[[EmbeddingSettings], Embedder]


def load_as_set(settings: EmbeddingSettings) -> Embedder:
    """Load the embedder that the settings name."""
    return load_embedder(settings.embedding_model, device=settings.device)


def versions(backend: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Say which versions are at work, and what is missing.

    Args:
        backend: What the memories are kept by, with its version.
    """
    python = f"{platform.python_version()} ({sys.executable})"
    yield _ok("long-term memory", f"{__version__} ({PACKAGE})")
    yield _ok("Python", python)
    for what, words in backend:
        yield _ok(what, words)
    for name in (*NEEDED, *USEFUL):
        try:
            yield _ok(name, version(name))
        except PackageNotFoundError:
            missing = Level.FAULT if name in NEEDED else Level.NOTE
            why = USEFUL.get(name, "memory needs it")
            words = f"is not installed; {why}"
            yield Finding(level=missing, what=name, words=words)


def model(
    settings: EmbeddingSettings, load: Load = load_as_set
) -> tuple[Finding, Embedder | None]:
    """Say which embedder is at work, or why only words are compared."""
    try:
        embedder = load(settings)
    except EmbeddingError as error:
        words = f"only words are compared: {error.for_the_owner}"
        return Finding(level=Level.FAULT, what="embedding model", words=words), None
    named = f"{embedder.name}, {embedder.dimension} dimensions"
    return _ok("embedding model", f"{named}, by {type(embedder).__name__}"), embedder


def webuis(starts: Iterable[Path]) -> Iterator[Finding]:
    """Say in which webuis the extension stands, looking around some places.

    Args:
        starts: Files and folders in or beside which a webui may be.
    """
    roots = dict.fromkeys(root for start in starts for root in _roots(start.absolute()))
    found = False
    for root in roots:
        for place in _places(root):
            if place.is_symlink() or place.exists():
                found = True
                yield _attached(place)
    if not found:
        seen = f"; seen, but without it: {', '.join(map(str, roots))}" if roots else ""
        yield _ok("webui", f"attached to none that can be seen from here{seen}")


def _attached(place: Path) -> Finding:
    """Say which package stands in a webui's place for it."""
    if not (place / "script.py").is_file():
        words = (
            f"{place} leads nowhere. Attach it again: python install.py webui FOLDER"
        )
        return Finding(level=Level.FAULT, what="webui", words=words)
    if place.resolve() == PACKAGE.resolve():
        return _ok("webui", f"attached at {place}")
    words = f"{place} is another copy ({place.resolve()}), not the one that says this"
    return Finding(level=Level.NOTE, what="webui", words=words)


def _roots(start: Path) -> Iterator[Path]:
    """Yield the webuis that a place lies in or beside."""
    for folder in (start, *start.parents):
        for root in (folder, folder / "app", folder / "text-generation-webui"):
            if (root / "server.py").is_file() and (root / "modules").is_dir():
                yield root


def _places(root: Path) -> list[Path]:
    """Return where an extension may stand; portable builds keep user data outside."""
    data = (root, root.parent, root.parent.parent)
    return [
        *(one / "user_data" / "extensions" / NAME for one in data),
        root / "extensions" / NAME,
    ]


def _ok(what: str, words: str) -> Finding:
    return Finding(level=Level.OK, what=what, words=words)
