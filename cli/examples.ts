/** Examples under a command's help: what is typed, and what it does. */
export function examples(...pairs: readonly (readonly [command: string, does: string])[]): string {
  const longest = Math.max(...pairs.map(([command]) => command.length));
  const fits = longest <= 56;
  const lines = pairs.map(([command, does]) =>
    fits ? `  $ ${command.padEnd(longest)}  ${does}` : `  $ ${command}\n      ${does}`,
  );
  return `\nExamples:\n${lines.join("\n")}`;
}
