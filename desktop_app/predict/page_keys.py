"""The keys of the video and camera pages, for the overview of keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

KeyHints = list[tuple[str, str]]


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
