"""Labels for a narrow column."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy


def shrinkable(label: QLabel) -> QLabel:
    """It wraps, and never asks for more width than its column has, however long a word is."""
    label.setWordWrap(True)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    return label
