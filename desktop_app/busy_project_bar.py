"""Says above the picture that somebody else has a project open, and what one can do meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.opening import BusyProject
from desktop_app.notice_bar import NoticeBar
from desktop_app.small_widgets import icon_button, push_button
from desktop_app.style import make_primary
from desktop_app.words import filled


class BusyProjectBar(NoticeBar):
    """Stays until it is closed or another project is open; nothing waits for an answer."""

    own_copy_asked = Signal()
    copy_asked = Signal()
    look_asked = Signal()
    try_again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("busy_project_bar", self.tr("Who has this project open"), parent)
        self.own_copy_button = push_button(self.tr("Open my copy"), self.own_copy_asked.emit)
        self.own_copy_button.setToolTip(self.tr("Go on in the copy that you made before"))
        make_primary(self.own_copy_button)
        self.copy_button = push_button(self.tr("Open a copy…"), self.copy_asked.emit)
        self.copy_button.setToolTip(self.tr("Copy the project and draw in the copy; it can be merged later"))
        self.look_button = push_button(self.tr("Look only"), self.look_asked.emit)
        self.look_button.setToolTip(self.tr("See its pictures and boxes as they are now, without changing any"))
        self.again_button = push_button(self.tr("Try again"), self.try_again_asked.emit)
        self.again_button.setToolTip(self.tr("Open the project itself, if nobody else has it open any more"))
        self.close_button = icon_button("close", self.tr("Close"), self.hide)
        buttons = (self.own_copy_button, self.copy_button, self.look_button, self.again_button)
        self._lay_out(buttons, self.close_button)

    def show_busy(self, project: BusyProject, *, has_copy: bool) -> None:
        """Nothing of it is open here."""
        offer = self.tr(
            "You can work on a copy of your own. Hand it in afterwards, and it can be merged with this project."
        )
        parts = [_who_has(project), offer]
        if project.may_have_gone:
            parts.insert(1, self.tr("If that is no longer so, try again in half a minute."))
        self._show(" ".join(parts), has_copy=has_copy, is_looking=False)

    def show_looking(self, project: BusyProject, *, has_copy: bool) -> None:
        """It is open here to be looked at."""
        text = self.tr("You are only looking: %1 Nothing can be changed here, but in a copy of your own.")
        self._show(filled(text, _who_has(project)), has_copy=has_copy, is_looking=True)

    def _show(self, text: str, *, has_copy: bool, is_looking: bool) -> None:
        self._text.setText(text)
        self.copy_button.setProperty("primary", not has_copy and not is_looking)
        self.copy_button.style().unpolish(self.copy_button)
        self.copy_button.style().polish(self.copy_button)
        self._show_parts(
            {self.own_copy_button: has_copy, self.look_button: not is_looking, self.close_button: not is_looking}
        )


def _who_has(project: BusyProject) -> str:
    name = project.folder.name or str(project.folder)
    if project.who:
        return filled(_tr("“%1” is open elsewhere: by %2."), name, project.who)
    return filled(_tr("“%1” is open in another window or command on this computer."), name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("BusyProjectBar", text)
