/** True when a process of that id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
