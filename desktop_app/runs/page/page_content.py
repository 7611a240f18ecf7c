"""What the run page shows, read from a run's folder off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.dataset.dataset import Split
from training.dataset.is_there import is_folder
from training.run.report.judged_images import JudgedImage, read_judged, worst_first
from training.run.report.report import RunReport
from training.run.report.report_reading import read_report, split_sizes
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError

READABLE_FAILURES = (RunFolderError, SettingsError, OSError)


@dataclass(frozen=True, slots=True)
class PageContent:
    """`images` are the worst first; `sizes` are the numbers of images in the dataset by split. `folder` is where the
    images lie on this machine, None if they don't; `expected` is where the run had them.
    """

    run: RunFolder
    report: RunReport | None
    images: Sequence[JudgedImage] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    folder: Path | None = None
    expected: Path = Path()
    has_model: bool = False
    problem: str = ""

    @property
    def missing(self) -> int:
        """Images that nobody has judged, as far as it is known; those that were left out count as judged."""
        if self.report is None:
            return 0
        return sum(size for split, size in self.sizes.items() if split not in self.report.judged)


def read_content(run: RunFolder, project_folder: Path | None) -> PageContent:
    """Whatever can be read of a run; what can't is told in `problem`."""
    try:
        report = read_report(run)
        images = worst_first(read_judged(run.judged_file))
        sizes = split_sizes(run)
    except READABLE_FAILURES as error:
        return PageContent(run, None, problem=str(error))
    expected = report.settings.image_folder
    folder = image_folder(expected, project_folder)
    return PageContent(run, report, images, sizes, folder, expected, has_model=run.has_model)


def image_folder(expected: Path, project_folder: Path | None) -> Path | None:
    """Where the run had its images, or the open project when the run comes from another machine."""
    return next((folder for folder in (expected, project_folder) if folder is not None and is_folder(folder)), None)


def split_names() -> dict[str, str]:
    """In the order in which people look at them."""
    return {
        Split.VALIDATION.value: _tr("Validation images"),
        Split.TEST.value: _tr("Test images"),
        Split.TRAIN.value: _tr("Training images"),
    }


def no_images_sentence(content: PageContent) -> str:
    """Said when the pictures are not on this machine; else nothing."""
    if content.folder is not None or content.report is None:
        return ""
    text = _tr("The images of this run are not on this computer. It had them in %1; open their folder to see them.")
    return filled(text, content.expected)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunPage", text)
