import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";

interface ResolveProps {
  readonly id: string;
  readonly close: () => void;
  readonly changed: () => void;
}

/** What was typed, as JSON where it is JSON, and else as a text. */
function decisionOf(typed: string) {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

/** Asks for the decision; it cannot be taken back. */
export function Resolve({ id, close, changed }: ResolveProps) {
  const [decision, setDecision] = useState("");
  const [task, setTask] = useState("");
  const [note, setNote] = useState("");
  const resolve = async (): Promise<void> => {
    if (decision.trim() === "") throw new Error("Say what was decided.");
    const { started } = await call("POST /api/v1/escalations/{escalation_id}/resolve", {
      params: { escalation_id: id },
      body: {
        decision: decisionOf(decision),
        ...(task.trim() !== "" && { task_name: task.trim() }),
        ...(note.trim() !== "" && { note: note.trim() }),
      },
    });
    notify(started ? `Resolved; ${started.task_name} was started.` : "Resolved.");
    changed();
  };
  return (
    <Confirm title="Resolve?" action="Resolve" kind="primary" confirm={resolve} close={close}>
      <label class="field">
        <span>Decision: a text, or JSON</span>
        <textarea
          class="code"
          rows={4}
          spellcheck={false}
          value={decision}
          onInput={(event) => setDecision(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Task to start with it (optional)</span>
        <input value={task} spellcheck={false} onInput={(event) => setTask(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>Note (optional)</span>
        <input value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
    </Confirm>
  );
}
