"""What must be true of every text and every record before anybody reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import product

import pytest
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from bot.clock import Clock, stopped_at, uk_now
from bot.content.card import LINES, READERS
from bot.content.checks import review
from bot.content.checks.every import CHECKS
from bot.content.checks.wording import says, words
from bot.content.directory import ALWAYS_SHOWN, ANY, SPOKEN, for_need
from bot.content.followups import intents as follow_ups
from bot.content.references import make_reference, parse_reference, rasa_name, response_name
from bot.content.shipped import CATALOGUES, read_records, read_shipped
from bot.content.topics import ALL, questions_of, topics
from bot.content.values import INTERIM, NATIONS, NEEDS
from bot.conversation.rendering import Message, Renderer
from bot.i18n import LOCALE_FOLDER, Phrases, catalogue_path
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.settings import ROOT

CONTENT = read_shipped()
RECORDS = read_records()
PHRASES = Phrases()
MSGIDS = sorted({msgid for _, msgid in CONTENT.texts})
CATALOGUE = ROOT / "tests" / "project" / "catalogue.txt"

#: Nobody asks for these: they are said when something is missing, and never offered.
SAID_BY_ITSELF = {"bot.unsure", "bot.fresh-start", "bot.trouble", INTERIM}
#: Nobody needs a way to these: the first two are about the last answer and stand under each,
#: as "more" and as its sources; the third is what is said to questions about other things.
NOT_LOOKED_FOR = {"bot.more", "bot.sources", "bot.out-of-scope"}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


def texts_of(language: str) -> dict[str, str]:
    return {msgid: text for (tag, msgid), text in CONTENT.texts.items() if tag == language}


# --- the checks


def assert_nothing(findings: Iterable[object]) -> None:
    """Fails with the sentence of each finding, which says what to do."""
    found = [str(finding) for finding in findings]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("check", CHECKS)
def test_what_ships_passes_every_check(check) -> None:
    """No check has anything to say against what ships."""
    assert_nothing(CHECKS[check](CONTENT))


def test_nothing_that_ships_is_overdue_today() -> None:
    """An answer whose review is past, and a translation of older English, stop the suite."""
    assert_nothing(review.find(CONTENT, uk_now().date()))


# --- nothing is missing, and nothing is left over


def catalogue() -> dict[str, list[str]]:
    """Returns the ids that were promised: answers and services."""
    found: dict[str, list[str]] = {}
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        if line in ("# answers", "# services"):
            ids = found.setdefault(line.removeprefix("# "), [])
        elif line and not line.startswith("#"):
            ids.append(line)
    return found


@pytest.mark.parametrize("kind", ["answers", "services"])
def test_every_id_of_the_catalogue_ships(kind) -> None:
    """No id that links, conversations and edits of staff may name is renamed or dropped."""
    promised = catalogue()[kind]

    assert len(promised) == len(set(promised)) == {"answers": 85, "services": 38}[kind]
    assert [name for name in promised if name not in getattr(CONTENT, kind)] == []


@in_every_language
def test_what_is_asked_by_buttons_has_its_words(language) -> None:
    """Every question, each of its choices and the way past it are there."""
    find = ["ask-nation", "ask-need", "ask-speak", "skip", "no-language"]
    find += [f"nation-{nation}" for nation in NATIONS]
    find += [f"need-{need}" for need in NEEDS]
    find += [f"speak-{spoken}" for spoken in SPOKEN]
    find += [f"spoken-{tag}" for tag in LANGUAGES if tag != DEFAULT_LANGUAGE]
    card = ["ask-speak", "speak-ask", *(f"to-{reader}" for reader in READERS)]
    card += [f"{part}-{spoken}" for part in ("say", "line-interpreter") for spoken in SPOKEN]
    card += [f"line-{name}" for name in LINES]
    parts = {
        "services.find": find,
        "services.card": card,
        "services.named": ["which", "one"],
        "bot.what": ["in-topic", *(f"topic-{name}" for name in (*topics(CONTENT.answers), ALL))],
        "bot.privacy": ["details"],
        "bot.language": ["changed", "switch", *(f"offer-{tag}" for tag in LANGUAGES)],
        "safety.danger": ["line", "not-now", "not-now-label"],
        "safety.suicide": ["line", "not-now", "not-now-label"],
        "bot.unsure": ["plain"],
        "bot.sources": ["none"],
        "bot.more": ["none"],
    }

    wanted = {f"{answer}.{part}" for answer, names in parts.items() for part in names}
    assert wanted - set(texts_of(language)) == set()


@pytest.mark.parametrize("msgid", MSGIDS)
def test_every_text_belongs_to_something(msgid) -> None:
    """No text is left over from an answer or a service that is gone."""
    owner = msgid.rpartition(".")[0]

    assert owner in CONTENT.answers or owner in {f"service.{name}" for name in CONTENT.services}


@in_every_language
@pytest.mark.parametrize("name", CATALOGUES)
def test_no_text_stands_twice_in_a_catalogue(name, language) -> None:
    """Each msgid stands once, so that no entry hides another."""
    lines = catalogue_path(LOCALE_FOLDER, language, name).read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ")]

    assert len(ids) > 40
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_no_answer_was_left_in_english(language) -> None:
    """A translation is not the English text over again."""
    english = texts_of("en")
    same = {
        msgid
        for msgid, text in texts_of(language).items()
        if text == english[msgid]
        and not msgid.endswith((".name", ".label"))
        # Each of these says one language's own sentence in whatever language the page is.
        and len(text.split()) > 3
    }
    assert same == set()


def test_every_answer_is_in_the_domain() -> None:
    """Rasa can give every answer, and understands every question that somebody can ask."""
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    asked = [name for name in CONTENT.answers if name not in SAID_BY_ITSELF]

    assert sorted(domain["responses"]) == sorted(map(response_name, CONTENT.answers))
    assert sorted(domain["intents"]) == sorted([*map(rasa_name, asked), *follow_ups()])


# --- no number is shown that waits for a check


WRITTEN = max(answer.as_of for answer in CONTENT.answers.values())
#: While everything is in time, and when everything is overdue.
MOMENTS = {
    "in time": stopped_at(datetime.combine(WRITTEN, time(10))),
    "overdue": stopped_at(datetime.combine(WRITTEN + timedelta(days=3650), time(10))),
}


def shown_messages(language: str, clock: Clock) -> Iterator[Message]:
    """Yields everything that the chat can show in a language, as it goes to the browser."""
    renderer = Renderer(CONTENT, PHRASES, language, clock)
    for answer in CONTENT.answers:
        for part in CONTENT.parts_of(language, answer):
            yield renderer.message(answer, part=part)
    yield renderer.message("services.find", services=list(CONTENT.services))
    for name in CONTENT.services:
        yield renderer.message("services.named", part="one", services=[name])
    for to, speak in product(READERS, SPOKEN):
        yield renderer.message("services.card", card_for={"to": to, "speak": speak})


def hidden_numbers() -> dict[str, str]:
    """Returns the digits of each number of a row that is not marked A, and whose it is."""
    return {
        re.sub(r"\D", "", number): name
        for name, row in RECORDS["services"].items()
        for number in (row["phone"], row["sms"])
        if number and row["publish"] != "A"
    }


@in_every_language
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_number_is_shown_that_waits_for_a_check(moment, language) -> None:
    """The number of a row marked B or C stands in no text and in nothing that is shown."""
    hidden = hidden_numbers()
    assert len(hidden) > 5
    assert all(len(number) >= 10 for number in hidden)
    shown = [
        json.dumps(message, ensure_ascii=False)
        for message in shown_messages(language, MOMENTS[moment])
    ]

    for text in (*texts_of(language).values(), *shown):
        digits = re.sub(r"\D", "", text)
        assert [name for number, name in hidden.items() if number in digits] == []


@in_every_language
def test_what_is_shown_shows_the_numbers_that_may_be(language) -> None:
    """The search above looks where numbers stand: those of rows marked A are found there."""
    digits = [
        re.sub(r"\D", "", json.dumps(message))
        for message in shown_messages(language, MOMENTS["in time"])
    ]
    for row in CONTENT.services.values():
        if row.publish == "A" and row.phone:
            number = re.sub(r"\D", "", row.phone)
            assert any(number in shown for shown in digits), row.id


@pytest.mark.parametrize(
    ("service", "number"), [("police-999", "999"), ("nhs-111", "111"), ("samaritans", "116 123")]
)
def test_the_lines_that_always_show_have_their_numbers(service, number) -> None:
    """The three lines of every list are marked A and have the number that everybody knows."""
    assert service in ALWAYS_SHOWN
    assert CONTENT.services[service].shown_phone == number


@pytest.mark.parametrize("service", [row.id for row in CONTENT.services.values() if row.needs])
def test_a_service_that_is_offered_can_be_reached(service) -> None:
    """Each service that is offered for a need has a number, an address or a website to show."""
    row = CONTENT.services[service]

    assert row.shown_phone or row.shown_sms or row.email or row.url


# --- nothing is promised, and no check is claimed


def interface_phrases(language: str) -> list[str]:
    """Returns the fixed phrases of the interface in a language, every plural of each."""
    name = (
        "interface.pot" if language == DEFAULT_LANGUAGE else f"{language}/LC_MESSAGES/interface.po"
    )
    with (LOCALE_FOLDER / name).open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = [message.id if language == DEFAULT_LANGUAGE else message.string for message in messages]
    return [text for one in said for text in ((one,) if isinstance(one, str) else one)]


@in_every_language
def test_the_interface_promises_nothing(language) -> None:
    """No fixed phrase of the page says what nobody may promise."""
    phrases = interface_phrases(language)
    promises = words(language).promises
    assert len(phrases) > 40
    assert says(f"x {promises[0]} x", promises)

    assert [phrase for phrase in phrases if says(phrase, promises)] == []


@pytest.mark.parametrize("kind", ["answers", "services"])
def test_no_check_is_claimed_that_did_not_happen(kind) -> None:
    """Until somebody has confirmed or read a record, it has no day of a check and no reader."""
    rows = RECORDS[kind]

    assert [name for name, row in rows.items() if row["checked_on"] is not None] == []
    assert [name for name, row in rows.items() if row["native_read"] != []] == []


@in_every_language
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_answer_with_sources_says_that_nobody_has_confirmed_it(moment, language) -> None:
    """Under an answer that rests on sources stands the day they were read, and no other claim."""
    unconfirmed = PHRASES.gettext(language)(
        "From published sources, as of {date}; not yet confirmed by a service."
    )
    before, _, after = unconfirmed.partition("{date}")
    assert before
    assert after

    for answer in CONTENT.answers.values():
        message = Renderer(CONTENT, PHRASES, language, MOMENTS[moment]).message(answer.id)
        assert message["checked_on"] is None
        assert all(service["checked_on"] is None for service in message["services"])
        if CONTENT.sources_of(answer):
            assert message["dated"].startswith(before)
            assert after in message["dated"]


# --- the way from each answer to the next


def taps(reference: str) -> set[str]:
    """Returns what the buttons under an answer send: its next steps, or those of a menu."""
    name, given = parse_reference(reference)
    found = set(CONTENT.answers[name].next)
    if name == "bot.what":
        found |= {make_reference(name, {"topic": topic}) for topic in topics(CONTENT.answers)}
        found |= set(questions_of(CONTENT.answers, given.get("topic", "")))
    if name == "services.named":
        found |= {make_reference(name, {"need": need}) for need in NEEDS}
        listed = for_need(CONTENT.services.values(), given.get("need", ""))
        found |= {make_reference(name, {"id": row.id}) for row in listed if "need" in given}
    return found


def reached_from(start: str) -> set[str]:
    """Returns the references that tapping alone leads to."""
    seen, waiting = {start}, [start]
    while waiting:
        for reference in taps(waiting.pop()) - seen:
            seen.add(reference)
            waiting.append(reference)
    return seen


def answers_among(references: Iterable[str]) -> set[str]:
    return {parse_reference(reference)[0] for reference in references}


def test_tapping_leads_from_the_greeting_to_every_answer() -> None:
    """Each answer that somebody can ask for is reached from the greeting without a word."""
    every = set(CONTENT.answers) - SAID_BY_ITSELF - NOT_LOOKED_FOR

    assert every - answers_among(reached_from("bot.greet")) == set()


def test_tapping_leads_from_the_greeting_to_every_service() -> None:
    """The whole directory can be looked up without a word."""
    reached = reached_from("bot.greet")

    shown = {make_reference("services.named", {"id": name}) for name in CONTENT.services}
    assert shown - reached == set()


def test_nothing_is_offered_that_nobody_asks_for() -> None:
    """What is said when something is missing is under no button and in no list."""
    offered = {reference for name in CONTENT.answers for reference in reached_from(name) - {name}}

    assert answers_among(offered) & SAID_BY_ITSELF == set()


#: A fresh start comes before an answer, and a change of language leads back to the last one.
LEADS_BY_ITSELF = {"bot.fresh-start", "bot.language"}


@pytest.mark.parametrize("answer", sorted(set(CONTENT.answers) - LEADS_BY_ITSELF))
def test_no_answer_is_a_dead_end(answer) -> None:
    """From each answer a tap leads on, and somewhere on the way to a person who can help."""
    reached = answers_among(reached_from(answer))

    assert len(CONTENT.answers[answer].next) >= 2
    assert answer not in CONTENT.answers[answer].next
    assert {"services.find", "safety.danger"} <= reached


@pytest.mark.parametrize("answer", CONTENT.answers)
def test_a_button_asks_for_something_there_is(answer) -> None:
    """What a button sends beside the answer's id is a nation, a need or a language of ours."""
    allowed = {
        "nation": (*NATIONS, ANY),
        "need": (*NEEDS, ANY),
        "speak": (*SPOKEN, ANY),
        "lang": LANGUAGES,
        "part": ("more",),
        "topic": (*topics(CONTENT.answers), ALL),
        "id": tuple(CONTENT.services),
    }
    for reference in CONTENT.answers[answer].next:
        for name, value in parse_reference(reference)[1].items():
            assert value in allowed[name]


