"""How a deployment moves traffic, by what SAM's own transform makes of the template."""

import ast
import functools
import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import schemas
from tests.template import ROOT, TEMPLATE

Resources = dict[str, dict[str, Any]]

SAM = Path(os.environ.get("SAM", ROOT / ".tools/sam/bin/sam"))
FUNCTIONS = ("SessionApi", "SessionNotifier", "SessionEraser", "DesktopChannel", "DesktopNotifier", "UndeliveredGauge")
ROLLOUTS = TEMPLATE["Parameters"]["Rollout"]["AllowedValues"]
SHIFTING = [one for one in ROLLOUTS if one != "AllAtOnce"]

ALARMS = {
    "SessionApi": ["ApiErrorAlarm", "ApiFunctionErrorAlarm", "ApiGatewayErrorAlarm"],
    "SessionNotifier": ["NotifierErrorAlarm", "QuarantineAlarm", "StreamAgeAlarm", "AnnouncedLateAlarm"],
    "SessionEraser": ["EraserErrorAlarm"],
    "DesktopChannel": ["DesktopChannelErrorAlarm", "DesktopChannelFunctionErrorAlarm"],
    "DesktopNotifier": ["DesktopErrorAlarm", "DesktopUntoldAlarm", "DesktopAgeAlarm"],
    "UndeliveredGauge": ["GaugeErrorAlarm"],
}
"""By which a rollout is undone. What the eraser can't erase is among the dead letters after an hour: too late."""


def transformed(*cases: dict[str, Any]) -> list[Resources]:
    """The template's resources with the cases' parameters and code."""
    command = [str(SAM.with_name("python")), "-I", "tests/transforms.py", "template.yaml"]
    known = [{"parameters": one.get("parameters", {}), "code": one.get("code", {})} for one in cases]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=json.dumps(known), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[Resources] = json.loads(done.stdout)
    return found


@functools.cache
def by_rollout() -> dict[str, Resources]:
    return dict(zip(ROLLOUTS, transformed(*({"parameters": {"Rollout": one}} for one in ROLLOUTS)), strict=True))


def deployed(rollout: str = "AllAtOnce") -> Resources:
    return by_rollout()[rollout]


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: one for name, one in resources.items() if one["Type"] == kind}


def references(resource: dict[str, Any]) -> set[str]:
    """The logical ids that a resource names, and so waits for."""
    depends = resource.get("DependsOn", [])
    named = re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)', json.dumps(resource))
    return {*("".join(one) for one in named), *([depends] if isinstance(depends, str) else depends)}


def test_all_at_once_is_without_codedeploy() -> None:
    """The embedded AWS refuses its types."""
    assert TEMPLATE["Parameters"]["Rollout"]["Default"] == "AllAtOnce"
    assert not [one["Type"] for one in deployed().values() if "CodeDeploy" in one["Type"]]
    assert "CodeDeployServiceRole" not in deployed()
    assert not any("UpdatePolicy" in one for one in deployed().values())


