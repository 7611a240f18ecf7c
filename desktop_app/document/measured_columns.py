"""What a model says about very many images, compared with what a project holds: read beside the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import reduce
from pathlib import Path

from desktop_app.document.prediction_columns import PredictionColumns
from desktop_app.document.present_classes import present_classes
from desktop_app.document.subjects import Subject, own_class_box
from training.dataset.records import ClassRecord, ImageState
from training.dataset.store import ProjectStore
from training.run.answers.prediction_table import PredictionTable


def measured(
    place: Path,
    tables: Sequence[PredictionTable],
    run: str,
    classes: Sequence[ClassRecord],
    *,
    is_own_run: bool,
    subject: Subject = Subject.OBJECTS,
) -> PredictionColumns:
    """`place` is what a read-only store opens; of the tables the first that knows an image counts. Raises ProjectError."""
    table = reduce(PredictionTable.with_more_of, tables)
    with closing(ProjectStore.open(place, read_only=True)) as store:
        summaries = store.summaries().items()
        if subject is Subject.WHOLE_IMAGES:
            own = [(path, box) for path, known in summaries for box in own_class_box(known.class_id)]
            judged = [path for path, _ in own]
        else:
            own = store.boxes()
            judged = [path for path, known in summaries if known.box_count or known.state is ImageState.REVIEWED]
        class_of = present_classes(table.labels, classes, is_own_run=is_own_run)
        return PredictionColumns.of_table(table, class_of, own, store.answered(run), judged)
