"""Takes out one mechanism after the other, in a copy of the project, and sees whether a test fails without it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from tests.template import ROOT

_COPIED: Final = (
    "contract", "docs", "events", "examples", "functions", "layers", "local", "operate", "tests",
    "pyproject.toml", "samconfig.toml", "template.yaml", "README.md", "Makefile",
)  # fmt: skip
_STORE: Final = "tests/unit/facebook_session"
_NOTIFIER: Final = "tests/unit/session_notifier"
_TEMPLATE: Final = "tests/unit/test_template.py"
_ROLLOUT: Final = "tests/unit/test_rollout.py"
_SECURITY: Final = "tests/unit/test_security.py"
_HISTORIES: Final = "60"
_PASSED, _FAILED = 0, 1
_WRITE: Final = "layers/core/facebook_session/write.py"
_WRITE_CHAT: Final = "layers/core/facebook_session/write_chat.py"
_WRITE_DATA: Final = "layers/core/facebook_session/write_data.py"
_WRITE_DISPOSITION: Final = "layers/core/facebook_session/write_disposition.py"
_EXPRESSIONS: Final = "layers/core/facebook_session/expressions.py"
_HISTORY: Final = "layers/core/facebook_session/history.py"
_POLICY: Final = "layers/core/facebook_session/policy.py"
_POLICIES: Final = "layers/core/facebook_session/policies.py"
_RULES: Final = "functions/session_api/rules.py"
_STATES: Final = "layers/core/facebook_session/states.py"
_REFUSALS: Final = "layers/core/facebook_session/refusals.py"
_API: Final = "functions/session_api/app.py"
_ROUTER: Final = "layers/core/rest_api/router.py"
_API_TESTS: Final = "tests/unit/session_api/test_app.py"
_HEADERS: Final = "layers/core/rest_api/headers.py"
_HEADER_TESTS: Final = "tests/unit/rest_api/test_headers.py"
_IDEMPOTENCY: Final = "tests/unit/facebook_session/test_idempotency.py"
_REPEATS: Final = "tests/integration/test_repeats.py"
_TRANSFERS: Final = "tests/integration/test_transfers.py"
_FULL: Final = "tests/integration/test_full_session.py"
_SYSTEMS: Final = "tests/integration/test_systems.py"
_STATE_MACHINE: Final = "tests/integration/test_state_machine.py"
_DISPOSITIONS: Final = "tests/integration/test_dispositions.py"
_PUBLISHER: Final = "functions/session_notifier/publisher.py"
_NOTIFICATIONS: Final = "layers/core/facebook_session/notifications.py"
_NOTIFICATION_TESTS: Final = "tests/unit/facebook_session/test_notifications.py"
_QUERY: Final = "functions/session_api/query_string.py"
_READS: Final = "tests/unit/session_api/test_reads.py"
_RULE: Final = "examples/subscriber/src/session_copies/rule.py"
_COUNTS: Final = "examples/reports/src/disposition_counts/rule.py"
_COUNT_FUNCTION: Final = "examples/reports/src/disposition_counts/app.py"
_COUNT_TABLES: Final = "examples/reports/src/disposition_counts/tables.py"
_COUNTED: Final = "tests/unit/disposition_counts"
_BAYEUX: Final = "functions/desktop_channel/bayeux.py"
_BAYEUX_TESTS: Final = "tests/unit/desktop_channel/test_bayeux.py"
_CHANNEL: Final = "functions/desktop_channel/app.py"
_CHANNEL_TESTS: Final = "tests/unit/desktop_channel/test_app.py"
_POLLS: Final = "functions/desktop_channel/polls.py"
_HOLDS: Final = "functions/desktop_channel/holds.py"
_HOLD_TESTS: Final = "tests/unit/desktop_channel/test_holds.py"
_CLIENTS: Final = "layers/core/facebook_session/clients.py"
_CLIENT_TESTS: Final = "tests/unit/facebook_session/test_clients.py"
_MAILBOXES: Final = "layers/core/facebook_session/mailboxes.py"
_MAILBOX_TESTS: Final = "tests/unit/facebook_session/test_mailboxes.py"
_DESKTOPS: Final = "tests/integration/test_desktops.py"
_DESKTOP_NOTIFIER: Final = "functions/desktop_notifier/app.py"
_DESKTOP_NOTIFIER_TESTS: Final = "tests/unit/desktop_notifier"
_ALARMS: Final = "tests/integration/test_alarms.py"


class Mutant(NamedTuple):
    """`before` stands once in `file`; with `after` in its place, a test of `tests` must fail."""

    what: str
    file: str
    before: str
    after: str
    tests: str


MUTANTS: Final = (
    Mutant(
        "the change in the write",
        _EXPRESSIONS,
        '        self.do("SET", f"{place} = {value}")\n',
        "",
        _STORE,
    ),
    Mutant(
        "the number in the write",
        _WRITE,
        '    write.do("SET", f"referenceId = referenceId + {write.value(1)}")\n',
        "",
        _STORE,
    ),
    Mutant(
        "the state in the write's condition",
        _WRITE,
        "    write.only_if(condition)\n",
        "",
        _STORE,
    ),
    Mutant(
        "the 503 for an outcome that is unknown",
        "layers/core/facebook_session/database.py",
        """ or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500""",
        "",
        _API_TESTS,
    ),
    Mutant(
        "the look at whether an answer of DynamoDB is whole",
        "layers/core/facebook_session/aws.py",
        '    made.meta.events.register("before-parse.dynamodb", _refuse_unless_whole)\n',
        "",
        _STORE,
    ),
    Mutant(
        "the participant in the write's condition",
        _WRITE,
        '        write.only_if(f"contains(agents, {write.value(caller.name)})")\n',
        "",
        _STORE,
    ),
    Mutant(
        "the idempotency records in the write's condition",
        _WRITE,
        "attribute_exists(requests) AND NOT contains(requests, {values['requests']})",
        "attribute_exists(requests)",
        _REPEATS,
    ),
    Mutant(
        "the records' reach, after a lost answer",
        _WRITE,
        "    if assumed.unknown_since is not None:\n",
        "    if False:\n",
        _STORE,
    ),
    Mutant(
        "the number that If-Match names",
        _WRITE,
        "_demanded(request) if assumed.reference_id is None else assumed.reference_id",
        "assumed.reference_id",
        _REPEATS,
    ),
    Mutant(
        "the look at whether a refused change would have altered anything",
        _REFUSALS,
        "        not always_alters(move, change)\n        and ",
        "        ",
        _STORE,
    ),
    Mutant(
        "the idempotency records that an item of an earlier version gets",
        _REFUSALS,
        'has_records="requests" in old',
        "has_records=True",
        _STATE_MACHINE,
    ),
    Mutant(
        "the user pool's word on a transfer's target",
        _API,
        "if change.handed_to and not agent_pool()",
        "if False and not agent_pool()",
        _TRANSFERS,
    ),
    Mutant(
        "the look at whether a target is a user name, and no sub",
        "functions/session_api/agents.py",
        "return self._has_feature(user_name) and self._is_user_name(user_name)",
        "return self._has_feature(user_name)",
        "tests/unit/session_api/test_agents.py",
    ),
    Mutant(
        "the equality of nested values",
        "layers/core/facebook_session/attributes.py",
        "    return _EQUALITIES[kind](content, other[kind]) if kind in _EQUALITIES else bool(content == other[kind])\n",
        "    return bool(content == other[kind])\n",
        _STORE,
    ),
    Mutant(
        "the depth of nested values",
        "layers/core/facebook_session/user_data.py",
        "    if depth > MAX_DEPTH:\n",
        "    if False:\n",
        _STORE,
    ),
    Mutant(
        "the keys inside nested values",
        "layers/core/facebook_session/user_data.py",
        "if not all(map(_KEY.fullmatch, value)):",
        "if False:",
        _STORE,
    ),
    Mutant(
        "numbers that count as they come back",
        "layers/core/facebook_session/user_data.py",
        'exact_json.unicode(plain(attribute(user_data)["M"]))',
        "exact_json.unicode(user_data)",
        _STORE,
    ),
    Mutant(
        "the time that is kept for removals",
        "functions/session_notifier/app.py",
        "_ROUND_MILLISECONDS + _REMOVALS_MILLISECONDS:",
        "_ROUND_MILLISECONDS:",
        _NOTIFIER,
    ),
    Mutant(
        "the look at what a transfer to nobody repeats",
        _API,
        "    number = store.repeated(session_id, request, move)\n",
        "    number = None\n",
        _TRANSFERS,
    ),
    Mutant(
        "the bound of a session's user data",
        _WRITE_DATA,
        '    write.only_if(f"userDataBytes <= {write.value(change.limits.bytes - added)}")\n',
        "",
        _FULL,
    ),
    Mutant(
        "the exact size of user data, from a refused write",
        _REFUSALS,
        "bytes_after=bytes_after,",
        "bytes_after=None,",
        _FULL,
    ),
    Mutant(
        "the room for a disposition",
        "layers/core/facebook_session/changes.py",
        "user_data_rules.DISPOSITION_LIMITS if is_disposition else ",
        "",
        _FULL,
    ),
    Mutant(
        "the success of what is durable though the transcript is not written",
        _API,
        '        logger.warning("The notifier is to complete the transcript", **fault(error))\n',
        "        raise\n",
        _REPEATS,
    ),
    Mutant(
        "the records of requests with a key that alter nothing",
        _REFUSALS,
        "alters_nothing(old, move, change) and not request.has_key",
        "alters_nothing(old, move, change)",
        _REPEATS,
    ),
    Mutant(
        "the record of where an agent looks, where the request has a key",
        _WRITE,
        "(request.has_key and not change.is_typing)",
        "False",
        _REPEATS,
    ),
    Mutant(
        "the number that a request has which changed nothing",
        "layers/core/facebook_session/idempotency.py",
        "newest - sum(map(_is_of_change, stamps[index + 1 :]))",
        "newest - len(stamps[index + 1 :])",
        _REPEATS,
    ),
    Mutant(
        "a digest's other seven bytes",
        "layers/core/facebook_session/idempotency.py",
        "_DIGEST_BYTES: Final = 8",
        "_DIGEST_BYTES: Final = 1",
        _STORE,
    ),
    Mutant(
        "our own repeats in place of the SDK's",
        _API,
        'aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1)',
        'aws.client("dynamodb", _READ_TIMEOUT_SECONDS)',
        _API_TESTS,
    ),
    Mutant(
        "typing's lack of a number",
        "layers/core/facebook_session/changes.py",
        "return not self.is_typing and self.in_focus is None",
        "return self.in_focus is None",
        _REPEATS,
    ),
    Mutant(
        "the doubt about what nobody records",
        _REFUSALS,
        "return is_recorded(request, change) and not",
        "return not",
        _STORE,
    ),
    Mutant(
        "the Idempotency-Key of a creation",
        "functions/session_api/creation.py",
        "if key else session.new_session_id()",
        "if False else session.new_session_id()",
        "tests/unit/session_api/test_creation.py",
    ),
    Mutant(
        "a request's deadline",
        "layers/core/facebook_session/database.py",
        "    if time.monotonic() > _last_start.get():\n        raise Unavailable\n",
        "",
        "tests/unit/session_api/test_deadline.py",
    ),
    Mutant(
        "the customer's joining once",
        _WRITE_CHAT,
        "        if not assumed.customer_joined:\n            yield",
        "        if True:\n            yield",
        _TRANSFERS,
    ),
    Mutant(
        "the leaving of who hands a session over",
        "functions/session_api/operations/transfer.py",
        "Change(leaving=AGENT, handed_to=target)",
        "Change(handed_to=target)",
        _TRANSFERS,
    ),
    Mutant(
        "who changed a session last, in its item",
        _WRITE,
        '\n    write.do("SET", f"updatedBy = {write.value(caller.name)}")\n',
        "\n",
        _TRANSFERS,
    ),
    Mutant(
        "the caller in the log",
        _API,
        '    metrics.add_metadata("caller", requests.caller_id(event))\n',
        "",
        _API_TESTS,
    ),
    Mutant(
        "the stop at the first failure",
        "functions/session_notifier/publisher.py",
        "            if failed:\n                return\n",
        "",
        _NOTIFIER,
    ),
    Mutant(
        "the quarantine of what can't be built",
        "functions/session_notifier/app.py",
        """            if not _set_aside(record, error):
                return Plan(records, planned, [*origins, index])
