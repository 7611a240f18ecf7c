"""A training whose network could not get its starting weights, in the window's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.run.outcome import Outcome


def reason_without_weights(outcome: Outcome) -> str:
    """After “The training failed:”. A run of an earlier version has no facts, only its sentence."""
    facts = {"problem": "", "network": "", "file": "", "reason": "", **outcome.facts}
    file, network = facts["file"], facts["network"]
    reasons = {
        "download": filled(
            _tr("the ImageNet weights of %1 could not be downloaded: %2"), network, facts["reason"].rstrip(".")
        ),
        "damaged_download": filled(_tr("%1, with the ImageNet weights of %2, is damaged"), file, network),
        "no_imagenet": filled(_tr("there are no ImageNet weights for the network %1"), network),
        "missing": filled(_tr("there is no file %1, whose weights it was to start from"), file),
        "ending": filled(_tr("%1 is no file of weights"), file),
        "unreadable": filled(_tr("the file %1, whose weights it was to start from, can't be read"), file),
        "damaged": filled(_tr("%1 is damaged, or holds no weights"), file),
        "unfit": filled(_tr("the weights in %1 do not fit %2"), file, network),
        "too_small": filled(
            _tr(
                "the network in %1 learned from such small pictures that it lacks the coarsest part, which is needed here"
            ),
            file,
        ),
    }
    return reasons.get(facts["problem"], outcome.reason)


def advice_without_weights(outcome: Outcome) -> str:
    facts = {"problem": "", "address": "", "folder": "", "file": "", **outcome.facts}
    scratch = _tr("From scratch a network needs no file.")
    if facts["problem"] == "download":
        text = _tr(
            "Where there is no internet: get %1 on a computer that has it, and choose the file under Starting weights, or put "
            "it into %2 as %3 and start over."
        )
        return f"{filled(text, facts['address'], facts['folder'], facts['file'])} {scratch}"
    if facts["problem"] == "damaged_download":
        return f"{_tr('Delete that file and start over: it is downloaded again.')} {scratch}"
    return f"{_tr('Train again and choose another file under Starting weights.')} {scratch}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("NoWeightsWords", text)
