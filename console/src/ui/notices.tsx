import { useStore } from "../store.ts";
import { Button } from "./button.tsx";
import { dismiss, notices } from "./notify.ts";

/** The messages in a corner, also read out by screen readers. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {useStore(notices).map(({ id, text, kind }) => (
        <div key={id} class={`notice notice-${kind}`}>
          <span>{text}</span>
          <Button icon="close" kind="quiet" onClick={() => dismiss(id)}>
            Dismiss
          </Button>
        </div>
      ))}
    </div>
  );
}
