"""A transformer reads feelings in place of our own model, if it can be had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import ExtrasSettings, Settings
from long_term_memory.core.text.emotion import LABELS
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.emotion_transformer import (
    USUAL,
    EmotionClassifier,
    load_classifier,
    named_model,
)
from long_term_memory.testing import HashEmbedder

Told = list[dict[str, Any]]


def answering(told: Told) -> EmotionClassifier:
    return EmotionClassifier(lambda: lambda text: told)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny classifier of three feelings, in a folder."""
    transformers = pytest.importorskip("transformers")
    made = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "happy", "sad", "##s"]
    (made / "vocab.txt").write_text("\n".join(words), "utf-8")
    labels = {0: "joy", 1: "sadness", 2: "something else"}
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=32,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
    )
    transformers.BertForSequenceClassification(config).save_pretrained(made)
    transformers.BertTokenizer(
        str(made / "vocab.txt"), model_max_length=32
    ).save_pretrained(made)
    return made


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("", ""),
        ("false", ""),
        (" Off ", ""),
        ("true", USUAL),
        ("1", USUAL),
        ("some/model", "some/model"),
    ],
)
def test_the_setting_names_a_model_or_says_whether_one_is_wanted(
    setting: str, name: str
) -> None:
    assert named_model(setting) == name


def test_labels_are_put_to_ours_and_shares_are_one() -> None:
    told = [
        {"label": "Happiness", "score": 0.4},
        {"label": "joy", "score": 0.2},
        {"label": "ANGER", "score": 0.3},
        {"label": "LABEL_7", "score": 0.9},
    ]

    found = answering(told).read("Hm.")

    assert sorted(label for label, _ in found) == sorted(LABELS)
    assert [label for label, _ in found[:2]] == ["joy", "anger"]
    assert found[0][1] == pytest.approx(2 / 3)
    assert sum(share for _, share in found) == pytest.approx(1)


def test_a_model_of_other_labels_is_refused_and_asked_no_more() -> None:
    asked: list[str] = []

    def load() -> Callable[[str], Told]:
        asked.append("loaded")
        return lambda text: [{"label": "LABEL_0", "score": 1.0}]

    classifier = EmotionClassifier(load)
    for _ in range(2):
        with pytest.raises(EmbeddingError, match="no label that is known"):
            classifier.read("Hm.")
    assert asked == ["loaded"]


def test_a_classifier_in_a_folder_reads_any_text(folder: Path, tmp_path: Path) -> None:
    settings = Settings(extras=ExtrasSettings(transformer_emotions=str(folder)))
    engine = build_engine(settings, tmp_path, load=HashEmbedder)
    try:
        for text in ("happy", "", "sad " * 9_000, "\ud83d half", "我"):
            found = dict(engine.emotions(text))
            assert found["joy"] + found["sadness"] == pytest.approx(1)
        assert engine.faults.last is None
        engine.configure(Settings())
        assert dict(engine.emotions("The door is open."))["neutral"] > 0.1
    finally:
        engine.close()


def test_without_the_model_our_own_is_asked_and_it_says_why(tmp_path: Path) -> None:
    missing = str(tmp_path / "no such folder")
    settings = Settings(extras=ExtrasSettings(transformer_emotions=missing))
    engine = build_engine(settings, tmp_path / "data", load=HashEmbedder)
    own = build_engine(Settings(), tmp_path / "own", load=HashEmbedder)
    try:
        assert engine.emotions("I am so happy!") == own.emotions("I am so happy!")
        fault = engine.faults.last
        assert fault is not None
        assert "set transformer_emotions to a local folder" in fault.words
    finally:
        engine.close()
        own.close()


def test_a_folder_without_a_model_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="transformer_emotions"):
        load_classifier(str(tmp_path))
