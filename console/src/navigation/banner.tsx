import { connection } from "../api/connection.ts";
import { useStore } from "../store.ts";
import { Button } from "../ui/button.tsx";

/** Says that the API does not answer; what was loaded before stays on the page. */
export function Banner() {
  const down = useStore(connection.down);
  return (
    <div role="status" aria-live="polite">
      {down && (
        <div class="banner">
          <span>
            <b>The API does not answer.</b> What you see may be out of date; the page keeps trying.
          </span>
          <Button icon="retry" onClick={connection.refreshAll}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
