"""On a computer with little memory the sheet proposes smaller settings, says so, and takes the usual ones at a press."""

from __future__ import annotations

import pytest

from desktop_app.images.preferences import MEMORY_ON_SMALL_COMPUTER, USUAL_MEMORY
from desktop_app.preference_pages import make_preferences
from desktop_app.runs.sheet.train_sheet import TrainSheet
from desktop_app.settings import Settings
from tests.desktop_app.runs.sheet.test_train_sheet import DEFAULTS, snapshot
from training.run.machine import smaller_settings

GIB = 2**30


@pytest.fixture
def open_sheet(qtbot, monkeypatch: pytest.MonkeyPatch):
    def opened(memory: int, values: dict | None = None) -> TrainSheet:
        monkeypatch.setattr(smaller_settings, "memory_and_free", lambda: (memory, memory))
        sheet = TrainSheet(values or {})
        qtbot.addWidget(sheet)
        sheet.show_snapshot(snapshot())
        sheet.show()
        return sheet

    return opened


def test_smaller_settings_are_proposed_told_and_given_up(open_sheet):
    sheet = open_sheet(4 * GIB)
    assert sheet.smaller.isVisible()
    assert sheet.smaller.text == (
        "Smaller settings for this computer, which has little memory: model size small, input size 128, batch size 8."
    )
    chosen = sheet.chosen_values()
    assert (chosen["model_size"], chosen["input_size"], chosen["batch_size"]) == ("small", 128, 8)
    sheet.smaller.usual_button.click()
    assert not sheet.smaller.isVisible()
    assert sheet.chosen_values() == {"recipe": "localizer", **DEFAULTS}
    sheet.form.restore_defaults()
    assert sheet.smaller.isVisible()


def test_each_recipe_has_its_own(open_sheet):
    sheet = open_sheet(4 * GIB)
    sheet.recipe_choice.button("classifier").click()
    assert "batch size 16." in sheet.smaller.text
    assert sheet.chosen_values()["input_size"] == 96


def test_what_somebody_chose_before_stays(open_sheet):
    sheet = open_sheet(4 * GIB, {"recipe": "localizer", "input_size": 224})
    assert sheet.chosen_values()["input_size"] == 224
    assert not sheet.smaller.isVisible()


def test_elsewhere_all_is_as_usual(open_sheet):
    sheet = open_sheet(24 * GIB)
    assert not sheet.smaller.isVisible()
    assert sheet.chosen_values() == {"recipe": "localizer", **DEFAULTS}


@pytest.mark.parametrize(("memory", "kept"), [(4 * GIB, MEMORY_ON_SMALL_COMPUTER), (24 * GIB, USUAL_MEMORY)])
def test_fewer_pictures_are_kept_decoded(qapp, memory: int, kept: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smaller_settings, "memory_and_free", lambda: (memory, memory))
    assert make_preferences(Settings()).value("picture_memory") == kept
