"""An agent lives a conversation in the browser, with systems on the other side."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from local import seed
from local.stack import Stack
from tests.e2e import policy
from tests.e2e.desktop import Desktop
from tests.e2e.signer import Signer
from tests.template import ROOT

MARKUP: Final = '<b>Hello</b><img src="x" onerror="document.body.remove()">'
SHOP: Final[Mapping[str, Any]] = json.loads((ROOT / "examples/dispositions.json").read_text())


@pytest.fixture
def shop(up: Stack) -> Iterator[None]:
    """The policy of a shop, which wants a code of each session."""
    policy.put(up, SHOP)
    yield
    policy.lift(up)


@pytest.fixture
def system(up: Stack) -> Signer:
    return Signer(up)


def create(system: Signer, session_id: str, agent: str, customer: str) -> None:
    content = {"id": session_id, "customer": {"nickname": customer}, "agent": {"userName": agent}}
    assert system.send("POST /v2/facebooksessions", content).status == 201


def customer_says(system: Signer, session_id: str, text: str) -> None:
    assert system.operate("SendMessage", session_id, text=text).status == 200


def log_in(page: Page, agent: str) -> None:
    """By keyboard: the focus is where the name goes."""
    page.keyboard.type(agent)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Connected")).to_be_visible()


def choose(page: Page, customer: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=customer).click()
    expect(page.get_by_role("heading", name=customer)).to_be_visible()


def keep_picture(page: Page) -> None:
    """For the README, where a file is named: `make browser PICTURE=docs/desktop.png`."""
    if os.environ.get("PICTURE"):
        page.screenshot(path=Path(os.environ["PICTURE"]))


@pytest.mark.usefixtures("shop")
def test_a_conversation_from_invitation_to_completion(page: Page, system: Signer, up: Stack) -> None:
    log_in(page, "Anna")
    be_invited(page, system)
    accept_and_answer(page)
    hear_the_customer(page, system)
    set_the_disposition(page)
    keep_picture(page)
    complete(page)
    item = Desktop(up, None).item("browser-1")
    assert item["state"] == {"S": "Completed"}
    assert item["userData"]["M"]["DispositionCode"] == {"S": "DC_Refund"}


def be_invited(page: Page, system: Signer) -> None:
    create(system, "browser-0", "Anna", "Noa")
    create(system, "browser-1", "Anna", "Mia")
    customer_says(system, "browser-1", "Hello? My gift came broken.")
    expect(page.get_by_role("button", name="Mia, Invited, 1 new")).to_be_visible()
    expect(page.get_by_text("Mia is waiting.")).to_be_visible()
    choose(page, "Mia")
    expect(page.get_by_role("log")).to_contain_text("Hello? My gift came broken.")


def accept_and_answer(page: Page) -> None:
    """By keyboard."""
    page.get_by_role("button", name="Accept").press("Enter")
    expect(page.locator("#state")).to_have_text("Chatting")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("I am sorry.")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Can you send a photo?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("I am sorry.\nCan you send a photo?")
    expect(page.get_by_label("Message")).to_have_value("")


def hear_the_customer(page: Page, system: Signer) -> None:
    assert system.operate("SendStartTypingNotification", "browser-1").status == 200
    expect(page.get_by_text("Mia is typing")).to_be_visible()
    assert system.operate("SendUrl", "browser-1", url="https://example.com/photos/4711.jpg").status == 200
    expect(page.get_by_role("log")).to_contain_text("https://example.com/photos/4711.jpg")
    expect(page.get_by_text("Mia is typing")).to_be_hidden()


def set_the_disposition(page: Page) -> None:
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("alert")).to_contain_text("disposition")  # which is mandatory
    page.get_by_label("Disposition").select_option("Money back")
    page.get_by_role("button", name="Set").click()
    expect(page.locator("#current-code")).to_have_text("Money back")


def complete(page: Page) -> None:
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("The session with Mia has ended.")).to_be_visible()
    expect(page.get_by_role("region", name="Mia")).to_be_hidden()
    expect(page.get_by_role("heading", name="Open sessions")).to_be_focused()


def test_what_others_do_shows_too(page: Page, system: Signer, up: Stack) -> None:
    seed.make_agent(up.client, up.outputs, "Dana")
    create(system, "browser-2", "Ben", "Noa")
    create(system, "browser-3", "Ben", "Lin")
    log_in(page, "Ben")
    sessions = page.get_by_role("navigation").get_by_role("button")
    expect(sessions).to_have_text(["Lin, Invited", "Noa, Invited"])

    choose(page, "Noa")
    page.get_by_role("button", name="Accept").click()
    customer_says(system, "browser-2", MARKUP)
    expect(page.get_by_role("log")).to_contain_text(MARKUP)
    page.get_by_label("Disposition").fill("In free text")
    page.keyboard.press("Enter")
    expect(page.locator("#current-code")).to_have_text("In free text")

    assert system.operate("Transfer", "browser-3", targetPath="/users/Dana").status == 200
    expect(page.get_by_text("The session with Lin is another agent's now.")).to_be_visible()
    expect(sessions).to_have_text(["Noa, Chatting"])

    assert system.operate("Leave", "browser-2").status == 200
    expect(page.locator("#state")).to_have_text("LeftChat")
    expect(page.get_by_label("Message")).to_be_hidden()
    expect(page.get_by_role("log")).to_contain_text("has left.")


def test_a_page_that_is_opened_later_shows_what_there_is(page: Page, system: Signer) -> None:
    create(system, "browser-4", "Cem", "Zoe")
    for number in range(120):
        customer_says(system, "browser-4", f"line {number}")
    log_in(page, "Cem")
    choose(page, "Zoe")
    expect(page.get_by_role("log").locator("p")).to_have_count(120)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Agent")).to_be_focused()
    expect(page.get_by_role("heading", name="Zoe")).to_be_hidden()
