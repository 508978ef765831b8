"""An embedder behind a service, on a function in place of the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import EmbeddingSettings, Settings
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.llm import Answer
from long_term_memory.models.remote_embedder import REST_SECONDS, RemoteEmbedder
from long_term_memory.testing import HashEmbedder


class Service:
    """Embeds as the fake does, and keeps what it was asked."""

    def __init__(self, dimension: int = 8) -> None:
        self.embedder = HashEmbedder(dimension=dimension)
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.faults: list[Answer | OSError] = []
        self.longest = 100_000

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        asked = json.loads(body)
        self.requests.append((url, asked, dict(headers)))
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, OSError):
                raise fault
            return fault
        if max(map(len, asked["input"])) > self.longest:
            return Answer(400, b'{"error": {"message": "too long"}}')
        return Answer(200, self.told(asked["input"]))

    def told(self, texts: list[str]) -> bytes:
        rows = 3 * self.embedder.embed(texts)
        data = [
            {"object": "embedding", "index": index, "embedding": row.tolist()}
            for index, row in enumerate(rows)
        ]
        return json.dumps({"data": data[::-1]}).encode()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def remote(service: Any, endpoint: str = "http://a/v1", **known: Any) -> RemoteEmbedder:
    clock = known.pop("clock", Clock())
    known = {"model": "small", "post": service, **known}
    return RemoteEmbedder(endpoint, clock=clock, sleep=clock.sleep, **known)


def test_texts_are_embedded_in_their_order_to_unit_length() -> None:
    service = Service()
    texts = ["My cat is called Miso.", "Rain again.", "Hm."]

    vectors = remote(service).embed(texts)

    assert np.allclose(vectors, service.embedder.embed(texts), atol=1e-6)
    assert vectors.dtype == np.float32
    assert remote(service).embed([]).shape == (0, 8)


def test_many_texts_go_in_batches() -> None:
    service = Service()
    embedder = remote(service, dimension=8)

    vectors = embedder.embed([f"Message {number}." for number in range(150)])

    assert vectors.shape == (150, 8)
    assert [len(asked["input"]) for _, asked, _ in service.requests] == [64, 64, 22]


@pytest.mark.parametrize(
    "endpoint",
    ["http://a", "http://a/v1", "http://a/v1/", "http://a/v1/embeddings"],
)
def test_an_address_is_taken_with_or_without_its_path(endpoint: str) -> None:
    service = Service()

    remote(service, endpoint)

    assert service.requests[0][0] == "http://a/v1/embeddings"


def test_the_length_of_vectors_is_asked_for_only_if_it_is_set() -> None:
    service = Service()

    told = remote(service, dimension=8, api_key="secret")
    told.embed(["Hm."])
    asked_for = remote(service)

    first, second = service.requests
    assert first[1]["dimensions"] == 8
    assert first[1]["model"] == "small"
    assert first[2]["Authorization"] == "Bearer secret"
    assert "dimensions" not in second[1]
    assert "Authorization" not in second[2]
    assert asked_for.dimension == 8


def test_vectors_of_another_place_model_or_length_are_not_compared() -> None:
    service = Service()
    same = remote(service).fingerprint

    assert remote(service, dimension=8).fingerprint == same
    assert remote(service, "http://b/v1").fingerprint != same
    assert remote(service, model="large").fingerprint != same
    assert remote(service, dimension=9).fingerprint != same


def test_texts_that_services_refuse_are_sent_as_others() -> None:
    service = Service()

    vectors = remote(service).embed(["", " \n", "broken \ud83d here"])

    assert service.requests[-1][1]["input"] == [".", ".", "broken ? here"]
    assert np.isfinite(vectors).all()


def test_a_text_that_is_too_long_is_shortened() -> None:
    service = Service()
    service.longest = 2000

    vectors = remote(service).embed(["word " * 3000, "short"])

    assert vectors.shape == (2, 8)
    assert [max(map(len, a["input"])) for _, a, _ in service.requests[1:]] == [
        7999,
        1199,
    ]


@pytest.mark.parametrize("fault", [OSError("refused"), Answer(503, b"loading")])
def test_a_service_that_is_busy_is_asked_again(fault: Any) -> None:
    service = Service()
    embedder = remote(service)
    service.faults = [fault]

    assert embedder.embed(["Hm."]).shape == (1, 8)


def test_a_service_that_is_away_is_named_and_left_alone_for_a_while() -> None:
    service, clock = Service(), Clock()
    embedder = remote(service, clock=clock)
    service.faults = [OSError("refused")] * 3

    with pytest.raises(EmbeddingError, match=r"at a cannot be reached: refused"):
        embedder.embed(["Hm."])
    asked = len(service.requests)
    with pytest.raises(EmbeddingError, match="cannot be reached"):
        embedder.embed(["Hm."])
    assert len(service.requests) == asked

    clock.sleep(REST_SECONDS)
    assert embedder.embed(["Hm."]).shape == (1, 8)


def test_a_refusal_is_told_with_its_words() -> None:
    service = Service()
    service.faults = [Answer(401, b"Wrong\n key")]

    with pytest.raises(EmbeddingError, match=r"answered 401\.") as caught:
        remote(service)
    assert caught.value.said == "Wrong key"


def test_a_service_that_echoes_a_message_is_not_quoted() -> None:
    """Its words went to the log, and to whoever asked for the server's health."""
    text = "I hid the silver key under the third step."
    service = Service()
    embedder = remote(service)
    echo = json.dumps({"detail": f"bad input: {text}"}).encode()
    for answer in (Answer(400, echo), Answer(200, echo)):
        service.faults = [answer]
        for _ in range(2):  # the second is told by memory, while the service rests
            with pytest.raises(EmbeddingError) as caught:
                embedder.embed([text])
            assert "silver" not in caught.value.for_the_owner
        embedder._resting_until = 0.0


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": 0, "embedding": ["a"]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 2, 3]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 2, 3, 4, 5, 6, 7, NaN]}]}',
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(body: bytes) -> None:
    service = Service()
    embedder = remote(service)
    service.faults = [Answer(200, body)]

    with pytest.raises(EmbeddingError, match="service at a sent"):
        embedder.embed(["Hm."])


def test_an_address_of_no_web_service_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="must begin with http"):
        remote(Service(), "localhost:8080")


def test_a_vector_of_zeros_has_a_direction() -> None:
    service = Service()
    embedder = remote(service)
    zeros = {"data": [{"index": 0, "embedding": [0] * 8}]}
    service.faults = [Answer(200, json.dumps(zeros).encode())]

    [vector] = embedder.embed(["Hm."])

    assert vector.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_an_engine_embeds_by_the_service_that_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = service(self.path, body, dict(self.headers))
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    monkeypatch.setenv("LTM_LLM_API_KEY", "of-the-chat")
    monkeypatch.setenv("LTM_EMBEDDING_API_KEY", "of-this")
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        chosen = EmbeddingSettings(embedding_endpoint=endpoint, embedding_model="tiny")
        engine = build_engine(Settings(embedding=chosen), tmp_path)
        try:
            embedder = engine.embedder.ready(10)
        finally:
            engine.close()
            server.shutdown()
            thread.join()

    assert embedder is not None
    assert (embedder.name, embedder.dimension) == ("tiny", 8)
    assert service.requests[0][2]["Authorization"] == "Bearer of-this"
