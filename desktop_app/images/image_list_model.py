"""The images of the open project, filtered, by name or the worst first; nothing is read from disk here."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.document.document import Document
from desktop_app.images.disagreement_words import words_of
from desktop_app.images.image_filter import ImageFilter, Mark
from desktop_app.images.positions import moved_up
from desktop_app.words import tooltip

Index = QModelIndex | QPersistentModelIndex
FEW = 20  # so many changed images move single rows; more of them filter the list again


class ImageListModel(QAbstractListModel):
    """Rows are positions in `document.images`, by ascending rank, so that a row is found without a search through all.

    The rank is the position itself or, with the worst first, the place in that order. It stays while one works on images,
    or the next one would be another one after every edit; another score, model or look at all images makes it anew.
    """

    counts_changed = Signal()
    reordered = Signal()  # as many rows as before, of other images; a reset would lay out thousands of rows again
    looks_changed = Signal()  # what is said about any number of images

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._filter = ImageFilter()
        self._images: tuple[str, ...] = ()
        self._folded: list[str] = []
        self._positions: dict[str, int] = {}
        self._marks: list[Mark] = []
        self._problems: dict[str, str] = {}
        self._counts: Counter[Mark] = Counter()
        self._visible: list[int] = []
        self._order: list[int] | None = None  # positions, the worst first
        self._ranks: list[int] = []
        self._late: str = ""  # the current image, when it no longer fits the filter: it stays until it is left
        document.images_changed.connect(self._on_images_changed)
        document.images_added.connect(self._on_images_added)
        document.image_states_changed.connect(self._on_image_states_changed)
        proposals = document.proposals
        proposals.proposals_changed.connect(self._on_proposals_changed)
        for signal in (proposals.many_changed, proposals.filter_changed):
            signal.connect(self._on_many_proposals_changed)
        self._on_images_changed()

    # --- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        return 0 if parent.isValid() else len(self._visible)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._visible):
            return None
        image = self.image_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return image
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._tooltip(image))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{image}, {self.mark_name(self.mark_of(image))}"
        return None

    # --- what the panel asks

    def image_at(self, row: int) -> str:
        return self._images[self._visible[row]]

    def row_of(self, image: str) -> int | None:
        position = self._positions.get(image)
        if position is None:
            return None
        row = self._place_of(position)
        return row if row < len(self._visible) and self._visible[row] == position else None

    def neighbour(self, image: str, step: int) -> str | None:
        """The image so many rows further in the visible order; one that the filter hides lies before and after all."""
        if image not in self._positions:
            return self.image_at(0) if self._visible else None
        row = self.row_of(image)
        if row is None:
            row = -1 if step > 0 else len(self._visible)
        wanted = row + step
        return self.image_at(wanted) if 0 <= wanted < len(self._visible) else None

    def _place_of(self, position: int) -> int:
        if self._order is None:
            return bisect_left(self._visible, position)
        return bisect_left(self._visible, self._ranks[position], key=self._ranks.__getitem__)

    @property
    def is_worst_first(self) -> bool:
        return self._order is not None

    def set_worst_first(self, worst_first: bool) -> None:
        """In the order of `Proposals.worst_first`, or as the files are named."""
        self._set_order(worst_first)
        visible = self._filtered()
        if len(visible) != len(self._visible):
            self._filter_again()
            return
        self._visible = visible
        self.reordered.emit()

    def _set_order(self, worst_first: bool) -> None:
        if not worst_first:
            self._order = None
            return
        self._order = self._document.proposals.worst_first(self._images)
        self._ranks = [0] * len(self._order)
        for rank, position in enumerate(self._order):
            self._ranks[position] = rank

    def proposal_count(self, image: str) -> int:
        """How many boxes of a model can be accepted there; 0 while they are hidden."""
        proposals = self._document.proposals
        return proposals.count_in(image) if proposals.is_shown else 0

    def mark_of(self, image: str) -> Mark:
        if image in self._problems:
            return Mark.PROBLEM
        return Mark(self._document.summary(image).state.value)

    def problem_of(self, image: str) -> str:
        """The sentence why an image can't be read, or nothing."""
        return self._problems.get(image, "")

    def count(self, mark: Mark) -> int:
        return self._counts[mark]

    def done_count(self) -> int:
        """Readable images that were labelled or reviewed."""
        return self._counts[Mark.LABELLED] + self._counts[Mark.REVIEWED]

    def readable_count(self) -> int:
        """Images not known to be unreadable."""
        return len(self._images) - self._counts[Mark.PROBLEM]

    @property
    def filter(self) -> ImageFilter:
        return self._filter

    def set_filter(self, wanted: ImageFilter) -> None:
        if wanted != self._filter:
            self._filter = wanted
            self._filter_again()

    def set_problem(self, image: str, sentence: str) -> None:
        """Mark an image as one that can't be read; an empty sentence takes the mark away."""
        if self.problem_of(image) == sentence or image not in self._positions:
            return
        if sentence:
            self._problems[image] = sentence
        else:
            del self._problems[image]
        self._refresh([image])

    @property
    def problems(self) -> dict[str, str]:
        """The sentence for each image that is known to be unreadable, in the order of the images."""
        return {image: self._problems[image] for image in sorted(self._problems, key=self._positions.__getitem__)}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Of all images at once, now that each was read; what is said of other files does not count."""
        before = self._problems
        self._problems = {image: text for image, text in problems.items() if image in self._positions}
        self._refresh(sorted(before.keys() | self._problems.keys(), key=self._positions.__getitem__))

    def forget_problems(self) -> None:
        self.set_problems({})

    def mark_name(self, mark: Mark) -> str:
        return {
            Mark.UNLABELLED: self.tr("unlabelled"),
            Mark.LABELLED: self.tr("labelled"),
            Mark.REVIEWED: self.tr("reviewed"),
            Mark.PROBLEM: self.tr("cannot be read"),
        }[mark]

    # --- following the document

    def _on_images_changed(self) -> None:
        self._images = self._document.images
        self._folded = [image.casefold() for image in self._images]
        self._positions = {image: position for position, image in enumerate(self._images)}
        self._problems = {image: text for image, text in self._problems.items() if image in self._positions}
        self._marks = self._all_marks()
        self._counts = Counter(self._marks)
        self._set_order(self.is_worst_first)
        self._filter_again()

    def _on_images_added(self, images: tuple[str, ...]) -> None:
        """Rows come one by one, so that the list stays where somebody has scrolled it."""
        self._images = self._document.images
        self._positions = {image: position for position, image in enumerate(self._images)}
        places = sorted(self._positions[image] for image in images)
        for place in places:
            self._folded.insert(place, self._images[place].casefold())
            self._marks.insert(place, Mark.UNLABELLED)
            self._counts[Mark.UNLABELLED] += 1
        self._visible = moved_up(self._visible, places)
        if self._order is not None:
            self._order = [*moved_up(self._order, places), *places]
            for place in places:
                self._ranks.insert(place, 0)
            for rank in range(len(self._order) - len(places), len(self._order)):
                self._ranks[self._order[rank]] = rank
        self._refresh(sorted(images, key=self._positions.__getitem__))

    def _all_marks(self) -> list[Mark]:
        marks = [Mark.UNLABELLED] * len(self._images)
        for image in (*self._document.summaries, *self._problems):
            position = self._positions.get(image)
            if position is not None:
                marks[position] = self.mark_of(image)
        return marks

    def _filter_again(self) -> None:
        self.beginResetModel()
        self._late = ""
        self._visible = self._filtered()
        self.endResetModel()
        self.counts_changed.emit()

    def _filtered(self) -> list[int]:
        everything = range(len(self._images)) if self._order is None else self._order
        if self._filter.is_everything:
            return list(everything)
        found = self._filter.matching(self._folded, self._marks)
        return found if self._order is None else sorted(found, key=self._ranks.__getitem__)

    def _on_proposals_changed(self, image: str) -> None:
        row = self.row_of(image)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _on_many_proposals_changed(self) -> None:
        """The numbers are new, and with them the order."""
        if self.is_worst_first:
            self.set_worst_first(True)
        else:
            self.looks_changed.emit()

    def _on_image_states_changed(self, images: frozenset[str]) -> None:
        self._refresh([image for image in images if image in self._positions])

    def _refresh(self, images: list[str]) -> None:
        for image in images:
            position = self._positions[image]
            self._counts[self._marks[position]] -= 1
            self._marks[position] = self.mark_of(image)
            self._counts[self._marks[position]] += 1
        if len(images) > FEW:
            self._filter_again()
            return
        for image in images:
            self._place_row(image)
        self.counts_changed.emit()

    def _place_row(self, image: str) -> None:
        """Show, hide or repaint one row, as the filter says."""
        position, row = self._positions[image], self.row_of(image)
        fits = self._filter.accepts(self._folded[position], self._marks[position])
        if row is None and fits:
            row = self._place_of(position)
            self.beginInsertRows(QModelIndex(), row, row)
            self._visible.insert(row, position)
            self.endInsertRows()
        elif row is not None and not fits and image == self._document.current_image:
            self._late = image
            self.dataChanged.emit(self.index(row), self.index(row))
        elif row is not None and not fits:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._visible[row]
            self.endRemoveRows()
        elif row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def settle(self) -> None:
        """Let the image go that does not fit the filter any more, now that another one is shown."""
        late, self._late = self._late, ""
        if late in self._positions and late != self._document.current_image:
            self._place_row(late)

    def _tooltip(self, image: str) -> str:
        summary = self._document.summary(image)
        lines = [image, self.problem_of(image) or self.describe(image)]
        count = self.proposal_count(image)
        if count:
            lines.append(self.tr("1 proposal") if count == 1 else self.tr("%n proposals", "", count))
        if summary.split is not None:
            lines.append(self.tr("Belongs to: %1").replace("%1", summary.split.value))
        return "\n".join(lines)

    def describe(self, image: str) -> str:
        """One short line: what somebody has said about an image."""
        summary = self._document.summary(image)
        own, proposals = self._document.class_of_id(summary.class_id), self._document.proposals
        if self.is_worst_first and proposals.knows(image):
            seen_as = proposals.seen_as(image)
            return words_of(proposals.figures_of(image), proposals.subject, seen_as)
        parts = [own.name] if own else []
        if summary.box_count:
            one = summary.box_count == 1
            parts.append(self.tr("1 box") if one else self.tr("%n boxes", "", summary.box_count))
        elif self.mark_of(image) == Mark.REVIEWED and not own:
            parts.append(self.tr("nothing in it"))
        return " · ".join(parts)
