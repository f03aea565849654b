"""What things are called on the pages of the desk, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g

from bot.clock import UK_TIME
from bot.content.values import CHOICES, Content
from bot.desk.parts import _
from bot.i18n import long_date, written_list
from bot.languages import ENDONYMS


@dataclass(frozen=True)
class Names:
    """Names from one revision; the chat has them already, in the desk's languages too."""

    content: Content
    language: str

    def answer(self, answer_id: str) -> str:
        """Returns what stands on the button of an answer."""
        return self._text(f"{answer_id}.label", answer_id)

    def topic(self, topic: str) -> str:
        """Returns what a topic is called."""
        return self._text(f"bot.what.topic-{topic}", topic)

    def service(self, service_id: str) -> str:
        """Returns what a service is called."""
        return self._text(f"service.{service_id}.name", service_id)

    def what(self, what: str) -> str:
        """Returns what an answer (its id) or a service (`service.` and its id) is called."""
        if what.startswith("service."):
            return self.service(what.removeprefix("service."))
        return self.answer(what)

    def nation(self, nation: str) -> str:
        """Returns what a nation is called."""
        return self._text(f"{CHOICES}.nation-{nation}", nation)

    def nations(self, nations: Sequence[str]) -> str:
        """Returns nations as one list."""
        return written_list([self.nation(one) for one in nations], self.language)

    def need(self, need: str) -> str:
        """Returns what a need is called."""
        return self._text(f"{CHOICES}.need-{need}", need)

    def tongue(self, language: str) -> str:
        """Returns what a language is called by those who speak it."""
        return ENDONYMS[language]

    def day(self, day: date | None) -> str:
        """Writes a day out; a day that is not there was never."""
        return long_date(day, self.language) if day else _("never")

    def moment(self, at: str) -> str:
        """Writes out when something was done, in UK time."""
        here = datetime.fromisoformat(at).astimezone(UK_TIME)
        return f"{long_date(here.date(), self.language)}, {here:%H:%M}"

    def _text(self, msgid: str, otherwise: str) -> str:
        return self.content.texts.get((self.language, msgid), otherwise)


def names(content: Content) -> Names:
    """Returns the names for whoever asks now."""
    language: Any = g.language
    return Names(content, language)
