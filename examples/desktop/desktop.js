// An agent's desktop: it shows what it reads once and what notifications tell from then on, and sends operations.
// Nothing that it sends changes the page: the change comes back as a notification, as those of others do.

import { AckExtension, CometD, LongPollingTransport } from "./cometd/cometd.js";
import { logIn } from "./log-in.js";

const CHANNEL = "/v2/me/facebooksession";
const WITH_DISPOSITION = ["Chatting", "LeftChat"]; // Genesys' capabilities don't name SetDisposition

const $ = (id) => document.getElementById(id);

let api, token, agent, dispositionKey, cometd;
let displayNames = new Map();
let shown = null;

/** How often the page has subscribed, and after which of these it has read what there is. */
let subscriptions = 0;
let readAfter = 0;

/** Open sessions by id. `number` is the last change's; `messages` is the transcript, as far as it was read. */
const entries = new Map();

// ---------------------------------------------------------------- requests

/** The answer's body, with the session's number from its ETag. */
async function ask(path, operation) {
  const headers = { Authorization: `Bearer ${token}` };
  const request = { headers };
  if (operation) {
    // With the key, a request that is sent again is one change all the same.
    Object.assign(headers, { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() });
    Object.assign(request, { method: "POST", body: JSON.stringify(operation) });
  }
  let answer = await fetch(api + path, request);
  if (answer.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * (answer.headers.get("Retry-After") ?? 1)));
    answer = await fetch(api + path, request);
  }
  const body = await answer.json();
  if (body.statusCode === 20) {
    logOut();
    throw new Error("Please log in again.");
  }
  if (body.statusCode) throw new Error(body.statusMessage);
  return { ...body, number: Number(answer.headers.get("ETag")?.match(/\d+/)) };
}

const path = (entry) => `/me/facebooksessions/${entry.id}`;

/** Whether it was accepted. */
async function operate(entry, operation) {
  set("problem", "");
  try {
    await ask(path(entry), operation);
    return true;
  } catch (error) {
    fail(error);
    return false;
  }
}

// ---------------------------------------------------------------- notifications

/** cometd.js would take a handshake that is lost on the way for a browser without CORS, and never try again. */
class CrossOriginPolling extends LongPollingTransport {
  accept() {
    return true;
  }
}

function listen() {
  cometd = new CometD();
  cometd.unregisterTransports(); // WebSocket, which the API doesn't have, and JSONP, which would be a script of its own
  cometd.registerTransport("long-polling", new CrossOriginPolling());
  cometd.registerExtension("ack", new AckExtension()); // what was lost on the way comes again
  cometd.configure({ url: `${api}/notifications`, requestHeaders: { Authorization: `Bearer ${token}` } });
  // Each handshake makes a new client, without subscriptions and without what was announced until then.
  cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) cometd.subscribe(CHANNEL, (event) => inOrder(() => take(event.data)), subscribed);
  });
  cometd.addListener("/meta/connect", (reply) => reply.successful && catchUp());
  cometd.addListener("/meta/unsuccessful", () => {
    set("connection", "Connection lost, trying again");
    // A browser hides from cometd.js why the gateway refused it. A token that has expired shows here, and logs out.
    inOrder(() => ask("/me").catch((error) => token || fail(error)));
  });
  cometd.handshake();
}

function subscribed(reply) {
  if (!reply.successful) return cometd?.disconnect(() => cometd?.handshake()); // or nothing would ever come
  subscriptions += 1;
  catchUp();
}

/** Reads what there is, after the subscription: what changes from then on is announced. */
function catchUp() {
  inOrder(async () => {
    const subscription = subscriptions;
    if (readAfter !== subscription) {
      await readAll();
      set("problem", "");
      readAfter = subscription; // only now: if a read fails, the next poll tries again
    }
    if (subscription) set("connection", "Connected");
  });
}

/** One after the other: a notification that comes while something is read must not be overwritten by it. */
let last = Promise.resolve();
function inOrder(task) {
  last = last.then(() => token && task()).catch(fail);
}

