"""What of a camera goes into the project: snapshots, and recordings while a button or a key is held."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.document import Document
from desktop_app.predict.camera.camera_bar import CameraBar
from desktop_app.predict.camera.camera_session import CameraSession
from desktop_app.predict.camera.held_key import HeldKey
from desktop_app.predict.camera.recorder import Recorder
from desktop_app.predict.live.asked_model import above
from desktop_app.predict.live.live_view import LiveView
from desktop_app.words import counted, filled
from training.run.streams.frame import Frame


class CameraKeeper(QObject):
    """Pictures are kept as the camera gave them. What can't be kept, and why, is said."""

    frame_offered = Signal(object, object, str, object)
    recording_offered = Signal(object, str, int)
    problem_reported = Signal(str)

    def __init__(
        self,
        document: Document,
        view: LiveView,
        bar: CameraBar,
        session: Callable[[], CameraSession | None],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._document = document
        self._view = view
        self._bar = bar
        self._session = session
        self.min_score = 0.0
        self.recorder = Recorder(self._newest, self)
        self.key = HeldKey(Qt.Key.Key_R, page)
        bar.snapshot_asked.connect(self.put_into_project)
        bar.hold_began.connect(self.begin_recording)
        bar.hold_ended.connect(self.recorder.end)
        self.key.begun.connect(self.begin_recording)
        self.key.ended.connect(self.recorder.end)
        document.project_opened.connect(self.end_recording)
        self.recorder.recorded.connect(self.recording_offered)
        self.recorder.counted.connect(self._show_count)
        self.recorder.ended.connect(self._on_recorded)

    def put_into_project(self) -> None:
        """The picture that is shown, with what the model sees in it."""
        shown = self._view.shown
        if not self._can_keep() or shown is None:
            return
        name = time.strftime("camera/%Y-%m-%d %H-%M-%S")
        self.frame_offered.emit(shown.frame.pixels, above(shown.answer, self.min_score), name, shown.model)
        self._view.show_note(self.tr("The snapshot goes into the project"))

    def begin_recording(self) -> None:
        if not self._can_keep():
            return
        choice = self._bar.class_choice
        if not choice.name:
            self._view.show_note(self.tr("Name a class for the pictures first"))
            choice.setFocus()
            return
        chosen = choice.class_to_record()
        if chosen is not None:  # else the document has said why
            self._bar.record_button.setDown(True)
            self.recorder.begin(chosen, self._bar.rate.value())

    def end_recording(self) -> None:
        self.key.let_go()
        self.recorder.end()

    def _can_keep(self) -> bool:
        """Else it is said what is missing."""
        session = self._session()
        if not self._document.is_open:
            self.problem_reported.emit(self.tr("Open a folder in the main window first: pictures go into its project."))
        elif session is None or not session.is_live:
            self._view.show_note(self.tr("The camera gives no pictures"))
        else:
            return True
        return False

    def _newest(self, after: int) -> Frame | None:
        session = self._session()
        return None if session is None else session.newest(after)

    def _show_count(self, count: int) -> None:
        chosen = self.recorder.chosen
        if chosen is not None:
            pictures = counted(count, self.tr("1 picture"), self.tr("%n pictures"))
            self._view.set_mark(filled(self.tr("%1 of “%2”"), pictures, chosen.name))

    def _on_recorded(self, count: int) -> None:
        told = self._view.mark
        self._bar.record_button.setDown(False)
        self._view.set_mark("")
        if count:
            self._view.show_note(filled(self.tr("Recorded %1"), told))