""",
        "            return Plan(records, planned, [*origins, index])\n",
        _NOTIFIER,
    ),
    Mutant(
        "the quarantine before what follows",
        "functions/session_notifier/app.py",
        "        quarantine().put(record, type(error).__name__)\n",
        "        pass\n",
        _NOTIFIER,
    ),
    Mutant(
        "the round in which no session appears twice",
        _PUBLISHER,
        "if notification.session_id in sessions or (full and len(windows) == MAX_WINDOWS):",
        "if full and len(windows) == MAX_WINDOWS:",
        _NOTIFIER,
    ),
    Mutant(
        "the sessions of the first window of a round, in its second",
        _PUBLISHER,
        "            windows.append({})\n",
        "            windows.append({})\n            sessions = set()\n",
        _NOTIFIER,
    ),
    Mutant(
        "the second window of a round, at the same time",
        _PUBLISHER,
        "self._threads.map if len(windows) > 1 else map",
        "map",
        _NOTIFIER,
    ),
    Mutant(
        "the thread that a window by itself does without",
        _PUBLISHER,
        "self._threads.map if len(windows) > 1 else map",
        "self._threads.map",
        _NOTIFIER,
    ),
    Mutant(
        "what failed in the first window of a round",
        _PUBLISHER,
        "            failed |= of_one\n",
        "            failed = of_one\n",
        _NOTIFIER,
    ),
    Mutant(
        "what the topic will never take in the first window of a round",
        _PUBLISHER,
        "            permanent |= of_one_permanent\n",
        "            permanent = of_one_permanent\n",
        _NOTIFIER,
    ),
    Mutant(
        "the wait for the other window where a call fails",
        _PUBLISHER,
        "            return window, set()\n",
        "            raise\n",
        _NOTIFIER,
    ),
    Mutant(
        "the one encoding of a call of SNS",
        "layers/core/facebook_session/aws.py",
        '    made.meta.events.register("before-call.sns", _encode)\n',
        "",
        _STORE,
    ),
    Mutant(
        "the topic's refusal of plain HTTP",
        "template.yaml",
        "            Resource: !Ref NotificationTopic\n"
        '            Condition:\n              Bool:\n                aws:SecureTransport: "false"\n',
        "            Resource: !Ref NotificationTopic\n",
        _TEMPLATE,
    ),
    Mutant(
        "the subscriber's reading where something is missing",
        _RULE,
        "last and one.number == last + 1 and",
        "last and",
        _NOTIFIER,
    ),
    Mutant(
        "the subscriber's look at the first notification of a change alone",
        _RULE,
        " or one.position > 1",
        "",
        _NOTIFIER,
    ),
    Mutant(
        "the subscriber's reading where it has no copy",
        _RULE,
        "if last and one.number",
        "if one.number",
        "tests/unit/session_copies",
    ),
    Mutant(
        "redrive's order, that of the stream",
        "operate/redrive.py",
        "key=lambda one: one.sequence_number",
        "key=lambda one: one.key",
        "tests/integration/test_redrive.py",
    ),
    Mutant(
        "the removal's way to the eraser",
        "functions/session_notifier/app.py",
        "        return removals().send(batch)\n",
        "        return len(batch)\n",
        _NOTIFIER,
    ),
    Mutant(
        "the look at what the eraser's queue took",
        "functions/session_notifier/removals.py",
        'if one["Id"] not in accepted',
        "if not accepted",
        _NOTIFIER,
    ),
    Mutant(
        "the erasure of a transcript behind a removal",
        "functions/session_eraser/app.py",
        "    transcript.erase(removal.transcript)\n",
        "",
        "tests/unit/session_eraser",
    ),
    Mutant(
        "the bound of what a removal takes out of quarantine",
        "layers/core/facebook_session/quarantine.py",
        'if bound is None or one["Key"] < bound:',
        "if True:",
        "tests/unit/session_eraser",
    ),
    Mutant(
        "the folder that no session's id can have",
        "layers/core/facebook_session/quarantine.py",
        '"(none)"',
        '"unknown"',
        "tests/unit/session_eraser",
    ),
    Mutant(
        "the session of several with its id, in the transcript's key",
        "layers/core/facebook_session/transcript.py",
        """ if "transcript" in item else session_id""",
        """ if "" in item else session_id""",
        "tests/integration/test_erasure.py",
    ),
    Mutant(
        "the session of several with its id, in redrive",
        "operate/sessions.py",
        """ and image.get("createdAt", {}).get("S") in (None, found.get("createdAt"))""",
        "",
        "tests/integration/test_redrive.py",
    ),
    Mutant(
        "the removals that the stream gave up on, where a session is forgotten",
        "operate/forget.py",
        "keys = {session_id, *_transcripts(removed, discarded)}",
        "keys = {session_id, *_transcripts(removed, {})}",
        "tests/integration/test_erasure.py",
    ),
    Mutant(
        "the queue's wait for requests that are under way",
        "template.yaml",
        "      DelaySeconds: 30 #",
        "      DelaySeconds: 20 #",
        _TEMPLATE,
    ),
    Mutant(
        "the subscriptions of a topic that another one replaces",
        "template.yaml",
        "UpdateReplacePolicy: Retain # another",
        "UpdateReplacePolicy: Delete # another",
        _TEMPLATE,
    ),
    Mutant(
        "the stream's start at its oldest record",
        "template.yaml",
        "StartingPosition: TRIM_HORIZON",
        "StartingPosition: LATEST",
        _TEMPLATE,
    ),
    Mutant(
        "the notifications' UTF-8",
        _PUBLISHER,
        '"Message": exact_json.unicode(',
        '"Message": exact_json.dumps(',
        _NOTIFIER,
    ),
    Mutant(
        "the size of a notification in bytes",
        _PUBLISHER,
        'len(entry["Message"].encode())',
        'len(entry["Message"])',
        _NOTIFIER,
    ),
    Mutant(
        "the reduction of what is too large for the topic",
        _PUBLISHER,
        "    if size <= MAX_WINDOW_BYTES:\n",
        "    if True:\n",
        _NOTIFIER,
    ),
    Mutant(
        "the eventId that is typing's own",
        _NOTIFICATIONS,
        'MAX_NOTIFICATIONS_PER_CHANGE + new["typingCount"]',
        "1",
        _STORE,
    ),
    Mutant(
        "the silence about what changed no number",
        _NOTIFICATIONS,
        """    if "newMessages" not in new or new.get("typingCount") == old.get("typingCount"):\n""",
        """    if "newMessages" not in new:\n""",
        _NOTIFICATION_TESTS,
    ),
    Mutant(
        "agent and changedBy among the attributes",
        _NOTIFICATIONS,
        "        **{name: one for name, one in persons.items() if one},\n",
        "",
        _NOTIFICATION_TESTS,
    ),
    Mutant(
        "the namelessness without personal data",
        _NOTIFICATIONS,
        " if name not in _PERSONS}",
        "}",
        _NOTIFICATION_TESTS,
    ),
    Mutant(
        "the subscriber's look at whose 404 it is",
        "examples/subscriber/src/session_copies/api.py",
        "error.code == 404 and _is_the_apis(error.read())",
        "error.code == 404",
        "tests/unit/session_copies",
    ),
    Mutant(
        "the page token's one spelling",
        _QUERY,
        """found is None or page_token(found) != query["pageToken"]""",
        "found is None",
        _READS,
    ),
    Mutant(
        "the page token's strict form",
        _QUERY,
        "match is None or not is_session_id(match[2])",
        "match is None",
        _READS,
    ),
    Mutant(
        "the refusal of what is no text in an address",
        _QUERY,
        "any(map(_LONE_SURROGATE.search, query.values()))",
        "False",
        "tests/unit/session_api/test_outside.py",
    ),
    Mutant(
        "the size of a page as Lambda's answer has it",
        "functions/session_api/reads.py",
        "size += _bytes(text)",
        "size += len(text)",
        _READS,
    ),
    Mutant(
        "the look at what a browser can send as its origin",
        "layers/core/rest_api/cors.py",
        "bool(_ORIGIN.fullmatch(origin))",
        "bool(origin)",
        "tests/unit/rest_api/test_cors.py",
    ),
    Mutant(
        "the normal form of numbers",
        "layers/core/facebook_session/attributes.py",
        'str(_EXACT.normalize(Decimal(number))) if number else "0"',
        "str(number)",
        "tests/unit/facebook_session/test_attributes.py",
    ),
    Mutant(
        "the refusal of ids of dots alone",
        "layers/core/facebook_session/session.py",
        '"^[.]*[A-Za-z0-9_-][A-Za-z0-9_.-]*$"',
        '"^[A-Za-z0-9_.-]+$"',
        "tests/unit/session_api/test_creation.py",
    ),
    Mutant(
        "the queue in the resource",
        "layers/core/facebook_session/session.py",
        '("comment", "queueName", "endedBy")',
        '("comment", "endedBy")',
        "tests/unit/facebook_session/test_session.py",
    ),
    Mutant(
        "queue and focus in the lists",
        "layers/core/facebook_session/listing.py",
        '    "queueName",\n    "inFocus",\n',
        "",
        "tests/integration/test_queue_and_focus.py",
    ),
    Mutant(
        "the digest of creations without a queue",
        "functions/session_api/creation.py",
        '{"id"} if wanted.queue_name else {"id", "queue_name"}',
        '{"id"}',
        "tests/unit/session_api/test_creation.py",
    ),
    Mutant(
        "the refusal where all tags of If-Match are others'",
        _WRITE,
        "max(request.if_match, default=_NOBODYS_NUMBER)",
        "max(request.if_match or {33})",
        _IDEMPOTENCY,
    ),
    Mutant(
        "the way from the number that a list bets on to the session's own",
        _REFUSALS,
        "seen.default, request.if_match)",
        "seen.default)",
        _REPEATS,
    ),
    Mutant(
        "the look at the lines of a header one by one",
        _HEADERS,
        'event.get("multiValueHeaders") or _as_lists',
        "_as_lists",
        _HEADER_TESTS,
    ),
    Mutant(
        "the refusal of a repeated key",
        _HEADERS,
        "len(lines) > 1 or not",
        "not",
        _HEADER_TESTS,
    ),
    Mutant(
        "the weakness of weak tags",
        _HEADERS,
        "(?<!W/)",
        "",
        _HEADER_TESTS,
    ),
    Mutant(
        "tags as text, not as numbers",
        _HEADERS,
        """r'(?<!W/)"(0|[1-9][0-9]{0,14})"')""",
        """r'(?<!W/)"([0-9]{1,15})"')""",
        _HEADER_TESTS,
    ),
    Mutant(
        "the look at a body's charset",
        _HEADERS,
        "_all_of(charsets, _UTF_8) and ",
        "",
        _HEADER_TESTS,
    ),
    Mutant(
        "the look at a body's coding",
        _HEADERS,
        " and _all_of(codings, _NO_CODING)",
        "",
        _HEADER_TESTS,
    ),
    Mutant(
        "the look at a body's form before it is read",
        "layers/core/rest_api/requests.py",
        "    headers.demand_plain_utf_8(event)\n",
        "",
        "tests/unit/rest_api/test_requests.py",
    ),
    Mutant(
        "the skipping of a byte order mark",
        "layers/core/rest_api/requests.py",
        ".removeprefix(codecs.BOM_UTF8)",
        "",
        "tests/unit/rest_api/test_requests.py",
    ),
    Mutant(
        "the methods that a path has",
        _ROUTER,
        "        raise MethodNotAllowed(_methods(path, routes))\n",
        "        raise RouteNotFound\n",
        _API_TESTS,
    ),
    Mutant(
        "HEAD as GET",
        _ROUTER,
        '"GET" if _is_head(event) else event["httpMethod"], event',
        'event["httpMethod"], event',
        _API_TESTS,
    ),
    Mutant(
        "the body that HEAD leaves out",
        _ROUTER,
        'answer | {"body": ""} if _is_head(event) else answer',
        "answer",
        _API_TESTS,
    ),
    Mutant(
        "Vary on answers that no page gets",
        "layers/core/rest_api/cors.py",
        '{"Vary": "Origin"} | allowed',
        '({"Vary": "Origin"} | allowed if allowed else {})',
        "tests/unit/rest_api/test_cors.py",
    ),
    Mutant(
        "the refusal of a blank disposition",
        "functions/session_api/operations/set_disposition.py",
        "    if not text.strip():\n",
        "    if not text:\n",
        "tests/unit/session_api/operations",
    ),
    Mutant(
        "the versions that come with a new layer",
        "template.yaml",
        "      PublishLambdaVersion: true",
        "      PublishLambdaVersion: false",
        _ROLLOUT,
    ),
    Mutant(
        "what a version has otherwise when only the reservation is",
        "template.yaml",
        "          EXECUTIONS: !Ref DesktopConcurrency\n",
        "",
        _ROLLOUT,
    ),
    Mutant(
        "the alarm that undoes a rollout of the API",
        "template.yaml",
        "        Alarms: [!Ref ApiErrorAlarm,",
        "        Alarms: [!Ref DesktopErrorAlarm,",
        _ROLLOUT,
    ),
    Mutant(
        "the stage's wait for the right to call the alias",
        "template.yaml",
        "        CallsFunction: !Ref SessionApiCallsFunction\n",
        "",
        _ROLLOUT,
    ),
    Mutant(
        "the authorizer of a systems' path",
        "template.yaml",
        "            Path: /v2/facebooksessions/{id}/messages\n            Auth: *OfSystems\n",
        "            Path: /v2/facebooksessions/{id}/messages\n",
        _TEMPLATE,
    ),
    Mutant(
        "the protection of the pool from deletion",
        "template.yaml",
        "DeletionProtection: !If [KeepsData, ACTIVE, INACTIVE]",
        "DeletionProtection: INACTIVE",
        _SECURITY,
    ),
    Mutant(
        "the API's refusal of TLS 1.0",
        "template.yaml",
        "    Default: SecurityPolicy_TLS13_1_2_2021_06\n",
        '    Default: ""\n',
        _SECURITY,
    ),
    Mutant(
        "the end of an ID token",
        "template.yaml",
        "      IdTokenValidity: !Ref TokenMinutes\n",
        "      IdTokenValidity: 1440\n",
        _SECURITY,
    ),
    Mutant(
        "the lack of a right that no code calls for",
        "template.yaml",
        "Action: [dynamodb:GetItem, dynamodb:PutItem]",
        "Action: [dynamodb:GetItem, dynamodb:PutItem, dynamodb:DeleteItem]",
        _SECURITY,
    ),
    Mutant(
        "the bound of what a function calls, its rights",
        "functions/session_api/agents.py",
        "self._client.admin_get_user,",
        "self._client.admin_disable_user,",
        _SECURITY,
    ),
    Mutant(
        "the part that only agents need in a session",
        _WRITE,
        '    if caller.is_agent:\n        write.only_if(f"attribute_type',
        '    if True:\n        write.only_if(f"attribute_type',
        _SYSTEMS,
    ),
    Mutant(
        "the look at what only an agent can do",
        "functions/session_api/operations/operation.py",
        "        if role not in self.moves:\n",
        "        if False:\n",
        _SYSTEMS,
    ),
    Mutant(
        "the customer's words before anyone has accepted",
        _STATES,
        "    Role.SYSTEM: _stay(State.INVITED, State.CHATTING),  # a",
        "    Role.SYSTEM: _stay(State.CHATTING),  # a",
        _STATE_MACHINE,
    ),
    Mutant(
        "the ending by which a session can be opened again",
        _STATES,
        "State.COMPLETED, reopens=Ending.REJECT",
        "State.COMPLETED, reopens=Ending.COMPLETE",
        _STATE_MACHINE,
    ),
    Mutant(
        "the look at how a session ended, where it is opened again",
        _WRITE,
        ' OR endedBy = {write.value(str(move.reopens))})"',
        ' OR {state} = {write.value(str(State.COMPLETED))})"',
        _STATE_MACHINE,
    ),
    Mutant(
        "the look at how a refused session ended",
        _REFUSALS,
        'old.get("endedBy", {}).get("S") == move.reopens',
        "True",
        _STATE_MACHINE,
    ),
    Mutant(
        "the going of endedBy where a session is opened again",
        _WRITE,
        '("endedBy", "completedAt", "expiresAt")',
        '("completedAt", "expiresAt")',
        _STATE_MACHINE,
    ),
    Mutant(
        "the going of expiresAt where a session is opened again",
        _WRITE,
        '("endedBy", "completedAt", "expiresAt")',
        '("endedBy", "completedAt")',
        _STATE_MACHINE,
    ),
    Mutant(
        "how a session ended, in its item",
        _WRITE,
        '    write.do("SET", f"endedBy = {write.value(str(move.ending))}")\n',
        "",
        _STATE_MACHINE,
    ),
    Mutant(
        "how a session ended, for the notifier",
        _NOTIFICATIONS,
        '    "endedBy",\n',
        "",
        _STATE_MACHINE,
    ),
    Mutant(
        "the customers' messages, as those of somebody who has not joined",
        _WRITE_CHAT,
        '        _count(write, "customerMessageCount", kept)\n',
        "        pass\n",
        _SYSTEMS,
    ),
    Mutant(
        "the look at whose messages there are, behind a refusal",
        _REFUSALS,
        '({"N": "0"}, old.get("customerMessageCount"))',
        '({"N": "0"},)',
        _SYSTEMS,
    ),
    Mutant(
        "the agent's leaving, as none of the customer's messages",
        _WRITE_CHAT,
        "if caller.is_agent or change.leaving == AGENT:",
        "if caller.is_agent:",
        _SYSTEMS,
    ),
    Mutant(
        "the name of the agent whom a system takes out",
        _WRITE_CHAT,
        'new_message("ParticipantLeft", assumed.in_chat)',
        'new_message("ParticipantLeft", caller.sender)',
        _SYSTEMS,
    ),
    Mutant(
        "the look at whom a system can take out",
        _REFUSALS,
        "name if caller.sender in (None, name) else None",
        "name if caller.sender == name else None",
        _SYSTEMS,
    ),
    Mutant(
        "the state that a session is in, where two lead to two",
        _REFUSALS,
        '        state=State(old["state"]["S"]),\n',
        "",
        _SYSTEMS,
    ),
    Mutant(
        "the keys of agents and systems apart",
        "layers/core/facebook_session/callers.py",
        'return self.name if self.is_agent else f"{self.role}\\n{self.name}"',
        "return self.name",
        _IDEMPOTENCY,
    ),
    Mutant(
        "the keys of callers apart",
        "layers/core/facebook_session/idempotency.py",
        '_hash(f"{caller.key_space}\\n{key}", _ID_BYTES)',
        "_hash(key, _ID_BYTES)",
        _IDEMPOTENCY,
    ),
    Mutant(
        "StatusChange where another agent is invited",
        _NOTIFICATIONS,
        'for name in ("state", "agents"))',
        'for name in ("state",))',
        _SYSTEMS,
    ),
    Mutant(
        "the silence about a re-routing to who has the session already",
        "layers/core/facebook_session/changes.py",
        "return move.always_moves or bool(change.messages)",
        "return bool(change.handed_to) or move.always_moves or bool(change.messages)",
        _SYSTEMS,
    ),
    Mutant(
        "the look at whether a re-routing moves the session",
        _REFUSALS,
        '        and move.leads.get(State(old["state"]["S"])) in (None, old["state"]["S"])\n',
        "",
        _SYSTEMS,
    ),
    Mutant(
        "the look at whom a re-routing hands the session to",
        _REFUSALS,
        '        and change.handed_to in (None, *old.get("agents", {}).get("SS", ()))\n',
        "",
        _STATE_MACHINE,
    ),
    Mutant(
        "who typed, where it was the customer",
        _WRITE_CHAT,
        '        write.do("SET", f"updatedBy = {write.value(caller.name)}")\n',
        "        pass\n",
        _STATE_MACHINE,
    ),
    Mutant(
        "the customer as who leaves, where a system says it",
        "functions/session_api/operations/leave.py",
        "Change(leaving=CUSTOMER,",
        "Change(leaving=AGENT,",
        _SYSTEMS,
    ),
    Mutant(
        "the refusal of a transfer to oneself",
        "functions/session_api/operations/transfer.py",
        "if caller.is_agent and target == caller.name:",
        "if False:",
        "tests/unit/session_api/operations",
    ),
    Mutant(
        "the disposition that an agent's Complete needs, in the write's condition",
        _WRITE_DISPOSITION,
        "        write.only_if(has_one)\n",
        "        pass\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the disposition that an agent's Complete needs, behind a refusal",
        _REFUSALS,
        "if closing and closing.mandatory and not _has_disposition(old, closing):",
        "if False:",
        _DISPOSITIONS,
    ),
    Mutant(
        "the policy's word on the key, where user data is written",
        _RULES,
        'self._governed(self.policy(), user_data[self.key], "userData")',
        "Disposition(self.key, user_data[self.key])",
        _DISPOSITIONS,
    ),
    Mutant(
        "the policy's word on the key, where a session is created",
        _RULES,
        "change = self.set_data(user_data)",
        "change = Change(user_data)",
        _DISPOSITIONS,
    ),
    Mutant(
        "the queue's codes, where a session is created",
        _RULES,
        "if change.disposition and queue_name in change.disposition.refused_in:",
        "if False:",
        _DISPOSITIONS,
    ),
    Mutant(
        "the queue's codes, in the write's condition",
        _WRITE_DISPOSITION,
        '        write.only_if(f"NOT queueName IN ({queues})")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the queue's codes, behind a refusal",
        _REFUSALS,
        'if disposition and old.get("queueName", {}).get("S") in disposition.refused_in:',
        "if False:",
        _DISPOSITIONS,
    ),
    Mutant(
        "the history's next entry",
        _HISTORY,
        '    write.do("SET", f"dispositions[{APPEND_INDEX}] = {write.value(new)}")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the history's silence about what is so already",
        _WRITE_DISPOSITION,
        '        write.only_if(f"NOT {history.unchanged(write, disposition)}")\n',
        "        pass\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the history's room",
        _HISTORY,
        '        write.only_if(f"size(dispositions) < {write.value(MAX_ENTRIES)}")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the age at which a policy is read anew",
        _POLICIES,
        "if self._held and 0 <= time.time() - self._held[0] < MAX_AGE_SECONDS:",
        "if self._held:",
        _DISPOSITIONS,
    ),
    Mutant(
        "the hours of late corrections, in the write's condition",
        _WRITE,
        '    write.only_if(f"completedAt > {write.value(since)}")\n',
        "",
        _STORE,
    ),
    Mutant(
        "the hours of late corrections, behind a refusal",
        _REFUSALS,
        """        and old.get("completedAt", {"S": ""})["S"] > change.late_since\n""",
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "who took part, in the write's condition",
        _WRITE,
        '    write.only_if(f"(contains(agents, {user}) OR contains(tookPart, {user}))")\n',
        "",
        _STORE,
    ),
    Mutant(
        "who took part, behind a refusal",
        _REFUSALS,
        "        and took_part(old, request.caller.name)\n",
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "who took part, in the item",
        _WRITE_CHAT,
        """        write.do("ADD", f"tookPart {write.value({caller.name})}")\n""",
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the one spelling of a code",
        _POLICY,
        'unicodedata.normalize("NFC", name)',
        "name",
        _DISPOSITIONS,
    ),
    Mutant(
        "the default of what an agent refuses",
        "functions/session_api/operations/reject.py",
        "Change(closing=rules.closing(can_be_refused=False))",
        "Change()",
        _DISPOSITIONS,
    ),
    Mutant(
        "the default of what a system completes where a disposition is mandatory",
        "functions/session_api/operations/complete.py",
        "can_be_refused=caller.is_agent",
        "can_be_refused=True",
        _DISPOSITIONS,
    ),
    Mutant(
        "the default of what the customer gives up",
        "functions/session_api/operations/leave.py",
        "Change(leaving=CUSTOMER, closing=rules.closing(can_be_refused=False))",
        "Change(leaving=CUSTOMER)",
        _DISPOSITIONS,
    ),
    Mutant(
        "the disposition that a session keeps at its end",
        _WRITE_DISPOSITION,
        '    write.only_if(f"NOT {has_one}")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the star of If-None-Match",
        _HEADERS,
        """lines == ["*"] or any(int""",
        "any(int",
        _HEADER_TESTS,
    ),
    Mutant(
        "the look at the key of a policy that is put",
        "functions/session_api/policy_routes.py",
        "    headers.idempotency_key(event)\n",
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the kind of a policy's fault",
        _RULES,
        'raise fault.error(f"',
        'raise RefusedByPolicy(f"',
        "tests/unit/session_api/test_rules.py",
    ),
    Mutant(
        "the one spelling of a queue, in the policy",
        _POLICY,
        "((normal(queue), names) for",
        "((queue, names) for",
        "tests/unit/facebook_session/test_policy.py",
    ),
    Mutant(
        "the one spelling of a queue, in the session",
        "functions/session_api/operations/operation.py",
        "Field(max_length=MAX_NAME_LENGTH), AfterValidator(normal)]",
        "Field(max_length=MAX_NAME_LENGTH)]",
        _DISPOSITIONS,
    ),
    Mutant(
        "the one spelling of a queue, as a filter",
        _QUERY,
        'normal(wanted["queueName"])',
        'wanted["queueName"]',
        _DISPOSITIONS,
    ),
    Mutant(
        "the look at queues of the same name",
        "layers/core/facebook_session/policy_document.py",
        "        if normal(queue) in queues:\n",
        "        if queue in queues:\n",
        "tests/unit/facebook_session/test_policy_document.py",
    ),
    Mutant(
        "the default that goes where a session is opened again",
        _WRITE,
        "        take_back(write, assumed)\n",
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the mark of a default, where it is set",
        _WRITE_DISPOSITION,
        '        write.do("SET", f"defaultedKey = {write.value(closing.key)}")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the mark of a default, which a late correction takes away",
        _WRITE,
        '    write.do("REMOVE", "defaultedKey")  # what is corrected is chosen\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the mark of a default, which goes with it",
        _WRITE_DISPOSITION,
        '    write.do("REMOVE", "defaultedKey")\n',
        "",
        _DISPOSITIONS,
    ),
    Mutant(
        "the history's bound, where defaults come and go",
        _WRITE_DISPOSITION,
        "    if assumed.last_entry is not None:\n",
        "    if False:\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the number for which a default goes",
        _REFUSALS,
        "seen.history_from, seen.default, request.if_match",
        "seen.history_from, request.if_match",
        _DISPOSITIONS,
    ),
    Mutant(
        "the word on where the codes are",
        "layers/core/rest_api/answers.py",
        "_SEE_CODES if isinstance(error, RefusedByPolicy)",
        "_SEE_CODES if False",
        "tests/unit/rest_api/test_answers.py",
    ),
    Mutant(
        "the counts' look at what is known",
        _COUNTS,
        "if one.number <= counted.number:",
        "if one.number == counted.number:",
        _COUNTED,
    ),
    Mutant(
        "the counts' look at gaps",
        _COUNTS,
        "if one.number == counted.number + 1 and not one.sets:",
        "if not one.sets:",
        _COUNTED,
    ),
    Mutant(
        "the counts' look at the history up to the change alone",
        _COUNTS,
        " if entry.number <= one.number]",
        "]",
        _COUNTED,
    ),
    Mutant(
        "the counts' look at the first notification of a change alone",
        _COUNT_FUNCTION,
        """.rpartition("#")[2] == "1":""",
        """.rpartition("#")[2] < "5":""",
        _NOTIFIER,
    ),
    Mutant(
        "the time that DynamoDB has to answer to the counts",
        _COUNT_FUNCTION,
        'aws.resource("dynamodb", config=_BOUNDED)',
        'aws.resource("dynamodb")',
        _COUNTED,
    ),
    Mutant(
        "the condition of the counts' write",
        _COUNT_TABLES,
        " | _only_if_still(before)",
        "",
        "tests/integration/test_counts.py",
    ),
    Mutant(
        "the count that a correction takes away",
        _COUNT_TABLES,
        "steps = [(before.group, -1), (after.group, 1)]",
        "steps = [(after.group, 1)]",
        "tests/integration/test_counts.py",
    ),
    Mutant(
        "the answer to a repeat of what an earlier policy allowed",
        _API,
        """    if request.has_key:\n        with suppress""",
        """    if False:\n        with suppress""",
        _DISPOSITIONS,
    ),
    Mutant(
        "the answer to a repeated creation that an earlier policy allowed",
        "functions/session_api/creation.py",
        """        if found.get("createdFrom") == _digest(wanted):\n""",
        "        if False:\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the content of a repeated creation that an earlier policy allowed",
        "functions/session_api/creation.py",
        """        if found.get("createdFrom") == _digest(wanted):\n""",
        "        if True:\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the size of a user's sessions on the pages before",
        "functions/session_api/reads.py",
        "user_name, sum(map(_bytes, texts)), after)",
        "user_name, 0, after)",
        "tests/unit/session_api/test_reads.py",
    ),
    Mutant(
        "the end of a user's sessions where no more have room",
        "functions/session_api/reads.py",
        "        if after is None or after != page.next:\n",
        "        if after is None:\n",
        "tests/unit/session_api/test_reads.py",
    ),
    Mutant(
        "the default of a session that has no size yet",
        _WRITE_DISPOSITION,
        "        if assumed.bytes_after is None:\n",
        "        if True:\n",
        _DISPOSITIONS,
    ),
    Mutant(
        "the look at whose a client id is",
        _BAYEUX,
        'if client is None or message.get("clientId") != client.client_id:',
        "if client is None:",
        _BAYEUX_TESTS,
    ),
    Mutant(
        "the user's name in a client's key",
        _CLIENTS,
        'key = {"userName": user_name, "place": _FOLDER + client_id}',
        'key = {"userName": "", "place": _FOLDER + client_id}',
        _CLIENT_TESTS,
    ),
    Mutant(
        "a message's id in its answer",
        _BAYEUX,
        'return _echoed(message, "id", "channel") | {"successful": True}',
        'return _echoed(message, "channel") | {"successful": True}',
        _BAYEUX_TESTS,
    ),
    Mutant(
        "the handshake's loneliness",
        _BAYEUX,
        "if not alone or not isinstance(offered, list)",
        "if not isinstance(offered, list)",
        _BAYEUX_TESTS,
    ),
    Mutant(
        "the haste of a client's first connect",
        _BAYEUX,
        "is_poll = alone and client.connected\n",
        "is_poll = alone\n",
        _BAYEUX_TESTS,
    ),
    Mutant(
        "the bound of a client's subscriptions",
        _BAYEUX,
        "if not named or len(client.subscriptions | named) > MAX_SUBSCRIPTIONS:",
        "if not named:",
        _BAYEUX_TESTS,
    ),
    Mutant(
        "the log of a desktops' channel that fails",
        _CHANNEL,
        "logger = Logger()",
        "logger = None",
        _CHANNEL_TESTS,
    ),
    Mutant(
        "the answer to a client that has disconnected meanwhile",
        _CHANNEL,
        "    if not _keep(user_name, kept, done):\n",
        "    if _keep(user_name, kept, done) is None:\n",
        _CHANNEL_TESTS,
    ),
    Mutant(
        "the word that wakes a poll which its client has left",
        "functions/desktop_channel/polls.py",
        "if begun and kept.held_until > time.time():",
        "if False:",
        "tests/integration/test_desktops.py",
    ),
    Mutant(
        "that nobody wakes a poll that has ended",
        "functions/desktop_channel/polls.py",
        "poll.id, int(end)):",
        "poll.id, int(end) + 1):",
        "tests/integration/test_desktops.py",
    ),
    Mutant(
        "the word that wakes the poll of a client that disconnects",
        _CHANNEL,
        "        mailboxes.wake(user_name, kept.client.client_id, kept.poll)\n",
        "",
        _CHANNEL_TESTS,
    ),
    Mutant(
        "the last one of a request's connects as its poll",
        _CHANNEL,
        "if bayeux.is_connected(answer)][-1:]",
        "if bayeux.is_connected(answer)][:1]",
        _CHANNEL_TESTS,
    ),
    Mutant(
        "the end of a hold in the request's time",
        _CHANNEL,
        "hold_end = time.time() + settings.hold_seconds",
        "hold_end = time.time() + settings.hold_seconds + 2",
        "tests/unit/desktop_channel/test_deadline.py",
    ),
    Mutant(
        "the limit of connects that are held",
        _HOLDS,
        "if self._count(begun, 1) + self._begun_in(begun - 1) <= self._limit:",
        "if self._count(begun, 1) + self._begun_in(begun - 1):",
        _HOLD_TESTS,
    ),
    Mutant(
        "the holds of the slice before",
        _HOLDS,
        " + self._begun_in(begun - 1)",
        "",
        _HOLD_TESTS,
    ),
    Mutant(
        "what a hold has brought whose end is not counted",
        _HOLDS,
        "with suppress(Unavailable):\n            self._count(begun, -1)",
        "with suppress(KeyError):\n            self._count(begun, -1)",
        _HOLD_TESTS,
    ),
    Mutant(
        "the events again for who asks at once behind a poll that could be held",
        _POLLS,
        "return not (connect.asks_again and kept.patient)",
        "return True",
        _DESKTOPS,
    ),
    Mutant(
        "the events once for who always asks at once",
        _POLLS,
        "return not (connect.asks_again and kept.patient)",
        "return not connect.asks_again",
        _DESKTOPS,
    ),
    Mutant(
        "the look at what a client has acknowledged",
        _POLLS,
        "return connect.acknowledged >= kept.number",
        "return True",
        _DESKTOPS,
    ),
    Mutant(
        "the removal of what has arrived",
        _POLLS,
        "            self.mailboxes.remove(poll.user_name, kept.handed)\n",
        "            pass\n",
        _DESKTOPS,
    ),
    Mutant(
        "the end of a client for which too much waits",
        _POLLS,
        "if self.mailboxes.overflows(poll.user_name, poll.client_id):",
        "if False:",
        _DESKTOPS,
    ),
    Mutant(
        "the poll in the condition of handing over",
        _CLIENTS,
        'f"answers {write.value(1)}")\n        write.only_if(f"poll = {write.value(poll)}")\n',
        'f"answers {write.value(1)}")\n',
        _CLIENT_TESTS,
    ),
    Mutant(
        "the poll in the condition of being held",
        _CLIENTS,
        'f"heldUntil = {write.value(until)}")\n        write.only_if(f"poll = {write.value(poll)}")\n',
        'f"heldUntil = {write.value(until)}")\n',
        _CLIENT_TESTS,
    ),
    Mutant(
        "the existence of a client in the condition of its writes",
        _CLIENTS,
        '    write.only_if("attribute_exists(userName)")\n',
        '    write.only_if("expiresAt <> :v0")\n',
        _CLIENT_TESTS,
    ),
    Mutant(
        "the expiry of clients",
        _CLIENTS,
        'return bool(item["expiresAt"] > time.time())',
        "return bool(item)",
        _CLIENT_TESTS,
    ),
    Mutant(
        "the look at who is subscribed",
        _CLIENTS,
        "return (client for client in alive if client.channel)",
        "return alive",
        _CLIENT_TESTS,
    ),
    Mutant(
        "a user's clients behind the first page",
        _CLIENTS,
        '            if "LastEvaluatedKey" not in found:\n',
        "            if found:\n",
        _CLIENT_TESTS,
    ),
    Mutant(
        "the order of letters' places",
        _MAILBOXES,
        "return sequence_number.zfill(_SEQUENCE_NUMBER_DIGITS)",
        "return sequence_number",
        _MAILBOX_TESTS,
    ),
    Mutant(
        "a letter's last record in its place",
        _MAILBOXES,
        "{_digits(first)}#{_digits(last)}#{part:06}",
        "{_digits(first)}#{part:06}",
        _MAILBOX_TESTS,
    ),
    Mutant(
        "the room in a letter",
        "functions/desktop_notifier/post.py",
        "if full and size + bytes_more > MAX_LETTER_BYTES:",
        "if full and size > MAX_LETTER_BYTES:",
        _DESKTOP_NOTIFIER_TESTS,
    ),
    Mutant(
        "the size of a notification for desktops",
        _DESKTOP_NOTIFIER,
        "return text if len(text.encode()) <= MAX_LETTER_BYTES else exact_json.unicode(impersonal(body))",
        "return text",
        _DESKTOP_NOTIFIER_TESTS,
    ),
    Mutant(
        "the rounds in which letters are put",
        _DESKTOP_NOTIFIER,
        "    for round_ in itertools.zip_longest(*posts):\n        mailboxes.put(filter(None, round_))\n",
        "    mailboxes.put(itertools.chain(*posts))\n",
        _DESKTOP_NOTIFIER_TESTS,
    ),
    Mutant(
        "the name of a batch that does not reach desktops",
        _DESKTOP_NOTIFIER,
        "for one in left[:1]]",
        "for one in left[:0]]",
        _DESKTOP_NOTIFIER_TESTS,
    ),
    Mutant(
        "the end of a session for who loses it",
        "functions/desktop_notifier/audience.py",
        "return heard | {agent: [end_of_part(new, base_url)] for agent in sorted(before - after)}",
        "return heard",
        _DESKTOP_NOTIFIER_TESTS,
    ),
    Mutant(
        "the user data that who loses a session must not see",
        _NOTIFICATIONS,
        'ended = {**new, "state": State.COMPLETED, "userData": {}}',
        'ended = {**new, "state": State.COMPLETED}',
        _NOTIFICATION_TESTS,
    ),
    Mutant(
        "the leave for pages to send credentials",
        "layers/core/rest_api/cors.py",
        "if allowed and origins.credentials:",
        "if False:",
        "tests/unit/rest_api/test_cors.py",
    ),
    Mutant(
        "the stack by which metrics are told apart",
        "layers/core/facebook_session/measures.py",
        '    made.set_default_dimensions(stack=os.environ["STACK_NAME"])\n',
        "",
        _API_TESTS,
    ),
    Mutant(
        "the change that waited longest, by which the delay goes",
        "functions/session_notifier/announced.py",
        "max(*waited, self.longest_milliseconds or waited[0])",
        "waited[0]",
        "tests/unit/session_notifier/test_announced.py",
    ),
    Mutant(
        "what the stream gave up on, in the count of what lies undelivered",
        "layers/core/facebook_session/undelivered.py",
        "(quarantine.PREFIX, DISCARDED)",
        "(quarantine.PREFIX,)",
        "tests/unit/undelivered_gauge",
    ),
    Mutant(
        "the alarm that stays on where nobody counted",
        "template.yaml",
        "TreatMissingData: ignore",
        "TreatMissingData: notBreaching",
        _ALARMS,
    ),
    Mutant(
        "the count of what a mapping drops",
        "template.yaml",
        """      MetricsConfig:
        Metrics: [EventCount]
      MaximumRetryAttempts: -1 # with a limit""",
        """      MetricsConfig:
        Metrics: []
      MaximumRetryAttempts: -1 # with a limit""",
        _ALARMS,
    ),
)


