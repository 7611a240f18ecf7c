"""After the last batch: the best model is exported and judged, and everything is written down."""

from __future__ import annotations

import time
from dataclasses import dataclass

import keras

from training.dataset.dataset import Split
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.litert_export import ExportFailed, export_litert
from training.run.events import EndedEvent, PhaseEvent, SavedEvent, WarningEvent
from training.run.machine.devices import Device, hardware_of
from training.run.phases import phase_names
from training.run.prepared_images import PreparedImages
from training.run.report.judged_images import JudgedImage, judged, write_judged
from training.run.report.model_summary import summarized
from training.run.report.report import Judgement, RunReport, described_dataset, judgement_of, versions
from training.run.result_files import Seen, write_predictions
from training.run.run_callbacks import EpochKeeper
from training.run.run_control import StopRequested
from training.run.run_parts import RunPart, counted_epochs, lasting_events, parts_of
from training.run.session import Session
from training.run.training_data import ImageReader, TrainingData

IMAGES_TO_COMPARE = 8


@dataclass(frozen=True, slots=True)
class Finishing:
    """Everything a run leaves besides its models."""

    session: Session
    reader: ImageReader
    data: TrainingData
    device: Device
    model: keras.Model
    predictor: KerasPredictor

    def finish(self, keeper: EpochKeeper, ended: EndedEvent) -> None:
        """Write best.tflite, model.json, predictions.csv, judged.csv and report.json. Raises OSError."""
        run, tell = self.session.run, self.session.tell
        predictor = self.predictor
        predictor.take_best(run)
        self._export(predictor)
        judgement = self._judge(predictor, is_quick=ended.outcome == "stopped")
        self._report(ended, keeper, judgement).write(run.report_file)
        tell(SavedEvent(what="report", path=run.report_file.name))

    def _report(self, ended: EndedEvent, keeper: EpochKeeper, judgement: Judgement) -> RunReport:
        settings = self.session.settings
        model = summarized(self.model)
        before, parts = self._parts_of_run()
        started = parts[-1] if parts else None
        return RunReport(
            outcome=ended.outcome,
            reason=ended.reason,
            code=ended.code,
            recipe=settings.recipe,
            epochs_done=keeper.epochs_done,
            best_epoch=0 if keeper.best is None else keeper.best.epoch,
            figures=judgement.figures,
            judged=judgement.splits,
            histogram=judgement.histogram,
            confusion=judgement.confusion,
            dataset=described_dataset(self.session.run, self._sizes(), self.reader.left_out),
            parameters=model.parameters,
            model=model,
            device=self.device.name,
            hardware=hardware_of(self.device),
            deterministic=self.device.is_deterministic,
            seed=settings.seed,
            seconds=round(before + time.monotonic() - self.session.began, 3),
            versions=versions(),
            settings=settings,
            batch_size=started.batch_size if started else settings.batch_size,
            monitor=started.monitor if started else "",
            taken=next((part.taken for part in parts if part.taken), ()),
            parts=parts,
            phases=phase_names(settings),
            phase_epochs=self._epochs_of_phases(),
        )

    def _epochs_of_phases(self) -> tuple[int, ...]:
        epochs = counted_epochs(lasting_events(self.session.run))
        return tuple(sum(epoch.phase == name for epoch in epochs) for name in phase_names(self.session.settings))

    def _parts_of_run(self) -> tuple[float, tuple[RunPart, ...]]:
        """The seconds that earlier workers took for this run, and all parts."""
        parts = parts_of(lasting_events(self.session.run))
        return sum(part.seconds for part in parts[:-1]), parts

    def _sizes(self) -> dict[str, int]:
        """Images used of each split that has any; those of a part that nobody has read are counted in the dataset."""
        validation = self.data.validation
        sizes = {
            Split.TRAIN: len(self.data.train),
            Split.VALIDATION: 0 if validation is None else len(validation),
            Split.TEST: len(self.reader.images_of(Split.TEST)) - self.reader.left_out_of.get("test", 0),
        }
        return {split.value: size for split, size in sizes.items() if size}

    def _export(self, predictor: KerasPredictor) -> None:
        self.session.tell(PhaseEvent(name="export", text="Exporting the model, so that it answers at once"))
        try:
            export_litert(predictor, self.session.run, self.data.train.squares[:IMAGES_TO_COMPARE])
        except ExportFailed as failure:
            text = f"The model could not be exported to LiteRT; Keras will answer, more slowly. {failure}"
            self.session.tell(WarningEvent(code="export_failed", text=text, facts={"why": str(failure)}))
        else:
            self.session.tell(SavedEvent(what="litert", path=self.session.run.litert_model.name))

    def _judge(self, predictor: KerasPredictor, is_quick: bool) -> Judgement:
        """Predict every image that could be read; for somebody who waits for the end, only those that figures are of."""
        self.session.tell(PhaseEvent(name="evaluate", text="Judging the best model"))
        images: list[JudgedImage] = []
        seen: list[Seen] = []
        for split, prepared in self._quick_splits() if is_quick else self._splits():
            outputs = predictor.outputs(prepared.squares)
            images.extend(judged(split, prepared, outputs, predictor.card))
            boxes = predictor.boxes(outputs, prepared.letterboxes)
            seen.extend(zip((image.filename for image in prepared.images), boxes, strict=True))
        run = self.session.run
        write_predictions(run.predictions_file, sorted(seen), predictor.card.epoch)
        write_judged(run.judged_file, images)
        self.session.tell(SavedEvent(what="predictions", path=run.predictions_file.name))
        return judgement_of(images, predictor.card.class_names)

    def _quick_splits(self) -> list[tuple[str, PreparedImages]]:
        validation = self.data.validation
        return [(Split.TRAIN.value, self.data.train)] if validation is None else [(Split.VALIDATION.value, validation)]

    def _splits(self) -> list[tuple[str, PreparedImages]]:
        parts = {Split.TRAIN: self.data.train, Split.VALIDATION: self.data.validation, Split.TEST: self._test_part()}
        return [(split.value, part) for split, part in parts.items() if part is not None and len(part)]

    def _test_part(self) -> PreparedImages | None:
        """None for somebody who waits for the end."""
        try:
            return self.reader.read(self.reader.images_of(Split.TEST), "test")
        except StopRequested:
            return None
