"""What the window loads before it is shown."""

from __future__ import annotations

import subprocess
import sys


def test_libraries_for_numbers_and_pictures_are_loaded_after_the_window_is_shown():
    listing = "import sys, desktop_app.main_window; print(' '.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in result.stdout.split()}
    assert "PySide6" in loaded
    assert loaded.isdisjoint({"numpy", "cv2", "PIL", "matplotlib", "keras", "tensorflow"})
