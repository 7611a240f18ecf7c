"""A video with the model's answers drawn into it, or a table of them: asked for, written off the event loop, told."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job, Progress
from desktop_app.dialogs import file_choice
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.predict.video.video_player import VideoFacts
from desktop_app.words import counted, filled
from desktop_app.work_bar import WorkBar
from training.run.failure import ModelFileError
from training.run.streams.annotating import AnnotatedTally, annotate_video
from training.run.streams.ffmpeg import find_ffmpeg
from training.run.streams.video_file import VideoProblem


class VideoSaver(QObject):
    """One at a time; `bar` tells of it and can cancel it."""

    problem_reported = Signal(str)
    sound_known = Signal()

    def __init__(self, bar: WorkBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar = bar
        self._window = parent
        self._targets: tuple[Path | None, Path | None] = (None, None)
        self._sound = ""
        self._looking: Job | None = None

    def ask(
        self, model: LoadedModel, facts: VideoFacts, *, every: int, min_score: float, video: bool, table: bool
    ) -> None:
        """Ask where to, and begin."""
        suffix = ".mp4" if video else ".csv"
        start = facts.path.with_name(f"{facts.path.stem} {self.tr('annotated')}{suffix}")
        title = self.tr("Save annotated video") if video else self.tr("Save table of what the model sees")
        if video and table:
            title = self.tr("Save annotated video, and the table beside it")
        kind = self.tr("MP4 video (*.mp4)") if video else self.tr("Table (*.csv)")
        chosen = file_choice.choose_new_file(self._window, title, start, kind)
        if chosen is None:
            return
        film = chosen if video else None
        rows = None
        if table:
            rows = _free_beside(chosen) if video else chosen
        if film == facts.path:
            self.problem_reported.emit(
                self.tr("The annotated video needs another name: the video itself stays as it is.")
            )
            return
        self.save(model, facts, film, rows, every=every, min_score=min_score)

    def save(
        self,
        model: LoadedModel,
        facts: VideoFacts,
        film: Path | None,
        rows: Path | None,
        *,
        every: int,
        min_score: float,
    ) -> None:
        if self._bar.is_busy:
            return
        self._targets = (film, rows)
        named = film or rows
        assert named is not None
        work = partial(_annotate, model, facts.path, film, rows, every, min_score)
        title = filled(self.tr("Writing %1"), named.name)
        self._bar.start(
            " · ".join([title, self._sound]) if film and self._sound else title,
            work,
            (VideoProblem, ModelFileError, OSError),
            self._on_saved,
        )

    @property
    def sound(self) -> str:
        """Whether sound is kept, in words; nothing before it is known: a program must be asked whether it works."""
        return self._sound

    def look_for_ffmpeg(self) -> None:
        """`sound_known` follows."""
        job = self._looking = Job(lambda _progress: find_ffmpeg() is not None)
        job.done.connect(self._on_ffmpeg)
        job.start()

    def _on_ffmpeg(self, has_ffmpeg: bool) -> None:
        if self.sender() is self._looking:
            self._sound = sound_words(has_ffmpeg=has_ffmpeg)
            self.sound_known.emit()

    def _on_saved(self, tally: AnnotatedTally) -> None:
        film, rows = self._targets
        names = [filled(self.tr("“%1”"), path.name) for path in (film, rows) if path is not None]
        frames = counted(tally.frames, self.tr("1 frame"), self.tr("%n frames"))
        seen = counted(tally.rows, self.tr("1 thing seen"), self.tr("%n things seen"))
        text = filled(self.tr("Saved as %1: %2, %3."), self.tr(" and ").join(names), frames, seen)
        self._bar.say(f"{text} {tally.note}".rstrip(), film or rows)


def _free_beside(film: Path) -> Path:
    """For a table: nobody was asked about a file of its name that is there already."""
    names = (film.with_name(f"{film.stem}{'' if number == 1 else f' {number}'}.csv") for number in count(1))
    return next(name for name in names if not name.exists())


def _annotate(
    model: LoadedModel, source: Path, film: Path | None, rows: Path | None, every: int, min_score: float, told: Progress
) -> AnnotatedTally:
    return annotate_video(
        model.predictor, source, film, rows, every=every, min_score=min_score, colours=model.colours, progress=told
    )


def sound_words(*, has_ffmpeg: bool) -> str:
    """Whether an annotated video will have the sound of its source."""
    if has_ffmpeg:
        return QCoreApplication.translate("VideoSaver", "its sound is kept, if it has any")
    return QCoreApplication.translate("VideoSaver", "without sound: that needs the program ffmpeg, which was not found")
