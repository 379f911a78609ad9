// Faye's client as a desktop has it: prints and ends as local/cometd/listen.cjs does, with the same environment.
//
// It sends batches to the plain address, a connect in them too, and all that failed again with the same ids. It knows no
// `ack`, and waits five seconds before it tries again.
const { Client } = require("faye");

const { API_URL, AGENT_TOKEN, CHANNEL } = process.env;
const show = (message) => console.log(JSON.stringify(message));

const client = new Client(`${API_URL}/notifications`);
client.setHeader("Authorization", `Bearer ${AGENT_TOKEN}`);
client
  .subscribe(CHANNEL)
  .withChannel((channel, data) => show({ channel, data }))
  .then(() => show({ channel: "/meta/subscribe", successful: true }));

process.stdin.resume().on("end", async () => {
  await client.disconnect();
  show({ channel: "/meta/disconnect", successful: true });
  process.exit();
});
