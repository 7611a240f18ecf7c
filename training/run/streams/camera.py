"""A camera or a network stream: the newest frame always wins, and what vanished is looked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from training.run.streams.frame import Frame
from training.run.streams.orientation import Orientation

CameraState = Literal["opening", "live", "missing", "busy", "lost", "closed"]


class CameraSource:
    """Grabs in a thread of its own from the moment it is made.

    `address` is as `camera_address` gives it. `on_change` is called in that thread whenever `state` or `sentence`
    changes. `orientation` may be set at any time; later frames follow it.
    """

    orientation: Orientation

    def __init__(
        self,
        address: int | str,
        orientation: Orientation = Orientation(),  # noqa: B008 -- a frozen value
        on_change: Callable[[], object] | None = None,
    ) -> None:
        raise NotImplementedError

    @property
    def state(self) -> CameraState:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The state in plain words: what is wrong and what happens next."""
        raise NotImplementedError

    @property
    def frames_per_second(self) -> float:
        """What the camera gave within the last second or two; 0 while it gives nothing."""
        raise NotImplementedError

    def newest(self, after: int = -1) -> Frame | None:
        """The newest frame if its number is higher than `after`, else None; at once."""
        raise NotImplementedError

    def wait_for(self, after: int = -1, timeout: float = 1.0) -> Frame | None:
        """The newest frame with a number higher than `after`, waiting for it at most `timeout` seconds."""
        raise NotImplementedError

    def close(self, timeout: float = 5.0) -> None:
        """End the thread; also twice. A device that does not answer may keep it a moment longer than `timeout`."""
        raise NotImplementedError
