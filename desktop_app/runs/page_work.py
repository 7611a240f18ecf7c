"""The longer work of the run page, done off the event loop; numpy and OpenCV are loaded there."""

from __future__ import annotations

from pathlib import Path

from desktop_app.background import Progress
from desktop_app.runs.page.page_content import READABLE_FAILURES, image_folder
from training.run.catalogue.run_notes import read_notes
from training.run.failure import ModelFileError
from training.run.run_folder import RunFolder

FAILURES: tuple[type[Exception], ...] = (*READABLE_FAILURES, ModelFileError)


def judge_images(run: RunFolder, folder: Path, progress: Progress) -> int:
    """Judge what was not judged; how many images could not be used."""
    from training.run.answers.open_quick import open_quick
    from training.run.report.judging import judge_rest, refuse_while_training

    refuse_while_training(run)
    with open_quick(run) as predictor:
        return len(judge_rest(run, predictor, folder, progress).problems)


def save_html(run: RunFolder, target: Path, project_folder: Path | None, progress: Progress) -> Path:
    """The run as one page, by the name that people gave it; the file it is in."""
    from training.run.report.report_html import write_html

    notes = read_notes(run)
    folder = image_folder(run.settings().image_folder, project_folder)
    write_html(run, target, folder, progress, notes.name, notes.note)
    return target
