"""Answers as the contract gives them: text, buttons, services, sources and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bot.clock import Clock, uk_now
from bot.content.card import card
from bot.content.directory import unconfirmed_lifelines
from bot.content.freshness import IMPROVED, SAID, standing
from bot.content.references import make_reference, parse_reference
from bot.content.values import CHOICES, INTERIM, Answer, Content
from bot.conversation.service_rendering import ServiceRenderer, dated
from bot.i18n import Phrases

Message = dict[str, Any]


@dataclass(frozen=True)
class Renderer:
    """Renders one revision of the content in one language."""

    content: Content
    phrases: Phrases
    language: str
    clock: Clock = field(default=uk_now, repr=False)

    def message(
        self,
        answer_id: str,
        *,
        part: str = "short",
        note: str | None = None,
        note_names: Sequence[str] = (),
        buttons: Sequence[str] | None = None,
        services: Sequence[str] | None = None,
        chosen: Mapping[str, str] | None = None,
        card_for: Mapping[str, str] | None = None,
        sources_of: str | None = None,
    ) -> Message:
        """Returns one message of the contract.

        Args:
            answer_id: which answer.
            part: which of its texts; the short one stands in for a part it does not have.
            note: another part, put before the text as a paragraph of its own.
            note_names: ids of services whose names stand in the note for `{names}`.
            buttons: references instead of the answer's own next steps.
            services: ids of services instead of the answer's own.
            chosen: what she chose, so that each service says why it is shown.
            card_for: `to` and `speak`: adds the card to show, for that reader and language.
            sources_of: show the sources and dates of that answer instead of its own.

        Raises:
            ContentUnavailableError: when the answer has no text in this language.
        """
        answer = self.content.answers[answer_id]
        part = part if self.content.has_text(self.language, f"{answer_id}.{part}") else "short"
        stands = standing(self.content, answer, self.language, self.clock().date())
        if stands.is_withheld and part in SAID:
            return self._interim(answer)
        rests_on = self.content.answers[sources_of or answer_id]
        is_answer = part in SAID
        shown = (answer.services if is_answer else ()) if services is None else services
        sources = self.content.sources_of(rests_on) if is_answer else ()
        text = self._text(f"{answer_id}.{part}")
        if note:
            named = [self.content.services[name] for name in note_names]
            before = self._text(f"{answer_id}.{note}")
            text = f"{before.replace('{names}', self._services.names(named))}\n\n{text}"
        return {
            "answer": answer_id,
            "lang": self.language,
            "text": text,
            "more": part == "short" and self.content.has_text(self.language, f"{answer_id}.more"),
            "interim": False,
            "buttons": [
                self.button(name) for name in (answer.next if buttons is None else buttons)
            ],
            "services": [
                self._services.service(self.content.services[name], chosen) for name in shown
            ],
            "trial": self._trial if shown else None,
            "card": card(self.content, self.language, **card_for) if card_for else None,
            "sources": self._sources(sources),
            "checked_on": _iso(rests_on.checked_on),
            "as_of": rests_on.as_of.isoformat(),
            "dated": self._dated(rests_on) if shown or sources else None,
        }

    def button(self, reference: str) -> dict[str, str]:
        """Returns a button of the contract; its title is in this language."""
        return {"title": self._title(reference), "choose": reference}

    def _interim(self, answer: Answer) -> Message:
        """Returns the approved text that keeps what stays true, in the answer's place."""
        interim = self.content.answers[INTERIM]
        msgid = f"{INTERIM}.{answer.topic}"
        has_own = self.content.has_text(self.language, msgid)
        return {
            "answer": answer.id,
            "lang": self.language,
            "text": self._text(msgid if has_own else f"{INTERIM}.short"),
            "more": False,
            "interim": True,
            "buttons": [self.button(name) for name in interim.next],
            "services": [
                self._services.service(self.content.services[name]) for name in interim.services
            ],
            "trial": self._trial,
            "card": None,
            "sources": [],
            "checked_on": _iso(answer.checked_on),
            "as_of": answer.as_of.isoformat(),
            "dated": dated(answer, self.language, self.phrases, self.clock().date()),
        }

    @cached_property
    def _trial(self) -> str | None:
        """Says that the numbers are on trial, as long as a lifeline is not confirmed."""
        _ = self.phrases.gettext(self.language)
        if not unconfirmed_lifelines(self.content.services):
            return None
        return _("We are still testing this chat: some numbers are not confirmed yet.")

    @cached_property
    def _services(self) -> ServiceRenderer:
        return ServiceRenderer(self.content, self.phrases, self.language, self.clock())

    def _title(self, reference: str) -> str:
        answer_id, parameters = parse_reference(reference)
        if "lang" in parameters:
            # In the language it leads to, for whoever does not read this one.
            return self.content.text(parameters["lang"], f"{answer_id}.switch")
        if "now" in parameters:
            return self._text(f"{answer_id}.not-now-label")
        if "id" in parameters:
            return self._text(f"service.{parameters['id']}.name")
        for name, value in reversed(parameters.items()):
            part = "skip" if value == "any" else f"{name}-{value}"
            for owner in (answer_id, CHOICES):
                if self.content.has_text(self.language, f"{owner}.{part}"):
                    return self._text(f"{owner}.{part}")
        return self._text(f"{answer_id}.label")

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

    def _dated(self, answer: Answer) -> str:
        today = self.clock().date()
        said = dated(answer, self.language, self.phrases, today)
        if standing(self.content, answer, self.language, today).warning != IMPROVED:
            return said
        _ = self.phrases.gettext(self.language)
        newer = _("The English text of this is newer: this one may lack something.")
        return f"{said} {newer}"

    def _text(self, msgid: str) -> str:
        return self.content.text(self.language, msgid)


def more_reference(answer_id: str) -> str:
    """Returns what the "more" button of an answer sends."""
    return make_reference(answer_id, {"part": "more"})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
