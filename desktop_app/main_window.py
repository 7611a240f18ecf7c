"""The window: it places the panels and joins them. What happens in a panel is the panel's own business."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from desktop_app import menus
from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.classes.class_panel import ClassPanel
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.dropping import Dropping
from desktop_app.help_actions import HelpActions
from desktop_app.image_class_menu import ImageClassMenu
from desktop_app.images.image_panel import ImagePanel
from desktop_app.import_offer import ImportOffer
from desktop_app.opening_flow import OpeningFlow
from desktop_app.panel_keys import PanelKeys
from desktop_app.picture_stage import PictureStage
from desktop_app.prediction_bar import PredictionBar
from desktop_app.prediction_flow import PredictionFlow
from desktop_app.preference_pages import join_preferences, make_preferences
from desktop_app.project_zips import ProjectZips
from desktop_app.quitting import Quitting
from desktop_app.runs.list.run_list import RunList
from desktop_app.runs.run_panel import RunPanel
from desktop_app.runs.training_control import TrainingControl
from desktop_app.settings import Settings
from desktop_app.shared_project import SharedProject
from desktop_app.split_menu import SplitMenu
from desktop_app.status_line import StatusLine
from desktop_app.style import Appearance
from desktop_app.tour.tour import Tour
from desktop_app.undo_actions import UndoActions
from desktop_app.unreadable_images import UnreadableImages
from desktop_app.use_flow import UseFlow
from desktop_app.window_actions import AppearanceMenu, RecentMenu, WindowActions
from desktop_app.window_size import resize_within_screen

LEFT_WIDTH, RIGHT_WIDTH, CLASSES_HEIGHT = 264, 368, 196
SMALLEST = QSize(900, 560)
USUAL = QSize(1440, 900)


class MainWindow(QMainWindow):
    def __init__(self, document: Document, settings: Settings, appearance: Appearance) -> None:
        super().__init__()
        self.document = document
        self._settings = settings
        self.preferences = make_preferences(settings)
        document.setParent(self)
        self.edits = Edits(document)
        self.class_edits = ClassEdits(document)
        self.opening = OpeningFlow(document, settings, self)
        self.images = ImagePanel(document)
        self.classes = ClassPanel(document, self.edits, self.class_edits)
        self.canvas = CanvasView(document, self.edits)
        self.training = TrainingControl(document, settings, self)
        self.runs = RunPanel(self.training)
        self.run_list = RunList(self.training, document, settings, self)
        self.quitting = Quitting(self.training, self, self.close, lambda: self.use.present_works)
        self.stage = PictureStage(document, self.canvas, self.images, settings, self)
        flow = PredictionFlow(document, self.training, self)
        self.prediction_bar = PredictionBar(document, self.edits.proposals, flow, self.images.model, settings)
        self.stage.add_bar(self.prediction_bar)
        self.use = UseFlow(document, settings, self.training, flow, self)
        self.zips = ProjectZips(document, self.opening, self.use, self)
        self.shared = SharedProject(document, self.opening, settings, self)
        self.stage.add_notice(self.shared.bar)
        self.status = StatusLine(self)
        self._make_actions(appearance)
        self._place()
        self._join()
        join_preferences(self, self.preferences)
        self.restore_layout()
        self.tour = Tour(self)
        self._on_project_opened()

    # --- placing

    def _make_actions(self, appearance: Appearance) -> None:
        self.window_actions = WindowActions(self, self.document, self.opening, self._settings)
        self.unreadable = UnreadableImages(self.document, self.images, self)
        self.import_offer = ImportOffer(self.document, self._settings, self.window_actions.show_import, self)
        self.stage.add_notice(self.import_offer.bar)
        self._undo_actions = UndoActions(self.document, self)
        self.prediction_bar.show_accept(self.canvas.action("accept_proposals"))
        self.help = HelpActions(self, self.preferences)
        self.panel_keys = PanelKeys(
            self, [self.images, self.stage.start_page, self.canvas, self.prediction_bar, self.classes, self.runs]
        )
        self.dropping = Dropping(self.document, self.opening, self.window_actions, self.use, self)
        panels = (self.images, self.canvas, self.classes, self.training, self.run_list, self.use, self.zips)
        bars = (self.prediction_bar, self.help, self.panel_keys)
        parts = (self.window_actions, self.unreadable, self._undo_actions, *panels, *bars)
        self.all_actions = {action.objectName(): action for part in parts for action in part.actions()}
        self.recent_menu = RecentMenu(self._settings, self.opening, self)
        self.appearance_menu = AppearanceMenu(appearance, self.preferences, self)
        self.split_menu = SplitMenu(self.document, self.edits, self)
        self.image_class_menu = ImageClassMenu(self.document, self.edits, self)
        self._submenus = {
            "recent": self.recent_menu,
            "appearance": self.appearance_menu,
            "split": self.split_menu,
            "image_class": self.image_class_menu,
            "merge": self.classes.merge_menu,
        }

    def _place(self) -> None:
        menus.fill_menu_bar(self, self.all_actions, self._submenus)
        self.addToolBar(menus.make_toolbar(self, self.all_actions))
        self.setStatusBar(self.status)
        self._right = _splitter(Qt.Orientation.Vertical, [self.classes, self.runs], [CLASSES_HEIGHT, 500])
        middle = USUAL.width() - LEFT_WIDTH - RIGHT_WIDTH
        widths = [LEFT_WIDTH, middle, RIGHT_WIDTH]
        self.columns = _splitter(Qt.Orientation.Horizontal, [self.images, self.stage, self._right], widths)
        self.columns.setStretchFactor(1, 1)
        self._right.setStretchFactor(1, 1)
        self.setCentralWidget(self.columns)
        self.images.setMinimumWidth(200)
        self._right.setMinimumWidth(300)
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)

    @property
    def settings(self) -> Settings:
        return self._settings

    def action(self, name: str) -> QAction:
        """Any action of the window or its panels by its name."""
        return self.all_actions[name]

    # --- joining

    def _join(self) -> None:
        self._join_document()
        self._join_canvas()
        self.images.no_further_image.connect(self.status.say)
        for panel in (self.images, self.classes):
            panel.typing_ended.connect(self.canvas.setFocus)
        for signal in (self.images.model.counts_changed, self.images.model.reordered):
            signal.connect(self._show_place)
        self.runs.set_all_runs(self.action("runs"))
        self.run_list.export_asked.connect(self.use.export_model)

    def _join_document(self) -> None:
        document, stage, opening = self.document, self.stage, self.opening
        document.undo_stack.indexChanged.connect(self.status.clearMessage)  # it spoke of a step before
        document.message_sent.connect(self.status.say)
        document.problem_reported.connect(stage.problems.show_problem)
        document.project_opened.connect(self._on_project_opened)
        document.current_image_changed.connect(self._on_current_image_changed)
        opening.problem_reported.connect(stage.problems.show_problem)
        opening.busy_started.connect(self._on_busy)
        opening.progressed.connect(stage.start_page.show_progress)
        opening.progressed.connect(self.status.busy.show_progress)
        self.status.busy.cancel_asked.connect(opening.cancel)
        opening.ended.connect(self._on_busy_ended)
        page = stage.start_page
        page.open_asked.connect(self.window_actions.ask_for_folder)
        page.sample_asked.connect(lambda: opening.open_sample())
        page.cancel_asked.connect(opening.cancel)
        page.folder_chosen.connect(opening.open)

    def _join_canvas(self) -> None:
        self.canvas.cursor_moved.connect(self.status.show_cursor)
        self.canvas.cursor_left.connect(self.status.clear_cursor)
        self.canvas.zoom_changed.connect(self.status.show_zoom)
        self.stage.loader.picture_ready.connect(self._show_size)

    # --- following

    def _on_project_opened(self) -> None:
        is_open = self.document.is_open
        self.setWindowTitle(self.document.folder.name if is_open else self.tr("Boxwright"))
        self.images.setEnabled(is_open)

    def _on_current_image_changed(self, image: str) -> None:
        self.status.clear_cursor()
        self._show_size(image)
        self._show_place()

    def _show_place(self) -> None:
        row = self.images.model.row_of(self.document.current_image)
        self.status.show_place(row, self.images.model.rowCount())

    def _show_size(self, image: str) -> None:
        record = self.document.current_record if image else None
        self.status.show_size(*((record.width or 0, record.height or 0) if record else (0, 0)))

    def _on_busy(self, title: str) -> None:
        if self.document.is_open:
            self.status.busy.start(title)
        self.stage.show_busy(title)

    def _on_busy_ended(self) -> None:
        self.status.busy.hide()
        self.stage.show_page()

    # --- keys, drops, closing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no panel wanted are the canvas's, wherever the focus is."""
        if self.stage.shows_picture and not self.canvas.hasFocus():
            self.canvas.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.stage.shows_picture and not self.canvas.hasFocus():
            self.canvas.keyReleaseEvent(event)
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dropping.enter(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropping.drop(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.quitting.may_close():
            event.ignore()
            return
        self._remember_layout()
        self.opening.cancel()
        self.zips.shut_down()
        self.shared.shut_down()
        self.quitting.shut_down()
        self.training.shut_down(0 if self.quitting.is_hurried else None)
        self.stage.close_decoding()
        self.images.close_decoding()
        self.document.close()
        super().closeEvent(event)

    def restore_layout(self) -> None:
        resize_within_screen(self, USUAL)
        if not self._settings.layout_of("window").isEmpty():
            self.restoreGeometry(self._settings.layout_of("window"))
        self.columns.restoreState(self._settings.layout_of("columns"))
        self._right.restoreState(self._settings.layout_of("right"))

    def _remember_layout(self) -> None:
        self._settings.remember_layout("window", self.saveGeometry())
        self._settings.remember_layout("columns", self.columns.saveState())
        self._settings.remember_layout("right", self._right.saveState())
        self._settings.flush()


def _splitter(orientation: Qt.Orientation, parts: list[QWidget], sizes: list[int]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)  # Qt lets hands take it from a little further away
    for part in parts:
        splitter.addWidget(part)
    splitter.setSizes(sizes)
    return splitter
