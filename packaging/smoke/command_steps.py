"""The command line: each command does its job, says so, and says nothing else."""

from __future__ import annotations

import csv
import json
import re
import time
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from smoke.expected_output import unexpected
from smoke.failure import SmokeError
from smoke.processes import Ended, Runner, Running

PICTURES = 36
SAMPLE, RUN, TABLE, ARCHIVE = "Bilder für Zoë", "Lauf één", "prédictions.csv", "modèle.zip"
# As MATLAB 7.3 writes it, with the digits 1 and 0 in 1.png: made with h5py, which is not there where this runs.
DIGITS, TABLE_OF_DIGITS = Path(__file__).parent / "digitStruct.mat", "Ziffern für Zoë.csv"
SMALL_TRAINING = ("--epochs", "1", "--input-size", "64", "--batch-size", "8", "--model-size", "small", "--seed", "1")
COLUMNS = ["filename", "class", "score", "xmin", "ymin", "xmax", "ymax"]
IN_THE_RUN = ("best.keras", "best.tflite", "settings.json", "report.json", "history.csv")
IN_THE_ZIP = ("best.keras", "best.tflite", "model-int8.tflite", "model.onnx", "saved_model", "predict.py", "model.json")
QUICK, SLOW = 60.0, 240.0  # seconds


