"""Histories of the whole system, faults and all, played beside the model: after each step they agree.

EXAMPLES is the number of histories, STEPS their length. Where EXAMPLES isn't set, they are the same each time.
"""

import functools
import itertools
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facebook_session import exact_json, history
from facebook_session.attributes import plain
from session_copies.rule import follow
from tests import model
from tests.model import (
    AGENTS,
    DISPOSITION,
    FOCUS,
    REFUSED,
    REJECTED,
    SYSTEMS,
    TYPING,
    Answer,
    Disposition,
    Message,
    Policy,
    Request,
    Seen,
    Session,
    heard,
    texts,
)
from tests.unit.builders import event_id
from tests.world import Died, Entry, Record, World, notification

STRANGER: Final = "Carl"
LASTING: Final = ("s1", "s2")
REMOVED: Final = "s3"
"""Now and then removed, and then created anew. Its numbers begin anew too, so no subscriber can follow it."""

SESSIONS: Final = (*LASTING, REMOVED)

# ------------------------------------------------------------------ what agents and systems ask for
KEYS: Final = st.sampled_from(["DispositionCode", "Language?", "Größe"])
TEXTS: Final = st.sampled_from(["A", "B"])
VALUES: Final = st.sampled_from(
    ["A", "B", 7, 2.5, True, {"a": ["B", {"c": 7}]}, {"a": ["B", {"c": 8}]}]
)  # moto takes what is missing for null, and 1 for true
USER_DATA: Final = st.dictionaries(KEYS, VALUES, max_size=2)
CONTENT: Final = st.fixed_dictionaries(
    {
        "customer": st.just({"nickname": model.CUSTOMER}),
        "agent": st.fixed_dictionaries({"userName": st.sampled_from(AGENTS)}),
        "userData": USER_DATA,
    }
)

NOTHING: Final[st.SearchStrategy[dict[str, Any]]] = st.just({})
PARAMETERS: Final[Mapping[str, st.SearchStrategy[dict[str, Any]]]] = {
    "Accept": st.fixed_dictionaries({"nickname": st.sampled_from(["Annie", "Benny"])}),
    "Reject": NOTHING,
    "SendMessage": st.fixed_dictionaries({"text": TEXTS}),
    "SendUrl": st.just({"url": "https://example.com/"}),
    TYPING: NOTHING,
    FOCUS: st.fixed_dictionaries({"inFocus": st.booleans()}),
    "Leave": NOTHING,
    "Transfer": st.sampled_from([*AGENTS, STRANGER]).map(lambda name: {"targetPath": f"/users/{name}"}),
    "Complete": NOTHING,
    "SetDisposition": st.fixed_dictionaries({"disposition": TEXTS}, optional={"dispositionKey": KEYS}),
    "AttachUserData": st.fixed_dictionaries({"userData": USER_DATA}),
    "UpdateUserData": st.fixed_dictionaries({"userData": USER_DATA}),
    "DeleteUserData": st.fixed_dictionaries({"keys": st.lists(KEYS, max_size=2)}),
    "AddComment": st.fixed_dictionaries({"comment": TEXTS}),
}
AGENT: Final = ""
"""Whoever has the session, in place of a user's name."""

WEIGHTS: Final = {
    (AGENT, "Complete"): 1,
    (AGENT, "SendMessage"): 10,
    **{(system, name): 1 for system in SYSTEMS for name in PARAMETERS},
    **{(system, name): 4 for system in SYSTEMS for name in ("SendMessage", "Transfer")},
    (SYSTEMS[0], "Complete"): 0,
}
"""Of who asks for what, where it isn't 4. The ends come seldom: behind them nothing happens."""
USUAL: Final = {
    situation: [
        (user, name)
        for user in (AGENT, *SYSTEMS)
        for name in PARAMETERS
        if situation in model.allowed_in(user, name)
        for _ in range(WEIGHTS.get((user, name), 4))
    ]
    for situation in ("Invited", "Chatting", "LeftChat", REJECTED)
}
"""Who asks for what of a session."""

