"""The rule is worth its batching: quick, and with wide margins, for the targets are measured by `normproof bench`."""

from verify.bench.throughput import drawn, throughput


def test_batches_beat_single_instances_by_far() -> None:
    rows = throughput("cpu", seconds=0.3)
    assert len(rows) == 2
    for row in rows:
        assert row.over_per_example > 20
        assert row.over_by_hand > 0.02


def test_drawing_by_hypothesis_costs_little_beside_a_batch() -> None:
    by_hypothesis, by_loop = drawn("cpu", batches=9)
    assert by_hypothesis > by_loop / 4
