from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.clock import Clock
from bot.content.directory import LIFELINES
from bot.content.values import Answer, Content, Service
from bot.conversation.rendering import Renderer, more_reference
from bot.errors import ContentUnavailableError
from bot.i18n import Phrases, long_date
from bot.languages import LANGUAGES

FIELDS = {
    "answer", "lang", "text", "more", "interim", "buttons", "services", "trial", "card",
    "sources", "checked_on", "as_of", "dated",
}  # fmt: skip
SERVICE_FIELDS = {
    "id", "name", "phone", "tel", "sms", "email", "url", "about", "languages", "hours", "open_now",
    "until", "notes", "why", "checked_on", "dated",
}  # fmt: skip

CHECKED = date(2026, 11, 30)
NOT_CONFIRMED = {
    "en": "not yet confirmed by a service",
    "es": "ningún servicio",
    "cy": "does dim gwasanaeth wedi cadarnhau",
    "pt": "nenhum serviço",
}

NO_WAY = {
    "en": "We have no confirmed way to reach it yet.",
    "es": "Todavía no tenemos una forma confirmada de contactarlo.",
    "cy": "Does gennym ni ddim ffordd wedi'i chadarnhau o gysylltu eto.",
    "pt": "Ainda não temos uma forma confirmada de contato.",
}

TRIAL = {
    "en": "We are still testing this chat: some numbers are not confirmed yet.",
    "es": "Todavía estamos probando este chat: algunos números aún no están confirmados.",
    "cy": "Rydyn ni'n dal i brofi'r sgwrs hon: mae rhai rhifau heb eu cadarnhau eto.",
    "pt": "Este chat ainda está em fase de testes: alguns números ainda não foram confirmados.",
}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def renderer(content: Content, phrases: Phrases, language: str, clock: Clock) -> Renderer:
    return Renderer(content, phrases, language, clock)


def with_answer(content: Content, answer: Answer) -> Content:
    return replace(content, answers={**content.answers, answer.id: answer})


def with_service(content: Content, service: Service) -> Content:
    return replace(content, services={**content.services, service.id: service})


@in_every_language
def test_every_answer_is_there_in_every_language(
    content: Content, renderer: Renderer, language: str
) -> None:
    """Each answer has its text and its button in each language; none is lent from another."""
    for answer_id in content.answers:
        message = renderer.message(answer_id)
        assert set(message) == FIELDS
        assert message["lang"] == language
        assert message["text"].strip()
        assert renderer.button(answer_id)["title"].strip()


@in_every_language
def test_every_part_of_an_answer_is_there_in_every_language(
    content: Content, language: str
) -> None:
    """What one language can say, all can: "more", questions, labels, names of services."""
    english = {msgid for lang, msgid in content.texts if lang == "en"}
    assert {msgid for lang, msgid in content.texts if lang == language} == english


@in_every_language
def test_texts_are_translated_and_not_copied(content: Content, language: str) -> None:
    """An answer in her language is in her language, not the English one under its name."""
    copied = [
        answer_id
        for answer_id in content.answers
        if language != "en"
        and content.text(language, f"{answer_id}.short") == content.text("en", f"{answer_id}.short")
    ]
    assert copied == []


@in_every_language
def test_every_button_has_a_title_and_leads_somewhere(content: Content, renderer: Renderer) -> None:
    """No answer ends in a button that says nothing or goes nowhere."""
    for answer in content.answers.values():
        for button in renderer.message(answer.id)["buttons"]:
            assert button["title"].strip()
            assert button["choose"].partition("?")[0] in content.answers


@in_every_language
def test_short_comes_first_and_more_is_one_tap_away(content: Content, renderer: Renderer) -> None:
    """A short text says that there is more, and "more" gives it and says no more."""
    for answer_id in content.answers:
        short, long = renderer.message(answer_id), renderer.message(answer_id, part="more")
        has_more = content.has_text(renderer.language, f"{answer_id}.more")
        assert short["more"] is has_more
        if has_more:
            assert long["text"] != short["text"]
            assert long["more"] is False
        else:
            assert long["text"] == short["text"]
    assert more_reference("nrm.what") == "nrm.what?part=more"


