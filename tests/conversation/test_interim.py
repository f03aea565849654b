"""An answer that may no longer be trusted: what is said in its place, and what stands all the same.

Bound to the day by a stopped clock, and to a language by what is stale in it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.clock import UK_TIME, Clock, stopped_at
from bot.content.values import INTERIM, Answer, Content
from bot.conversation.rendering import Renderer
from bot.i18n import Phrases, long_date
from bot.languages import LANGUAGES

#: Long after every review that ships.
LATE = stopped_at(datetime(2027, 9, 1, 10))

#: Topics whose interim text says what stays true of them, and some that have the general one.
OWN = ("sharing", "threats", "nrm", "status")
GENERAL = ("reporting", "supercomplaint")

OVERDUE = {
    "en": "It was due to be checked by {date}: it may have changed.",
    "es": "Tenía que revisarse a más tardar el {date}: puede haber cambiado.",
    "cy": "Roedd angen ei wirio erbyn {date}: gall fod wedi newid.",
    "pt": "Deveria ter sido verificado até {date}: pode ter mudado.",
}
NEWER = {
    "en": "The English text of this is newer",
    "es": "El texto en inglés es más nuevo",
    "cy": "Mae'r testun Saesneg yn fwy newydd",
    "pt": "O texto em inglês é mais novo",
}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


def overdue(answer: Answer, language: str) -> str:
    return OVERDUE[language].format(date=long_date(answer.review_by, language))


def with_stale(content: Content, language: str, answer_id: str, change: str) -> Content:
    return replace(content, stale={(language, f"{answer_id}.short"): change})


def of_topic(content: Content, topic: str) -> list[Answer]:
    found = [one for one in content.answers.values() if one.topic == topic and one.risk == "high"]
    assert found, topic
    return found


@in_every_language
@pytest.mark.parametrize("topic", OWN)
def test_an_overdue_answer_gives_way_to_what_stays_true_of_its_topic(
    content: Content, phrases: Phrases, language: str, topic: str
) -> None:
    """Instead of law that may have changed she reads what is approved for that topic."""
    for answer in of_topic(content, topic):
        message = Renderer(content, phrases, language, LATE).message(answer.id)
        assert message["text"] == content.text(language, f"{INTERIM}.{topic}")
        assert message["interim"] is True


@in_every_language
@pytest.mark.parametrize("topic", GENERAL)
def test_a_topic_without_a_text_of_its_own_has_the_general_one(
    content: Content, phrases: Phrases, language: str, topic: str
) -> None:
    """No topic is left without a word: the general text stands in."""
    for answer in of_topic(content, topic):
        message = Renderer(content, phrases, language, LATE).message(answer.id)
        assert message["text"] == content.text(language, f"{INTERIM}.short")
        assert message["interim"] is True


@in_every_language
def test_the_interim_texts_are_in_her_language(content: Content, language: str) -> None:
    """Each of them is there in each language, and none is the English one under another name."""
    for part in ("short", *OWN):
        own = content.text(language, f"{INTERIM}.{part}")
        assert language == "en" or own != content.text("en", f"{INTERIM}.{part}")
    texts = {content.text(language, f"{INTERIM}.{part}") for part in ("short", *OWN)}
    assert len(texts) == len(OWN) + 1


@in_every_language
def test_every_high_risk_answer_gives_way_when_it_is_overdue(
    content: Content, phrases: Phrases, language: str
) -> None:
    """No answer that could do harm is shown past its day: neither its text, nor its more."""
    renderer = Renderer(content, phrases, language, LATE)
    for answer in content.answers.values():
        if answer.risk != "high":
            continue
        for part in ("short", "more"):
            message = renderer.message(answer.id, part=part)
            assert message["interim"] is True, answer.id
            assert message["text"] != content.text(language, f"{answer.id}.short")
            if content.has_text(language, f"{answer.id}.more"):
                assert message["text"] != content.text(language, f"{answer.id}.more")


@in_every_language
def test_the_message_keeps_the_answers_id_and_leads_to_people(
    content: Content, phrases: Phrases, language: str
) -> None:
    """It is still about what she asked; it offers people, and no source that it does not use."""
    interim = content.answers[INTERIM]
    message = Renderer(content, phrases, language, LATE).message("sharing.risk")
    assert (message["answer"], message["lang"]) == ("sharing.risk", language)
    assert message["more"] is False
    assert [button["choose"] for button in message["buttons"]] == list(interim.next)
    assert [service["id"] for service in message["services"]] == list(interim.services)
    assert interim.services
    assert (message["sources"], message["card"]) == ([], None)
    assert overdue(content.answers["sharing.risk"], language) in message["dated"]


@in_every_language
def test_the_day_of_the_review_is_still_in_time(
    content: Content, phrases: Phrases, language: str
) -> None:
    """Until midnight of that day, in the UK, the answer stands; a minute later it gives way."""
    answer = content.answers["sharing.risk"]
    last = datetime.combine(answer.review_by, time(23, 59), UK_TIME)
    for moment, is_withheld in ((last, False), (last + timedelta(minutes=1), True)):
        message = Renderer(content, phrases, language, stopped_at(moment)).message(answer.id)
        assert message["interim"] is is_withheld, moment


@in_every_language
def test_before_any_review_is_due_nothing_gives_way(
    content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """On an ordinary day every answer is itself, and none says that it is overdue."""
    renderer = Renderer(content, phrases, language, clock)
    for answer in content.answers.values():
        message = renderer.message(answer.id)
        assert message["interim"] is False
        assert message["text"] == content.text(language, f"{answer.id}.short")
        assert overdue(answer, language) not in (message["dated"] or "")


@pytest.mark.parametrize("stale", [language for language in LANGUAGES if language != "en"])
@in_every_language
def test_a_text_that_could_do_harm_is_withheld_in_its_language_alone(
    content: Content, phrases: Phrases, clock: Clock, language: str, stale: str
) -> None:
    """A translation of an English text that has changed dangerously gives way; the others stay."""
    changed = with_stale(content, stale, "nrm.what", "dangerous")
    message = Renderer(changed, phrases, language, clock).message("nrm.what")
    assert message["interim"] is (language == stale)
    own = "nrm.what.short" if language != stale else f"{INTERIM}.nrm"
    assert message["text"] == content.text(language, own)
    assert message["lang"] == language


@in_every_language
def test_an_answer_of_low_risk_that_could_do_harm_gives_way_too(
    content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Whatever its risk, a text that a change has made dangerous is not shown."""
    name = next(one.id for one in content.answers.values() if one.risk == "low")
    changed = with_stale(content, language, name, "dangerous")
    assert Renderer(changed, phrases, language, clock).message(name)["interim"] is True


