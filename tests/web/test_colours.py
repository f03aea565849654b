from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.web.colours import contrast, stylesheet


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_is_what_the_guidelines_compute(one: str, other: str, ratio: float) -> None:
    """Black on white is 21, the best known grey just misses AA; the order does not matter."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_without_colours_of_its_own_a_service_has_the_shipped_ones() -> None:
    """The shipped palette can be read, by day and by night, and is sent as it is."""
    assert stylesheet({}).count(":root") == 2


def test_a_service_can_have_its_own_colours() -> None:
    """They stand after the shipped ones, so that they win, and the dark scheme has its own."""
    style = stylesheet({"accent": "#5B2A86", "dark-accent": "#dcc3ff"})
    assert style.startswith(stylesheet({}))
    light, _, dark = style.removeprefix(stylesheet({})).partition("@media")
    assert "--accent:#5b2a86;" in light
    assert "--accent:#dcc3ff;" in dark


@pytest.mark.parametrize(
    ("colours", "reason"),
    [
        ({"accent": "#8888ff"}, r"accent #8888ff on paper .* contrast of 2\.9; at least 7"),
        ({"dark-ink": "#333333"}, "dark-ink #333333 on dark-paper"),
        ({"paper": "#000000"}, "on paper #000000"),
        ({"exit": "#ffcccc"}, "exit-ink #ffffff on exit #ffcccc"),
        ({"accent": "purple"}, "accent=purple: a colour is #rrggbb"),
        ({"colour": "#000000"}, "its name one of ink, soft, paper"),
        ({"dark-colour": "#000000"}, "dark-colour"),
    ],
)
def test_colours_that_cannot_be_read_stop_the_start(colours: dict[str, str], reason: str) -> None:
    """The sentence names the two colours and how far they are from what is needed."""
    with pytest.raises(SettingsError, match=reason):
        stylesheet(colours)
