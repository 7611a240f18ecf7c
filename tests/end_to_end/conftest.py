"""The real window on real folders of small pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.application import make_appearance
from desktop_app.document.document import Document
from desktop_app.main_window import MainWindow
from desktop_app.settings import Settings
from desktop_app.style import Appearance
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.newcomer import FEW_PICTURES, Newcomer, write_sample
from tests.helpers.pictures import write_pictures
from tests.helpers.trainer import Trainer
from tests.helpers.window_driver import WindowDriver

OpenWindow = Callable[[], WindowDriver]
OpenTrainer = Callable[[Path], Trainer]


@pytest.fixture(scope="session")
def appearance(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Appearance:
    return make_appearance(qapp, Settings(tmp_path_factory.mktemp("looks") / "settings.ini"))


@pytest.fixture
def open_window(qtbot: QtBot, appearance: Appearance) -> Iterator[OpenWindow]:
    """Opens windows as the program does; they are closed at the end as a person closes them."""
    windows: list[MainWindow] = []

    def open_one() -> WindowDriver:
        window = MainWindow(Document(), Settings(), appearance)
        windows.append(window)
        window.training.sheet_command.probes_by_itself = False  # most tests look at something else
        window.resize(1280, 800)
        window.show()
        return WindowDriver(window, qtbot)

    yield open_one
    for window in windows:
        if not window.close():
            window.close()  # a training that goes on is ended at once
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three pictures, one of them in a subfolder."""
    folder = tmp_path / "photos"
    write_pictures(folder, ["one.png", "sub/three.jpg", "two.png"], width=300, height=200)
    return folder


@pytest.fixture
def window(open_window: OpenWindow, photos: Path) -> WindowDriver:
    """A person at a window on `photos`, with its first picture on the canvas."""
    person = open_window()
    person.open(photos)
    return person


@pytest.fixture
def trainer(open_window: OpenWindow, qtbot: QtBot) -> OpenTrainer:
    """Opens a folder for a person who trains; nobody is asked for GPUs."""

    def open_folder(folder: Path) -> Trainer:
        person = Trainer(open_window().window, qtbot)
        person.window.training.sheet_command.devices_command = []
        person.open(folder)
        return person

    return open_folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of pictures with boxes."""
    make_labelled_project(tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def person(trainer: OpenTrainer, project: Path) -> Trainer:
    """Somebody who trains at `project`."""
    return trainer(project)


@pytest.fixture
def visitor(open_window: OpenWindow, qtbot: QtBot) -> Callable[[], Newcomer]:
    """Opens the program for somebody who has not seen it before; nobody is asked for GPUs."""

    def open_one() -> Newcomer:
        person = Newcomer(open_window().window, qtbot)
        person.window.training.sheet_command.devices_command = []
        return person

    return open_one


@pytest.fixture
def newcomer(visitor: Callable[[], Newcomer]) -> Newcomer:
    write_sample(FEW_PICTURES)
    return visitor()
