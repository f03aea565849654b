"""The assistant: what it knows, what it understands, how it speaks and how it forgets."""
