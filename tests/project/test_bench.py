"""The arithmetic of the measurements, and the table made of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bench import baseline, figures, pictures, sizes, table
from bench.baseline import Epochs, Spent
from bench.figures import Figures, Load, Run
from bench.load import Job, Result, ask_all, intent_of
from bench.servers import REST, TURN
from bot.plain_yaml import read_yaml
from bot.settings import ROOT


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100), (0, 1)]
)
def test_so_many_percent_do_not_exceed_a_percentile(percent, expected):
    assert figures.percentile(range(100, 0, -1), percent) == expected


def test_a_percentile_of_few_values_is_one_of_them():
    assert figures.percentile([3.0, 1.0, 2.0], 95) == 3.0


def test_nothing_has_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        figures.percentile([], 50)


def test_rounds_are_added_up_and_busy_answers_counted_apart():
    rounds = [
        Result(times=[10, 20], seconds=1, busy=1, client_cpu=0.1),
        Result(times=[30, 40], seconds=3, busy=0, silent=1, client_cpu=0.3),
    ]

    load = figures.summary(rounds, cpu_seconds=0.08)

    assert (load.median, load.p95, load.a_second) == (20, 40, 1)
    assert (load.answered, load.busy, load.silent, load.share_busy) == (4, 1, 1, 0.2)
    assert (load.cpu, load.client) == (20, 0.3)


def test_a_turn_is_looked_at_with_its_neighbours():
    """One slow turn by chance does not make the fifth slow."""
    conversation = [float(turn) for turn in range(1, 201)]
    conversation[4] = 1000.0

    assert figures.at_turn(conversation, 5) == 6
    assert figures.at_turn(conversation, 200) == 199
    assert figures.steepness(conversation) == pytest.approx(199 / 6)


def test_conversations_are_compared_turn_by_turn():
    assert figures.turn_by_turn([[1, 10], [3, 30], [2, 20]]) == [2, 20]


def test_growth_is_from_the_first_turn_to_the_last():
    assert figures.growth([(0, 700.0), (50, 730.0), (100, 712.0)]) == 12


def test_an_epoch_is_timed_without_the_first_which_makes_the_graph():
    """Of two models: 1 s and 10 s an epoch, after a first one of 11 s and 10 s."""
    epochs = Epochs(5)
    seen = [(0, 9), (1, 20), (3, 22), (5, 24), (5, 25), (0, 50), (1, 60), (5, 100)]

    for done, second in seen:
        bar = f"\rEpochs:  20%|██  | {done}/5 [00:01<00:02, loss=1]"
        # As it is read: whenever, and in the middle of a word.
        epochs.see(bar[:25], Spent(second, 2 * second))
        epochs.see(bar[25:], Spent(second, 2 * second))

    assert epochs.whole(Spent(110, 220)) == Spent(110 + 95 * 11, 220 + 95 * 22)


def test_a_training_without_bars_is_not_worked_out():
    with pytest.raises(ValueError, match="no bars"):
        Epochs(5).whole(Spent(1, 1))


def test_the_default_has_the_pipeline_of_the_installed_rasa():
    """As `rasa init` says it in the comments of the file that it writes, and with it trained."""
    import rasa

    template = Path(rasa.__file__).parent / "cli" / "initial_project" / "config.yml"
    said = template.read_text(encoding="utf-8")
    pipeline = said.split("pipeline:")[1].split("policies:")[0]

    config = baseline.default_config(100)

    names = [line.partition("name: ")[2] for line in pipeline.splitlines() if "- name:" in line]
    assert [part["name"] for part in config["pipeline"]] == names
    assert {part["epochs"] for part in config["pipeline"] if "epochs" in part} == {100}


def test_fewer_epochs_are_fewer_everywhere():
    config = baseline.default_config(7)

    parts = [*config["pipeline"], *config["policies"]]
    assert [part["epochs"] for part in parts if "epochs" in part] == [7, 7, 7, 7]


def test_the_default_learns_every_phrase_and_says_a_line_for_each_response(tmp_path):
    count = baseline.make_project(tmp_path, 100)

    domain = read_yaml(tmp_path / "domain.yml")
    ours = read_yaml(ROOT / "domain.yml")
    said = [response[0]["text"] for response in domain["responses"].values()]
    phrases = "".join(path.read_text() for path in (tmp_path / "data" / "nlu").rglob("*.yml"))
    assert domain["intents"] == ours["intents"]
    assert list(domain["responses"]) == list(ours["responses"])
    assert all(said)
    assert count == phrases.count("\n    - ") > 40_000
    assert "metadata" not in phrases


def test_stories_are_the_tests_without_their_words():
    steps = [{"user": "hello\n", "intent": "bot_greet\n"}, {"action": "utter_bot_greet"}]

    stories = baseline.plain_stories([{"stories": [{"story": "she greets", "steps": steps}]}])

    kept = [{"intent": "bot_greet"}, {"action": "utter_bot_greet"}]
    assert stories == [{"story": "she greets", "steps": kept}]


def test_the_action_server_has_every_action():
    module: dict[str, Any] = {}
    exec(baseline.action_server(["action_tell_more"], "utter_bot_more"), module)  # noqa: S102

    assert module["ActionTellMore"]().name() == "action_tell_more"


def test_without_a_baseline_it_is_said_how_to_make_one(tmp_path):
    assert f"-m bench.baseline {tmp_path}" in str(baseline.lacking(tmp_path))


def test_the_packages_of_a_lock_are_found():
    lock = "a-b==1.0 \\\n    --hash=sha256:00\n    # via c==2\nuvicorn[standard]==0.3 ; x\n"

    assert sizes.locked(lock) == ["a-b", "uvicorn"]


def make_run(ours: float = 10.0, default: float = 20.0, epochs: float = 100.0) -> Run:
    def made(ms: float, busy: int) -> Figures:
        load = Load(ms, 2 * ms, 3 * ms, 1000 / ms, 90, busy, 0, 0, ms, 0.2)
        by_clients = {"1": load, "10": load, "50": load}
        return Figures(
            starts=[ms, ms],
            loads={"typed": by_clients, "tapped": by_clients},
            conversation=[ms] * 200,
            memory_at_start=700.0,
            memory=[(0, 700.0), (5000, 700.0 + ms)],
            edits=[1.0, 1.5],
        )

    aside = {"model": 1e8, "default model": 5e7, "default training wall": 9000.0}
    return Run({"cores": "2"}, made(ours, 10), made(default, 0), aside | {"default epochs": epochs})


def line(text: str, what: str) -> list[str]:
    found = next(line for line in text.splitlines() if line.startswith(f"| {what} |"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_a_goal_that_is_reached_says_so():
    text = table.text(make_run())

    assert line(text, "typed turn, median, ms")[1:] == [
        "10.0",
        "20.0",
        "0.50",
        "ratio at most 1",
        "yes",
    ]
    assert line(text, "tapped turn, median, ms")[-1] == "yes"
    assert line(text, "typed turns a second on one core, 10 clients")[-1] == "yes"
    assert line(text, "edit to live, s")[1:] == ["1.5", "not measured", "", "at most 2 s", "yes"]


def test_a_goal_that_is_missed_says_so():
    text = table.text(make_run(ours=30.0))

    assert line(text, "typed turn, median, ms")[-2:] == ["ratio at most 1", "**no**"]
    assert line(text, "typed turns a second on one core, 10 clients")[-1] == "**no**"
    assert line(text, "by how much it grew in these 5,000 turns, MB")[-1] == "**no**"


def test_what_was_worked_out_is_marked():
    whole, part = (table.text(make_run(epochs=epochs)) for epochs in (100.0, 10.0))

    assert line(whole, "first training, s by the clock")[2] == "9,000"
    assert line(part, "first training, s by the clock")[2] == "≈ 9,000"
    assert "10 of 100 epochs" in part
    assert "≈" not in whole


def test_busy_answers_have_a_column_of_their_own():
    assert line(table.text(make_run()), "typed, 50")[-1] == "10.0%"


def test_only_what_stands_between_the_marks_is_written_anew():
    document = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"

    new = table.between_marks(document, "new\n")

    assert new == f"before\n{table.BEGIN}\n\nnew\n\n{table.END}\nafter\n"
    assert table.between_marks(new, "new\n") == new


@pytest.mark.parametrize(
    "document", ["neither", table.BEGIN, f"{table.END} {table.BEGIN}"], ids=["none", "one", "order"]
)
def test_a_document_without_marks_is_not_written(document):
    with pytest.raises(ValueError, match="lacks"):
        table.between_marks(document, "new")


def test_the_document_has_the_marks_and_names_the_pictures():
    document = table.DOCUMENT.read_text(encoding="utf-8")

    assert table.between_marks(document, "new")
    assert all(f"images/bench-{name}.svg" in document for name in pictures.NAMES)


def test_a_run_is_read_as_it_was_written(tmp_path):
    run = make_run()

    figures.write(run, tmp_path / "bench.json")

    assert figures.read(tmp_path / "bench.json") == run


def test_pictures_are_small_and_the_same_again(tmp_path):
    for folder in ("one", "two"):
        pictures.draw(make_run(), tmp_path / folder)

    drawn = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert drawn == sorted(f"bench-{name}.svg" for name in pictures.NAMES)
    for name in drawn:
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two
        assert len(one) < 60_000


@pytest.mark.parametrize(
    ("tap", "intent"),
    [("sharing.risk", "sharing_risk"), ("services.find?nation=wales", "services_find")],
)
def test_a_tap_is_an_intent_for_the_default(tap, intent):
    assert intent_of(tap) == intent


class Heard:
    """A server that keeps what it was asked, and answers by a list of (status, body)."""

    def __init__(self, answers: list[tuple[int, Any]]) -> None:
        self.asked: list[dict[str, str]] = []
        self.connections = 0
        self._answers = iter(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                self.asked.append(json.loads(await reader.readexactly(length)))
                status, answer = next(self._answers)
                body = json.dumps(answer).encode()
                more = f"Retry-After: 0\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(f"HTTP/1.1 {status} X\r\n{more}".encode() + body)
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def listening(heard: Heard) -> AsyncIterator[int]:
    server = await asyncio.start_server(heard.serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def said(state: str) -> tuple[int, Any]:
    return 200, {"state": state, "messages": [{}]}


async def test_a_client_carries_the_state_on_over_one_connection_and_begins_anew():
    heard = Heard([said("a"), said("b"), said("c")])
    async with listening(heard) as port:
        asks = [{"message": "one"}, {"tap": "nrm.what"}]
        result = await ask_all(Job(port, TURN, asks, turns=3, conversation=2))

    assert heard.asked == [
        {"message": "one", "state": ""},
        {"choose": "nrm.what", "state": "a"},
        {"message": "one", "state": ""},
    ]
    assert (len(result.times), result.failed, heard.connections) == (3, 0, 1)


async def test_the_default_is_asked_by_senders_and_intents():
    heard = Heard([(200, [{}]), (200, []), (200, [{}])])
    async with listening(heard) as port:
        asks = [{"message": "one"}, {"tap": "nrm.what"}]
        result = await ask_all(Job(port, REST, asks, turns=3, conversation=2, name="job"))

    assert [asked["message"] for asked in heard.asked] == ["one", "/nrm_what", "one"]
    senders = [asked["sender"] for asked in heard.asked]
    assert senders[0] == senders[1] != senders[2]
    assert (len(result.times), result.silent) == (3, 1)


async def test_busy_and_failed_turns_are_no_answers():
    busy, trouble = ({"error": {"code": code}} for code in ("busy", "trouble"))
    heard = Heard([(503, busy), (503, trouble), (500, trouble), said("a")])
    async with listening(heard) as port:
        result = await ask_all(Job(port, TURN, [{"message": "one"}], turns=4))

    assert (len(result.times), result.busy, result.failed) == (1, 1, 2)


async def test_a_server_that_is_away_is_a_failure_and_no_end():
    heard = Heard([])
    async with listening(heard) as port:
        pass
    result = await ask_all(Job(port, TURN, [{"message": "one"}], turns=2))

    assert (result.times, result.failed) == ([], 2)
