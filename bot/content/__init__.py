"""What the assistant may say: answers, services, sources, their texts and their revisions."""
