"""A document on a real folder of pictures, opened as the window opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QThreadPool

from desktop_app.document.document import Document

PATIENCE_MS = 10_000


@contextmanager
def open_document(qtbot, folder: Path, image: str = "") -> Iterator[Document]:
    """Closed at the end, with its project handed back."""
    document = Document()
    try:
        open_in(qtbot, document, folder, image)
        yield document
    finally:
        document.close()
        QThreadPool.globalInstance().waitForDone(PATIENCE_MS)
        document.deleteLater()


def open_in(qtbot, document: Document, folder: Path, image: str = "") -> None:
    """Open another folder in a document; the signal comes for the closing of the old one too."""
    with qtbot.waitSignal(document.current_image_changed, timeout=PATIENCE_MS, check_params_cb=bool):
        document.open_folder(folder, image)
    note_sizes(document)


def note_sizes(document: Document, width: int = 96, height: int = 64) -> None:
    """What decoding tells a document in the window."""
    for image in document.images:
        document.note_image_size(image, width, height)
