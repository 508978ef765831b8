"""What a recall compares is at hand before somebody speaks, and is the same."""

from __future__ import annotations

import threading
from pathlib import Path

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.bank import Bank
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, recalled
from .conftest import MIKU

ASKED = "What is my cat called?"


def serves(bank: Bank) -> bool:
    """Say whether vectors are in memory."""
    return bank.state.vectors.serving is not None


def test_vectors_are_brought_into_memory_once_their_model_is_there(
    tmp_path: Path,
) -> None:
    engine = build_engine(Settings(), tmp_path, load=HashEmbedder)
    a_chat(engine.bank(MIKU), "first", "> My cat is called Miso.", "A lovely name.")
    engine.close()

    again = build_engine(Settings(), tmp_path, load=HashEmbedder)
    bank = again.bank(MIKU)
    assert again.embedder.ready(20) is not None
    assert not serves(bank)
    bank.prepare()
    assert serves(bank)
    ready = recalled(bank.chat("other", host="test"), ASKED)
    again.close()

    cold = build_engine(Settings(), tmp_path, load=HashEmbedder)
    assert cold.embedder.ready(20) is not None
    assert recalled(cold.bank(MIKU).chat("other", host="test"), ASKED) == ready
    cold.close()
    assert "My cat is called Miso." in ready


def test_without_a_model_nothing_is_waited_for(tmp_path: Path) -> None:
    loads, go = threading.Event(), threading.Event()

    def load() -> HashEmbedder:
        loads.set()
        go.wait(20)
        return HashEmbedder()

    engine = build_engine(Settings(), tmp_path, load=load)
    bank = engine.bank(MIKU)
    bank.prepare()
    assert loads.wait(20)
    assert engine.embedder.state == "loading"
    assert not serves(bank)
    go.set()
    engine.close()
