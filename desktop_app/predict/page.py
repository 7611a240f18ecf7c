"""What every page of the Use window can do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.predict.loaded_model import LoadedModel


class UsePage(QWidget):
    """The window tells each page the model and the lowest score; a page tells what is to go into the project."""

    message_sent = Signal(str)  # a sentence for the status line
    problem_reported = Signal(str)  # a sentence that must be seen
    frame_offered = Signal(
        object, object, str, object
    )  # RGB pixels, Answer, suggested name of the file, its LoadedModel or None
    recording_offered = Signal(object, str, int)  # RGB pixels, suggested name of the file, id of the class
    files_offered = Signal(object)  # OfferedFiles: image files as they are, with what the model sees in them

    @property
    def present_work(self) -> str:
        """What would be lost if the window was closed now, such as “Saving out.csv”; nothing where nothing would."""
        return ""

    def set_model(self, model: LoadedModel | None) -> None:
        """None while there is none; the former one is closed soon after."""
        raise NotImplementedError

    def show_loading(self, *, is_loading: bool) -> None:
        """There is no model, but one is on its way."""

    def set_min_score(self, score: float) -> None:
        """0..1: what is below is not shown, not saved and not offered."""
        raise NotImplementedError

    def stop(self) -> None:
        """The window is closed: nothing goes on and no camera is held; what is shown is there when it opens again."""
        self.shut_down()

    def shut_down(self) -> None:
        """The program ends: no thread, timer, process or camera goes on."""
        raise NotImplementedError