def menus() -> dict[str, list[str]]:
    """Returns the lists of buttons that are made of the content, each by a name."""
    found = {answer.id: list(answer.next) for answer in CONTENT.answers.values()}
    for topic in topics(CONTENT.answers):
        found[f"topic {topic}"] = questions_of(CONTENT.answers, topic)
    found["topics"] = [
        make_reference("bot.what", {"topic": topic}) for topic in (*topics(CONTENT.answers), ALL)
    ]
    for need in NEEDS:
        found[f"need {need}"] = [
            make_reference("services.named", {"id": row.id})
            for row in for_need(CONTENT.services.values(), need)
        ]
    found["needs"] = [make_reference("services.named", {"need": need}) for need in NEEDS]
    for name, values in (("nation", NATIONS), ("need", NEEDS), ("speak", SPOKEN)):
        found[f"question {name}"] = [
            make_reference("services.find", {name: value}) for value in (*values, ANY)
        ]
    for to in READERS:
        found[f"card {to}"] = [
            make_reference("services.card", {"to": to, "speak": speak}) for speak in SPOKEN
        ]
    found["card"] = [
        *(make_reference("services.card", {"speak": "es", "to": to}) for to in READERS),
        make_reference("services.card", {"to": "en", "speak": "ask"}),
        *CONTENT.answers["services.card"].next,
    ]
    return found


