from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.errors import ContentError
from bot.nlu.danger import Danger, DangerRules

LANGUAGES = ("en", "es", "cy", "pt")
DATA = Path(__file__).parent / "danger"
KINDS = {
    "attack", "weapon", "strangulation", "drowning", "threat_to_kill", "honour", "here", "held",
    "followed", "child", "injury", "forced", "cry", "suicide",
}  # fmt: skip
ACCENTS = str.maketrans({"a": "á", "e": "ê", "i": "ì", "o": "õ", "u": "ü", "w": "ŵ", "y": "ŷ"})


def firing(language: str) -> Iterator[tuple[str, str, str]]:
    data = YAML(typ="safe", pure=True).load(DATA / f"{language}.yml")
    for answer, groups in data["fires"].items():
        for group, messages in groups.items():
            for message in messages:
                yield message, answer, group


def silent(language: str) -> Iterator[str]:
    data = YAML(typ="safe", pure=True).load(DATA / f"{language}.yml")
    for messages in data["silent"].values():
        yield from messages


ALL_FIRING = [(lang, *one) for lang in LANGUAGES for one in firing(lang)]
ALL_SILENT = [(lang, message) for lang in LANGUAGES for message in silent(lang)]


@pytest.fixture(scope="module")
def rules() -> DangerRules:
    return DangerRules.load()


@pytest.mark.parametrize(("language", "message", "answer", "group"), ALL_FIRING)
def test_danger_now_is_heard(
    rules: DangerRules, language: str, message: str, answer: str, group: str
) -> None:
    """A woman in danger gets the emergency answer however hurriedly she types."""
    danger = rules.detect(message)
    assert danger is not None
    assert danger.answer == answer


@pytest.mark.parametrize(("language", "message"), ALL_SILENT)
def test_talk_of_violence_without_danger_now_is_left_alone(
    rules: DangerRules, language: str, message: str
) -> None:
    """The past, films, questions, sayings and threats of deportation bring no emergency answer."""
    assert rules.detect(message) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_told_in_the_language_of_the_message(rules: DangerRules, language: str) -> None:
    """The language is hers, save for single words that Spanish and Portuguese share."""
    found = [rules.detect(message) for message, _, group in firing(language) if group != "mixed"]
    other = [danger for danger in found if danger is not None and danger.language != language]
    assert len(other) <= len(found) * 0.03


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_every_kind(language: str) -> None:
    """No language is second class: each has phrases for each kind of danger."""
    path = Path(__file__).parents[2] / "bot/nlu/danger/data" / f"{language}.yml"
    data = YAML(typ="safe", pure=True).load(path)
    assert {kind["kind"] for kind in data["kinds"]} == KINDS
    assert data["language"] == language


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("i want to die he is hitting me now", "safety.danger"),
        ("he has a knife and i took pills", "safety.danger"),
        ("quiero morirme me esta pegando", "safety.danger"),
        ("he will kill me one day, i want to die", "safety.suicide"),
        ("i cut myself and im bleeding", "safety.suicide"),
        ("tomei todos os remedios me ajuda agora", "safety.suicide"),
        ("dwi isio marw mae o'n bwrw fi rwan", "safety.danger"),
    ],
)
def test_an_attacker_comes_before_her_wish_to_die(
    rules: DangerRules, message: str, expected: str
) -> None:
    """Of two dangers the attack is answered first; otherwise her wish to die is."""
    danger = rules.detect(message)
    assert danger is not None
    assert danger.answer == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("he has a knife", Danger("safety.danger", "weapon", "en")),
        ("me ahorcó anoche", Danger("safety.danger", "strangulation", "es")),
        ("mae o wrth y drws", Danger("safety.danger", "here", "cy")),
        ("ele me trancou no quarto", Danger("safety.danger", "held", "pt")),
        ("quero morrer", Danger("safety.suicide", "suicide", "pt")),
    ],
)
def test_the_kind_and_language_are_told(rules: DangerRules, message: str, expected: Danger) -> None:
    """The caller learns what is happening and in which language it was said."""
    assert rules.detect(message) == expected


@pytest.mark.parametrize(
    ("quiet", "loud"),
    [
        ("he strangled me years ago", "he strangled me last night"),
        ("he had a knife last year", "last year he only shouted, now he has a knife"),
        ("me ahorcó hace años", "me pegaba hace años y ahora me está ahorcando"),
        ("ele me enforcou ano passado", "ele me enforcou ontem"),
        ("nath o fy nhagu flynyddoedd yn ôl", "nath o fy nhagu neithiwr"),
        ("he is not here", "no, he is here"),
        ("no está aquí", "no, está aquí"),
    ],
)
def test_the_present_beats_the_past(rules: DangerRules, quiet: str, loud: str) -> None:
    """A "years ago" calls off only what it speaks of, and gives way to "now"."""
    assert rules.detect(quiet) is None
    assert rules.detect(loud) is not None


