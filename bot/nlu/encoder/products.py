"""How the encoder's graph multiplies: in 8 bits, and once in full to see what that needs.

ONNX Runtime turns what flows through the network into 8 bits while it runs, with one
range for all of it. A few channels of this model are ten times as wide as the rest and
would leave them three or four steps; so each channel is divided by a factor before the
product and the weights are multiplied by it ("SmoothQuant", Xiao et al. 2022). The
factors come from running the network in full precision over `calibration.txt`.

On one core this takes a quarter of the time of the 4-bit blocks that the weights come
in, each with a range of its own. Cosine to full precision, centred, over 200 messages
in four languages: 0.997 in the mean; without the factors 0.985, with blocks 0.9996.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bot.nlu.encoder.files import GRAPH_INPUT
from bot.nlu.encoder.graph import RUNTIME_DOMAIN, GraphWriter, Numbers
from bot.nlu.encoder.packed import PackedModel

#: How much of a channel's width goes over to the weights: of 0.5 to 1 the best here.
SMOOTHING = 0.75
#: The largest whole number in 8 bits with a sign.
LARGEST = 127
_NOTHING = 1e-5


class FullGraph(GraphWriter):
    """Multiplies in full precision, and gives out what goes into each product."""

    def __init__(self, model: PackedModel) -> None:
        super().__init__(model)
        self.inputs: dict[str, str] = {}

    def _multiply(self, name: str, state: str, weights: Numbers, bias: Numbers) -> str:
        self.inputs[name] = state
        self.shown[state] = len(weights)
        product = self._node(name + ".p", "MatMul", state, self._constant(name + ".w", weights))
        return self._node(name, "Add", product, self._constant(name + ".b", bias))


class EightBitGraph(GraphWriter):
    """Multiplies in 8 bits, the channels evened out."""

    def __init__(self, model: PackedModel, widths: Mapping[str, Numbers]) -> None:
        """Takes the weights, and the `channel_widths` of what goes into each product."""
        super().__init__(model)
        self._widths = widths

    def _multiply(self, name: str, state: str, weights: Numbers, bias: Numbers) -> str:
        factors = smoothing_factors(self._widths[name], weights)
        inverse = self._constant(name + ".e", np.asarray(1 / factors, np.float32))
        even = self._node(name + ".even", "Mul", state, inverse)
        whole, scales = in_eight_bits(weights * factors[:, np.newaxis])
        inputs = (
            even,
            self._constant(name + ".w", whole),
            self._constant(name + ".s", scales),
            "",  # no zero point: the weights lie evenly about 0
            self._constant(name + ".b", bias),
        )
        return self._node(name, "DynamicQuantizeMatMul", *inputs, domain=RUNTIME_DOMAIN)


def channel_widths(model: PackedModel, sentences: Iterable[Numbers]) -> dict[str, Numbers]:
    """Returns the largest absolute value of each channel that goes into each product.

    Args:
        model: the weights.
        sentences: the pieces of some sentences as vectors, (n, width) each.
    """
    writer = FullGraph(model)
    session = onnxruntime.InferenceSession(
        writer.write().SerializeToString(), providers=["CPUExecutionProvider"]
    )
    shown = list(writer.shown)
    largest: dict[str, Numbers] = {}
    for rows in sentences:
        for state, values in zip(shown, session.run(shown, {GRAPH_INPUT: rows[np.newaxis]})):
            width = np.abs(values).max(axis=(0, 1))
            largest[state] = np.maximum(largest.get(state, width), width)
    return {name: largest[state] for name, state in writer.inputs.items()}


def smoothing_factors(widths: Numbers, weights: Numbers) -> Numbers:
    """Returns what each channel is divided by, (channels,); their geometric mean is 1."""
    theirs = np.maximum(np.abs(weights).max(axis=1), _NOTHING)
    factors = np.maximum(widths, _NOTHING) ** SMOOTHING / theirs ** (1 - SMOOTHING)
    even: Numbers = factors / np.exp(np.log(factors).mean())
    return even


def in_eight_bits(weights: Numbers) -> tuple[NDArray[np.int8], Numbers]:
    """Returns weights (width, made) as whole numbers, and the scale of each column, (made,)."""
    scales = np.maximum(np.abs(weights).max(axis=0), _NOTHING) / LARGEST
    return np.round(weights / scales).astype(np.int8), scales.astype(np.float32)
