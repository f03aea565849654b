from __future__ import annotations

import pytest

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.refusals import STATUS_CODES, refusal

#: Every code that the contract and the server give.
CODES = {
    "not_json", "not_an_object", "message_and_choose", "too_long", "wrong_type", "unknown_answer",
    "unknown_language", "trouble", *STATUS_CODES.values(),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_has_an_emergency_number(phrases: Phrases, language: str, code: str) -> None:
    """Whatever went wrong, the sentence ends with where help is."""
    assert "999" in refusal(phrases, language, code)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_is_in_her_language(phrases: Phrases, code: str) -> None:
    """No language gets another one's sentence."""
    assert len({refusal(phrases, language, code) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_code_has_a_sentence_too(phrases: Phrases, language: str) -> None:
    """A code that nobody foresaw is not an empty error."""
    assert refusal(phrases, language, "new") == refusal(phrases, language, "not_json")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_she_can_mend_is_told_apart(phrases: Phrases, language: str) -> None:
    """Too long, too many, no such page and our own fault are different sentences."""
    codes = ("too_long", "too_many", "busy", "not_found", "trouble", "not_json")
    assert len({refusal(phrases, language, code) for code in codes}) == len(codes)
