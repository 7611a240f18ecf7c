"""Long work that an edit waits for, while the window goes on painting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QMetaObject, Qt
from PySide6.QtGui import QGuiApplication

Result = TypeVar("Result")


def done(work: Callable[[], Result], *, aside: bool) -> Result:
    """What `work` answers or raises. `aside`: from a thread, while the window paints, and keys and clicks wait in line.

    Edits stay one after the other so, however many images they touch: nobody can begin one amid another.
    """
    if not aside:
        return work()
    future: Future[Result] = Future()
    loop = QEventLoop()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- raised again where the work was asked for
            future.set_exception(error)
        QMetaObject.invokeMethod(loop, "quit", Qt.ConnectionType.QueuedConnection)

    thread = threading.Thread(target=run, name="storing")
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        thread.start()
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        thread.join()
    finally:
        QGuiApplication.restoreOverrideCursor()
    return future.result()
