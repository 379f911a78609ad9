// The page's exchange with the generated client. Arguments: the API's address, an agent's token, the session.
import { client } from "./client/client.gen.ts";
import { operate } from "./client/sdk.gen.ts";

declare const process: { argv: [string, string, string, string, string] };
const [, , baseUrl, auth, id] = process.argv;

client.setConfig({ baseUrl, auth });
const { response, data } = await operate({
  path: { id },
  body: { operationName: "SetDisposition", dispositionKey: "DispositionCode", disposition: "IssueResolved" },
});
console.log(JSON.stringify({ status: response?.status, etag: response?.headers.get("ETag"), body: data }));
