"""Percentiles, and bars."""

from operate.load.figures import figures


def test_figures() -> None:
    assert [*figures("Answers", [0.010] * 8 + [0.030, 0.100])] == [
        "Answers: 10, p50 10 ms, p90 37 ms, p99 94 ms, longest 100 ms",
        "         16 ms       8  ########################################",
        "         32 ms       1  #####",
        "         64 ms       0",
        "        128 ms       1  #####",
    ]


def test_what_is_quicker_than_a_millisecond() -> None:
    assert [*figures("Answers", [0.0, 0.0005])][1:] == [f"          1 ms       2  {'#' * 40}"]


def test_too_few() -> None:
    assert [*figures("Answers", [1.0])] == ["Answers: 1, too few for figures"]
