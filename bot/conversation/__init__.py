"""A conversation: what of it travels in the sealed state, and how Rasa's words become answers."""
