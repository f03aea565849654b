"""What the running service holds, read from its parts and not from a promise: for people, and JSON.

`holdings` looks at the objects that serve, so that a part which is exchanged or a setting
that is changed shows here; `sections` says the same in plain words.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from bot.conversation.sealed_state import ConversationState
from bot.i18n import Phrases
from bot.logs import NothingPersonal
from bot.memory import is_wiped
from bot.settings import Settings
from bot.web.dialogue import Dialogue
from bot.web.tally import WINDOW_SECONDS

Section = tuple[str, list[str]]


def holdings(dialogue: Dialogue, settings: Settings) -> dict[str, Any]:
    """Returns what is held, where and for how long, as the body of `/privacy.json`.

    Args:
        dialogue: the one that serves.
        settings: what the operator chose.
    """
    limits, store = dialogue.sealer.limits, dialogue.agent.tracker_store
    handlers = logging.getLogger().handlers
    return {
        "messages": {"kept": False, "personal_details_masked": True},
        "conversation": {
            "where": "in the page that is open, sealed; nowhere on the server",
            "tracker_store": type(store).__name__,
            "event_broker": store.event_broker and type(store.event_broker).__name__,
            "seal": "Fernet: AES-128-CBC, HMAC-SHA256",
            "keys": "given by the operator" if settings.state_keys else "made at start, in memory",
            "holds": sorted(field.name for field in fields(ConversationState)),
            "most_characters": limits.characters,
            "most_turns": limits.turns,
            "ends_after_idle_minutes": limits.idle_minutes,
            "ends_after_minutes": limits.lifetime_minutes,
        },
        "log": {
            "level": logging.getLevelName(logging.getLogger().level),
            "words_left_out": all(_leaves_words_out(handler) for handler in handlers),
            "requests": False,
            "addresses": False,
        },
        "database": {
            "kind": dialogue.published.kind,
            "tables": dialogue.published.tables,
        },
        "browser": {"cookies": [], "storage": [], "cache": "no-store"},
        "memory": {
            "core_dump_bytes": resource.getrlimit(resource.RLIMIT_CORE)[0],
            "wiped_when_freed": is_wiped(os.environ),
            # Counters under a secret of that minute; no address.
            "turns_counted_for_seconds": WINDOW_SECONDS if settings.turns_a_minute else 0,
        },
        # None where nobody reads figures: then nothing is counted.
        "metrics": dialogue.metrics and dialogue.metrics.held(),
        "other_hosts": [],
    }


def _leaves_words_out(handler: logging.Handler) -> bool:
    return any(isinstance(one, NothingPersonal) for one in handler.filters)


def sections(held: dict[str, Any], phrases: Phrases, language: str) -> Sequence[Section]:
    """Returns what `holdings` found in plain words: headings, and sentences under each."""
    _: Callable[[str], str] = phrases.gettext(language)
    talk, memory = held["conversation"], held["memory"]
    ends = _(
        "The chat is held in the page that you have open, sealed so that only this service can "
        "read it. It ends {idle} minutes after your last message, {whole} minutes after the "
        "first one, after {turns} messages, or when you close the page."
    ).format(
        idle=talk["ends_after_idle_minutes"],
        whole=talk["ends_after_minutes"],
        turns=talk["most_turns"],
    )
    traces = _(
        "For a short while after an answer, traces of words may be left in the working memory "
        "of our computer. We do not save them."
    )
    if memory["wiped_when_freed"]:
        traces += " " + _("Memory that is no longer used is overwritten at once.")
    counts = []
    if memory["turns_counted_for_seconds"]:
        counts.append(
            _(
                "So that nobody can block the chat for others, we count for one minute how many "
                "messages come from one connection. We do not keep its address."
            )
        )
    if held["metrics"]:
        counts.append(
            _(
                "We count how many messages come and how fast they are answered. In these numbers "
                "there are no words and no addresses."
            )
        )
    if held["metrics"] and held["metrics"]["unanswered"]:
        counts.append(
            _(
                "When we have no answer, we count the topic, the language and the week, so that we "
                "can do better. We do not keep your words, and we never see a number below ten."
            )
        )
    return [
        (
            _("Your chat"),
            [
                _(
                    "What you write is read by a computer to find an answer, and then let go. "
                    "It is not saved, and no person reads it."
                ),
                ends,
                _(
                    "In it are the language, which answers you were shown, and what you chose. "
                    "Your words are not in it, and no name and no number."
                ),
                _(
                    "If you type a phone number, an e-mail address, the number of a document or "
                    "a house number with its postcode, we take out what we recognise before "
                    "the answer is looked for. You need not give such things here."
                ),
            ],
        ),
        (
            _("Our computers"),
            [
                _(
                    "A database holds the answers, the services, and the accounts of staff. "
                    "No chat is in it."
                ),
                _(
                    "A log says what went wrong and when. Your words are not in it, nor the "
                    "address or the kind of your phone or computer."
                ),
                traces,
                *counts,
                _("The chat sends nothing to another company, and loads nothing from one."),
            ],
        ),
        (
            _("Your browser"),
            [
                _(
                    "We set no cookie and store nothing. We ask the browser to keep no copy of "
                    "the page; it may not do as we ask."
                ),
            ],
        ),
        (
            _("What is not in our power"),
            [
                _(
                    "Your phone may show that you were here: in the history of the browser, in "
                    "keyboard suggestions, in pictures of the screen, or in an account that "
                    "you share with somebody."
                ),
                _("Whoever runs the Wi-Fi or the phone network can see that you opened this site."),
                _(
                    "If you call or text a service, the number stays in the phone's own list. "
                    "It may be on the phone bill too."
                ),
                _("A service that you turn to keeps its own notes. You can ask it what it keeps."),
            ],
        ),
    ]


def forgotten(phrases: Phrases, language: str) -> str:
    """Returns the line that confirms "forget now"."""
    _ = phrases.gettext(language)
    return _(
        "This page has let go of the chat. There was nothing on our computers to delete. "
        "Your phone or browser may still show that you were here."
    )
