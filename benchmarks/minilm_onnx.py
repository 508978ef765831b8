"""A rival for `embedding.py`: the same weights as a graph for onnxruntime.

Owns: building the graph, running it on one thread.
Knows nothing of: timing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from long_term_memory.models.minilm import (
    DIMENSION,
    HEAD_SIZE,
    HEADS,
    LAYERS,
    load_tokenizer,
)
from long_term_memory.models.minilm_weights import (
    TOKENIZER,
    packaged_folder,
    read_published,
)

Array = NDArray[np.float32]


class OnnxMiniLM:
    """all-MiniLM-L6-v2 in onnxruntime, fp32, one thread."""

    def __init__(self) -> None:
        import onnxruntime

        folder = packaged_folder()
        self._tokenizer = load_tokenizer(folder / TOKENIZER)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _Graph(read_published(folder)[0]).serialized(),
            options,
            providers=["CPUExecutionProvider"],
        )

    def embed(self, texts: Sequence[str], batch_size: int = 32) -> Array:
        ids = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            vectors[batch] = self._run([ids[index] for index in batch])
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> Array:
        longest = max(map(len, batch))
        pieces = np.zeros((len(batch), longest), np.int64)
        present = np.zeros((len(batch), longest), np.float32)
        for row, ids in enumerate(batch):
            pieces[row, : len(ids)] = ids
            present[row, : len(ids)] = 1
        feed = {
            "pieces": pieces,
            "places": np.arange(longest),
            "mask": ((1 - present) * -1e9)[:, None, None],
        }
        hidden = self._session.run(None, feed)[0]
        sums = np.einsum("ijk,ij->ik", hidden, present)
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        vectors: Array = sums
        return vectors


class _Graph:
    """Collects the nodes and constants of the forward pass."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        self._tensors = tensors
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        x = self._op(
            "Add",
            self._op("Gather", self._weight("embeddings.word_embeddings"), "pieces"),
            self._op("Gather", self._constant(self._positions()), "places"),
        )
        x = self._norm(x, "embeddings.")
        for index in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{index}.")
        self._op("Identity", x, outputs=["hidden"])

    def serialized(self) -> bytes:
        from onnx import TensorProto, helper

        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [
                value("pieces", TensorProto.INT64, ["b", "t"]),
                value("places", TensorProto.INT64, ["t"]),
                value("mask", TensorProto.FLOAT, ["b", 1, 1, "t"]),
            ],
            [value("hidden", TensorProto.FLOAT, ["b", "t", DIMENSION])],
            self._constants,
        )
        # Opset 20 is the first with Gelu.
        opset = [helper.make_opsetid("", 20)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=10)
        content: bytes = model.SerializeToString()
        return content

    def _layer(self, x: str, prefix: str) -> str:
        x = self._norm(
            self._op("Add", x, self._attention(x, prefix)),
            f"{prefix}attention.output.",
        )
        up = self._op("Gelu", self._linear(x, f"{prefix}intermediate.dense"))
        down = self._linear(up, f"{prefix}output.dense")
        return self._norm(self._op("Add", x, down), f"{prefix}output.")

    def _attention(self, x: str, prefix: str) -> str:
        heads = self._constant(np.array([0, 0, HEADS, HEAD_SIZE]))
        parts = {
            name: self._op(
                "Transpose",
                self._op(
                    "Reshape",
                    self._linear(x, f"{prefix}attention.self.{name}"),
                    heads,
                ),
                perm=[0, 2, 3, 1] if name == "key" else [0, 2, 1, 3],
            )
            for name in ("query", "key", "value")
        }
        scale = self._constant(np.array(1 / math.sqrt(HEAD_SIZE), np.float32))
        query = self._op("Mul", parts["query"], scale)
        scores = self._op("Add", self._op("MatMul", query, parts["key"]), "mask")
        weights = self._op("Softmax", scores, axis=-1)
        mixed = self._op("MatMul", weights, parts["value"])
        rows = self._op(
            "Reshape",
            self._op("Transpose", mixed, perm=[0, 2, 1, 3]),
            self._constant(np.array([0, 0, DIMENSION])),
        )
        return self._linear(rows, f"{prefix}attention.output.dense")

    def _linear(self, x: str, name: str) -> str:
        weight = np.ascontiguousarray(self._tensors[f"{name}.weight"].T)
        product = self._op("MatMul", x, self._constant(weight))
        return self._op("Add", product, self._constant(self._tensors[f"{name}.bias"]))

    def _norm(self, x: str, prefix: str) -> str:
        return self._op(
            "LayerNormalization",
            x,
            self._weight(f"{prefix}LayerNorm"),
            self._constant(self._tensors[f"{prefix}LayerNorm.bias"]),
            axis=-1,
            epsilon=1e-12,
        )

    def _positions(self) -> Array:
        segment = self._tensors["embeddings.token_type_embeddings.weight"][0]
        positions: Array = (
            self._tensors["embeddings.position_embeddings.weight"] + segment
        )
        return positions

    def _weight(self, name: str) -> str:
        return self._constant(self._tensors[f"{name}.weight"])

    def _constant(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(values, name))
        return name

    def _op(
        self,
        kind: str,
        *inputs: str,
        outputs: list[str] | None = None,
        **attributes: Any,
    ) -> str:
        from onnx import helper

        outputs = outputs or [f"value_{len(self._nodes)}"]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs[0]
