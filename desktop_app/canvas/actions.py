"""What menus and toolbar can ask of the canvas, and when each of it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup

from desktop_app.action_table import ActionRow, make_actions

if TYPE_CHECKING:
    from desktop_app.canvas.canvas_view import CanvasView


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about what can be done now."""

    has_image: bool
    is_reviewed: bool
    box_count: int
    selected_count: int
    proposal_count: int = 0  # that can be accepted here
    proposal_chosen: bool = False
    can_accept: bool = False  # one of them, with one key


def _has_image(now: Situation) -> bool:
    return now.has_image


def _has_boxes(now: Situation) -> bool:
    return now.has_image and now.box_count > 0


def _has_selection(now: Situation) -> bool:
    return now.has_image and now.selected_count > 0


def _has_something_to_choose(now: Situation) -> bool:
    return _has_boxes(now) or _has_proposals(now)


def _has_proposals(now: Situation) -> bool:
    return now.has_image and now.proposal_count > 0


def _has_chosen_proposal(now: Situation) -> bool:
    return now.has_image and now.proposal_chosen


RULES: dict[str, Callable[[Situation], bool]] = {
    "select": lambda _: True,
    "draw": lambda _: True,
    "review": _has_image,
    "cut": _has_selection,
    "copy": _has_selection,
    "paste": _has_image,
    "duplicate": _has_selection,
    "delete": lambda now: _has_selection(now) or _has_chosen_proposal(now),
    "select_all": _has_boxes,
    "next_box": _has_something_to_choose,
    "previous_box": _has_something_to_choose,
    "next_proposal": _has_proposals,
    "accept_proposal": lambda now: now.has_image and now.can_accept,
    "accept_proposals": _has_proposals,
    "reject_proposal": _has_chosen_proposal,
    "fit": _has_image,
    "actual_size": _has_image,
    "zoom_in": _has_image,
    "zoom_out": _has_image,
}
MODES = ("select", "draw")
# These keys mean something else in lists and on buttons: they count only where the canvas has the keyboard.
ONLY_ON_CANVAS = (
    *("review", "delete", "select_all", "next_box", "previous_box"),
    *("accept_proposal", "accept_proposals"),
)


def make_canvas_actions(canvas: CanvasView) -> dict[str, QAction]:
    actions = make_actions(
        canvas, [*_mode_rows(canvas), *_box_rows(canvas), *_proposal_rows(canvas), *_view_rows(canvas)]
    )
    for name in ONLY_ON_CANVAS:
        actions[name].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    actions["review"].setCheckable(True)
    group = QActionGroup(canvas)
    for name in MODES:
        actions[name].setCheckable(True)
        group.addAction(actions[name])
    actions["select"].setChecked(True)
    return actions


def enable(actions: dict[str, QAction], now: Situation) -> None:
    for name, action in actions.items():
        action.setEnabled(RULES[name](now))
    actions["review"].setChecked(now.is_reviewed)


def _mode_rows(canvas: CanvasView) -> list[ActionRow]:
    return [
        ActionRow("select", _tr("&Select boxes"), canvas.start_selecting, ("V", "Ctrl+J"), "select",
                  _tr("Select, move and resize boxes")),
        ActionRow("draw", _tr("&Draw boxes"), canvas.start_drawing, ("W", "R", "N"), "draw",
                  _tr("Drag to draw one box after the other; V or Esc ends it")),
        ActionRow("review", _tr("&Reviewed"), canvas.edits.toggle_reviewed, ("Space",), "done",
                  _tr("You have checked this image; without boxes it says: nothing here")),
    ]  # fmt: skip


