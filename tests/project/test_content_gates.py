"""What must be true of every text and every record before anybody reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from bot.content.directory import ANY, SPOKEN
from bot.content.references import parse_reference
from bot.content.shipped import CATALOGUES, read_records, read_shipped
from bot.content.values import NATIONS, NEEDS
from bot.conversation.rendering import Renderer
from bot.i18n import LOCALE_FOLDER, Phrases, catalogue_path
from bot.languages import LANGUAGES
from bot.nlu.normalisation import fold
from bot.settings import ROOT

CONTENT = read_shipped()
RECORDS = read_records()
MSGIDS = sorted({msgid for _, msgid in CONTENT.texts})

#: Nobody asks for these: they are said when something is missing, and never offered.
SAID_BY_ITSELF = {"bot.unsure", "bot.fresh-start", "bot.trouble"}
#: Nobody needs a way to these: the first two are about the last answer and stand under each,
#: as "more" and as its sources; the third is what is said to questions about other things.
NOT_LOOKED_FOR = {"bot.more", "bot.sources", "bot.out-of-scope"}


def texts_of(language: str) -> dict[str, str]:
    return {msgid: text for (tag, msgid), text in CONTENT.texts.items() if tag == language}


# --- nothing is missing in any language


def test_every_language_has_the_same_texts() -> None:
    """A part of an answer, `more` among them, exists in all four languages or in none."""
    for language in LANGUAGES:
        assert sorted(texts_of(language)) == MSGIDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", CONTENT.answers)
def test_every_answer_can_be_given_and_offered(answer, language) -> None:
    """Each answer has its short text, and the label of its button, in each language."""
    assert CONTENT.text(language, f"{answer}.short").strip()
    assert CONTENT.text(language, f"{answer}.label").strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_fits_a_phone(language) -> None:
    """No label is longer than a button on a narrow screen can show."""
    labels = {name: text for name, text in texts_of(language).items() if name.endswith("label")}

    assert {name: text for name, text in labels.items() if len(text) > 45} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", CONTENT.services)
def test_every_service_is_named_and_described(service, language) -> None:
    """Each service has its name and a description in each language."""
    assert CONTENT.text(language, f"service.{service}.name").strip()
    assert CONTENT.text(language, f"service.{service}.about").strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_by_buttons_has_its_words(language) -> None:
    """Every question about services, each of its choices and the way past it are there."""
    asked = ["ask-nation", "ask-need", "ask-speak", "skip", "no-language"]
    asked += [f"nation-{nation}" for nation in NATIONS]
    asked += [f"need-{need}" for need in NEEDS]
    asked += [f"speak-{spoken}" for spoken in SPOKEN]
    parts = {
        "services.find": asked,
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

    assert owner in CONTENT.answers or owner.removeprefix("service.") in CONTENT.services


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CATALOGUES)
def test_no_text_stands_twice_in_a_catalogue(name, language) -> None:
    """Each msgid stands once, so that no entry hides another."""
    lines = catalogue_path(LOCALE_FOLDER, language, name).read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ")]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_no_answer_was_left_in_english(language) -> None:
    """A translation is not the English text over again."""
    english = texts_of("en")
    same = {
        msgid
        for msgid, text in texts_of(language).items()
        if msgid in english
        and text == english[msgid]
        and not msgid.endswith((".name", ".label"))
        # Each of these says one language's own sentence in whatever language the page is.
        and len(text.split()) > 3
    }
    assert same == set()


# --- numbers

#: The lines that may stand in a sentence; every other number is shown by its service's row.
LINES = {"999", "111", "55", "116123", "85258"}
YEAR = re.compile(r"(19|20)\d\d")
#: Figures of the English texts, each read against the register of facts.
FIGURES = {
    "2": "press 2 on 111, for mental health, in Wales",
    "7": "24/7 in the name of Rape Crisis's line",
    "16": "the age from which Rape Crisis's line helps",
    "17": "the day of the report on the super-complaint",
    "18": "the day the super-complaint was made",
    "24": "hours a day",
    "30": "days of support after a first decision of the NRM",
    "45": "seconds that a landline may stay open",
    "62": "per cent threatened with deportation, in the study of 2019",
}
#: In circulation and wrong: each would ring at a stranger's, or nowhere (facts, parts 2 and 6).
WRONG_NUMBERS = {
    "08088010100": "Live Fear Free, as one page has it",
    "0800121700": "the Modern Slavery Helpline, as one council has it",
    "08088000631": "Migrant Help, as it was",
}
DEAD_ADDRESS = "emergencysms"


def numbers(text: str) -> list[str]:
    """Returns the numbers of a text, those written in groups as one."""
    joined = re.sub(r"(?<=\d)[\s\u00a0\u202f().\-]+(?=\d)", "", text)
    return re.findall(r"\d+", re.sub(r"\+44\(?0?\)?", "0", joined))


def groups(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def shown_messages(language: str) -> Iterator[str]:
    """Yields everything that the chat can show in a language, as it goes to the browser."""
    renderer = Renderer(CONTENT, Phrases(), language)
    for answer in CONTENT.answers:
        for part in ("short", "more"):
            yield json.dumps(renderer.message(answer, part=part), ensure_ascii=False)
    everyone = renderer.message("services.find", services=list(CONTENT.services))
    yield json.dumps(everyone, ensure_ascii=False)


@pytest.mark.parametrize("msgid", MSGIDS)
def test_a_text_says_the_same_numbers_in_every_language(msgid) -> None:
    """Years, figures and lines to call are the English ones, no more, no fewer."""
    english = groups(CONTENT.text("en", msgid))

    for language in LANGUAGES:
        assert groups(CONTENT.text(language, msgid)) == english, language


@pytest.mark.parametrize("msgid", MSGIDS)
def test_a_text_holds_no_number_but_those_that_were_read(msgid) -> None:
    """In a sentence stand only 999, 111, 55, 116 123, 85258, years, and figures of this list."""
    for language in LANGUAGES:
        for number in numbers(CONTENT.text(language, msgid)):
            assert number in LINES or number in FIGURES or YEAR.fullmatch(number), language


def test_every_figure_of_the_list_is_still_said() -> None:
    """The list of figures is not longer than the texts need."""
    said = {number for text in texts_of("en").values() for number in numbers(text)}

    assert set(FIGURES) - said == set()


def hidden_numbers() -> dict[str, str]:
    """Returns each number of a row that is not marked A, and whose it is."""
    return {
        "".join(re.findall(r"\d", number)): name
        for name, row in RECORDS["services"].items()
        for number in (row["phone"], row["sms"])
        if number and row["publish"] != "A"
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_shown_that_waits_for_a_check(language) -> None:
    """The number of a row marked B or C stands in no text and in nothing that is shown."""
    hidden = hidden_numbers()
    assert hidden

    for shown in (*texts_of(language).values(), *shown_messages(language)):
        digits = "".join(re.findall(r"[\d\s]", shown)).replace(" ", "")
        assert [name for number, name in hidden.items() if number in digits] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wrong_number_and_no_dead_address_is_shown(language) -> None:
    """Numbers in circulation that are wrong, and an address that was taken over, are nowhere."""
    for shown in (*texts_of(language).values(), *shown_messages(language)):
        assert set(numbers(shown)) & set(WRONG_NUMBERS) == set()
        assert DEAD_ADDRESS not in shown.casefold()


def test_no_wrong_number_and_no_dead_address_is_kept() -> None:
    """No record holds them either, in any field."""
    kept = [
        str(value) for kind in RECORDS.values() for row in kind.values() for value in row.values()
    ]
    digits = {"".join(re.findall(r"\d", value)) for value in kept}

    assert digits & set(WRONG_NUMBERS) == set()
    assert [value for value in kept if DEAD_ADDRESS in value.casefold()] == []


@pytest.mark.parametrize("service", CONTENT.services)
def test_a_service_can_be_reached(service) -> None:
    """Each service has a number that may be shown, a number for texts, or a website."""
    row = CONTENT.services[service]

    assert row.shown_phone or row.sms or row.url
    assert row.url is None or row.url.startswith("https://")
    assert row.publish != "C" or row.phone is None


@pytest.mark.parametrize(
    ("service", "number"), [("police-999", "999"), ("nhs-111", "111"), ("samaritans", "116 123")]
)
def test_the_lines_that_always_show_have_their_numbers(service, number) -> None:
    """The three lines of every list are marked A and have the number that everybody knows."""
    assert CONTENT.services[service].shown_phone == number


# --- nothing is promised, and no check is claimed

#: Each was read by somebody who reads the language. Compared without accents or case.
FORBIDDEN = {
    "en": [
        "safe to report",
        "safe to call the police",
        "you are safe",
        "you will not be deported",
        "you won't be deported",
        "you will be deported",
        "cannot be deported",
        "will not share your",
        "will not pass your",
        "won't share your",
        "will never share",
        "nothing to fear",
        "do not worry",
        "don't worry",
        "do not be afraid",
        "completely confidential",
        "totally confidential",
        "100% confidential",
        "we guarantee",
        "we promise",
        "I promise",
        "you qualify",
        "you are eligible",
        "you are entitled",
        "you should leave",
        "you must leave",
        "you must report",
        "you should report",
        "just a threat",
        "illegal immigrant",
        "you are illegal",
        "deletes all traces",
        "leaves no trace",
        "we checked",
        "we have checked",
        "we have verified",
        "has been verified",
    ],
    "es": [
        "es seguro denunciar",
        "puedes denunciar sin riesgo",
        "sin ningún riesgo",
        "estás a salvo",
        "estás segura",
        "no te van a deportar",
        "no te deportarán",
        "no serás deportada",
        "no vas a ser deportada",
        "te van a deportar",
        "te deportarán",
        "serás deportada",
        "no pasarán tus datos",
        "no van a pasar tus datos",
        "no compartirán tus datos",
        "nada que temer",
        "no te preocupes",
        "no tengas miedo",
        "completamente confidencial",
        "totalmente confidencial",
        "te garantizamos",
        "te prometemos",
        "te prometo",
        "cumples los requisitos",
        "reúnes los requisitos",
        "debes denunciar",
        "deberías denunciar",
        "tienes que denunciar",
        "debes dejarlo",
        "deberías dejarlo",
        "tienes que dejarlo",
        "solo es una amenaza",
        "es solo una amenaza",
        "eres ilegal",
        "inmigrante ilegal",
        "no deja rastro",
        "borra todo el rastro",
        "hemos comprobado",
        "hemos verificado",
        "está verificado",
    ],
    "cy": [
        "ni chewch eich alltudio",
        "chewch chi ddim eich alltudio",
        "chewch chi mo'ch alltudio",
        "fyddwch chi ddim yn cael eich alltudio",
        "byddwch chi'n cael eich alltudio",
        "cewch eich alltudio",
        "mae'n ddiogel riportio",
        "mae'n ddiogel rhoi gwybod",
        "mae'n ddiogel adrodd",
        "mae'n ddiogel dweud wrth yr heddlu",
        "mae'n ddiogel ffonio'r heddlu",
        "rydych chi'n ddiogel",
        "fydd yr heddlu ddim yn rhannu",
        "fydd yr heddlu ddim yn rhoi eich manylion",
        "fyddan nhw ddim yn rhannu",
        "does dim i'w ofni",
        "dim byd i'w ofni",
        "peidiwch â phoeni",
        "peidiwch ag ofni",
        "does dim rhaid i chi boeni",
        "hollol gyfrinachol",
        "cwbl gyfrinachol",
        "gwbl gyfrinachol",
        "rydyn ni'n gwarantu",
        "rydyn ni'n addo",
        "dw i'n addo",
        "rydych chi'n gymwys",
        "rhaid i chi riportio",
        "rhaid i chi roi gwybod i'r heddlu",
        "dylech chi riportio",
        "dylech chi adael",
        "rhaid i chi adael",
        "dim ond bygythiad",
        "yn anghyfreithlon yn y",
        "mewnfudwr anghyfreithlon",
        "dim olion",
        "rydyn ni wedi gwirio",
        "wedi'i wirio",
        "wedi'i ddilysu",
    ],
    "pt": [
        "é seguro denunciar",
        "sem nenhum risco",
        "você está segura",
        "você está a salvo",
        "não vai ser deportada",
        "não será deportada",
        "não vão deportar você",
        "vai ser deportada",
        "será deportada",
        "não vão passar os seus dados",
        "não vai passar os seus dados",
        "não vão compartilhar",
        "não vai compartilhar",
        "nada a temer",
        "não se preocupe",
        "não tenha medo",
        "completamente confidencial",
        "totalmente confidencial",
        "garantimos que",
        "prometemos que",
        "prometo que",
        "você se qualifica",
        "você tem direito ao",
        "você deve denunciar",
        "você deveria denunciar",
        "você precisa denunciar",
        "você tem de denunciar",
        "você tem que denunciar",
        "você deve deixá-lo",
        "você deve sair de casa",
        "é só uma ameaça",
        "é apenas uma ameaça",
        "você é ilegal",
        "imigrante ilegal",
        "não deixa rastros",
        "apaga todos os rastros",
        "nós verificamos",
        "foi verificado",
        "foi verificada",
    ],
}


def spoken_texts(language: str) -> dict[str, str]:
    """Returns all that may be said in a language: answers, services, and the interface."""
    _ = Phrases().gettext(language)
    source = (LOCALE_FOLDER / "interface.pot").read_text(encoding="utf-8")
    phrases = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    return texts_of(language) | {phrase: _(phrase) for phrase in phrases}


@pytest.mark.parametrize(
    ("language", "promise"),
    [(language, promise) for language in LANGUAGES for promise in FORBIDDEN[language]],
)
def test_nothing_is_promised_that_nobody_can_keep(language, promise) -> None:
    """No text says what the rules of safety forbid, in any spelling that a reader would see."""
    wanted = f" {fold(promise)} "

    found = [name for name, text in spoken_texts(language).items() if wanted in f" {fold(text)} "]
    assert found == []


@pytest.mark.parametrize("kind", ["answers", "services"])
def test_no_check_is_claimed_that_did_not_happen(kind) -> None:
    """Until a service has confirmed a record there is no day of a check on it."""
    assert {name for name, row in RECORDS[kind].items() if row["checked_on"] is not None} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", CONTENT.answers)
def test_an_answer_with_sources_says_that_nobody_has_confirmed_it(answer, language) -> None:
    """Under an answer that rests on sources stands the day they were read, and no other claim."""
    unconfirmed = Phrases().gettext(language)(
        "From published sources, as of {date}; not yet confirmed by a service."
    )
    message = Renderer(CONTENT, Phrases(), language).message(answer)

    assert message["checked_on"] is None
    if CONTENT.answers[answer].sources:
        assert message["dated"].startswith(unconfirmed.partition("{")[0])
        assert message["dated"].endswith(unconfirmed.partition("}")[2])


@pytest.mark.parametrize(
    "answer", [name for name, answer in CONTENT.answers.items() if answer.risk == "high"]
)
def test_an_answer_that_could_do_harm_shows_where_it_comes_from(answer) -> None:
    """What is said about risk has sources, facts of the register, and the nations it holds for."""
    row = CONTENT.answers[answer]

    assert row.sources
    assert row.facts
    assert row.nations


# --- the way from each answer to the next


def reached_from(start: str) -> set[str]:
    """Returns the answers that tapping alone leads to."""
    seen, waiting = {start}, [start]
    while waiting:
        for reference in CONTENT.answers[waiting.pop()].next:
            name, _ = parse_reference(reference)
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def test_tapping_leads_from_the_greeting_to_every_answer() -> None:
    """Each answer that somebody can ask for is reached from the greeting without a word."""
    every = set(CONTENT.answers) - SAID_BY_ITSELF - NOT_LOOKED_FOR

    assert every - reached_from("bot.greet") == set()


#: A fresh start comes before an answer, and a change of language leads back to the last one.
LEADS_BY_ITSELF = {"bot.fresh-start", "bot.language"}


@pytest.mark.parametrize("answer", sorted(set(CONTENT.answers) - LEADS_BY_ITSELF))
def test_no_answer_is_a_dead_end(answer) -> None:
    """From each answer a tap leads on, and somewhere on the way to a person who can help."""
    assert len(CONTENT.answers[answer].next) >= 2
    assert "services.find" in reached_from(answer)
    assert "safety.danger" in reached_from(answer)


@pytest.mark.parametrize("answer", CONTENT.answers)
def test_a_button_asks_for_something_there_is(answer) -> None:
    """What a button sends beside the answer's id is a nation, a need or a language of ours."""
    allowed = {
        "nation": (*NATIONS, ANY),
        "need": (*NEEDS, ANY),
        "speak": (*SPOKEN, ANY),
        "lang": LANGUAGES,
        "part": ("more",),
    }
    for reference in CONTENT.answers[answer].next:
        for name, value in parse_reference(reference)[1].items():
            assert value in allowed[name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", CONTENT.answers)
def test_the_buttons_of_an_answer_differ(answer, language) -> None:
    """No two buttons under an answer have the same words."""
    buttons = Renderer(CONTENT, Phrases(), language).message(answer)["buttons"]
    titles = [button["title"] for button in buttons]

    assert len(set(titles)) == len(titles)


def test_every_answer_that_can_be_asked_for_is_in_the_domain() -> None:
    """The lists of this file and what Rasa understands are about the same answers."""
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    asked = {name.replace(".", "_").replace("-", "_") for name in CONTENT.answers} - {
        name.replace(".", "_").replace("-", "_") for name in SAID_BY_ITSELF
    }

    assert set(domain["intents"]) == asked
