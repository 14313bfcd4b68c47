/**
 * A deployed stage's logs, from CloudWatch Logs with AWS credentials.
 *
 * @module
 */

import { sleep } from "../../client/sleep.ts";
import { fromAws, regionOf, type StageOptions, stageTarget } from "../aws/stage.ts";
import type { Cli } from "../cli.ts";
import { printable } from "../output/text.ts";
import { isShown, levelOf } from "./level.ts";
import type { LogOptions } from "./log-file.ts";

const POLL_MS = 2_000;
/** Lines become searchable a little after they were written, so each look goes back this far. */
const OVERLAP_MS = 10_000;

interface Line {
  readonly id: string;
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** @throws CliError when there is no such function, or AWS does not answer */
export async function showCloudWatch(cli: Cli, options: LogOptions & StageOptions): Promise<void> {
  const target = stageTarget(cli, options);
  const { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } = await import(
    "@aws-sdk/client-cloudwatch-logs"
  );
  const client = new CloudWatchLogsClient(regionOf(target));
  const prefix = `/aws/lambda/sluice-${target.stage}-`;

  const groups = options.name === undefined ? await allGroups() : [prefix + options.name];
  const printed = new Set<string>();
  let from = Date.now() - options.since * 1_000;
  do {
    const until = Date.now();
    const found = (await Promise.all(groups.map((group) => linesOf(group, from)))).flat();
    for (const line of found.sort((one, other) => one.at - other.at)) {
      if (printed.has(line.id)) continue;
      printed.add(line.id);
      if (isShown(levelOf(line.source, line.text), options.level)) print(cli, line);
    }
    from = until - OVERLAP_MS;
    if (options.follow) await sleep(POLL_MS, cli.signal).catch(() => {});
  } while (options.follow && !cli.signal.aborted);

  async function allGroups(): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await fromAws(
        () => client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken })),
        `log groups of stage ${target.stage}`,
      );
      names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  }

  async function linesOf(group: string, startTime: number): Promise<Line[]> {
    const lines: Line[] = [];
    let nextToken: string | undefined;
    // CloudWatch's filter takes a quoted term as plain text.
    const filterPattern = options.filter === undefined ? undefined : `"${options.filter.replaceAll('"', '\\"')}"`;
    do {
      const page = await fromAws(
        () => client.send(new FilterLogEventsCommand({ logGroupName: group, startTime, filterPattern, nextToken })),
        `log group ${group}`,
      );
      for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? []) {
        lines.push({ id: eventId, at: timestamp, source: group.slice(prefix.length), text: message.trimEnd() });
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return lines;
  }
}

function print({ out, options }: Cli, { at, source, text }: Line): void {
  const time = new Date(at).toISOString();
  if (options.json)
    out.line(JSON.stringify({ at: time, function: source, level: levelOf(source, text), message: text }));
  else out.line(`${out.paint("dim", time.slice(11, 23))} ${out.paint("cyan", source)} ${printable(text)}`);
}
