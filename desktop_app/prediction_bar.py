"""The bar beneath the picture: whose boxes are shown, from which score on, and what can be done with all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSlider, QToolButton

from desktop_app.action_table import BAR_ICON, ActionRow, action_button, make_actions
from desktop_app.document.document import Document
from desktop_app.document.proposal_edits import ProposalEdits
from desktop_app.document.subjects import Subject
from desktop_app.images.image_list_model import ImageListModel
from desktop_app.prediction_flow import PredictionFlow
from desktop_app.settings import Settings
from desktop_app.small_widgets import ElidedLabel, icon_button, muted_label
from desktop_app.words import tooltip

WIDE, NARROW = 800, 520  # pixels; from the one on all buttons have texts, up to the other one none
SLIDER_WIDTH = 110
PROGRESS_WIDTH = 80


class PredictionBar(QFrame):
    """Only there while a model answers about this project."""

    def __init__(
        self,
        document: Document,
        edits: ProposalEdits,
        flow: PredictionFlow,
        images: ImageListModel,
        settings: Settings,
    ) -> None:
        super().__init__()
        self.setObjectName("prediction_bar")
        self._document, self._edits, self._flow, self._images = document, edits, flow, images
        self._settings = settings
        self._actions = make_actions(self, self._action_rows())
        for name in ("show_proposals", "worst_first"):
            self._actions[name].setCheckable(True)
        self._actions["show_proposals"].setChecked(True)
        self._run = ElidedLabel()
        self.slider = self._made_slider()
        self.back_button = icon_button(
            "close",
            self.tr("Put this model's proposals away; those of the run that is shown come back"),
            flow.show_run_again,
        )
        self._score = muted_label()
        self._score.setFixedWidth(self._score.fontMetrics().horizontalAdvance("100 %") + 4)
        self._count = ElidedLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(PROGRESS_WIDTH)
        self.cancel_button = icon_button("close", self.tr("Cancel"), self._on_cancel)
        self._buttons = {name: action_button(self._actions[name]) for name in ("predict_all", "worst_first")}
        self._accept = QToolButton()
        self._lay_out()
        self._connect()
        document.proposals.set_min_score(self.slider.value() / 100)
        self._show_score()
        self._update()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def show_accept(self, action: QAction) -> None:
        """The canvas's action for all proposals of the image has its button here."""
        self._accept.setDefaultAction(action)
        action.setIconText(self.tr("Accept all"))

    @property
    def texts(self) -> list[str]:
        """The run, the score and what is counted, as they are shown."""
        return [self._run.text(), self._score.text(), self._count.text()]

    def _action_rows(self) -> list[ActionRow]:
        return [
            ActionRow("show_proposals", self.tr("&Show predictions"), self._on_show, ("P",), "eye",
                      self.tr("Show or hide what the model sees")),
            ActionRow("predict_all", self.tr("Pr&edict all images"), self._flow.predict_all, (), "predict-all",
                      self.tr("Ask the model about every image of the project")),
            ActionRow("accept_everywhere", self.tr("Accept all in all &images"), self._edits.accept_everywhere, (),
                      "accept-all", self.tr("Above the score, in all images that nobody has reviewed; one step to undo")),
            ActionRow("worst_first", self.tr("&Worst first"), self._on_worst_first, (), "worst-first",
                      self.tr("Order the images by how much the model and you disagree, then by how unsure it is")),
        ]  # fmt: skip

    def _made_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setFixedWidth(SLIDER_WIDTH)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(self.tr("Lowest score"))
        stored = self._settings.proposal_score
        slider.setValue(round(100 * (self._document.proposals.min_score if stored is None else stored)))
        return slider

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.setSpacing(6)
        layout.addWidget(action_button(self._actions["show_proposals"], has_text=False))
        layout.addWidget(self._run, 1)
        layout.addWidget(self.back_button)
        layout.addWidget(self.slider)
        layout.addWidget(self._score)
        layout.addWidget(self._count)
        for part in (self._accept, self._buttons["predict_all"], self.progress, self.cancel_button):
            layout.addWidget(part)
        layout.addWidget(self._buttons["worst_first"])
        self._accept.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._accept.setIconSize(BAR_ICON)

    def _connect(self) -> None:
        proposals = self._document.proposals
        self.slider.valueChanged.connect(self._on_slider)
        for signal in (proposals.model_changed, proposals.many_changed, proposals.filter_changed):
            signal.connect(self._update)
        proposals.many_changed.connect(self._on_many_changed)
        proposals.proposals_changed.connect(self._on_proposals_changed)
        self._document.current_image_changed.connect(self._on_proposals_changed)
        self._document.project_opened.connect(self._on_project_opened)
        self._flow.state_changed.connect(self._update)
        self._flow.progressed.connect(self._show_progress)
        self._edits.busy_changed.connect(self._update)
        self._edits.progressed.connect(self._show_progress)

    # --- doing

    def _on_project_opened(self) -> None:
        """Another project is shown as its files are named."""
        self._release_worst_first()

    def _release_worst_first(self) -> None:
        if self._actions["worst_first"].isChecked():
            self._actions["worst_first"].setChecked(False)
            self._on_worst_first()

    def _on_slider(self, value: int) -> None:
        self._settings.proposal_score = value / 100
        self._show_score()
        self._document.proposals.set_min_score(value / 100)

    def _on_show(self) -> None:
        self._document.proposals.set_shown(self._actions["show_proposals"].isChecked())

    def _on_worst_first(self) -> None:
        is_worst_first = self._actions["worst_first"].isChecked()
        self._images.set_worst_first(is_worst_first)
        if is_worst_first and self._images.rowCount():
            self._document.set_current_image(self._images.image_at(0))

    def _on_cancel(self) -> None:
        self._flow.cancel()
        self._edits.cancel()

    # --- showing

    def _on_many_changed(self) -> None:
        """Of another model nothing is known that the images could be ordered by."""
        if not self._document.proposals.image_count:
            self._release_worst_first()

    def _on_proposals_changed(self, image: str) -> None:
        if image == self._document.current_image:
            self._update()

    def _update(self) -> None:
        proposals = self._document.proposals
        has_model = self._flow.has_model
        self.setVisible(has_model and bool(self._document.current_image))
        is_busy = self._flow.is_predicting or self._edits.is_busy
        self._actions["show_proposals"].setEnabled(has_model)
        self._actions["predict_all"].setEnabled(self._flow.can_predict_all and not is_busy)
        self._actions["accept_everywhere"].setEnabled(has_model and not is_busy and proposals.total > 0)
        self._actions["worst_first"].setEnabled(has_model or self._actions["worst_first"].isChecked())
        self._buttons["predict_all"].setVisible(not is_busy)
        self.progress.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        if not is_busy:
            self.progress.setRange(0, 0)
        self._run.setText(self._flow.run_name)
        self._run.setToolTip(tooltip(self.tr("The run whose model answers: %1").replace("%1", proposals.run)))
        self.back_button.setVisible(self._flow.is_guest)
        self._count.setText(self._count_text())
        self.slider.setToolTip(self._slider_tip())

    def _slider_tip(self) -> str:
        if self._document.proposals.subject is Subject.OBJECTS:
            return self.tr("Boxes of a lower score are not shown")
        return self.tr("All answers are shown; when all are accepted at once, those of a lower score are left")

    def _count_text(self) -> str:
        proposals, image = self._document.proposals, self._document.current_image
        if not proposals.knows(image):
            return ""
        here = self.tr("%1 here").replace("%1", f"{proposals.count_in(image):n}")
        in_all = self.tr("%1 in all").replace("%1", f"{proposals.total:n}")
        return f"{here} · {in_all}"

    def _show_score(self) -> None:
        self._score.setText(self.tr("%1 %").replace("%1", str(self.slider.value())))

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        with_text, without = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self._accept.setToolButtonStyle(with_text if self.width() >= NARROW else without)
        for button in self._buttons.values():
            button.setToolButtonStyle(with_text if self.width() >= WIDE else without)
        self._run.setVisible(self.width() >= NARROW)
