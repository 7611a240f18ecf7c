"""The keys of the Use window and its pages, for the overview of keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

KeyHints = list[tuple[str, str]]


def files_keys() -> KeyHints:
    return [
        (_tr("Files, video, camera"), "Ctrl+1  ·  Ctrl+2  ·  Ctrl+3"),
        (_tr("Another model; a run's folder"), "Ctrl+M  ·  Ctrl+Shift+M"),
        (_tr("Export the model"), "Ctrl+Shift+E"),
        (_tr("Add pictures; a folder"), "Ctrl+O  ·  Ctrl+Shift+O"),
        (_tr("Save CSV; COCO; annotated images"), "Ctrl+S  ·  Ctrl+Shift+S  ·  Ctrl+Alt+S"),
        (_tr("Add the chosen pictures to the project"), "Ctrl+D"),
        (_tr("Copy rows; show in the folder"), "Ctrl+C  ·  Ctrl+L"),
        (_tr("Table, both, pictures"), "F7  ·  F8  ·  F9"),
        (_tr("Show a picture large; back"), _tr("Return  ·  Esc")),
    ]


def video_keys() -> KeyHints:
    return [
        (_tr("Play, or pause"), _tr("Space")),
        (_tr("One frame back; on"), _tr("Comma  ·  Full stop")),
        (_tr("Five seconds back; on"), _tr("Left  ·  Right")),
        (_tr("Put the frame into the project"), "P"),
    ]


def camera_keys() -> KeyHints:
    return [
        (_tr("Start, or stop"), _tr("Space")),
        (_tr("Put a snapshot into the project"), "P"),
        (_tr("Record pictures of a class"), _tr("Hold R")),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("PageKeys", text)
