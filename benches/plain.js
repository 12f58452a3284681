// The JavaScript contender: the bodies of bodies.rs as one would write them in a plain worker. `decimal` is left out, since the
// language has no such numbers; `sha256` is the browser's own.

function isPrime(n) {
  if (n < 4) return n > 1;
  if (n % 2 === 0 || n % 3 === 0) return false;
  for (let i = 5; i * i <= n; i += 6) {
    if (n % i === 0 || n % (i + 2) === 0) return false;
  }
  return true;
}

function primes() {
  let count = 0;
  for (let time = 0; time < 2; time += 1) {
    for (let n = 0; n < 1_000_000; n += 1) if (isPrime(n)) count += 1;
  }
  return count;
}

const SIZE = 1_000;

// Row by row of both, which caches like; each element's sum grows in the order of k all the same, so its bits are those of Python.
function matrix() {
  const made = (element) => Float64Array.from({ length: SIZE * SIZE }, (_, n) => element(Math.floor(n / SIZE), n % SIZE));
  const left = made((row, k) => ((row * 37 + k * 101) % 1009) / 1009);
  const right = made((k, column) => ((k * 53 + column * 71) % 997) / 997);
  const product = new Float64Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row += 1) {
    const sums = product.subarray(row * SIZE, (row + 1) * SIZE);
    for (let k = 0; k < SIZE; k += 1) {
      const factor = left[row * SIZE + k];
      for (let column = 0; column < SIZE; column += 1) sums[column] += factor * right[k * SIZE + column];
    }
  }
  const bits = new Uint32Array(product.buffer); // two for each element, the lower one first
  let check = 0;
  for (let n = 0; n < bits.length; n += 2) check += bits[n];
  return check;
}

async function sha256() {
  const content = Uint8Array.from({ length: 256 * 2048 }, (_, n) => n % 256);
  let check = 0;
  for (let file = 0; file < 8 * 20; file += 1) {
    check += new Uint8Array(await crypto.subtle.digest("SHA-256", content))[0];
  }
  return check;
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const all = (count, task) => Promise.all(Array.from({ length: count }, task)).then(sum);

const nothing = async () => 1;
const spawn = async () => (await all(100_000, nothing)) + (await all(100_000, nothing));

async function turns() {
  for (let n = 0; n < 10_000; n += 1) await null;
  return 10_000;
}

async function switches() {
  let check = 0;
  for (let time = 0; time < 4; time += 1) check += await all(10, turns);
  return check;
}

const nap = () => new Promise((done) => setTimeout(done, 100, 1));
const sleepers = () => all(100_000, nap);

const BODIES = { primes, matrix, sha256, spawn, switch: switches, sleepers };

self.addEventListener("message", async ({ data: [name] }) => {
  const start = performance.now();
  const check = await BODIES[name]();
  self.postMessage([Math.round((performance.now() - start) * 1e6), check]);
});
self.postMessage("listening");