def _box_rows(canvas: CanvasView) -> list[ActionRow]:
    return [
        ActionRow("cut", _tr("Cu&t"), canvas.commands.cut, ("Ctrl+X",), "cut"),
        ActionRow("copy", _tr("&Copy"), canvas.commands.copy, ("Ctrl+C",), "copy"),
        ActionRow("paste", _tr("&Paste"), canvas.commands.paste, ("Ctrl+V",), "paste"),
        ActionRow("duplicate", _tr("D&uplicate"), canvas.edits.duplicate_selected, ("Ctrl+D",), "duplicate"),
        ActionRow("delete", _tr("De&lete boxes"), canvas.commands.delete, ("Del", "Backspace"), "delete",
                  _tr("Delete the selected boxes, or reject the chosen proposal")),
        ActionRow("select_all", _tr("Select &all boxes"), canvas.commands.select_all, ("Ctrl+A",)),
        ActionRow("next_box", _tr("Ne&xt proposal or box"), lambda: canvas.commands.step(1), ("Tab",), "",
                  _tr("The next proposal, the surest first; where there is none, the next box"), repeats=True),
        ActionRow("previous_box", _tr("Pre&vious proposal or box"), lambda: canvas.commands.step(-1), ("Shift+Tab",),
                  "", _tr("The proposal before it; where there is none, the box before it"), repeats=True),
    ]  # fmt: skip


def _proposal_rows(canvas: CanvasView) -> list[ActionRow]:
    edits = canvas.edits.proposals
    return [
        ActionRow("next_proposal", _tr("Next &proposal"), lambda: canvas.commands.step_to_proposal(1), (),
                  "proposal", _tr("The next box that the model proposes here, the surest first (Tab)")),
        ActionRow("accept_proposal", _tr("&Accept proposal"), canvas.commands.accept_proposal, ("Return", "Enter"),
                  "accept", _tr("Make the chosen proposal a box, or take the class that the model says")),
        ActionRow("accept_proposals", _tr("Accept all a&bove the score"), edits.accept_all_here,
                  ("Shift+Return", "Shift+Enter"), "accept-all",
                  _tr("Make all proposals in this image boxes, but not where there is a box already")),
        ActionRow("reject_proposal", _tr("Re&ject proposal"), canvas.commands.reject_proposal, (), "reject",
                  _tr("This run does not propose it again (Del)")),
    ]  # fmt: skip


def _view_rows(canvas: CanvasView) -> list[ActionRow]:
    view = canvas.viewpoint
    return [
        ActionRow("fit", _tr("&Fit to window"), view.fit, ("F", "Ctrl+F"), "fit"),
        ActionRow("actual_size", _tr("Actual si&ze (100 %)"), view.show_actual_size, ("Ctrl+1", "Ctrl+0"),
                  "actual-size"),
        ActionRow("zoom_in", _tr("Zoom &in"), view.zoom_in, ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", repeats=True),
        ActionRow("zoom_out", _tr("Zoom &out"), view.zoom_out, ("-", "Ctrl+-"), "zoom-out", repeats=True),
    ]  # fmt: skip


def gesture_hints() -> list[tuple[str, str]]:
    """What hands can do on the canvas that no action stands for: what, and how."""
    return [
        (_tr("Class of the next box and of the selected ones"), _tr("1… 9")),
        (_tr("Class of the whole image"), _tr("Shift + 1… 9")),
        (_tr("Move the selected boxes by 1 or 10 pixels"), _tr("Arrows, Shift + arrows")),
        (_tr("Move the right or lower edge"), _tr("Ctrl + arrows")),
        (_tr("Draw a box in the middle, while drawing"), _tr("Enter")),
        (_tr("Make a proposal of the model yours"), _tr("Drag it or its handles")),
        (_tr("Reject the chosen proposal"), _tr("Del")),
        (_tr("Select what lies below"), _tr("Click again at the same place")),
        (_tr("Add a box to the selection, or take it away"), _tr("Ctrl + click")),
        (_tr("Select several boxes"), _tr("Drag from an empty place, Shift + drag")),
        (_tr("Pan"), _tr("Space + drag, middle button, trackpad")),
        (_tr("Zoom"), _tr("Wheel")),
        (_tr("Take a gesture back before it ends"), _tr("Esc, right button")),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
