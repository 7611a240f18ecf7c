"""Exporting a model from the window: what is chosen, each step, every way to end; with a stand-in for the process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_app import model_export
from desktop_app.dialogs import file_choice
from desktop_app.model_export import ExportModelFlow, export_command
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.model_export.export_result import Agreement, ExportedFormat, ExportFormat, ExportResult
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.run_folder import RunFolder

PATIENCE_MS = 20_000
RESULT = ExportResult(
    "toys.zip",
    3 * 2**20,
    (
        ExportedFormat(ExportFormat.KERAS, "best.keras", 1_500_000, 0.0),
        ExportedFormat(ExportFormat.INT8, "model-int8.tflite", 400_000, 0.1, Agreement(42, 0.99, 0.93, 1.0)),
        ExportedFormat(ExportFormat.ONNX, "model.onnx", reason="tf2onnx can't convert it"),
    ),
    12,
    real_pictures=True,
)
# What the process says and does: a line each, then how it ends.
PROGRAM = """
import json, os, sys, time
work = {work!r}
os.makedirs(work)
open(os.path.join(work, "half.zip"), "w").close()
print(json.dumps({{"work": work}}), flush=True)
print("what no program would say", flush=True)
for number, step in enumerate(["load", "onnx", "unknown"]):
    print(json.dumps({{"step": step, "done": number, "total": 9}}), flush=True)
{end}
"""
ENDS = {
    "done": "print(json.dumps({{'result': {result}}}))",
    "wait": "sys.stdin.read()",
    "hang": "time.sleep(600)",
    "fail": "sys.exit('some noise\\nboxwright: the disk is full')",
    "die": "os._exit(3)",
}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "2026-03-01_12-00-00-localizer")
    run.path.mkdir()
    write_notes(run, RunNotes("Toys: garden/house"))
    return run


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / ".toys-export-1"


@pytest.fixture
def asked_for(monkeypatch, tmp_path: Path) -> list[Path]:
    """The files that were suggested; toys.zip is chosen."""
    suggested: list[Path] = []

    def choose(_parent, _title, start, _kinds):
        suggested.append(start)
        return tmp_path / "toys.zip"

    monkeypatch.setattr(file_choice, "choose_new_file", choose)
    return suggested


@pytest.fixture
def flow(qtbot, run, asked_for) -> Iterator[ExportModelFlow]:
    window = QWidget()
    qtbot.addWidget(window)
    flow = ExportModelFlow(window)
    yield flow
    flow.shut_down()


@pytest.fixture
def pretend(monkeypatch, work: Path):
    def as_if(end: str) -> None:
        ending = ENDS[end].format(result=to_plain(RESULT))
        program = PROGRAM.format(work=str(work), end=ending)
        monkeypatch.setattr(model_export, "export_command", lambda *_: [sys.executable, "-c", program])

    return as_if


def begin(flow: ExportModelFlow, run: RunFolder):
    flow.start(run)
    assert flow.dialog is not None
    flow.dialog.export_button.click()
    return flow.dialog


def test_the_file_is_called_like_the_run_and_the_result_tells_of_each_form(flow, run, asked_for, pretend, qtbot, work):
    pretend("done")
    dialog = begin(flow, run)
    assert [path.name for path in asked_for] == ["Toys- garden-house.zip"]
    qtbot.waitUntil(lambda: dialog.folder_button.isVisibleTo(dialog), timeout=PATIENCE_MS)
    text = dialog.text
    for words in (
        "toys.zip, 3.0 MB",
        "1.4 MB · the same answers as Keras",
        "391 KB · 42 pictures: the same class as Keras in 99 %, mean IoU 0.93 with its boxes",
        "Left out: tf2onnx can't convert it",
        "12 pictures",
    ):
        assert words in text
    assert not work.exists()
    assert not flow.process.is_running


def test_the_folder_of_the_zip_is_opened(flow, run, pretend, qtbot, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    pretend("done")
    dialog = begin(flow, run)
    qtbot.waitUntil(lambda: dialog.folder_button.isVisibleTo(dialog), timeout=PATIENCE_MS)
    dialog.folder_button.click()
    assert opened == [tmp_path]


def test_each_step_is_named_and_counted(flow, run, pretend, qtbot):
    pretend("wait")
    dialog = begin(flow, run)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 9 and dialog.bar.value() == 1, timeout=PATIENCE_MS)
    assert dialog.step.text() == "ONNX: converting, and comparing with Keras…"


@pytest.mark.parametrize("way", ["button", "escape", "close"])
def test_cancelling_leaves_nothing_and_offers_to_try_again(flow, run, pretend, qtbot, work, way):
    pretend("wait")
    dialog = begin(flow, run)
    qtbot.waitUntil(work.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 9, timeout=PATIENCE_MS)
    if way == "button":
        dialog.cancel_button.click()
    elif way == "escape":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    qtbot.waitUntil(lambda: dialog.export_button.isVisibleTo(dialog), timeout=PATIENCE_MS)
    assert "nothing was written" in dialog.text
    assert not work.exists()


def test_a_process_that_does_not_hear_is_killed(flow, run, pretend, qtbot, work):
    flow.process._patience.setInterval(50)
    pretend("hang")
    dialog = begin(flow, run)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 9, timeout=PATIENCE_MS)
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: "nothing was written" in dialog.text, timeout=PATIENCE_MS)
    assert not work.exists()


@pytest.mark.parametrize(("end", "words"), [("fail", "the disk is full"), ("die", "without an answer (exit code 3)")])
def test_a_failure_is_told_with_its_reason(flow, run, pretend, qtbot, work, end, words):
    pretend(end)
    dialog = begin(flow, run)
    qtbot.waitUntil(lambda: words in dialog.text, timeout=PATIENCE_MS)
    assert dialog.export_button.isVisibleTo(dialog)
    assert not work.exists()


def test_closing_the_window_ends_it(flow, run, pretend, qtbot, work):
    pretend("hang")
    begin(flow, run)
    qtbot.waitUntil(work.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: flow.process._work is not None, timeout=PATIENCE_MS)
    flow.shut_down()
    assert not flow.process.is_running
    assert flow.dialog is None
    assert not work.exists()


def test_another_start_meanwhile_shows_the_same_dialog(flow, run, pretend, qtbot, tmp_path):
    pretend("wait")
    dialog = begin(flow, run)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 9, timeout=PATIENCE_MS)
    flow.start(RunFolder(tmp_path / "other"))
    assert flow.dialog is dialog


def test_what_is_not_ticked_is_left_out(flow, run, pretend, monkeypatch):
    asked = []
    monkeypatch.setattr(model_export, "export_command", lambda *what: asked.append(export_command(*what)) or ["true"])
    flow.start(run)
    dialog = flow.dialog
    dialog.choices[ExportFormat.ONNX].setChecked(False)
    dialog.pictures.setChecked(False)
    dialog.export_button.click()
    command = asked[0]
    assert command[command.index("--without") + 1] == "onnx,pictures"
    for box in dialog.choices.values():
        box.setChecked(False)
    assert not dialog.export_button.isEnabled()


def test_what_the_command_writes_is_what_the_window_reads():
    told = json.loads(json.dumps(to_plain(RESULT)))
    assert from_plain(ExportResult, told) == RESULT
    told["formats"][0]["format"] = "of another version"
    with pytest.raises(PlainValueError, match="expected one of keras, saved_model"):
        from_plain(ExportResult, told)
