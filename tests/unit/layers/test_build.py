"""What a build is made for, and what it leaves out."""

import json
import re
from pathlib import Path

import pytest
import yaml

import trim
from layers import build
from tests.template import ROOT


@pytest.fixture(autouse=True)
def _nothing_chosen_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_RUNTIME", raising=False)
    monkeypatch.delenv("PYTHON_PLATFORM", raising=False)


def overriding(text: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"deploy": {"parameters": {"parameter_overrides": text}}}


@pytest.mark.parametrize(
    ("overrides", "target"),
    [
        ("", ("python3.13", "aarch64-manylinux_2_28")),
        ("Architecture=x86_64", ("python3.13", "x86_64-manylinux_2_28")),
        ('PythonRuntime="python3.11" DispositionKey="My Key"', ("python3.11", "aarch64-manylinux2014")),
    ],
)
def test_the_build_is_for_what_samconfig_deploys(overrides: str, target: tuple[str, str]) -> None:
    assert build._target(overriding(overrides)) == target


def test_a_machine_that_runs_the_functions_itself_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_RUNTIME", "python3.12")
    monkeypatch.setenv("PYTHON_PLATFORM", "aarch64-apple-darwin")
    assert build._target(overriding("PythonRuntime=python3.14")) == ("python3.12", "aarch64-apple-darwin")


def test_the_built_template_takes_no_other_runtime(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Parameters: {PythonRuntime: {Type: String, Default: a, AllowedValues: [a, b]}}")
    build._fix(path, PythonRuntime="b")
    assert yaml.safe_load(path.read_text())["Parameters"]["PythonRuntime"] == {
        "Type": "String",
        "Default": "b",
        "AllowedValues": ["b"],
    }


def test_the_layer_keeps_the_data_of_the_services_in_use(tmp_path: Path) -> None:
    for service in ("sns", "ec2"):
        (tmp_path / service).mkdir()
    services: dict[str, object] = {"sns": {"endpoints": {}}, "ec2": {"endpoints": {}}}
    (tmp_path / "endpoints.json").write_text(json.dumps({"partitions": [{"partition": "aws", "services": services}]}))
    trim.main(tmp_path, {"sns"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["endpoints.json", "sns"]
    assert json.loads((tmp_path / "endpoints.json").read_text()) == {
        "partitions": [{"partition": "aws", "services": {"sns": {"endpoints": {}}}}]
    }


def test_the_layer_has_the_services_that_the_functions_call() -> None:
    code = "".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))
    kept = re.search(r"^SERVICES := (.*)$", (ROOT / "layers/core/Makefile").read_text(), re.MULTILINE)
    assert kept is not None
    assert set(kept[1].split()) == set(re.findall(r'aws\.client\("([\w-]+)"', code))
