import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";

interface RevokeAllProps {
  /** The project that is offered. */
  readonly project: string;
  readonly close: () => void;
  readonly changed: () => void;
}

/** Revokes every key of a project, once its name was typed: as after a leak. */
export function RevokeAll({ project: offered, close, changed }: RevokeAllProps) {
  const [project, setProject] = useState(offered);
  const revoke = async (): Promise<void> => {
    const others = new Set<string>();
    let revoked = 0;
    let cursor: string | undefined;
    do {
      const answer = await call("DELETE /api/v1/keys", { query: { project_id: project, cursor } });
      revoked += answer.revoked;
      for (const each of answer.others) others.add(each);
      cursor = answer.next_cursor ?? undefined;
    } while (cursor !== undefined);
    notify(`${revoked} ${revoked === 1 ? "key" : "keys"} of ${project} revoked.${actingFor([...others])}`);
    changed();
  };
  return (
    <Confirm title="Revoke all keys of a project?" action="Revoke all" typed={project} confirm={revoke} close={close}>
      <label class="field">
        <span>Project</span>
        <input value={project} onInput={(event) => setProject(event.currentTarget.value.trim())} />
      </label>
      <p>
        Whatever uses one of them is refused, within a minute at the latest. This cannot be undone. The key of this tab
        stays, and so do keys of other projects that may act for this one.
      </p>
    </Confirm>
  );
}

const actingFor = (others: readonly string[]): string =>
  others.length === 0 ? "" : ` Keys of other projects still act for it: ${others.join(", ")}.`;
