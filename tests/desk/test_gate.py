"""The gate: what no draft may say, broken once each."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from flask import Flask

from bot.content.checks import spelling
from bot.content.checks.every import CHECKS
from bot.content.shipped import read_shipped
from bot.desk.findings import plain, quotation
from bot.desk.gate import gate, new_findings, of_part, stopping
from bot.errors import ContentError

ANSWER = "sharing.risk"


@pytest.fixture(scope="module")
def live():
    """What ships, of which the checks find nothing wrong."""
    return read_shipped()


@pytest.fixture(autouse=True)
def _reader():
    """Somebody who reads English."""
    with Flask("reader").app_context():
        yield


def changed(live, language, part, old, new, answer=ANSWER):
    """Returns what ships with words of one text replaced, or added at its end."""
    key = (language, f"{answer}.{part}")
    text = live.texts[key]
    assert old in text
    return replace(live, texts={**live.texts, key: text.replace(old, new) if old else text + new})


LONG = " ".join(["Immigration authorities occasionally communicate considerable information"] * 10)

BROKEN = [
    # language, part, words, what stands in their place, what is said
    ("cy", "more", "999", "111", "The numbers are not those of the English. Missing here: 999."),
    ("es", "short", "", " Llama al 07700 900123.", "The phone number 07700900123 may not stand"),
    ("cy", "more", "Rhagfyr 2025", "Ebrill 2025", "The months are not those of the English"),
    ("pt", "more", "2021", "2020", "Missing here: 2021. Only here: 2020."),
    (
        "cy",
        "short",
        "Gall yr heddlu roi",
        "Mae'r heddlu yn rhoi",
        "happen, and this sentence says it",
    ),
    (
        "cy",
        "short",
        "a does neb yn gallu addo na fydd yn digwydd",
        "a phob tro",
        "nobody can promise",
    ),
    ("en", "short", "", " You are safe.", "It says “you are safe”. Nobody may promise that"),
    ("es", "short", "", " No te van a deportar.", "It says “no te van a deportar”."),
    ("en", "more", "", f" {LONG}.", "The answer is hard to read. Begin with its longest sentence"),
    ("en", "short", "", " There are 4711 of them.", "what the number 4711 counts"),
    ("en", "short", "", " Ring 0808 801 0100.", "08088010100 is a wrong number that goes round."),
    (
        "es",
        "more",
        "Southall Black Sisters",
        "Una organización",
        "The English names Southall Black",
    ),
    ("en", "more", "Southall Black Sisters", "Some people", "is what Southall Black Sisters says"),
    ("en", "more", "", "\n- See www.example.org.uk.", "The web addresses are not those"),
    ("en", "more", "", "\nhe {name}", "The words in braces are not those of the English"),
    ("cy", "more", "\n- Yn 2021", " Yn 2021", "Write one line for each English line"),
    ("en", "label", "", " And much else that does not fit here", "letters; at most 45 fit."),
    ("en", "short", "", " One. Two. Three.", "Say the point in 3, and put the rest below"),
    ("pt", "more", "", " They tell you that this is what they do.", "Words of another language"),
    ("cy", "short", "Gallwch", "Yr ydych yn gallu", "“yr ydych” is official Welsh."),
    ("en", "short", "police", "polisse", "“polisse” is in no dictionary."),
]


@pytest.mark.parametrize(("language", "part", "old", "new", "said"), BROKEN)
def test_what_may_not_be_said_is_found_and_told(live, language, part, old, new, said):
    """Each gate finds what it is there for, and says it in words of the desk."""
    found = new_findings(live, changed(live, language, part, old, new), {ANSWER})
    told = [plain(one) for one in found]
    assert any(said in one for one in told), told
    # None is shown as its check wrote it, for developers.
    assert not {f"{one.problem} {one.remedy}" for one in found} & set(told)


def test_missing_text_is_found(live):
    """A text that was emptied is missing, in the language where it was."""
    texts = {key: text for key, text in live.texts.items() if key != ("cy", f"{ANSWER}.short")}
    found = new_findings(live, replace(live, texts=texts), {ANSWER})
    assert ("cy", "The text is missing. Write it.") in [(f.language, plain(f)) for f in found]


def test_sound_text_passes(live):
    """Nothing is found in what is live, nor in a sound sentence."""
    assert new_findings(live, live, set(live.answers)) == []
    sound = changed(live, "en", "short", "You can talk to", "You can speak to")
    assert stopping(new_findings(live, sound, {ANSWER})) == []


def test_narrow_look_finds_the_same_as_a_whole_one(live):
    """Only the answers concerned are looked at, and the findings are those of all content."""
    broken = live
    for language, part, old, new, _said in BROKEN[:8]:
        broken = changed(broken, language, part, old, new)
    broken = changed(broken, "cy", "more", "999", "998", answer="reporting.withdraw")
    before = {one for check in CHECKS.values() for one in check(live)}
    whole = {one for check in CHECKS.values() for one in check(broken)} - before
    narrow = set(new_findings(live, broken, {ANSWER, "reporting.withdraw"}))
    assert {one for one in whole if one.where != "all answers"} == narrow
    assert narrow


def test_old_fault_does_not_stop_a_new_sentence(live):
    """What was wrong before the draft is not held against it, even when its measure moves."""
    old = changed(live, "en", "more", "", f" {LONG}.")
    old = changed(old, "en", "short", "", " You are safe.")
    new = changed(old, "en", "short", "You can talk to", "You may talk to")
    assert [one.problem for one in stopping(new_findings(old, new, {ANSWER}))] == []


def test_second_fault_of_the_same_kind_is_found(live):
    """An old wrong number does not hide another one."""
    old = changed(live, "es", "short", "", " Llama al 07700 900123.")
    new = changed(old, "es", "short", "", " Llama al 07700 900124.")
    assert any("07700900124" in plain(one) for one in new_findings(old, new, {ANSWER}))


def test_hard_sentence_is_quoted(live):
    """A finding says which sentence is hard, so that the page can show it at its field."""
    found = new_findings(live, changed(live, "en", "more", "", f" {LONG}."), {ANSWER})
    assert any(quotation(one) and LONG.startswith(quotation(one)) for one in found)


def test_words_that_no_dictionary_has_do_not_stop(live):
    """A name that no dictionary has is a question to the approver, not a wall."""
    found = new_findings(live, changed(live, "en", "short", "police", "polisse"), {ANSWER})
    assert [one.check for one in found if one.language == "en"] == ["spelling"]
    assert [one for one in stopping(found) if one.language == "en"] == []


def test_absent_dictionaries_are_said(live, monkeypatch):
    """A machine without dictionaries says so at each draft, and the other checks still run."""

    def absent(words, language):
        raise ContentError("The spelling cannot be checked here: run `apt-get install aspell`.")

    monkeypatch.setattr(spelling, "_ask", absent)
    found = new_findings(live, changed(live, "en", "more", "", " You are safe."), {ANSWER})
    assert {one.check for one in found} == {"spelling", "wording"}
    assert any("Read each word yourself" in plain(one) for one in found)


def test_part_is_told_what_concerns_it(live):
    """Whoever approves Welsh is not stopped by Spanish."""
    found = new_findings(live, changed(live, "es", "short", "", " Estás a salvo."), {ANSWER})
    assert of_part(found, "es")
    assert of_part(found, "cy") == of_part(found, "records") == []


def test_gate_reads_a_draft_within_two_seconds(desk):
    """A draft is looked at while its writer waits."""
    desk.person("Eve", ["editor"])
    eve = desk.person("Eve")
    number = desk.drafts.open(eve, ANSWER)
    desk.drafts.save_text(eve, number, "en", f"{ANSWER}.short", "You are safe.")
    with desk.app.app_context():
        gate(desk.drafts.get(number))
        before = time.process_time()
        found = gate(desk.drafts.get(number))
        assert time.process_time() - before < 2
    assert any(one.where == f"{ANSWER}.short" and one.check == "wording" for one in found)


def test_record_that_cannot_be_read_is_a_finding(desk):
    """A draft that would break the content is stopped, and its page can still be shown."""
    eve = desk.person("Eve", ["editor"])
    record = desk.store.read().records["answers"][ANSWER]
    number = desk.drafts.open(eve, ANSWER)
    desk.drafts.save_record(eve, number, "answers", ANSWER, {**record, "owner": "somebody"})
    draft = desk.drafts.get(number)
    entry = replace(draft.entries[0], value={**record, "facts": ["F-of-nobody"]})
    with desk.app.app_context():
        found = gate(replace(draft, entries=(entry,)))
    assert stopping(found)
    assert "F-of-nobody" in plain(found[0])
