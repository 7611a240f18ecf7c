"""Whether a model's card, which anybody may have written, can be worked with. No Keras."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

from training.run.model_card import BOX_ENCODING, ModelCard
from training.run.plain_values import PlainValueError, from_plain
from training.run.recipes.names import CLASSIFIER, LOCALIZER

SMALLEST_INPUT, LARGEST_INPUT = 16, 2048
MOST_CLASSES = 10_000
LONGEST_NAME = 200
_HEADS = {LOCALIZER: ({"class", "box"}, {"class", "box", "presence"}), CLASSIFIER: ({"class"},)}
HEAD_NUMBERS = {"box": 4, "presence": 1}  # how many an answer has; "class" has one for each class
_SOURCES = ("", "boxes", "images")
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class CardFault(Exception):  # noqa: N818 -- what it says goes into the sentence that refuses the file
    """What is wrong with a card, as the end of "its description …"."""


def card_of(content: bytes) -> ModelCard:
    """The card in these bytes. Raises CardFault."""
    try:
        plain = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CardFault(f"is no JSON: {str(error)[:100]}") from error
    try:
        _refuse_newer(plain)
        card = from_plain(ModelCard, plain, unknown_allowed=True)
    except (PlainValueError, RecursionError) as error:
        raise CardFault(f"is not as expected: {error}") from error
    fault = fault_of_card(card)
    if fault:
        raise CardFault(fault)
    return card


def fault_of_card(card: ModelCard) -> str:
    """As CardFault says it; empty for a card that is fine."""
    if card.recipe not in _HEADS:
        return f"names the recipe {card.recipe[:40]!r}, which this version does not know"
    if set(card.heads) not in _HEADS[card.recipe] or len(set(card.heads)) != len(card.heads):
        return f"names outputs that a {card.recipe} does not have: {', '.join(card.heads)[:100]}"
    if not SMALLEST_INPUT <= card.input_size <= LARGEST_INPUT:
        return f"names an input size of {card.input_size}; expected {SMALLEST_INPUT} to {LARGEST_INPUT} pixels"
    if not 0 <= card.fill <= 255 or not math.isfinite(card.crop_margin) or not 0 <= card.crop_margin <= 10:
        return f"names a grey of {card.fill} and a margin of {card.crop_margin:g}; expected 0 to 255, and 0 to 10"
    if card.source not in _SOURCES or card.epoch < 0:
        return f"names the source {card.source[:40]!r} and the epoch {card.epoch}, which no run has"
    return _fault_of_classes(card)


def _refuse_newer(plain: Any) -> None:
    if not isinstance(plain, dict):
        return
    encoding = plain.get("box_encoding", BOX_ENCODING)
    version = plain.get("version", 1)
    if type(version) is int and version > 1:
        raise CardFault("was written by a newer version of Boxwright")
    if version != 1 or encoding != BOX_ENCODING:
        raise CardFault("says that boxes are read in a way that this version does not know")


def _fault_of_classes(card: ModelCard) -> str:
    count = len(card.classes)
    if not 1 <= count <= MOST_CLASSES:
        return f"names {count:,} classes; expected 1 to {MOST_CLASSES:,}"
    for entry in card.classes:
        if not entry.name.strip() or len(entry.name) > LONGEST_NAME or _NO_TEXT.search(entry.name) or entry.id < 0:
            return f"names a class that can't be: {entry.name[:60]!r} with the number {entry.id}"
    for what, values in (("name", card.class_names), ("number", [entry.id for entry in card.classes])):
        twice, times = Counter(values).most_common(1)[0]
        if times > 1:
            return f"gives two classes the same {what}: {str(twice)[:60]}"
    return ""
