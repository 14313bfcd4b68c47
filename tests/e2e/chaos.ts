/**
 * `npm run chaos`: jobs under faults on the embedded stack, and a report of what held; then each planted bug, to show that
 * the check that looks for it finds it.
 *
 * @module
 */

import { readFlags } from "../../local/read-flags.ts";
import { checkNames, examine, plantNames, plants } from "../helpers/chaos-checks.ts";
import { measureRecovery } from "../helpers/chaos-recovery.ts";
import { type ChaosRun, runChaos } from "../helpers/chaos-run.ts";
import { LEASE, rates, SWEEP, USUAL } from "../helpers/chaos-stack.ts";

const HELP = `Runs jobs on the embedded stack while calls of AWS fail, processes die, clocks differ, the model server is away
and the stack is killed, and reports what held (docs/guarantees.md).

  npm run chaos                       10,000 jobs, then each planted bug
  npm run chaos -- --jobs 1000        fewer; 0: the planted bugs alone
  npm run chaos -- --plant NAME       that planted bug alone: ${plantNames.join(", ")}
  npm run chaos -- --no-plants        without planted bugs
  npm run chaos -- --recovery         how long jobs take after one fault on a stack at rest, and nothing else

It takes about half an hour on two cores that do nothing else. Exits with 1 when a check failed, or did not find its planted bug.`;

const { values } = readFlags({
  options: {
    jobs: { type: "string", default: "10000" },
    plant: { type: "string" },
    "no-plants": { type: "boolean" },
    recovery: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

/** Jobs of a run with a planted bug. */
const PLANTED_JOBS = 150;
/** A bug that keeps jobs from their end need not be waited for as long. */
const PLANTED_STILL_SECONDS = 100;
const tell = (line: string) => process.stderr.write(`${line}\n`);
const print = (line = "") => process.stdout.write(`${line}\n`);

/** A time as what recovery is made of. */
const inMultiples = (seconds: number): string =>
  `${seconds.toFixed(1)} s, ${(seconds / LEASE).toFixed(1)} leases, ${(seconds / SWEEP).toFixed(1)} sweeps`;

function report({ history, facts, evidence }: ChaosRun): boolean {
  const { faults, recoveries, recoverySeconds, ...rest } = facts;
  print("| fact | |\n|---|---|");
  for (const [name, value] of Object.entries({ ...rest, ...faults })) {
    print(`| ${name} | ${typeof value === "number" ? Math.round(value * 10) / 10 : value} |`);
  }
  print(`| from the last fault to the last outcome | ${inMultiples(recoverySeconds)} |`);
  for (const [name, share] of [
    ["half of them", 0.5],
    ["nine in ten", 0.9],
    ["all", 1],
  ] as const) {
    const seconds = recoveries[Math.ceil(recoveries.length * share) - 1];
    if (seconds === undefined) continue;
    print(`| ${recoveries.length} jobs whose worker was killed ran again, ${name} within | ${inMultiples(seconds)} |`);
  }
  print(`| rates | ${JSON.stringify(rates)} |`);
  print();
  print("| check | violations |\n|---|---|");
  const found = examine(history);
  for (const name of checkNames) print(`| ${name} | ${found[name].length} |`);
  for (const line of checkNames.flatMap((name) => found[name]).slice(0, 40)) print(`  ${line}`);
  for (const line of evidence) print(`  ${line}`);
  print();
  return checkNames.every((name) => found[name].length === 0);
}

async function reportRecovery(): Promise<void> {
  print(
    `| fault | jobs | | seconds | leases of ${USUAL.lease} s | sweeps of ${USUAL.sweep} s |\n|---|---|---|---|---|---|`,
  );
  for (const { fault, seconds } of await measureRecovery(tell)) {
    for (const [name, share] of [
      ["median", 0.5],
      ["longest", 1],
    ] as const) {
      const at = seconds[Math.ceil(seconds.length * share) - 1] ?? Number.NaN;
      print(
        `| ${fault} | ${seconds.length} | ${name} | ${at.toFixed(1)} | ${(at / USUAL.lease).toFixed(2)} | ${(at / USUAL.sweep).toFixed(2)} |`,
      );
    }
  }
}

async function main(): Promise<boolean> {
  if (values.recovery) {
    await reportRecovery();
    return true;
  }
  let isRight = true;
  if (values.plant === undefined && values.jobs !== "0")
    isRight = report(await runChaos({ jobs: Number(values.jobs), tell }));
  const bugs = plantNames.filter((name) => !values["no-plants"] && (values.plant ?? name) === name);
  if (bugs.length > 0) print("| planted bug | found by |\n|---|---|");
  for (const plant of bugs) {
    const { history, evidence } = await runChaos({
      ...{ jobs: PLANTED_JOBS, plant, stillSeconds: PLANTED_STILL_SECONDS, tell },
    });
    const found = examine(history);
    const finders = checkNames.filter((name) => found[name].length > 0);
    for (const line of [...finders.flatMap((name) => found[name].slice(0, 5)), ...evidence]) tell(`  ${line}`);
    print(`| ${plant} | ${finders.map((name) => `${name} (${found[name].length})`).join(", ") || "nothing"} |`);
    isRight &&= finders.includes(plants[plant]);
  }
  return isRight;
}

/** What is wrong with the options. */
function faultOfOptions(): string | undefined {
  if (!/^\d+$/.test(values.jobs)) return `--jobs must be a number of jobs, not ${values.jobs}.`;
  if (values.plant === undefined || plantNames.some((name) => name === values.plant)) return undefined;
  return `There is no planted bug ${values.plant}. There are: ${plantNames.join(", ")}.`;
}

const fault = faultOfOptions();
if (values.help) print(HELP);
else if (fault !== undefined) {
  tell(fault);
  process.exitCode = 2;
} else process.exitCode = (await main()) ? 0 : 1;
