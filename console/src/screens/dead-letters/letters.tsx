import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Button } from "../../ui/button.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Loaded } from "../../ui/messages.tsx";
import { SelectBox } from "../../ui/select-box.tsx";
import { Time } from "../../ui/time.tsx";

type Group = AnswerOf<"GET /api/v1/dlq/{queue}/groups">["groups"][number];
type Letter = AnswerOf<"GET /api/v1/dlq/{queue}">["messages"][number];

const EVERY_MS = 4_000;
const PAGE = 50;

interface LettersProps {
  readonly queue: string;
  readonly group: Group;
  readonly admin: boolean;
  readonly selected: ReadonlySet<string>;
  readonly select: (ids: ReadonlySet<string>) => void;
}

/** The jobs of one group, a page at a time. */
export function Letters({ queue, group, admin, selected, select }: LettersProps) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const query = { fingerprint: group.fingerprint ?? undefined, cursor, limit: PAGE };
  const page = usePoll((signal) => call("GET /api/v1/dlq/{queue}", { params: { queue }, query, signal }), {
    key: `dead-letters ${queue} ${JSON.stringify(query)}`,
    every: EVERY_MS,
  });
  const next = page.data?.next_cursor ?? undefined;
  const toggle = (changed: readonly string[], on: boolean): void => {
    const now = new Set(selected);
    for (const id of changed) on ? now.add(id) : now.delete(id);
    select(now);
  };
  return (
    <div class="table-wrap">
      <Loaded polled={page}>
        {({ messages }) => (
          <LetterTable
            // The API cannot be asked for errors without a fingerprint alone.
            letters={messages.filter((letter) => letter.fingerprint === group.fingerprint)}
            admin={admin}
            selected={selected}
            toggle={toggle}
          />
        )}
      </Loaded>
      {(cursors.length > 0 || next !== undefined) && (
        <div class="card-foot">
          <span />
          <div class="actions">
            <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
              Later
            </Button>
            <Button disabled={next === undefined} onClick={() => next !== undefined && setCursors([...cursors, next])}>
              Earlier
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

interface LetterTableProps {
  readonly letters: readonly Letter[];
  readonly admin: boolean;
  readonly selected: ReadonlySet<string>;
  readonly toggle: (ids: readonly string[], on: boolean) => void;
}

function LetterTable({ letters, admin, selected, toggle }: LetterTableProps) {
  const ids = letters.map((letter) => letter.task_id);
  const all = ids.length > 0 && ids.every((id) => selected.has(id));
  return (
    <table class="table letters">
      <thead>
        <tr>
          {admin && (
            <th scope="col" class="check">
              <SelectBox label="Select all on this page" checked={all} toggle={() => toggle(ids, !all)} />
            </th>
          )}
          <th scope="col">Job</th>
          <th scope="col">Task</th>
          <th scope="col">Error</th>
          <th scope="col">Project</th>
          <th scope="col" class="number">
            Runs
          </th>
          <th scope="col">Failed</th>
        </tr>
      </thead>
      <tbody>
        {letters.map((letter) => (
          <Row
            key={letter.task_id}
            letter={letter}
            admin={admin}
            selected={selected.has(letter.task_id)}
            toggle={() => toggle([letter.task_id], !selected.has(letter.task_id))}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly letter: Letter;
  readonly admin: boolean;
  readonly selected: boolean;
  readonly toggle: () => void;
}

function Row({ letter, admin, selected, toggle }: RowProps) {
  return (
    <tr class={selected ? "row-selected" : ""}>
      {admin && (
        <td class="check">
          <SelectBox label={`Select job ${letter.task_id.slice(0, 8)}`} checked={selected} toggle={toggle} />
        </td>
      )}
      <td>
        <JobLink id={letter.task_id} />
      </td>
      <td>{letter.task_name}</td>
      <td class="happened">
        <span class="ellipsis" title={letter.error?.message.slice(0, 500)}>
          {letter.error?.message.slice(0, 200)}
        </span>
      </td>
      <td class="optional">{letter.project_id}</td>
      <td class="number optional">{letter.attempts}</td>
      <td class="nowrap">
        <Time at={letter.received_at} />
      </td>
    </tr>
  );
}
