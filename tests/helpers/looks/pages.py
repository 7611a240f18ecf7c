"""Each page and dialog of the program in the state that most people meet it in: a name, and a way to open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.dialogs.about_dialog import AboutDialog
from desktop_app.dialogs.doctor_dialog import DoctorDialog
from desktop_app.dialogs.export_dialog import ExportDialog
from desktop_app.dialogs.export_model_dialog import ExportModelDialog
from desktop_app.dialogs.hand_in_dialog import HandInDialog
from desktop_app.dialogs.import_dialog import ImportDialog
from desktop_app.dialogs.licences_dialog import LicencesDialog
from desktop_app.dialogs.merge_dialog import MergeDialog
from desktop_app.dialogs.settings_dialog import SettingsDialog
from desktop_app.dialogs.shortcuts_dialog import ShortcutsDialog
from desktop_app.dialogs.unpack_dialog import UnpackDialog
from desktop_app.predict.use_window import UseWindow
from desktop_app.runs.sheet.augmentation_dialog import AugmentationDialog
from desktop_app.runs.sheet.train_sheet import TrainSheet
from tests.helpers.looks.studio import USUAL, Studio

Opened = Iterator[QWidget]
RUN_TABS = ("curves", "figures", "images", "settings", "model", "log")


@dataclass(frozen=True)
class Page:
    name: str
    open: Callable[[Studio], contextmanager]
    is_window: bool  # of a size that people choose; a dialog has its own


PAGES: list[Page] = []


def _page(name: str, *, is_window: bool = False) -> Callable[[Callable[[Studio], Opened]], Callable[[Studio], Opened]]:
    def keep(function: Callable[[Studio], Opened]) -> Callable[[Studio], Opened]:
        PAGES.append(Page(name, contextmanager(function), is_window))
        return function

    return keep


def _dialog_page(name: str, kind: type[QDialog], ask: Callable[[Studio], object]) -> None:
    """A dialog as it is when somebody asks for it."""

    def opened(studio: Studio) -> Opened:
        ask(studio)
        with studio.dialog(kind) as dialog:
            yield dialog

    _page(name)(opened)


# --- the main window; those that leave something behind come in this order


@_page("start", is_window=True)
def start_page(studio: Studio) -> Opened:
    yield studio.window


@_page("nothing-trained", is_window=True)
def nothing_trained(studio: Studio) -> Opened:
    studio.open_project(studio.window, studio.props.theirs)
    yield studio.window
    studio.open_project(studio.window, studio.props.project)


@_page("drawing", is_window=True)
def drawing(studio: Studio) -> Opened:
    window = studio.window
    window.training.open_run(studio.runs_of("localizer"))
    image = next(name for name in window.document.images if window.document.record(name).boxes)
    studio.go_to(image)
    window.document.select([0])
    studio.settle()
    yield window


@_page("proposals", is_window=True)
def proposals(studio: Studio) -> Opened:
    window = studio.window
    document = window.document
    free = [name for name in document.images if not document.record(name).boxes and not document.record(name).reviewed]
    studio.go_to(free[0])
    studio.wait_until(lambda: bool(window.training.predictions_for(free[0])), "the model's box")
    studio.settle()
    yield window


@_page("live-run", is_window=True)
def live_run(studio: Studio) -> Opened:
    window = studio.window
    window.action("train").trigger()
    with studio.dialog(TrainSheet) as sheet:
        assert isinstance(sheet, TrainSheet)
        studio.wait_until(sheet.start_button.isEnabled, "counting what is there")
        sheet.start_button.click()
        run = window.training.run
        assert run is not None
    studio.wait_until(lambda: bool(run.history) and run.step is not None, "the run")
    studio.settle()
    yield window
    window.training.stop()
    studio.wait_until(lambda: not run.is_running, "the end of the run")


@_page("stopped-run", is_window=True)
def stopped_run(studio: Studio) -> Opened:
    studio.settle()
    yield studio.window


@_page("failed-run", is_window=True)
def failed_run(studio: Studio) -> Opened:
    runs = sorted((studio.props.project / "runs").glob("*-localizer"))
    studio.window.training.open_run(type(studio.runs_of("localizer"))(runs[0]))
    studio.settle()
    yield studio.window


# --- the Train sheet


_dialog_page("train-localizer", TrainSheet, lambda studio: studio.window.action("train").trigger())


@_page("train-localizer-settings")
def train_settings(studio: Studio) -> Opened:
    studio.window.action("train").trigger()
    with studio.dialog(TrainSheet) as sheet:
        assert isinstance(sheet, TrainSheet)
        sheet.unfold_button.click()
        studio.settle()
        yield sheet


@_page("train-classifier")
def train_classifier(studio: Studio) -> Opened:
    studio.window.action("train").trigger()
    with studio.dialog(TrainSheet) as sheet:
        assert isinstance(sheet, TrainSheet)
        sheet.recipe_choice.button("classifier").click()
        studio.settle()
        yield sheet


@_page("augmentations")
def augmentations(studio: Studio) -> Opened:
    studio.window.action("train").trigger()
    with studio.dialog(TrainSheet) as sheet:
        assert isinstance(sheet, TrainSheet)
        studio.wait_until(sheet.start_button.isEnabled, "counting what is there")
        sheet.augmentations._open()
        with studio.dialog(AugmentationDialog) as dialog:
            yield dialog


# --- runs


def _run_tab(number: int, name: str, recipe: str) -> None:
    def run_tab(studio: Studio) -> Opened:
        with studio.run_list() as shown:
            shown.list.table.select([studio.runs_of(recipe).path])
            studio.settle()
            shown.details.page.tabs.setCurrentIndex(number)
            studio.settle()
            yield shown

    _page(f"run-{recipe}-{name}", is_window=True)(run_tab)


for _number, _name in enumerate(RUN_TABS):
    _run_tab(_number, _name, "localizer")
_run_tab(1, RUN_TABS[1], "classifier")


@_page("compared-runs", is_window=True)
def compared_runs(studio: Studio) -> Opened:
    with studio.run_list() as shown:
        shown.list.table.selectAll()
        studio.settle()
        yield shown


# --- using a model


@contextmanager
def _use_window(studio: Studio) -> Iterator[UseWindow]:
    studio.window.use.show_window()
    used = studio.window.use.window
    assert used is not None
    used.resize(USUAL)
    studio.wait_until(lambda: used.holder.model is not None, "the model")
    yield used
    used.close()


@_page("use-nothing-yet", is_window=True)
def use_nothing_yet(studio: Studio) -> Opened:
    studio.window.training.open_run(studio.runs_of("localizer"))
    with _use_window(studio) as used:
        studio.settle()
        yield used


@_page("use-files", is_window=True)
def use_files(studio: Studio) -> Opened:
    with _use_window(studio) as used:
        used.open_anything([studio.props.new_pictures])
        asked = used.files.questions
        studio.wait_until(lambda: asked.total > 0 and asked.done == asked.total, "the model's answers")
        studio.wait_until(lambda: "nothing in" in used.files.bar.counts.text(), "the count of what was seen")
        studio.settle()
        yield used


@_page("use-video", is_window=True)
def use_video(studio: Studio) -> Opened:
    with _use_window(studio) as used:
        used.open_anything([studio.props.video])
        studio.wait_until(lambda: used.video.view.shown is not None, "the video")
        used.video.set_playing(False)
        studio.settle()
        yield used


@_page("use-camera", is_window=True)
def use_camera(studio: Studio) -> Opened:
    with studio.camera() as address, _use_window(studio) as used:
        used.tabs.setCurrentWidget(used.camera)
        used.camera.bar.camera.set_text(address)
        used.camera.start()
        studio.wait_until(lambda: used.camera.view.shown is not None, "the camera")
        studio.settle()
        yield used
        used.camera.stop()
        studio.wait_until(lambda: used.camera._closing is None, "letting the camera go")


# --- dialogs


_dialog_page("import", ImportDialog, lambda studio: studio.window.window_actions.show_import([studio.props.csv]))
_dialog_page(
    "import-table", ImportDialog, lambda studio: studio.window.window_actions.show_import([studio.props.table])
)
_dialog_page("export", ExportDialog, lambda studio: studio.window.window_actions.show_export())
_dialog_page("hand-in", HandInDialog, lambda studio: studio.window.zips.show_hand_in())
_dialog_page("unpack", UnpackDialog, lambda studio: studio.window.zips.take(studio.props.handed_in))


@_page("merge")
def merge(studio: Studio) -> Opened:
    from desktop_app.dialogs import file_choice

    usual = file_choice.choose_file
    file_choice.choose_file = lambda *_: studio.props.handed_in
    try:
        studio.window.zips.ask_for_other()
    finally:
        file_choice.choose_file = usual
    with studio.dialog(MergeDialog) as dialog:
        yield dialog


_dialog_page(
    "export-model", ExportModelDialog, lambda studio: studio.window.use.export_model(studio.runs_of("localizer"))
)


def _settings_tab(number: int) -> None:
    def settings_tab(studio: Studio) -> Opened:
        from PySide6.QtWidgets import QTabWidget

        studio.window.help.show_settings()
        with studio.dialog(SettingsDialog) as dialog:
            tabs = dialog.findChild(QTabWidget)
            assert tabs is not None
            tabs.setCurrentIndex(number)
            studio.settle()
            yield dialog

    _page(f"settings-{number + 1}")(settings_tab)


for _number in range(4):
    _settings_tab(_number)


_dialog_page("shortcuts", ShortcutsDialog, lambda studio: studio.window.action("shortcuts").trigger())


@_page("doctor")
def doctor(studio: Studio) -> Opened:
    studio.window.help.show_doctor()
    with studio.dialog(DoctorDialog) as dialog:
        assert isinstance(dialog, DoctorDialog)
        studio.wait_until(lambda: "NVIDIA T4" in dialog.text, "the doctor's words")
        studio.settle()
        yield dialog


_dialog_page("about", AboutDialog, lambda studio: studio.window.action("about").trigger())


@_page("licences")
def licences(studio: Studio) -> Opened:
    dialog = LicencesDialog(studio.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    with studio.dialog(LicencesDialog) as shown:
        yield shown


@_page("problem-bar", is_window=True)
def problem_bar(studio: Studio) -> Opened:
    bars = studio.window.stage.problems
    bars.show_problem("3 images could not be read: a.jpg, b.jpg and c.jpg. They stay in the list with a mark.")
    studio.settle()
    yield studio.window
    bars.clear()
