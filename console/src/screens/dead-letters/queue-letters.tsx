import { useState } from "preact/hooks";
import { connection } from "../../api/connection.ts";
import { identity } from "../../api/identity.ts";
import { administersProject } from "../../api/permissions.ts";
import { formatCount } from "../../format/number.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Loading } from "../../ui/messages.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import type { Asked } from "./filter.ts";
import { Groups } from "./groups.tsx";
import type { DeadLettersView } from "./view.ts";

interface QueueLettersProps {
  readonly queue: string;
  /** Undefined while they are loaded. */
  readonly groups: DeadLettersView["groups"] | undefined;
  /** A page of the jobs of one group; undefined while it is loaded, or none is open. */
  readonly listed: NonNullable<DeadLettersView["listed"]> | undefined;
  /** The group that is open. */
  readonly fingerprint: string | undefined;
  /** Where the pages of its jobs begin that were gone through, and going to another. */
  readonly cursors: readonly string[];
  readonly go: (cursors: readonly string[]) => void;
}

/** The dead letters of one queue, what is selected of them, and what can be done. */
export function QueueLetters({ queue, groups, listed, fingerprint, cursors, go }: QueueLettersProps) {
  const admin = administersProject(useStore(identity));
  const [asked, setAsked] = useState<Asked>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const total = groups?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const afterwards = (): void => {
    setSelected(new Set());
    connection.refreshAll();
  };
  const some = selected.size > 0;
  const ask = (action: Asked["action"]): void =>
    setAsked(
      some
        ? { action, filter: { task_ids: [...selected] }, count: selected.size }
        : { action, filter: { all: true }, count: total },
    );

  return (
    <section class="card" aria-label={`Dead letters of ${queue}`}>
      {total > 0 && (
        <header class="card-head card-head-sticky">
          <h2 aria-live="polite">
            {some ? `${formatCount(selected.size)} selected` : `${formatCount(total)} in ${queue}`}
          </h2>
          {admin ? (
            <div class="actions">
              <Button icon="retry" kind={some ? "primary" : undefined} onClick={() => ask("redrive")}>
                {some ? "Redrive selected" : "Redrive all"}
              </Button>
              <Button icon="archive" onClick={() => ask("archive")}>
                {some ? "Archive selected" : "Archive all"}
              </Button>
              <Button icon="trash" kind="danger" onClick={() => ask("purge")}>
                {some ? "Purge selected" : "Purge all"}
              </Button>
              {some && (
                <Button kind="quiet" onClick={() => setSelected(new Set())}>
                  Clear
                </Button>
              )}
            </div>
          ) : (
            <span class="muted small">Redriving needs a key with the scope project_admin.</span>
          )}
        </header>
      )}
      {groups === undefined ? (
        <Loading />
      ) : groups.length === 0 ? (
        <Empty title={`No dead letters in ${queue}.`}>Nothing to do here.</Empty>
      ) : (
        <Groups
          queue={queue}
          groups={groups}
          listed={listed}
          open={fingerprint}
          admin={admin}
          ask={(action, filter, count) => setAsked({ action, filter, count })}
          letters={{ admin, selected, select: setSelected, cursors, go }}
        />
      )}
      {asked && <ActionDialog queue={queue} asked={asked} close={() => setAsked(undefined)} changed={afterwards} />}
    </section>
  );
}
