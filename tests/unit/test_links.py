"""What the documents name is there: files, headings, tests, and the code that they show."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.template import ROOT

# Not what is installed in the project's folder: other tests change that meanwhile.
PAGES = sorted(
    page
    for place in ROOT.iterdir()
    if not place.name.startswith(".")
    for page in (place.rglob("*.md") if place.is_dir() else [place])
    if page.suffix == ".md"
)
CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OTHER_SITE = re.compile(r"[a-z]+:")


def prose(page: Path) -> str:
    """Without blocks of code, whose brackets and hashes are no links and headings."""
    return CODE.sub("", page.read_text())


def anchors(page: Path) -> Iterator[str]:
    """Of the headings, as GitHub makes them; one that comes again gets a number."""
    seen: dict[str, int] = {}
    for heading in HEADING.findall(prose(page)):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        seen[anchor] = seen.get(anchor, -1) + 1
        yield f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor


def broken(page: Path) -> Iterator[str]:
    for link in LINK.findall(prose(page)):
        if OTHER_SITE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        there = target.exists() and target.is_relative_to(ROOT)
        if not there or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [*broken(page)] == []


def test_a_link_to_nothing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    other = tmp_path / "other.md"
    other.write_text("# Some `code`, twice\n\n# Some `code`, twice\n\n```\n# no heading\n```\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n\n[1](other.md) [2](other.md#some-code-twice) [3](other.md#some-code-twice-1) [4](#here)"
        " [5](https://example.com/)\n\n```\n[6](nowhere.md)\n```\n"
    )
    assert [*broken(page)] == []
    page.write_text("[1](nowhere.md) [2](other.md#no-heading) [3](#here) [4](../page.md)")
    assert [*broken(page)] == ["nowhere.md", "other.md#no-heading", "#here", "../page.md"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/design.md"])
def test_the_tests_that_a_page_names_are_there(page: str) -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / page).read_text()))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_each_guarantee_names_a_test() -> None:
    rows = (ROOT / "README.md").read_text().split("## Guarantees\n")[1].split("\n## ")[0].splitlines()
    guarantees = [row for row in rows if row.startswith("| ")][1:]
    assert guarantees
    assert [row for row in guarantees if not re.search(r"`tests/[\w/]+/test_\w+\.py`", row)] == []


def test_the_operation_that_is_shown_to_newcomers_is_the_code() -> None:
    shown = (ROOT / "CONTRIBUTING.md").read_text().split("```python\n")[1].split("```")[0]
    assert (ROOT / "functions/session_api/operations/send_message.py").read_text().endswith(f"\n\n\n{shown}")


def test_the_commands_that_are_shown_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for command in re.findall(r"(?:^|`)(?:\$ )?make ([a-z0-9]+)", page.read_text(), re.MULTILINE):
            assert re.search(rf"^{command}:", makefile, re.MULTILINE), f"{page.name}: make {command}"
