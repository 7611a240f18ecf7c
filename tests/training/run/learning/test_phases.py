"""The parts of a training: which there are, when each is over, and where a run goes on."""

from __future__ import annotations

import pytest

from training.run.events import EpochEvent
from training.run.learning.phases import Phase, phase_names, phases_left, phases_of
from training.run.learning.run_state import Place
from training.run.settings import TrainingSettings

TWO = TrainingSettings.for_recipe("classifier", weights="imagenet", epochs=6, fine_tune_epochs=4, patience=2)


def place(epoch: int, best: int, **values) -> Place:
    event = EpochEvent(epoch=best, epochs=10, figures={}, seconds=1.0, best=True)
    return Place(fingerprint="", batch_size=4, train_images=9, epoch=epoch, best=event, **values)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, ("head", "fine_tune")),
        ({"weights": "/a/file.keras"}, ("head", "fine_tune")),
        ({"weights": "random"}, ()),
        ({"fine_tune_epochs": 0}, ()),
        ({"recipe": "localizer"}, ()),
    ],
)
def test_only_a_classifier_on_a_network_that_has_learned_has_two_phases(values: dict, names: tuple[str, ...]):
    settings = TWO.with_values(values)
    assert phase_names(settings) == names
    phases = phases_of(settings)
    assert phases[-1].total == settings.total_epochs
    assert all(phase.total == settings.total_epochs for phase in phases)


def test_epochs_are_numbered_through():
    head, tuning = phases_of(TWO)
    assert (head.begins, head.ends, head.later, head.total) == (0, 6, 4, 10)
    assert (tuning.begins, tuning.ends, tuning.total) == (6, 10, 10)


def test_patience_counts_from_where_a_phase_began():
    phase = Phase("fine_tune", epochs=6, begins=4, patience=2)
    assert not phase.is_out_of_patience(5, best_epoch=1)
    assert phase.is_out_of_patience(6, best_epoch=1)
    assert not phase.is_out_of_patience(6, best_epoch=5)
    assert not phase.is_out_of_patience(10, best_epoch=1)  # the last epoch is no early end
    assert phase.is_over(10, best_epoch=1)
    assert not phase.is_out_of_patience(9, best_epoch=None)


def test_a_run_goes_on_in_the_phase_that_it_stands_in():
    assert phases_left(TWO, None) == phases_of(TWO)
    assert phases_left(TWO, place(3, 3, phase="head")) == phases_of(TWO)
    (only,) = phases_left(TWO, place(4, 2, phase="fine_tune", phase_begins=3))
    assert (only.name, only.begins, only.total) == ("fine_tune", 3, 7)


def test_a_phase_that_is_over_is_not_begun_again():
    (after_all,) = phases_left(TWO, place(6, 6, phase="head"))
    assert (after_all.name, after_all.begins) == ("fine_tune", 6)
    (out_of_patience,) = phases_left(TWO, place(4, 2, phase="head"))
    assert (out_of_patience.name, out_of_patience.begins, out_of_patience.total) == ("fine_tune", 4, 8)
    judged_last = phases_left(TWO, place(5, 5, phase="head", batch=10))
    assert [phase.name for phase in judged_last] == ["head", "fine_tune"]


def test_a_state_from_before_there_were_phases_goes_on():
    settings = TrainingSettings(epochs=5)
    assert phases_left(settings, place(2, 1)) == phases_of(settings)
    assert phases_left(settings, place(5, 1)) == phases_of(settings)  # judging may be all that is left
