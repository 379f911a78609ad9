"""A session is only ever handed to an agent who can take it."""

import pytest

from local import seed
from local.stack import Stack
from tests.e2e.desktop import Desktop

SESSION = "handed-over"
NOBODY = [
    "%FF", "%00", "..", ".", "%2E%2E", "%20", "nobody", "TestName%00", "testname", "TESTNAME", "TestNam", "TestName2",
    "%F0%9F%98%80", "%EF%BF%BF", "x" * 128, "%D0%A2%D0%B5%D1%81%D1%82", "null", "*", "1", "Voice",
]  # fmt: skip


@pytest.fixture(scope="module")
def colleague(up: Stack) -> Desktop:
    seed.log_in(up.client, up.outputs, "Voice", groups=())
    return Desktop(up, seed.log_in(up.client, up.outputs, "Colleague"))


@pytest.fixture(scope="module")
def item(up: Stack, desktop: Desktop) -> dict[str, object]:
    seed.create_session(up.client, up.table, SESSION)
    return desktop.item(SESSION)


@pytest.mark.parametrize("name", NOBODY)
def test_a_transfer_to_nobody_leaves_the_session_with_its_agent(
    desktop: Desktop, colleague: Desktop, item: dict[str, object], name: str
) -> None:
    answer = desktop.operate("Transfer", SESSION, targetPath=f"/users/{name}")
    assert (answer.status, answer.code) == (400, 2)
    assert desktop.item(SESSION) == item
    assert desktop.read(f"/{SESSION}").status == 200
    assert colleague.read(f"/{SESSION}").status == 404


@pytest.mark.usefixtures("item")
def test_a_transfer_to_a_colleague_gives_it_to_them(desktop: Desktop, colleague: Desktop) -> None:
    assert desktop.operate("Transfer", SESSION, targetPath="/users/Colleague").status == 200
    assert desktop.read(f"/{SESSION}").status == 404
    assert colleague.operate("Accept", SESSION, nickname="Colleague").status == 200
