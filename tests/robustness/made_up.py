"""What Hypothesis makes up: any text, any JSON, and good files that somebody has damaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

#: Characters that programs stumble over, beside whatever Hypothesis finds by itself.
STRANGE = st.sampled_from(
    [
        *("\x00", "\x07", "\x1b[31m", "\r", "\u2028", "\u200b", "\u202e", "\u2066", "\ufeff"),
        *("\ud800", "\udfff", "\U0001f469\u200d\U0001f467", "\ufe0f", "\u0301", "\u3164"),
        *("\ufdfa", "\ufb01", "\u00df", "\u0130", "\u01c6", "\u1e9e", "\u0345", "\u2126"),
        *("\u0661\u0662\u0663", "\uff17", "\u00b2", "\u2460", "\u2019", "\u00b4", "'", '"'),
    ]
)

#: Any text at all, lone surrogates included: a browser's script can send them.
texts = st.lists(st.one_of(st.text(st.characters()), STRANGE), max_size=8).map("".join)

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@st.composite
def damaged(draw: st.DrawFn, good: str, pieces: list[str]) -> bytes:
    """Returns a good file after one to three accidents: cut, doubled, overwritten, or spliced.

    Args:
        draw: of Hypothesis.
        good: the file.
        pieces: what its format stumbles over.
    """
    data = good.encode()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        put = draw(
            st.one_of(
                st.sampled_from([piece.encode() for piece in pieces]),
                st.binary(max_size=6),
                st.just(b""),
                st.just(data[start:end] * 2),
            )
        )
        data = data[:start] + put + data[end:]
    return data


def tried(error: type[Exception], call: Callable[..., Any], *arguments: Any) -> tuple[Any, Any]:
    """Returns what a call gives, or the error of ours that it raises; any other goes on."""
    try:
        return call(*arguments), None
    except error as raised:
        return None, raised
