"""What every reranker promises, and what becomes of one that is late or missing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import long_term_memory
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.minilm_weights import TOKENIZER, packaged_folder
from long_term_memory.models.reranker import (
    CrossReranker,
    PatientReranker,
    Reranker,
    load_reranker,
)

PACKAGE = Path(long_term_memory.__file__).parent
WAIT = 20.0


class Counting:
    """A reranker that counts the query's letters in a text."""

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how often the query stands in each text."""
        return np.array([text.count(query) for text in texts], np.float32)


def tiny_model(folder: Path) -> Path:
    """Write a cross-encoder with random weights, which has no idea."""
    import torch
    from tokenizers import Tokenizer
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(5)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(packaged_folder() / TOKENIZER)),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(params=["counting", pytest.param("tiny", marks=pytest.mark.model)])
def reranker(request: pytest.FixtureRequest, tmp_path: Path) -> Reranker:
    if request.param == "counting":
        return Counting()
    return load_reranker(str(tiny_model(tmp_path)))


def test_gives_a_finite_score_for_each_text(reranker: Reranker) -> None:
    scores = reranker.score("cat", ["My cat.", "", "\ud83d", "word " * 2_000])

    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_gives_no_scores_for_no_texts(reranker: Reranker) -> None:
    assert reranker.score("cat", []).shape == (0,)


def test_a_text_has_the_same_score_in_any_company(reranker: Reranker) -> None:
    alone = reranker.score("cat", ["My cat."])
    beside = reranker.score("cat", ["Rain.", "My cat."])

    assert alone[0] == pytest.approx(beside[1], abs=1e-4)


class Classes:
    """A loaded model of several classes, and a text that overflows."""

    def predict(self, pairs: list[tuple[str, str]], **options: object) -> object:
        """Return two numbers for each pair."""
        del options
        return np.array([[0.9, 0.1], [0.2, np.nan]])[: len(pairs)]


def test_of_several_classes_the_last_counts_and_no_score_is_no_number() -> None:
    scores = CrossReranker(Classes()).score("cat", ["a", "b"])

    assert scores.tolist() == [pytest.approx(0.1), 0]


def test_scores_that_come_in_time_are_taken() -> None:
    patient = PatientReranker(Counting)

    scores, note = patient.score("cat", ["a cat", "rain"], timeout_seconds=WAIT)

    assert note == ""
    assert scores is not None
    assert scores.tolist() == [1, 0]


class Slow(Counting):
    """A reranker that waits to be let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.scored = threading.Event()

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the scores when it may."""
        self.let_go.wait(WAIT)
        self.scored.set()
        return super().score(query, texts)


def test_a_late_reranker_is_dropped_and_serves_again_later() -> None:
    slow = Slow()
    patient = PatientReranker(lambda: slow)

    assert patient.score("cat", ["cat"], timeout_seconds=0) == (None, patient.LATE)
    # It is still busy with the first message.
    assert patient.score("cat", ["cat"], timeout_seconds=WAIT) == (None, patient.LATE)

    slow.let_go.set()
    slow.scored.wait(WAIT)
    scores = None
    while scores is None:
        scores, _ = patient.score("cat", ["cat"], timeout_seconds=WAIT)
    assert scores.tolist() == [1]


def missing() -> Reranker:
    """Load what is not there."""
    raise EmbeddingError("No such model.")


def test_a_reranker_that_cannot_be_loaded_says_why_each_time() -> None:
    patient = PatientReranker(missing)

    for _ in range(2):
        found = patient.score("cat", ["cat"], timeout_seconds=WAIT)
        assert found == (None, "No such model.")


@pytest.mark.model
def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="set rerank_model to a local folder"):
        load_reranker(str(tmp_path))


def test_without_sentence_transformers_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from long_term_memory.models.reranker import load_reranker\n"
        "load_reranker('any')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pip install sentence-transformers" in ran.stderr