def main() -> int:
    for tests in sorted({mutant.tests for mutant in MUTANTS}):
        if not _passes(tests):
            raise SystemExit(f"{tests} fails with all mechanisms in place.")
    alive = 0
    for mutant in MUTANTS:
        killed = is_killed(mutant)
        alive += not killed
        print(f"{'a test fails' if killed else 'ALIVE':14}without {mutant.what}", flush=True)
    return 1 if alive else 0


def is_killed(mutant: Mutant) -> bool:
    return not _passes(mutant.tests, mutant)


def _passes(tests: str, mutant: Mutant | None = None) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in _COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        if mutant:
            _apply(mutant, copy / mutant.file)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
        environment = os.environ | {"SEEDS": _HISTORIES}
        status = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False).returncode
    if status not in (_PASSED, _FAILED):
        raise SystemExit(f"{tests} can't be run{f' without {mutant.what}' if mutant else ''}.")
    return status == _PASSED


def _apply(mutant: Mutant, file: Path) -> None:
    text = file.read_text()
    if text.count(mutant.before) != 1:
        raise SystemExit(f"{mutant.file} has changed: there is nothing to take out for {mutant.what}.")
    file.write_text(text.replace(mutant.before, mutant.after))


if __name__ == "__main__":
    sys.exit(main())
