"""Names in her words: places that tell the nation, and services of the directory."""
