"""Pictures that come from outside into the open project: frames of videos and cameras, recordings, and files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document

if TYPE_CHECKING:  # numbers are loaded when the first picture comes, not with the window
    from training.run.answers.letterbox import Pixels
    from training.run.answers.prediction import Answer

VIDEO, CAMERA, ADDED = "video", "camera", "added"  # folders in the project's folder


class NewImages(QObject):
    """Each is written off the event loop under a free name, then joins the list of images in its place.

    A `name` may begin with the folder it goes to, such as "camera/kitchen 14-03-22"; one that ends in ".png" is written
    without loss. Nothing raises: `failed` carries a sentence, also when no project is open.
    """

    added = Signal(str)  # the image
    failed = Signal(str)  # a sentence

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document

    def add_frame(self, pixels: Pixels, name: str, answer: Answer, run_name: str, *, is_own_run: bool = True) -> None:
        """A frame (H, W, 3) uint8 RGB becomes an image, FOLDER/video if `name` says nothing else; what the model of a run
        says about it becomes its proposals. `is_own_run`: the run was trained on this very project.
        """
        raise NotImplementedError

    def add_recorded(self, pixels: Pixels, name: str, class_id: int | None = None, class_name: str = "") -> None:
        """A frame becomes an image of a class, FOLDER/camera if `name` says nothing else, and is reviewed.

        Without `class_id` the class has that name, and is made if there is none. Those of one class that follow each
        other quickly are one step to undo; the files stay.
        """
        raise NotImplementedError

    def add_file(self, path: Path, answer: Answer, run_name: str, *, is_own_run: bool = True) -> None:
        """A copy of a picture, byte by byte, becomes an image in FOLDER/added, with the model's proposals.

        A picture that is in the project already is not copied.
        """
        raise NotImplementedError

    def shut_down(self) -> None:
        """What was taken is written and stored; when this returns no thread is left."""