def shout(message: str) -> str:
    return message.upper() + "!!!"


def accent(message: str) -> str:
    return message.translate(ACCENTS)


def double(message: str) -> str:
    return "".join(char * 2 if char.isalpha() else char for char in message)


def sprinkle(message: str) -> str:
    return "\u200b".join(message).replace(" ", " \U0001f62d ").replace("\u2019", "'")


def curl(message: str) -> str:
    return "\u00a1" + message.replace("'", "\u2019").replace(" ", "\n  ") + "\u2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noise", [shout, accent, double, sprinkle])
def test_noise_does_not_hide_danger(
    rules: DangerRules, language: str, noise: Callable[[str], str]
) -> None:
    """Capitals, wrong accents, held-down keys, emoji and hidden characters change nothing."""
    for message, answer, _ in firing(language):
        danger = rules.detect(noise(message))
        assert danger is not None, noise(message)
        assert danger.answer == answer, noise(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_full_stops_between_words_do_not_hide_danger(rules: DangerRules, language: str) -> None:
    """A phone that ends every word with a stop still gets her heard, wherever lines break."""
    for message, _, _ in firing(language):
        assert rules.detect(message.replace(" ", ". ")) is not None, message
        assert rules.detect(curl(message)) is not None, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_inside_a_longer_message_is_heard(rules: DangerRules, language: str) -> None:
    """Danger is heard among other matters, before or after it."""
    before = "hello i am in cardiff and my visa ends in march. "
    after = ". and do the police ask for my passport"
    for message, _, _ in firing(language):
        if len(message.split()) > 4:
            assert rules.detect(before + message + after) is not None, message


def test_any_text_can_be_read(rules: DangerRules) -> None:
    """No sequence of characters makes the rules fail."""
    chance = random.Random(7)  # noqa: S311, repeatable noise, no secret
    words = [word for _, message, _, _ in ALL_FIRING for word in message.split()]
    for _ in range(300):
        odd = "".join(chr(chance.randrange(sys.maxunicode)) for _ in range(chance.randrange(80)))
        mixed = " ".join(chance.choices(words, k=chance.randrange(60)))
        rules.detect(odd + mixed[:400])
    assert rules.detect("") is None


def test_fewer_rules_hear_less(tmp_path: Path) -> None:
    """The files are the rules: what they do not say is not heard."""
    write_rules(tmp_path, "he has a (knife | gun)")
    rules = DangerRules.load(tmp_path)
    assert rules.detect("he has a gun") == Danger("safety.danger", "weapon", "xx")
    assert rules.detect("he is hitting me") is None


@pytest.mark.parametrize(
    "phrase", ["he has (a knife", "he has)", "..3 knife", "knife?", "<nobody> knife", "kn*", "gun~"]
)
def test_a_phrase_that_cannot_be_read_is_refused(tmp_path: Path, phrase: str) -> None:
    """A slip in a file stops the start, and the error names the file and the phrase."""
    write_rules(tmp_path, phrase)
    with pytest.raises(ContentError, match=r"xx\.yml.*"):
        DangerRules.load(tmp_path)


def test_a_directory_without_rules_is_refused(tmp_path: Path) -> None:
    """No rules at all is a fault, never a quiet pass."""
    with pytest.raises(ContentError):
        DangerRules.load(tmp_path)


def write_rules(directory: Path, phrase: str) -> None:
    kind = {
        "kind": "weapon", "answer": "safety.danger", "attacker": True, "now": [phrase],
    }  # fmt: skip
    lists = (
        "nots",
        "subjects",
        "always_cancels",
        "idioms",
        "asking",
        "present",
        "turns",
        "fillers",
    )
    rules = {"language": "xx", "words": {}, "kinds": [kind], "cancels": {}}
    with (directory / "xx.yml").open("w", encoding="utf-8") as file:
        YAML().dump(rules | {name: [] for name in lists}, file)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "can the police tell the home office about me he is hitting me right here",
            "me he is hitting me right here",
        ),
        ("he is hitting me", None),
        ("what is the national referral mechanism", None),
        ("", None),
    ],
)
def test_the_words_of_danger_are_cut_out(rules: DangerRules, text: str, part: str | None) -> None:
    """A long question beside them must not hide them from whoever reads the part."""
    assert rules.part(text) == part
