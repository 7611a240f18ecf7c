"""The start of the built program is timed by the window that appears, and a window with TensorFlow in it is found out."""

from __future__ import annotations

import ctypes
import importlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("frozen_start", "shown_windows", "figures")
SHOWS_A_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
QTimer.singleShot(300, window.show)
QTimer.singleShot(3000, application.quit)
sys.exit(application.exec())
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures on Linux")


@pytest.fixture
def frozen_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield importlib.import_module("frozen_start")
    for name in MODULES:
        sys.modules.pop(name, None)


def test_a_library_of_tensorflow_in_the_process_is_seen(frozen_start: ModuleType, tmp_path: Path):
    import kiwisolver

    (native,) = Path(kiwisolver.__file__).parent.glob("_cext*.so")
    library = Path(shutil.copy(native, tmp_path / "libtensorflow_cc.so.2"))
    assert frozen_start.loaded_of(os.getpid()) == [] or "tensorflow" in sys.modules or "h5py" in sys.modules
    code = f"import ctypes, sys; ctypes.CDLL({str(library)!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert frozen_start.loaded_of(process.pid) == [library.name]


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_a_window_is_seen_when_it_appears(frozen_start: ModuleType):
    windows = importlib.import_module("shown_windows")
    try:
        ctypes.CDLL("libX11.so.6")
    except OSError:
        pytest.skip("libX11 is not installed")
    with windows.own_screen() as screen:
        environment = {**os.environ, "DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        born = time.monotonic()
        with pytest.raises(TimeoutError):
            screen.wait_for_one(0.05)
        with subprocess.Popen([sys.executable, "-c", SHOWS_A_WINDOW], env=environment) as process:
            shown = screen.wait_for_one(60)
            assert born + 0.35 < shown <= time.monotonic()
            process.kill()
