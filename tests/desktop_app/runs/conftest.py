from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.document.document import Document
from desktop_app.settings import Settings
from tests.helpers.documents import open_document
from tests.helpers.labelled_projects import make_labelled_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_labelled_project(tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def document(qtbot, folder: Path) -> Iterator[Document]:
    with open_document(qtbot, folder) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")
