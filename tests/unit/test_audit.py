"""`make audit`: what is found is a failure, and that nobody can be asked is none."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests import audit
from tests.template import ROOT

Done = subprocess.CompletedProcess[str]

GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1)"}


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], Done]) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer())


def told(*packages: Any) -> Done:
    found = any(one.get("vulns") for one in packages)
    return subprocess.CompletedProcess([], int(found), json.dumps({"dependencies": packages}), "")


def broken(line: str) -> Done:
    return subprocess.CompletedProcess([], 1, "", f"Traceback (most recent call last):\n  …\n{line}\n")


def test_what_is_found_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answering(monkeypatch, lambda: told(GOOD, BAD, UNKNOWN))
    assert audit.main() == 1
    lines = capsys.readouterr().out.splitlines()
    count = len(audit.files())
    assert lines[0] == f"{2 * count} pinned packages audited, {count} known vulnerabilities."
    assert lines[1] == "bad 2: PYSEC-1, mended in 3 (layers/core/requirements.txt)"


def test_nothing_found_is_a_success(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answering(monkeypatch, lambda: told(GOOD))
    assert audit.main() == 0
    assert capsys.readouterr().out == f"{len(audit.files())} pinned packages audited, 0 known vulnerabilities.\n"


@pytest.mark.parametrize(
    "line",
    [
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='example.org'): Max retries exceeded",
        "requests.exceptions.ProxyError: HTTPSConnectionPool(host='example.org'): Max retries exceeded",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='example.org'): Read timed out.",
        "requests.exceptions.HTTPError: 503 Server Error",
        "ERROR:pip_audit._cli:ServiceError",
    ],
)
def test_that_nobody_can_be_asked_is_a_line(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, lambda: broken(line))
    assert audit.main() == 0
    (told_,) = capsys.readouterr().out.splitlines()
    assert told_.startswith("Not audited: nobody could be asked")


def test_a_service_that_knows_no_package_at_all_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a mirror of the registry is, which has packages and nothing about them."""
    answering(monkeypatch, lambda: told(UNKNOWN))
    assert audit.main() == 0
    assert capsys.readouterr().out.startswith("Not audited: ")


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def hang() -> Done:
        raise subprocess.TimeoutExpired("pip-audit", audit.SECONDS)

    answering(monkeypatch, hang)
    assert audit.main() == 0
    assert "no answer within 240 s" in capsys.readouterr().out


def test_what_was_found_before_the_network_went_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([told(BAD), broken("requests.exceptions.ConnectionError: gone")])
    answering(monkeypatch, lambda: next(answers))
    assert audit.main() == 1
    assert "PYSEC-1" in capsys.readouterr().out


def test_a_broken_tool_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, lambda: broken("ModuleNotFoundError: No module named 'pip_audit'"))
    with pytest.raises(OSError, match="pip_audit"):
        audit.main()


def test_all_that_is_pinned_is_audited() -> None:
    names = {one.relative_to(ROOT).as_posix() for one in audit.files()}
    assert names >= {"layers/core/requirements.txt", "requirements/dev.txt", "requirements/scan.txt"}
    assert names == {
        one.relative_to(ROOT).as_posix()
        for folder in ("layers", "requirements")
        for one in (ROOT / folder).rglob("requirements.txt" if folder == "layers" else "*.txt")
    }
