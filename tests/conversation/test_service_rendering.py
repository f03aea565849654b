"""A service on its card: hours, what is open now, how to reach it, and why it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from bot.clock import UK_TIME, Clock
from bot.content.directory import ANY
from bot.content.hours import Period
from bot.content.values import CHOICES, NATIONS, NEEDS, Content, Service
from bot.conversation.service_rendering import ServiceRenderer
from bot.i18n import Phrases
from bot.languages import LANGUAGES

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = (Period(WORKDAYS, time(9), time(17)),)
#: Rows of days, days apart from each other, and a day by itself.
MIXED = (
    Period(("mon", "tue", "wed"), time(9), time(16, 30)),
    Period(("thu", "sat"), time(10), time(12)),
    Period(("sun",), time(14), time(18)),
)

WRITTEN = {
    "en": "Monday–Friday 09:00–17:00 (UK time).",
    "es": "lunes–viernes 09:00–17:00 (hora del Reino Unido).",
    "cy": "Dydd Llun–Dydd Gwener 09:00–17:00 (amser y DU).",
    "pt": "segunda-feira–sexta-feira 09:00–17:00 (hora do Reino Unido).",
}
WRITTEN_MIXED = {
    "en": "Monday–Wednesday 09:00–16:30; Thursday and Saturday 10:00–12:00; Sunday 14:00–18:00",
    "es": "lunes–miércoles 09:00–16:30; jueves y sábado 10:00–12:00; domingo 14:00–18:00",
    "cy": "Dydd Llun–Dydd Mercher 09:00–16:30; Dydd Iau a Dydd Sadwrn 10:00–12:00;"
    " Dydd Sul 14:00–18:00",
    "pt": "segunda-feira–quarta-feira 09:00–16:30; quinta-feira e sábado 10:00–12:00;"
    " domingo 14:00–18:00",
}
ALWAYS = {
    "en": "Open 24 hours, every day",
    "es": "Abierto las 24 horas, todos los días",
    "cy": "Ar agor 24 awr, bob dydd",
    "pt": "Aberto 24 horas por dia, todos os dias",
}
HOLIDAYS = {
    "open": {
        "en": "Also open on bank holidays.",
        "es": "También abre los días festivos.",
        "cy": "Ar agor ar wyliau banc hefyd.",
        "pt": "Também abre nos feriados.",
    },
    "closed": {
        "en": "Closed on bank holidays.",
        "es": "Cierra los días festivos.",
        "cy": "Ar gau ar wyliau banc.",
        "pt": "Fecha nos feriados.",
    },
    None: {
        "en": "It may be closed on bank holidays.",
        "es": "Puede que cierre los días festivos.",
        "cy": "Gall fod ar gau ar wyliau banc.",
        "pt": "Pode fechar nos feriados.",
    },
}
OPEN_NOW = {"en": "Open now", "es": "Abierto ahora", "cy": "Ar agor nawr", "pt": "Aberto agora"}
UNTIL_FIVE = {
    "en": "Open now, until 17:00",
    "es": "Abierto ahora, hasta las 17:00",
    "cy": "Ar agor nawr, tan 17:00",
    "pt": "Aberto agora, até as 17:00",
}
CLOSED_NOW = {
    "en": "Closed now",
    "es": "Cerrado ahora",
    "cy": "Ar gau nawr",
    "pt": "Fechado agora",
}
OPENS_MONDAY = {
    "en": "Closed now. Opens: Monday, 09:00",
    "es": "Cerrado ahora. Abre: lunes, 09:00",
    "cy": "Ar gau nawr. Yn agor: Dydd Llun, 09:00",
    "pt": "Fechado agora. Abre: segunda-feira, 09:00",
}
FREE = {
    "en": "It costs nothing to get in touch.",
    "es": "Comunicarte no cuesta nada.",
    "cy": "Dydy cysylltu ddim yn costio dim.",
    "pt": "O contato não custa nada.",
}
COSTS = {
    "en": "The call costs money.",
    "es": "La llamada cuesta dinero.",
    "cy": "Mae'r alwad yn costio arian.",
    "pt": "A ligação custa dinheiro.",
}
NO_PAPERS = {
    "en": "You do not need papers.",
    "es": "No necesitas papeles.",
    "cy": "Does dim angen papurau arnoch chi.",
    "pt": "Não é preciso ter documentos.",
}
ASYLUM = {
    "en": "For people in the asylum system.",
    "es": "Para personas en el sistema de asilo.",
    "cy": "I bobl yn y system geisio lloches.",
    "pt": "Para pessoas no sistema de asilo (refúgio).",
}
NO_NUMBER = {
    "en": "We have no confirmed phone number.",
    "es": "No tenemos un número de teléfono confirmado.",
    "cy": "Does gennym ni ddim rhif ffôn wedi'i gadarnhau.",
    "pt": "Não temos um número de telefone confirmado.",
}
NO_WAY = {
    "en": "We have no confirmed way to reach it yet.",
    "es": "Todavía no tenemos una forma confirmada de contactarlo.",
    "cy": "Does gennym ni ddim ffordd wedi'i chadarnhau o gysylltu eto.",
    "pt": "Ainda não temos uma forma confirmada de contato.",
}
INTERPRETER = {
    "en": "other languages through an interpreter",
    "es": "otros idiomas con intérprete",
    "cy": "ieithoedd eraill drwy gyfieithydd ar y pryd",
    "pt": "outros idiomas com intérprete",
}
FITS = {
    "en": "Fits: Wales · A place to stay · Welsh",
    "es": "Por qué aparece: Gales · {need} · {speak}",
    "cy": "Pam mae hwn yma: Cymru · {need} · {speak}",
    "pt": "Por que aparece: País de Gales · {need} · {speak}",
}

THURSDAY_MORNING = datetime(2026, 11, 26, 10, tzinfo=UK_TIME)
FRIDAY_EVENING = datetime(2026, 11, 27, 18, tzinfo=UK_TIME)
#: The last working time before Christmas Day, a Friday, and Boxing Day, kept on Monday.
CHRISTMAS = datetime(2026, 12, 25, 10, tzinfo=UK_TIME)
CHRISTMAS_EVE_AT_NIGHT = datetime(2026, 12, 24, 20, tzinfo=UK_TIME)

Show = Callable[..., dict[str, Any]]

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def show(content: Content, phrases: Phrases, clock: Clock, language: str) -> Show:
    """Shows a service of the directory with some of its fields changed, at a moment."""

    def render(
        name: str,
        now: datetime | None = None,
        chosen: dict[str, str] | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        service = replace(content.services[name], **changes)
        return ServiceRenderer(content, phrases, language, now or clock()).service(service, chosen)

    return render


# Hours


@in_every_language
@pytest.mark.parametrize("holidays", HOLIDAYS)
def test_hours_are_written_as_she_reads_them(
    show: Show, language: str, holidays: str | None
) -> None:
    """Days and times are in her language, in UK time, with what is known of bank holidays."""
    shown = show("refuge-helpline", hours=OFFICE, bank_holidays=holidays)
    assert shown["hours"] == f"{WRITTEN[language]} {HOLIDAYS[holidays][language]}"


@in_every_language
def test_days_that_are_not_in_a_row_are_listed(show: Show, language: str) -> None:
    """Only days that follow each other are written as from one to another."""
    shown = show("refuge-helpline", hours=MIXED)
    assert shown["hours"].startswith(WRITTEN_MIXED[language])


@in_every_language
def test_two_days_are_no_row(show: Show, language: str) -> None:
    """Monday and Tuesday are named both: "from Monday to Tuesday" would be odd."""
    hours = (Period(("mon", "tue"), time(9), time(17)),)
    days = show("refuge-helpline", hours=hours)["hours"].partition(" 09:00")[0]
    assert days
    assert "–" not in days


@in_every_language
def test_day_and_night_needs_no_table(show: Show, language: str) -> None:
    """A line that never closes says just that, and that it is open now."""
    shown = show("refuge-helpline", hours=())
    assert shown["hours"] == ALWAYS[language]
    assert (shown["open_now"], shown["until"]) == (True, OPEN_NOW[language])


@in_every_language
def test_unknown_hours_are_left_out(show: Show, language: str) -> None:
    """Nothing is guessed: without hours there is neither a table nor an "open now"."""
    shown = show("refuge-helpline", hours=None)
    assert (shown["hours"], shown["open_now"], shown["until"]) == (None, None, None)


@in_every_language
def test_while_it_is_open_she_reads_until_when(show: Show, language: str) -> None:
    """In the morning of a working day she sees how long she can still call."""
    shown = show("refuge-helpline", THURSDAY_MORNING, hours=OFFICE)
    assert (shown["open_now"], shown["until"]) == (True, UNTIL_FIVE[language])


@in_every_language
def test_while_it_is_closed_she_reads_when_it_opens(show: Show, language: str) -> None:
    """On Friday evening she sees that Monday is the next day, and from which time."""
    shown = show("refuge-helpline", FRIDAY_EVENING, hours=OFFICE)
    assert (shown["open_now"], shown["until"]) == (False, OPENS_MONDAY[language])


@in_every_language
def test_a_summer_morning_is_in_uk_time(show: Show, language: str) -> None:
    """Half past eight by Greenwich is half past nine in a British summer: it is open."""
    early = datetime.fromisoformat("2026-07-02T08:30+00:00")
    assert show("refuge-helpline", early, hours=OFFICE)["until"] == UNTIL_FIVE[language]


@in_every_language
def test_on_a_bank_holiday_nothing_is_claimed_that_nobody_knows(show: Show, language: str) -> None:
    """On Christmas Day it is closed, or open, or it is not said: as far as a source tells."""
    for holidays, is_open in (("closed", False), ("open", True), (None, None)):
        shown = show("refuge-helpline", CHRISTMAS, hours=OFFICE, bank_holidays=holidays)
        assert shown["open_now"] is is_open
    assert shown["until"] is None
    assert shown["hours"].startswith(WRITTEN[language])


@in_every_language
def test_the_next_opening_is_not_promised_for_a_bank_holiday(show: Show, language: str) -> None:
    """On the night before Christmas it is closed, and nobody can say when it opens."""
    shown = show("refuge-helpline", CHRISTMAS_EVE_AT_NIGHT, hours=OFFICE, bank_holidays=None)
    assert (shown["open_now"], shown["until"]) == (False, CLOSED_NOW[language])


# What waits for a confirmation


@in_every_language
def test_a_number_and_hours_marked_b_wait_for_a_confirmation(show: Show, language: str) -> None:
    """From a single source neither is shown; once the service has confirmed the row, both are."""
    marked = {"publish": "B", "hours_publish": "B", "sms": "07000 000000", "hours": OFFICE}
    before = show("bawso", **marked)
    for name in ("phone", "tel", "sms", "hours", "open_now", "until", "checked_on"):
        assert before[name] is None, name
    after = show("bawso", **marked, checked_on=date(2026, 11, 25))
    assert (after["phone"], after["tel"]) == ("0800 731 8147", "tel:08007318147")
    assert after["sms"] == "07000 000000"
    assert after["hours"].startswith(WRITTEN[language])
    assert (after["open_now"], after["until"]) == (True, UNTIL_FIVE[language])
    assert after["checked_on"] == "2026-11-25"


@in_every_language
@pytest.mark.parametrize("checked", [None, date(2026, 11, 25)])
def test_what_is_marked_c_is_never_shown(show: Show, language: str, checked: date | None) -> None:
    """A number that sources contradict stays back, confirmed or not."""
    shown = show("bawso", publish="C", hours_publish="C", checked_on=checked)
    assert (shown["phone"], shown["tel"], shown["hours"]) == (None, None, None)


@in_every_language
def test_the_marks_of_number_and_hours_are_apart(show: Show, language: str) -> None:
    """A sure number is shown beside unsure hours, and sure hours beside an unsure number."""
    sure_number = show("bawso", publish="A", hours_publish="B")
    assert sure_number["phone"]
    assert sure_number["hours"] is None
    sure_hours = show("bawso", publish="B", hours_publish="A")
    assert sure_hours["phone"] is None
    assert sure_hours["hours"] == ALWAYS[language]


# How to reach it


@in_every_language
def test_an_email_is_on_the_card(show: Show, language: str) -> None:
    """An address to write to stands beside the number, or is left out where there is none."""
    shown = show("northern-ireland-helpline")
    assert shown["email"] == "help@dsahelpline.org"
    assert show("refuge-helpline")["email"] is None


@in_every_language
def test_it_is_said_when_there_is_no_confirmed_number(show: Show, language: str) -> None:
    """Where only a page or an address is left she reads so, and is not left to wonder."""
    for left in ({"email": None}, {"url": None, "email": "ask@example.org"}):
        notes = show("bawso", **left)["notes"]
        assert NO_NUMBER[language] in notes
        assert NO_WAY[language] not in notes
    assert NO_NUMBER[language] not in show("refuge-helpline")["notes"]


@in_every_language
def test_it_is_said_when_there_is_no_way_to_reach_it(show: Show, language: str) -> None:
    """Without number, page and address the card says that plainly, and only that."""
    notes = show("bawso", url=None)["notes"]
    assert NO_WAY[language] in notes
    assert NO_NUMBER[language] not in notes
    # A number for texts is a way.
    reached = show("bawso", url=None, publish="A", phone=None, sms="85258")["notes"]
    assert not {NO_WAY[language], NO_NUMBER[language]} & set(reached)


@in_every_language
def test_each_shipped_service_can_be_reached_or_says_that_it_cannot(
    content: Content, show: Show, language: str
) -> None:
    """No card of the directory ends in nothing."""
    for name in content.services:
        shown = show(name)
        ways = [shown[way] for way in ("phone", "sms", "email", "url") if shown[way]]
        assert bool(ways) is (NO_WAY[language] not in shown["notes"]), name


# Notes


@in_every_language
@pytest.mark.parametrize(
    ("free", "papers", "written"),
    [
        (True, False, [FREE, NO_PAPERS]),
        (False, True, [COSTS, ASYLUM]),
        (None, None, []),
        (None, False, [NO_PAPERS]),
        (True, None, [FREE]),
    ],
)
def test_cost_and_papers_are_said_where_a_source_tells(
    show: Show,
    language: str,
    free: bool | None,
    papers: bool | None,
    written: list[dict[str, str]],
) -> None:
    """What is not known is not said: neither that a call is free nor that it is not."""
    notes = show("scotland-helpline", free=free, papers_needed=papers)["notes"]
    assert notes == [line[language] for line in written]


@in_every_language
def test_what_a_service_says_of_privacy_comes_first(
    content: Content, show: Show, language: str
) -> None:
    """Who may be told stands above all other notes, for every service that has such a line."""
    private = [
        name
        for name in content.services
        if content.has_text(language, f"service.{name}.confidential")
    ]
    assert {"police-999", "police-101", "forced-marriage-unit"} <= set(private)
    for name in private:
        assert show(name)["notes"][0] == content.text(language, f"service.{name}.confidential")


# Why it is shown


@in_every_language
def test_it_is_said_why_a_service_is_shown(content: Content, show: Show, language: str) -> None:
    """Her nation, her need and her language, as far as the service fits them."""
    chosen = {"nation": "wales", "need": "refuge", "speak": "cy"}
    why = show("live-fear-free", chosen=chosen)["why"]
    need, speak = (content.text(language, f"{CHOICES}.{p}") for p in ("need-refuge", "speak-cy"))
    assert why == FITS[language].format(need=need, speak=speak)


@in_every_language
def test_what_does_not_fit_is_no_reason(content: Content, show: Show, language: str) -> None:
    """An emergency line that is shown to everyone does not claim to fit her need."""
    chosen = {"nation": "wales", "need": "refuge", "speak": "pt"}
    why = show("police-999", chosen=chosen)["why"]
    assert content.text(language, f"{CHOICES}.nation-wales") in why
    assert content.text(language, f"{CHOICES}.need-refuge") not in why
    assert content.text(language, f"{CHOICES}.speak-pt") not in why
    assert INTERPRETER[language] not in why


@in_every_language
@pytest.mark.parametrize("speak", ["es", "other"])
def test_an_interpreter_is_a_reason_for_another_language(
    show: Show, language: str, speak: str
) -> None:
    """A service that does not speak her language fits when it can call an interpreter."""
    chosen = {"nation": "wales", "need": "talk", "speak": speak}
    assert show("live-fear-free", chosen=chosen)["why"].endswith(INTERPRETER[language])
    without = show("live-fear-free", chosen=chosen, interpreters=False)["why"]
    assert INTERPRETER[language] not in without


@in_every_language
@pytest.mark.parametrize("chosen", [None, {}, {"nation": ANY, "need": ANY, "speak": ANY}])
def test_without_a_choice_there_is_no_reason(
    show: Show, language: str, chosen: dict[str, str] | None
) -> None:
    """Shown under an answer, or after three skips, a service claims to fit nothing."""
    assert show("live-fear-free", chosen=chosen)["why"] is None


@in_every_language
def test_each_choice_has_words_for_a_reason(content: Content, language: str) -> None:
    """Whatever she chooses can be said again under a service."""
    choices = [f"nation-{name}" for name in NATIONS]
    choices += [f"need-{name}" for name in NEEDS] + [f"speak-{name}" for name in LANGUAGES]
    for part in choices:
        assert content.has_text(language, f"{CHOICES}.{part}"), part


# Names


@in_every_language
def test_names_are_listed_as_the_language_lists(
    content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Three services stand in one sentence, with the word for "and" before the last, written out.

    The locale data has "a(c)" for Welsh, which is a choice for whoever writes and not a word.
    """
    services: list[Service] = [
        content.services[name] for name in ("lawrs", "lawa", "rights-of-women")
    ]
    listed = ServiceRenderer(content, phrases, language, clock()).names(services)
    names = [content.text(language, f"service.{one.id}.name") for one in services]
    assert all(name in listed for name in names)
    between = listed.partition(names[1])[2].removesuffix(names[2])
    assert (
        between.strip(" ,")
        in {"en": ("and",), "es": ("y",), "cy": ("a", "ac"), "pt": ("e",)}[language]
    )
