"""The window for using a model: files and a camera are asked about, and the model is exported."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

from PySide6.QtCore import QPointF

from desktop_app.dialogs.export_model_dialog import ExportModelDialog
from desktop_app.self_check import hands
from desktop_app.self_check.visit import LATER, LONG, Visit, require
from training.run.model_export.export_result import FILES, TITLES

CSV_COLUMNS = ["filename", "class", "score", "xmin", "ymin", "xmax", "ymax"]
FRAMES = 20
CAMERA_SECONDS = 60.0


def predict_files(visit: Visit) -> str:
    hands.choose(visit.window.action("use_model"))
    window = visit.use_window
    visit.wait(lambda: window.holder.model is not None, "the Use window has the model", LATER)
    window.model_bar.slider.setValue(0)
    page, folder = window.files, visit.window.document.folder
    hands.answer_file_dialog(lambda: hands.click(page.empty.folder_button), folder)
    asked = page.questions
    visit.wait(
        lambda: asked.total and asked.done == asked.total and not asked.is_asking, "all files are answered", LATER
    )
    visit.shoot(window, "predicted-files")
    target = visit.out / "predictions.csv"
    hands.answer_file_dialog(lambda: hands.choose(page.actions_table["save_csv"]), target)
    visit.wait(lambda: target.is_file() and not page.work.is_busy, "the CSV is saved")
    rows = _rows_of(target)
    images = {row["filename"] for row in rows}
    require(len(images) == asked.total, f"{asked.total} files were asked about, and {target} has {len(images)}.")
    boxes = sum(1 for row in rows if row["class"])
    require(boxes, f"There is no box in {target}.")
    return f"The model was asked about {asked.total} files; their {boxes} boxes are in {target.name}."


def read_a_camera(visit: Visit) -> str:
    if not visit.camera:
        return "No camera was tried: name one with --camera ADDRESS."
    window = visit.use_window
    page = window.camera
    bar = window.tabs.tabBar()
    hands.click_at(bar, QPointF(bar.tabRect(window.tabs.indexOf(page)).center()))
    field = page.bar.camera.field.lineEdit()
    assert field is not None
    hands.type_into(field, visit.camera)
    hands.click(page.bar.start_button)
    counter = _FrameCounter()
    visit.wait(lambda: counter.count(page.view.shown) >= FRAMES, "pictures of the camera are shown", CAMERA_SECONDS)
    visit.wait(lambda: page.view.corner, "the frames a second are measured")
    told = page.view.corner
    visit.shoot(window, "camera")
    hands.click(page.bar.start_button)
    visit.wait(lambda: page.session is None, "the camera is let go")
    return f"The camera was read: {told}."


def export_the_model(visit: Visit) -> str:
    window = visit.use_window
    target = visit.out / "model.zip"
    export = next(action for action in window.actions_of_window() if action.objectName() == "export_model")
    hands.choose(export)
    dialog = _dialog(visit)
    visit.shoot(dialog, "export-choices")
    hands.answer_file_dialog(lambda: hands.click(dialog.export_button), target)
    visit.wait(dialog.close_button.isVisible, "the model is exported", LONG)
    visit.shoot(dialog, "exported")
    require(target.is_file(), f"There is no {target}. {dialog.text}")
    formats = _formats_in(target)
    hands.click(dialog.close_button)
    return f"The model was exported as {', '.join(formats)} into {target.name}."


def _dialog(visit: Visit) -> ExportModelDialog:
    def found() -> list[ExportModelDialog]:
        return [one for one in visit.window.findChildren(ExportModelDialog) if one.isVisible()]

    visit.wait(found, "the dialog behind Export model opens")
    return found()[0]


class _FrameCounter:
    """How many different pictures it was shown."""

    def __init__(self) -> None:
        self._last: object = None
        self._count = 0

    def count(self, shown: object) -> int:
        if shown is not None and shown is not self._last:
            self._last = shown
            self._count += 1
        return self._count


def _rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        require(reader.fieldnames == CSV_COLUMNS, f"{file} begins with {reader.fieldnames}.")
        return list(reader)


def _formats_in(archive: Path) -> list[str]:
    """All that can be chosen must be there: nothing was taken out of the choice."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    missing = [TITLES[kind] for kind, file in FILES.items() if not any(f"/{file}" in f"/{name}" for name in names)]
    require(not missing, f"{archive} has no {', '.join(missing)}.")
    return list(TITLES.values())
