"""What the example's template must have for its counts to be exact."""

from disposition_counts.api import _TIMEOUT_SECONDS
from disposition_counts.app import BEGIN_SECONDS, tables
from tests.template import ROOT, read

RESOURCES = read(ROOT / "examples/reports/template.yaml")["Resources"]
READS_OF_A_SESSION = 2


def test_the_function_reports_what_failed_and_has_time() -> None:
    function = RESOURCES["CountFunction"]["Properties"]
    event = function["Events"]["Notification"]["Properties"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert int(event["BatchSize"][1]) <= 10, "of a FIFO queue"
    dynamodb = tables._client.meta.config
    write_seconds = dynamodb.retries["total_max_attempts"] * (dynamodb.connect_timeout + dynamodb.read_timeout)
    assert function["Timeout"] > BEGIN_SECONDS + READS_OF_A_SESSION * _TIMEOUT_SECONDS + write_seconds
    assert RESOURCES["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_the_function_may_read_sessions_and_count_and_nothing_else() -> None:
    (policy,) = RESOURCES["CountFunction"]["Properties"]["Policies"]
    counted, counts, api, transcripts, (condition, key, _) = policy["Statement"]
    assert (counted["Action"], counted["Resource"]) == (
        ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
        "CountedTable.Arn",
    )
    assert (counts["Action"], counts["Resource"]) == ("dynamodb:UpdateItem", "CountTable.Arn")
    assert (api["Action"], api["Resource"]) == ("execute-api:Invoke", "${ApiExecutionArn}/*/GET/v2/facebooksessions/*")
    assert (transcripts["Effect"], transcripts["Resource"]) == ("Deny", f"{api['Resource']}/messages")
    assert (condition, key["Resource"]) == ("HasKmsKey", "KmsKeyArn")
