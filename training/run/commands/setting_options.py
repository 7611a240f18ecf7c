"""Every setting as an option of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.run.setting_field import SettingField, SettingKind, SettingsError
from training.run.settings import settings_for

_PARSERS: dict[SettingKind, Callable[[str], Any]] = {SettingKind.WHOLE_NUMBER: int, SettingKind.NUMBER: float}
_MANY = 8


def add_setting_options(parser: argparse.ArgumentParser, recipe: str) -> None:
    group = parser.add_argument_group("settings")
    for field in settings_for(recipe):
        if field.kind is SettingKind.FLAG:
            group.add_argument(
                field.option,
                dest=field.key,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=f"{field.help} Default: {_shown(field)}.".replace("%", "%%"),
            )
        else:
            group.add_argument(
                field.option,
                dest=field.key,
                type=_converter(field),
                default=argparse.SUPPRESS,
                metavar=_metavar(field),
                help=f"{field.help} Default: {_shown(field)}.".replace("%", "%%"),
            )


def setting_values(arguments: argparse.Namespace) -> dict[str, Any]:
    """All of them: the usual ones where nothing was asked for."""
    return {field.key: field.default for field in settings_for(arguments.recipe)} | given_values(arguments)


def given_values(arguments: argparse.Namespace) -> dict[str, Any]:
    """Those that somebody asked for."""
    fields = settings_for(arguments.recipe)
    return {field.key: getattr(arguments, field.key) for field in fields if hasattr(arguments, field.key)}


def _shown(field: SettingField) -> str:
    if field.kind is SettingKind.FLAG:
        return "yes" if field.default else "no"
    if field.kind is SettingKind.SEVERAL:
        return ",".join(field.default) or "none"
    return str(field.default)


def _converter(field: SettingField) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            value = _converted(field, text)
            field.check(value)
        except SettingsError as error:
            raise argparse.ArgumentTypeError(str(error).removeprefix(f"{field.key}: ")) from error
        return value

    return convert


def _converted(field: SettingField, text: str) -> Any:
    if field.kind is SettingKind.CHOICE:
        spellings = {choice.value.casefold(): choice.value for choice in field.choices}
        return spellings.get(text.casefold(), text)
    if field.kind is SettingKind.SEVERAL:
        return tuple(part for part in text.replace(" ", "").split(",") if part and part != "none")
    if field.kind is SettingKind.WEIGHTS and text not in ("imagenet", "random"):
        return str(Path(text).absolute())
    try:
        return _PARSERS.get(field.kind, str)(text)
    except ValueError:
        return text


def _metavar(field: SettingField) -> str:
    if field.kind is SettingKind.CHOICE and len(field.choices) <= _MANY:
        return "|".join(choice.value for choice in field.choices)
    return {
        SettingKind.DEVICE: "auto|cpu|gpu|gpu:N|gpus|tpu|cpu:N",
        SettingKind.WEIGHTS: "random|imagenet|FILE",
        SettingKind.CHOICE: "NAME",
        SettingKind.SEVERAL: "NAME,NAME…",
    }.get(field.kind, "N")
