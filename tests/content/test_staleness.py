"""How grave it is that the English has changed since a translation was made."""

from __future__ import annotations

import pytest

from bot.content.staleness import UNSAID, EnglishText, digest, kind_of_staleness
from bot.content.values import CHANGES


def history(*versions: str) -> list[EnglishText]:
    """Returns English texts of `text:kind`, the oldest first; `-` is a text taken away."""
    parts = [version.partition(":") for version in versions]
    return [
        EnglishText(None if text == "-" else digest(text), kind or None) for text, _, kind in parts
    ]


@pytest.mark.parametrize(
    ("versions", "kind"),
    [
        (["one"], None),
        (["one", "two:wording"], "wording"),
        (["one", "two:improved"], "improved"),
        (["one", "two:dangerous"], "dangerous"),
        (["one", "two"], UNSAID),
        (["one", "two:wording", "three:wording"], "wording"),
        (["one", "two:dangerous", "three:wording"], "dangerous"),
        (["one", "two:wording", "three:dangerous"], "dangerous"),
        (["one", "two:wording", "three:improved"], "improved"),
        (["one", "two:wording", "three"], UNSAID),
        (["zero:dangerous", "one:dangerous"], None),
        (["zero", "one:dangerous", "two:wording"], "wording"),
        (["one", "two:dangerous", "one:wording"], None),
        (["one", "two:dangerous", "one:dangerous", "three:wording"], "wording"),
        (["one", "-", "two:wording"], UNSAID),
        ([], None),
    ],
)
def test_what_changed_after_a_translation_was_made_counts(versions, kind) -> None:
    """The gravest change since the English it was made from stood last; none, when it stands."""
    assert kind_of_staleness(digest("one"), history(*versions)) == kind


def test_of_an_english_that_never_was_every_change_counts() -> None:
    """A translation of a text that no revision had is as stale as the gravest change of all."""
    assert kind_of_staleness(digest("?"), history("one:dangerous", "two:wording")) == "dangerous"
    assert kind_of_staleness(digest("?"), history("one")) == UNSAID


def test_a_translation_that_remembers_nothing_is_compared_with_nothing() -> None:
    """Without the English it was made from nobody can say that it is out of date."""
    assert kind_of_staleness(None, history("one", "two:dangerous")) is None


def test_the_kinds_stand_in_the_order_of_the_harm_they_could_do() -> None:
    """A change of wording is the least, a dangerous one the worst; unsaid, it is shown warned."""
    assert CHANGES == ("wording", "improved", "dangerous")
    assert UNSAID == "improved"


def test_a_digest_tells_texts_apart() -> None:
    """The same text has the same digest, and any other text another."""
    assert digest("á") == digest("á")
    assert len({digest(text) for text in ("á", "a", "á ", "")}) == 4
