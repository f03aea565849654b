"""Places, services and languages are found by their names, however they are typed."""

from __future__ import annotations

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.content.values import NATIONS
from bot.nlu.name_finder import FOUND, NameFinder, names_in
from bot.nlu.names.matcher import DATA, NameMatcher, all_names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("is there a refuge in cardiff", {"nation": "wales"}),
        ("oes lloches yng Nghaerdydd?", {"nation": "wales"}),
        ("dw i'n byw yn GAERDYDD", {"nation": "wales"}),
        ("cymorth yng ngwynedd", {"nation": "wales"}),
        ("vivo en Gales", {"nation": "wales"}),
        ("moro no pais de gales", {"nation": "wales"}),
        ("busco abogada en londres", {"nation": "england"}),
        ("im in glasgow", {"nation": "scotland"}),
        ("estoy en irlanda del norte", {"nation": "northern-ireland"}),
        ("falo portugues e moro em belfast", {"nation": "northern-ireland"} | {"lang": "pt"}),
        ("victim suport number", {"id": "victim-support"}),
        ("tell me about welsh womens aid", {"id": "welsh-womens-aid"}),
        ("a lawyer who speaks spanish", {"lang": "es"}),
        ("i went to the barry manilow concert and read a book on reading", {}),
        ("o meu marido nao fala comigo", {}),
        ("from cardiff to london", {}),
        ("", {}),
    ],
)
def test_names_are_found_as_they_are_typed(text, found) -> None:
    """No accent, no capital and no mutation hides a name; two nations tell none."""
    if "lang" in found:
        found = {**found, "speak": found["lang"]}
    assert names_in(text) == found


def test_a_longer_name_hides_the_shorter_one_in_it() -> None:
    """Welsh Women's Aid is not Women's Aid."""
    names = NameMatcher({"id": {"long": ["Welsh Women's Aid"], "short": ["Women's Aid"]}})

    assert names.find("is welsh womens aid open") == {"id": "long"}
    assert names.find("is womens aid open") == {"id": "short"}


def test_every_place_tells_a_nation() -> None:
    """The list of places knows the four nations and nothing else."""
    lines = (DATA / "places.yml").read_text(encoding="utf-8").splitlines()

    assert {line.rstrip(":") for line in lines if line.endswith(":")} == set(NATIONS)


def test_every_named_service_is_in_the_directory(content) -> None:
    """The list of services names rows that there are."""
    lines = (DATA / "services.yml").read_text(encoding="utf-8").splitlines()
    named = {line.partition(":")[0] for line in lines if line and not line.startswith("#")}

    assert named <= set(content.services)


def test_what_was_read_is_forgotten() -> None:
    """A word she typed stays in no vocabulary."""
    names = all_names()

    assert names.find("zzgrubelfix in cardiff") == {"nation": "wales"}
    assert "zzgrubelfix" not in names._nlp.vocab.strings


@pytest.mark.parametrize(
    ("text", "found"), [("refuge in swansea", {"nation": "wales"}), ("hello", {}), ("", {})]
)
def test_the_component_notes_it_as_a_property(tmp_path, text, found) -> None:
    """What was found goes out with the message; it is no entity, which would fail story tests."""
    component = NameFinder.create(
        {}, LocalModelStorage(tmp_path), Resource("x"), ExecutionContext(GraphSchema({}))
    )
    message = Message.build(text or " ")

    component.process([message])

    assert message.as_dict(only_output_properties=True)[FOUND] == found
    assert not message.get("entities")
