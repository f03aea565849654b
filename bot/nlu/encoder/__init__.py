"""The sentence encoder: one message in, one vector out, with no dialogue engine involved."""
