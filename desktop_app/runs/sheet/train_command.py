"""What happens between pressing Train and a run: a snapshot, the sheet, and the settings that are remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job
from desktop_app.document.document import Document
from desktop_app.settings import Settings
from training.dataset.store import ProjectError

if TYPE_CHECKING:
    from desktop_app.document.folder_classes import FolderClasses
    from desktop_app.runs.sheet.devices import DeviceQuery
    from desktop_app.runs.sheet.snapshot import Snapshot
    from desktop_app.runs.sheet.train_sheet import TrainSheet


OF_OTHER_RECIPES = "of_other_recipes"


class TrainCommand(QObject):
    """Opens the sheet over a window; the heavy imports wait until somebody presses Train."""

    sheet_opened = Signal(object)  # the TrainSheet
    devices_known = Signal(object)  # the ids of the GPUs, none or more
    start_requested = Signal(object, object)  # TrainingSettings and Snapshot

    def __init__(
        self,
        document: Document,
        settings: Settings,
        devices_command: list[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self.devices_command = devices_command  # instead of the usual one; [] asks nobody
        self.probes_by_itself = True  # how long a training will take; else only when somebody asks
        self._devices: DeviceQuery | None = None
        self._folder_classes: FolderClasses | None = None
        self.sheet: TrainSheet | None = None

    def open_sheet(self, window: QWidget, values: Mapping[str, Any] | None = None) -> None:
        """`values` instead of those of the last training; `start_from` among them is the folder of an earlier run."""
        from desktop_app.runs.sheet.train_sheet import TrainSheet

        if self.sheet is not None and values is not None:
            self.sheet.reject()  # it was opened with something else
        if self.sheet is not None or not self._document.is_open:
            return
        by_recipe = self._remembered()
        last = by_recipe.pop("last", {})
        sheet = TrainSheet(last if values is None else values, window, by_recipe)
        self.sheet = sheet
        self.sheet_opened.emit(sheet)
        sheet.setWindowModality(Qt.WindowModality.WindowModal)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.finished.connect(self._on_finished)
        sheet.validation_asked.connect(self._on_validation_asked)
        sheet.folder_classes_asked.connect(self._on_folder_classes_asked)
        self.ask_for_devices()
        self._take_snapshot(sheet)
        self._find_earlier_runs(sheet)
        sheet.show()
        if self.probes_by_itself:
            sheet.time.try_by_itself()

    def shut_down(self) -> None:
        if self.sheet is not None:
            self.sheet.time.cancel()
        if self._devices is not None:
            self._devices.cancel()

    # --- what the sheet waits for

    def _take_snapshot(self, sheet: TrainSheet) -> None:
        from desktop_app.runs.sheet.snapshot import take_snapshot

        document = self._document
        if document.is_read_only:
            sheet.show_problem(self.tr("You are only looking at this project: open a copy to train with its boxes."))
            return
        file, folder, images = document.project_file, document.folder, document.images
        job = Job(lambda _progress: take_snapshot(file, folder, images), (ProjectError, OSError))
        job.done.connect(lambda snapshot: self._show_in(sheet, sheet.show_snapshot, snapshot))
        job.failed.connect(lambda reason: self._show_in(sheet, sheet.show_problem, reason))
        job.start()

    def _find_earlier_runs(self, sheet: TrainSheet) -> None:
        from desktop_app.runs.sheet.snapshot import runs_folder_of
        from training.run.catalogue.earlier_runs import earlier_runs

        folder = runs_folder_of(self._document.project_file, self._document.folder)
        asked = sheet.start_from.value()
        job = Job(lambda _progress: earlier_runs(folder, Path(asked) if asked else None), (OSError,))
        job.done.connect(lambda runs: self._show_in(sheet, sheet.offer_runs, runs))
        job.failed.connect(lambda _reason: self._show_in(sheet, sheet.offer_runs, ()))
        job.start()

    def _on_validation_asked(self) -> None:
        """The person's own press: only so do images that have a split move."""
        sheet = self.sheet
        snapshot = None if sheet is None else sheet.chosen_snapshot
        if sheet is not None and snapshot is not None:
            self._document.set_splits(snapshot.moved_to_validation)
            self._take_snapshot(sheet)

    def _on_folder_classes_asked(self) -> None:
        from desktop_app.document.folder_classes import FolderClasses

        if self._folder_classes is None:
            self._folder_classes = FolderClasses(self._document)
            self._folder_classes.done.connect(self._on_folder_classes_used)
        self._folder_classes.use_names()

    def _on_folder_classes_used(self) -> None:
        if self.sheet is not None:
            self._take_snapshot(self.sheet)

    def _show_in(self, sheet: TrainSheet, show: Callable[[Any], None], answer: Any) -> None:
        """Unless that sheet was closed meanwhile."""
        if sheet is self.sheet:
            show(answer)

    def ask_for_devices(self) -> None:
        from desktop_app.runs.sheet.devices import DeviceQuery

        if self._devices is None:
            self._devices = DeviceQuery(self.devices_command, self)
            self._devices.answered.connect(self._on_devices_answered)
        self._devices.ask()
        self._offer_devices()

    def _on_devices_answered(self) -> None:
        assert self._devices is not None
        self._offer_devices()
        self.devices_known.emit([gpu.id for gpu in self._devices.gpus])

    def _offer_devices(self) -> None:
        if self.sheet is not None and self._devices is not None and self._devices.is_answered:
            self.sheet.offer_devices(self._devices.gpus)

    # --- what comes of it

    def _on_finished(self, _result: int) -> None:
        sheet, self.sheet = self.sheet, None
        if sheet is None or sheet.result() != sheet.DialogCode.Accepted:
            return
        snapshot = sheet.chosen_snapshot
        if snapshot is None:
            return
        if self._devices is not None and not sheet.waits_for_its_turn:
            self._devices.cancel()  # a training needs the processor more than a question that can be asked again
        values = sheet.chosen_values()
        if sheet.is_remembered:
            self._remember({key: value for key, value in values.items() if key != "start_from"})  # that is for one run
        self.start_requested.emit(settings_of(values, snapshot), snapshot)

    def _remember(self, values: dict[str, Any]) -> None:
        """The last training's settings, and beside them the last ones of each other recipe."""
        others = {
            recipe: kept for recipe, kept in self._remembered().items() if recipe not in ("last", values["recipe"])
        }
        stored = json.dumps({**values, OF_OTHER_RECIPES: others})
        self._settings.remember_training_settings(self._document.folder, stored)

    def _remembered(self) -> dict[str, dict[str, Any]]:
        """By recipe; "last" are those of the last training."""
        try:
            values = json.loads(self._settings.training_settings_in(self._document.folder) or "{}")
        except ValueError:
            return {}
        if not isinstance(values, dict):
            return {}
        others = values.pop(OF_OTHER_RECIPES, {})
        kept = {str(values.get("recipe", "")): values, "last": values}
        others = others if isinstance(others, dict) else {}
        return {**{recipe: known for recipe, known in others.items() if isinstance(known, dict)}, **kept}


def settings_of(values: dict[str, Any], snapshot: Snapshot) -> Any:
    """The TrainingSettings for what the sheet holds and what the project has."""
    from training.run.settings import TrainingSettings

    project = {
        "presence": snapshot.presence,
        "image_root": str(snapshot.image_root),
        "classes": snapshot.classes,
        **({"source": snapshot.source} if snapshot.source else {}),
    }
    return TrainingSettings().with_values({**values, **project})
