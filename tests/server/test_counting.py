"""Tokens are counted by the model's word, by its tokenizer's file, or estimated."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.errors import ConfigError
from long_term_memory.models.minilm_weights import TOKENIZER, packaged_folder
from long_term_memory.models.tokens import estimate_tokens
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import PATIENT, says, serving, stub_upstream

# The vocabulary has the word; the estimate takes a long one for several tokens.
WORDS = "hello photographs " * 50


@pytest.mark.parametrize("exact", [True, False])
def test_a_tokenizers_file_counts_where_the_model_told_nothing(
    tmp_path: Path, exact: bool
) -> None:
    file = str(packaged_folder() / TOKENIZER) if exact else ""
    with stub_upstream() as stub:
        stub.answers.append(says("Hello there."))
        upstream = UpstreamSettings(llm_base_url=stub.url, llm_tokenizer=file)
        settings = Settings(upstream=upstream)
        engine = build_engine(settings, tmp_path, load=HashEmbedder)
        with serving(create_app(engine, settings)) as url:
            asked = {"messages": [{"role": "user", "content": WORDS}]}
            httpx.post(f"{url}/v1/chat/completions", json=asked, timeout=30)
            total = httpx.get(f"{url}/health", timeout=PATIENT).json()["usage"]["total"]
        engine.close()

    assert total["calls"] == 1
    assert total["read"] == (100 if exact else estimate_tokens(WORDS))
    assert estimate_tokens(WORDS) != 100


def test_a_tokenizer_that_is_not_there_is_told_at_start(tmp_path: Path) -> None:
    file = str(tmp_path / "tokenizer.json")
    settings = Settings(upstream=UpstreamSettings(llm_tokenizer=file))
    engine = build_engine(settings, tmp_path, load=HashEmbedder)

    with pytest.raises(ConfigError, match=r"Cannot read the tokenizer file"):
        create_app(engine, settings)

    engine.close()
