// cometd.js as a desktop has it. It prints each message that it gets as a line of JSON, and disconnects when its input
// ends. Its environment: API_URL, AGENT_TOKEN, CHANNEL; ACK=1 for its extension that acknowledges messages; WEBSOCKET=1
// to try WebSocket first, as it does by itself.
const { AckExtension, CometD } = require("cometd");
const { adapt } = require("cometd-nodejs-client");

const { API_URL, AGENT_TOKEN, CHANNEL, ACK, WEBSOCKET } = process.env;

function show({ failure, ...message }) {
  console.log(JSON.stringify(failure ? { ...message, httpCode: failure.httpCode } : message));
}

adapt(); // Node has no XMLHttpRequest
const cometd = new CometD();
cometd.configure({ url: `${API_URL}/notifications`, requestHeaders: { Authorization: `Bearer ${AGENT_TOKEN}` } });
if (!WEBSOCKET) cometd.unregisterTransport("websocket");
if (ACK) cometd.registerExtension("ack", new AckExtension());

for (const kind of ["handshake", "connect", "subscribe"]) cometd.addListener(`/meta/${kind}`, show);

// After each handshake: it leaves nothing of former subscriptions. To `/**` the answers belong too.
cometd.addListener("/meta/handshake", ({ successful }) => {
  if (successful) cometd.subscribe(CHANNEL, (event) => event.data && show(event));
});
cometd.handshake();

process.stdin.resume().on("end", () => {
  cometd.disconnect((message) => {
    show(message);
    process.exit();
  });
});
