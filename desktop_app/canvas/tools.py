"""A tool decides what a press begins and what the cursor looks like; the gesture does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt

from desktop_app.canvas.box_gestures import DrawBox, MoveBoxes, ResizeBox
from desktop_app.canvas.geometry import Point, is_on_outline
from desktop_app.canvas.gestures import Gesture, Reach, RubberBandSelect
from desktop_app.canvas.handle_layer import CURSORS
from desktop_app.canvas.proposal_gestures import MoveProposal, ResizeProposal
from desktop_app.canvas.scene import REACH
from training.dataset.records import ImageRecord

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox


@dataclass(frozen=True, slots=True)
class Press:
    at: Point
    shift: bool = False
    ctrl: bool = False


class Aim(NamedTuple):
    cursor: Qt.CursorShape
    box: int | None = None
    proposal: PredictedBox | None = None


class Tool(ABC):
    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    @abstractmethod
    def begin(self, press: Press) -> Gesture | None:
        """The gesture of a press on the image, not pressed yet; None when a click was all."""

    @abstractmethod
    def aim(self, at: Point) -> Aim:
        """What a press here would take."""

    def _resize_at(self, at: Point) -> Gesture | None:
        """The handles of the selected box, or of the chosen proposal, work with every tool."""
        scene = self.reach.scene
        handle, index, record = scene.handle_at(at), scene.handled_box, scene.record
        if handle is None or record is None:
            return None
        chosen = self.reach.document.proposals.chosen
        if index is None:
            return None if chosen is None else ResizeProposal(self.reach, chosen, handle)
        return ResizeBox(self.reach, record, index, handle)


class SelectTool(Tool):
    """Selects, moves, resizes.

    The smallest box under the cursor comes first; clicking again at the same place goes on to the next larger one.
    A box selected like that, or one pressed on its outline, is what a drag moves. Proposals of a model are chosen the
    same way where no own box is in the way.
    """

    def __init__(self, reach: Reach) -> None:
        super().__init__(reach)
        self._last_click: Point | None = None

    def begin(self, press: Press) -> Gesture | None:
        record = self.reach.scene.record
        if record is None:
            return None
        if press.shift:
            return RubberBandSelect(self.reach, add=True)
        resize = None if press.ctrl else self._resize_at(press.at)
        if resize is not None:
            return resize
        proposal = None if press.ctrl else self.reach.scene.proposal_at(press.at)
        if proposal is not None:
            return self._take(proposal, press.at)
        under = self.reach.scene.boxes_at(press.at)
        if not under:
            self._last_click = None
            return RubberBandSelect(self.reach, add=press.ctrl)
        if press.ctrl:
            self.reach.document.select(self.reach.document.selection ^ {under[0]})
            return None
        return self._move(record, press.at, under)

    def _take(self, proposal: PredictedBox, at: Point) -> Gesture | None:
        """Clicking again at the same place goes on to the next larger proposal."""
        again = self._last_click is not None and self.reach.is_click(self._last_click, at)
        self._last_click = at
        found = self.reach.scene.proposals_at(at)
        if self.reach.scene.predictions.of_drawn_boxes:  # it has no corners of its own to be dragged
            self.reach.document.proposals.choose(proposal)
            return None
        next_one = None
        if again and proposal == self.reach.document.proposals.chosen and proposal in found:
            next_one = found[(found.index(proposal) + 1) % len(found)]
        return MoveProposal(self.reach, proposal, next_one)

    def _move(self, record: ImageRecord, at: Point, under: list[int]) -> Gesture:
        again = self._last_click is not None and self.reach.is_click(self._last_click, at)
        self._last_click = at
        selection = self.reach.document.selection
        target = self._target(at, under, again=again)
        on_click = None
        if target not in selection:
            self.reach.document.select([target])
        elif again:
            on_click = under[(under.index(target) + 1) % len(under)]
        elif len(selection) > 1:
            on_click = target
        return MoveBoxes(self.reach, record, on_click)

    def _target(self, at: Point, under: list[int], *, again: bool) -> int:
        selected = [index for index in under if index in self.reach.document.selection]
        if selected and again:
            return selected[0]
        boxes, reach = self.reach.scene.boxes.boxes, REACH / self.reach.scene.scale
        held = [index for index in selected if is_on_outline(boxes[index], at, reach)]
        return held[0] if held else under[0]

    def aim(self, at: Point) -> Aim:
        scene = self.reach.scene
        handle = scene.handle_at(at)
        if handle is not None:
            return Aim(CURSORS[handle])
        proposal = scene.proposal_at(at)
        if proposal is not None:
            is_chosen = proposal == self.reach.document.proposals.chosen and not scene.predictions.of_drawn_boxes
            shape = Qt.CursorShape.SizeAllCursor if is_chosen else Qt.CursorShape.PointingHandCursor
            return Aim(shape, proposal=proposal)
        under = scene.boxes_at(at)
        if not under:
            return Aim(Qt.CursorShape.ArrowCursor)
        chosen = not self.reach.document.selection.isdisjoint(under)
        return Aim(Qt.CursorShape.SizeAllCursor if chosen else Qt.CursorShape.PointingHandCursor, under[0])


class DrawTool(Tool):
    """Draws box after box until it is put away: most images have more than one.

    A press draws wherever it is, inside other boxes too; only the selected box's handles come first, and Ctrl
    lends the select tool.
    """

    def __init__(self, reach: Reach, select_tool: SelectTool) -> None:
        super().__init__(reach)
        self._select_tool = select_tool

    def begin(self, press: Press) -> Gesture | None:
        if press.ctrl:
            return self._select_tool.begin(press)
        resize = self._resize_at(press.at)
        if resize is not None or self.reach.scene.record is None:
            return resize
        return DrawBox(self.reach, self.reach.active_colour)

    def aim(self, at: Point) -> Aim:
        handle = self.reach.scene.handle_at(at)
        return Aim(Qt.CursorShape.CrossCursor if handle is None else CURSORS[handle])