@in_every_language
def test_only_a_number_marked_a_is_shown(content: Content, renderer: Renderer) -> None:
    """Where sources do not agree on a number, the website stands in its place, or a plain no."""
    shown = renderer.message("services.find", services=list(content.services))["services"]
    assert [service["id"] for service in shown] == list(content.services)
    for service, kept in zip(shown, content.services.values()):
        assert set(service) == SERVICE_FIELDS
        if kept.publish == "A":
            assert service["phone"] == kept.phone
        else:
            assert service["phone"] is None
            assert service["tel"] is None
            assert service["sms"] is None
            reached = service["url"] or service["email"]
            assert reached or NO_WAY[renderer.language] in service["notes"]
        assert not service["url"] or service["url"].startswith("https://")
    assert next(service for service in shown if service["id"] == "bawso")["phone"] is None


@pytest.mark.parametrize("mark", ["B", "C"])
@in_every_language
def test_a_number_that_loses_its_mark_is_no_longer_shown(
    content: Content, phrases: Phrases, clock: Clock, language: str, mark: str
) -> None:
    """The mark decides at each turn, also for a number that stands in the directory."""
    helpline = replace(content.services["refuge-helpline"], publish=mark)
    renderer = Renderer(with_service(content, helpline), phrases, language, clock)
    message = renderer.message("safety.danger")
    assert helpline.phone
    assert helpline.phone not in str(message["services"])
    assert helpline.phone.replace(" ", "") not in str(message["services"])


@in_every_language
def test_a_number_can_be_dialled_by_a_tap(content: Content, renderer: Renderer) -> None:
    """`tel:` has the number without its spaces."""
    shown = renderer.message("services.live-fear-free")["services"][0]
    assert (shown["phone"], shown["tel"]) == ("0808 80 10 800", "tel:08088010800")


@in_every_language
def test_nothing_claims_a_check_that_did_not_happen(content: Content, renderer: Renderer) -> None:
    """Until a service has confirmed it, an answer says so and names the day of its sources."""
    for answer in content.answers.values():
        message = renderer.message(answer.id)
        assert answer.checked_on is None
        assert message["checked_on"] is None
        read = {service["id"]: content.services[service["id"]] for service in message["services"]}
        lines = [(message["dated"], answer)] if message["dated"] else []
        lines += [(service["dated"], read[service["id"]]) for service in message["services"]]
        for line, row in lines:
            assert NOT_CONFIRMED[renderer.language] in line
            assert long_date(row.as_of, renderer.language) in line
        if content.sources_of(answer) or message["services"]:
            assert message["dated"]
        assert all(service["checked_on"] is None for service in message["services"])


