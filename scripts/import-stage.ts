/**
 * `npm run import-stage`: writes the files with which CloudFormation takes over what a removed stage has kept, and prints the commands.
 *
 * @module
 */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deploymentSettings } from "../cli/aws/stage-file.ts";
import { catalog } from "../contracts/catalog.ts";
import { importFiles } from "../infra/import-template.ts";
import { readFlags } from "../local/read-flags.ts";
import { synthesize } from "../local/synth.ts";

const HELP = `Prepares the import of tables and bucket that a removed stage has kept (docs/deployment.md). Changes nothing in the account.

  npm run import-stage -- --stage prod --jobs TABLE --keys TABLE --bucket BUCKET

Options:
  --stage NAME     the stage that is to have them
  --jobs TABLE     its table of jobs
  --keys TABLE     its table of API keys
  --bucket BUCKET  its bucket
  --vectors ARN    its bucket of vectors, if it had one
  --out FOLDER     where the files are written (default: import-<stage>)
`;

const { values } = readFlags({
  options: {
    stage: { type: "string" },
    jobs: { type: "string" },
    keys: { type: "string" },
    bucket: { type: "string" },
    vectors: { type: "string" },
    out: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

async function main(stage: string): Promise<void> {
  const { out = `import-${stage}`, jobs, keys, bucket, vectors } = values;
  const name = `sluice-${stage}-storage`;
  const assembly = join(out, "cdk.out");
  // Local stages have all families unless they say otherwise; the storage stack is the same for any.
  await synthesize(assembly, deploymentSettings(stage, process.env, { catalog }));
  const template: unknown = JSON.parse(await readFile(join(assembly, `${name}.template.json`), "utf8"));
  await rm(assembly, { recursive: true });
  const files = importFiles(template, { jobs, keys, bucket, vectors });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "template.json"), JSON.stringify(files.template, null, 2));
  await writeFile(join(out, "resources.json"), JSON.stringify(files.resourcesToImport, null, 2));
  const changeSet = `--stack-name ${name} --change-set-name import`;
  process.stdout.write(`aws cloudformation create-change-set ${changeSet} --change-set-type IMPORT \\
  --template-body file://${out}/template.json --resources-to-import file://${out}/resources.json
aws cloudformation wait change-set-create-complete ${changeSet}
aws cloudformation execute-change-set ${changeSet}
aws cloudformation wait stack-import-complete --stack-name ${name}
npm run deploy -- --stage ${stage}
`);
}

if (values.help) process.stdout.write(HELP);
else if (values.stage === undefined) {
  process.stderr.write("Give --stage NAME.\n");
  process.exitCode = 2;
} else {
  await main(values.stage).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
