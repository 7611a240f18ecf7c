"""Weights that a network starts from: none, ImageNet's, or a file."""

from __future__ import annotations


class WeightsUnavailable(Exception):  # noqa: N818 -- it says what is the case, as FileNotFoundError's cousin
    """The weights asked for can't be had or don't fit; the message says which file to put where or what is wrong."""
