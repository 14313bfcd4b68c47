import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { connection } from "./api/connection.ts";
import { session } from "./api/session.ts";
import { Help } from "./keyboard/help.tsx";
import { goTo, useShortcuts } from "./keyboard/shortcuts.ts";
import { useIdentity } from "./live/use-identity.ts";
import { Banner } from "./navigation/banner.tsx";
import { ForKey } from "./navigation/for-key.tsx";
import { Navigation } from "./navigation/navigation.tsx";
import { Link, navigate, restoreScroll, setTitle, useRoute } from "./routing/location.tsx";
import type { Route } from "./routing/route.ts";
import { BatchScreen } from "./screens/batch/batch-screen.tsx";
import { BatchesScreen } from "./screens/batches/batches-screen.tsx";
import { ConfigScreen } from "./screens/configs/config-screen.tsx";
import { ConfigsScreen } from "./screens/configs/configs-screen.tsx";
import { DeadLettersScreen } from "./screens/dead-letters/dead-letters-screen.tsx";
import { DocumentScreen } from "./screens/documents/document-screen.tsx";
import { DocumentsScreen } from "./screens/documents/documents-screen.tsx";
import { EscalationScreen } from "./screens/escalations/escalation-screen.tsx";
import { EscalationsScreen } from "./screens/escalations/escalations-screen.tsx";
import { JobScreen } from "./screens/job/job-screen.tsx";
import { JobsScreen } from "./screens/jobs/jobs-screen.tsx";
import { KeysScreen } from "./screens/keys/keys-screen.tsx";
import { OverviewScreen } from "./screens/overview/overview-screen.tsx";
import { ProjectScreen } from "./screens/projects/project-screen.tsx";
import { ProjectsScreen } from "./screens/projects/projects-screen.tsx";
import { RevokeScreen } from "./screens/revoke/revoke-screen.tsx";
import { SchedulesScreen } from "./screens/schedules/schedules-screen.tsx";
import { SettingsScreen } from "./screens/settings/settings-screen.tsx";
import { SignIn } from "./screens/sign-in.tsx";
import { SubmitScreen } from "./screens/submit/submit-screen.tsx";
import { TrendsScreen } from "./screens/trends/trends-screen.tsx";
import { UsageScreen } from "./screens/usage/usage-screen.tsx";
import { WebhooksScreen } from "./screens/webhooks/webhooks-screen.tsx";
import { useStore } from "./store.ts";
import { applyTheme, nextTheme, theme } from "./theme.ts";
import { Empty } from "./ui/messages.tsx";
import { Notices } from "./ui/notices.tsx";
import { TimeZone } from "./ui/time.tsx";

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
  const route = useRoute();
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const shown = "id" in route ? route.id : route.screen;
  const first = useRef(true);

  useIdentity();
  useLayoutEffect(restoreScroll);
  useLayoutEffect(() => {
    setTitle(route);
    // A new page starts at its heading, as a page load would; the first one leaves the focus to the browser.
    if (!first.current) main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    first.current = false;
  }, [shown]);

  useShortcuts({
    ...Object.fromEntries(Object.entries(goTo).map(([key, { route: to }]) => [`g ${key}`, () => navigate(to)])),
    "?": () => setHelp(true),
    t: () => applyTheme(nextTheme(theme.get())),
    r: () => connection.refreshAll(),
    "/": () => search(route),
  });

  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <div class="shell">
        <Navigation route={route} showHelp={() => setHelp(true)} />
        <main id="main" ref={main} tabIndex={-1}>
          <Banner />
          <ForKey route={route}>{() => screenOf(route)}</ForKey>
          <TimeZone />
        </main>
      </div>
      {help && <Help close={() => setHelp(false)} />}
    </>
  );
}

/** The jobs page has the search field; elsewhere the key goes there first. */
function search(route: Route): void {
  const focus = () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  // At once where the field is: what is typed next belongs to it.
  if (route.screen === "jobs") focus();
  else {
    navigate({ screen: "jobs" });
    requestAnimationFrame(focus);
  }
}

function screenOf(route: Route): ComponentChild {
  switch (route.screen) {
    case "overview":
      return <OverviewScreen />;
    case "jobs":
      return <JobsScreen route={route} />;
    case "job":
      return <JobScreen key={route.id} id={route.id} tab={route.tab ?? "overview"} />;
    case "batch":
      return <BatchScreen key={route.id} id={route.id} />;
    case "batches":
      return <BatchesScreen project={route.project} />;
    case "configs":
      return <ConfigsScreen project={route.project} />;
    case "config":
      return <ConfigScreen key={route.id} id={route.id} project={route.project} />;
    case "revoke":
      return <RevokeScreen route={route} />;
    case "submit":
      return <SubmitScreen route={route} />;
    case "dead-letters":
      return <DeadLettersScreen route={route} />;
    case "documents":
      return <DocumentsScreen route={route} />;
    case "document":
      return <DocumentScreen key={route.id} id={route.id} />;
    case "projects":
      return <ProjectsScreen route={route} />;
    case "project":
      return <ProjectScreen key={route.id} id={route.id} project={route.project} />;
    case "escalations":
      return <EscalationsScreen project={route.project} />;
    case "escalation":
      return <EscalationScreen key={route.id} id={route.id} />;
    case "schedules":
      return <SchedulesScreen project={route.project} />;
    case "usage":
      return <UsageScreen project={route.project} />;
    case "webhooks":
      return <WebhooksScreen project={route.project} />;
    case "trends":
      return <TrendsScreen route={route} />;
    case "keys":
      return <KeysScreen />;
    case "settings":
      return <SettingsScreen />;
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
