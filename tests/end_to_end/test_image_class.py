"""The class of a whole image, from the menu, and how the classes panel counts it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox


def entries(window) -> dict[str, QAction]:
    """The menu Image > Class of the image, as a person opens it."""
    menu = window.window.image_class_menu
    menu.aboutToShow.emit()
    return {action.text().partition("\t")[0]: action for action in menu.actions() if action.text()}


def tooltip(window) -> str:
    model = window.window.classes.model
    return model.index(0).data(Qt.ItemDataRole.ToolTipRole).splitlines()[0]


def asked_before_deleting(window, monkeypatch) -> str:
    asked = []

    def cancel(box: QMessageBox) -> None:
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.Cancel).click()

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    window.window.action("delete_class").trigger()
    return asked[0]


def test_an_image_gets_its_class_from_the_menu_and_loses_it_again(window, monkeypatch):
    panel, document = window.window.classes, window.window.document
    panel.new_class.setText("cat")
    panel.new_class.returnPressed.emit()
    chosen = entries(window)
    assert chosen["cat"].text() == "cat\tShift+1"
    assert chosen["&None"].isChecked()
    chosen["cat"].trigger()
    assert document.current_record.class_id == document.classes[0].id
    assert tooltip(window) == "cat: 1 whole image"
    chosen = entries(window)
    assert chosen["cat"].isChecked()
    chosen["cat"].trigger()  # the same again keeps it
    assert document.current_record.class_id is not None
    assert "the class of 1 image" in asked_before_deleting(window, monkeypatch)
    entries(window)["&None"].trigger()
    assert document.current_record.class_id is None
    assert tooltip(window) == "cat: 0 boxes"


def test_without_classes_the_menu_says_where_to_make_one(window):
    for known in list(window.window.document.classes):
        window.window.class_edits.delete(known.id)
    (only,) = entries(window).values()
    assert "No classes yet" in only.text()
    assert not only.isEnabled()
