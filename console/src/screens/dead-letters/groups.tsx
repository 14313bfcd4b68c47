import { NO_FINGERPRINT } from "../../../../contracts/dead-letters/no-fingerprint.ts";
import { formatCount } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { selectFocusedRow, useRows } from "../../keyboard/use-rows.ts";
import { Link } from "../../routing/location.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Loading } from "../../ui/messages.tsx";
import { Time } from "../../ui/time.tsx";
import type { Asked } from "./filter.ts";
import { Letters, type LettersProps } from "./letters.tsx";
import type { DeadLettersView } from "./view.ts";

type Group = DeadLettersView["groups"][number];

const keyOf = (group: Pick<Group, "fingerprint">): string => group.fingerprint ?? NO_FINGERPRINT;

interface GroupsProps {
  readonly queue: string;
  readonly groups: readonly Group[];
  /** The jobs of the group that is open, once they are loaded. */
  readonly listed: NonNullable<DeadLettersView["listed"]> | undefined;
  /** The fingerprint of the group that is open. */
  readonly open: string | undefined;
  readonly admin: boolean;
  readonly ask: (action: Asked["action"], filter: Asked["filter"], count: number) => void;
  /** How the jobs of the open group are shown. */
  readonly letters: Omit<LettersProps, "listed">;
}

/** Dead letters by kind of error, the largest group first; one group at a time shows its jobs. */
export function Groups({ queue, groups, listed, open, admin, ask, letters }: GroupsProps) {
  const rows = useRows<HTMLUListElement>();
  useShortcuts({ x: selectFocusedRow });
  // A single kind needs no click to be seen.
  const shown = open ?? (groups.length === 1 && groups[0] ? keyOf(groups[0]) : undefined);
  return (
    <ul class="groups" ref={rows}>
      {groups.map((group) => {
        const key = keyOf(group);
        const isOpen = key === shown;
        return (
          <li key={key} class={isOpen ? "group-open" : ""}>
            <div class="group-head">
              <Link
                data-row
                class="group-name"
                aria-expanded={isOpen}
                to={{ screen: "dead-letters", queue, fingerprint: isOpen ? undefined : key }}
              >
                <Icon name="chevron" />
                <span class="count">{formatCount(group.count)}</span>
                <span class="group-error">
                  <b>{group.example?.error?.type ?? "Unknown error"}</b>{" "}
                  <span class="ellipsis">{group.example?.error?.message.slice(0, 300)}</span>
                </span>
              </Link>
              <span class="muted small nowrap">
                {group.task_names.join(", ")} · <Time at={group.last_at} />
              </span>
              {admin && group.fingerprint !== null && (
                <GroupActions group={group} fingerprint={group.fingerprint} ask={ask} />
              )}
            </div>
            {isOpen && (listed && keyOf(listed) === key ? <Letters listed={listed} {...letters} /> : <Loading />)}
          </li>
        );
      })}
    </ul>
  );
}

interface GroupActionsProps {
  readonly group: Group;
  readonly fingerprint: string;
  readonly ask: GroupsProps["ask"];
}

function GroupActions({ group, fingerprint, ask }: GroupActionsProps) {
  const start = (action: Asked["action"]) => ask(action, { fingerprint }, group.count);
  const kind = group.example?.error?.type ?? "this kind";
  return (
    <div class="actions">
      <Button icon="retry" onClick={() => start("redrive")} aria-label={`Redrive ${group.count} of ${kind}`}>
        Redrive
      </Button>
      <Button icon="archive" kind="quiet" aria-label={`Archive ${kind}`} onClick={() => start("archive")}>
        Archive
      </Button>
      <Button icon="trash" kind="quiet" aria-label={`Purge ${kind}`} onClick={() => start("purge")}>
        Purge
      </Button>
    </div>
  );
}
