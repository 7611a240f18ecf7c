"""What a video is played, searched and saved with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QSpinBox, QToolButton, QVBoxLayout, QWidget

from desktop_app.icons import set_icon
from desktop_app.predict.video.seek_slider import SeekSlider
from desktop_app.predict.video.video_player import VideoFacts
from desktop_app.small_widgets import icon_button, muted_label, push_button, with_room_at_left
from desktop_app.words import filled

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
MOST_LEFT_OUT = 1000
ICON = QSize(20, 20)
NARROW = 880  # below, one button shows its icon only


class VideoBar(QWidget):
    """Says what is wanted; the page does it."""

    open_asked = Signal()
    play_asked = Signal()
    step_asked = Signal(int)
    seek_asked = Signal(int)
    every_changed = Signal(int)
    speed_changed = Signal(float)
    put_asked = Signal()
    save_asked = Signal(bool, bool)  # the video, a table

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: VideoFacts | None = None
        self.slider = SeekSlider()
        self.slider.setAccessibleName(self.tr("Place in the video"))
        self.slider.setToolTip(self.tr("Place in the video (5 seconds: ←, →)"))
        self.position = muted_label()
        self.position.setAccessibleName(self.tr("Time and frame"))
        self.open_button = push_button(self.tr("Open…"), self.open_asked.emit)
        self.open_button.setToolTip(self.tr("Open a video; or drop one here"))
        self.play_button = self._button("play", self.tr("Play (Space)"), self.play_asked.emit)
        self.back_button = self._button("step-back", self.tr("One frame back (,)"), lambda: self.step_asked.emit(-1))
        self.forward_button = self._button("step-forward", self.tr("One frame on (.)"), lambda: self.step_asked.emit(1))
        self.speed = self._speed_choice()
        self.every = self._every_field()
        self.put_button = self._button(
            "to-project", self.tr("Put this frame into the project (P)"), self.put_asked.emit
        )
        self.put_button.setText(self.tr("Into project"))
        self.put_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.save_button = self._save_button()
        self.open_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self.slider.asked.connect(self.seek_asked)
        self.set_facts(None)

    # --- showing

    def set_facts(self, facts: VideoFacts | None) -> None:
        self._facts = facts
        self.slider.set_length(0 if facts is None else facts.frame_count, 1.0 if facts is None else _rate(facts))
        self.position.setText("")
        for part in (self.play_button, self.back_button, self.forward_button, self.put_button):
            part.setEnabled(facts is not None)
        self.set_playing(False)

    def set_can_save(self, can_save: bool, about_sound: str) -> None:
        what = self.tr("A copy with what the model sees drawn into it, or a table of it")
        self.save_button.setToolTip(f"{what} ({about_sound})" if about_sound else what)
        self.save_button.setEnabled(can_save)

    def set_playing(self, is_playing: bool) -> None:
        name = self.tr("Pause (Space)") if is_playing else self.tr("Play (Space)")
        set_icon(self.play_button, "pause" if is_playing else "play")
        self.play_button.setToolTip(name)
        self.play_button.setAccessibleName(name)

    def show_position(self, number: int, seconds: float) -> None:
        self.slider.follow(number)
        facts = self._facts
        if facts is None:
            return
        frame_number = f"{number + 1:n}"  # people count from 1; files, as other programs, from 0
        if facts.frame_count:
            frame = filled(self.tr("Frame %1 of %2"), frame_number, f"{facts.frame_count:n}")
            time = filled(self.tr("%1 of %2"), clock_time(seconds), clock_time(facts.duration))
        else:
            frame, time = filled(self.tr("Frame %1"), frame_number), clock_time(seconds)
        self.position.setText(f"{time} · {frame}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        with_text, without = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self.put_button.setToolButtonStyle(with_text if self.width() >= NARROW else without)

    # --- making

    def _button(self, icon: str, name: str, handler: Callable[[], object]) -> QToolButton:
        button = icon_button(icon, name, handler)
        button.setIconSize(ICON)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _speed_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(self.tr("Speed"))
        choice.setToolTip(self.tr("How fast the video plays"))
        choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for speed in SPEEDS:
            choice.addItem(filled(self.tr("%1 ×"), f"{speed:n}"), speed)
        choice.setCurrentIndex(SPEEDS.index(1.0))
        choice.currentIndexChanged.connect(lambda _index: self.speed_changed.emit(float(choice.currentData())))
        return choice

    def _every_field(self) -> QSpinBox:
        field = QSpinBox()
        with_room_at_left(field)
        field.setRange(1, MOST_LEFT_OUT)
        field.setSpecialValueText(self.tr("All frames"))
        field.setPrefix(self.tr("1 of "))
        field.setSuffix(self.tr(" frames"))
        field.setAccessibleName(self.tr("Which frames the model sees: one of so many"))
        field.lineEdit().setAccessibleName(field.accessibleName())
        field.setToolTip(
            self.tr("Which frames the model sees, here and in what is saved. Its answer stays until the next one.")
        )
        field.valueChanged.connect(self.every_changed)
        return field

    def _save_button(self) -> QToolButton:
        button = QToolButton()
        menu = QMenu(button)
        kinds = (
            (self.tr("Save annotated video…"), True, False),
            (self.tr("Save annotated video and table…"), True, True),
            (self.tr("Save table (CSV)…"), False, True),
        )
        for text, video, table in kinds:
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, v=video, t=table: self.save_asked.emit(v, t))
            menu.addAction(action)
        button.setText(self.tr("Save annotated video…"))
        button.setAccessibleName(self.tr("Save annotated video"))
        set_icon(button, "export")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        sees = QLabel(self.tr("Model sees"))
        sees.setBuddy(self.every)
        parts: tuple[QWidget, ...] = (self.open_button, self.back_button, self.play_button, self.forward_button)
        for part in (*parts, self.speed):
            row.addWidget(part)
        row.addSpacing(8)
        row.addWidget(sees)
        row.addWidget(self.every)
        row.addStretch(1)
        row.addWidget(self.put_button)
        row.addWidget(self.save_button)
        place = QHBoxLayout()
        place.addWidget(self.slider, 1)
        place.addWidget(self.position)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(place)
        layout.addLayout(row)


def clock_time(seconds: float) -> str:
    """1:02:03.4, or 2:03.4 below an hour."""
    tenths = int(round(10 * max(0.0, seconds), 6))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    end = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{end}" if hours else f"{minutes}:{end}"


def _rate(facts: VideoFacts) -> float:
    return facts.frames_per_second or 1.0
