"""What chosen files are taken for, why, and what can't be known from them: that is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.column_table import ColumnTable
from desktop_app.dialogs.import_readings import Reading
from desktop_app.elided_choice import ElidedChoice
from desktop_app.small_widgets import copyable, icon_button, muted_label, push_button
from desktop_app.words import filled
from training.dataset.formats.format import Format
from training.dataset.formats.table_layout import TableLayout
from training.dataset.formats.yolo_names import read_names


class ImportSourcePanel(QWidget):
    """`changed` carries the readings after each choice of a person; who listens has them examined and shown again."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readings: tuple[Reading, ...] = ()
        self._formats: list[Format | None] = []
        self.place = ElidedChoice()
        self.place.setAccessibleName(self.tr("Which of the files"))
        self.place.setToolTip(self.tr("Each of the files can be read in its own way"))
        self.place.activated.connect(self._show)
        self.format = ElidedChoice()
        self.format.setAccessibleName(self.tr("Format"))
        self.format.setToolTip(self.tr("Read it as another format"))
        self.format.activated.connect(self._on_format)
        self.reasons = muted_label(wrap=True)
        copyable(self.reasons)
        self.columns_button = icon_button("table", self.tr("What the columns mean"), self._on_columns_button)
        self.columns_button.setCheckable(True)
        self.columns = ColumnTable()
        self.columns.layout_chosen.connect(self._on_layout)
        self.questions = QLabel()
        self.questions.setWordWrap(True)
        self.confirm_button = push_button(
            self.tr("It is as shown"),
            self._on_confirmed,
            tip=self.tr("The pictures below are right: it can be imported"),
        )
        self.names = QLineEdit()
        self.names.setPlaceholderText(self.tr("cat, dog, bird"))
        self.names.setAccessibleName(self.tr("Names of the classes 0, 1, 2 and so on"))
        self.names.setToolTip(self.tr("With commas between, in the order of their numbers"))
        self.names.editingFinished.connect(self._on_names)
        self.companion = QLineEdit()
        self.companion.setReadOnly(True)
        self.companion.setAccessibleName(self.tr("COCO file with the images"))
        self.companion.setToolTip(self.tr("Results name images and classes by numbers; this file says which they are"))
        self._place_parts()

    def _place_parts(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.place, 1)
        top.addWidget(self.format, 1)
        top.addWidget(self.columns_button)
        asked = self._asked = QFrame()
        asked.setObjectName("problem_bar")
        row = QHBoxLayout(asked)
        row.setContentsMargins(10, 6, 8, 6)
        row.addWidget(self.questions, 1)
        row.addWidget(self.confirm_button, 0, Qt.AlignmentFlag.AlignTop)
        self._fields = QWidget()
        form = self._form = QFormLayout(self._fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Class names"), self._with_choice(self.names, self._on_names_file, self.tr("From a file…")))
        form.addRow(self.tr("COCO file"), self._with_choice(self.companion, self._on_companion, self.tr("Choose…")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        for part in (self.reasons, asked, self._fields, self.columns):
            layout.addWidget(part)

    def _with_choice(self, field: QLineEdit, on_choose: object, text: str) -> QWidget:
        cell = QWidget()
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field, 1)
        assert callable(on_choose)
        row.addWidget(push_button(text, on_choose, tip=self.tr("Choose a file")))
        return cell

    # --- showing

    def show_readings(self, readings: Sequence[Reading]) -> None:
        before = self._readings
        self._readings = tuple(readings)
        if [one.path for one in before] != [one.path for one in readings]:
            self.place.clear()
            for reading in readings:
                self.place.addItem(reading.path.name)
            asking = (at for at, one in enumerate(readings) if one.questions or one.reason)
            self.place.setCurrentIndex(next(asking, 0))
            self.columns_button.setChecked(False)
        self.place.setVisible(len(readings) > 1)
        self._show()

    def _show(self) -> None:
        reading = self._reading
        self._show_formats(reading)
        self.reasons.setText(_why(reading))
        self.reasons.setVisible(bool(self.reasons.text()))
        self.questions.setText("\n".join(sentence(question) for question in reading.questions))
        self._asked.setVisible(bool(reading.questions) and not reading.answered)
        self.confirm_button.setVisible(not reading.lacks_companion)
        self._form.setRowVisible(0, reading.asks_names)
        self._form.setRowVisible(1, reading.is_coco and bool(reading.questions))
        self._fields.setVisible(reading.asks_names or (reading.is_coco and bool(reading.questions)))
        names = reading.in_force.class_names or ()
        self.names.setText(", ".join(names))
        companion = reading.in_force.companion
        self.companion.setText(str(companion) if companion is not None else "")
        has_table = reading.sample is not None
        self.columns_button.setVisible(has_table)
        if reading.sample is not None:
            self.columns.show_sample(reading.sample)
        is_asked = bool(reading.questions) or bool(reading.reason) or reading.choices is not None
        self.columns.setVisible(has_table and (is_asked or self.columns_button.isChecked()))
        if is_asked and has_table:
            self.columns_button.setChecked(True)

    def _show_formats(self, reading: Reading) -> None:
        ways = reading.source.ways if reading.source is not None else ()
        others = reading.source.others if reading.source is not None else ()
        recognised = [way.format for way in ways]
        self.format.clear()
        self._formats = []
        if reading.way is None:
            self.format.addItem(self.tr("Not recognised"))
            self._formats.append(None)
        for way in ways:
            more = filled(self.tr(" (%1 files)"), len(way.places)) if len(way.places) > 1 else ""
            self.format.addItem(way.format.title + more)
        self._formats.extend(recognised)
        if others and self._formats:
            self.format.insertSeparator(self.format.count())
            self._formats.append(None)
        for other in others:
            self.format.addItem(other.title)
        self._formats.extend(others)
        shown = reading.way.format if reading.way is not None else None
        self.format.setCurrentIndex(self._formats.index(shown))

    @property
    def _reading(self) -> Reading:
        return self._readings[max(0, self.place.currentIndex())]

    # --- choosing

    def _change(self, reading: Reading) -> None:
        at = max(0, self.place.currentIndex())
        self._readings = (*self._readings[:at], reading, *self._readings[at + 1 :])
        self.changed.emit(self._readings)

    def _on_format(self, at: int) -> None:
        wanted = self._formats[at]
        if wanted is not None and (self._reading.way is None or wanted is not self._reading.way.format):
            self._change(self._reading.read_as(wanted))

    def _on_columns_button(self) -> None:
        self.columns.setVisible(self.columns_button.isChecked())

    def _on_layout(self, layout: TableLayout) -> None:
        self._change(self._reading.decided(replace(self._reading.in_force, table=layout)))

    def _on_confirmed(self) -> None:
        self._change(replace(self._reading, answered=True))

    def _on_names(self) -> None:
        names = tuple(name.strip() for name in self.names.text().split(",") if name.strip())
        if names != (self._reading.in_force.class_names or ()):
            self._change(self._reading.decided(replace(self._reading.in_force, class_names=names or None)))

    def _on_names_file(self) -> None:
        kinds = self.tr("Lists of names (*.txt *.names *.yaml *.yml *.data);;All files (*)")
        chosen = file_choice.choose_file(self, self.tr("Names of the classes"), self._folder, kinds)
        found = read_names(chosen) if chosen is not None else None
        if found is not None and found.names:
            self._change(self._reading.decided(replace(self._reading.in_force, class_names=found.names)))

    def _on_companion(self) -> None:
        kinds = self.tr("COCO (*.json);;All files (*)")
        chosen = file_choice.choose_file(self, self.tr("COCO file with the images"), self._folder, kinds)
        if chosen is not None:
            self._change(self._reading.decided(replace(self._reading.in_force, companion=chosen)))

    @property
    def _folder(self) -> Path:
        path = self._reading.path
        return path if path.is_dir() else path.parent


def sentence(words: str) -> str:
    """What a format says begins small and has no end: it is made to stand alone."""
    begins_with_name = not words.partition(" ")[0].isalpha()  # of a file
    start = words if begins_with_name else words[:1].upper() + words[1:]
    return start + ("" if words.endswith(("?", ".", "!")) else ".")


def _why(reading: Reading) -> str:
    reasons = reading.way.evidence.reasons if reading.way is not None else ()
    return " ".join(sentence(reason) for reason in reasons)
