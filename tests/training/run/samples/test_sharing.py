from __future__ import annotations

import math
from collections import Counter

import pytest

from training.run.samples.sharing import Sharing


@pytest.mark.parametrize("replicas", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 17, 33, 64, 65, 200])
@pytest.mark.parametrize("each", [1, 4, 16])
@pytest.mark.parametrize("may_end_uneven", [True, False])
def test_every_sample_counts_the_same_and_no_replica_is_left_without(replicas, count, each, may_end_uneven):
    sharing = Sharing(replicas, may_end_uneven=may_end_uneven)
    batches = sharing.judged(count, each * replicas)
    often = Counter(place % count for batch in batches for place in batch)
    assert len(often) == count
    assert len(set(often.values())) == 1
    for batch in batches:
        share = math.ceil(len(batch) / replicas)
        assert len(batch) - (replicas - 1) * share > 0
        assert may_end_uneven or len(batch) % replicas == 0
        assert len(batch) < 2 * each * replicas
    assert len(batches[0]) % replicas == 0


def test_samples_are_not_gone_through_twice_without_need():
    assert Sharing(2, may_end_uneven=True).judged(65, 32) == [range(32), range(32, 65)]
    assert Sharing(2, may_end_uneven=True).judged(33, 32) == [range(32), range(32, 64), range(64, 66)]
    assert Sharing(2, may_end_uneven=True).judged(35, 32) == [range(32), range(32, 35)]
    assert Sharing(2).judged(34, 32) == [range(32), range(32, 34)]
    assert Sharing(2).judged(33, 32) == [range(32), range(32, 64), range(64, 66)]
    assert Sharing().judged(33, 32) == [range(32), range(32, 33)]


def test_machines_share_a_batch_in_their_order():
    parts = [Sharing(4, machine, machines=2).own(range(8, 16)) for machine in range(2)]
    assert parts == [range(8, 12), range(12, 16)]
    assert Sharing(2).own(range(8, 16)) == range(8, 16)
