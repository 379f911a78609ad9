// With the extension Node runs the client as it is.
export default { output: { path: "client", module: { extension: ".ts" } } };
