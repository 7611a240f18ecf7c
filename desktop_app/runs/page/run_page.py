"""One run, live or past: its curves, figures, pictures, settings, model and log."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.runs.charts.charts import ChartView
from desktop_app.runs.page.facts_views import ModelView, SettingsView
from desktop_app.runs.page.figures_view import FiguresView
from desktop_app.runs.page.gallery_model import Cell
from desktop_app.runs.page.gallery_view import GalleryView
from desktop_app.runs.page.log_view import LogView
from desktop_app.runs.page.page_content import PageContent, read_content
from desktop_app.runs.page_work import FAILURES, judge_images, save_html
from desktop_app.runs.queued_run import name_of
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.training_run import TrainingRun
from desktop_app.small_widgets import copyable, icon_button, muted_label, push_button
from desktop_app.words import counted, filled
from desktop_app.work_bar import WorkBar
from training.run.run_folder import RunFolder

CORNER_MARGIN = 12  # pixels


class RunPage(QWidget):
    """What a tab shows is read off the event loop when the tab is first looked at, and once more when the run ends."""

    image_chosen = Signal(str)
    content_shown = Signal()
    export_asked = Signal(object)  # the RunFolder whose model is to leave

    def __init__(self, control: TrainingControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._run: TrainingRun | None = None
        self._content: PageContent | None = None
        self._asked_for: RunFolder | None = None
        self._is_stale = False
        self._knows_start = False  # what is read tells of a model and a device
        self.may_change = True  # not who only looks at the project of the run
        self.chart = ChartView()
        self.figures = FiguresView()
        self.gallery = GalleryView()
        self.settings = SettingsView()
        self.model = ModelView()
        self.log = LogView()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("What is known of the run"))
        self.work = WorkBar()
        save_tip = self.tr("A page that any browser shows: figures, curves and images of this run")
        self.save_button = push_button(self.tr("Save report…"), self._ask_where_to_save, tip=save_tip)
        # The tabs need the room of its words.
        tip = self.tr("Export model…: one file of it, to use it elsewhere or hand it on")
        self.export_button = icon_button("export", tip, self._ask_for_export)
        self.export_button.setAccessibleName(self.tr("Export model"))
        self._pages = {view: _MessageOr(view) for view in (self.figures, self.gallery, self.settings, self.model)}
        self._place()
        self._join()
        self.show_run(None)

    def _place(self) -> None:
        self.tabs.addTab(self.chart, self.tr("Curves"))
        self.tabs.addTab(self._pages[self.figures], self.tr("Figures"))
        self.tabs.addTab(self._pages[self.gallery], self.tr("Images"))
        self.tabs.addTab(self._pages[self.settings], self.tr("Settings"))
        self.tabs.addTab(self._pages[self.model], self.tr("Model"))
        self.tabs.addTab(self.log, self.tr("Log"))
        self.tabs.setCornerWidget(_with_room_beside(self.export_button, self.save_button))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.work)

    def _join(self) -> None:
        self.tabs.currentChanged.connect(self._load_if_wanted)
        self.figures.cell_chosen.connect(self._on_cell_chosen)
        self.figures.judging_asked.connect(self.judge)
        self.gallery.image_chosen.connect(self.image_chosen)
        self.work.busy_changed.connect(self._update_buttons)
        self._control.shutting_down.connect(self.shut_down)

    # --- the run

    def show_run(self, run: TrainingRun | None) -> None:
        """The one that is shown already stays as it is. Longer work for the run before goes on."""
        if run is self._run and run is not None:
            return
        if self._run is not None:
            self._run.ended.disconnect(self._on_ended)
            self._run.progress_changed.disconnect(self._on_progress)
        self._run = run
        self._content, self._asked_for, self._is_stale = None, None, False
        self._knows_start = run is not None and run.started is not None
        self.chart.show_run(run)
        self.gallery.show_content(None)
        self.gallery.forget_filter()
        if run is not None:
            run.ended.connect(self._on_ended)
            run.progress_changed.connect(self._on_progress)
        self._say(self.tr("Reading…") if run is not None else "")
        self._show_log()
        self._update_buttons()
        self._load_if_wanted()

    def shut_down(self) -> None:
        """Nothing is read, drawn or decoded any more."""
        self.show_run(None)
        self.work.cancel()
        self.chart.shut_down()
        self.gallery.close_decoding()

    def _on_progress(self) -> None:
        """A live run gets its folder a moment after it was shown, and its model later."""
        if self._content is None and self._asked_for is None:
            self._show_log()
            self._load_if_wanted()
        elif self._run is not None and self._run.started is not None and not self._knows_start:
            self._knows_start, self._is_stale = True, True
            self._load_if_wanted()

    def _on_ended(self) -> None:
        self._is_stale = True
        self._show_log()
        self._update_buttons()
        self._load_if_wanted()

    def _show_log(self) -> None:
        run = self._run
        folder = None if run is None else run.folder
        self.log.show_log(None if folder is None else folder.log_file, is_growing=run is not None and run.is_running)

    # --- what it shows

    def _load_if_wanted(self) -> None:
        folder = None if self._run is None else self._run.folder
        is_known = self._content is not None or self._asked_for is not None
        if folder is None or self.tabs.currentWidget() not in self._pages.values() or (is_known and not self._is_stale):
            return
        self._is_stale = False
        self.reload()

    def reload(self) -> None:
        """Read the files of the run again; what is shown stays until then."""
        folder = None if self._run is None else self._run.folder
        if folder is None:
            return
        self._asked_for = folder
        project = self._control.project_folder
        job = Job(lambda _progress: read_content(folder, project))
        job.done.connect(self._on_read)
        job.start()

    def _on_read(self, content: PageContent) -> None:
        if content.run != self._asked_for:
            return  # of a run that is no longer shown
        self._content = content
        report = content.report
        if report is None:
            self._say(content.problem)
            return
        self.figures.show_content(content, can_judge=self._can_judge(content))
        self.gallery.show_content(content)
        self.settings.show_report(report)
        self.model.show_report(report)
        self._say("")
        nothing = self._nothing_judged()
        self._pages[self.gallery].say("" if content.images else nothing)
        self._pages[self.figures].say("" if content.images or self._can_judge(content) else nothing)
        self._update_buttons()
        self.content_shown.emit()

    def _nothing_judged(self) -> str:
        if self._run is not None and self._run.is_running:
            return self.tr("The images are judged when the run ends; the curves show how it goes until then.")
        return self.tr("This run ended before anything was judged.")

    def _can_judge(self, content: PageContent) -> bool:
        ended = self._run is not None and not self._run.is_running
        return self.may_change and ended and content.has_model and content.folder is not None and content.missing > 0

    def _say(self, text: str) -> None:
        for page in self._pages.values():
            page.say(text)

    def _update_buttons(self) -> None:
        has_folder = self._run is not None and self._run.folder is not None
        self.save_button.setEnabled(has_folder and not self.work.is_busy)
        self.export_button.setEnabled(self._has_model)
        self.figures.judge_button.setEnabled(not self.work.is_busy)

    @property
    def _has_model(self) -> bool:
        """Of a run that has ended: one that goes on may be writing it."""
        run = self._run
        return run is not None and run.folder is not None and not run.is_running and run.folder.best_model.is_file()

    def _on_cell_chosen(self, split: str, cell: Cell) -> None:
        self.gallery.show_cell(split, cell)
        self.tabs.setCurrentWidget(self._pages[self.gallery])
        self.gallery.grid.setFocus()

    # --- longer work

    def judge(self) -> None:
        """Judge the images that were not judged at the end of the run."""
        content = self._content
        if content is None or content.folder is None:
            return
        title = filled(self.tr("Judging the other images of %1…"), name_of(content.run))
        work = partial(judge_images, content.run, content.folder)
        self.work.start(title, work, FAILURES, partial(self._on_judged, content.run))

    def _on_judged(self, run: RunFolder, left_out: int) -> None:
        if left_out:
            text = self.tr("1 image could not be read and was left out.")
            self.work.say(counted(left_out, text, self.tr("%n images could not be read and were left out.")))
        if self._run is not None and self._run.folder == run:
            self.reload()

    def _ask_for_export(self) -> None:
        if self._has_model and self._run is not None:
            self.export_asked.emit(self._run.folder)

    def _ask_where_to_save(self) -> None:
        run = self._run
        if run is None or run.folder is None:
            return
        suggested = Path.home() / f"{run.folder.path.name}.html"
        title, kinds = self.tr("Save report"), self.tr("Web page (*.html)")
        target = file_choice.choose_new_file(self, title, suggested, kinds)
        if target is not None:
            self.save_report(target)

    def save_report(self, target: Path) -> None:
        """Write the run as one page of HTML that can be handed on."""
        run = self._run
        if run is None or run.folder is None:
            return
        work = partial(save_html, run.folder, target, self._control.project_folder)
        title = filled(self.tr("Writing the report of %1…"), name_of(run.folder))
        self.work.start(title, work, FAILURES, self._on_saved)

    def _on_saved(self, target: Path) -> None:
        self.work.say(filled(self.tr("Saved: %1"), target), target)


def _with_room_beside(*buttons: QWidget) -> QWidget:
    """A tab bar gives its corner all the room up to the edge of the window."""
    corner = QWidget()
    layout = QHBoxLayout(corner)
    layout.setContentsMargins(0, 0, CORNER_MARGIN, 2)
    layout.setSpacing(2)
    for button in buttons:
        layout.addWidget(button)
    return corner


class _MessageOr(QStackedWidget):
    """A view, or a sentence while there is nothing to see in it."""

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self._label = copyable(muted_label(wrap=True))
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setContentsMargins(32, 32, 32, 32)
        self.addWidget(self._label)
        self.addWidget(view)

    def say(self, text: str) -> None:
        self._label.setText(text)
        self.setCurrentIndex(0 if text else 1)

    @property
    def sentence(self) -> str:
        return self._label.text()
