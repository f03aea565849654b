"""A service as a message shows it: how to reach it, when it is open, and why it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_time, get_day_names

from bot.content.directory import ANY
from bot.content.freshness import is_overdue
from bot.content.hours import WEEKDAYS, Opening, Period, opening
from bot.content.values import CHOICES, Answer, Content, Service
from bot.i18n import Phrases, long_date, written_list
from bot.languages import LOCALES


@dataclass(frozen=True)
class ServiceRenderer:
    """Renders the services of one revision in one language, at one moment."""

    content: Content
    phrases: Phrases
    language: str
    now: datetime

    def service(self, service: Service, chosen: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Returns a service of the contract.

        Args:
            service: which one.
            chosen: the nation, need and language that she chose, to say why it is shown.
        """
        phone, sms = service.shown_phone, service.shown_sms
        now = self._opening(service)
        return {
            "id": service.id,
            "name": self.content.text(self.language, f"service.{service.id}.name"),
            "phone": phone,
            "tel": f"tel:{phone.replace(' ', '')}" if phone else None,
            "sms": sms,
            "email": service.email,
            "url": service.url,
            "about": self.content.text(self.language, f"service.{service.id}.about"),
            "languages": self._language_names(service),
            "hours": self._hours(service),
            "open_now": now.is_open if now else None,
            "until": self._until(now),
            "notes": self._notes(service),
            "why": self._why(service, chosen or {}),
            "checked_on": service.checked_on.isoformat() if service.checked_on else None,
            "dated": dated(service, self.language, self.phrases, self.now.date()),
        }

    def names(self, services: list[Service]) -> str:
        """Returns the names of services as one list, as the language writes lists."""
        texts = [self.content.text(self.language, f"service.{one.id}.name") for one in services]
        return written_list(texts, self.language)

    def _language_names(self, service: Service) -> list[str]:
        names = Locale.parse(LOCALES[self.language]).languages
        spoken = [names[language] for language in service.languages]
        _ = self.phrases.gettext(self.language)
        through_others = [_("other languages through an interpreter")]
        return [*spoken, *through_others] if service.interpreters else spoken

    def _opening(self, service: Service) -> Opening | None:
        if service.shown_hours is None:
            return None
        return opening(
            service.shown_hours,
            self.now,
            nations=service.nations,
            bank_holidays=service.bank_holidays,
        )

    def _hours(self, service: Service) -> str | None:
        _ = self.phrases.gettext(self.language)
        if service.shown_hours is None:
            return None
        if not service.shown_hours:
            return _("Open 24 hours, every day")
        weekly = "; ".join(self._period(period) for period in service.shown_hours)
        holidays = {
            "open": _("Also open on bank holidays."),
            "closed": _("Closed on bank holidays."),
            None: _("It may be closed on bank holidays."),
        }
        # Translators: opening hours, such as "Monday–Friday 09:00–17:00 (UK time)."
        times = _("{hours} (UK time).").format(hours=weekly)
        return f"{times} {holidays[service.bank_holidays]}"

    def _period(self, period: Period) -> str:
        locale = LOCALES[self.language]
        days = [WEEKDAYS.index(day) for day in period.days]
        names = get_day_names("wide", locale=locale)
        # CLDR writes the Welsh days with a capital, for it lists them alone.
        written = [names[day] for day in days]
        is_row = days == list(range(days[0], days[-1] + 1)) and len(days) > 2
        named = f"{written[0]}–{written[-1]}" if is_row else written_list(written, self.language)
        return f"{named} {period.opens:%H:%M}–{period.closes:%H:%M}"

    def _until(self, now: Opening | None) -> str | None:
        _ = self.phrases.gettext(self.language)
        locale = LOCALES[self.language]
        if now is None:
            return None
        if now.until:
            time = format_time(now.until, "HH:mm", locale=locale)
            return _("Open now, until {time}").format(time=time)
        if now.next:
            time = format_time(now.next, "HH:mm", locale=locale)
            day = get_day_names("wide", locale=locale)[now.next.weekday()]
            # Translators: the next opening, such as "Closed now. Opens: Monday, 09:00".
            return _("Closed now. Opens: {day}, {time}").format(day=day, time=time)
        return _("Open now") if now.is_open else _("Closed now")

    def _notes(self, service: Service) -> list[str]:
        _ = self.phrases.gettext(self.language)
        cost = {
            True: _("It costs nothing to get in touch."),
            False: _("The call costs money."),
            None: None,
        }
        papers = {
            True: _("For people in the asylum system."),
            False: _("You do not need papers."),
            None: None,
        }
        phone = service.shown_phone
        is_reached = phone or service.shown_sms
        missing = None if is_reached else _("We have no confirmed phone number.")
        if not (is_reached or service.url or service.email):
            missing = _("We have no confirmed way to reach it yet.")
        msgid = f"service.{service.id}.confidential"
        private = (
            self.content.text(self.language, msgid)
            if self.content.has_text(self.language, msgid)
            else None
        )
        # What a call costs is of use where there is a number.
        costs = cost[service.free] if service.free or phone else None
        notes = (private, costs, papers[service.papers_needed], missing)
        return [note for note in notes if note]

    def _why(self, service: Service, chosen: Mapping[str, str]) -> str | None:
        _ = self.phrases.gettext(self.language)
        nation, need, speak = (chosen.get(name, ANY) for name in ("nation", "need", "speak"))
        reasons = [
            self.content.text(self.language, f"{CHOICES}.{part}")
            for part, fits in (
                (f"nation-{nation}", nation in service.nations),
                (f"need-{need}", need in service.needs),
                (f"speak-{speak}", speak in service.languages),
            )
            if fits
        ]
        if speak not in (ANY, *service.languages) and service.interpreters:
            reasons.append(_("other languages through an interpreter"))
        # Translators: why a service is shown, such as "Fits: Wales · Legal advice · Spanish".
        return _("Fits: {reasons}").format(reasons=" · ".join(reasons)) if reasons else None


def dated(row: Answer | Service, language: str, phrases: Phrases, today: date) -> str:
    """Returns when a row was last checked, or that nobody has, and whether that is overdue."""
    _ = phrases.gettext(language)
    if row.checked_on:
        said = _("Last checked on {date}.").format(date=long_date(row.checked_on, language))
    else:
        said = _("From published sources, as of {date}; not yet confirmed by a service.").format(
            date=long_date(row.as_of, language)
        )
    if is_overdue(row, today):
        overdue = _("It was due to be checked by {date}: it may have changed.").format(
            date=long_date(row.review_by, language)
        )
        return f"{said} {overdue}"
    return said
