import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf } from "../api/errors.ts";
import { tryKey } from "../api/identity.ts";
import { signOutReason } from "../api/session.ts";
import { useStore } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/icons.tsx";

/** Asks for an API key. It goes nowhere but to the API that served this page. */
export function SignIn() {
  const reason = useStore(signOutReason);
  const [key, setKey] = useState("");
  const [remember, setRemember] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = "Sign in · Sluice";
    field.current?.focus();
  }, []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await tryKey(key, remember);
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
      field.current?.focus();
    }
  };

  return (
    <main class="sign-in">
      <form class="card sign-in-card" onSubmit={(event) => void submit(event)}>
        <div class="sign-in-brand">
          <Logo />
          <h1>Sluice</h1>
        </div>
        {reason !== undefined && failure === undefined && (
          <p class="callout" role="status">
            {reason}
          </p>
        )}
        <label class="field">
          <span>API key</span>
          <input
            ref={field}
            type="password"
            name="api-key"
            autocomplete="off"
            spellcheck={false}
            placeholder="slc_…"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
            aria-invalid={failure !== undefined}
            aria-describedby="sign-in-help"
          />
        </label>
        {failure !== undefined && (
          <p class="field-error" role="alert">
            {failure}
          </p>
        )}
        <label class="check-line">
          <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
          <span>Remember in this browser</span>
        </label>
        <Button type="submit" kind="primary" disabled={busy || key.trim() === ""}>
          {busy ? "Checking …" : "Sign in"}
        </Button>
        <p id="sign-in-help" class="muted small">
          The key is forgotten when the tab closes. Remembered, it is there in every tab until you sign out: only on a
          machine of your own. <code>npm start</code> prints one; on AWS,{" "}
          <code>npx sluice keys create --bootstrap</code> makes the first.
        </p>
      </form>
    </main>
  );
}
