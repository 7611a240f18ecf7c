"""A worker that only pretends to train: a real process that speaks the real protocol and does what a test asks.

    WorkerClient.start(run, fake_worker_command(run, "complete", epochs=3))

Behaviours: complete (all epochs, then ended), train (goes on until stopped), fail, crash, abort, hang (ignores a stop),
noise (prints between its events, natively and in Python), no_start (ends before its first event), killed (by a signal
that it does not send as we do), bad_alloc (dies for want of memory; resumed it halves the batch and completes); nan,
memory, stuck, early (end by themselves after two epochs, and say so). A run that has events already is resumed: its
epochs count on. A classifier's has a head and fine-tuning, the second half of its epochs, and takes each drawn box for the
first class.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import queue
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from training.dataset.box import Rectangle
from training.dataset.formats import boxwright_csv
from training.run.answers.prediction import ClassAnswer, ClassScore, PredictedBox
from training.run.event_writer import EventWriter
from training.run.events import (
    EndedEvent,
    EpochEvent,
    Event,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
    to_line,
)
from training.run.failure import LossLost, failed_by
from training.run.private_stdout import keep_stdout
from training.run.recipes.names import CLASSIFIER
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.run_lock import hold_run
from training.run.settings import ClassEntry

ENDS = {
    "nan": failed_by(LossLost(3, 2)),
    "memory": failed_by(MemoryError()),
    "stuck": EndedEvent(outcome="completed", code="loss_stuck"),
    "early": EndedEvent(outcome="completed", code="early_stopped", facts={"epochs": "5", "best_epoch": "2"}),
}
AFTER_EPOCHS = 2
DEATHS = ("crash", "abort", "killed", "bad_alloc")
BEHAVIOURS = ("complete", "train", "fail", "hang", "noise", "no_start", *DEATHS, *ENDS)
HALVED = WarningEvent(code="batch_halved", text="Memory ran out.", facts={"before": "16", "after": "8"})
STEPS = 4
LONGEST_LIFE_SECONDS = 300  # no test that fails leaves one behind for ever
REASON = "the disk is full"
MISSING_PROGRAM = ["/no/such/program/boxwright"]


def fake_worker_command(run: RunFolder, behaviour: str = "complete", epochs: int = 3, pause: float = 0.01) -> list[str]:
    """The command line that stands in for `worker_command(run)`; `pause` is the length of an epoch in seconds."""
    assert behaviour in BEHAVIOURS
    return [sys.executable, __file__, str(run.path), behaviour, f"--epochs={epochs}", f"--pause={pause}"]


class FakeTraining:
    def __init__(self, run: RunFolder, behaviour: str, epochs: int, pause: float) -> None:
        self.run = run
        self.behaviour = behaviour
        self.epochs = epochs
        self.pause = pause
        self.control = RunControl()
        self.wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.stdout = keep_stdout()
        self.epochs_before = _epochs_in(run)
        self.writer = EventWriter(run.events_file, self._send)
        self.settings = run.settings()

    def _send(self, event: Event) -> None:
        try:
            self.stdout.write(to_line(event))
            self.stdout.flush()
        except OSError:  # nobody listens any more
            self.control.request_stop()

    def go(self) -> int:
        sys.stdout.write("TensorFlow says something on stdout\n")  # lands in log.txt
        self.control.listen(self._requests())
        self.writer.write(PhaseEvent(name="import", text="Loading TensorFlow", backend="TensorFlow"))
        self.writer.write(self._started())
        if self.behaviour == "fail":
            self.writer.write(EndedEvent(outcome="failed", reason=REASON))
            return 1
        if self.behaviour == "memory" or (self.behaviour == "bad_alloc" and self.epochs_before):
            self.writer.write(HALVED)
        epoch = self.epochs_before
        latest_end = time.monotonic() + LONGEST_LIFE_SECONDS
        while (self.behaviour in ("train", "hang") or epoch < self.epochs) and time.monotonic() < latest_end:
            epoch += 1
            self._epoch(epoch)
            self._misbehave()
            if self.behaviour in ENDS and epoch >= AFTER_EPOCHS:
                self.writer.write(ENDS[self.behaviour])
                return 0
            if self.control.stop_requested and self.behaviour != "hang":
                self.writer.write(EndedEvent(outcome="stopped", figures=self._figures_of(epoch)))
                return 0
        self.writer.write(EndedEvent(outcome="completed", figures=self._figures_of(self.epochs)))
        return 0

    def _requests(self):
        for line in sys.stdin:
            yield line
            self.wake.put(None)

    def _misbehave(self) -> None:
        if self.behaviour == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.behaviour == "abort":
            os.abort()
        if self.behaviour == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.behaviour == "bad_alloc" and not self.epochs_before:
            sys.stderr.write(
                "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n"
            )
            sys.stderr.flush()
            os.abort()
        if self.behaviour == "noise":
            self.stdout.write("noise {\n[]\n" + '{"event": "tomorrow", "v": 9}\n')
            sys.stdout.write("noise of Python\n")
            ctypes.CDLL(None).puts(b"noise of native code")

    @property
    def _is_classifier(self) -> bool:
        return self.settings.recipe == CLASSIFIER

    def _figures_of(self, epoch: int) -> dict[str, float]:
        return classifier_figures_of(epoch) if self._is_classifier else figures_of(epoch)

    def _phase_of(self, epoch: int) -> str:
        if not self._is_classifier:
            return ""
        return "head" if epoch <= self.epochs // 2 else "fine_tune"

    def _epoch(self, epoch: int) -> None:
        if self._phase_of(epoch) == "fine_tune" and self._phase_of(epoch - 1) == "head":
            self.writer.write(PhaseEvent(name="fine_tune", text="Fine-tuning"))
        for step in range(1, STEPS + 1):
            self._wait(self.pause / STEPS)
            self._answer(epoch)
            loss = self._figures_of(epoch)["loss"]
            left = max(0, self.epochs - epoch) * self.pause
            event = StepEvent(epoch=epoch, step=step, steps=STEPS, loss=loss, images_per_second=100.0, eta_seconds=left)
            self.writer.write(event)
        self.writer.write(
            EpochEvent(
                epoch=epoch,
                epochs=self.epochs,
                figures=self._figures_of(epoch),
                seconds=self.pause,
                best=True,
                phase=self._phase_of(epoch),
            )
        )
        if self.control.watched:
            self._predict(epoch, "epoch", self.control.watched)

    def _wait(self, seconds: float) -> None:
        try:
            self.wake.get(timeout=seconds)
        except queue.Empty:
            return

    def _answer(self, epoch: int) -> None:
        image = self.control.take_question()
        if image is not None:
            self._predict(epoch, "watch", image)

    def _predict(self, epoch: int, reason, image: str) -> None:
        """A box that grows with the epochs, so that a test sees which answer it has."""
        first = self.settings.classes[0]
        if self._is_classifier:
            self.writer.write(PredictionsEvent(epoch=epoch, reason=reason, images=(self._classified(image, epoch),)))
            return
        box = PredictedBox(10, 10, 40 + epoch, 50, label=first.name, class_id=first.id, score=0.9)
        self.writer.write(PredictionsEvent(epoch=epoch, reason=reason, images=(ImagePrediction(image, (box,)),)))

    def _classified(self, image: str, epoch: int) -> ImagePrediction:
        """Surer with each epoch; of an image without drawn boxes as a whole."""
        dataset, _problems = boxwright_csv.read(self.run.dataset_file)
        labelled = next((one for one in dataset.images if one.filename == image), None)
        drawn = labelled.boxes if labelled is not None and self.settings.source != "images" else ()
        return classified(image, drawn, self.settings.classes, 1.0 - 0.5 / (epoch + 1))

    def _started(self) -> StartedEvent:
        return StartedEvent(
            versions={"boxwright": "0"},
            device="CPU",
            train_images=7,
            validation_images=2,
            parameters=1000,
            epochs=self.epochs,
            steps_per_epoch=STEPS,
            classes=self.settings.class_names,
            heads=("class",) if self._is_classifier else ("class", "box", "presence"),
            epochs_before=self.epochs_before,
            recipe=self.settings.recipe,
            phases=("head", "fine_tune") if self._is_classifier else (),
        )


def _epochs_in(run: RunFolder) -> int:
    """Those of a run that is to go on."""
    return max((event.epoch for event in run.read_events()[0] if isinstance(event, EpochEvent)), default=0)


def figures_of(epoch: int) -> dict[str, float]:
    """Losses that fall and shares that rise."""
    loss = 3.0 / (epoch + 1)
    good = 1.0 - 1.0 / (epoch + 1)
    losses = {"loss": loss, "class_loss": loss * 0.3, "box_loss": loss * 0.6, "presence_loss": loss * 0.1}
    shares = dict.fromkeys(("mean_iou", "iou50", "iou60", "class_accuracy", "presence_accuracy"), good)
    training = {**losses, **shares}
    return {**training, **{f"val_{name}": value * 0.98 for name, value in training.items()}}


def classifier_figures_of(epoch: int) -> dict[str, float]:
    good = 1.0 - 1.0 / (epoch + 1)
    training = {"loss": 2.0 / (epoch + 1), **dict.fromkeys(("class_accuracy", "top3_accuracy", "macro_f1"), good)}
    return {**training, **{f"val_{name}": value * 0.98 for name, value in training.items()}}


def classified(image: str, drawn: Sequence[Rectangle], classes: Sequence[ClassEntry], score: float) -> ImagePrediction:
    """A classifier that takes everything for the first class."""
    scores = [score, *([(1 - score) / max(1, len(classes) - 1)] * (len(classes) - 1))]
    top = tuple(ClassScore(one.name, one.id, share) for one, share in zip(classes, scores, strict=True))[:3]
    places = [Rectangle(*box.corners) for box in drawn]
    boxes = tuple(PredictedBox(*box.corners, top[0].label, top[0].class_id, score) for box in places)
    return ImagePrediction(image, boxes, tuple(ClassAnswer(top, place) for place in places) or (ClassAnswer(top),))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("behaviour", choices=BEHAVIOURS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.01)
    arguments = parser.parse_args()
    if arguments.behaviour == "no_start":
        sys.stderr.write("ModuleNotFoundError: No module named 'tensorflow'\n")
        return 3
    training = FakeTraining(RunFolder(arguments.run), arguments.behaviour, arguments.epochs, arguments.pause)
    with hold_run(training.run):
        training.writer.write(WarningEvent(code="fake", text="This training is only pretended."))
        return training.go()


if __name__ == "__main__":
    sys.exit(main())
