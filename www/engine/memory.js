// The memory of an instance of the engine; phones refuse a large maximum, so it is halved until it is granted.

const PAGE = 65536;
// More than the engine is born with (its import says at least how much) and far less than it may grow to.
const INITIAL = 64;
const LEAST = 64 * 1024 * 1024;

export function reserve(bytes) {
  for (;;) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL, maximum: bytes / PAGE, shared: true });
    } catch (error) {
      if (!(error instanceof RangeError) || bytes / 2 < LEAST) throw error;
      bytes /= 2;
    }
  }
}
