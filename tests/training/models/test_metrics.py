from __future__ import annotations

import keras
import numpy as np
import pytest

from training.models.metrics import IoUShare, MeanIoU

TRUE = np.array([[0.2, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2], [0.5, 0.5, 1.0, 1.0]], np.float32)
PREDICTED = np.array([[0.4, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2], [0.5, 0.3, 1.0, 0.6]], np.float32)
IOU = (1 / 3, 1.0, 0.6)


def test_mean_iou_is_the_mean():
    metric = MeanIoU()
    metric.update_state(TRUE[:2], PREDICTED[:2])
    metric.update_state(TRUE[2:], PREDICTED[2:])
    assert float(metric.result()) == pytest.approx(sum(IOU) / 3, abs=1e-4)


def test_pictures_without_an_object_do_not_count():
    metric = MeanIoU()
    metric.update_state(TRUE, PREDICTED, sample_weight=[1.0, 0.0, 1.0])
    assert float(metric.result()) == pytest.approx((IOU[0] + IOU[2]) / 2, abs=1e-4)


@pytest.mark.parametrize(("threshold", "share"), [(0.3, 1.0), (0.5, 2 / 3), (0.599, 2 / 3), (0.7, 1 / 3)])
def test_a_share_counts_boxes_at_or_above_the_threshold(threshold: float, share: float):
    metric = IoUShare(threshold)
    metric.update_state(TRUE, PREDICTED)
    assert float(metric.result()) == pytest.approx(share, abs=1e-6)


def test_a_metric_survives_being_written_down():
    written = keras.saving.serialize_keras_object(IoUShare(0.6, "iou60"))
    again = keras.saving.deserialize_keras_object(written, safe_mode=True)
    assert (type(again), again.threshold, again.name) == (IoUShare, 0.6, "iou60")


def test_the_figures_of_the_lecture_come_out_as_one_mean_and_one_share():
    """Five anchors and the objects nearest to them: IoUs .0536, .1417, .5657, .2059, .7459."""
    anchors = [
        (0, 0.1, 0.2, 0.3),
        (0.15, 0.2, 0.4, 0.4),
        (0.63, 0.05, 0.88, 0.98),
        (0.66, 0.45, 0.8, 0.8),
        (0.57, 0.3, 0.92, 0.9),
    ]
    dog, cat = (0.1, 0.08, 0.52, 0.92), (0.55, 0.2, 0.9, 0.88)
    mean, share = MeanIoU(), IoUShare(0.5)
    for metric in (mean, share):
        metric.update_state(centre_size([dog, dog, cat, cat, cat]), centre_size(anchors))
    assert float(mean.result()) == pytest.approx((0.0536 + 0.1417 + 0.5657 + 0.2059 + 0.7459) / 5, abs=1e-4)
    assert float(share.result()) == pytest.approx(2 / 5)


def centre_size(corners: list[tuple[float, float, float, float]]) -> np.ndarray:
    first, last = np.array(corners, np.float32)[:, :2], np.array(corners, np.float32)[:, 2:]
    return np.concatenate([(first + last) / 2, last - first], axis=1)
