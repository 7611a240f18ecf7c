"""The Use window: its models, its score, and what is dropped on it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from desktop_app.dialogs import file_choice
from desktop_app.document.document import Document
from desktop_app.predict.model_holder import ModelHolder, class_colours
from desktop_app.predict.page_keys import files_keys
from desktop_app.predict.use_window import UseWindow
from desktop_app.settings import Settings
from tests.helpers.documents import open_document
from tests.helpers.leftovers import child_processes
from tests.helpers.model_files import exported_zip, untrained_run
from tests.helpers.pictures import write_pictures
from tests.helpers.pretended_keras import only_for_keras, use_pretended_keras
from tests.helpers.seeing_bright import CUP, SeesBright, write_brights
from tests.helpers.videos import write_video
from training.dataset.records import ClassRecord
from training.run.catalogue.run_summary import RunState, RunSummary
from training.run.failure import ModelFileError
from training.run.results.csv_sink import CsvSink
from training.run.run_folder import RunFolder

PATIENCE_MS = 30_000  # a process that loads TensorFlow has looked at the model before


class Shelf:
    """Models by the name of their folder, instead of files; `may_open` holds them up, "broken" can't be opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.models: dict[str, SeesBright] = {}
        self.may_open = threading.Event()
        self.may_open.set()

    def open_quick(self, run: RunFolder) -> SeesBright:
        assert self.may_open.wait(20)
        self.opened.append(run.path.name)
        if run.path.name == "broken":
            raise ModelFileError("broken: expected a model, found none")
        return self.models.setdefault(run.path.name, SeesBright())


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    made = Shelf()
    monkeypatch.setattr("training.run.answers.open_quick.open_quick", made.open_quick)
    yield made
    made.may_open.set()


