"""The model of the Use window: loaded and warmed up off the event loop, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job, Progress
from desktop_app.document.document import Document
from desktop_app.document.present_classes import present_classes
from desktop_app.predict.loaded_model import RGB, LoadedModel, SharedPredictor
from training.dataset.records import ClassRecord
from training.run.answers.predictor import Predictor
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

RUNS = "runs"  # what a project calls the folder of its own


class ModelHolder(QObject):
    """A model that fails to load leaves the one before it in use; one that was chosen since is loaded instead."""

    changed = Signal()  # another model answers, or none
    failed = Signal(str)  # a sentence: the model that was chosen last can't be used
    busy_changed = Signal(bool)  # one is being loaded
    chosen = Signal()  # one begins to be loaded

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lock = threading.RLock()
        self._document = document
        self._model: LoadedModel | None = None
        self._chosen: Path | RunFolder = Path()  # where the model in use came from
        self._loading: _Loading | None = None

    @property
    def model(self) -> LoadedModel | None:
        return self._model

    @property
    def is_busy(self) -> bool:
        return self._loading is not None

    @property
    def place(self) -> Path | None:
        """What was chosen: where the model lies that is being loaded, or that answers."""
        if self._loading is not None:
            return self._loading.place
        return _path_of(self._chosen) if self._model is not None else None

    @property
    def is_run(self) -> bool:
        """The model in use was chosen as a run's folder."""
        return isinstance(self._chosen, RunFolder)

    def choose(self, place: Path | RunFolder, title: str = "") -> None:
        """Load it; `changed` or `failed` follows. `title` is what people call it, else it is named after its files."""
        self._cancel_loading()
        loading = self._loading = _Loading(place, title)
        job = Job(loading.work)
        job.done.connect(self._on_loaded)
        job.failed.connect(self._on_not_loaded)
        job.start()
        self.chosen.emit()
        self.busy_changed.emit(True)

    def renew(self) -> None:
        """The same model as its folder has it by now; until that is there the one in use answers."""
        if self._model is not None and self._loading is None:
            self.choose(self._chosen, self._model.title)

    def let_go(self) -> None:
        """No model answers any more."""
        was_busy = self.is_busy
        self._cancel_loading()
        self._take(None)
        if was_busy:
            self.busy_changed.emit(False)

    def shut_down(self) -> None:
        self.let_go()

    def _on_loaded(self, loading: _Loading) -> None:
        if loading is not self._loading:
            return
        self._loading = None
        if loading.predictor is None:
            self.failed.emit(loading.problem)
        else:
            self._chosen = loading.chosen
            self._take(self._loaded(loading, loading.predictor))
        self.busy_changed.emit(False)

    def _on_not_loaded(self, reason: str) -> None:
        """A bug, which is shown and logged as one."""
        self._cancel_loading()
        self.failed.emit(reason)
        self.busy_changed.emit(False)

    def _take(self, model: LoadedModel | None) -> None:
        former, self._model = self._model, model
        if former is not model:
            self.changed.emit()
        if former is not None:
            former.predictor.close()

    def _cancel_loading(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None

    def _loaded(self, loading: _Loading, predictor: Predictor) -> LoadedModel:
        from training.run.opened_model import told_as

        card, run = predictor.card, loading.run
        is_own = self._document.is_open and run.path.is_relative_to(self._document.folder / RUNS)
        classes = self._document.classes if self._document.is_open else ()
        return LoadedModel(
            run=run,
            card=card,
            predictor=SharedPredictor(predictor, self.lock, partial(told_as, loading.place, run)),
            title=loading.title,
            colours=class_colours(card, classes, is_own_run=is_own),
            is_own_run=is_own,
        )


class _Loading:
    """One model on its way, in a thread; cancelled, it closes what it has opened."""

    def __init__(self, place: Path | RunFolder, title: str) -> None:
        self.chosen = place
        self.place = _path_of(place)
        self.run = RunFolder(self.place)
        self.title = title
        self.predictor: Predictor | None = None
        self.problem = ""
        self._is_known = isinstance(place, RunFolder)
        self._is_cancelled = False
        self._guard = threading.Lock()

    def cancel(self) -> None:
        with self._guard:
            self._is_cancelled = True
            if self.predictor is not None:
                self.predictor.close()

    def work(self, _progress: Progress) -> _Loading:
        try:
            self._open()
        except (ModelFileError, OSError) as error:
            self._fail(self.told(str(error)))
        return self

    def _open(self) -> None:
        from training.run.answers.open_quick import open_quick
        from training.run.opened_model import open_model

        if not self._is_known:
            self.run = open_model(self.place)
        self.title = self.title or self._given_name()
        predictor = open_quick(self.run)
        with self._guard:
            self.predictor = predictor
            if self._is_cancelled:
                predictor.close()
                return
        predictor.warm_up()

    def told(self, sentence: str) -> str:
        from training.run.opened_model import in_their_words

        return in_their_words(sentence, self.place, self.run)

    def _given_name(self) -> str:
        from training.run.opened_model import title_of

        return title_of(self.place, self.run)

    def _fail(self, problem: str) -> None:
        self.problem = problem
        with self._guard:
            if self.predictor is not None:
                self.predictor.close()
            self.predictor = None


def _path_of(place: Path | RunFolder) -> Path:
    return place.path if isinstance(place, RunFolder) else place


def class_colours(card: ModelCard, classes: Sequence[ClassRecord], *, is_own_run: bool) -> Mapping[int, RGB]:
    """Those of the project's classes, where it has the model's; else as a new project would have them."""
    from training.run.streams.drawing import class_palette

    colours = class_palette(card.classes)
    known = {record.id: record.colour for record in classes}
    mapped = present_classes({entry.id: entry.name for entry in card.classes}, classes, is_own_run=is_own_run)
    for entry in card.classes:
        colour = known.get(mapped[entry.id], "")
        if colour.startswith("#") and len(colour) == len("#rrggbb"):
            colours[entry.id] = (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
    return colours
