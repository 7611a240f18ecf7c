"""The model card: a page of Markdown that says what a model is, how good it is and how to ask it. No Keras."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from training.run.machine.memory_need import amount
from training.run.model_card import ModelCard
from training.run.model_export.card_limits import limits
from training.run.model_export.card_pictures import CardPicture
from training.run.model_export.card_program import INT8, LITERT, PROGRAM, RUNTIMES, asked_by
from training.run.model_export.export_result import TITLES, ExportedFormat, ExportFormat, ExportResult
from training.run.model_export.result_words import checked_words, more_of_int8
from training.run.recipes.names import CLASSIFIER
from training.run.report.html_figures import CLASSIFIER_FIGURES, FIGURES, SPLIT_NAMES
from training.run.report.html_words import duration, number, share

IN_A_ROW = 3
WHAT_IT_DOES = {
    "localizer": "It finds one object in a picture: its class and its box.",
    CLASSIFIER: "It tells which of its classes a picture, or what lies in a box of it, shows.",
}


def model_page(
    card: ModelCard,
    story: Mapping[str, Any],
    result: ExportResult,
    answers: Sequence[CardPicture],
    curves: Sequence[CardPicture],
) -> str:
    """`story` is that of `story_of`."""
    there = [one for one in result.formats if one.is_there]
    parts = [
        f"# {plain(story['name'] or 'A model')}",
        _beginning(card, story),
        *_section("What it answers", _pictures(answers, _legend(card))),
        *_section("How good it is", _figures(card, story)),
        *_section("Its limits", "\n".join(f"- {plain(line)}" for line in limits(card, story, there))),
        *_section("How to ask it", _how_to_run(there)),
        *_section("What is in this folder", _files(there, result)),
        *_section("How a picture is prepared, and the answer read", _numbered(story["preparing"], story["reading"])),
        *_section("What it was trained on", _training(story)),
        *_section("How it learned", _pictures(curves, "")),
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: object) -> str:
    """Text in which nothing is Markdown or HTML, on one line."""
    line = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", line)


def _section(title: str, text: str) -> list[str]:
    return [f"## {title}", text] if text else []


def _beginning(card: ModelCard, story: Mapping[str, Any]) -> str:
    names = ", ".join(plain(name) for name in card.class_names)
    size = card.model_size and f", {card.model_size}"
    what = WHAT_IT_DOES.get(card.recipe, "It looks at pictures.")
    kind = f"A {card.recipe} ({plain(card.architecture)}{size}) made with {story['made_with']}."
    return f"{kind} {what}\n\nClasses ({len(card.classes)}): {names}"


def _legend(card: ModelCard) -> str:
    of = "what it takes each for" if card.is_classifier else "its boxes"
    return f"From its best answer to its worst, with {of}; nobody chose them."


def _pictures(pictures: Sequence[CardPicture], legend: str) -> str:
    if not pictures:
        return ""
    rows = [pictures[start : start + IN_A_ROW] for start in range(0, len(pictures), IN_A_ROW)]
    filled = [[*row, *[CardPicture("", "")] * (min(IN_A_ROW, len(pictures)) - len(row))] for row in rows]
    cells = [[_cell(picture) for picture in row] for row in filled]
    table = _table([""] * len(filled[0]), cells)
    return f"{legend}\n\n{table}" if legend else table


def _cell(picture: CardPicture) -> str:
    caption = plain(picture.caption)
    return f"![{caption}]({picture.file})<br>{caption}" if picture.file else ""


def _figures(card: ModelCard, story: Mapping[str, Any]) -> str:
    figures: Mapping[str, Any] = story["figures"]
    if not figures:
        return "Nothing is known of how good it is: no report came with it."
    usual: tuple[tuple[str, str], ...] = CLASSIFIER_FIGURES if card.is_classifier else FIGURES
    columns = tuple(one for one in usual if any(of_split.get(one[0]) is not None for of_split in figures.values()))
    rows = [
        [name, *(_figure(figures[split].get(key)) for key, _ in columns)]
        for split, name in _best_known_first()
        if split in figures
    ]
    table = _table(["", *(title for _, title in columns)], rows)
    return f"{_judged(figures)}\n\n{table}{_of_classes(figures)}"


def _best_known_first() -> list[tuple[str, str]]:
    return [(split, SPLIT_NAMES[split]) for split in ("test", "validation", "train")]


def _judged(figures: Mapping[str, Any]) -> str:
    """How many images the best figures rest on."""
    test = figures.get("test")
    if test:
        return (
            f"The figures of the {number(test['images'])} test images count most: it never learned from them, and nothing was "
            "chosen by them."
        )
    return "There were no test images. The epoch was chosen by the validation images, so their figures are a little too good."


def _of_classes(figures: Mapping[str, Any]) -> str:
    split = next((split for split in ("test", "validation", "train") if split in figures), "")
    classes = figures.get(split, {}).get("classes") or []
    if not classes:
        return ""
    rows = [
        [plain(one["name"]), *(_figure(one[key]) for key in ("count", "precision", "recall", "f1"))] for one in classes
    ]
    return f"\n\n{SPLIT_NAMES[split]}:\n\n" + _table(["Class", "Samples", "Precision", "Recall", "F1"], rows)


def _figure(value: float | None) -> str:
    return number(value) if isinstance(value, int) else share(value)


def _how_to_run(there: Sequence[ExportedFormat]) -> str:
    files = [one.file for one in there]
    asked = asked_by(files)
    ways = "\n".join(
        f"python -m pip install numpy pillow {RUNTIMES[model]}\npython {program} picture.jpg\n"
        for program, model in asked.items()
    )
    text = f"With Python 3.10 or newer{'; one of the two will do' if len(asked) > 1 else ''}:\n\n```\n{ways}```"
    if LITERT in files and INT8 in files:
        text += f"\n\nTo ask {INT8}, write its name into {PROGRAM} where {LITERT} stands."
    return text if asked else ""


def _files(there: Sequence[ExportedFormat], result: ExportResult) -> str:
    rows = [[one.file, TITLES[one.format], amount_of(one.size), checked_words(one)] for one in there]
    pictures = "real pictures" if result.real_pictures else "drawn patterns, as no pictures were at hand"
    files = {one.format for one in there}
    compared = f"The answers of each were compared with those of Keras on {result.compared_on} {pictures}"
    notes = [f"{compared}{more_of_int8(result)}."]
    if ExportFormat.KERAS in files:
        notes.append(
            "best.keras holds layers of Boxwright's own: open it with Boxwright. The others need nothing of it."
        )
    if ExportFormat.SAVED_MODEL in files:
        notes.append("saved_model is a folder.")
    notes.append("labels.txt has the classes in the order of the outputs, model.json has this page in numbers.")
    return _table(["File", "For", "Size", "Checked"], rows) + "\n\n" + "\n".join(f"- {note}" for note in notes)


def amount_of(size: int) -> str:
    return f"{size / 2**10:.0f} KB" if size < 2**20 else amount(size) if size >= 2**30 else f"{size / 2**20:.1f} MB"


def _numbered(preparing: Sequence[str], reading: Sequence[str]) -> str:
    steps = [f"{place}. {plain(step)}" for place, step in enumerate(preparing, start=1)]
    return "\n".join([*steps, "", *(f"- {plain(line)}" for line in reading)])


def _training(story: Mapping[str, Any]) -> str:
    dataset, training = story["dataset"], story["training"]
    if not dataset:
        return ""
    images = ", ".join(f"{number(dataset[split])} {word}" for split, word in _SPLITS.items() if dataset.get(split))
    lines = [f"- Images: {images or 'none known'}"]
    if dataset.get("classes"):
        counts = dataset["classes"].items()
        lines.append("- Of each class: " + ", ".join(f"{plain(name)} {sum(of.values())}" for name, of in counts))
    if dataset.get("sha256"):
        lines.append(f"- SHA-256 of the list of images with their boxes and classes: `{plain(dataset['sha256'])}`")
    if training:
        lines.append(
            f"- {training['epochs_done']} epochs in {duration(training['seconds'])}, of which epoch {training['best_epoch']} was "
            f"kept; seed {training['seed']}"
        )
    versions = ", ".join(f"{plain(name)} {plain(version)}" for name, version in story["versions"].items())
    return "\n".join([*lines, *([f"- Versions: {versions}"] if versions else [])])


_SPLITS = {"train": "to learn from", "validation": "for validation", "test": "for the test"}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
