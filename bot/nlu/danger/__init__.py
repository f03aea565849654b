"""Danger, found by rules: `DangerRules` reads the phrases of `data/` and looks for them.

`rules.py` decides; `phrases.py` is the pattern language, `phrase_reader.py` and
`phrase_files.py` read it, and `lexicon.py` and `text.py` bring a message to the form
in which words are compared.
"""

from bot.nlu.danger.rules import Danger, DangerRules

__all__ = ["Danger", "DangerRules"]
