// Reads a HTTP Archive from the standard input, and fails where its schema says that it is none.
const { har } = require("har-validator");

let text = "";
process.stdin.on("data", (chunk) => {
  text += chunk;
});
process.stdin.on("end", () => {
  har(JSON.parse(text)).catch((problem) => {
    console.error(JSON.stringify(problem.errors, null, 1));
    process.exitCode = 1;
  });
});