@pytest.mark.parametrize("rollout", SHIFTING)
def test_every_other_rollout_is_codedeploys_and_undone_by_the_functions_alarms(rollout: str) -> None:
    resources = deployed(rollout)
    for function, alarms in ALARMS.items():
        group = resources[f"{function}FunctionDeploymentGroup"]["Properties"]
        names = [{"Name": {"Ref": name}} for name in alarms]
        assert group["AlarmConfiguration"] == {"Enabled": True, "Alarms": names}
        assert group["AutoRollbackConfiguration"]["Enabled"] is True
        assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= {*group["AutoRollbackConfiguration"]["Events"]}
        name = ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": rollout}]
        assert group["DeploymentConfigName"] == {"Fn::Sub": name}
        update = resources[f"{function}FunctionAliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert update["DeploymentGroupName"] == {"Ref": f"{function}FunctionDeploymentGroup"}


def test_the_erasers_dead_letters_come_too_late_to_undo_a_rollout() -> None:
    queue = TEMPLATE["Resources"]["RemovalQueue"]["Properties"]
    tries = queue["RedrivePolicy"]["maxReceiveCount"]
    assert tries * queue["VisibilityTimeout"] > 30 * 60  # the longest of the canaries


@pytest.mark.parametrize("rollout", ["AllAtOnce", "Canary10Percent5Minutes"])
def test_no_resource_waits_for_itself(rollout: str) -> None:
    """As with an alarm on a mapping: it waits for its mapping, that for the alias, and the alias for its alarms."""
    resources = deployed(rollout)
    waits = {name: references(one) & resources.keys() for name, one in resources.items()}
    while ready := [name for name, for_ in waits.items() if not for_ & waits.keys()]:
        for name in ready:
            del waits[name]
    assert not waits


def test_whatever_calls_a_function_calls_its_alias() -> None:
    resources = deployed()
    aliases = {f"{one}FunctionAliaslive" for one in FUNCTIONS}
    assert of_type(resources, "AWS::Lambda::Alias").keys() == aliases
    callers = {**of_type(resources, "AWS::Lambda::EventSourceMapping"), **of_type(resources, "AWS::Lambda::Permission")}
    assert {one["Properties"]["FunctionName"]["Ref"] for one in callers.values()} == aliases
    assert {one["Properties"].get("Principal", "lambda.amazonaws.com") for one in callers.values()} == {
        "lambda.amazonaws.com", "apigateway.amazonaws.com", "events.amazonaws.com",
    }  # fmt: skip
    (clock,) = of_type(resources, "AWS::Events::Rule").values()
    assert [one["Arn"] for one in clock["Properties"]["Targets"]] == [{"Ref": "UndeliveredGaugeFunctionAliaslive"}]
    called = json.dumps(resources["SessionApi"]["Properties"]["Body"])
    assert called.count("/functions/${") == called.count("FunctionAliaslive}/invocations") > 0
    for output in ("NotifierFunctionName", "EraserFunctionName"):
        assert TEMPLATE["Outputs"][output]["Value"].endswith("Function}:live")


def test_the_stage_goes_over_to_an_alias_when_it_may_call_it() -> None:
    resources = deployed()
    (stage,) = of_type(resources, "AWS::ApiGateway::Stage").values()
    waits_for = references(stage) & of_type(resources, "AWS::Lambda::Permission").keys()
    rights = [resources[name]["Properties"] for name in waits_for]
    assert {one["FunctionName"]["Ref"] for one in rights} == {
        "SessionApiFunctionAliaslive",
        "DesktopChannelFunctionAliaslive",
    }
    assert {one["SourceArn"]["Fn::Sub"].split(":")[-1] for one in rights} == {"${SessionApi}/*"}


@pytest.mark.parametrize(
    "name",
    ["SessionNotifierFunctionSessionChange", "DesktopNotifierFunctionSessionChange", "SessionEraserFunctionRemoval"],
)
def test_a_mapping_keeps_its_name_and_what_it_can_t_change_without_being_replaced(name: str) -> None:
    """Another mapping would begin at the stream's beginning, or at its end. FunctionName can change."""
    assert "FunctionName" not in schemas.replacing("AWS::Lambda::EventSourceMapping")
    mapping = deployed()[name]["Properties"]
    source = ["RemovalQueue", "Arn"] if name.endswith("Removal") else ["SessionTable", "StreamArn"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": source}


def test_conditions_compare_text_with_text() -> None:
    """With AWS::LanguageExtensions "0" and 0 are two things: cfn-language-discussion, issue 153."""
    numbers = {name for name, one in TEMPLATE["Parameters"].items() if one["Type"] == "Number"}
    compared = re.findall(r"!Equals \[(.+?), (.+?)\]", (ROOT / "template.yaml").read_text())
    assert len(compared) > len(TEMPLATE["Conditions"])  # and those of the rules
    for value, other in compared:
        assert value.removeprefix("!Ref ") not in numbers
        assert not other.isdecimal()


UNVERSIONED = ("ReservedConcurrentExecutions", "Tags", "CodeSigningConfigArn")
"""What SAM takes for a reason to publish a version, and Lambda doesn't: it refuses one that is as the last."""


def versions(resources: Resources) -> dict[str, str]:
    """The version that each function's alias is at, by its logical id."""
    aliases = {one: resources[f"{one}FunctionAliaslive"]["Properties"] for one in FUNCTIONS}
    return {one: alias["FunctionVersion"]["Fn::GetAtt"][0] for one, alias in aliases.items()}


def configurations(resources: Resources) -> dict[str, Any]:
    """What of each function is a version's."""
    functions = {one: resources[f"{one}Function"]["Properties"] for one in FUNCTIONS}
    return {
        one: {name: value for name, value in properties.items() if name not in UNVERSIONED}
        for one, properties in functions.items()
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name, one in before.items() if after[name] != one}


def another(parameter: str) -> Any:
    declared = TEMPLATE["Parameters"][parameter]
    for value in declared.get("AllowedValues", ()):
        if value != declared["Default"]:
            return value
    return declared["Default"] + 1 if declared["Type"] == "Number" else "another"


@functools.cache
def by_parameter() -> dict[str, Resources]:
    names = [*TEMPLATE["Parameters"]]
    return dict(zip(names, transformed(*({"parameters": {one: another(one)}} for one in names)), strict=True))


@pytest.mark.parametrize("parameter", TEMPLATE["Parameters"])
def test_a_parameter_that_changes_a_function_publishes_a_version_and_no_other_does(parameter: str) -> None:
    before, after = deployed(), by_parameter()[parameter]
    different = changed(configurations(before), configurations(after))
    assert changed(versions(before), versions(after)) == different


@pytest.mark.parametrize(
    ("parameter", "functions"),
    [
        ("PythonRuntime", {*FUNCTIONS}),
        ("LogLevel", {*FUNCTIONS}),
        ("HoldSeconds", {"DesktopChannel"}),
        ("DesktopConcurrency", {"DesktopChannel"}),
        ("ApiConcurrency", {"SessionApi"}),
        ("NotifierConcurrency", {"SessionNotifier", "DesktopNotifier"}),
        ("SnapStart", {"SessionApi", "DesktopChannel"}),
        ("Rollout", set()),
    ],
)
def test_a_parameter_publishes_versions_of_the_functions_that_have_it(parameter: str, functions: set[str]) -> None:
    assert changed(versions(deployed()), versions(by_parameter()[parameter])) == functions


def test_new_code_publishes_a_version_and_a_new_layer_one_of_every_function() -> None:
    code, layer = transformed({"code": {"SessionApiFunction": "new"}}, {"code": {"SessionLayer": "new"}})
    assert changed(versions(deployed()), versions(code)) == {"SessionApi"}
    assert changed(versions(deployed()), versions(layer)) == {*FUNCTIONS}


def test_the_version_of_before_is_kept() -> None:
    for version in versions(deployed()).values():
        assert deployed()[version]["DeletionPolicy"] == "Retain"


def test_production_shifts_traffic_and_keeps_its_logs() -> None:
    configured = tomllib.loads((ROOT / "samconfig.toml").read_text())
    chosen = configured["prod"]["deploy"]["parameters"]["parameter_overrides"].split()
    assert {*chosen} == {"LogRetentionDays=365", "Rollout=Canary10Percent5Minutes"}
    assert "Rollout" not in configured["local"]["deploy"]["parameters"]["parameter_overrides"]


SNAPSHOTS = {"off": "None", "on": "PublishedVersions"}


@pytest.mark.parametrize("chosen", SNAPSHOTS)
def test_the_functions_that_somebody_waits_for_can_start_from_a_snapshot(chosen: str) -> None:
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "off"
    resources = deployed() if chosen == "off" else by_parameter()["SnapStart"]
    applied = {one: resources[f"{one}Function"]["Properties"].get("SnapStart") for one in FUNCTIONS}
    expected = {"ApplyOn": {"Fn::FindInMap": ["Snapshots", chosen, "ApplyOn"]}}
    assert TEMPLATE["Mappings"]["Snapshots"][chosen]["ApplyOn"] == SNAPSHOTS[chosen]
    assert {one for one, value in applied.items() if value == expected} == {"SessionApi", "DesktopChannel"}
    assert {one for one, value in applied.items() if value is None} == {*FUNCTIONS} - {"SessionApi", "DesktopChannel"}


def test_a_runtime_that_has_no_snapshots_is_refused_with_them() -> None:
    rule = TEMPLATE["Rules"]["SnapshotsNeedPython312"]
    assert rule["RuleCondition"] == ["SnapStart", "on"]
    assert [one["Assert"] for one in rule["Assertions"]] == [[["PythonRuntime", "python3.11"]]]


SHARED = {"random", "uuid"}
"""Restored copies would draw the same from `random`, and uuid1 is of the time and the machine; `secrets` is safe."""


@pytest.mark.parametrize("folder", ["functions", "layers/core"])
def test_restored_copies_draw_nothing_from_a_state_that_they_share(folder: str) -> None:
    for path in sorted((ROOT / folder).rglob("*.py")):
        assert not SHARED & {*imported(path)}, path


def imported(path: Path) -> Iterator[str]:
    """The modules, by their first names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
