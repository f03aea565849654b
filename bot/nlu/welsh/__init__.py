"""Welsh put into rough English, word by word, for the sentence encoder."""