@pytest.fixture
def document(qtbot: QtBot, tmp_path: Path) -> Iterator[Document]:
    write_pictures(tmp_path / "project", ["one.png"])
    with open_document(qtbot, tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def window(qtbot: QtBot, document: Document, tmp_path: Path) -> Iterator[UseWindow]:
    made = UseWindow(document, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.shut_down()


def run_of(name: str, **facts: object) -> RunSummary:
    usual = RunSummary(RunFolder(Path("/runs", name)), name, RunState.COMPLETED, recipe="localizer", has_model=True)
    return replace(usual, **facts)  # type: ignore[arg-type]


def test_the_figure_beside_a_model_is_named_and_stays_in_sight(window: UseWindow, shelf: Shelf):
    long = "the one with all photos of the summer and of the garden"
    window.set_project_runs([run_of(long, figures={"mean_iou": 0.8})])
    picker = window.model_bar.picker
    picker.setFixedWidth(180)
    option = QStyleOptionComboBox()
    picker.initStyleOption(option)
    assert picker.currentText() == f"{long} · 80 %"
    assert "…" in option.currentText
    assert option.currentText.endswith("· 80 %")
    assert "80 %: mean IoU, how well its boxes lie" in picker.toolTip()
    assert long in picker.toolTip()


def test_closing_while_something_is_saved_asks_first(
    qtbot: QtBot, window: UseWindow, shelf: Shelf, tmp_path: Path, monkeypatch
):
    window.choose_model(RunFolder(tmp_path / "a run"))
    wait_for_model(qtbot, window, "a run")
    window.open_files([write_brights(tmp_path / "photos", {"a.png": 0.9, "b.png": 0.9})])
    qtbot.waitUntil(lambda: window.files.questions.done == 2, timeout=PATIENCE_MS)
    may_end = threading.Event()
    take = CsvSink.take
    monkeypatch.setattr(CsvSink, "take", lambda sink, result: (may_end.wait(10), take(sink, result)))
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: tmp_path / "out.csv")
    stopped: list[str] = []
    window.stopped.connect(stopped.append)
    window.files.save_csv()
    window.close()
    box = window._closing.box
    assert box is not None
    assert "Saving out.csv" in box.text()
    keep, stop = sorted(box.buttons(), key=lambda button: button.text())
    keep.click()
    assert window.isVisible()
    assert window.files.work.is_busy
    window.close()
    keep, stop = sorted(window._closing.box.buttons(), key=lambda button: button.text())
    stop.click()
    assert not window.isVisible()
    assert stopped == ["Stopped before it was done: Saving out.csv"]
    may_end.set()
    qtbot.waitUntil(lambda: not window.files.work.is_busy, timeout=PATIENCE_MS)
    assert not (tmp_path / "out.csv").exists()
    window.show()
    window.close()
    assert not window.isVisible(), "nothing is left to ask about"


def wait_for_model(qtbot: QtBot, window: UseWindow, title: str) -> None:
    qtbot.waitUntil(
        lambda: window.holder.model is not None and window.holder.model.title == title and not window.holder.is_busy,
        timeout=PATIENCE_MS,
    )


def drop(window: UseWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def test_the_current_run_is_loaded_at_once_and_others_are_a_choice_away(window, shelf, qtbot):
    runs = [run_of("newest", figures={"mean_iou": 0.84}), run_of("empty", has_model=False), run_of("current")]
    window.set_project_runs(runs, runs[2].folder)
    wait_for_model(qtbot, window, "current")
    picker = window.model_bar.picker
    assert [picker.itemText(place) for place in range(picker.count())] == ["current", "newest · 84 %"]
    assert "LiteRT" in window.model_bar.engine.text()
    picker.setCurrentIndex(1)
    picker.activated.emit(1)
    wait_for_model(qtbot, window, "newest")
    assert shelf.models["current"].is_closed
    assert not shelf.models["newest"].is_closed
    window.set_project_runs([run_of("still newer"), *runs], None)  # a new run takes nobody's model away
    assert picker.currentText() == "newest · 84 %"
    assert shelf.opened == ["current", "newest"]


def test_models_from_elsewhere_stand_below_the_runs_and_stay_chosen_when_the_runs_are_read_again(window, shelf, qtbot):
    picker = window.model_bar.picker
    window.set_project_runs([run_of("own")])
    wait_for_model(qtbot, window, "own")
    for name in ("first", "second"):
        window.choose_model(RunFolder(Path("/elsewhere", name)))
        wait_for_model(qtbot, window, name)
        assert picker.currentText() == name
    window.set_project_runs([run_of("newer"), run_of("own")])
    assert picker.currentText() == "second"
    picker.activated.emit(picker.findText("own"))
    wait_for_model(qtbot, window, "own")
    assert picker.currentText() == "own"


def test_a_model_that_can_not_be_used_is_told_and_the_one_before_stays(window, shelf, qtbot):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    window.choose_model(RunFolder(Path("/elsewhere/broken")))
    qtbot.waitUntil(lambda: window.problems.isVisible(), timeout=PATIENCE_MS)
    assert window.problems.text == "broken: expected a model, found none"
    assert window.holder.model.title == "good"
    assert window.model_bar.picker.currentText() == "good"
    assert not shelf.models["good"].is_closed


def test_of_models_chosen_quickly_the_last_one_answers_and_the_others_are_closed(document, shelf, qtbot):
    holder = ModelHolder(document)
    shelf.may_open.clear()
    changes: list[str] = []
    holder.changed.connect(lambda: changes.append(holder.model.title if holder.model else ""))
    for name in ("first", "second", "third"):
        holder.choose(RunFolder(Path("/runs", name)), name)
    shelf.may_open.set()
    qtbot.waitUntil(lambda: holder.model is not None and len(shelf.opened) == 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shelf.models["first"].is_closed and shelf.models["second"].is_closed)
    assert changes == ["third"]
    assert shelf.models["third"].asked > 0  # it was warmed up
    holder.shut_down()
    assert shelf.models["third"].is_closed
    assert changes == ["third", ""]


def test_a_model_that_comes_after_the_end_is_closed(document, shelf, qtbot):
    holder = ModelHolder(document)
    shelf.may_open.clear()
    holder.choose(RunFolder(Path("/runs/late")))
    holder.shut_down()
    shelf.may_open.set()
    qtbot.waitUntil(lambda: "late" in shelf.models and shelf.models["late"].is_closed, timeout=PATIENCE_MS)
    assert holder.model is None


def test_colours_are_those_of_the_project_by_name_and_of_its_own_run_by_id():
    card = SeesBright().card
    classes = [ClassRecord(9, "fork", "#010203"), ClassRecord(CUP.id, "mug", "#040506")]
    elsewhere = class_colours(card, classes, is_own_run=False)
    assert elsewhere[2] == (1, 2, 3)
    assert elsewhere[CUP.id] != (4, 5, 6)
    assert class_colours(card, classes, is_own_run=True)[CUP.id] == (4, 5, 6)
    assert len(set(elsewhere.values())) == 3


def test_an_exported_zip_is_loaded_through_the_dialog_and_kept_in_the_list(window, qtbot, tmp_path, monkeypatch):
    untrained_run()
    file = exported_zip(tmp_path / "toys.zip", without=("best.keras",))  # which another process would look at first
    monkeypatch.setattr(file_choice, "choose_files", lambda *_: [file])
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    wait_for_model(qtbot, window, "toys")
    assert window.model_bar.picker.currentText() == "toys"
    assert "LiteRT" in window.model_bar.engine.text()
    offered: list[RunFolder] = []
    window.export_asked.connect(offered.append)
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert offered == [window.holder.model.run]
    window.open_files([write_brights(tmp_path / "photos", {"a.png": 0.9})])
    qtbot.waitUntil(lambda: window.files.questions.done == 1, timeout=PATIENCE_MS)
    assert not window.files.questions.columns.problems


class Growing:
    """A run that trains while its model is in use; its models are of the epochs that are set."""

    def __init__(self, window: UseWindow, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window = window
        self.shelf = shelf
        self.epoch = 5
        monkeypatch.setattr("training.run.answers.open_quick.open_quick", self.open_quick)

    def open_quick(self, run: RunFolder) -> SeesBright:
        self.shelf.models.pop(run.path.name, None)
        model = self.shelf.open_quick(run)
        model.card = replace(model.card, epoch=self.epoch)
        return model

    def list(self, state: RunState, best_epoch: int) -> None:
        figures = {"mean_iou": best_epoch / 100}
        self.window.set_project_runs([run_of("grows", state=state, best_epoch=best_epoch, figures=figures)])


@pytest.fixture
def growing(window: UseWindow, shelf: Shelf, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Growing:
    made = Growing(window, shelf, monkeypatch)
    made.list(RunState.TRAINING, 5)
    wait_for_model(qtbot, window, "grows")
    return made


def test_a_model_that_still_learns_says_its_epoch_and_a_newer_one_is_a_press_away(window, growing, qtbot):
    bar = window.learning.bar
    assert bar.isVisible()
    assert "of epoch 5 and still learning" in bar.sentence.text()
    assert not bar.newer_button.isVisible()
    growing.list(RunState.TRAINING, 12)
    assert "of epoch 5" in bar.sentence.text()
    assert "better since epoch 12" in bar.sentence.text()
    assert window.model_bar.picker.currentText() == "grows · 12 % at epoch 12"
    growing.epoch = 12
    QTest.mouseClick(bar.newer_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.holder.model.card.epoch == 12, timeout=PATIENCE_MS)
    assert "of epoch 12 and still learning" in bar.sentence.text()


def test_when_the_run_ends_its_finished_model_answers_and_what_is_looked_at_stays(window, growing, qtbot, tmp_path):
    window.open_files([write_brights(tmp_path / "photos", {f"{number}.png": 0.9 for number in range(9)})])
    qtbot.waitUntil(lambda: window.files.questions.done == 9, timeout=PATIENCE_MS)
    window.files.views.show_row(4)
    window.files.open_large()
    growing.epoch = 30
    growing.list(RunState.COMPLETED, 30)
    qtbot.waitUntil(lambda: window.holder.model.card.epoch == 30, timeout=PATIENCE_MS)
    assert window.status.currentMessage() == "“grows” has ended: its finished model, of epoch 30, answers now."
    assert not window.learning.bar.isVisible()
    assert window.files.large.isVisible()
    qtbot.waitUntil(lambda: window.files.questions.done == 9, timeout=PATIENCE_MS)
    assert window.files.large.number == window.files.rows.number_at(4)
    growing.list(RunState.COMPLETED, 30)
    assert not window.holder.is_busy
    assert growing.shelf.opened == ["grows", "grows"]


def test_a_model_is_not_taken_from_a_work_that_uses_it(window, growing, qtbot, monkeypatch):
    monkeypatch.setattr(UseWindow, "present_works", ["Writing film.mp4"])
    growing.list(RunState.COMPLETED, 30)
    assert not window.holder.is_busy
    monkeypatch.setattr(UseWindow, "present_works", [])
    growing.epoch = 30
    growing.list(RunState.COMPLETED, 30)
    qtbot.waitUntil(lambda: window.holder.model.card.epoch == 30, timeout=PATIENCE_MS)


def test_all_pages_say_that_the_model_is_being_loaded(window, shelf, qtbot):
    assert "No model yet" in window.camera.view.about_model
    shelf.may_open.clear()
    window.set_project_runs([run_of("slow")])
    assert "is being loaded" in window.files.empty.text.text()
    assert [page.view.about_model for page in (window.video, window.camera)] == 2 * ["The model is being loaded…"]
    shelf.may_open.set()
    wait_for_model(qtbot, window, "slow")
    assert "is being loaded" not in window.files.empty.text.text()
    assert [page.view.about_model for page in (window.video, window.camera)] == ["", ""]


def test_a_file_that_is_no_model_is_refused_with_a_reason(window, qtbot, tmp_path):
    (tmp_path / "notes.zip").write_text("no archive")
    drop(window, tmp_path / "notes.zip")
    qtbot.waitUntil(lambda: window.problems.isVisible(), timeout=PATIENCE_MS)
    assert "notes.zip" in window.problems.text
    assert window.holder.model is None


def test_who_answers_instead_of_litert_is_said_with_the_reason(window, shelf, qtbot):
    slow = SeesBright()
    slow.engine, slow.note = "Keras", "This model could not be converted."
    shelf.models["slow"] = slow
    window.set_project_runs([run_of("slow")])
    wait_for_model(qtbot, window, "slow")
    assert window.model_bar.engine.text() == "Slower answers by Keras"
    for told in (window.model_bar.engine.toolTip(), window.model_bar.engine.accessibleDescription()):
        assert "This model could not be converted." in told


def test_keras_answers_from_a_process_that_goes_with_the_window(window, qtbot, tmp_path, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    window.choose_model(only_for_keras(tmp_path))
    qtbot.waitUntil(lambda: window.holder.model is not None, timeout=PATIENCE_MS)
    assert "Keras answers, which takes longer" in window.model_bar.engine.toolTip()
    window.open_files([write_brights(tmp_path / "photos", {"a.png": 0.9, "b.png": 0.1})])
    qtbot.waitUntil(lambda: window.files.questions.done == 2, timeout=PATIENCE_MS)
    assert [window.files.rows.index(row, 1).data() != "–" for row in range(2)] == [True, False]


def test_a_process_that_hangs_holds_up_nobody_who_closes_the_window(window, qtbot, tmp_path, monkeypatch):
    use_pretended_keras(monkeypatch, "hang")
    others = child_processes()
    window.choose_model(only_for_keras(tmp_path))
    qtbot.waitUntil(lambda: bool(child_processes() - others), timeout=PATIENCE_MS)
    began = time.monotonic()
    window.shut_down()
    assert time.monotonic() - began < 2
    qtbot.waitUntil(lambda: not child_processes() - others, timeout=PATIENCE_MS)


def test_what_is_dropped_goes_to_its_page(window, shelf, qtbot, tmp_path):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    film = write_video(tmp_path / "trip.mp4")
    photos = write_brights(tmp_path / "photos", {"a.png": 0.9})
    drop(window, film, tmp_path / "second.mov", tmp_path / "third.MTS")
    assert window.tabs.currentWidget() is window.video
    assert "of 3 the first was opened" in window.status.currentMessage()
    qtbot.waitUntil(lambda: window.video.facts is not None, timeout=PATIENCE_MS)
    drop(window, photos)
    assert window.tabs.currentWidget() is window.files
    qtbot.waitUntil(lambda: window.files.questions.done == 1, timeout=PATIENCE_MS)
    run = tmp_path / "runs" / "a run"
    run.mkdir(parents=True)
    (run / "best.tflite").write_bytes(b"stands for a model")
    (run / "model.json").write_text(SeesBright().card.to_json())
    drop(window, run)
    wait_for_model(qtbot, window, "a run")


def test_the_score_is_shared_by_the_pages_and_remembered(window, document, shelf, qtbot, tmp_path):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    window.open_files([write_brights(tmp_path / "photos", {"a.png": 0.6})])
    qtbot.waitUntil(lambda: window.files.questions.done == 1, timeout=PATIENCE_MS)
    window.model_bar.slider.setValue(70)
    assert window.files.rows.index(0, 1).data() == "–"
    assert window.files.rows.wanted.min_score == 0.7
    again = UseWindow(document, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(again)
    assert again.model_bar.min_score == 0.7
    again.shut_down()


def test_keys_of_a_page_hold_whatever_was_clicked_at_the_top(window, shelf, qtbot, tmp_path, monkeypatch):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    window.open_files([write_brights(tmp_path / "photos", {"a.png": 0.6})])
    qtbot.waitUntil(lambda: window.files.questions.done == 1, timeout=PATIENCE_MS)
    asked: list[str] = []
    monkeypatch.setattr(file_choice, "choose_new_file", lambda _parent, title, *_: asked.append(title))
    bar = window.model_bar
    QTest.mouseClick(bar.slider, Qt.MouseButton.LeftButton)
    assert not bar.slider.hasFocus()  # so that Space plays a video, and P keeps its frame
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["Save results as CSV"]
    window.tabs.setCurrentWidget(window.camera)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 1


def test_a_closed_window_asks_nothing_and_opens_as_it_was(window, shelf, qtbot, tmp_path):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    model = shelf.models["good"]
    model.may_answer.clear()
    window.open_files([write_brights(tmp_path / "photos", {f"{number}.png": 0.6 for number in range(40)})])
    qtbot.waitUntil(lambda: window.files.questions.is_asking, timeout=PATIENCE_MS)
    model.may_answer.set()
    with qtbot.waitSignal(window.shown_changed, check_params_cb=lambda shown: not shown):
        window.close()
    assert not window.files.questions.is_asking
    window.show()
    assert window.holder.model.title == "good"
    assert shelf.opened == ["good"]
    window.files.questions.resume()
    qtbot.waitUntil(lambda: window.files.questions.done == 40, timeout=PATIENCE_MS)


def test_another_project_takes_its_own_model_unless_one_was_chosen(window, document, shelf, qtbot):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    document.project_opened.emit()
    assert window.holder.model is None
    window.set_project_runs([])
    window.set_project_runs([run_of("its own")])
    wait_for_model(qtbot, window, "its own")
    window.choose_model(RunFolder(Path("/elsewhere/chosen")))
    wait_for_model(qtbot, window, "chosen")
    document.project_opened.emit()
    assert window.holder.model.title == "chosen"


def test_files_keep_their_model_elsewhere_unless_the_window_was_closed(window, document, shelf, qtbot, tmp_path):
    window.set_project_runs([run_of("good")])
    wait_for_model(qtbot, window, "good")
    window.open_files([write_brights(tmp_path / "bright", {"a.png": 0.6})])
    qtbot.waitUntil(lambda: window.files.questions.done == 1, timeout=PATIENCE_MS)
    document.open_folder(tmp_path / "bright")
    qtbot.waitUntil(lambda: window.windowTitle().endswith("bright"), timeout=PATIENCE_MS)
    window.set_project_runs([run_of("its own")])
    assert window.model_bar.picker.currentText() == window.holder.model.title == "good"
    window.close()
    document.project_opened.emit()
    assert window.files.has_files, "the same project, read again"
    document.open_folder(tmp_path / "project")
    qtbot.waitUntil(lambda: window.windowTitle().endswith("project"), timeout=PATIENCE_MS)
    assert (window.files.has_files, window.holder.model) == (False, None)


def test_pages_are_reached_by_keys(window):
    for number, page in enumerate(window.pages, start=1):
        QTest.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.currentWidget() is page
        assert f"(Ctrl+{number})" in window.tabs.tabToolTip(number - 1)


def test_the_overview_of_keys_names_those_that_there_are(window):
    told = {key for _, keys in files_keys() for key in keys.split("  ·  ")}
    pages = [f"Ctrl+{number}" for number in (1, 2, 3)]
    page = window.files
    actions = [*window.actions(), *page.actions()]
    real = {key.toString() for action in actions for key in action.shortcuts()}
    assert told - {"Return", "Esc"} == (real | set(pages)) - {"Ctrl+A"}  # which selects all everywhere


def test_in_its_smallest_window_nothing_at_the_top_covers_anything(window, qtbot):
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.size() == window.minimumSize())
    bar = window.model_bar
    items = [bar.layout().itemAt(place).geometry() for place in range(bar.layout().count())]
    assert all(left.right() < right.left() or right.width() <= 0 for left, right in itertools.pairwise(items))
    assert items[-1].right() <= bar.width()


def test_on_a_small_screen_the_window_is_smaller_than_usual(window):
    assert window.screen().availableGeometry().contains(window.geometry())