AT_STAKE: Final = [
    *itertools.product((AGENT, SYSTEMS[0]), ("SetDisposition", "UpdateUserData", "DeleteUserData", "Complete")),
    (AGENT, "SetDisposition"),
    (AGENT, "Complete"),
    (AGENT, "Reject"),
    (SYSTEMS[0], "Leave"),
]
"""Who sets, corrects and removes dispositions, and who ends a session that needs one."""

ABOUT_DISPOSITIONS: Final[Mapping[str, st.SearchStrategy[dict[str, Any]]]] = {
    "SetDisposition": st.fixed_dictionaries({"disposition": TEXTS}),
    "UpdateUserData": st.fixed_dictionaries(
        {"userData": st.fixed_dictionaries({DISPOSITION: TEXTS}, optional={"Language?": TEXTS})}
    ),
    "DeleteUserData": st.lists(KEYS, max_size=1).map(lambda more: {"keys": [DISPOSITION, *more]}),
}

TELLING: Final = ("Accept", "SendMessage", "Leave", "Transfer")
"""What the transcript tells of."""

FAULTS: Final = st.lists(st.sampled_from(["lost", "unsent"]), min_size=1, max_size=3)
"""What the first attempts of a write meet."""


POLICY: Final = st.builds(
    Policy,
    codes=st.sampled_from([("A",), ("A", "B")]),
    enforce=st.booleans(),
    mandatory=st.booleans(),
    default=st.sampled_from([None, "A"]),
    late_hours=st.sampled_from([0, 1]),
)


# ------------------------------------------------------------------ what happens behind the table
class Trouble(NamedTuple):
    """Of one delivery: the topic's with entries and with calls, as `Topic.expect` takes them; whether the transcript is
    out of reach, as `UnreliableDynamoDB` has it; whether the notifier's answer is lost.
    """

    entries: list[tuple[str, int]]
    calls: list[str]
    transcript: str
    unheard: bool


class Pick(NamedTuple):
    """The message at a `place` in the queue, what becomes of it, and how many from the end can overtake it."""

    place: int
    how: str
    others: int


SIZES: Final = st.integers(1, 12)
VERDICTS: Final = st.sampled_from(["refused", "refused", "forgotten", "broken", "accepted"])
TROUBLE: Final = st.just(Trouble([], [], "", unheard=False)) | st.builds(
    Trouble,
    st.lists(st.tuples(VERDICTS, st.sampled_from([1, 3, 3])), min_size=1, max_size=4),
    st.just([]) | st.lists(st.sampled_from(["answers", "hangs up", "dies"]), max_size=3),
    st.sampled_from(["", "", "unsent"]),
    st.booleans(),
)
PLACES: Final = st.integers(0, 2) | st.integers(0, 99)
HANDLING: Final = st.sampled_from(["done", "done", "comes again", "API down", "overtaken", "overtaken"])
PICKS: Final = st.lists(st.builds(Pick, PLACES, HANDLING, st.integers(1, 6)), max_size=8)

Flow = tuple[int, Trouble, list[Pick]]
FLOW: Final = st.tuples(st.integers(0, 4), TROUBLE, PICKS)
"""What goes on to topic and subscriber behind a request: so many records, with this trouble."""


