"""What the example's template must have for its copies to be exact."""

from session_copies.api import _TIMEOUT_SECONDS
from tests.template import ROOT, read

RESOURCES = read(ROOT / "examples/subscriber/template.yaml")["Resources"]


def test_the_function_reports_what_failed_and_has_time() -> None:
    function = RESOURCES["CopyFunction"]["Properties"]
    event = function["Events"]["Notification"]["Properties"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["BatchSize"] * _TIMEOUT_SECONDS < function["Timeout"]
    assert RESOURCES["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_the_function_may_read_sessions_and_keep_copies_and_nothing_else() -> None:
    (policy,) = RESOURCES["CopyFunction"]["Properties"]["Policies"]
    table, api, deeper, (condition, key, _) = policy["Statement"]
    assert (table["Action"], table["Resource"]) == (
        ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        "CopyTable.Arn",
    )
    sessions = "${ApiExecutionArn}/*/GET/v2/facebooksessions/*"
    assert (api["Effect"], api["Action"], api["Resource"]) == ("Allow", "execute-api:Invoke", sessions)
    assert deeper == {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": f"{sessions}/*"}
    assert (condition, key["Resource"]) == ("HasKmsKey", "KmsKeyArn")
