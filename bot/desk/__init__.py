"""The staff face: where a service keeps its answers true. It knows nothing of any conversation."""
