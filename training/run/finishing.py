"""After the last batch: the best model is loaded again, exported, judged, and everything is written down."""

from __future__ import annotations

import time
from dataclasses import dataclass

from training.dataset.dataset import Split
from training.run.events import EndedEvent, PhaseEvent, SavedEvent, WarningEvent
from training.run.keras_predictor import KerasPredictor
from training.run.litert_export import ExportFailed, export_litert
from training.run.measuring import Measured, measured
from training.run.prepared_images import PreparedImages
from training.run.report import RunReport, described_dataset, versions
from training.run.result_files import Seen, write_predictions
from training.run.run_callbacks import EpochKeeper
from training.run.run_control import StopRequested
from training.run.session import Session
from training.run.tensorflow_devices import Device
from training.run.training_data import ImageReader, TrainingData

IMAGES_TO_COMPARE = 8


@dataclass(frozen=True, slots=True)
class Finishing:
    """Everything a run leaves besides its models."""

    session: Session
    reader: ImageReader
    data: TrainingData
    device: Device
    parameters: int

    def finish(self, keeper: EpochKeeper, stopped: bool) -> EndedEvent:
        """Write best.tflite, model.json, predictions.csv and report.json. Raises OSError."""
        run, tell = self.session.run, self.session.tell
        predictor = KerasPredictor.of_run(run)
        self._export(predictor)
        figures = self._judge(predictor)
        best = {} if keeper.best is None else keeper.best.figures
        reason = (
            "stopped before the first epoch was complete; what it had learned is kept" if keeper.best is None else ""
        )
        ended = EndedEvent(outcome="stopped" if stopped else "completed", reason=reason, figures=best)
        self._report(ended, keeper, figures).write(run.report_file)
        tell(SavedEvent(what="report", path=run.report_file.name))
        return ended

    def _report(self, ended: EndedEvent, keeper: EpochKeeper, figures: dict[str, Measured]) -> RunReport:
        settings = self.session.settings
        sizes = {split: one.images for split, one in figures.items()}
        return RunReport(
            outcome=ended.outcome,
            reason=ended.reason,
            recipe=settings.recipe,
            epochs_done=keeper.epochs_done,
            best_epoch=0 if keeper.best is None else keeper.best.epoch,
            figures=figures,
            dataset=described_dataset(self.session.run, sizes, self.reader.left_out),
            parameters=self.parameters,
            device=self.device.name,
            deterministic=self.device.is_deterministic,
            seed=settings.seed,
            seconds=round(time.monotonic() - self.session.began, 3),
            versions=versions(),
            settings=settings,
        )

    def _export(self, predictor: KerasPredictor) -> None:
        self.session.tell(PhaseEvent(name="export", text="Exporting the model, so that it answers at once"))
        try:
            export_litert(predictor, self.session.run, self.data.train.squares[:IMAGES_TO_COMPARE])
        except ExportFailed as failure:
            text = f"The model could not be exported to LiteRT; Keras will answer, more slowly. {failure}"
            self.session.tell(WarningEvent(code="export_failed", text=text))
        else:
            self.session.tell(SavedEvent(what="litert", path=self.session.run.litert_model.name))

    def _judge(self, predictor: KerasPredictor) -> dict[str, Measured]:
        """Predict every image that could be read, and measure each split."""
        self.session.tell(PhaseEvent(name="evaluate", text="Judging the best model"))
        figures: dict[str, Measured] = {}
        seen: list[Seen] = []
        for split, prepared in self._parts():
            outputs = predictor.outputs(prepared.squares)
            figures[split] = measured(prepared, outputs)
            boxes = predictor.boxes(outputs, prepared.letterboxes)
            seen.extend(zip((image.filename for image in prepared.images), boxes, strict=True))
        write_predictions(self.session.run.predictions_file, sorted(seen), predictor.card.epoch)
        self.session.tell(SavedEvent(what="predictions", path=self.session.run.predictions_file.name))
        return figures

    def _parts(self) -> list[tuple[str, PreparedImages]]:
        parts = {Split.TRAIN: self.data.train, Split.VALIDATION: self.data.validation, Split.TEST: self._test_part()}
        return [(split.value, part) for split, part in parts.items() if part is not None and len(part)]

    def _test_part(self) -> PreparedImages | None:
        """None for somebody who waits for the end."""
        try:
            return self.reader.read(self.reader.images_of(Split.TEST), "test")
        except StopRequested:
            return None
