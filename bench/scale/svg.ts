/**
 * Plots as SVG files that follow the reader's light or dark scheme. Only what docs/scaling.md needs.
 *
 * @module
 */

const WIDTH = 760;
const HEIGHT = 360;
const MARGIN = { left: 76, right: 24, top: 76, bottom: 52 };
const plot = {
  left: MARGIN.left,
  right: WIDTH - MARGIN.right,
  top: MARGIN.top,
  bottom: HEIGHT - MARGIN.bottom,
};

const STYLE = `
  svg { --back: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --c0: #0b62c4; --c1: #b35900; --c2: #1a7f37; --c3: #8250df; }
  @media (prefers-color-scheme: dark) {
    svg { --back: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --c0: #58a6ff; --c1: #f0a35e; --c2: #56d364; --c3: #c297ff; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
  .title { font-size: 16px; font-weight: 600; }
  .soft { fill: var(--soft); }
  .grid { stroke: var(--line); stroke-width: 1; fill: none; }
  .series { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
  .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); stroke-dasharray: 9 4; } .s2 { stroke: var(--c2); stroke-dasharray: 3 3; } .s3 { stroke: var(--c3); stroke-dasharray: 12 3 3 3; }
  .bar { fill: var(--c0); } .mark { stroke: var(--c1); stroke-width: 1.5; stroke-dasharray: 5 4; }
`.trim();

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const at = (value: number) => String(Math.round(value * 10) / 10);
/** A number with commas between thousands, whatever the machine's language is. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** @param about.alt what is to be seen, for those who do not see it */
function drawing(
  { title, alt, height = HEIGHT }: Named & { readonly height?: number },
  body: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title about">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="about">${escaped(alt)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="6" style="fill: var(--back)"/>`,
    `<text class="title" x="20" y="28">${escaped(title)}</text>`,
    ...body,
    "</svg>\n",
  ].join("\n");
}

/** What a plot is called. */
interface Named {
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly alt: string;
}

/** One axis of a plot. */
interface Axis {
  readonly label: string;
  readonly most: number;
  /** Where it has a line and a number. */
  readonly ticks: readonly number[];
}

/** A line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot of up to four lines, from zero on. */
export interface LinePlot extends Named {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Draws lines. What is above the axis's end is cut off there. */
export function linePlot({ x, y, series, ...named }: LinePlot): string {
  const across = (value: number) => plot.left + (value / x.most) * (plot.right - plot.left);
  const up = (value: number) => plot.bottom - (Math.min(value, y.most) / y.most) * (plot.bottom - plot.top);
  const grid = [
    ...y.ticks.flatMap((tick) => [
      `<path class="grid" d="M${plot.left} ${at(up(tick))}H${plot.right}"/>`,
      `<text class="soft" text-anchor="end" x="${plot.left - 8}" y="${at(up(tick) + 4)}">${grouped(tick)}</text>`,
    ]),
    ...x.ticks.map(
      (tick) =>
        `<text class="soft" text-anchor="middle" x="${at(across(tick))}" y="${plot.bottom + 20}">${grouped(tick)}</text>`,
    ),
    `<text class="soft" text-anchor="middle" x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 42}">${escaped(x.label)}</text>`,
    `<text class="soft" text-anchor="middle" transform="translate(18 ${(plot.top + plot.bottom) / 2}) rotate(-90)">${escaped(y.label)}</text>`,
  ];
  let next = plot.left;
  const lines = series.flatMap(({ name, points }, index) => {
    const from = next;
    next += 62 + name.length * 7.2;
    const path = points.map(([px, py], nth) => `${nth === 0 ? "M" : "L"}${at(across(px))} ${at(up(py))}`).join("");
    return [
      `<path class="series s${index}" d="${path}"/>`,
      `<path class="series s${index}" d="M${at(from)} 52h26"/>`,
      `<text x="${at(from + 32)}" y="56">${escaped(name)}</text>`,
    ];
  });
  return drawing(named, [...grid, ...lines]);
}

/** A bar for each row, on a scale of powers of ten. */
export interface BarPlot extends Named {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** Lines across all bars. */
  readonly marks: readonly { readonly name: string; readonly value: number; readonly side: "start" | "end" }[];
}

const ROW = 30;
const NAMES = 290;

/** Draws bars. */
export function barPlot({ label, from, to, bars, marks, ...named }: BarPlot): string {
  const top = 76;
  const bottom = top + bars.length * ROW;
  const right = WIDTH - 70;
  const across = (value: number) =>
    NAMES + ((Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))) * (right - NAMES);
  const ticks = Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, index) => from * 10 ** index);
  const body = [
    ...ticks.flatMap((tick) => [
      `<path class="grid" d="M${at(across(tick))} ${top}V${bottom}"/>`,
      `<text class="soft" text-anchor="middle" x="${at(across(tick))}" y="${bottom + 20}">${grouped(tick)}</text>`,
    ]),
    `<text class="soft" text-anchor="middle" x="${(NAMES + right) / 2}" y="${bottom + 42}">${escaped(label)}</text>`,
    ...bars.flatMap(({ name, value }, index) => {
      const y = top + index * ROW;
      return [
        `<text text-anchor="end" x="${NAMES - 10}" y="${y + 20}">${escaped(name)}</text>`,
        `<rect class="bar" x="${NAMES}" y="${y + 6}" width="${at(across(value) - NAMES)}" height="${ROW - 12}" rx="2"/>`,
        `<text x="${at(across(value) + 6)}" y="${y + 20}">${grouped(Math.round(value))}</text>`,
      ];
    }),
    ...marks.flatMap(({ name, value, side }) => [
      `<path class="mark" d="M${at(across(value))} ${top - 8}V${bottom}"/>`,
      `<text class="soft" text-anchor="${side}" x="${at(across(value))}" y="${top - 14}">${escaped(name)}</text>`,
    ]),
  ];
  return drawing({ ...named, height: bottom + 56 }, body);
}
