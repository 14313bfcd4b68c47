import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { LIFE } from "../../contracts/keys/api-keys.ts";
import { firstKeyScopes, type Scope, scopes } from "../../contracts/keys/scopes.ts";
import { type LimitKind, limitKinds, MOST_AT_ONCE, MOST_OF_A_KIND } from "../../contracts/settings/limits.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { parseDuration } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { printTable } from "../output/table.ts";
import { formatAge } from "../output/time.ts";

/** `sluice keys`: creates, lists and revokes API keys. */
export const keysCommand = (cli: Cli) =>
  new Command("keys")
    .summary("create, list and revoke API keys")
    .description(
      "Manages API keys. Their scopes define what they can do. Requires an admin key, or, for the keys of a tenant, one of its keys with the scope project_admin.",
    )
    .addHelpText(
      "after",
      examples(
        ["sluice keys create --bootstrap --stage prod", "the first admin key of a deployment, with AWS credentials"],
        ["sluice keys create --project shop --scope submit,read --name backend", "a key for an application"],
        ["sluice keys create --project shop --tokens-per-day 50000", "one whose jobs may use so much of the model"],
        [
          "sluice keys create --project shop --scope project_admin --expires-in 30d",
          "for who runs the project, for a month",
        ],
        ["sluice keys revoke key_0123456789abcdef", "it stops working within a minute"],
        ["sluice keys revoke --all --project shop --yes", "every key of a project, without asking"],
      ),
    )
    .addCommand(
      new Command("create")
        .description("Creates a key and prints it. It is shown only once: only its hash is stored.")
        .option("--project <id>", "project of the key (default: your own; default with --bootstrap: default)")
        .option(
          "--scope <scopes>",
          `of ${scopes.join(", ")}; several joined by commas (default: submit,read)`,
          parseScopes,
        )
        .option(
          "--acts-for <projects>",
          "other tenants that the key can act for, separated by commas, or * for all",
          parseNames,
        )
        .option("--name <text>", "what the key is for")
        .option(
          "--concurrent-calls <count>",
          `${ofModel} ${limitKinds.concurrent_calls.words}`,
          parseWhole(1, MOST_AT_ONCE),
        )
        .option("--requests-per-minute <count>", `${ofModel} ${limitKinds.requests_per_minute.words}`, parseLimit)
        .option("--tokens-per-minute <count>", `${ofModel} ${limitKinds.tokens_per_minute.words}`, parseLimit)
        .option("--tokens-per-day <count>", `${ofModel} ${limitKinds.tokens_per_day.words}`, parseLimit)
        .option(
          "--expires-in <duration>",
          "how long it works, such as 12h or 30d (default: until it is revoked)",
          parseLife,
        )
        .option("--bootstrap", "write an admin key straight into the table of a deployed stage, with AWS credentials")
        .option("--stage <stage>", "the deployed stage [env SLUICE_STAGE] (default: dev)")
        .option("--region <region>", "its region [env AWS_REGION]")
        .action(async ({ project, scope, actsFor, name, expiresIn, bootstrap, stage, region, ...limited }) => {
          const limits = {
            ...(limited.concurrentCalls !== undefined && { concurrent_calls: limited.concurrentCalls }),
            ...(limited.requestsPerMinute !== undefined && { requests_per_minute: limited.requestsPerMinute }),
            ...(limited.tokensPerMinute !== undefined && { tokens_per_minute: limited.tokensPerMinute }),
            ...(limited.tokensPerDay !== undefined && { tokens_per_day: limited.tokensPerDay }),
          };
          const isLimited = Object.keys(limits).length > 0;
          if (bootstrap && isLimited) throw usage("Limits are not for --bootstrap: it makes an admin key.");
          if (bootstrap && actsFor !== undefined)
            throw usage("--acts-for is not for --bootstrap: an admin key acts for all.");
          if (bootstrap) {
            const { bootstrapKey } = await import("../aws/bootstrap-key.ts");
            const target = { stage, region, profile: cli.options.profile };
            const made = await bootstrapKey(cli, {
              ...target,
              project: project ?? "default",
              scopes: scope ?? firstKeyScopes,
              name,
              expiresIn,
            });
            return cli.print(made, printNewKey(cli));
          }
          const body = {
            ...(project !== undefined && { project_id: project }),
            ...(actsFor !== undefined && { projects: actsFor }),
            ...(scope !== undefined && { scopes: [...scope] }),
            ...(name !== undefined && { name }),
            ...(isLimited && { limits }),
            ...(expiresIn !== undefined && { expires_in: expiresIn }),
          };
          cli.print(await cli.client().keys.create(body), printNewKey(cli));
        }),
    )
    .addCommand(
      new Command("list")
        .alias("ls")
        .description(
          "Lists keys, newest first, with the hour of their last use. The keys themselves are not stored. An expired key is listed for a week.",
        )
        .option("--project <id>", "only the keys of this project")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue after this page (its next_cursor)")
        .action(async ({ limit, cursor, project: project_id }) => {
          const time = (at: string | null) => (at !== null && cli.out.terminal ? formatAge(at) : at);
          cli.print(await cli.client().keys.list({ limit, cursor, project_id }), ({ keys, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "KEY ID", value: (key) => key.key_id },
                { title: "PROJECT", value: (key) => key.project_id },
                { title: "SCOPES", value: (key) => key.scopes.join(",") },
                { title: "NAME", value: (key) => key.name, flexible: true },
                { title: "LIMITS", value: (key) => limitsInWords(key.limits) },
                { title: "CREATED", value: (key) => time(key.created_at) },
                { title: "LAST USED", value: (key) => time(key.last_used_at) },
                { title: "EXPIRES", value: (key) => time(key.expires_at) },
              ],
              keys,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("revoke")
        .description(
          "Revokes a key, or all keys of a tenant except the one in use. A key stops working within a minute, because the gateway caches it for that long.",
        )
        .argument("[key-id]")
        .option("--all", "every key of --project, after asking for confirmation")
        .option("--project <id>", "the project whose keys --all revokes")
        .option("-y, --yes", "do not ask")
        .action(async (keyId, { all, project, yes }) => {
          if ((keyId === undefined) === (all === undefined)) throw usage("Give a key's id, or --all with --project.");
          if ((all === undefined) !== (project === undefined)) throw usage("--all and --project go together.");
          if (project !== undefined) return revokeAll(cli, project, { yes });
          const answer = await cli.client().keys.revoke(keyId ?? "");
          cli.print(answer, ({ key_id }) => cli.out.line(`${key_id} is revoked.`));
        }),
    );

async function revokeAll(cli: Cli, project_id: string, options: { readonly yes?: true | undefined }): Promise<void> {
  await confirm(cli, `Revoke every key of project ${project_id}, but the one you use?`, options);
  const others = new Set<string>();
  let revoked = 0;
  let cursor: string | undefined;
  do {
    const answer = await cli.client().keys.revokeAll({ project_id, cursor });
    revoked += answer.revoked;
    for (const each of answer.others) others.add(each);
    cursor = answer.next_cursor ?? undefined;
  } while (cursor !== undefined);
  cli.print({ project_id, revoked, others: [...others] }, () => {
    cli.out.line(`${revoked} keys of project ${project_id} are revoked.`);
    if (others.size > 0) cli.err.line(`Keys of other projects still act for it: ${[...others].join(", ")}.`);
  });
}

interface NewKey {
  readonly key: string;
  readonly key_id: string;
  readonly project_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
}

const ofModel = "of its jobs and the language model:";
const parseLimit = parseWhole(1, MOST_OF_A_KIND);

const limitsInWords = (limits: { readonly [Kind in LimitKind]?: number | undefined }): string | null =>
  (Object.keys(limitKinds) as LimitKind[])
    .flatMap((kind) => (limits[kind] === undefined ? [] : [`${limits[kind]} ${limitKinds[kind].words}`]))
    .join(", ") || null;

/** The key alone on standard output, so that a script can keep it. */
const printNewKey =
  (cli: Cli) =>
  ({ key, key_id, project_id, scopes: may, expires_at }: NewKey): void => {
    cli.out.line(key);
    const end = expires_at === null ? "" : ` until ${expires_at}`;
    cli.err.line(`${key_id} of project ${project_id} may${end}: ${may.join(", ")}. It is shown this once.`);
  };

/** Of an option that may be given again: the names of all. */
const parseNames = (text: string, before: readonly string[] = []): string[] => [
  ...new Set([...before, ...text.split(",").map((each) => each.trim())]),
];

/** Whole seconds. @throws InvalidArgumentError */
function parseLife(text: string): number {
  const seconds = Math.round(parseDuration(text));
  if (seconds >= LIFE.min && seconds <= LIFE.max) return seconds;
  throw new InvalidArgumentError("Give a minute to ten years, such as 12h or 30d.");
}

function parseScopes(text: string, before?: readonly Scope[]): readonly Scope[] {
  const names = parseNames(text, before);
  const found = scopes.filter((each) => names.includes(each));
  if (found.length !== names.length) throw new InvalidArgumentError(`There are: ${scopes.join(", ")}.`);
  return found;
}
