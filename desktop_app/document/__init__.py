"""The open project: what is open, current and selected, every edit, and the undo stack."""
