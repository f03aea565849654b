"""Answers as the contract gives them: text, buttons, services, sources and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from bot.content.references import make_reference, parse_reference
from bot.content.values import Content, Service
from bot.i18n import Phrases, long_date
from bot.languages import LOCALES

Message = dict[str, Any]

#: The parts of an answer that rest on sources; the others ask, confirm or remind.
ANSWER_PARTS = ("short", "more")


@dataclass(frozen=True)
class Renderer:
    """Renders one revision of the content in one language."""

    content: Content
    phrases: Phrases
    language: str

    def message(
        self,
        answer_id: str,
        *,
        part: str = "short",
        note: str | None = None,
        buttons: Sequence[str] | None = None,
        services: Sequence[str] | None = None,
        sources_of: str | None = None,
    ) -> Message:
        """Returns one message of the contract.

        Args:
            answer_id: which answer.
            part: which of its texts; the short one stands in for a part it does not have.
            note: another part, put before the text as a paragraph of its own.
            buttons: references instead of the answer's own next steps.
            services: ids of services instead of the answer's own.
            sources_of: show the sources and dates of that answer instead of its own.

        Raises:
            ContentUnavailableError: when the answer has no text in this language.
        """
        answer = self.content.answers[answer_id]
        rests_on = self.content.answers[sources_of or answer_id]
        part = part if self.content.has_text(self.language, f"{answer_id}.{part}") else "short"
        parts = [note, part] if note else [part]
        is_answer = part in ANSWER_PARTS
        shown = (answer.services if is_answer else ()) if services is None else services
        return {
            "answer": answer_id,
            "lang": self.language,
            "text": "\n\n".join(self._text(f"{answer_id}.{name}") for name in parts),
            "more": part == "short" and self.content.has_text(self.language, f"{answer_id}.more"),
            "buttons": [
                self.button(name) for name in (answer.next if buttons is None else buttons)
            ],
            "services": [self._service(self.content.services[name]) for name in shown],
            "sources": self._sources(rests_on.sources) if is_answer else [],
            "checked_on": _iso(rests_on.checked_on),
            "as_of": rests_on.as_of.isoformat(),
            "dated": self._dated(rests_on) if shown or (is_answer and rests_on.sources) else None,
        }

    def button(self, reference: str) -> dict[str, str]:
        """Returns a button of the contract; its title is in this language."""
        return {"title": self._title(reference), "choose": reference}

    def _title(self, reference: str) -> str:
        answer_id, parameters = parse_reference(reference)
        if "lang" in parameters:
            # In the language it leads to, for whoever does not read this one.
            return self.content.text(parameters["lang"], f"{answer_id}.switch")
        if "now" in parameters:
            return self._text(f"{answer_id}.not-now-label")
        for name, value in reversed(parameters.items()):
            part = "skip" if value == "any" else f"{name}-{value}"
            if self.content.has_text(self.language, f"{answer_id}.{part}"):
                return self._text(f"{answer_id}.{part}")
        return self._text(f"{answer_id}.label")

    def _service(self, service: Service) -> dict[str, Any]:
        phone = service.shown_phone
        _ = self.phrases.gettext(self.language)
        return {
            "id": service.id,
            "name": self._text(f"service.{service.id}.name"),
            "phone": phone,
            "tel": f"tel:{phone.replace(' ', '')}" if phone else None,
            "sms": service.sms if service.publish == "A" else None,
            "url": service.url,
            "about": self._text(f"service.{service.id}.about"),
            "languages": self._language_names(service),
            "hours": _("Open 24 hours, every day") if service.always_open else None,
            "open_now": True if service.always_open else None,
            "checked_on": _iso(service.checked_on),
            "dated": self._dated(service),
        }

    def _language_names(self, service: Service) -> list[str]:
        names = Locale.parse(LOCALES[self.language]).languages
        spoken = [names[language] for language in service.languages]
        _ = self.phrases.gettext(self.language)
        return (
            [*spoken, _("other languages through an interpreter")]
            if service.interpreters
            else spoken
        )

    def _sources(self, names: Sequence[str]) -> list[dict[str, str]]:
        sources = (self.content.sources[name] for name in names)
        return [
            {
                "title": source.title,
                "publisher": source.publisher,
                "url": source.url,
                "date": source.date,
            }
            for source in sources
        ]

    def _dated(self, dated: Any) -> str:
        _ = self.phrases.gettext(self.language)
        if dated.checked_on:
            return _("Last checked on {date}.").format(
                date=long_date(dated.checked_on, self.language)
            )
        return _("From published sources, as of {date}; not yet confirmed by a service.").format(
            date=long_date(dated.as_of, self.language)
        )

    def _text(self, msgid: str) -> str:
        return self.content.text(self.language, msgid)


def more_reference(answer_id: str) -> str:
    """Returns what the "more" button of an answer sends."""
    return make_reference(answer_id, {"part": "more"})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
