"""How long a prepared run will take, tried out on a few of its images; nothing is left behind."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.dataset.dataset import LabelledImage, Split
from training.run.estimate import RunEstimate, Speed, Work
from training.run.failure import RunFailed
from training.run.learning.phases import phases_of
from training.run.recipes.classifier_data import sample_count
from training.run.recipes.names import LOCALIZER
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.session import Session
from training.run.training_data import ImageReader, TrainingData
from training.run.weights_files import check_weights

MOST_TRAINING_IMAGES = 48
MOST_VALIDATION_IMAGES = 16


@dataclass(frozen=True, slots=True)
class _Sample:
    """`data` is a part of the run's images; `reading` the seconds that reading all of them will take."""

    data: TrainingData
    work: Work
    reading: float

    @property
    def samples(self) -> int:
        return len(self.data.train) + (0 if self.data.validation is None else len(self.data.validation))


@dataclass(frozen=True, slots=True)
class _Part:
    """A phase of the whole run; `preparing` are the seconds before its first step."""

    work: Work
    speed: Speed
    preparing: float


def estimate_run(run: RunFolder) -> RunEstimate:
    """Read up to 64 images, build the model, time a few steps, and scale that up to the whole run.

    Raises RunFailed and the other expected failures of a training.
    """
    settings = run.settings().with_values({"start_from": ""})  # other weights take as long
    check_weights(settings)
    session = Session(run, settings, lambda _event: None, RunControl())
    sample = _sample(session)
    began = time.monotonic()
    parts = _parts(session, sample)
    # What the probe did besides timing steps, the run will do as well: load TensorFlow, build, compile.
    starting = sample.reading + time.monotonic() - began - sum(part.speed.saving for part in parts)
    first, last = parts[0], parts[-1]
    epochs = sum(part.work.epochs * part.work.epoch_seconds(part.speed) + part.preparing for part in parts)
    seconds = starting + epochs + last.work.finishing_seconds(last.speed)
    return RunEstimate(first.work.epoch_seconds(first.speed), seconds, settings.epochs)


def _sample(session: Session) -> _Sample:
    reader = ImageReader(session)
    of_split = {split: reader.images_of(split) for split in Split}
    train, validation = of_split[Split.TRAIN], of_split[Split.VALIDATION]
    began = time.monotonic()
    read = reader.read(_spread(train, MOST_TRAINING_IMAGES), "training")
    checked = reader.read(_spread(validation, MOST_VALIDATION_IMAGES), "validation")
    tried = min(len(train), MOST_TRAINING_IMAGES) + min(len(validation), MOST_VALIDATION_IMAGES)
    if not len(read):
        example = f"; for example {read.problems[0]}" if read.problems else ""
        raise RunFailed(f"none of {min(len(train), MOST_TRAINING_IMAGES)} training images can be read{example}")
    settings = session.settings
    counts = {split: sample_count(settings, part) for split, part in of_split.items()}
    work = Work(
        train=counts[Split.TRAIN],
        validation=counts[Split.VALIDATION],
        test=counts[Split.TEST],
        batch_size=settings.batch_size,
        epochs=settings.epochs,
    )
    presence = settings.presence and settings.recipe == LOCALIZER and any(image.is_negative for image in train)
    held_out = checked if len(checked) else None
    data = TrainingData(reader.dataset, read, held_out, presence, monitor="loss", source=reader.source)
    images = sum(len(part) for part in of_split.values())
    return _Sample(data, work, (time.monotonic() - began) / tried * images)


def _parts(session: Session, sample: _Sample) -> list[_Part]:
    """One for each phase of the training."""
    from training.run.machine.devices import prepare_backend, use_device

    settings = session.settings
    prepare_backend(settings.device)
    device = use_device(settings.device, settings.threads, settings.seed)
    from training.run.learning.training_setup import Conditions
    from training.run.probe import measured_speed
    from training.run.recipes.recipe import built, recipe_of

    recipe, batch = recipe_of(settings), settings.batch_size * device.replicas
    conditions = Conditions(session, sample.data, device, batch)
    model = built(conditions, recipe)
    parts = []
    for phase in phases_of(settings):
        setup = recipe.set_up(conditions, model, phase)
        setup.share(device.sharing)
        work = replace(sample.work, epochs=phase.epochs, batch_size=batch)
        speed = measured_speed(setup, session.run.path, session.control, work)
        assert speed is not None  # nobody can ask this control to stop
        share = (work.train + work.validation) / sample.samples
        parts.append(_Part(work, speed, setup.preparing_seconds * share))
    return parts


def _spread(images: Sequence[LabelledImage], most: int) -> Sequence[LabelledImage]:
    """Evenly over all: folders tend to hold alike pictures side by side."""
    return images if len(images) <= most else [images[place * len(images) // most] for place in range(most)]
