import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { connection } from "./api/connection.ts";
import { session } from "./api/session.ts";
import { Help } from "./keyboard/help.tsx";
import { goTo, useShortcuts } from "./keyboard/shortcuts.ts";
import { useIdentity } from "./live/use-identity.ts";
import { Banner } from "./navigation/banner.tsx";
import { Navigation } from "./navigation/navigation.tsx";
import { Link, navigate, restoreScroll, setTitle, usePlace } from "./routing/location.tsx";
import type { Place } from "./routing/place.ts";
import { BatchScreen } from "./screens/batch/batch-screen.tsx";
import { DeadLettersScreen } from "./screens/dead-letters/dead-letters-screen.tsx";
import { DocumentScreen } from "./screens/documents/document-screen.tsx";
import { DocumentsScreen } from "./screens/documents/documents-screen.tsx";
import { EscalationScreen } from "./screens/escalations/escalation-screen.tsx";
import { EscalationsScreen } from "./screens/escalations/escalations-screen.tsx";
import { JobScreen } from "./screens/job/job-screen.tsx";
import { JobsScreen } from "./screens/jobs/jobs-screen.tsx";
import { KeysScreen } from "./screens/keys/keys-screen.tsx";
import { OverviewScreen } from "./screens/overview/overview-screen.tsx";
import { RevokeScreen } from "./screens/revoke/revoke-screen.tsx";
import { SchedulesScreen } from "./screens/schedules/schedules-screen.tsx";
import { SignIn } from "./screens/sign-in.tsx";
import { SubmitScreen } from "./screens/submit/submit-screen.tsx";
import { UsageScreen } from "./screens/usage/usage-screen.tsx";
import { WebhooksScreen } from "./screens/webhooks/webhooks-screen.tsx";
import { useStore } from "./store.ts";
import { applyTheme, nextTheme, theme } from "./theme.ts";
import { Empty } from "./ui/messages.tsx";
import { Notices } from "./ui/notices.tsx";

/** The console: signed out one form, signed in the page that the address names. */
export function App() {
  const signedIn = useStore(session) !== undefined;
  return (
    <>
      {signedIn ? <SignedIn /> : <SignIn />}
      <Notices />
    </>
  );
}

function SignedIn() {
  const place = usePlace();
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const shown = "id" in place ? place.id : place.screen;
  const first = useRef(true);

  useIdentity();
  useLayoutEffect(restoreScroll);
  useLayoutEffect(() => {
    setTitle(place);
    // A new page starts at its heading, as a page load would; the first one leaves the focus to the browser.
    if (!first.current) main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    first.current = false;
  }, [shown]);

  useShortcuts({
    ...Object.fromEntries(Object.entries(goTo).map(([key, { place: to }]) => [`g ${key}`, () => navigate(to)])),
    "?": () => setHelp(true),
    t: () => applyTheme(nextTheme(theme.get())),
    r: () => connection.refreshAll(),
    "/": () => search(place),
  });

  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <div class="shell">
        <Navigation place={place} showHelp={() => setHelp(true)} />
        <main id="main" ref={main} tabIndex={-1}>
          <Banner />
          {screenOf(place)}
        </main>
      </div>
      {help && <Help close={() => setHelp(false)} />}
    </>
  );
}

/** The jobs page has the search field; elsewhere the key goes there first. */
function search(place: Place): void {
  const focus = () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  // At once where the field is: what is typed next belongs to it.
  if (place.screen === "jobs") focus();
  else {
    navigate({ screen: "jobs" });
    requestAnimationFrame(focus);
  }
}

function screenOf(place: Place): ComponentChild {
  switch (place.screen) {
    case "overview":
      return <OverviewScreen />;
    case "jobs":
      return <JobsScreen place={place} />;
    case "job":
      return <JobScreen key={place.id} id={place.id} tab={place.tab ?? "overview"} />;
    case "batch":
      return <BatchScreen key={place.id} id={place.id} />;
    case "revoke":
      return <RevokeScreen place={place} />;
    case "submit":
      return <SubmitScreen place={place} />;
    case "dead-letters":
      return <DeadLettersScreen place={place} />;
    case "documents":
      return <DocumentsScreen project={place.project} />;
    case "document":
      return <DocumentScreen key={place.id} id={place.id} />;
    case "escalations":
      return <EscalationsScreen project={place.project} />;
    case "escalation":
      return <EscalationScreen key={place.id} id={place.id} />;
    case "schedules":
      return <SchedulesScreen project={place.project} />;
    case "usage":
      return <UsageScreen project={place.project} />;
    case "webhooks":
      return <WebhooksScreen project={place.project} />;
    case "keys":
      return <KeysScreen />;
    case "unknown":
      return (
        <>
          <h1 tabIndex={-1}>Not found</h1>
          <Empty title="There is no such page.">
            The address may be mistyped. <Link to={{ screen: "overview" }}>Go to the overview</Link>
          </Empty>
        </>
      );
  }
}
