"""The classifier: what lies in a box, or what a whole picture shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """To come."""
