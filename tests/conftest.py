"""What every test gets: no screen needed, a home of its own, and a look at what it left behind."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / "boxwright-tests-matplotlib"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what it does not wait for, and each process of a test would be deaf to Ctrl+C, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)

from tests.helpers import leftovers
from tests.helpers.real_data import REAL_DATA, WHY_SKIPPED

FOLDERS_OF_A_HOME = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
}


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, user data and the sample project of this test alone."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for variable, place in FOLDERS_OF_A_HOME.items():
        monkeypatch.setenv(variable, str(folder / place))
    return folder


@pytest.fixture(autouse=True)
def _nothing_left_behind(home: Path) -> Iterator[None]:
    """Fails a test that leaves windows, threads, pool jobs or processes behind."""
    processes = leftovers.child_processes()
    threads = leftovers.python_threads()
    with leftovers.recorded_qthreads() as started:
        yield
        problems = [
            *leftovers.windows(),
            *leftovers.running_qthreads(started),
            *leftovers.pool_jobs(),
            *(f"process {pid}" for pid in sorted(leftovers.child_processes() - processes)),
            *(f"thread {thread.name}" for thread in leftovers.python_threads() - threads),
        ]
    if problems:
        pytest.fail("This test left behind: " + ", ".join(problems), pytrace=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real photos; tests that need them are skipped where there are none."""
    if not REAL_DATA.is_dir():
        pytest.skip(WHY_SKIPPED)
    return REAL_DATA


if sys.platform == "win32":  # Windows asks the registry for a home, so the program's own switch is used there

    @pytest.fixture(autouse=True)
    def _windows_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("APPDATA", "LOCAL_APPDATA"):
            monkeypatch.setenv(f"WIN_PD_OVERRIDE_{name}", str(home / "AppData"))
