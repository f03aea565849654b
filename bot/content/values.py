"""The values that content is made of. How a record becomes one is in `records.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.content.hours import Period
from bot.errors import ContentUnavailableError

NATIONS = ("england", "wales", "scotland", "northern-ireland")
NEEDS = (
    "talk",
    "refuge",
    "legal",
    "exploitation",
    "sexual-violence",
    "forced-marriage",
    "crisis",
    "other",
)

#: What happens to an answer whose review is overdue depends on the harm it could do:
#: `high` gives way to the interim text, `low` warns, `lifeline` is never withheld.
RISKS = ("high", "low", "lifeline")

#: A: several independent sources agree. B: one source, or an old one. C: no number
#: may be shown. Only A is shown before a service has confirmed its number.
PUBLISH_MARKS = ("A", "B", "C")

#: V: read in a copy of the page of the body that issued it. V2: in a second source. S: stated in
#: a document the project came from. I: an inference. G: general knowledge that nobody verified.
CONFIDENCES = ("V", "V2", "S", "I", "G")
UNVERIFIED = "G"

#: Said in the place of an answer that may not be shown.
INTERIM = "bot.interim"

#: Where the words of the choices stand: nations, needs and languages.
CHOICES = "services.find"

#: Topics that stay when the chat is switched off: the talk itself, services and safety.
ALWAYS_ON = frozenset({"bot", "services", "safety"})

#: How a change of the English text bears on a translation that was made before it:
#: the translation still says the same; it is less good; it could now do harm.
CHANGES = ("wording", "improved", "dangerous")

#: What a person should know about a service before she turns to it.
WARNINGS = (
    "police",
    "government",
    "home-office-contract",
    "passes-reports-on",
    "refers-to-home-office",
)


@dataclass(frozen=True)
class Source:
    """A published page that facts come from. `date` is written as its publisher dates it."""

    id: str
    title: str
    publisher: str
    url: str
    date: str


@dataclass(frozen=True)
class Fact:
    """One statement that answers may rest on, written once, in our own words.

    `as_of` is the source's own date, None when it has none. `claimed_by` names the
    body whose claim it is, None for law, official text and neutral data. `check` is
    the rank of harm of a check that is due before launch, 1 the worst.
    """

    id: str
    says: str
    sources: tuple[str, ...]
    as_of: str | None
    nations: tuple[str, ...]
    confidence: str
    claimed_by: str | None
    check: int | None
    publish: bool = True


@dataclass(frozen=True)
class Answer:
    """What is true of an answer in every language.

    `next` holds what a button sends: an answer id, perhaps with parameters.
    `as_of` is the day the published sources were read; `checked_on` the day a
    person of a service confirmed the answer, None until one has; `review_by` the
    last day on which it may be trusted unread. `native_read` holds the languages
    whose text a native specialist has read.
    """

    id: str
    risk: str
    nations: tuple[str, ...]
    facts: tuple[str, ...]
    next: tuple[str, ...]
    services: tuple[str, ...]
    as_of: date
    checked_on: date | None
    review_by: date
    owner: str
    native_read: tuple[str, ...]

    @property
    def topic(self) -> str:
        """The first part of the id: `sharing` of `sharing.risk`."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Service:
    """A service she can turn to. `languages` holds only those that a source confirms.

    `hours` is empty when it is open day and night, None when the hours are not known.
    `free` and `papers_needed` are None when no source says.
    """

    id: str
    nations: tuple[str, ...]
    needs: tuple[str, ...]
    languages: tuple[str, ...]
    interpreters: bool
    phone: str | None
    publish: str
    sms: str | None
    email: str | None
    url: str | None
    hours: tuple[Period, ...] | None
    hours_publish: str | None
    bank_holidays: str | None
    free: bool | None
    papers_needed: bool | None
    warning: str | None
    sources: tuple[str, ...]
    as_of: date
    checked_on: date | None
    review_by: date
    owner: str
    native_read: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether a person of the service has confirmed the row."""
        return self.checked_on is not None

    @property
    def shown_phone(self) -> str | None:
        """The number, if it may be shown to anyone."""
        return self.phone if self._may_show(self.publish) else None

    @property
    def shown_sms(self) -> str | None:
        """The number for texts, if it may be shown to anyone."""
        return self.sms if self._may_show(self.publish) else None

    @property
    def shown_hours(self) -> tuple[Period, ...] | None:
        """The hours, if they may be shown to anyone."""
        return self.hours if self._may_show(self.hours_publish) else None

    def _may_show(self, mark: str | None) -> bool:
        return mark == "A" or (mark == "B" and self.is_confirmed)


@dataclass(frozen=True)
class Content:
    """One revision of everything that is published, in four languages.

    `texts` maps (language, msgid) to a text; a msgid is an answer's id and a part
    (`sharing.risk.short`), or `service.`, a service's id and a part. `stale` maps
    the keys of translations made from an older English text to what changed in it.
    `fact_changes` maps an answer to the facts that changed after it was published.
    `switches` names what staff have put out of use for now. `keeps` maps an answer to the
    words, by language, that its short text must never lose.
    """

    revision: int
    answers: Mapping[str, Answer] = field(repr=False)
    services: Mapping[str, Service] = field(repr=False)
    sources: Mapping[str, Source] = field(repr=False)
    facts: Mapping[str, Fact] = field(repr=False)
    texts: Mapping[tuple[str, str], str] = field(repr=False)
    stale: Mapping[tuple[str, str], str] = field(repr=False, default_factory=dict)
    fact_changes: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    switches: frozenset[str] = field(repr=False, default=frozenset())
    keeps: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False, default_factory=dict)

    def is_switched_off(self, answer: Answer) -> bool:
        """Says whether staff have put an answer out of use: it, its topic, or the whole chat."""
        if answer.topic in ALWAYS_ON:
            return f"answer.{answer.id}" in self.switches
        names = {"chat", f"topic.{answer.topic}", f"answer.{answer.id}"}
        return bool(names & self.switches)

    def text(self, language: str, msgid: str) -> str:
        """Returns a text.

        Raises:
            ContentUnavailableError: when it does not exist in this language. Another
                language never stands in for it unasked.
        """
        try:
            return self.texts[language, msgid]
        except KeyError:
            raise ContentUnavailableError(f"no text for {msgid} in {language}") from None

    def has_text(self, language: str, msgid: str) -> bool:
        """Says whether a text exists in this language."""
        return (language, msgid) in self.texts

    def parts_of(self, language: str, owner: str) -> dict[str, str]:
        """Returns part → text of everything said by an answer, or by `service.` and an id."""
        return {
            msgid.rpartition(".")[2]: text
            for (tag, msgid), text in self.texts.items()
            if tag == language and msgid.rpartition(".")[0] == owner
        }

    def sources_of(self, answer: Answer) -> tuple[str, ...]:
        """Returns the ids of the sources that an answer rests on, each once.

        They are those of its facts, in their order, and then those of the services it shows.
        """
        rests_on: Iterable[Fact | Service] = (
            *(self.facts[name] for name in answer.facts),
            *(self.services[name] for name in answer.services),
        )
        return tuple(dict.fromkeys(name for row in rests_on for name in row.sources))