async function take({ facebooksession, referenceId, facebooksessionPath, messages }) {
  if (messages) await takeMessages(entries.get(facebooksessionPath.split("/").pop()), messages);
  else await takeSession(facebooksession, referenceId);
  render();
}

/** A notification can come late, or twice. One that is too large comes without what persons say, and is read. */
async function takeSession(session, number) {
  if (number < entries.get(session.id)?.number) return;
  if (session.state === "Completed") drop(session.id, session.endedBy ? "has ended" : "is another agent's now");
  else if (session.userData) keep(session, number);
  else await read(session.id);
}

async function takeMessages(entry, messages) {
  if (!entry) return;
  for (const { from, type } of messages) {
    if (from.type === "Customer") entry.typing = type === "TypingStarted" ? from.nickname : "";
  }
  const kept = messages.filter((message) => message.index); // typing has none
  if (entry === shown) await add(entry, kept);
  else entry.unread += kept.length;
}

// ---------------------------------------------------------------- what is known

async function readAll() {
  const { user } = await ask("/me?subresources=facebooksessions");
  agent = user.userName;
  dispositionKey = user.settings["interaction-workspace"]["interaction.disposition.key-name"];
  const open = user.facebooksessions.map((session) => session.id);
  for (const id of entries.keys()) if (!open.includes(id)) drop(id, "has ended, or is another agent's now");
  for (const session of user.facebooksessions.reverse()) keep(session);
  if (shown) await readMessages(shown);
  render();
}

async function read(id) {
  const { facebooksession, number } = await ask(`/me/facebooksessions/${id}`);
  keep(facebooksession, number);
}

/** A message can come twice. Where one is missing, or came without what it says, the transcript is read on. */
async function add(entry, messages) {
  for (const message of messages) {
    if (message.index === entry.messages.length + 1 && message.from.nickname) entry.messages.push(message);
  }
  if (messages.some((message) => message.index > entry.messages.length)) await readMessages(entry);
}

/** Reads on from where the transcript is known. */
async function readMessages(entry) {
  let answer;
  do {
    answer = await ask(`${path(entry)}/messages?startIndex=${entry.messages.length + 1}`);
    entry.messages.push(...answer.messages);
  } while (answer.next);
}

function keep(session, number = 0) {
  const entry = entries.get(session.id) ?? enter(session.id);
  const customer = session.participants.find((one) => one.type === "Customer");
  Object.assign(entry, { session, number, name: customer?.nickname ?? entry.name });
  if (!entry.isAnnounced && session.state === "Invited") set("news", `${entry.name} is waiting.`);
  entry.isAnnounced = true;
}

function enter(id) {
  const button = document.createElement("button");
  const entry = { id, name: id, number: 0, messages: [], unread: 0, draft: "", typing: "", button };
  button.type = "button";
  button.addEventListener("click", () => choose(entry));
  entries.set(id, entry);
  return entry;
}

function drop(id, why) {
  const entry = entries.get(id);
  if (!entry) return;
  set("news", `The session with ${entry.name} ${why}.`);
  entries.delete(id);
  if (entry === shown) shown = null;
}

// ---------------------------------------------------------------- the page

