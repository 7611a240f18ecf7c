"""A camera or a network stream: the newest frame always wins, and what vanished is looked for again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Literal

import cv2

from training.run.streams.camera_address import camera_address, shown_address
from training.run.streams.camera_opening import NoCamera, OpenCamera, open_camera, why_lost
from training.run.streams.frame import Frame
from training.run.streams.newest_frame import NewestFrame, decoded
from training.run.streams.orientation import Orientation

CameraState = Literal["opening", "live", "missing", "busy", "lost", "closed"]

PATIENCE_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE, PAUSE_GROWTH = 0.25, 5.0, 1.7  # seconds between looking for a camera
STILLS_PAUSE = 0.1  # between two questions to a camera that answers each with one picture
UPRIGHT = Orientation()


class CameraSource:
    """Grabs in a thread of its own from the moment it is made.

    `address` is what `camera_address` takes. `on_change` is called in that thread whenever `state` or `sentence`
    changes, until `close`. `orientation` may be set at any time; what is asked for next follows it. `patience` in
    seconds is how long a network camera may be silent. Raises VideoProblem for what is no camera's address.
    """

    def __init__(
        self,
        address: int | str,
        orientation: Orientation = UPRIGHT,
        on_change: Callable[[], object] | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.address = camera_address(str(address))
        self.orientation = orientation
        self._on_change = on_change
        self._patience = patience
        self._newest = NewestFrame()
        self._closing = threading.Event()
        self._told: tuple[CameraState, str] = ("opening", f"Looking for {shown_address(self.address)} …")
        self._was_live = False
        self._thread = threading.Thread(target=self._run, name=f"camera {shown_address(self.address)}", daemon=True)
        self._thread.start()

    @property
    def state(self) -> CameraState:
        return self._told[0]

    @property
    def sentence(self) -> str:
        """The state in plain words: what is wrong and what happens next; "" while all is well."""
        return self._told[1]

    @property
    def frames_per_second(self) -> float:
        """What the camera gave within the last two seconds; 0 while it gives nothing."""
        return self._newest.rate

    def newest(self, after: int = -1) -> Frame | None:
        """The newest frame if its number is higher than `after`, else None; at once, but for decoding it."""
        return self._newest.get(after, self.orientation)

    def wait_for(self, after: int = -1, timeout: float = 1.0) -> Frame | None:
        """The newest frame with a number higher than `after`, waiting for it at most `timeout` seconds."""
        self._newest.wait(after, timeout, self._closing.is_set)
        return self.newest(after)

    def close(self, timeout: float = PATIENCE_SECONDS + 1.0) -> None:
        """End the thread; also twice.

        One that waits for a silent camera ends when its patience does: with `timeout` 0 nobody waits for it.
        """
        self._closing.set()
        self._newest.wake()
        if timeout and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            found = open_camera(self.address, self._patience)
            if isinstance(found, NoCamera):
                self._newest.pause()
                self._tell_missing(found)
            elif count := self._grab_all(found):
                pause = STILLS_PAUSE if self._is_still(count) else FIRST_PAUSE
            if not self._closing.wait(pause):
                pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, pause * PAUSE_GROWTH))
        self._newest.pause()
        self._told = ("closed", "")

    def _grab_all(self, camera: OpenCamera) -> int:
        """Until it gives no more; how many pictures came."""
        count = 0
        try:
            while not self._closing.is_set():
                data = _next_of(camera, is_first=not count)
                if data is None:
                    break
                self._newest.put(data, camera.is_encoded)
                count += 1
                if count == 1:
                    self._was_live = True
                    self._tell("live", "")
        finally:
            camera.capture.release()
        if self._is_still(count):
            return count
        self._newest.pause()
        if count or self._was_live:
            self._tell("lost", why_lost(self.address))
        else:
            self._tell("busy", f"{shown_address(self.address).capitalize()} gives no pictures. It is tried again.")
        return count

    def _is_still(self, count: int) -> bool:
        """Whether so many pictures are what a network camera gives that is asked for each picture anew."""
        return count == 1 and isinstance(self.address, str)

    def _tell_missing(self, found: NoCamera) -> None:
        is_lost = self._was_live and found.state == "missing"
        self._tell("lost" if is_lost else found.state, found.sentence)

    def _tell(self, state: CameraState, sentence: str) -> None:
        if not self._closing.is_set() and (state, sentence) != self._told:
            self._told = (state, sentence)
            if self._on_change is not None:
                self._on_change()


def _next_of(camera: OpenCamera, is_first: bool) -> Any:
    """The next picture, or its file's bytes; None if there is no more. The first one must be one that can be shown."""
    try:
        whole, data = camera.capture.read()
    except cv2.error:
        return None
    if not whole or data is None:
        return None
    return None if is_first and camera.is_encoded and decoded(data) is None else data
