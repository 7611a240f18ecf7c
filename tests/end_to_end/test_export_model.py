"""A model is exported from the window of runs by the real process, and what comes of it opens again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from desktop_app.dialogs import file_choice
from tests.end_to_end.conftest import OpenWindow
from tests.helpers.run_keeper import RunKeeper
from tests.helpers.untrained_models import localizer_with_model
from training.run.model_export.export_result import ExportFormat

pytestmark = pytest.mark.training

PATIENCE_MS = 200_000


@pytest.fixture
def target(tmp_path: Path, monkeypatch) -> Path:
    chosen = tmp_path / "given away" / "toys.zip"
    chosen.parent.mkdir()
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: chosen)
    return chosen


@pytest.fixture
def person(open_window: OpenWindow, tmp_path: Path, qtbot) -> RunKeeper:
    localizer_with_model(tmp_path / "toys")
    person = RunKeeper(open_window().window, qtbot)
    person.window.training.sheet_command.devices_command = []
    person.open(tmp_path / "toys")
    person.open_runs("toys")
    person.pick("toys")
    return person


def test_a_run_is_exported_from_the_list_and_cancelled_from_its_page(person: RunKeeper, target: Path, qtbot):
    page = person.runs_window.details.page
    qtbot.waitUntil(page.export_button.isEnabled, timeout=PATIENCE_MS)
    page.export_button.click()
    flow = person.window.use._export
    assert flow is not None
    flow.dialog.export_button.click()
    qtbot.waitUntil(lambda: any(target.parent.iterdir()), timeout=PATIENCE_MS)  # it has begun
    flow.dialog.cancel_button.click()
    qtbot.waitUntil(lambda: "nothing was written" in flow.dialog.text, timeout=PATIENCE_MS)
    assert list(target.parent.iterdir()) == []
    flow.dialog.close()

    person.do("export_model")
    dialog = flow.dialog
    for kind, box in dialog.choices.items():
        box.setChecked(kind is ExportFormat.LITERT)
    dialog.export_button.click()
    qtbot.waitUntil(lambda: dialog.folder_button.isVisibleTo(dialog), timeout=PATIENCE_MS)
    assert "differs from Keras by at most" in dialog.text
    assert "3 pictures of the run" in dialog.text
    with zipfile.ZipFile(target) as archive:
        assert {"best.tflite", "README.md", "pictures/1.jpg"} <= set(archive.namelist())
        assert "best.keras" not in archive.namelist()
    assert [path.name for path in target.parent.iterdir()] == ["toys.zip"]
