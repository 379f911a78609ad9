"""What is counted is told apart by stack, and a line leads to its trace."""

import pytest

from facebook_session import measures


def test_a_function_that_knows_no_stack_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STACK_NAME")
    with pytest.raises(KeyError, match="STACK_NAME"):
        measures.metrics()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Root=1-2-3;Parent=4;Sampled=0", "1-2-3"),
        ("Parent=4;Root=1-2-3", "1-2-3"),
        ("Sampled=1", None),
        ("", None),
        (None, None),
    ],
)
def test_the_trace_is_what_lambda_says(
    monkeypatch: pytest.MonkeyPatch, header: str | None, expected: str | None
) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    if header is not None:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    assert measures.trace_id() == expected
