"""A training from its run folder to its results."""

from __future__ import annotations

import keras

from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
from training.run import tensorflow_devices
from training.run.augmentation import Augmentation
from training.run.events import EndedEvent, PhaseEvent, StartedEvent
from training.run.finishing import Finishing
from training.run.input_pipeline import EpochFollower, LocalizerBatches
from training.run.keras_predictor import KerasPredictor
from training.run.localizer_defaults import MINIMUM_STEPS_PER_EPOCH, WEIGHT_DECAY
from training.run.model_card import ModelCard
from training.run.prepared_images import PreparedImages
from training.run.report import versions
from training.run.run_callbacks import EpochKeeper, StepReporter
from training.run.run_control import StopRequested
from training.run.session import Session
from training.run.settings import TrainingSettings
from training.run.training_data import ImageReader, TrainingData
from training.run.watching import Watching


def train(session: Session, reader: ImageReader, data: TrainingData) -> EndedEvent:
    """Train as the settings say and write all results; the answer is the last event, not yet told.

    Raises RunFailed and the other expected failures, and StopRequested when stopped before there was a model.
    """
    settings, tell = session.settings, session.tell
    device = tensorflow_devices.use_device(settings.device, settings.threads, settings.seed)
    tell(PhaseEvent(name="build", text="Building the model"))
    model = _built(settings, data)
    card = ModelCard.of(settings, data.presence)
    batches = _training_batches(settings, data)
    _compile(model, settings, total_steps=len(batches) * settings.epochs)
    _make_variables(model, batches)
    session.control.raise_if_stopped()
    tell(_started(settings, data, model, card, device.name, len(batches)))
    keeper, stopped = _fit(session, data, model, card, batches)
    return Finishing(session, reader, data, device, parameters=model.count_params()).finish(keeper, stopped)


def _built(settings: TrainingSettings, data: TrainingData) -> keras.Model:
    return build_localizer(
        architecture=settings.architecture,
        model_size=settings.model_size,
        weights=settings.weights,
        input_size=settings.input_size,
        class_count=len(settings.classes),
        presence=data.presence,
        class_names=settings.class_names,
    )


def _compile(model: keras.Model, settings: TrainingSettings, total_steps: int) -> None:
    compile_localizer(
        model,
        total_steps=total_steps,
        learning_rate=settings.learning_rate,
        weight_decay=WEIGHT_DECAY,
        box_loss=settings.box_loss,
        class_weight=settings.class_loss_weight,
        box_weight=settings.box_loss_weight,
        presence_weight=settings.presence_loss_weight,
    )


def _make_variables(model: keras.Model, batches: LocalizerBatches) -> None:
    """Those of optimizer, losses and metrics. Left to the first step, it would be compiled twice, which takes seconds."""
    pictures, targets, weights = batches[0]
    targets, weights = ({name: value[:1] for name, value in part.items()} for part in (targets, weights))
    answers = model(pictures[:1], training=False)
    model.optimizer.build(model.trainable_variables)
    model.compute_loss(pictures[:1], targets, answers, weights)
    model.compute_metrics(pictures[:1], targets, answers, weights)
    model.reset_metrics()


def _training_batches(settings: TrainingSettings, data: TrainingData) -> LocalizerBatches:
    return LocalizerBatches(
        data.train,
        class_count=len(settings.classes),
        presence=data.presence,
        batch_size=settings.batch_size,
        training=True,
        augmentation=Augmentation() if settings.augment else None,
        seed=settings.seed,
        minimum_steps=MINIMUM_STEPS_PER_EPOCH,
    )


def _validation_batches(settings: TrainingSettings, data: TrainingData) -> LocalizerBatches | None:
    if data.validation is None:
        return None
    return LocalizerBatches(
        data.validation, class_count=len(settings.classes), presence=data.presence, batch_size=settings.batch_size
    )


def _started(
    settings: TrainingSettings, data: TrainingData, model: keras.Model, card: ModelCard, device: str, steps: int
) -> StartedEvent:
    return StartedEvent(
        versions=versions(),
        device=device,
        train_images=len(data.train),
        validation_images=0 if data.validation is None else len(data.validation),
        parameters=model.count_params(),
        epochs=settings.epochs,
        steps_per_epoch=steps,
        classes=settings.class_names,
        heads=card.heads,
    )


def _fit(
    session: Session, data: TrainingData, model: keras.Model, card: ModelCard, batches: LocalizerBatches
) -> tuple[EpochKeeper, bool]:
    """Train to the end or until stopped (then True); the best and the last model are saved either way."""
    session.tell(PhaseEvent(name="train", text="Training; the first step takes longer, as the model is compiled"))
    watching = Watching(session, KerasPredictor(model, card), data.validation)
    keeper = EpochKeeper(session, watching, card, _judged_by(data.validation))
    stopped = False
    try:
        model.fit(
            batches,
            validation_data=_validation_batches(session.settings, data),
            epochs=session.settings.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[EpochFollower(batches), StepReporter(session, watching), keeper],
        )
    except StopRequested:
        stopped = True
    keeper.save_at_end(in_mid_epoch=stopped)
    return keeper, stopped


def _judged_by(validation: PreparedImages | None) -> str:
    if validation is None:
        return "mean_iou"
    return "val_mean_iou" if validation.has_object.any() else "val_loss"
