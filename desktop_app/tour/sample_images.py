"""Which image of the sample a step is about."""

from __future__ import annotations

from desktop_app.document.document import Document
from training.dataset.records import ImageState


def unlabelled_images(document: Document) -> list[str]:
    """In the order of the list."""
    return [image for image in document.images if document.summary(image).state is ImageState.UNLABELLED]


def go_to_unlabelled(document: Document) -> None:
    """To the next image without a box, unless it is one that is open already; where there is none, nowhere."""
    wanted = unlabelled_images(document)
    if wanted and document.current_image not in wanted:
        document.set_current_image(wanted[0])
