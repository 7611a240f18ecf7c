"""A video with the model's boxes: played, looked at frame by frame, and saved with them."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.dialogs import file_choice
from desktop_app.document.document import Document
from desktop_app.predict.live.asked_model import above
from desktop_app.predict.live.live_view import LiveView, focus_unless_in_tabs
from desktop_app.predict.live.shown_frame import ShownFrame
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.page import UsePage
from desktop_app.predict.video.video_bar import VideoBar
from desktop_app.predict.video.video_player import VideoFacts, VideoPlayer
from desktop_app.predict.video.video_saver import VideoSaver
from desktop_app.settings import Settings
from desktop_app.words import filled
from desktop_app.work_bar import WorkBar
from training.run.streams.containers import VIDEO_SUFFIXES

JUMP_S = 5.0
METER_MS = 500
PATIENCE_MS = 300  # then it is said that a frame is looked for: far jumps in large files take a while
FOLDER = "video_folder"  # where the last video was chosen


class VideoPage(UsePage):
    """Keys that no field or button needs for itself play and search the video."""

    def __init__(self, document: Document, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._model: LoadedModel | None = None
        self._min_score = 0.0
        self.facts: VideoFacts | None = None
        self.view = LiveView(self.tr("The video with what the model sees"))
        self.bar = VideoBar()
        self.work = WorkBar()
        self.player = VideoPlayer(self)
        self.saver = VideoSaver(self.work, self)
        self._metering = QTimer(self, interval=METER_MS)
        self._metering.timeout.connect(self._show_rate)
        self._looking = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._looking.timeout.connect(self._show_looking)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.work)
        layout.addWidget(self.bar)
        self._connect()
        self._show_nothing()

    def _connect(self) -> None:
        bar, player = self.bar, self.player
        bar.open_asked.connect(self.ask_for_video)
        bar.play_asked.connect(self.toggle_playing)
        bar.step_asked.connect(self.step)
        bar.seek_asked.connect(self.go_to)
        bar.every_changed.connect(self._on_every)
        bar.speed_changed.connect(player.set_speed)
        bar.put_asked.connect(self.put_into_project)
        bar.save_asked.connect(self._on_save)
        self.saver.sound_known.connect(self._update_saving)
        player.opened.connect(self._on_opened)
        player.ready.connect(self._on_ready)
        player.paused.connect(self._on_paused)
        player.offered.connect(self._on_offered)
        player.failed.connect(self._on_failed)
        player.model_failed.connect(self.problem_reported)
        self.saver.problem_reported.connect(self.problem_reported)
        self.work.busy_changed.connect(self._update_saving)

    # --- what the window tells

    def set_model(self, model: LoadedModel | None) -> None:
        self._model = model
        self.player.model.exchange(model)
        self.view.set_colours({} if model is None else model.colours)
        self.view.show_model(has_model=model is not None)
        self.player.look_again()
        self._update_saving()

    def show_loading(self, *, is_loading: bool) -> None:
        self.view.show_model(has_model=self._model is not None, is_loading=is_loading)

    @property
    def present_work(self) -> str:
        return self.work.present_work

    def set_min_score(self, score: float) -> None:
        self._min_score = score
        self.view.set_min_score(score)

    def stop(self) -> None:
        self.set_playing(False)
        self.work.cancel()

    def shut_down(self) -> None:
        self.stop()
        self._metering.stop()
        self._looking.stop()
        self.view.shut_down()
        self.player.shut_down()

    # --- opening

    def ask_for_video(self) -> None:
        films = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        start = Path(self._settings.preference(FOLDER) or films)
        endings = " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES))
        kinds = f"{self.tr('Videos')} ({endings});;{self.tr('All files')} (*)"
        for path in file_choice.choose_files(self, self.tr("Open video"), start, kinds)[:1]:
            self._settings.set_preference(FOLDER, str(path.parent))
            self.open_video(path)

    def open_video(self, path: Path) -> None:
        """It stands at its first frame; `problem_reported` says why it can't be opened."""
        self.facts = None
        if not self.work.is_busy:
            self.work.hide()  # what it says is about the video before
        self.view.clear()
        self.view.set_sentence(filled(self.tr("Opening %1"), path.name))
        self.bar.set_facts(None)
        self._update_saving()
        self.player.open(path)
        self.view.setFocus()

    def _on_opened(self, facts: VideoFacts) -> None:
        self.facts = facts
        self.bar.set_facts(facts)
        self.saver.look_for_ffmpeg()
        self.view.set_sentence("")
        self._update_saving()

    def _on_failed(self, sentence: str) -> None:
        if self.facts is None:
            self.view.clear()
            self.view.set_sentence(sentence)
        self.problem_reported.emit(sentence)

    def _show_nothing(self) -> None:
        self.view.set_sentence(self.tr("Drop a video here, or open one."))
        self._update_saving()

    # --- playing

    def toggle_playing(self) -> None:
        self.set_playing(not self.player.is_playing)

    def set_playing(self, is_playing: bool) -> None:
        is_playing = is_playing and self.facts is not None
        if is_playing and (self._is_at_end or self.player.has_ended):
            self.player.go_to(0)
        self.player.set_playing(is_playing)
        self._show_playing(is_playing)

    @property
    def _is_at_end(self) -> bool:
        shown, facts = self.view.shown, self.facts
        return shown is not None and facts is not None and shown.frame.number >= facts.frame_count - 1 > 0

    def step(self, frames: int) -> None:
        self.set_playing(False)
        self.player.step(frames)
        self._looking.start()

    def jump(self, seconds: float) -> None:
        """It goes on playing if it played."""
        if self.facts is not None:
            self.player.step(round(seconds * (self.facts.frames_per_second or 1.0)))
            self._looking.start()

    def go_to(self, number: int) -> None:
        self.player.go_to(number)
        self._looking.start()

    def _show_looking(self) -> None:
        aim = self.player.aim
        if aim is not None:
            self.view.set_corner(filled(self.tr("Looking for frame %1…"), f"{aim + 1:n}"))

    def _on_every(self, every: int) -> None:
        self.player.every = every

    def _on_ready(self) -> None:
        if self.facts is None:  # of the video before: the next one is being opened
            return
        shown = self.player.take()
        if shown is not None:
            if not self._metering.isActive():
                self.view.set_corner("")
            self.view.show_frame(shown)
            self.bar.show_position(shown.frame.number, shown.frame.seconds)

    def _on_paused(self) -> None:
        self._show_playing(False)

    def _show_playing(self, is_playing: bool) -> None:
        self.bar.set_playing(is_playing)
        self.view.set_corner("")
        if is_playing:
            self.view.meter.clear()
            self._metering.start()
        else:
            self._metering.stop()

    def _show_rate(self) -> None:
        if self.player.aim is not None:
            return
        rate = self.view.meter.per_second(time.monotonic())
        self.view.set_corner(filled(self.tr("%1 frames a second"), round(rate)))

    # --- what is kept

    def put_into_project(self) -> None:
        """The frame that is shown, with what the model sees in it."""
        shown = self.view.shown
        if shown is None:
            return
        if not self._document.is_open:
            self.problem_reported.emit(
                self.tr("Open a folder in the main window first: the frame goes into its project.")
            )
            return
        self.player.offer(shown)

    def _on_offered(self, shown: ShownFrame) -> None:
        frame = shown.frame
        stem = "video" if self.facts is None else self.facts.path.stem
        answer = above(shown.answer, self._min_score)
        self.frame_offered.emit(frame.pixels, answer, f"video/{stem} {frame.number:06d}", shown.model)
        self.view.show_note(filled(self.tr("Frame %1 goes into the project"), f"{frame.number + 1:n}"))

    def _on_save(self, video: bool, table: bool) -> None:
        if self._model is not None and self.facts is not None:
            self.set_playing(False)
            self.saver.ask(
                self._model,
                self.facts,
                every=self.bar.every.value(),
                min_score=self._min_score,
                video=video,
                table=table,
            )

    def _update_saving(self) -> None:
        can_save = self._model is not None and self.facts is not None and not self.work.is_busy
        self.bar.set_can_save(can_save, self.saver.sound)

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle_playing()
        elif event.key() == Qt.Key.Key_P and not event.isAutoRepeat():
            self.put_into_project()
        elif event.key() in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            self.step(-1 if event.key() == Qt.Key.Key_Comma else 1)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.jump(-JUMP_S if event.key() == Qt.Key.Key_Left else JUMP_S)
        else:
            event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.set_playing(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        focus_unless_in_tabs(self.view)
