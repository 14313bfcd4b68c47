/**
 * Line icons on a 20 by 20 grid, drawn here so that nothing is loaded for them.
 *
 * @module
 */

const paths = {
  overview: "M3 11h5V3H3zM12 17h5V9h-5zM12 6h5V3h-5zM3 17h5v-3H3z",
  trends: "M3 3v14h14M6 12l3.500-4 3 2.500L17 5",
  jobs: "M4 5h12M4 10h12M4 15h8",
  submit: "M10 4v12M4 10h12",
  batches: "M3 3h10v10H3zM7 13v4h10V7h-4",
  configs: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
  "dead-letters": "M10 3.5 18 16.500H2zM10 8.500v3.500M10 14.200v.1",
  documents: "M5 2.500h7l4 4V17.500H5zM12 2.500v4h4M8 10h5M8 13h5",
  projects: "M2.500 5h5.500l2 2.500h7.500V16h-15zM6 11.500h8",
  escalations: "M4 4h12v9H9l-4 3.500V13H4zM10 6v3M10 11v.1",
  schedules: "M10 2.500a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 6v4l3 2",
  webhooks: "M4 10h9M10 6l4 4-4 4M16 4v12",
  usage: "M3 17V9M8 17V4M13 17v-6M18 17H2",
  keys: "M12.5 10.500a4 4 0 1 0-3.2-1.600L3 15.200V17h3v-2h2v-2l1.8-1.500M13 6.500v.1",
  settings:
    "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6M10 2v3M10 15v3M2 10h3M15 10h3M4.300 4.300l2.200 2.200M13.500 13.500l2.200 2.200M4.300 15.700l2.200-2.200M13.500 6.500l2.200-2.200",
  pause: "M7 4v12M13 4v12",
  play: "M6 4l10 6-10 6z",
  copy: "M7 7h9v10H7zM13 7V3H4v10h3",
  check: "M4 10.500l4 4 8-9",
  retry: "M15.5 6.500A7 7 0 1 0 17 10M16 3v4h-4",
  edit: "M4 16l1-4 8-8 3 3-8 8zM11 6l3 3",
  stop: "M5 5h10v10H5z",
  close: "M5 5l10 10M15 5L5 15",
  sun: "M10 6.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 1.500v2M10 16.500v2M1.5 10h2M16.5 10h2M4 4l1.4 1.400M14.6 14.6 16 16M4 16l1.4-1.400M14.6 5.4 16 4",
  moon: "M16.5 12.500A7 7 0 0 1 7.5 3.500a7 7 0 1 0 9 9z",
  auto: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  help: "M7.5 7.500a2.5 2.5 0 1 1 3.6 2.200c-.7.4-1.1.9-1.1 1.800M10 14.500v.100M10 2.500a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15",
  exit: "M8 4H4v12h4M12 6.500l3.5 3.5-3.5 3.500M15 10H8",
  search: "M9 3.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4",
  back: "M12 4l-6 6 6 6",
  archive: "M3 4h14v4H3zM4.5 8v8.500h11V8M8 11.500h4",
  trash: "M4 6h12M8 6V3.500h4V6M5.5 6l.8 11h7.400l.8-11",
  terminal: "M4 5.5 8.5 10 4 14.500M10 15h6",
  chevron: "M7 5l5 5-5 5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** Decoration: what it says must also be in words beside it, or in the label of its button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The logo. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="logo-ground" width="32" height="32" rx="7" />
      <path class="logo-frame" d="M8 6v14M24 6v14M8 9h16" />
      <path class="logo-gate" d="M12 13h8v4h-8z" />
      <path class="logo-water" d="M6 24c2.2-2 4.4-2 6.6 0s4.4 2 6.6 0 4.4-2 6.6 0" />
    </svg>
  );
}
