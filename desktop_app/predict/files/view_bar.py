"""Which files are shown, in which order and how; and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.icons import set_icon
from desktop_app.predict.files.file_views import Look
from desktop_app.predict.files.wanted_files import Counts, Order, Show, WantedFiles
from desktop_app.small_widgets import SMALL_ICON, ElidedLabel, icon_button, muted_label
from desktop_app.words import filled, tooltip

Choice = tuple[Show, int]


class ViewBar(QWidget):
    wanted_changed = Signal(object)  # WantedFiles
    look_chosen = Signal(object)  # Look

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = WantedFiles()
        self._choices: list[Choice] = []
        self.show_choice = QComboBox()
        self.show_choice.setAccessibleName(self.tr("Which pictures are shown"))
        self.show_choice.setToolTip(self.tr("Show only some of the pictures"))
        self.show_choice.setMinimumWidth(170)
        self.order_choice = QComboBox()
        self.order_choice.setAccessibleName(self.tr("What the pictures are sorted by"))
        self.order_choice.setToolTip(self.order_choice.accessibleName())
        for order, name in self._order_names().items():
            self.order_choice.addItem(name, order)
        self.direction = icon_button("up", "", self._turn)
        self.counts = ElidedLabel()
        self._actions = make_actions(self, self._look_rows())
        self._looks = {look: self._actions[f"show_{look.value}"] for look in Look}
        self._group_looks()
        self._lay_out()
        self.show_choice.currentIndexChanged.connect(self._on_show_chosen)
        self.order_choice.currentIndexChanged.connect(self._on_order_chosen)
        self._offer([(Show.ALL, -1)], [self.tr("All pictures")])
        self._show_direction()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _order_names(self) -> Mapping[Order, str]:
        return {
            Order.FILE: self.tr("Sorted by file"),
            Order.CLASS: self.tr("Sorted by class"),
            Order.SCORE: self.tr("Sorted by score"),
        }

    def _look_rows(self) -> list[ActionRow]:
        def row(look: Look, text: str, key: str, icon: str) -> ActionRow:
            return ActionRow(f"show_{look.value}", text, lambda: self.look_chosen.emit(look), (key,), icon)

        return [
            row(Look.TABLE, self.tr("Only the table"), "F7", "table"),
            row(Look.BOTH, self.tr("Table and pictures"), "F8", "side-by-side"),
            row(Look.PICTURES, self.tr("Only the pictures"), "F9", "contact-sheet"),
        ]

    def _group_looks(self) -> None:
        group = QActionGroup(self)
        for action in self._looks.values():
            action.setCheckable(True)
            group.addAction(action)
        self._looks[Look.BOTH].setChecked(True)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(6)
        label = muted_label(self.tr("Show"))
        label.setBuddy(self.show_choice)
        for part in (label, self.show_choice, self.order_choice, self.direction):
            layout.addWidget(part)
        layout.addSpacing(6)
        layout.addWidget(self.counts, 1)
        for action in self._looks.values():
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(SMALL_ICON)
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)

    # --- what is chosen

    def set_look(self, look: Look) -> None:
        self._looks[look].setChecked(True)

    def set_min_score(self, score: float) -> None:
        self._choose(replace(self.wanted, min_score=score))

    def set_order(self, order: Order, is_descending: bool) -> None:
        with QSignalBlocker(self.order_choice):
            self.order_choice.setCurrentIndex(self.order_choice.findData(order))
        self._choose(replace(self.wanted, order=order, is_descending=is_descending))
        self._show_direction()

    def show_only(self, show: Show, class_id: int = -1) -> None:
        if (show, class_id) in self._choices:
            self.show_choice.setCurrentIndex(self._choices.index((show, class_id)))

    def _turn(self) -> None:
        self.set_order(self.wanted.order, not self.wanted.is_descending)

    def _on_show_chosen(self, place: int) -> None:
        if 0 <= place < len(self._choices):
            show, class_id = self._choices[place]
            self._choose(replace(self.wanted, show=show, class_id=class_id))

    def _on_order_chosen(self) -> None:
        order = self.order_choice.currentData()
        # Of scores people want the best first.
        self.set_order(order, is_descending=order is Order.SCORE)

    def _choose(self, wanted: WantedFiles) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit(wanted)

    def _show_direction(self) -> None:
        is_down = self.wanted.is_descending
        name = (
            self.tr("Sorted downwards: turn the order around")
            if is_down
            else self.tr("Sorted upwards: turn the order around")
        )
        set_icon(self.direction, "up" if is_down else "down")  # as the header of the table shows it
        self.direction.setToolTip(name)
        self.direction.setAccessibleName(name)

    # --- how many there are

    def show_counts(self, counts: Counts, labels: Mapping[int, str]) -> None:
        """`labels` are the names of the classes that were said so far."""
        choices: list[Choice] = [(Show.ALL, -1)]
        texts = [self.tr("All pictures")]
        for class_id in sorted(labels, key=lambda one: labels[one].casefold()):
            choices.append((Show.ONE_CLASS, class_id))
            texts.append(_with_count(labels[class_id], counts.by_class.get(class_id, 0)))
        kinds = [
            (Show.NOTHING_SEEN, self.tr("Nothing seen"), counts.nothing_seen),
            (Show.UNREADABLE, self.tr("Can't be read"), counts.unreadable),
            (Show.WAITING, self.tr("Not asked yet"), counts.waiting),
        ]
        for show, text, count in kinds:
            if count or self.wanted.show is show:
                choices.append((show, -1))
                texts.append(_with_count(text, count))
        self._offer(choices, texts)
        self.counts.setText(self._counts_text(counts))
        self.counts.setToolTip(tooltip(self.counts.text()))

    def _counts_text(self, counts: Counts) -> str:
        parts = [filled(self.tr("%1 pictures"), f"{counts.total:n}") if counts.total != 1 else self.tr("1 picture")]
        if counts.done:
            parts.append(filled(self.tr("something seen in %1"), f"{counts.seen:n}"))
            parts.append(filled(self.tr("nothing in %1"), f"{counts.nothing_seen:n}"))
        return " · ".join(parts)

    def _offer(self, choices: Sequence[Choice], texts: Sequence[str]) -> None:
        chosen = (self.wanted.show, self.wanted.class_id)
        if list(choices) == self._choices:
            for place, text in enumerate(texts):
                self.show_choice.setItemText(place, text)
            return
        self._choices = list(choices)
        with QSignalBlocker(self.show_choice):
            self.show_choice.clear()
            self.show_choice.addItems(list(texts))
            place = self._choices.index(chosen) if chosen in self._choices else 0
            self.show_choice.setCurrentIndex(place)
        if chosen not in self._choices:
            self._on_show_chosen(0)


def _with_count(text: str, count: int) -> str:
    return filled("%1 (%2)", text, f"{count:n}")
