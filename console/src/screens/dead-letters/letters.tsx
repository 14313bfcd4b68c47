import { Button } from "../../ui/button.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { SelectBox } from "../../ui/select-box.tsx";
import { Time } from "../../ui/time.tsx";
import type { DeadLettersView } from "./view.ts";

type Listed = NonNullable<DeadLettersView["listed"]>;
type Letter = Listed["messages"][number];

/** The jobs of a group, which of them are selected, and which page is shown. */
export interface LettersProps {
  readonly listed: Listed;
  readonly admin: boolean;
  readonly selected: ReadonlySet<string>;
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly cursors: readonly string[];
  readonly go: (cursors: readonly string[]) => void;
}

/** The jobs of one group, a page at a time. */
export function Letters({ listed, admin, selected, select, cursors, go }: LettersProps) {
  const next = listed.next_cursor ?? undefined;
  const toggle = (changed: readonly string[], on: boolean): void => {
    const now = new Set(selected);
    for (const id of changed) on ? now.add(id) : now.delete(id);
    select(now);
  };
  return (
    <div class="table-wrap">
      <LetterTable letters={listed.messages} admin={admin} selected={selected} toggle={toggle} />
      {(cursors.length > 0 || next !== undefined) && (
        <div class="card-foot">
          <span />
          <div class="actions">
            <Button disabled={cursors.length === 0} onClick={() => go(cursors.slice(0, -1))}>
              Later
            </Button>
            <Button disabled={next === undefined} onClick={() => next !== undefined && go([...cursors, next])}>
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
