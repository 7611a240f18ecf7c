"""The main job by itself, in the real window: open the sample, draw a box, train, see predicted boxes, export the CSV.

Leaves in --out: the project with its run, the exported CSV, a screenshot of each stage, and figures.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figure, as_json
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from real_window import go_to, opened_window, settle, wait_until
from sample_hands import draw_a_true_box

from desktop_app.dialogs.export_dialog import ExportDialog
from desktop_app.main_window import MainWindow
from desktop_app.runs.sheet.train_sheet import TrainSheet
from training.dataset.dataset import Dataset, Split
from training.dataset.formats import boxwright_csv
from training.dataset.sample import draw_sample
from training.dataset.sample_project import create_sample_project
from training.run.outcome import OutcomeKind
from training.run.outcome_words import what_happened

JUDGED_PICTURES, JUDGED_SEED = 500, 20_000
QUICK_PICTURES, QUICK_EPOCHS, QUICK_JUDGED = 60, 3, 40


class Demo:
    """The stages in their order; each says what it does and leaves a screenshot."""

    def __init__(self, out: Path, quick: bool) -> None:
        self.out = out
        self.quick = quick
        self.project = out / "sample"
        self.figures: list[Figure] = []
        self._shots = 0

    def run(self) -> int:
        started = time.monotonic()
        say("Drawing the sample project")
        create_sample_project(self.project, count=QUICK_PICTURES if self.quick else 240)
        with (
            tempfile.TemporaryDirectory() as place,
            opened_window(self.project, Path(place) / "settings.ini") as window,
        ):
            settle()
            self.shoot(window, "sample-project")
            self.draw_a_box(window)
            seconds = self.train(window)
            self.show_predictions(window)
            self.export(window)
            run = window.training.run
            assert run is not None
            assert run.folder is not None
            folder = run.folder.path
        self.judge(folder, seconds)
        say(f"Done in {time.monotonic() - started:.0f} s; everything is in {self.out}")
        (self.out / "figures.json").write_text(as_json(self.figures), encoding="utf-8")
        return 0

    def shoot(self, window: MainWindow, stage: str) -> None:
        self._shots += 1
        window.grab().save(str(self.out / f"{self._shots}-{stage}.png"))

    def draw_a_box(self, window: MainWindow) -> None:
        say("Drawing a box")
        image = draw_a_true_box(window)
        settle()
        self.shoot(window, "drawn-box")
        assert len(window.document.record(image).boxes) == 1, "the drawn box is not in the project"

    def train(self, window: MainWindow) -> float:
        say("Training a localizer")
        window.action("train").trigger()
        wait_until(lambda: self._sheet(window) is not None, "the sheet behind Train")
        sheet = self._sheet(window)
        assert sheet is not None
        if self.quick:
            sheet.form.set_values({"epochs": QUICK_EPOCHS})
        wait_until(sheet.start_button.isEnabled, "counting what is there")
        settle()
        sheet.grab().save(str(self.out / "train-sheet.png"))
        started = time.monotonic()
        QTest.mouseClick(sheet.start_button, Qt.MouseButton.LeftButton)
        wait_until(lambda: window.training.run is not None, "the start of the run")
        run = window.training.run
        assert run is not None
        wait_until(lambda: bool(run.history) or not run.is_running, "the first epoch")
        go_to(window, self._validation_image(window))
        wait_until(lambda: not run.is_running or 2 * run.epochs <= 3 * len(run.history), "most of the training")
        settle()
        self.shoot(window, "training")
        wait_until(lambda: not run.is_running, "the end of the training")
        seconds = time.monotonic() - started
        assert run.outcome is not None
        assert run.outcome.kind is OutcomeKind.COMPLETED, what_happened(run.outcome)
        settle(1.0)
        self.shoot(window, "trained")
        return seconds

    def _validation_image(self, window: MainWindow) -> str:
        """One with a box of its own, that the model does not learn from."""
        summaries = {image: window.document.summary(image) for image in window.document.images}
        return next(image for image, known in summaries.items() if known.split is Split.VALIDATION and known.box_count)

    def _sheet(self, window: MainWindow) -> TrainSheet | None:
        return window.training.sheet_command.sheet

    def show_predictions(self, window: MainWindow) -> None:
        say("Looking at predicted boxes")
        document = window.document
        unlabelled = [image for image in document.images if not document.record(image).boxes]
        asked = [image for image in unlabelled if not document.record(image).reviewed] or list(document.images)
        for number, image in enumerate(asked[:2]):
            go_to(window, image)
            if number == 0 and not self.quick:
                wait_until(lambda: bool(window.training.predictions_for(document.current_image)), "the model's box", 30)
            settle(0.8)
            self.shoot(window, "predicted-box")

    def export(self, window: MainWindow) -> None:
        say("Exporting the CSV")
        dialog = ExportDialog(window.document, window)
        dialog.folder.setText(str((self.out / "csv").absolute()))
        dialog.show()
        QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
        wait_until((self.out / "csv" / "dataset.csv").is_file, "the CSV")
        settle()
        self.shoot(window, "exported")
        dialog.close()

    def judge(self, run: Path, seconds: float) -> None:
        """Pictures that neither the model nor this project has seen, from another seed."""
        count = QUICK_JUDGED if self.quick else JUDGED_PICTURES
        say(f"Judging the model on {count} freshly drawn pictures")
        with tempfile.TemporaryDirectory() as place:
            fresh = Path(place)
            truth: Dataset = draw_sample(fresh, count, JUDGED_SEED)
            boxwright_csv.write(truth, fresh / "truth.csv", with_split=False)
            command = ["evaluate", str(run), "--data", str(fresh / "truth.csv"), "--images", str(fresh), "--json"]
            answer = subprocess.run(
                [sys.executable, "-m", "training", *command], check=True, capture_output=True, text=True
            )
        judged = json.loads(answer.stdout.splitlines()[-1])["figures"]
        self.add(Figure("sample_mean_iou", round(judged["mean_iou"], 4), "IoU", "at least 0.80"))
        presence = judged["presence_accuracy"]
        self.add(
            Figure(
                "sample_presence_accuracy", None if presence is None else round(presence, 4), "share", "at least 0.97"
            )
        )
        self.add(Figure("sample_train_s", round(seconds, 1), "s", "at most 240"))
        self.add(Figure("sample_class_accuracy", round(judged["class_accuracy"], 4), "share", "none set"))

    def add(self, figure: Figure) -> None:
        figure.print()
        self.figures.append(figure)


def say(text: str) -> None:
    print(f"{text}…", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"))
    parser.add_argument(
        "--quick", action="store_true", help="few pictures and epochs: shows that it works, not how well"
    )
    arguments = parser.parse_args()
    out = arguments.out.absolute()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return Demo(out, arguments.quick).run()


if __name__ == "__main__":
    sys.exit(main())
