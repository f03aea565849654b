"""ONNX Runtime as every graph here is run: one thread, and no memory of what it was given."""

from __future__ import annotations

import onnxruntime

_FATAL_ONLY = 4


def open_session(graph: bytes) -> onnxruntime.InferenceSession:
    """Returns a session on a serialised graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Both would keep memory for every length of sentence that was ever seen.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = _FATAL_ONLY
    # Without it, processors that lack 8-bit products (VNNI) would overflow silently.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