@in_every_language
@pytest.mark.parametrize("change", ["improved", "wording"])
def test_a_text_that_is_less_good_stands_and_may_say_so(
    content: Content, phrases: Phrases, clock: Clock, language: str, change: str
) -> None:
    """Where the English says more, she is told; where it is only worded otherwise, nothing is."""
    changed = with_stale(content, language, "nrm.what", change)
    message = Renderer(changed, phrases, language, clock).message("nrm.what")
    assert message["interim"] is False
    assert message["text"] == content.text(language, "nrm.what.short")
    assert (NEWER[language] in message["dated"]) is (change == "improved")


@in_every_language
def test_an_overdue_answer_of_low_risk_stands_and_warns(
    content: Content, phrases: Phrases, language: str
) -> None:
    """Where a mistake does little harm she has the answer, and reads that it may have changed."""
    renderer = Renderer(content, phrases, language, LATE)
    warned = 0
    for answer in content.answers.values():
        if answer.risk != "low":
            continue
        message = renderer.message(answer.id)
        assert message["interim"] is False
        assert message["text"] == content.text(language, f"{answer.id}.short")
        if message["services"] or message["sources"]:
            assert overdue(answer, language) in message["dated"]
            warned += 1
    assert warned


@in_every_language
def test_a_lifeline_is_never_withheld(content: Content, phrases: Phrases, language: str) -> None:
    """In danger an old line is better than none: it stands, overdue or stale, with its date."""
    stale = {(language, f"{name}.short"): "dangerous" for name in content.answers}
    renderer = Renderer(replace(content, stale=stale), phrases, language, LATE)
    lifelines = [one for one in content.answers.values() if one.risk == "lifeline"]
    assert {"safety.danger", "safety.suicide", "services.find"} <= {one.id for one in lifelines}
    for answer in lifelines:
        message = renderer.message(answer.id)
        assert message["interim"] is False
        assert message["text"] == content.text(language, f"{answer.id}.short")
        if message["services"] or message["sources"]:
            assert long_date(answer.as_of, language) in message["dated"]
            assert overdue(answer, language) in message["dated"]
    assert renderer.message("safety.danger")["dated"]


@in_every_language
@pytest.mark.parametrize("part", ["ask-nation", "ask-need", "ask-speak"])
def test_what_only_asks_is_not_withheld(
    content: Content, phrases: Phrases, language: str, part: str
) -> None:
    """A question is no claim that can be out of date: she is asked it on any day."""
    find = replace(content.answers["services.find"], risk="high", review_by=date(2020, 1, 1))
    content = replace(content, answers={**content.answers, find.id: find})
    message = Renderer(content, phrases, language, LATE).message("services.find", part=part)
    assert message["interim"] is False
    assert message["text"] == content.text(language, f"services.find.{part}")


@in_every_language
def test_an_overdue_service_is_shown_and_says_so(
    content: Content, phrases: Phrases, language: str
) -> None:
    """A number is never taken away for its age alone: the card says since when it was due."""
    message = Renderer(content, phrases, language, LATE).message("safety.danger")
    for service in message["services"]:
        kept = content.services[service["id"]]
        due = long_date(kept.review_by, language)
        assert service["phone"] == kept.shown_phone
        assert OVERDUE[language].format(date=due) in service["dated"]
