"""The kinds of training, by the names that settings, runs and the command line use. No Keras."""

from __future__ import annotations

LOCALIZER = "localizer"
CLASSIFIER = "classifier"
RECIPES = (LOCALIZER, CLASSIFIER)
