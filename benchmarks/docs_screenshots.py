"""The pictures of the docs, from the real window on the sample project: `make screenshots`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from real_window import go_to, opened_window, settle, wait_until
from sample_hands import draw_a_true_box

from desktop_app.dialogs.import_dialog import ImportDialog
from desktop_app.main_window import MainWindow
from desktop_app.runs.list.runs_window import RunsWindow
from training.dataset.dataset import Split
from training.dataset.sample import draw_sample
from training.dataset.sample_project import create_sample_project
from training.run.outcome import OutcomeKind
from training.run.outcome_words import what_happened

PICTURES, NEW_PICTURES, NEW_SEED = 240, 24, 20_000
SIZE = (1280, 800)
QUALITY = 80
CSV = """filename,width,height,class,xmin,ymin,xmax,ymax
{image},344,459,snail,20,30,120,150
nowhere.jpg,344,459,snail,20,30,120,150
{image},344,459,teapot,200,30,120,150
"""


class Screenshots:
    """The stages in their order; each leaves its picture."""

    def __init__(self, place: Path, out: Path, epochs: int | None) -> None:
        self.place, self.out, self.epochs = place, out, epochs
        self.project = place / "sample"
        out.mkdir(parents=True, exist_ok=True)

    def run(self) -> None:
        create_sample_project(self.project, count=PICTURES)
        with opened_window(self.project, self.place / "settings.ini", SIZE) as window:
            self.draw(window)
            self.train(window)
            self.look_at_proposals(window)
            self.look_at_the_run(window)
            self.use(window)
            self.bring_in_a_file(window)

    def shoot(self, widget: QWidget, name: str) -> None:
        """Small, because they travel with every copy of the program's source."""
        settle(0.5)
        raw = self.place / "shot.png"
        widget.grab().save(str(raw))
        with Image.open(raw) as picture:
            picture.convert("RGB").save(self.out / f"{name}.webp", quality=QUALITY, method=6)
        print(name, file=sys.stderr, flush=True)

    def draw(self, window: MainWindow) -> None:
        draw_a_true_box(window)
        self.shoot(window, "draw")

    def train(self, window: MainWindow) -> None:
        command = window.training.sheet_command
        window.action("train").trigger()
        wait_until(lambda: command.sheet is not None, "the sheet behind Train")
        sheet = command.sheet
        assert sheet is not None
        wait_until(sheet.start_button.isEnabled, "counting what is there")
        self.shoot(sheet, "train-sheet")
        if self.epochs is not None:
            sheet.form.set_values({"epochs": self.epochs})
            wait_until(sheet.start_button.isEnabled, "looking at the settings")
        QTest.mouseClick(sheet.start_button, Qt.MouseButton.LeftButton)
        wait_until(lambda: window.training.run is not None, "the start of the run")
        run = window.training.run
        assert run is not None
        summaries = {image: window.document.summary(image) for image in window.document.images}
        go_to(window, next(name for name, one in summaries.items() if one.split is Split.VALIDATION and one.box_count))
        wait_until(lambda: not run.is_running or 0 < 3 * run.epochs <= 4 * len(run.history), "most of the training")
        self.shoot(window, "window")
        wait_until(lambda: not run.is_running, "the end of the training")
        assert run.outcome is not None
        assert run.outcome.kind is OutcomeKind.COMPLETED, what_happened(run.outcome)

    def look_at_proposals(self, window: MainWindow) -> None:
        document = window.document
        image = next(
            name for name in document.images if not document.record(name).boxes and not document.record(name).reviewed
        )
        go_to(window, image)
        wait_until(lambda: bool(window.training.predictions_for(image)), "the model's box", 30)
        self.shoot(window, "proposals")

    def look_at_the_run(self, window: MainWindow) -> None:
        window.action("runs").trigger()
        shown = next(one for one in QApplication.topLevelWidgets() if isinstance(one, RunsWindow))
        shown.resize(*SIZE)
        table = shown.list.table
        wait_until(lambda: table.model().rowCount() > 0, "the list of runs")
        table.selectRow(0)
        settle(1.0)
        self.shoot(shown, "runs")
        shown.close()

    def use(self, window: MainWindow) -> None:
        new = self.place / "new pictures"
        draw_sample(new, NEW_PICTURES, NEW_SEED)
        window.use.open([new])
        used = window.use.window
        assert used is not None
        used.resize(*SIZE)
        asked = used.files.questions
        wait_until(lambda: asked.total > 0 and asked.done == asked.total, "the model's answers")
        settle(1.0)
        self.shoot(used, "use-files")
        used.close()

    def bring_in_a_file(self, window: MainWindow) -> None:
        file = self.place / "boxes.csv"
        file.write_text(CSV.format(image=window.document.images[0]), encoding="utf-8")
        dialog = ImportDialog(window.document, [file], window)
        dialog.show()
        wait_until(lambda: not dialog.is_working, "checking the file")
        self.shoot(dialog, "import")
        dialog.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--epochs", type=int, help="fewer are quicker, and show less")
    arguments = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="boxwright-docs-"))
    try:
        Screenshots(place, arguments.out.absolute(), arguments.epochs).run()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