MENUS = menus()
#: What fits a button on a narrow screen; the name of a service may take a second line.
MAX_TITLE, MAX_NAME = 45, 110


@in_every_language
@pytest.mark.parametrize("menu", MENUS)
def test_the_buttons_of_a_list_differ_and_fit_a_phone(menu, language) -> None:
    """No two buttons that stand together have the same words, and none is empty or too long."""
    renderer = Renderer(CONTENT, PHRASES, language, MOMENTS["in time"])
    buttons = [renderer.button(reference) for reference in MENUS[menu]]
    titles = [button["title"] for button in buttons]

    assert len(set(titles)) == len(titles)
    assert all(title.strip() for title in titles)
    for button in buttons:
        limit = MAX_NAME if "?id=" in button["choose"] else MAX_TITLE
        assert len(button["title"]) <= limit, button


#: A button says again what it does: "yes" alone says nothing, and Welsh has no one word for it.
BARE = {
    *("yes", "no", "ok", "sí", "si", "no", "sim", "não", "nao"),
    *("ie", "na", "nage", "oes", "nac oes", "ydy", "ydw", "nac ydw", "do", "naddo"),
}


@in_every_language
def test_no_button_is_a_bare_yes_or_no(language) -> None:
    """Every title that a button can have holds a verb or a name, not a word of assent."""
    titles = [
        text
        for msgid, text in texts_of(language).items()
        if re.search(r"\.(label|skip|switch|not-now-label|(nation|need|speak|topic)-\w+)$", msgid)
    ]
    assert len(titles) > 80
    assert [title for title in titles if title.strip(" .!?¿¡").casefold() in BARE] == []
