"""A screen of one's own without a monitor, that tells when a program's window appears on it. Linux with Xvfb."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MAP_NOTIFY = 19
SUBSTRUCTURE = 1 << 19


class MapEvent(ctypes.Structure):
    """XMapEvent of Xlib."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("event", ctypes.c_ulong),
        ("window", ctypes.c_ulong),
        ("override_redirect", ctypes.c_int),
    )


class Event(ctypes.Union):
    _fields_ = (("type", ctypes.c_int), ("map", MapEvent), ("pad", ctypes.c_long * 24))


class ShownWindows:
    """Listens to the screen `name`, such as ":7"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise OSError(f"there is no screen {name}")
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._x.XSelectInput(self._display, root, ctypes.c_long(SUBSTRUCTURE))
        self._x.XFlush(self._display)

    def wait_for_one(self, seconds: float) -> float:
        """When it appeared, by time.monotonic(). Menus and tooltips don't count. Raises TimeoutError."""
        end = time.monotonic() + seconds
        event = Event()
        while True:
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, ctypes.byref(event))
                if event.type == MAP_NOTIFY and not event.map.override_redirect:
                    return time.monotonic()
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no window appeared within {seconds:g} s")
            select.select([self._x.XConnectionNumber(self._display)], [], [], left)

    def forget(self) -> None:
        """What has appeared until now."""
        self._x.XSync(self._display, 1)

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)


@contextmanager
def own_screen(size: str = "1280x800x24") -> Iterator[ShownWindows]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    server: subprocess.Popen[Any] = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        windows = ShownWindows(f":{number}")
        yield windows
        windows.close()
    finally:
        server.terminate()
        server.wait()
