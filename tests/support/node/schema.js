// Reads an OpenAPI document and answers of the API, and fails where an answer is not what the document says.
const Ajv = require("ajv");

let text = "";
process.stdin.on("data", (chunk) => {
  text += chunk;
});
process.stdin.on("end", () => {
  const { document, answers } = JSON.parse(text);
  const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore" });
  ajv.addSchema({ ...document, $id: "http://document.invalid/" });
  for (const { schema, value } of answers) {
    const pointer = schema.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const valid = ajv.compile({ $ref: `http://document.invalid/#/${pointer}` });
    if (valid(value)) continue;
    console.error(JSON.stringify({ schema, errors: valid.errors }, null, 1));
    process.exitCode = 1;
  }
});
