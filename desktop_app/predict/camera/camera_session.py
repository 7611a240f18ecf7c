"""A camera from start to stop: what grabs, what answers, and letting both go without holding up the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job, Progress
from desktop_app.predict.live.live_answers import LiveAnswers
from desktop_app.predict.live.shown_frame import ShownFrame
from desktop_app.predict.loaded_model import LoadedModel
from training.run.streams.camera import CameraSource
from training.run.streams.frame import Frame
from training.run.streams.orientation import Orientation


class CameraSession(QObject):
    """Begins when it is made; `closed` comes after `let_go`."""

    changed = Signal()  # the state of the camera, or its sentence
    ready = Signal()
    model_failed = Signal(str)
    closed = Signal()

    def __init__(
        self, address: int | str, orientation: Orientation, model: LoadedModel | None, *, brightens: bool
    ) -> None:
        super().__init__()
        self.address = address
        self.source = CameraSource(address, orientation, self.changed.emit)
        self._answers = LiveAnswers(self.source, self)
        self._answers.brightens = brightens
        self._answers.model.exchange(model)
        self._answers.ready.connect(self.ready)
        self._answers.failed.connect(self.model_failed)
        self._answers.start()

    @property
    def is_live(self) -> bool:
        return self.source.state == "live"

    @property
    def devices(self) -> frozenset[int]:
        """The number of the camera, which nobody else should open; none while it is not there."""
        is_there = self.source.state not in ("missing", "lost")
        return frozenset({self.address}) if isinstance(self.address, int) and is_there else frozenset()

    def set_model(self, model: LoadedModel | None) -> None:
        self._answers.model.exchange(model)

    def set_brightens(self, brightens: bool) -> None:
        self._answers.brightens = brightens

    def set_orientation(self, orientation: Orientation) -> None:
        self.source.orientation = orientation

    def take(self) -> ShownFrame | None:
        return self._answers.take()

    def newest(self, after: int) -> Frame | None:
        return self.source.newest(after)

    def let_go(self) -> None:
        """A camera that does not answer may take seconds to close: that is waited for off the event loop."""
        job = Job(self._close)
        job.done.connect(self._on_closed)
        job.start()

    def shut_down(self) -> None:
        """As `let_go`, and waits for it."""
        self._answers.shut_down()
        self.source.close()

    def _close(self, _progress: Progress) -> None:
        self.shut_down()

    def _on_closed(self, _nothing: object) -> None:
        self.closed.emit()
