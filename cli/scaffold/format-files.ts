import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Puts imports in order and formats, as the project's check demands; without the formatter the files stay as they are. */
export async function formatFiles(root: string, paths: readonly string[]): Promise<void> {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  if (!existsSync(biome)) return;
  await new Promise<void>((resolve) => {
    // What it finds and cannot fix, `npm run lint` says again.
    const child = spawn(process.execPath, [biome, "check", "--write", ...paths], { cwd: root, stdio: "ignore" });
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
}
