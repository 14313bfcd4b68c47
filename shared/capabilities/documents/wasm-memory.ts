/**
 * Keeps WebAssembly in this thread from taking the whole machine: V8's resource limits do not count its memory.
 *
 * @module
 */

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE = 65_536;
// TypeScript has the type of WebAssembly with those of browsers only.
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } };
const grow = WebAssembly.Memory.prototype.grow;
let limit = Number.POSITIVE_INFINITY;
let refused = false;

WebAssembly.Memory.prototype.grow = function (this: Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE > limit) {
    refused = true;
    throw new RangeError("The memory limit is reached.");
  }
  return grow.call(this, pages);
};

/** Sets how far every WebAssembly memory of this thread may grow, in bytes. */
export function limitWasmMemory(bytes: number): void {
  limit = bytes;
  refused = false;
}

/** Whether a memory wanted to grow beyond the limit since it was set; engines report that as a crash of their own. */
export const wasmMemoryRefused = (): boolean => refused;
