// Runs after every install, and before `npm start` and `npm test` for who installs without scripts. It must parse on any
// Node: no TypeScript, no new syntax.
var wanted = [22, 18];
var have = process.versions.node.split(".").map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  process.stderr.write(
    "Sluice needs Node " +
      wanted.join(".") +
      " or newer (24 is what Lambda runs); this is Node " +
      process.versions.node +
      ".\n" +
      "npm ci normally brings Node 24 along as an optional package. It did not here, so either run `npm ci --include=optional`\n" +
      "or install Node 24 from https://nodejs.org and try again.\n",
  );
  process.exit(1);
}
