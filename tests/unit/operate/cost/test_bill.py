"""From counts to dollars, and that a figure follows memory, log and prices."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from operate.cost.bill import Bill, total
from operate.cost.deployment import Deployment
from operate.cost.prices import Prices
from operate.cost.usage import Invocation, typical
from tests.template import TEMPLATE

PRICES = Prices.read()
DEPLOYMENT = Deployment.of(TEMPLATE)
BILL = Bill(PRICES, DEPLOYMENT, 1_000_000)


def request(**more: float) -> Invocation:
    used = defaultdict(float, {"write unit": 2.0, **more})
    return Invocation("SessionApiFunction", 2.0, 0, 400, 16, Counter(dynamodb=1), used)


NOTIFIER = Invocation("SessionNotifierFunction", 1.0, calls=Counter(sns=1), amounts=defaultdict(float, publication=1.0))


def dollars(bill: Bill, run: list[Invocation]) -> dict[str, float]:
    return {one.name: round(one.dollars, 4) for one in bill.items(run)}


def test_a_million_requests() -> None:
    of = dollars(BILL, [request(), NOTIFIER])
    assert of["API Gateway"] == 3.5
    assert of["Lambda, requests"] == 0.4
    assert of["DynamoDB, writes"] == 1.25
    assert of["SNS"] == 0.5
    assert of["DynamoDB, stream"] == 0
    assert of["X-Ray"] == round(2 * PRICES.assumed["sampled"] * 5, 4)
    assert "DynamoDB, reads" not in of


def test_an_invocation_is_billed_by_its_processor_and_its_calls() -> None:
    bill = replace(BILL, prices=replace(PRICES, assumed={**PRICES.assumed, "dynamodb milliseconds": 5}))
    assert bill.milliseconds(request()) == 9  # 2 ms at 1,024 of 1,769 MB are 3.5, and 5 of the call
    assert bill.milliseconds(replace(request(), waited=25_000)) == 25_000


def test_memory_moves_the_figure() -> None:
    more = {**DEPLOYMENT.megabytes, "SessionApiFunction": 4_096}
    larger = replace(BILL, deployment=replace(DEPLOYMENT, megabytes=more))
    name = "Lambda, SessionApi"
    assert dollars(larger, [request()])[name] > 2 * dollars(BILL, [request()])[name]
    assert larger.milliseconds(request()) < BILL.milliseconds(request())


def test_logs_move_the_figure() -> None:
    longer = replace(BILL, deployment=replace(DEPLOYMENT, access_log_bytes=DEPLOYMENT.access_log_bytes + 1024**3))
    assert dollars(longer, [request()])["Logs"] == pytest.approx(dollars(BILL, [request()])["Logs"] + 500_000)
    talkative = replace(request(), log_bytes=400 + 1024**3)
    assert dollars(BILL, [talkative])["Logs"] == pytest.approx(dollars(BILL, [request()])["Logs"] + 500_000)


def test_prices_move_the_figure() -> None:
    dearer = replace(PRICES, dollars={**PRICES.dollars, "api request": 1.0})
    assert total(replace(BILL, prices=dearer, times=1).items([request()])) > 1


def test_what_the_template_says() -> None:
    assert DEPLOYMENT.megabytes["SessionApiFunction"] == TEMPLATE["Globals"]["Function"]["MemorySize"]
    assert DEPLOYMENT.megabytes["DesktopChannelFunction"] == 256
    assert DEPLOYMENT.architecture == "arm64"
    assert DEPLOYMENT.hold_seconds == 25
    assert DEPLOYMENT.gauge_minutes == 5
    assert 200 < DEPLOYMENT.access_log_bytes < 400


def test_each_function_and_each_price_is_there() -> None:
    for name in DEPLOYMENT.megabytes:
        BILL.items([Invocation(name, 1.0, calls=Counter(dynamodb=1, sns=1, sqs=1, s3=1))])


def test_a_run_is_the_last_of_its_like_with_the_middle_of_their_times() -> None:
    runs = [[replace(request(), cpu_milliseconds=time, log_bytes=int(time))] for time in (1.0, 9.0, 2.0)]
    (one,) = typical(runs)
    assert (one.cpu_milliseconds, one.log_bytes) == (2.0, 2)
