"""A stack that is deployed again: its aliases go over to other versions, and back by hand."""

import itertools
import json
from collections.abc import Iterator

import pytest
import yaml
from botocore.exceptions import ClientError

from local import deploy, engine, stack
from local.demo import PUBLIC_URL
from local.stack import Stack
from tests.e2e import functions
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import body

FUNCTIONS = ("SessionApi", "SessionNotifier", "SessionEraser", "DesktopChannel", "DesktopNotifier")


@pytest.fixture(scope="module")
def own() -> Iterator[Stack]:
    home = deploy.ROOT / ".local/rollout"
    running = engine.start(engine.free_port(), home)
    try:
        yield stack.bring_up(running, PUBLIC_URL, home, print)
    finally:
        engine.stop(running)


def test_calls_go_to_another_version_with_a_deployment_and_back_by_hand_and_every_change_is_announced(
    own: Stack,
) -> None:
    before, calls = versions(own), mappings(own)
    assert {*calls.values()} == {"SessionNotifierFunction", "SessionEraserFunction", "DesktopNotifierFunction"}
    assert disposed(own, "first") == "DispositionCode"
    deploy_again(own, DISPOSITION_KEY="Outcome")
    assert disposed(own, "second") == "Outcome"
    assert versions(own).items() ^ before.items() == {("SessionApi", before["SessionApi"]), ("SessionApi", "2")}
    assert mappings(own) == calls
    point(own, "SessionApi", before["SessionApi"])
    assert disposed(own, "third") == "DispositionCode"
    told = itertools.islice(own.notifications(20), 3)
    assert [body(one)["referenceId"] for one in told] == [34, 35, 36]


def deploy_again(own: Stack, **variables: str) -> None:
    """With other variables of the API's function."""
    template = yaml.safe_load(deploy.BUILT_TEMPLATE.read_text())
    template["Resources"]["SessionApiFunction"]["Properties"]["Environment"]["Variables"] |= variables
    deploy.BUILT_TEMPLATE.write_text(yaml.safe_dump(template, sort_keys=False))
    deploy.deploy(own.engine, {}, own.home)


def versions(own: Stack) -> dict[str, str]:
    """The one that calls of each function go to."""
    lambda_ = own.client("lambda")
    names = {one: functions.name(own, f"{one}Function") for one in FUNCTIONS}
    return {one: lambda_.get_alias(FunctionName=names[one], Name="live")["FunctionVersion"] for one in FUNCTIONS}


def mappings(own: Stack) -> dict[str, str]:
    """The function whose alias each calls, by the mapping's id."""
    names = {functions.name(own, f"{one}Function"): f"{one}Function" for one in FUNCTIONS}
    found = own.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    called = {one["UUID"]: one["FunctionArn"].split(":function:")[1].split(":") for one in found}
    assert {alias for _, alias in called.values()} == {"live"}
    return {mapping: names[name] for mapping, (name, _) in called.items()}


def point(own: Stack, function: str, version: str) -> None:
    name = functions.name(own, f"{function}Function")
    own.client("lambda").update_alias(FunctionName=name, Name="live", FunctionVersion=version)


def disposed(own: Stack, code: str) -> str:
    """The key under which a disposition is that names none."""
    desktop = Desktop(own, own.token)
    assert desktop.set_disposition(disposition=code).status == 200
    data = desktop.item()["userData"]["M"]
    (key,) = [name for name, value in data.items() if value == {"S": code}]
    return str(key)


def test_snapshots_are_refused_with_a_runtime_that_has_none(own: Stack) -> None:
    template = yaml.safe_load(deploy.BUILT_TEMPLATE.read_text())
    rules = {name: template[name] for name in ("Parameters", "Rules")}
    rules["Parameters"]["PythonRuntime"] = {"Type": "String"}  # what was built is for that of this machine
    text = json.dumps(rules | {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation = own.client("cloudformation")
    chosen = {"SnapStart": "on", "PythonRuntime": "python3.11"}
    with pytest.raises(ClientError, match="SnapStart=on takes PythonRuntime"):
        cloudformation.create_stack(StackName="refused", TemplateBody=text, Parameters=parameters(**chosen))
    for taken in ({**chosen, "SnapStart": "off"}, {**chosen, "PythonRuntime": "python3.12"}):
        cloudformation.create_stack(StackName="taken", TemplateBody=text, Parameters=parameters(**taken))
        cloudformation.delete_stack(StackName="taken")


def parameters(**chosen: str) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in chosen.items()]