class Histories(RuleBasedStateMachine):
    """One history. The model makes each change first, and so knows what the system must answer, hold and announce."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.sessions: dict[str, Session] = {}
        self.keyed: list[tuple[Session, Request]] = []
        self.records: list[Record] = []
        self.images: dict[str, Any] = {}
        self.numbers: dict[str, int] = defaultdict(int)
        self.events: dict[str, list[list[str]]] = defaultdict(list)
        self.copied: dict[str, int] = defaultdict(int)
        self.asked: set[str] = set()
        self.removed = False
        self.policy = Policy()
        self.checkpoint = 0
        self.heard = 0
        self.keys = (f"key-{number}" for number in itertools.count())

    # -------------------------------------------------------------- the routing system
    @initialize(content=CONTENT, policy=st.none() | POLICY | POLICY)
    def begin(self, content: dict[str, Any], policy: Policy | None) -> None:
        """With a session that its agent has accepted, in most cases under a policy."""
        self.create(SESSIONS[0], content, [])
        session = self.sessions[SESSIONS[0]]
        self._send(
            session, Request(session.now.agent, "Accept", {"nickname": "Annie"}, next(self.keys), sends_key=False)
        )
        if policy:
            self.the_policy_changes(policy, elsewhere=False)

    @rule(
        session_id=st.sampled_from(SESSIONS),
        content=CONTENT,
        again=st.booleans(),
        faults=st.just([]) | FAULTS,
        earlier=st.booleans(),
    )
    def create(
        self, session_id: str, content: dict[str, Any], faults: list[str], *, again: bool = False, earlier: bool = False
    ) -> None:
        if again and session_id in self.sessions:
            content = dict(self.sessions[session_id].content)
        earlier = earlier and not (self.removed and session_id == REMOVED)  # no earlier version is at work then
        self.asked.add(session_id)
        if self.policy.refuses(texts(content["userData"])):
            faults = []
        expected = heard(lambda *_: self._created(session_id, content, earlier=earlier), Seen(in_chat=None), faults)
        assert self.world.create(session_id, content, faults, earlier=earlier) == expected

    def _created(self, session_id: str, content: dict[str, Any], *, earlier: bool) -> Answer:
        if session_id not in self.sessions and self.policy.refuses(texts(content["userData"])):
            return REFUSED
        if session_id not in self.sessions:
            self.sessions[session_id] = Session.created(session_id, content, earlier=earlier)
        return self.sessions[session_id].created_again(content)

    # -------------------------------------------------------------- agents and systems
    def _open(self, place: int) -> Session | None:
        """One of the sessions with which something can be done."""
        found = [one for one in self.sessions.values() if one.now.situation in USUAL]
        return found[place % len(found)] if found else None

    def _request(self, data: st.DataObject, session: Session, asked: Sequence[tuple[str, str]]) -> Request:
        """Of an agent, or a system; sometimes with headers."""
        user, name = data.draw(st.sampled_from(asked))
        parameters = data.draw(PARAMETERS[name])
        if_match = data.draw(st.sampled_from([*[None] * 6, session.number, session.number - 1]))
        return Request(user or session.now.agent, name, parameters, next(self.keys), data.draw(st.booleans()), if_match)

    def _asks(self, session: Session, requests: Sequence[Request]) -> None:
        self.asked.add(session.id)
        self.keyed += [(session, one) for one in requests if one.sends_key]

    def _send(
        self, session: Session, request: Request, faults: Sequence[str] = (), meanwhile: Sequence[Request] = ()
    ) -> None:
        request, *meanwhile = [replace(one, policy=self.policy) for one in (request, *meanwhile)]
        self._asks(session, [request, *meanwhile])
        expected: list[Answer] = []
        answers: list[Answer] = []
        last = self._expected(
            session, request, faults, lambda: expected.extend(self._each_expected(session, meanwhile))
        )
        answer = self.world.send(
            session.id, request, faults, lambda: answers.extend(self.world.send(session.id, one) for one in meanwhile)
        )
        assert [*answers, answer] == [*expected, last], request

    def _each_expected(self, session: Session, requests: Sequence[Request]) -> list[Answer]:
        return [self._expected(session, one) for one in requests]

    def _expected(
        self,
        session: Session,
        request: Request,
        faults: Sequence[str] = (),
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Answer:
        """What the model does with a request."""
        if not request.is_written:
            return session.refuses(request)

        def write(seen: Seen, in_doubt: bool) -> Answer | None:
            return session.write(request, seen, self.world.second, in_doubt=in_doubt)

        completes = request.operation == "Complete" and not request.is_systems
        first = Seen(in_chat=None if request.is_systems else request.user, has_disposition=completes)
        return heard(write, first, faults, meanwhile, lambda: session.seen(request))

    @rule(data=st.data(), place=PLACES, flow=FLOW)
    def somebody_works(self, data: st.DataObject, place: int, flow: Flow) -> None:
        if session := self._open(place):
            self._send(session, self._request(data, session, USUAL[session.now.situation]))
            self._flow(*flow)

    @rule(data=st.data(), place=PLACES, faults=FAULTS, others=st.sampled_from([0, 0, 1, 4]), flow=FLOW)
    def dynamodb_loses_answers(
        self, data: st.DataObject, place: int, faults: list[str], others: int, flow: Flow
    ) -> None:
        """Between the first two attempts other requests can come in, more than a session remembers."""
        if session := self._open(place):
            usual = USUAL[session.now.situation]
            request, *meanwhile = [self._request(data, session, usual) for _ in range(1 + others)]
            self._send(session, request, faults, meanwhile)
            self._flow(*flow)

    @rule(data=st.data(), place=PLACES, how=st.sampled_from(["crash", "unsent"]), flow=FLOW)
    def the_transcript_is_not_reached(self, data: st.DataObject, place: int, how: str, flow: Flow) -> None:
        session = self._open(place)
        telling = [one for one in USUAL[session.now.situation] if one[1] in TELLING] if session else []
        if session is None or not telling:
            return
        request = replace(self._request(data, session, telling), if_match=None)
        self.world.dynamodb.transcript = how
        self._send(session, request)
        self.world.dynamodb.transcript = ""
        self._flow(*flow)

    @rule(data=st.data(), session_id=st.sampled_from(SESSIONS), user=st.sampled_from([*AGENTS, STRANGER, *SYSTEMS]))
    def anybody_asks_for_anything(self, data: st.DataObject, session_id: str, user: str) -> None:
        """Mostly for what the state forbids, or in vain, since the session is another's."""
        if session := self.sessions.get(session_id):
            self._send(session, self._request(data, session, [(user, name) for name in PARAMETERS]))

    @precondition(lambda self: self.keyed)
    @rule(
        place=st.integers(0, 5),
        other=st.sampled_from(["", "", "content", "caller"]),
        user=st.sampled_from([*AGENTS, *SYSTEMS]),
        faults=st.just([]) | FAULTS,
    )
    def a_request_comes_again(self, place: int, other: str, user: str, faults: list[str]) -> None:
        """One of the last; or one with its key and another content, or from another caller."""
        session, request = self.keyed[-1 - place % len(self.keyed)]
        if other == "content":
            request = replace(request, parameters={**request.parameters, "again": True})
        self._send(session, replace(request, user=user) if other == "caller" else request, faults)

    @rule(seconds=st.sampled_from([5, 60, 3_600]))
    def time_passes(self, seconds: int) -> None:
        self.world.second += seconds

    # -------------------------------------------------------------- dispositions
    @rule(policy=POLICY, elsewhere=st.booleans())
    def the_policy_changes(self, policy: Policy, *, elsewhere: bool) -> None:
        self.policy = policy
        self.world.put_policy(policy, elsewhere=elsewhere)

    @rule(data=st.data(), place=PLACES, faults=st.just([]) | FAULTS, others=st.sampled_from([0, 0, 1]), flow=FLOW)
    def a_disposition_is_at_stake(
        self, data: st.DataObject, place: int, faults: list[str], others: int, flow: Flow
    ) -> None:
        if session := self._open(place):
            allowed = [one for one in AT_STAKE if session.now.situation in model.allowed_in(*one)] or AT_STAKE
            request, *meanwhile = [self._about_a_disposition(data, session, allowed) for _ in range(1 + others)]
            self._send(session, request, faults, meanwhile)
            self._flow(*flow)

    @precondition(lambda self: any(one.now.state == "Completed" for one in self.sessions.values()))
    @rule(data=st.data(), place=PLACES, faults=st.just([]) | FAULTS)
    def a_disposition_is_corrected_late(self, data: st.DataObject, place: int, faults: list[str]) -> None:
        """By who had the session at its end, or by anybody else, where there is time for it."""
        if not self.policy.late_hours:
            self.the_policy_changes(self.policy._replace(late_hours=1), elsewhere=False)
        over = [one for one in self.sessions.values() if one.now.state == "Completed"]
        session = over[place % len(over)]
        asked = [(user, "SetDisposition") for user in (AGENT, *AGENTS)]
        self._send(session, self._about_a_disposition(data, session, asked), faults)

    def _about_a_disposition(self, data: st.DataObject, session: Session, asked: Sequence[tuple[str, str]]) -> Request:
        request = self._request(data, session, asked)
        return replace(request, parameters=data.draw(ABOUT_DISPOSITIONS.get(request.operation, NOTHING)))

    # -------------------------------------------------------------- removals
    @precondition(lambda self: REMOVED in self.sessions)
    @rule(at_once=st.booleans(), content=CONTENT)
    def a_session_is_removed(self, content: dict[str, Any], *, at_once: bool) -> None:
        """And created anew, sometimes before anybody has heard of it."""
        self.the_table_and_its_stream_hold_the_models_changes()
        self.world.remove(REMOVED)
        self.removed = True
        del self.sessions[REMOVED], self.images[REMOVED], self.numbers[REMOVED]
        self.keyed = [(session, one) for session, one in self.keyed if session.id != REMOVED]
        if at_once:
            self.create(REMOVED, content, [])

    @rule()
    def the_eraser_works(self) -> None:
        self.world.erase()

    # -------------------------------------------------------------- from the stream to the topic
    @precondition(lambda self: self.checkpoint < len(self.records))
    @rule(size=SIZES, trouble=TROUBLE, picks=PICKS)
    def the_stream_delivers(self, size: int, trouble: Trouble, picks: list[Pick]) -> None:
        self.world.topic.expect(trouble.entries, trouble.calls)
        self.world.dynamodb.transcript = trouble.transcript
        with suppress(Died):
            done = self._deliver(self.checkpoint, size)
            self.checkpoint += 0 if trouble.unheard else done
        self.world.topic.expect()
        self.world.dynamodb.transcript = ""
        self.the_subscriber_takes(picks)

    @precondition(lambda self: self.checkpoint > 0)
    @rule(place=PLACES, size=SIZES, picks=PICKS)
    def an_old_batch_is_delivered_again(self, place: int, size: int, picks: list[Pick]) -> None:
        start = place % self.checkpoint
        again = self.records[start : start + min(size, self.checkpoint - start)]
        self.world.deliver([one for one in again if session_of(one) != REMOVED])
        self.the_subscriber_takes(picks)

    def _flow(self, size: int, trouble: Trouble, picks: list[Pick]) -> None:
        """Usually a change goes on to the subscriber at once."""
        self.the_table_and_its_stream_hold_the_models_changes()
        if size and self.checkpoint < len(self.records):
            self.the_stream_delivers(size, trouble, picks)

    def _deliver(self, start: int, size: int) -> int:
        return self.world.deliver(self.records[start : start + size])

    # -------------------------------------------------------------- the subscriber
    @precondition(lambda self: self.world.topic.queue)
    @rule(picks=PICKS)
    def the_subscriber_takes(self, picks: list[Pick]) -> None:
        """Messages from anywhere in the queue. While one is handled, others can come in and be done."""
        for pick in picks:
            self.world.sessions.down = pick.how == "API down"
            if pick.how == "overtaken":
                self.world.copies.meanwhile = functools.partial(self._take_last, pick.others)
            with suppress(ConnectionError):
                self._take(pick.place, stays=pick.how == "comes again")
            self.world.copies.meanwhile, self.world.sessions.down = None, False

    def _take_last(self, count: int) -> None:
        for _ in range(count):
            self._take(-1)

    def _take(self, place: int, *, stays: bool = False) -> None:
        queue = self.world.topic.queue
        if not queue:
            return
        entry = queue[place % len(queue)]
        one = notification(entry)
        if one.session_id == REMOVED:
            queue.remove(entry)
            return
        follow(one, self.world.copies, self.world.sessions)
        number = self.world.copies.number(one.session_id)
        assert number >= max(self.copied[one.session_id], one.number if one.position == 1 else 0)
        self.copied[one.session_id] = number
        if not stays and entry in queue:
            queue.remove(entry)

    # -------------------------------------------------------------- what holds at any time
    @invariant()
    def the_table_and_its_stream_hold_the_models_changes(self) -> None:
        for record in self.world.new_records():
            self.records.append(record)
            self.asked.discard(session_of(record))
            if record["eventName"] != "REMOVE":
                self._is_what_happened(record["dynamodb"]["NewImage"])
        for session in self.sessions.values():
            assert self.numbers[session.id] == session.number
        for session_id in self.asked:
            assert self.world.item(session_id) == self.images.get(session_id)
        self.asked.clear()

    def _is_what_happened(self, image: dict[str, Any]) -> None:
        """The next change, or typing, or what nobody is told of."""
        item, session = plain(image), self.sessions[image["id"]["S"]]
        before = plain(self.images.get(session.id, {}))
        is_typing = item.get("typingCount", 0) > before.get("typingCount", 0)
        is_change = item["referenceId"] != before.get("referenceId")
        self.images[session.id] = image
        self.numbers[session.id] += is_change
        number = self.numbers[session.id]
        facts = session.past[number - 1]
        assert (item["referenceId"], item["messageCount"]) == (number, len(facts.messages))
        assert (shown(item), item["agents"]) == (facts.shown, {facts.agent})
        is_over = facts.state == "Completed"
        assert (item.get("owner"), "expiresAt" in item) == (None if is_over else facts.agent, is_over)
        self._has_its_dispositions(item, session, number)
        added = [one.kind for one in session.added(number)] if is_change else ["TypingStarted"] * is_typing
        assert [one["type"] for one in item.get("newMessages", ())] == added
        events = (
            session.events(number) if is_change else [session.typing_event(item["typingCount"])] if is_typing else []
        )
        self.events[session.id].append(events)

    def _has_its_dispositions(self, item: dict[str, Any], session: Session, number: int) -> None:
        entries = [
            Disposition(one["referenceId"], one["dispositionKey"], one["disposition"], one["userName"])
            for one in history.shown(item)
        ]
        assert [
            one._replace(value=one.value if one.value is None else exact_json.unicode(one.value)) for one in entries
        ] == session.histories[number - 1]
        now = item["userData"].get(DISPOSITION)
        values = [one.value for one in entries if one.key == DISPOSITION]
        # a default on what was no text goes from a full history without a trace
        goes = now is None and bool(values) and not isinstance(values[-1], str)
        assert not values or values[-1] == now or goes
        if self._must_have_one(session, number):
            assert isinstance(now, str)
            assert now

    def _must_have_one(self, session: Session, number: int) -> bool:
        """Whether the change has ended the session, and the policy left no end without a disposition."""
        if (
            number == 1
            or session.past[number - 1].state != "Completed"
            or session.past[number - 2].state == "Completed"
        ):
            return False
        policy, by = session.policies[number - 1], session.changed_by[number - 1]
        is_agents = by in AGENTS and session.past[number - 1].ended_by == "Complete"
        return policy.default is not None or (policy.mandatory and is_agents)

    @invariant()
    def what_is_announced_is_true_complete_and_in_order(self) -> None:
        for session in self._lasting():
            announced, events = self.world.topic.announced(session.id), self.events[session.id]
            done = sum(1 for one in self.records[: self.checkpoint] if session_of(one) == session.id)
            assert announced == [*itertools.chain(*events)][: len(announced)]
            assert len(announced) >= sum(map(len, events[:done]))
        self._is_true(self.world.topic.accepted[self.heard :])
        self.heard = len(self.world.topic.accepted)

    def _is_true(self, entries: Sequence[Entry]) -> None:
        """What is announced of messages can be read."""
        messages: dict[tuple[str, int], Any] = {}
        for entry in entries:
            session_id, number, position = event_id(entry).split("#")
            if session_id == REMOVED:
                continue
            session, body = self.sessions[session_id], json.loads(entry["Message"], parse_float=Decimal)
            assert persons(entry) == (session.past[int(number) - 1].agent, session.author(int(number), int(position)))
            if int(position) > 4:
                assert [said(one) for one in body["messages"]] == [session.typing(int(position) - 4)]
                continue
            assert body["notificationType"] == session.kinds(int(number))[int(position) - 1]
            if "facebooksession" in body:
                assert body["referenceId"] == int(number)
                assert shown(body["facebooksession"]) == session.past[int(number) - 1].shown
            else:
                assert [said(one) for one in body["messages"]] == session.added(int(number))
                messages |= {(session_id, one["index"]): one for one in body["messages"]}
        assert not messages or messages.items() <= self.world.transcript().items()

    @invariant()
    def copies_are_exact(self) -> None:
        for session_id, copy in self.world.copies.kept.items():
            if session_id == REMOVED:
                continue
            assert texts(copy.user_data or {}) == self.sessions[session_id].past[copy.number - 1].user_data

    # -------------------------------------------------------------- what holds in the end
    def teardown(self) -> None:
        try:
            if sys.exception() is None:  # otherwise that tells more
                self._all_is_announced_once_the_topic_is_well()
                self._all_is_with_the_subscriber()
                self._nothing_is_left_behind()
                self._all_is_in_the_transcript()
        finally:
            self.world.end()

    def _all_is_announced_once_the_topic_is_well(self) -> None:
        self.checkpoint += self._deliver(self.checkpoint, len(self.records))
        assert self.checkpoint == len(self.records)
        self.what_is_announced_is_true_complete_and_in_order()
        assert not self.world.bucket.objects

    def _all_is_with_the_subscriber(self) -> None:
        while self.world.topic.queue:
            self._take(-1)
        self.copies_are_exact()
        copies = {one: copy.number for one, copy in self.world.copies.kept.items() if one != REMOVED}
        assert copies == {session.id: session.number for session in self._lasting()}

    def _lasting(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.id != REMOVED]

    def _nothing_is_left_behind(self) -> None:
        self.world.erase()
        assert self.world.left_behind() == []

    def _all_is_in_the_transcript(self) -> None:
        found = {place: said(message) for place, message in self.world.transcript().items()}
        assert found == {
            (session.id, index): message
            for session in self.sessions.values()
            for index, message in enumerate(session.now.messages, start=1)
        }


def shown(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What an item, or what is announced of it, says of a session, as the model says it."""
    return {
        "state": resource["state"],
        "ended_by": resource.get("endedBy"),
        "participants": [one["nickname"] for one in resource["participants"]],
        "user_data": texts(resource["userData"]),
        "comment": resource.get("comment"),
    }


def said(message: Mapping[str, Any]) -> Message:
    return Message(message["type"], message["from"]["nickname"], message.get("text", message.get("url", "")))


def persons(entry: Entry) -> tuple[str, str]:
    """Who has the session, and who made the change, as the attributes say it; empty where they don't."""
    attributes = entry["MessageAttributes"]
    agent, by = (attributes.get(name, {}).get("StringValue", "") for name in ("agent", "changedBy"))
    return agent, by


def session_of(record: Record) -> str:
    return str(record["dynamodb"]["Keys"]["id"]["S"])


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=int(os.environ.get("EXAMPLES", "30")),
    stateful_step_count=int(os.environ.get("STEPS", "50")),
    derandomize="EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
