"""Every setting of a training, from the table that the Train sheet and the command line are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desktop_app.runs.sheet.form_groups import groups
from page_parts.markdown import blocks, code, plain
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.setting_field import SettingField, SettingKind
from training.run.setting_rows import shown_value
from training.run.settings_table import SETTINGS

RECIPES = (LOCALIZER, CLASSIFIER)
DEVICES = "`auto`, `cpu`, `cpu:N`, `gpu`, `gpu:N`, `gpus`, `tpu` ([devices](../devices.md))"


def settings() -> str:
    """Under the headings of the Train sheet."""
    by_key = {field.key: field for field in SETTINGS}
    return blocks(*(_group(group.title, [by_key[key] for key in group.keys]) for group in groups(list(by_key))))


def _group(title: str, fields: Iterable[SettingField]) -> str:
    return blocks(f"## {title}", *(_setting(field) for field in fields))


def _setting(field: SettingField) -> str:
    lines = [
        f"- On the command line: {_options(field)}",
        f"- Possible: {_possible(field)}",
        f"- Default: {_default(field)}",
    ]
    if field.recipes:
        lines.append(f"- Of the recipe: {', '.join(field.recipes)}")
    return blocks(f"### {plain(field.label)}", plain(field.help), "\n".join(lines))


def _options(field: SettingField) -> str:
    negative = f" or {code('--no-' + field.option.removeprefix('--'))}" if field.kind is SettingKind.FLAG else ""
    return code(field.option) + negative + ("" if field.key == _key_of(field) else f", {code(field.key)} in files")


def _key_of(field: SettingField) -> str:
    return field.option.removeprefix("--").replace("-", "_")


def _possible(field: SettingField) -> str:
    if field.kind is SettingKind.FLAG:
        return "yes or no"
    if field.kind is SettingKind.DEVICE:
        return DEVICES
    if field.kind is SettingKind.WEIGHTS:
        return "`random`, `imagenet`, or a file of weights"
    if field.choices:
        some = "any of " if field.kind is SettingKind.SEVERAL else ""
        return some + ", ".join(_choice(choice.value, choice.label, choice.recipes) for choice in field.choices)
    kind = "a whole number" if field.kind is SettingKind.WHOLE_NUMBER else "a number"
    limits = f" from {_number(field.minimum)} to {_number(field.maximum)}" if field.minimum is not None else ""
    steps = f", in steps of {_number(field.step)}" if field.step and field.kind is SettingKind.WHOLE_NUMBER else ""
    return kind + limits + (steps if field.step != 1 else "")


def _number(value: float | None) -> str:
    return "any" if value is None else f"{value:.10g}"


def _choice(value: str, label: str, recipes: tuple[str, ...]) -> str:
    words = "" if label.casefold().replace(" ", "_") == value.casefold() else f" ({plain(label)})"
    return code(value) + words + (f" of the {' and '.join(recipes)}" if recipes and words else "")


def _default(field: SettingField) -> str:
    values = {recipe: field.for_recipe(recipe).default for recipe in RECIPES if field.is_of(recipe)}
    if len({_key(value) for value in values.values()}) == 1:
        return _shown(field, next(iter(values.values())))
    return ", ".join(f"{_shown(field, value)} ({recipe})" for recipe, value in values.items())


def _key(value: Any) -> str:
    return repr(value)


def _shown(field: SettingField, value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(code(str(one)) for one in value) or "none"
    return code(str(value)) if isinstance(value, str) else plain(shown_value(field, value))
