"""Models and embeddings as OpenAI's clients ask for them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from long_term_memory.testing import HashEmbedder

from .conftest import free_port
from .proxies import World, world
from .upstreams import PATIENT, refuses

MODELS = {"object": "list", "data": [{"id": "a", "object": "model", "extra": 1}]}


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def here(shared: World) -> World:
    shared.stub.asked.clear()
    shared.change(llm_base_url=shared.stub.url, llm_model="", llm_retries=0)
    shared.embedder = HashEmbedder(dimension=8)
    return shared


@pytest.mark.parametrize("path", ["/v1/models", "/models", "/v1/models/", "//models"])
def test_the_models_are_those_of_the_service(here: World, path: str) -> None:
    here.stub.answers.append(refuses(200, MODELS))

    answer = httpx.get(
        f"{here.url}{path}", headers={"Authorization": "Bearer mine"}, timeout=PATIENT
    )

    assert answer.json() == MODELS
    assert here.stub.asked[0].path == "/v1/models"
    assert here.stub.asked[0].headers["authorization"] == "Bearer mine"


def test_one_model_is_told_of(here: World) -> None:
    here.stub.answers.append(refuses(200, {"id": "org/a"}))
    here.stub.answers.append(refuses(404, {"error": {"message": "none"}}))

    assert httpx.get(f"{here.url}/v1/models/org/a", timeout=PATIENT).json() == {
        "id": "org/a"
    }
    assert here.stub.asked[0].path == "/v1/models/org/a"
    missing = httpx.get(f"{here.url}/v1/models/b", timeout=PATIENT)
    assert (missing.status_code, missing.json()) == (
        404,
        {"error": {"message": "none"}},
    )


def test_the_configured_model_stands_in_for_a_service_that_is_down(here: World) -> None:
    here.change(llm_base_url=f"http://127.0.0.1:{free_port()}", llm_model="mine")

    answer = httpx.get(f"{here.url}/v1/models", timeout=PATIENT)

    assert answer.status_code == 200
    assert [model["id"] for model in answer.json()["data"]] == ["mine"]
    assert "cannot be reached" in answer.json()["error"]["message"]


def test_a_service_that_is_down_is_told(here: World) -> None:
    here.change(llm_base_url=f"http://127.0.0.1:{free_port()}")

    answer = httpx.get(f"{here.url}/v1/models", timeout=PATIENT)

    assert answer.status_code == 502
    assert "cannot be reached" in answer.json()["error"]["message"]


def test_a_list_that_is_none_is_told(here: World) -> None:
    here.stub.answers.append(refuses(200, "<html>"))

    assert httpx.get(f"{here.url}/v1/models", timeout=PATIENT).status_code == 502


def embed(here: World, **body: Any) -> httpx.Response:
    return httpx.post(f"{here.url}/v1/embeddings", json=body, timeout=PATIENT)


def test_texts_are_embedded_by_our_own_model(here: World) -> None:
    texts = ["My cat is called Miso.", "Rain."]

    told = embed(here, input=texts, model="any").json()

    assert told["object"] == "list"
    assert told["model"] == "hash"
    assert [one["index"] for one in told["data"]] == [0, 1]
    vectors = np.array([one["embedding"] for one in told["data"]], np.float32)
    assert np.array_equal(vectors, HashEmbedder(dimension=8).embed(texts))
    assert told["usage"]["prompt_tokens"] == told["usage"]["total_tokens"] > 0
    assert here.stub.asked == []


def test_a_single_text_is_embedded_in_base64(here: World) -> None:
    [one] = embed(here, input="Rain.", encoding_format="base64").json()["data"]

    vector = np.frombuffer(base64.b64decode(one["embedding"]), "<f4")
    assert np.array_equal(vector, HashEmbedder(dimension=8).embed(["Rain."])[0])


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({}, "input", "a text or a list"),
        ({"input": []}, "input", "a text or a list"),
        ({"input": 7}, "input", "a text or a list"),
        ({"input": [1, 2, 3]}, "input", "token numbers"),
        ({"input": [[1, 2]]}, "input", "token numbers"),
        ({"input": ["a"] * 2049}, "input", "more than 2048"),
        ({"input": "a", "encoding_format": "int8"}, "encoding_format", "float or"),
        ({"input": "a", "dimensions": 3}, "dimensions", "must be 8"),
    ],
)
def test_what_cannot_be_embedded_is_refused(
    here: World, body: dict[str, Any], param: str, words: str
) -> None:
    answer = embed(here, **body)

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["param"], error["type"]) == (param, "invalid_request_error")
    assert words in error["message"]


def test_no_embedder_is_told_with_the_way_out(here: World) -> None:
    here.embedder = None

    answer = embed(here, input="a")

    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "There is no model; install one."


def test_a_body_that_is_no_json_is_refused(here: World) -> None:
    answer = httpx.post(
        f"{here.url}/v1/embeddings",
        content=b"{",
        headers={"Content-Type": "application/json"},
        timeout=PATIENT,
    )

    assert answer.status_code == 400
