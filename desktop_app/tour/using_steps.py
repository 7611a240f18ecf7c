"""The last steps: correct what the model proposes, and use it on pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.tour.placing import Side
from desktop_app.tour.said import Said
from desktop_app.tour.sample_images import unlabelled_images
from desktop_app.tour.step import CORRECT, TRAIN, USE, Step
from desktop_app.tour.toolbar import tool_button

if TYPE_CHECKING:
    from desktop_app.predict.use_window import UseWindow

MOST_LOOKED_AT = 12  # images, each for a moment
BESIDE_CANVAS = (Side.RIGHT, Side.LEFT)
INSIDE = (Side.BELOW, Side.LEFT, Side.ABOVE, Side.RIGHT)


class CorrectStep(Step):
    """In the unlabelled image of which the model is surest; any edit of an image's boxes counts."""

    name = CORRECT

    def begin(self) -> None:
        document = self.window.document
        run = self.window.training.run
        if run is None:
            self.fell_back.emit(TRAIN)
            return
        self._untried = unlabelled_images(document)[:MOST_LOOKED_AT]
        self._best: tuple[float, str] | None = None
        self.window.action("select").trigger()  # who still draws would draw over what is proposed
        self.hear(document.boxes_changed, self._on_boxes_changed)
        self.hear(document.proposals.proposals_changed, self._on_proposals_changed)
        self.hear(document.proposals.many_changed, self._look)
        self.hear(document.proposals.filter_changed, self._look)
        self.hear(document.proposals.chosen_changed, self.said_changed)
        self.hear(document.current_image_changed, self._on_proposals_changed)
        self._try_next()

    def said(self) -> Said:
        proposals, image = self.window.document.proposals, self.window.document.current_image
        if proposals.chosen is not None:
            text = self.tr(
                "Enter makes it your box, Del rejects it. Drag it, or one of its corners, where it lies wrong."
            )
        elif proposals.open_in(image):
            text = self.tr(
                "Nobody has drawn a box here: the dashed one is what your model proposes. Click it, or press Tab."
            )
        elif proposals.knows(image):
            text = self.tr(
                "Your model is not sure of anything here. Press D for another picture, move the slider below to see "
                "what it is less sure of, or draw the box yourself (W)."
            )
        else:
            text = self.tr("Your model looks at this picture…")
        return Said(self.tr("Correct what it proposes"), text, (self.window.canvas,), BESIDE_CANVAS)

    def _try_next(self) -> None:
        """A look at each of them, and back to the best: a newcomer's first proposal should not be a wild guess."""
        if self._untried:
            self.window.document.set_current_image(self._untried[0])
            self._look()

    def _look(self) -> None:
        document = self.window.document
        image, proposals = document.current_image, document.proposals
        is_tried = bool(self._untried) and image == self._untried[0] and proposals.knows(image) and proposals.is_shown
        if not is_tried:
            self.said_changed.emit()
            return
        self._untried.pop(0)
        open_here = proposals.open_in(image)
        if open_here and (self._best is None or open_here[0].score > self._best[0]):
            self._best = (open_here[0].score, image)
        if self._untried:
            self._try_next()
        else:
            document.set_current_image(image if self._best is None else self._best[1])
            self.said_changed.emit()

    def _on_proposals_changed(self, image: str) -> None:
        if image == self.window.document.current_image:
            self._look()

    def _on_boxes_changed(self, _image: str) -> None:
        self.done.emit()


class UseStep(Step):
    """In the window for using a model; it is done when the model has answered about a picture."""

    name = USE

    def begin(self) -> None:
        self._use_window: UseWindow | None = None
        self._folder_before = ""
        self.hear(self.window.action("use_model").triggered, self._on_use_pressed)
        self._on_use_pressed()

    def end(self) -> None:
        if self._use_window is not None:
            self.window.settings.set_preference(_folder_key(), self._folder_before)
        super().end()

    def said(self) -> Said:
        use, title = self._use_window, self.tr("Use it")
        if use is None or not use.isVisible():
            text = self.tr("Now your model looks at pictures outside the project, a video or a camera. Press Use.")
            return Said(title, text, (tool_button(self.window, "use_model"),))
        if use.tabs.currentWidget() is not use.files:
            return Said(title, self.tr("Pictures have a page of their own: press Files."), (use.tabs.tabBar(),), INSIDE)
        if use.holder.model is None and not use.holder.is_busy:
            return Said(title, self.tr("Choose your model up here first."), (use.model_bar,), INSIDE)
        if use.files.questions.done:
            text = self.tr(
                "That is what your model sees, and you have made it yourself. Next, press Open in the main window and "
                "choose a folder of your own photos; the tour stays in the menu Help."
            )
            return Said(self.tr("Well done"), text, (use.files.views,), (), self.tr("Finish"))
        text = self.tr("Press Add pictures: you are asked for files in the folder of the sample. Choose any of them.")
        return Said(title, text, (use.files.empty.pictures_button, use.files.action_bar), INSIDE)

    def _on_use_pressed(self) -> None:
        """The window is made when it is first wanted."""
        use = self.window.use.window
        if use is not None and use.isVisible() and self._use_window is None:
            self._use_window = use
            for signal in (use.shown_changed, use.tabs.currentChanged, use.holder.changed, use.holder.busy_changed,
                           use.files.questions.files_changed):  # fmt: skip
                self.hear(signal, self._on_changed)
            self.hear(use.files.questions.answers_changed, self._on_answers)
            self._begin_in_sample()
        self.said_changed.emit()

    def _begin_in_sample(self) -> None:
        """Where files are asked for; people's own place comes back at the end of the step."""
        settings, document = self.window.settings, self.window.document
        self._folder_before = settings.preference(_folder_key())
        settings.set_preference(_folder_key(), str(document.image_path(document.current_image).parent))

    def _on_changed(self, *_what: object) -> None:
        self.said_changed.emit()

    def _on_answers(self, _numbers: Sequence[int]) -> None:
        self.said_changed.emit()


def _folder_key() -> str:
    """The page is loaded with its window."""
    from desktop_app.predict.files_page import FOLDER

    return FOLDER