class CommandSteps:
    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._work = runner.folder

    def all(self) -> dict[str, Callable[[], str]]:
        return {
            "--version": self.version,
            "doctor": self.doctor,
            "sample": self.sample,
            "convert": self.convert,
            "train": self.train,
            "predict": self.predict,
            "export-model": self.export_model,
            "serve": self.serve,
            "unknown command": self.unknown_command,
            "missing model": self.missing_model,
        }

    def version(self) -> str:
        ended = self._done("--version", seconds=QUICK)
        _require(re.fullmatch(r"boxwright \d+\.\d+\S*\s*", ended.stdout), "It does not tell its version.", ended)
        return f"{ended.stdout.strip()}, after {ended.seconds:.1f} s"

    def doctor(self) -> str:
        ended = self._done("doctor", seconds=SLOW)
        for word in ("System:", "Memory:", "Versions:"):
            _require(word in ended.stdout, f"The doctor does not tell “{word}”.", ended)
        return next((line for line in ended.stdout.splitlines() if line.startswith("Chosen")), "every line is there")

    def sample(self) -> str:
        ended = self._done("sample", SAMPLE, "--count", str(PICTURES), seconds=SLOW)
        drawn = list((self._work / SAMPLE).rglob("*.jpg")) + list((self._work / SAMPLE).rglob("*.png"))
        _require(len(drawn) == PICTURES, f"{len(drawn)} pictures were drawn.", ended)
        _require((self._work / SAMPLE / "project.boxwright").is_file(), "There is no project file.", ended)
        return ended.stdout.strip().rpartition(": ")[2]

    def convert(self) -> str:
        """Of a format that a hidden command of the program opens, in a process of its own."""
        ended = self._done("convert", str(DIGITS), "--to", "csv", "--out", TABLE_OF_DIGITS, seconds=QUICK)
        with (self._work / TABLE_OF_DIGITS).open(encoding="utf-8", newline="") as file:
            rows = [(row["filename"], row["class"], float(row["xmax"])) for row in csv.DictReader(file)]
        _require(rows == [("1.png", "1", 18.0), ("1.png", "0", 28.0)], f"{TABLE_OF_DIGITS} has {rows}.", ended)
        return f"{len(rows)} boxes out of {DIGITS.name}, after {ended.seconds:.1f} s"

    def train(self) -> str:
        training = ("train", "localizer", "--data", SAMPLE, "--out", RUN, *SMALL_TRAINING)
        ended = self._done(*training, seconds=SLOW)
        missing = [name for name in IN_THE_RUN if not (self._work / RUN / name).is_file()]
        _require(not missing, f"The run has no {', '.join(missing)}.", ended)
        _require("Completed." in ended.stdout, "The training is not complete.", ended)
        return f"one epoch, after {ended.seconds:.1f} s"

    def predict(self) -> str:
        ended = self._done("predict", RUN, SAMPLE, "--out", TABLE, "--min-score", "0", seconds=SLOW)
        with (self._work / TABLE).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        _require(reader.fieldnames == COLUMNS, f"{TABLE} begins with {reader.fieldnames}.", ended)
        boxes = [row for row in rows if row["class"]]
        _require(len({row["filename"] for row in rows}) == PICTURES, f"{TABLE} does not name all pictures.", ended)
        _require(boxes and all(map(_is_possible, boxes)), f"{TABLE} has no possible boxes.", ended)
        return f"{len(boxes)} boxes in {PICTURES} pictures, after {ended.seconds:.1f} s"

    def export_model(self) -> str:
        ended = self._done("export-model", RUN, "--out", ARCHIVE, seconds=SLOW)
        with zipfile.ZipFile(self._work / ARCHIVE) as archive:
            _require(archive.testzip() is None, f"{ARCHIVE} is damaged.", ended)
            names = archive.namelist()
        missing = [wanted for wanted in IN_THE_ZIP if not any(f"/{wanted}" in f"/{name}" for name in names)]
        _require(not missing, f"{ARCHIVE} has no {', '.join(missing)}.", ended)
        return f"{len(names)} files, after {ended.seconds:.1f} s"

    def serve(self) -> str:
        """Of the exported zip, so that it is opened, too."""
        jpeg = max((self._work / SAMPLE).rglob("*.jpg")).read_bytes()
        with self._runner.started("serve", ARCHIVE, "--port", "0") as running:
            address = self._wait_for_address(running)
            request = urllib.request.Request(f"{address}/predict", jpeg, {"Content-Type": "image/jpeg"})
            with urllib.request.urlopen(request, timeout=QUICK) as response:
                answer = json.load(response)
            running.interrupt()
            ended = running.wait(QUICK)
        _require(isinstance(answer, dict) and answer, f"POST /predict answered {answer}.", ended)
        _require(ended.code == 0, f"Ctrl+C ended it with the exit code {ended.code}.", ended)
        self._require_calm(ended)
        return f"POST /predict answered {', '.join(answer)}"

    def _wait_for_address(self, running: Running) -> str:
        end = time.monotonic() + self._runner.seconds_left(SLOW)
        while running.is_running and time.monotonic() < end:
            match = re.search(r"answers at (http://\S+?)/?\s", running.ended().stdout)
            if match:
                return match[1]
            time.sleep(0.1)
        ended = running.ended()
        raise SmokeError("The server did not tell its address.", ended.seen)

    def unknown_command(self) -> str:
        ended = self._runner.run("frobnicate", seconds=QUICK)
        _require(ended.code == 2, f"The exit code of wrong usage is {ended.code}.", ended)
        _require("invalid choice: 'frobnicate'" in ended.stderr, "It does not say what is wrong.", ended)
        self._require_calm(ended, (r"usage: boxwright .*", r"boxwright: error: .*"))
        return "exit code 2, with the usage"

    def missing_model(self) -> str:
        ended = self._runner.run("predict", "no model here", SAMPLE, "--out", "nothing.csv", seconds=SLOW)
        _require(ended.code == 1, f"The exit code of a failure is {ended.code}.", ended)
        self._require_calm(ended, (r"boxwright: .+",))
        return ended.stderr.strip()

    # --- what holds for all

    def _done(self, *arguments: str, seconds: float) -> Ended:
        ended = self._runner.run(*arguments, seconds=seconds)
        _require(ended.code == 0, f"“{arguments[0]}” ended with the exit code {ended.code}.", ended)
        self._require_calm(ended)
        return ended

    def _require_calm(self, ended: Ended, allowed: tuple[str, ...] = ()) -> None:
        lines = unexpected(ended.stdout, ended.stderr, allowed)
        _require(not lines, f"It says what nobody expects: {lines[0] if lines else ''}", ended)
        left = self._runner.left_processes()
        _require(not left, f"Processes are left: {left}.", ended)


def _is_possible(row: dict[str, str]) -> bool:
    xmin, ymin, xmax, ymax, score = (float(row[name]) for name in ("xmin", "ymin", "xmax", "ymax", "score"))
    return 0 <= xmin < xmax and 0 <= ymin < ymax and 0 <= score <= 1


def _require(condition: object, sentence: str, ended: Ended) -> None:
    if not condition:
        raise SmokeError(sentence, ended.seen)


def sample_in(work: Path) -> Path:
    return work / SAMPLE
