"""Macro F1 against numbers counted by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from training.models.class_metrics import MacroF1

EYE = np.eye(4, dtype=np.float32)


def test_each_class_counts_the_same_and_one_that_never_comes_does_not_count():
    metric = MacroF1(4)
    metric.update_state(EYE[[0, 0, 0, 1]], EYE[[0, 0, 1, 1]])
    metric.update_state(EYE[[2]], EYE[[1]], sample_weight=np.array([9.0], np.float32))
    # class 0: 2 right of 3, told 2 times; class 1: 1 right of 1, told 3 times; class 2: never right; class 3: never there
    assert float(metric.result()) == pytest.approx((4 / 5 + 2 / 4 + 0) / 3)
    metric.reset_state()
    assert float(metric.result()) == 0
    metric.update_state(EYE[[3]], EYE[[3]])
    assert float(metric.result()) == 1


def test_it_comes_back_from_its_configuration():
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(MacroF1(3)))
    assert (again.name, again.class_count) == ("macro_f1", 3)