/** What comes from the network is text, never markup. What stays the same isn't told again by a screen reader. */
function set(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function fail(error) {
  set("problem", error.message);
}

function inside(tag, ...children) {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

function render(focused = document.activeElement) {
  renderList();
  $("session").hidden = !shown;
  if (shown) renderSession(shown);
  if (!focused.checkVisibility()) home().focus();
}

/** Where the focus goes when what had it has gone. */
function home() {
  return [$("text"), $("session-title"), $("sessions-title"), $("agent")].find((one) => one.checkVisibility());
}

/** Newest first. Buttons stay, and with them the focus. */
function renderList() {
  const open = [...entries.values()];
  for (const item of [...$("sessions").children]) {
    if (!open.some(({ button }) => button.parentElement === item)) item.remove();
  }
  for (const entry of open) {
    if (!entry.button.parentElement) $("sessions").prepend(inside("li", entry.button));
    renderButton(entry);
  }
}

function renderButton({ button, name, session, unread, ...entry }) {
  button.textContent = [name, session.state, ...(unread ? [`${unread} new`] : [])].join(", ");
  if (entry.id === shown?.id) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}

function renderSession({ name, session, messages, draft, typing }) {
  set("session-title", name);
  set("state", session.state);
  const disposition = session.userData[dispositionKey] ?? "none";
  set("current-code", String(displayNames.get(disposition) ?? disposition));
  set("typing", typing && `${typing} is typing`);
  for (const button of $("operations").children) button.hidden = !session.capabilities.includes(button.value);
  $("message").hidden = !session.capabilities.includes("SendMessage");
  $("disposition").hidden = !WITH_DISPOSITION.includes(session.state);
  if ($("text").value !== draft) $("text").value = draft;
  renderTranscript(messages);
}

/** Messages never change: those that are shown stay. */
function renderTranscript(messages) {
  const transcript = $("transcript");
  const added = messages.slice(transcript.children.length).map(line);
  transcript.append(...added);
  if (added.length) transcript.scrollTop = transcript.scrollHeight;
}

function line({ from, type, text, url, timestampSeconds }) {
  const what = { ParticipantJoined: "has joined.", ParticipantLeft: "has left." }[type] ?? text ?? url ?? type;
  const time = new Date(timestampSeconds); // milliseconds, whatever its name says
  const shownTime = inside("time", time.toLocaleTimeString([], { timeStyle: "short" }));
  shownTime.dateTime = time.toISOString();
  const made = inside("p", inside("b", from.nickname), " ", shownTime, " ", inside("span", what));
  made.className = `${from.type} ${type}`;
  return made;
}

/** A choice of codes, or free text where there are none. */
function offer(codes) {
  const field = document.createElement(codes.length ? "select" : "input");
  Object.assign(field, { id: "code", required: true });
  displayNames = new Map(codes.map((code) => [code.name, code.displayName]));
  if (codes.length) field.append(new Option("Choose", ""));
  for (const [name, displayName] of displayNames) field.append(new Option(displayName, name));
  $("code").replaceWith(field);
}

// ---------------------------------------------------------------- what the agent does

async function start(event) {
  event.preventDefault();
  set("problem", "");
  try {
    ({ api, token } = await logIn($("log-in")));
    offer((await ask("/settings/dispositions")).settings);
    const focused = document.activeElement;
    $("log-in").hidden = true;
    $("desk").hidden = $("log-out").hidden = false;
    render(focused);
    if (!cometd) listen(); // not twice, however often Enter was pressed
  } catch (error) {
    fail(error);
  }
}

function logOut() {
  const focused = document.activeElement;
  cometd?.clearListeners();
  cometd?.disconnect();
  token = cometd = null;
  for (const id of entries.keys()) drop(id, "is closed");
  $("log-in").hidden = false;
  $("desk").hidden = $("log-out").hidden = true;
  for (const id of ["news", "connection", "problem"]) set(id, "");
  render(focused);
}

function choose(entry) {
  shown = entry;
  entry.unread = 0;
  set("news", "");
  $("transcript").replaceChildren();
  $("disposition").reset();
  render();
  inOrder(() => readMessages(entry).then(() => render()));
}

async function say(event) {
  event.preventDefault();
  const entry = shown;
  const text = entry.draft;
  entry.draft = "";
  render();
  if (await operate(entry, { operationName: "SendMessage", text })) return;
  entry.draft = text + entry.draft;
  render();
}

$("log-in").addEventListener("submit", start);
$("log-out").addEventListener("click", () => logOut());
$("message").addEventListener("submit", say);
$("text").addEventListener("input", () => (shown.draft = $("text").value));
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("message").requestSubmit();
});
$("operations").addEventListener("click", ({ target }) => {
  const nickname = target.value === "Accept" ? { nickname: agent } : {};
  if (target.value) operate(shown, { operationName: target.value, ...nickname });
});
$("disposition").addEventListener("submit", (event) => {
  event.preventDefault();
  operate(shown, { operationName: "SetDisposition", disposition: $("code").value });
});
