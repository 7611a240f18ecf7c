"""What a worker warns of, in words; known codes are said in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.run.events import WarningEvent

# These change what comes of the run: they are told before pictures that were left out.
URGENT = frozenset({"batch_halved", "loss_stuck", "export_failed"})


def warning_in_words(event: WarningEvent) -> str:
    """The worker's own English sentence where the code is newer than this window, or facts are missing."""
    template = _sentences().get(event.code)
    if template is None:
        return event.text
    sentence, names = template
    if any(name not in event.facts for name in names):
        return event.text
    return filled(sentence, *(event.facts[name] for name in names))


def _sentences() -> dict[str, tuple[str, tuple[str, ...]]]:
    """By code: the sentence, and the facts that fill it."""
    return {
        "batch_halved": (
            _tr("Memory ran out: the batch was halved from %1 to %2 images, and the training goes on."),
            ("before", "after"),
        ),
        "loss_stuck": (
            _tr("The loss hardly moves: %1 at first, %2 after %3 epochs. Stop, and try a learning rate of %4."),
            ("first", "now", "epochs", "learning_rate"),
        ),
        "no_validation": (
            _tr("There are no validation images: the figures and the best epoch are those of the training images."),
            (),
        ),
        "no_negatives": (
            _tr("No training image is without an object: the model will not learn whether there is one."),
            (),
        ),
        "image_left_out": (_tr("Left out: %1"), ("problem",)),
        "row_left_out": (_tr("Left out: %1"), ("problem",)),
        "image_not_watched": (_tr("%1 can't be watched: %2"), ("file", "why")),
        "more_left_out": (_tr("Left out as well: %1 more"), ("count",)),
        "images_changed": (
            _tr("%1 training images can be read now, %2 before: the curve is not quite that of one run."),
            ("now", "before"),
        ),
        "begins_anew": (_tr("There is no saved state of the training so far: it begins anew."), ()),
        "memory_short": (
            _tr(
                "This run needs about %1 of memory, and %2 are free: it may become very slow or break off. Close other "
                "programs, or lower the batch size or the input size."
            ),
            ("needed", "free"),
        ),
        "disk_short": (
            _tr("This run writes about %1, and %2 are free on its disk: make room there first."),
            ("needed", "free"),
        ),
        "slow_precision": (
            _tr(
                "Mixed float16 is several times slower than float32 on a CPU; choose Automatic or float32 for the next run."
            ),
            (),
        ),
        "no_tensorboard": (
            _tr("There will be no log for TensorBoard: TensorFlow, which writes it, can't be loaded (%1)."),
            ("why",),
        ),
        "class_without_samples": (
            _tr("There is nothing to learn from of %1: the model can't learn to tell it."),
            ("classes",),
        ),
        "export_failed": (
            _tr("The model could not be exported to LiteRT; Keras will answer, more slowly. %1"),
            ("why",),
        ),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("WarningWords", text)
