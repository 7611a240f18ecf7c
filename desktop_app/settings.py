"""What this person's window remembers: nothing of it belongs to a project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QCryptographicHash, QSettings

MOST_RECENT = 10


def settings_file() -> Path:
    return platformdirs.user_config_path("boxwright", appauthor=False) / "settings.ini"


def sample_folder() -> Path:
    """Where the sample project is drawn on first use."""
    return platformdirs.user_data_path("boxwright", appauthor=False) / "sample"


def log_file() -> Path:
    return platformdirs.user_log_path("boxwright", appauthor=False) / "boxwright.log"


class Settings:
    """Recent folders, the place in each project, sizes and looks. Anything unreadable counts as never set."""

    def __init__(self, file: Path | None = None) -> None:
        # The path is explicit: QSettings made from names alone would ignore what tests set up.
        self._values = QSettings(str(file or settings_file()), QSettings.Format.IniFormat)

    def recent_folders(self) -> list[Path]:
        stored = self._values.value("recent_folders")
        entries = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [Path(entry) for entry in entries if isinstance(entry, str) and entry][:MOST_RECENT]

    def remember_folder(self, folder: Path) -> None:
        others = [known for known in self.recent_folders() if known != folder]
        self._set_recent([folder, *others][:MOST_RECENT])

    def forget_all_folders(self) -> None:
        self._set_recent([])

    def _set_recent(self, folders: list[Path]) -> None:
        self._values.setValue("recent_folders", [str(folder) for folder in folders])

    def place_in(self, folder: Path) -> str:
        """The image that was shown last in a folder, or nothing."""
        return self._text(f"places/{_short_key(folder)}")

    def remember_place(self, folder: Path, image: str) -> None:
        self._values.setValue(f"places/{_short_key(folder)}", image)

    def copy_of(self, folder: Path) -> Path | None:
        """The folder that a shared project was copied into last."""
        stored = self._text(f"copies/{_short_key(folder)}")
        return Path(stored) if stored else None

    def remember_copy(self, folder: Path, copy: Path) -> None:
        self._values.setValue(f"copies/{_short_key(folder)}", str(copy))

    def training_settings_in(self, folder: Path) -> str:
        """What was chosen for the last training in a folder, as JSON, or nothing."""
        return self._text(f"training/{_short_key(folder)}")

    def remember_training_settings(self, folder: Path, values: str) -> None:
        self._values.setValue(f"training/{_short_key(folder)}", values)

    def added_runs_in(self, project: Path) -> list[Path]:
        """Runs from elsewhere, or folders of them, that the list of a project shows too."""
        stored = self._values.value(f"added_runs/{_short_key(project)}")
        entries = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [Path(entry) for entry in entries if isinstance(entry, str) and entry]

    def remember_added_runs(self, project: Path, places: list[Path]) -> None:
        self._values.setValue(f"added_runs/{_short_key(project)}", [str(place) for place in places])

    @property
    def proposal_score(self) -> float | None:
        """The lowest score of a model's boxes that are shown, 0 to 1."""
        stored = self._text("proposal_score")
        return int(stored) / 100 if stored.isdecimal() and int(stored) <= 100 else None

    @proposal_score.setter
    def proposal_score(self, score: float) -> None:
        self._values.setValue("proposal_score", str(round(100 * score)))

    @property
    def export_format(self) -> str:
        """The name of the format that boxes were exported in last, or nothing."""
        return self._text("export/format")

    @export_format.setter
    def export_format(self, name: str) -> None:
        self._values.setValue("export/format", name)

    def dismissed_annotations(self, folder: Path) -> frozenset[str]:
        """The fingerprints of the annotation files in a folder that nobody wants to be asked about again."""
        return frozenset(self._text(f"dismissed_annotations/{_short_key(folder)}").split())

    def dismiss_annotations(self, folder: Path, fingerprints: Iterable[str]) -> None:
        """These, and no others any more."""
        self._values.setValue(f"dismissed_annotations/{_short_key(folder)}", " ".join(sorted(fingerprints)))

    @property
    def chart_is_log(self) -> bool:
        """Whether losses are drawn on a logarithmic scale."""
        return self._text("charts/log_scale") == "true"

    @chart_is_log.setter
    def chart_is_log(self, is_log: bool) -> None:
        self._values.setValue("charts/log_scale", "true" if is_log else "false")

    @property
    def chart_smoothing(self) -> str:
        """How much curves are smoothed, as the charts call it, or nothing."""
        return self._text("charts/smoothing")

    @chart_smoothing.setter
    def chart_smoothing(self, smoothing: str) -> None:
        self._values.setValue("charts/smoothing", smoothing)

    def preference(self, key: str) -> str:
        """What was chosen for the program, as JSON, or nothing; `preferences.py` knows what it means."""
        return self._text(f"preferences/{key}")

    def set_preference(self, key: str, value: str) -> None:
        self._values.setValue(f"preferences/{key}", value)

    def layout_of(self, part: str) -> QByteArray:
        """The geometry or state that a part of the window had last; empty when it never had one."""
        stored = self._values.value(f"layout/{part}")
        return stored if isinstance(stored, QByteArray) else QByteArray()

    def remember_layout(self, part: str, state: QByteArray) -> None:
        self._values.setValue(f"layout/{part}", state)

    def flush(self) -> None:
        self._values.sync()

    def _text(self, key: str) -> str:
        stored = self._values.value(key)
        return stored if isinstance(stored, str) else ""


def _short_key(folder: Path) -> str:
    """Paths hold characters that settings files use as their own, so a folder is known by its digest."""
    digest = QCryptographicHash.hash(QByteArray(os.fsencode(folder)), QCryptographicHash.Algorithm.Sha1)
    return bytes(digest.toHex().data()).decode()[:16]