@in_every_language
def test_a_check_that_did_happen_is_told_with_its_day(
    content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Once a service has confirmed an answer, the day of it is under it."""
    checked = replace(content.answers["nrm.what"], checked_on=CHECKED)
    renderer = Renderer(with_answer(content, checked), phrases, language, clock)
    message = renderer.message("nrm.what")
    assert message["checked_on"] == "2026-11-30"
    assert long_date(CHECKED, language) in message["dated"]
    assert NOT_CONFIRMED[language] not in message["dated"]


@in_every_language
def test_sources_stand_under_each_answer_about_the_law(
    content: Content, renderer: Renderer
) -> None:
    """An answer that rests on facts names where each of them was published."""
    for answer in content.answers.values():
        sources = renderer.message(answer.id)["sources"]
        wanted = [content.sources[name].url for name in content.sources_of(answer)]
        assert [source["url"] for source in sources] == wanted
        for source in sources:
            assert source["url"].startswith("https://")
            assert source["title"]
        if answer.risk == "high":
            assert sources


@in_every_language
def test_small_talk_carries_no_date(renderer: Renderer) -> None:
    """A greeting is not "not yet confirmed": it claims nothing."""
    assert renderer.message("bot.greet")["dated"] is None


@in_every_language
def test_a_note_is_a_paragraph_before_the_text(content: Content, renderer: Renderer) -> None:
    """What she must know first is above the answer, not instead of it."""
    text = renderer.message("services.find", note="no-language")["text"]
    note, _, rest = text.partition("\n\n")
    assert note == content.text(renderer.language, "services.find.no-language")
    assert rest == content.text(renderer.language, "services.find.short")


@in_every_language
def test_sources_of_another_answer_can_be_shown(content: Content, renderer: Renderer) -> None:
    """ "How do you know?" shows the sources and the date of the answer it is about."""
    message = renderer.message("bot.sources", sources_of="nrm.what")
    assert message["sources"] == renderer.message("nrm.what")["sources"]
    assert message["dated"] == renderer.message("nrm.what")["dated"]


@in_every_language
def test_the_button_to_a_language_is_written_in_it(content: Content, renderer: Renderer) -> None:
    """Whoever does not read this language finds the way to hers."""
    for wanted in LANGUAGES:
        title = renderer.button(f"bot.language?lang={wanted}")["title"]
        assert title == content.text(wanted, "bot.language.switch")


@in_every_language
@pytest.mark.parametrize(
    ("reference", "msgid"),
    [
        ("safety.danger?now=no", "safety.danger.not-now-label"),
        ("safety.suicide?now=no", "safety.suicide.not-now-label"),
        ("services.find?nation=wales", "services.find.nation-wales"),
        ("services.find?nation=wales&need=refuge", "services.find.need-refuge"),
        ("services.find?nation=any", "services.find.skip"),
        ("services.find?nation=wales&need=talk&speak=cy", "services.find.speak-cy"),
        ("services.find", "services.find.label"),
    ],
)
def test_a_button_says_what_it_does(
    content: Content, renderer: Renderer, reference: str, msgid: str
) -> None:
    """A button is titled by what it adds: a choice, a skip, or the answer it opens."""
    assert renderer.button(reference)["title"] == content.text(renderer.language, msgid)


@in_every_language
def test_a_text_that_is_missing_is_an_error_and_not_english(
    content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """No other language stands in unasked for a text that is not there."""
    texts = {
        key: text for key, text in content.texts.items() if key != (language, "nrm.what.short")
    }
    renderer = Renderer(replace(content, texts=texts), phrases, language, clock)
    with pytest.raises(ContentUnavailableError):
        renderer.message("nrm.what")


@in_every_language
def test_opening_hours_and_languages_are_in_her_language(
    content: Content, renderer: Renderer
) -> None:
    """Names of languages and hours are written as she reads them; unknown hours are left out."""
    lff, bawso = renderer.message("services.bawso")["services"][::-1]
    spoken = {"en": "Welsh", "es": "galés", "cy": "Cymraeg", "pt": "galês"}[renderer.language]
    assert spoken in lff["languages"]
    assert lff["open_now"] is True
    assert lff["hours"]
    assert (bawso["open_now"], bawso["hours"], bawso["languages"]) == (None, None, [])


@in_every_language
def test_until_the_lifelines_are_rung_it_says_so_beside_numbers(
    content: Content, phrases: Phrases, language: str, clock: Clock
) -> None:
    """A message with services carries the sentence, one without does not; five calls end it."""
    called = {name: replace(content.services[name], checked_on=CHECKED) for name in LIFELINES}
    rung = replace(content, services={**content.services, **called})
    shipped, confirmed = (Renderer(one, phrases, language, clock) for one in (content, rung))

    assert shipped.message("sharing.risk", services=["police-999"])["trial"] == TRIAL[language]
    assert shipped.message("sharing.risk", services=[])["trial"] is None
    assert confirmed.message("sharing.risk", services=["police-999"])["trial"] is None
