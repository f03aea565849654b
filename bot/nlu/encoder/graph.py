"""Lays the network out as an ONNX graph; how it multiplies is left to `products.py`.

A BERT encoder of one sentence at a time: no padding and no mask, so that a sentence
has the same vector whatever others are encoded beside it (sentences side by side would
share the range of their 8 bits). It has an axis for several all the same: ONNX Runtime
joins an addition and a normalisation in three dimensions only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from bot.nlu.encoder.files import GRAPH_INPUT, GRAPH_OUTPUT
from bot.nlu.encoder.packed import PackedModel, unpack

Numbers = NDArray[np.float32]

#: Where ONNX Runtime keeps the operators that are its own.
RUNTIME_DOMAIN = "com.microsoft"
OPSETS = [helper.make_opsetid("", 20), helper.make_opsetid(RUNTIME_DOMAIN, 1)]
IR_VERSION = 10


class GraphWriter(ABC):
    """Lays the network out node by node; each method returns the name of what it made."""

    def __init__(self, model: PackedModel) -> None:
        """Takes the weights to lay out; one writer writes one graph."""
        self._model = model
        self._shape = model.shape
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        #: Results that are given out beside the sentence's vector, and how wide they are.
        self.shown: dict[str, int] = {}

    def write(self) -> ModelProto:
        """Returns the whole graph: vectors of the pieces in, vectors of the sentences out."""
        state = self._normalize("start", GRAPH_INPUT, "emb.ln")
        for layer in range(self._shape.layers):
            state = self._layer(f"l{layer}.", state)
        mean = self._node("mean", "ReduceMean", state, self._whole("pieces_axis", 1), keepdims=0)
        self._node(GRAPH_OUTPUT, "Identity", mean)
        return self._finish()

    def _finish(self) -> ModelProto:
        width = self._shape.width
        given = helper.make_tensor_value_info(GRAPH_INPUT, TensorProto.FLOAT, ["b", "n", width])
        made = [helper.make_tensor_value_info(GRAPH_OUTPUT, TensorProto.FLOAT, ["b", width])]
        made += [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["b", "n", channels])
            for name, channels in self.shown.items()
        ]
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "encoder", [given], made, constants)
        model = helper.make_model(graph, opset_imports=OPSETS, ir_version=IR_VERSION)
        checker.check_model(model)
        return model

    def _layer(self, at: str, state: str) -> str:
        attended = self._product(at + "ao", self._attention(at, state))
        state = self._normalize(at + "x", self._node(at + "a", "Add", state, attended), at + "aln")
        # By tanh: half the time of the exact function, and nearer to it than 8 bits are.
        inner = self._node(
            at + "gelu", "FastGelu", self._product(at + "fi", state), domain=RUNTIME_DOMAIN
        )
        outer = self._product(at + "fo", inner)
        return self._normalize(at + "y", self._node(at + "b", "Add", state, outer), at + "oln")

    def _attention(self, at: str, state: str) -> str:
        """Lets each piece of the sentence take from all the others, head by head."""
        heads, width = self._shape.heads, self._shape.width
        each = width // heads
        joined = self._product(at + "qkv", state, (at + "q", at + "k", at + "v"))
        apart = self._whole("apart", 0, 0, 3 * heads, each)
        parted = self._node(at + "r", "Reshape", joined, apart)
        turned = self._node(at + "t", "Transpose", parted, perm=[0, 2, 1, 3])
        query, key, value = (at + name for name in ("query", "key", "value"))
        self._nodes.append(
            helper.make_node("Split", [turned], [query, key, value], axis=1, num_outputs=3)
        )
        scale = self._constant("scale", np.array(each**-0.5, dtype=np.float32))
        query = self._node(at + "scaled", "Mul", query, scale)
        key = self._node(at + "kt", "Transpose", key, perm=[0, 1, 3, 2])
        weights = self._node(at + "s", "Softmax", self._node(at + "qk", "MatMul", query, key))
        mixed = self._node(at + "m", "MatMul", weights, value)
        back = self._node(at + "u", "Transpose", mixed, perm=[0, 2, 1, 3])
        return self._node(at + "c", "Reshape", back, self._whole("together", 0, 0, width))

    def _product(self, name: str, state: str, parts: tuple[str, ...] = ()) -> str:
        """Multiplies by a matrix, or by several side by side, and adds the bias."""
        parts = parts or (name,)
        # The second product of the feed-forward pair alone starts from the inner width.
        width = self._shape.inner if name.endswith("fo") else self._shape.width
        weights = np.concatenate([unpack(self._model.blocks(part + ".w", width)) for part in parts])
        bias = np.concatenate([self._model.numbers(part + ".b") for part in parts])
        return self._multiply(name, state, weights.T, bias)

    @abstractmethod
    def _multiply(self, name: str, state: str, weights: Numbers, bias: Numbers) -> str:
        """Multiplies a state (b, n, width) by weights (width, made) and adds the bias (made,)."""

    def _normalize(self, name: str, state: str, source: str) -> str:
        weight, bias = (
            self._constant(f"{source}.{part}", self._model.numbers(f"{source}.{part}"))
            for part in ("w", "b")
        )
        epsilon = self._shape.epsilon
        return self._node(name, "LayerNormalization", state, weight, bias, epsilon=epsilon)

    def _node(self, name: str, kind: str, *inputs: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def _whole(self, name: str, *numbers: int) -> str:
        return self._constant(name, np.array(numbers, dtype=np.int64))

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name
