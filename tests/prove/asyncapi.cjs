// Prints what AsyncAPI's own parser has against the file that is its argument, one line each.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

new Parser().parse(readFileSync(process.argv[2], "utf8")).then(({ document, diagnostics }) => {
  for (const { path, message } of diagnostics) console.log(`${path.join(".")}: ${message}`);
  if (!document) process.exitCode = 1;
});
