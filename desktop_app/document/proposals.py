"""What a model says about the images of the open project, less what a person has decided about already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job
from desktop_app.document.judgements import Judgements
from desktop_app.document.present_classes import present_classes, presented
from desktop_app.document.subjects import Subject, own_class_box
from training.dataset.box import iou
from training.dataset.store import ProjectError

if TYPE_CHECKING:  # numbers by columns are loaded when the first model answers, not with the window
    import numpy as np
    import numpy.typing as npt

    from desktop_app.document.disagreement import Disagreement, ImageFigures
    from desktop_app.document.document import Document
    from desktop_app.document.prediction_columns import OwnFacts, PredictionColumns
    from training.run.answers.prediction import PredictedBox
    from training.run.answers.prediction_table import PredictionTable

USUAL_SCORE = 0.5
FEW = 50  # changed images that are looked at again at once; more of them off the event loop
SAME_PLACE_IOU = 0.5  # the chosen proposal is still the same one after the model has learnt a little


class Proposals(QObject):
    """One model answers at a time. Its boxes are *shown* in an image when they reach the lowest score and nobody has
    accepted or rejected them; they are *open*, so that they can be accepted, when no box of the person is in their place.
    A classifier's answers are shown and open whatever their score: the lowest score is for accepting many at once.
    """

    model_changed = Signal()  # another run's model, or none, answers
    proposals_changed = Signal(str)  # in one image
    many_changed = Signal()  # in any number of images
    filter_changed = Signal()  # the lowest score, or whether they are shown
    chosen_changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._run = ""
        self._is_own_run = True
        self._is_guest = False
        self._subject = Subject.OBJECTS
        self._columns: PredictionColumns | None = None
        self._class_of: dict[int, int] = {}
        self._min_score = USUAL_SCORE
        self._is_shown = True
        self._chosen: PredictedBox | None = None
        self._judgements = Judgements()
        self._measuring = 0  # the number of the last look at many images; older ones come too late
        self._coming: tuple[PredictionTable, ...] = ()
        self._late: dict[str, Sequence[PredictedBox] | None] | None = None  # what came during that look
        document.project_opened.connect(lambda: self.set_run(""))
        document.image_states_changed.connect(self._on_image_states_changed)
        document.classes_changed.connect(self._on_classes_changed)
        document.current_image_changed.connect(lambda _image: self.choose(None))
        document.selection_changed.connect(self._on_selection_changed)

    # --- whose boxes they are, and which are shown

    @property
    def run(self) -> str:
        """The name of the folder of the run whose model answers; nothing when none does."""
        return self._run

    @property
    def is_own_run(self) -> bool:
        """It was trained on this very project: its classes are known by their ids, too."""
        return self._is_own_run

    def set_run(self, run: str, *, is_own_run: bool = True) -> None:
        """Another model answers from now on: what the last one said is forgotten."""
        self._is_guest = False
        self._change_run(run, is_own_run=is_own_run)

    def _change_run(self, run: str, *, is_own_run: bool) -> None:
        if run == self._run and (run or self._columns is None):
            return
        self._run, self._is_own_run = run, is_own_run
        self._forget()
        self.model_changed.emit()
        self.many_changed.emit()

    @property
    def is_guest(self) -> bool:
        """Another model than that of the run that the window shows has the word, until a run is set again."""
        return self._is_guest

    def tell_as_guest(
        self, run: str, subject: Subject, image: str, boxes: Sequence[PredictedBox], *, is_own_run: bool
    ) -> None:
        """What a model says that is used elsewhere. If it is not the one that answers here, it is from now on."""
        if run != self._run or subject is not self._subject:
            self._is_guest = True
            self._change_run(run, is_own_run=is_own_run)
            self.set_subject(subject)
        self.tell(image, boxes)

    @property
    def subject(self) -> Subject:
        """What the model's answers are about. Of whole images they are boxes in the place WHOLE."""
        return self._subject

    def set_subject(self, subject: Subject) -> None:
        """Of the run that answers: what it said so far was about something else."""
        if subject is not self._subject:
            self._subject = subject
            self._forget()
            self.many_changed.emit()

    def name_run(self, run: str) -> None:
        """The run that answers has got its folder only now."""
        if run != self._run:
            self._run = run
            self.model_changed.emit()

    def _forget(self) -> None:
        self._columns, self._judgements, self._coming, self._late = None, Judgements(), (), None
        self._class_of = {}
        self._measuring += 1
        self.choose(None)

    @property
    def min_score(self) -> float:
        return self._min_score

    @property
    def _least_shown(self) -> float:
        return self._min_score if self._subject is Subject.OBJECTS else 0.0

    def set_min_score(self, score: float) -> None:
        if score != self._min_score:
            self._min_score = score
            self._filter()

    @property
    def is_shown(self) -> bool:
        return self._is_shown

    def set_shown(self, shown: bool) -> None:
        if shown != self._is_shown:
            self._is_shown = shown
            self._filter()

    def _filter(self) -> None:
        self.filter_changed.emit()
        self._keep_chosen()

    # --- what is told

    def tell(self, image: str, boxes: Sequence[PredictedBox]) -> None:
        """The newest answer of the model about an image."""
        if not image or not self._document.is_open:
            return
        columns = self._columns
        if columns is None:
            from desktop_app.document.prediction_columns import PredictionColumns

            columns = self._columns = PredictionColumns(self._class_of)
        if self._late is not None:
            self._late[image] = boxes
        elif columns.knows(image) and self._as_told(image) == tuple(boxes):
            return
        self._learn_classes({box.class_id: box.label for box in boxes})
        columns.put(image, boxes, self._own_facts(image))
        self._after(image)

    def tell_all(self, table: PredictionTable) -> None:
        """What the model says about very many images; it is compared with the person's boxes off the event loop.

        What it has said about others stays.
        """
        if self._document.is_open:
            self._measure((table, *self._known_tables))

    @property
    def _known_tables(self) -> tuple[PredictionTable, ...]:
        """The newest first."""
        return self._coming or (() if self._columns is None else (self._columns.table(),))

    def _measure(self, tables: tuple[PredictionTable, ...]) -> None:
        from desktop_app.document.measured_columns import measured

        self._measuring += 1
        self._coming = tables
        self._late = {} if self._late is None else self._late
        number, run, place = self._measuring, self._run, self._document.place_for_reading
        classes, is_own, subject = self._document.classes, self._is_own_run, self._subject
        job = Job(
            lambda _progress: measured(place, tables, run, classes, is_own_run=is_own, subject=subject),
            (ProjectError, OSError),
        )
        job.done.connect(lambda columns: self._on_measured(number, columns))
        job.failed.connect(self._document.problem_reported)
        job.start()

    def _measure_again(self) -> None:
        """So much has changed that looking at everything is quicker."""
        if known := self._known_tables:
            self._measure(known)

    def _on_measured(self, number: int, columns: PredictionColumns) -> None:
        if number != self._measuring or not self._document.is_open:
            return
        self._columns, late = columns, self._late or {}
        self._coming, self._late = (), None
        self._learn_classes(columns.labels)
        columns.class_of = self._class_of
        for image, boxes in late.items():
            if boxes is not None or columns.knows(image):
                columns.put(image, self._as_told(image) if boxes is None else boxes, self._own_facts(image))
        self.many_changed.emit()
        self._keep_chosen()

    def _after(self, image: str) -> None:
        self.proposals_changed.emit(image)
        if image == self._document.current_image:
            self._keep_chosen()

    # --- what is known

    def knows(self, image: str) -> bool:
        """Whether the model has looked at an image."""
        return self._columns is not None and self._columns.knows(image)

    def shown_in(self, image: str) -> list[PredictedBox]:
        """With the classes that the project has now."""
        columns = self._columns
        if columns is None or not self._is_shown:
            return []
        rows = columns.rows_of(image)
        wanted = (columns.score[rows] >= self._least_shown) & (columns.answer[rows] == 0)
        return self._presented(image, wanted)

    def open_in(self, image: str) -> list[PredictedBox]:
        """What can be accepted or rejected, the surest first."""
        columns = self._columns
        if columns is None or not self._is_shown:
            return []
        rows = columns.rows_of(image)
        wanted = (columns.score[rows] >= self._least_shown) & (columns.answer[rows] == 0) & ~columns.coincides[rows]
        return sorted(self._presented(image, wanted), key=lambda box: -box.score)

    def sure_in(self, image: str) -> list[PredictedBox]:
        """What is open and reaches the lowest score."""
        return [box for box in self.open_in(image) if box.score >= self._min_score]

    def all_open(self) -> PredictionTable | None:
        """Of all images, of at least the lowest score, whether or not they are shown, with the run's classes; None when
        there are none.
        """
        columns = self._columns
        if columns is None:
            return None
        wanted = (columns.score >= self._min_score) & (columns.answer == 0) & ~columns.coincides
        return columns.table().of_rows(wanted.nonzero()[0]) if wanted.any() else None

    def figures_of(self, image: str) -> ImageFigures | None:
        """None for an image that the model has not looked at."""
        columns = self._columns
        if columns is None or not columns.knows(image):
            return None
        from desktop_app.document.disagreement import figures_of

        return figures_of(columns, self._judged(columns), image)

    def seen_as(self, image: str) -> str:
        """The name of the class that a classifier sees in an image about which it says just one thing; else nothing."""
        told = self._as_told(image)
        return self._class_named(told[0]) if self._subject is not Subject.OBJECTS and len(told) == 1 else ""

    def _class_named(self, box: PredictedBox) -> str:
        return presented([box], self._class_of, self._document.classes)[0].label

    def count_in(self, image: str) -> int:
        """Open proposals, as `open_in` gives them."""
        columns = self._columns
        if columns is None or not columns.knows(image):
            return 0
        return int(self._judged(columns).proposals[columns.numbers[image]])

    @property
    def total(self) -> int:
        """Open proposals in all images."""
        return 0 if self._columns is None else int(self._judged(self._columns).proposals.sum())

    @property
    def image_count(self) -> int:
        """Images that the model has looked at."""
        return 0 if self._columns is None else len(self._columns.names)

    def worst_first(self, images: Sequence[str]) -> list[int]:
        """Positions of the images in the order in which to look at them; see `disagreement.worst_first`."""
        columns = self._columns
        if columns is None:
            return list(range(len(images)))
        return self._judgements.worst_first(columns, self._subject, self._min_score, images)

    def _judged(self, columns: PredictionColumns) -> Disagreement:
        return self._judgements.of(columns, self._subject, self._min_score)

    def _as_told(self, image: str) -> tuple[PredictedBox, ...]:
        return () if self._columns is None else self._columns.boxes_of(image)

    def _presented(self, image: str, wanted: npt.NDArray[np.bool_]) -> list[PredictedBox]:
        boxes = zip(self._as_told(image), wanted.tolist(), strict=True)
        return presented((box for box, is_wanted in boxes if is_wanted), self._class_of, self._document.classes)

    # --- the chosen one

    @property
    def chosen(self) -> PredictedBox | None:
        """The proposal in the current image that keys and menus are about."""
        return self._chosen

    def choose(self, box: PredictedBox | None) -> None:
        """Own boxes and proposals are never chosen at the same time."""
        if box == self._chosen:
            return
        self._chosen = box
        if box is not None:
            self._document.select([])
        self.chosen_changed.emit()

    def _on_selection_changed(self) -> None:
        if self._document.selection:
            self.choose(None)

    def _keep_chosen(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        same = [box for box in self.open_in(self._document.current_image) if box.class_id == chosen.class_id]
        near = [box for box in same if iou(box, chosen) >= SAME_PLACE_IOU]
        self.choose(max(near, key=lambda box: iou(box, chosen), default=None))

    # --- following the document

    def _on_image_states_changed(self, images: frozenset[str]) -> None:
        columns = self._columns
        touched = [] if columns is None else [image for image in images if columns.knows(image)]
        if len(touched) > FEW or (self._late is not None and len(images) > FEW):
            self._measure_again()
            return
        if self._late is not None:
            self._late.update({image: None for image in images if image not in self._late})
        for image in touched:
            assert columns is not None
            columns.put(image, self._as_told(image), self._own_facts(image))
            self._after(image)

    def _own_facts(self, image: str) -> OwnFacts:
        from desktop_app.document.prediction_columns import OwnFacts

        record = self._document.record(image)
        answered = [one for one in record.answered if one.origin == self._run]
        if self._subject is Subject.WHOLE_IMAGES:
            own = own_class_box(record.class_id)
            return OwnFacts(own, answered, is_judged=bool(own))
        return OwnFacts(record.boxes, answered, is_judged=bool(record.boxes) or record.reviewed)

    def _on_classes_changed(self) -> None:
        """Counts change with every edit; only another class, or its name, for the same prediction matters here."""
        columns = self._columns
        if columns is None:
            return
        if self._present_classes(columns.labels) != self._class_of:
            self._learn_classes(columns.labels)
            self._measure_again()
        self._keep_chosen()

    def _learn_classes(self, labels: Mapping[int, str]) -> None:
        self._class_of.update(self._present_classes(labels))

    def _present_classes(self, labels: Mapping[int, str]) -> dict[int, int]:
        return present_classes(labels, self._document.classes, is_own_run=self._is_own_run)
