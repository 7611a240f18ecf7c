"""After the last batch: the best model is exported and judged, and everything is written down."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import keras

from training.dataset.dataset import Split
from training.run.answers.asking import answers_about
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.litert_export import ExportFailed, export_litert
from training.run.events import EndedEvent, PhaseEvent, SavedEvent, StartedEvent, WarningEvent
from training.run.learning.phases import phase_names
from training.run.learning.run_callbacks import EpochKeeper
from training.run.machine.devices import Device, hardware_of
from training.run.report.judged_images import JudgedImage, write_judged
from training.run.report.judged_outputs import judged
from training.run.report.model_summary import summarized
from training.run.report.report import Judgement, RunReport, described_dataset, judgement_of, versions
from training.run.result_files import Seen, write_predictions
from training.run.run_control import StopRequested
from training.run.run_parts import RunPart, lasting_events, parts_of, phase_epochs
from training.run.samples.prepared_images import PreparedImages
from training.run.session import Session
from training.run.training_data import ImageReader, TrainingData

IMAGES_TO_COMPARE = 8


@dataclass(frozen=True, slots=True)
class Finishing:
    """Everything a run leaves besides its models. `data_wait_share` is what the report is to say, None if nobody knows."""

    session: Session
    reader: ImageReader
    data: TrainingData
    device: Device
    model: keras.Model
    predictor: KerasPredictor
    data_wait_share: float | None = None

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
        events = lasting_events(self.session.run)
        parts = parts_of(events)
        started = next((event for event in reversed(events) if isinstance(event, StartedEvent)), None)
        phases = phase_names(settings)
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
            seconds=round(_seconds_before(parts) + time.monotonic() - self.session.began, 3),
            versions=versions(),
            settings=settings,
            batch_size=started.batch_size if started else settings.batch_size,
            monitor=started.monitor if started else "",
            taken=next((part.taken for part in parts if part.taken), ()),
            parts=parts,
            data_wait_share=self.data_wait_share,
            device_count=started.device_count if started else 1,
            global_batch=started.global_batch if started else 0,
            precision=started.precision if started else "",
            phases=phases,
            phase_epochs=phase_epochs(events, phases),
        )

    def _sizes(self) -> dict[str, int]:
        """Images used of each split that has any; those of a part that nobody has read are counted in the dataset."""
        validation = self.data.validation
        sizes = {
            Split.TRAIN: _images_in(self.data.train),
            Split.VALIDATION: 0 if validation is None else _images_in(validation),
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
            answers = answers_about(predictor.card, prepared.samples, prepared.letterboxes, outputs)
            seen.extend((filename, answer.rows) for filename, answer in answers)
        run = self.session.run
        write_predictions(run.predictions_file, sorted(seen, key=lambda one: one[0]), predictor.card.epoch)
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


def _images_in(prepared: PreparedImages) -> int:
    """A classifier has more samples than images."""
    return len({image.filename for image in prepared.images})


def _seconds_before(parts: Sequence[RunPart]) -> float:
    """What earlier workers took for this run."""
    return sum(part.seconds for part in parts[:-1])
