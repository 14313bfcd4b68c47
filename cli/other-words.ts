/**
 * Words that people try as commands, from Celery, Flower and other tools, and the command that does it here.
 *
 * @module
 */

const elsewhere: Readonly<Record<string, string>> = {
  worker:
    "Lambda runs the workers: `npm start` starts them on this machine, `npm run deploy` in AWS. `sluice workers` shows them.",
  beat: "Schedules run by themselves: `sluice schedules` makes and lists them.",
  flower: "`sluice open` opens the console, `sluice top` is the live view.",
  events: "`sluice top` is the live view, `sluice watch ID` follows a job.",
  control: "Use `sluice revoke`, `sluice queues pause` or `sluice workers`.",
  report: "`sluice doctor` checks settings and versions.",
  jobs: "`sluice list` lists jobs.",
  get: "`sluice status ID` shows a job, `sluice result ID` its result.",
  show: "`sluice status ID` shows a job, `sluice dlq show ID` a dead letter.",
  run: "`sluice submit TASK --wait` submits a task and waits for its result.",
  wait: "`sluice watch ID` follows a job to its outcome.",
  cancel: "`sluice revoke ID` revokes a job.",
  kill: "`sluice revoke ID` revokes a job, also a running one.",
  delete: "`sluice revoke ID` revokes a job; its record expires by itself.",
  redrive: "`sluice dlq redrive QUEUE` runs dead letters again, `sluice retry ID` one job.",
  replay: "`sluice dlq redrive QUEUE` runs dead letters again, `sluice retry ID` one job.",
  "dead-letters": "`sluice dlq ls` counts dead letters, `sluice dlq ls QUEUE` lists them.",
  pause: "`sluice queues pause QUEUE` pauses a queue.",
  resume: "`sluice queues resume QUEUE` resumes a queue.",
  start: "`npm start` starts the stack of this machine.",
  deploy: "`npm run deploy` deploys a stack.",
  login:
    "Give --url and --key, or keep them in a profile (docs/cli.md). `sluice keys create --bootstrap` makes the first key.",
  config: "Settings are environment variables (docs/settings.md); configs of language models are `sluice configs`.",
  console: "`sluice open` opens the console.",
  ui: "`sluice open` opens the console.",
};

/** @returns what to use in place of an unknown command; undefined when there is no suggestion */
export const commandFor = (word: string | undefined): string | undefined =>
  word !== undefined && Object.hasOwn(elsewhere, word) ? elsewhere[word] : undefined;
