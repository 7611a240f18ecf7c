"""A camera with the model's answers, snapshots, and hold to record."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.document.document import Document
from desktop_app.predict.camera.camera_bar import CameraBar
from desktop_app.predict.camera.camera_keeper import CameraKeeper
from desktop_app.predict.camera.camera_memory import CameraMemory
from desktop_app.predict.camera.camera_session import CameraSession
from desktop_app.predict.live.live_view import LiveView, focus_unless_in_tabs
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.page import UsePage
from desktop_app.settings import Settings
from desktop_app.words import filled
from training.run.streams.camera_address import camera_address
from training.run.streams.orientation import Orientation
from training.run.streams.problem import VideoProblem

METER_MS = 500
TELLING = 1.1  # a camera that gives more than what is shown by less than this is not mentioned


class CameraPage(UsePage):
    """Works without a model, too: pictures can be recorded before there is one.

    The camera is let go while the page is not to be seen, and used again when it is.
    """

    recording_ended = Signal()  # what was offered since the last one belongs together

    def __init__(self, document: Document, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._memory = CameraMemory.read(settings)
        self._model: LoadedModel | None = None
        self._wants_camera = False
        self.session: CameraSession | None = None
        self._closing: CameraSession | None = None
        self.view = LiveView(self.tr("The camera with what the model sees"))
        self.bar = CameraBar(document)
        self.keeper = CameraKeeper(document, self.view, self.bar, lambda: self.session, self)
        self._metering = QTimer(self, interval=METER_MS)
        self._metering.timeout.connect(self._show_rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.bar)
        self._show_memory()
        self._connect()
        self._show_off()

    def _connect(self) -> None:
        bar, keeper = self.bar, self.keeper
        bar.start_asked.connect(self.start)
        bar.stop_asked.connect(self.stop)
        bar.mirror_asked.connect(self._on_mirror)
        bar.turn_asked.connect(self._on_turn)
        bar.brighten_asked.connect(self._on_brighten)
        bar.rate_changed.connect(self._on_rate)
        bar.camera.told.connect(self.message_sent)
        bar.class_choice.chosen.connect(self.view.setFocus)
        keeper.frame_offered.connect(self.frame_offered)
        keeper.recording_offered.connect(self.recording_offered)
        keeper.recorder.ended.connect(lambda _count: self.recording_ended.emit())
        keeper.problem_reported.connect(self.problem_reported)

    # --- what the window tells

    def set_model(self, model: LoadedModel | None) -> None:
        self._model = model
        self.view.set_colours({} if model is None else model.colours)
        self.view.show_model(has_model=model is not None)
        if self.session is not None:
            self.session.set_model(model)

    def show_loading(self, *, is_loading: bool) -> None:
        self.view.show_model(has_model=self._model is not None, is_loading=is_loading)

    def set_min_score(self, score: float) -> None:
        self.keeper.min_score = score
        self.view.set_min_score(score)

    def stop(self) -> None:
        self._wants_camera = False
        self.bar.camera.cancel()
        self._let_go()
        self._show_off()

    def shut_down(self) -> None:
        session, self.session = self.session, None
        self._wants_camera = False
        self.keeper.end_recording()
        self.bar.camera.cancel()
        self._metering.stop()
        self.view.shut_down()
        for one in (session, self._closing):
            if one is not None:
                one.shut_down()

    # --- the camera

    def start(self) -> None:
        """Use the camera that is typed; a problem with it is said in the view."""
        self.stop()
        text = self.bar.camera.text
        try:
            camera_address(text)
        except VideoProblem as problem:
            self.view.set_sentence(str(problem))
            return
        self._remember(replace(self._memory, address=text))
        self._wants_camera = True
        self.bar.set_on(True)
        self._open()
        self.view.setFocus()

    def _open(self) -> None:
        """A camera that is still being let go is waited for: it can't be used twice."""
        is_wanted = self._wants_camera and self.isVisible()
        if not is_wanted or self._closing is not None or self.session is not None:
            return
        orientation, brightens = self._memory.orientation, self.bar.brighten_button.isChecked()
        session = self.session = CameraSession(
            camera_address(self._memory.address), orientation, self._model, brightens=brightens
        )
        session.changed.connect(self._on_state)
        session.ready.connect(self._on_ready)
        session.model_failed.connect(self.problem_reported)
        self._metering.start()
        self._on_state()

    def _let_go(self) -> None:
        self.keeper.end_recording()
        session, self.session = self.session, None
        self._metering.stop()
        self.view.set_corner("")
        if session is None:
            return
        session.disconnect(self)
        session.closed.connect(self._on_closed)
        self._closing = session
        session.let_go()

    def _on_closed(self) -> None:
        self._closing = None
        self.bar.camera.in_use = frozenset()
        self._open()

    def _on_state(self) -> None:
        session = self.session
        if session is not None:
            self.bar.camera.in_use = session.devices
            self.view.set_sentence("" if session.is_live else session.source.sentence)
            if not session.is_live:
                self.keeper.end_recording()

    def _on_ready(self) -> None:
        shown = self.session.take() if self.session is not None else None
        if shown is not None:
            self.view.show_frame(shown)

    def _show_off(self) -> None:
        self.bar.set_on(False)
        self.view.clear()
        self.view.set_sentence(
            self.tr("The camera is off. Start it to see what the model sees, or to record pictures.")
        )

    def _show_rate(self) -> None:
        now = time.monotonic()
        rate, latency = self.view.meter.per_second(now), self.view.meter.latency(now)
        if self.session is None or not rate or latency is None:
            self.view.set_corner("")
            return
        given = self.session.source.frames_per_second
        if given > TELLING * rate:
            frames = filled(self.tr("%1 of %2 frames a second"), round(rate), round(given))
        else:
            frames = filled(self.tr("%1 frames a second"), round(rate))
        self.view.set_corner(filled(self.tr("%1 · %2 ms old"), frames, round(1000 * latency)))

    # --- how it is seen

    def _on_mirror(self) -> None:
        self._hang(self._memory.orientation.flipped())

    def _on_turn(self) -> None:
        self._hang(self._memory.orientation.turned())

    def _hang(self, orientation: Orientation) -> None:
        self._remember(replace(self._memory, turns=orientation.turns, mirrored=orientation.mirrored))
        self.bar.mirror_button.setChecked(orientation.mirrored)
        if self.session is not None:
            self.session.set_orientation(orientation)

    def _on_brighten(self, brightens: bool) -> None:
        if self.session is not None:
            self.session.set_brightens(brightens)

    def _on_rate(self, rate: int) -> None:
        self._remember(replace(self._memory, rate=rate))

    def _remember(self, memory: CameraMemory) -> None:
        self._memory = memory
        memory.write(self._settings)

    def _show_memory(self) -> None:
        self.bar.camera.set_text(self._memory.address)
        self.bar.rate.setValue(self._memory.rate)
        self.bar.mirror_button.setChecked(self._memory.mirrored)

    # --- keys, and coming and going

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keeper.key.press(event):
            return
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or event.isAutoRepeat():
            event.ignore()
        elif event.key() == Qt.Key.Key_P:
            self.keeper.put_into_project()
        elif event.key() == Qt.Key.Key_Space:
            self.bar.toggle()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:  # a button that is held may never hear of its release
            self.keeper.end_recording()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        focus_unless_in_tabs(self.view)
        self._open()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._let_go()
