"""The files of an export that are for people: labels, numbers, the model card, and a program to ask the model."""

from __future__ import annotations

import json
from pathlib import Path

from training.dataset.formats import class_list
from training.run.answers.keras_predictor import KerasPredictor
from training.run.model_export.card_page import model_page
from training.run.model_export.card_pictures import CardPicture, write_answers, write_curves
from training.run.model_export.card_program import asked_by, program_text
from training.run.model_export.card_story import story_of
from training.run.model_export.export_result import ExportResult
from training.run.model_export.run_pictures import RunPictures
from training.run.plain_values import to_plain
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError

LABELS, CARD, PAGE = "labels.txt", "model.json", "README.md"


def write_card_files(
    content: Path,
    run: RunFolder,
    predictor: KerasPredictor,
    found: RunPictures,
    result: ExportResult,
    *,
    with_pictures: bool,
) -> tuple[str, ...]:
    """Into the folder `content`; sentences on what there is less than there could be. Raises OSError."""
    card = predictor.card
    story = story_of(run, card, result)
    answers = write_answers(content, predictor, found) if with_pictures else ()
    page = model_page(card, story, result, answers, _curves(content, run))
    class_list.write(card.class_names, content / LABELS)
    _write(
        content / CARD, json.dumps({**to_plain(card), **story}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    )
    _write(content / PAGE, page)
    for name, model in asked_by([path.name for path in content.iterdir()]).items():
        _write(content / name, program_text(name, model, card))
    return _notes(found, story["figures"], answers, with_pictures=with_pictures)


def _curves(content: Path, run: RunFolder) -> tuple[CardPicture, ...]:
    try:
        return write_curves(content, run)
    except (RunFolderError, SettingsError):
        return ()  # a model without its run


def _notes(
    found: RunPictures, figures: object, answers: tuple[CardPicture, ...], *, with_pictures: bool
) -> tuple[str, ...]:
    notes = []
    if found.problem:
        notes.append(f"{found.problem}: compared on drawn patterns, and without pictures in the model card")
    elif with_pictures:
        notes.append(f"{len(answers)} of the run's {found.split} images are in the model card")
    if not figures:
        notes.append("no report came with the model, so the model card has no figures")
    return tuple(notes)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
