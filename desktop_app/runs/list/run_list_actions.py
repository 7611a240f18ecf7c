"""What can be done with the runs that are selected: one table for toolbar, context menu and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from desktop_app.action_table import BAR_ICON, SEPARATOR, ActionRow, ActionSet, make_actions, plain_words
from training.run.catalogue.run_summary import RunState, RunSummary

TOOLBAR = (
    "open_run", "resume_run", "start_again", "start_from", "export_model", SEPARATOR, "rename_run", "delete_runs"
)  # fmt: skip
MENU = (
    "open_run", "resume_run", SEPARATOR, "start_again", "start_from", SEPARATOR, "export_model", SEPARATOR,
    "rename_run", "write_note", "show_folder", "copy_details", SEPARATOR, "take_off_list", "delete_runs",
    SEPARATOR, "add_run",
)  # fmt: skip
TABLE_KEYS = ("Return", "Enter", "Del")  # only where no text is typed


class Handlers(Protocol):
    """What the window does."""

    def open_selected(self) -> None: ...
    def resume_selected(self) -> None: ...
    def start_again(self) -> None: ...
    def start_from(self) -> None: ...
    def export_model(self) -> None: ...
    def rename(self) -> None: ...
    def write_note(self) -> None: ...
    def show_folder(self) -> None: ...
    def copy_details(self) -> None: ...
    def add_run(self) -> None: ...
    def take_off_list(self) -> None: ...
    def delete_selected(self) -> None: ...


class RunListActions(ActionSet):
    def __init__(self, handlers: Handlers, table: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = make_actions(self, self._rows(handlers))
        self._actions["add_run"].setIconText(self.tr("Add a run"))
        for action in self._actions.values():
            keys = action.shortcuts()
            if any(key in keys for key in map(QKeySequence, TABLE_KEYS)):
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                table.addAction(action)
            else:
                parent.addAction(action)

    def _rows(self, do: Handlers) -> list[ActionRow]:
        again_tip = self.tr("Open the Train sheet with the settings of this run")
        from_tip = self.tr("Train a new model that begins with what this one has learned")
        add_tip = self.tr("List a run that was copied from another machine or lies on a share")
        off_tip = self.tr("Its folder stays where it is")
        open_tip = self.tr("Show the run beside the picture, and its model's boxes in it")
        export_tip = self.tr("Make one file of its model, to use it elsewhere or hand it on")
        return [
            ActionRow("open_run", self.tr("&Open"), do.open_selected, ("Return", "Enter"), "open", open_tip),
            ActionRow("resume_run", self.tr("&Resume"), do.resume_selected, ("Ctrl+R",), "resume"),
            ActionRow("start_again", self.tr("Start &again…"), do.start_again, ("Ctrl+Shift+T",), "train", again_tip),
            ActionRow(
                "start_from", self.tr("&Start from it…"), do.start_from, ("Ctrl+Shift+M",), "start-from", from_tip
            ),
            ActionRow(
                "export_model", self.tr("&Export model…"), do.export_model, ("Ctrl+Shift+E",), "export", export_tip
            ),
            ActionRow("rename_run", self.tr("Re&name"), do.rename, ("F2",), "rename", self.tr("Rename this run")),
            ActionRow("write_note", self.tr("&Write a note"), do.write_note, ("F4",)),
            ActionRow("show_folder", self.tr("Show &folder"), do.show_folder, ("Ctrl+L",)),
            ActionRow("copy_details", self.tr("&Copy details for a bug report"), do.copy_details, (), "copy"),
            ActionRow("add_run", self.tr("A&dd a run from elsewhere…"), do.add_run, ("Ctrl+O",), "add", add_tip),
            ActionRow("take_off_list", self.tr("&Take off the list"), do.take_off_list, (), "close", off_tip),
            ActionRow(
                "delete_runs", self.tr("&Delete"), do.delete_selected, ("Del",), "delete", self.tr("To the trash")
            ),
        ]

    def update_for(self, runs: Sequence[RunSummary], added: Sequence[RunSummary], *, may_change: bool = True) -> None:
        """`added` are those of them that come from elsewhere."""
        one = runs[0] if len(runs) == 1 else None
        readable = one is not None and one.state is not RunState.UNREADABLE
        self.allow(
            open_run=readable,
            resume_run=may_change and one is not None and one.can_resume,
            start_again=readable,
            start_from=one is not None and one.has_model,
            export_model=one is not None and one.has_model,
            rename_run=may_change and one is not None,
            write_note=may_change and one is not None,
            show_folder=one is not None,
            copy_details=readable,
            take_off_list=bool(added) and len(added) == len(runs),
            delete_runs=may_change and bool(runs) and not any(run.is_growing for run in runs),
        )
        is_waiting = one is not None and one.state is RunState.WAITING
        text = self.tr("Sta&rt") if is_waiting else self.tr("&Resume")
        tip = self.tr("Start this prepared run") if is_waiting else self.tr("Go on where this run ended")
        self._actions["resume_run"].setText(text)
        self._actions["resume_run"].setToolTip(f"{tip} ({self._key_of('resume_run')})")
        self._actions["take_off_list"].setVisible(bool(added))

    def make_toolbar(self, parent: QWidget) -> QToolBar:
        bar = QToolBar(self.tr("What to do with the selected run"), parent)
        bar.setIconSize(BAR_ICON)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_to(bar, TOOLBAR)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        self.add_to(bar, ("add_run",))
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if action.text() and isinstance(button, QToolButton):
                button.setAccessibleName(plain_words(action.text()))
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return bar

    def _key_of(self, name: str) -> str:
        return self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
