"""An export asks before it takes the place of files that hold something else, whoever wrote them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from desktop_app.dialogs.export_dialog import ExportDialog
from tests.helpers.annotation_dialogs import choose_format, export_into


@pytest.fixture
def asking(window, photos):
    """The dialog, about to write labelme's files beside the photos, where somebody else's lie."""
    window.window.import_offer.shut_down()
    window.add_class("cup")
    window.draw_box(10, 10, 60, 40)
    window.go_to("two.png")
    window.press_key("Space")
    for name in ("one.json", "two.json"):
        (photos / name).write_text(f'"foreign {name}"')
    return opened(window, photos, "labelme")


def opened(person, folder, name):
    person.window.window_actions.show_export()
    dialog = person.dialog(ExportDialog)
    choose_format(person, dialog, name)
    dialog.folder.setText(str(folder))
    dialog.export_button.click()
    person.wait_until(lambda: not dialog.is_working)
    return dialog


def close_of(dialog):
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Close)


def contents(folder):
    return {name: (folder / name).read_text() for name in ("one.json", "two.json")}


def test_nothing_is_replaced_before_a_yes(window, asking, photos):
    assert (
        "2 files in the folder hold something else and would be replaced: “one.json” and “two.json”" in asking.summary
    )
    assert contents(photos) == {name: f'"foreign {name}"' for name in ("one.json", "two.json")}
    assert asking.replace_button.isVisible()
    assert not asking.export_button.isVisible()
    assert not asking.folder.isEnabled()
    assert not asking.findChild(QPushButton, "choose").isEnabled()
    asking.replace_button.click()
    window.wait_until(asking.export_button.isEnabled)
    assert "2 files that were there were replaced." in asking.summary
    assert all("foreign" not in text for text in contents(photos).values())
    assert asking.export_button.isVisible()
    assert not asking.replace_button.isVisible()


def test_return_and_esc_cancel_and_the_dialog_stays(qtbot, asking, photos):
    before = {path.name for path in photos.iterdir()}
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        assert asking.is_asking
        assert close_of(asking).text() == "Cancel"
        assert close_of(asking).isDefault()
        assert asking.focusWidget() is close_of(asking)
        qtbot.keyClick(asking, key)
        assert not asking.is_asking
        assert asking.summary == "Nothing was exported, and no file was replaced."
        assert asking.export_button.isDefault()
        assert asking.isVisible()
        asking.export_button.click()
        qtbot.waitUntil(lambda: not asking.is_working)
    assert {path.name for path in photos.iterdir()} == before
    assert contents(photos) == {name: f'"foreign {name}"' for name in ("one.json", "two.json")}
    asking.reject()
    asking.reject()
    assert not asking.isVisible()


def test_a_file_that_came_while_it_asked_is_asked_about_too(window, asking, photos):
    asking.reject()
    (photos / "two.json").unlink()
    asking.export_button.click()
    window.wait_until(lambda: not asking.is_working)
    assert "A file in the folder holds something else and would be replaced: “one.json”" in asking.summary
    (photos / "two.json").write_text("came meanwhile")
    asking.replace_button.click()
    window.wait_until(lambda: not asking.is_working)
    assert asking.is_asking
    assert "“two.json”" in asking.summary
    assert contents(photos) == {"one.json": '"foreign one.json"', "two.json": "came meanwhile"}


def test_equal_files_are_not_asked_about(window, asking, tmp_path):
    asking.reject()
    for _ in range(2):
        export_into(window, asking, tmp_path / "out")
        assert "exported" in asking.summary
        assert "replaced" not in asking.summary
