"""The colours of the page: those of `style.css`, or a service's own where they can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError

STYLE = Path(__file__).resolve().parent / "static" / "style.css"

#: WCAG 2.2, 1.4.6 (AAA): text of any size. 1.4.11 (AA): what shows that a field is there.
OF_TEXT, OF_EDGES = 7.0, 3.0

_TEXTS = (
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "hers"),
    ("ink", "urgent-paper"),
    ("soft", "paper"),
    ("soft", "card"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "urgent-paper"),
    ("accent-ink", "accent"),
    ("urgent", "paper"),
    ("exit-ink", "exit"),
)
_EDGES = (("soft", "paper"), ("soft", "card"), ("accent", "paper"), ("urgent", "paper"))

_PROPERTY = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_DARK = "dark-"

Palette = dict[str, str]


def stylesheet(colours: Mapping[str, str]) -> str:
    """Returns the page's stylesheet with a service's own colours; raises as `palettes` does."""
    style = STYLE.read_text(encoding="utf-8")
    light, dark = palettes(colours)
    return style + _rules(light, dark) if colours else style


def palettes(colours: Mapping[str, str]) -> tuple[Palette, Palette]:
    """Returns the colours of the light and of the dark scheme.

    Args:
        colours: name of a custom property of `style.css` (`accent`), or the same for the
            dark scheme (`dark-accent`), to a colour as `#rrggbb`.

    Raises:
        SettingsError: names a colour that is unknown or none, or two that nobody could tell apart.
    """
    light, dark = _shipped(STYLE.read_text(encoding="utf-8"))
    for name, value in colours.items():
        scheme = dark if name.startswith(_DARK) else light
        own = name.removeprefix(_DARK)
        if own not in scheme or not _HEX.fullmatch(value):
            raise SettingsError(
                "ASSISTANT_COLOURS",
                f"{name}={value}: a colour is #rrggbb, and its name one of {', '.join(light)},"
                f" or the same with {_DARK} before it.",
            )
        scheme[own] = value.lower()
    _check(light, "")
    _check(dark, _DARK)
    return light, dark


def contrast(one: str, other: str) -> float:
    """Returns the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shipped(style: str) -> tuple[Palette, Palette]:
    before, _, after = style.partition("@media (prefers-color-scheme: dark)")
    light = dict(_PROPERTY.findall(before))
    return light, {**light, **dict(_PROPERTY.findall(after.partition("\n}")[0]))}


def _check(scheme: Palette, prefix: str) -> None:
    for pairs, least in ((_TEXTS, OF_TEXT), (_EDGES, OF_EDGES)):
        for front, back in pairs:
            found = contrast(scheme[front], scheme[back])
            if found < least:
                raise SettingsError(
                    "ASSISTANT_COLOURS",
                    f"{prefix}{front} {scheme[front]} on {prefix}{back} {scheme[back]} has a"
                    f" contrast of {found:.1f}; at least {least:.0f} is needed to read it.",
                )


def _rules(light: Palette, dark: Palette) -> str:
    def root(scheme: Palette) -> str:
        return ":root{" + "".join(f"--{name}:{value};" for name, value in scheme.items()) + "}"

    return f"\n{root(light)}\n@media (prefers-color-scheme: dark){{{root(dark)}}}\n"


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
