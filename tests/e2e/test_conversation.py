"""Sessions from their creation to their end, over HTTP, with IAM enforced."""

import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.credentials import Credentials

from local import http, seed, tour
from local.http import Answer
from local.stack import Stack
from tests.e2e import published
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, body, make_session

SIGNER = Credentials("test", "test")


def create(up: Stack, credentials: Credentials | None = SIGNER, **content: Any) -> Answer:
    url = f"{up.api_url}/facebooksessions"
    payload = json.dumps({"customer": {"nickname": "FirstL"}, "agent": {"userName": "TestName"}} | content).encode()
    headers = http.signed("POST", url, payload, credentials) if credentials else {"Content-Type": "application/json"}
    return published.send(up, "POST", "/facebooksessions", payload, headers)


def test_the_tour_goes_its_way(up: Stack) -> None:
    for played in tour.play(up):
        published.check_answer(played.step.method, played.step.path, played.answer)
        for notification in played.notifications:
            published.check_body(notification)


def test_a_session_without_an_id_gets_one_of_genesys_form(up: Stack) -> None:
    answer = create(up)
    session = answer.body["facebooksession"]
    assert answer.status == 201
    assert len(session["id"]) == 16
    assert session["id"].isalnum()
    assert answer.headers["Location"] == session["uri"]
    assert body(announced(up, 1)[0])["facebooksession"] == session


def test_the_same_creation_again_is_the_same_session(up: Stack) -> None:
    first, again = (create(up, id="created-twice", userData={"a": 1}) for _ in range(2))
    assert (again.status, again.text) == (201, first.text)
    other = create(up, id="created-twice", userData={"a": 2})
    assert (other.status, other.code) == (400, 2)
    assert len(announced(up, 1)) == 1


@pytest.mark.parametrize("credentials", [None, Credentials("nobody", "test")])
def test_only_the_routing_system_creates_sessions(up: Stack, credentials: Credentials | None) -> None:
    answer = create(up, credentials)
    assert (answer.status, answer.code) == (403, 20)


def test_an_agents_token_creates_no_session(desktop: Desktop) -> None:
    content = {"customer": {"nickname": "FirstL"}, "agent": {"userName": "TestName"}}
    answer = desktop.send("/facebooksessions", json.dumps(content).encode())
    assert (answer.status, answer.code) == (403, 20)


NUMBERS = ("0", "-7", "1e125", "0.1", "12345678901234567890123456789012345678", "3.0000000000000000000000000000001")


def test_numbers_keep_their_value(desktop: Desktop, up: Stack) -> None:
    make_session(up, "numbers")
    data = ",".join(f'"{number}":{number}' for number in NUMBERS)
    request = f'{{"operationName":"AttachUserData","userData":{{{data}}}}}'.encode()
    assert desktop.send("/me/facebooksessions/numbers", request).status == 200
    for text in (desktop.read("/numbers").text, announced(up, 1)[0]["Body"]):
        shown = json.loads(text, parse_float=Decimal, parse_int=Decimal)["facebooksession"]["userData"]
        assert sorted(shown.values()) == sorted(map(Decimal, NUMBERS))


def test_a_list_goes_on_behind_its_page(up: Stack) -> None:
    ids = [f"listed-{number}" for number in range(5)]
    for one in ids:
        assert create(up, id=one, agent={"userName": "Lister"}).status == 201
    desktop = Desktop(up, seed.log_in(up.client, up.outputs, "Lister"))
    found, page = [], "?pageSize=2&fields=id"
    while page:
        answer = desktop.read(page).body
        assert len(answer["facebooksessions"]) <= 2
        found += [one["id"] for one in answer["facebooksessions"]]
        page = answer.get("next", "").partition("/me/facebooksessions")[2]
    assert found == ids[::-1]
    announced(up, len(ids))


def test_a_page_of_any_origin_may_ask(up: Stack) -> None:
    """As samconfig.toml has it for this stack."""
    url, origin = f"{up.api_url}/me/facebooksessions", {"Origin": "https://desk.example.com"}
    preflight = http.send("OPTIONS", f"{url}/x", None, origin | {"Access-Control-Request-Method": "POST"})
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, origin["Origin"])
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    answer = http.send("GET", url, None, http.bearer(up.token) | origin)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, origin["Origin"])
    refused = http.send("GET", url, None, origin)
    assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (403, "*")
