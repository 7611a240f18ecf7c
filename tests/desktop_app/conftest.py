"""What the tests of single parts of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.style import Appearance


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    """The look that people choose. A style sheet that stayed would keep a bare palette from the widgets of other tests."""
    palette, sheet = qapp.palette(), qapp.styleSheet()
    made = Appearance(qapp)
    yield made
    made.deleteLater()
    qapp.styleHints().unsetColorScheme()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
