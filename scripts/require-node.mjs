// Runs after every install, and before `npm start` and `npm test` in case it was installed without scripts. It must parse on
// any Node: no TypeScript, no new syntax.
import { rmSync } from "node:fs";

var wanted = [22, 18];
/** What functions run on. */
var LAMBDA = 24;
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

// npm puts the Node that it has installed first on the path of scripts, but runs on the machine's own.
var npmsNode = (/node\/v(\S+)/.exec(process.env.npm_config_user_agent || "") || [])[1];
var npmsMajor = npmsNode ? Number.parseInt(npmsNode, 10) : 0;
var isInstall = process.env.npm_lifecycle_event === "postinstall";
// A script of this folder that calls npm runs it on the one that was installed: that is no Node of the machine's own.
var isOurs = (process.env.npm_node_execpath || "").includes("node_modules");
if (isInstall && npmsMajor >= LAMBDA && !isOurs) {
  // A current Node of the machine's own goes before the one that was installed (docs/decisions/0331).
  for (var name of ["node", "node.cmd", "node.ps1"]) rmSync(`node_modules/.bin/${name}`, { force: true });
}
if (isInstall && npmsNode && npmsMajor < wanted[0]) {
  process.stdout.write(
    "npm runs on Node " +
      npmsNode +
      ". The scripts of Sluice run on Node " +
      process.versions.node +
      ", which it has installed.\n",
  );
}
