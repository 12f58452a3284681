//! What is measured, written once for native Rust and wasm: the project's own kernels and event loop, in parts.

use crate::real_loop;
use interleave::aio::{Cx, Exception};
use interleave::kernels::{Compound, FileHash, Kernel, Matrix, Primes};
use interleave::model::MS;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::atomic::{AtomicU32, Ordering};

/// A piece of work of 50 ms or more, so that neither a clock's step nor a message decides.
pub struct Body {
    /// Name in the table and in `reference.py`.
    pub name: &'static str,
    /// Parts it falls into; threads take them in turn.
    pub parts: u32,
    /// Computes one part; the sum over all is the check that every contender must come to.
    pub part: fn(u32) -> u64,
}

/// Everything that is measured. Sizes are those of `reference.py`.
pub const ALL: &[Body] = &[
    Body { name: "primes", parts: 32, part: primes },
    Body { name: "decimal", parts: 4, part: decimal },
    Body { name: "matrix", parts: 8, part: matrix },
    Body { name: "sha256", parts: 8, part: sha256 },
    Body { name: "spawn", parts: 2, part: spawn },
    Body { name: "switch", parts: 4, part: switch },
    Body { name: "sleepers", parts: 1, part: sleepers },
];

/// The body with this name.
pub fn find(name: &str) -> Option<&'static Body> {
    ALL.iter().find(|b| b.name == name)
}

impl Body {
    /// Computes parts until none is left: what each of several threads does.
    pub fn share(&self, next: &AtomicU32) -> u64 {
        let mut sum = 0_u64;
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= self.parts {
                return sum;
            }
            sum = sum.wrapping_add((self.part)(part));
        }
    }
}

fn to_end(mut kernel: impl Kernel) -> Vec<u8> {
    loop {
        if let Some(result) = kernel.slice() {
            return result;
        }
    }
}

/// The primes below 1,000,000, twice, each time in 16 ranges.
fn primes(part: u32) -> u64 {
    const WIDTH: u32 = 1_000_000 / 16;
    let start = part % 16 * WIDTH;
    Primes::count(&to_end(Primes::new(start, start + WIDTH))).unwrap_or(0)
}

/// 100,000 compounded 1,000,000 times; the check is its value in millionths.
fn decimal(_: u32) -> u64 {
    let (value, rate) = (Decimal::from(100_000), Decimal::new(10_000_001, 7));
    let amount = Compound::amount(&to_end(Compound::new(value, rate, Decimal::from(1_000_000), 1_000_000)));
    amount.ok().and_then(|a| a.trunc().to_u64()).unwrap_or(0)
}

/// The product of two matrices of 1000 × 1000, in 8 blocks of rows; the check is made of every element's bits, and what 53 bits
/// hold, since a browser hands it on as a number.
fn matrix(part: u32) -> u64 {
    const SIZE: u32 = 1_000;
    const ROWS: u32 = SIZE / 8;
    let elements = Matrix::elements(&to_end(Matrix::new(SIZE, part * ROWS, (part + 1) * ROWS))).unwrap_or_default();
    elements.iter().map(|element| element.to_bits() & 0xffff_ffff).sum()
}

/// 20 files of 512 KiB; the check is the sum of the digests' first bytes.
fn sha256(_: u32) -> u64 {
    (0..20).map(|_| to_end(FileHash::new(512 * 1024))).map(|digest| u64::from(digest[0])).sum()
}

async fn nothing() -> Result<u64, Exception> {
    Ok(1)
}

/// 100,000 tasks, gathered.
fn spawn(_: u32) -> u64 {
    real_loop::run(|cx| async move { Ok(cx.gather((0..100_000).map(|_| nothing())).await?.iter().sum()) })
}

/// 100,000 switches: ten tasks that give way 10,000 times each.
fn switch(_: u32) -> u64 {
    async fn turns(cx: Cx) -> Result<u64, Exception> {
        for _ in 0..10_000 {
            cx.sleep(0).await?;
        }
        Ok(10_000)
    }
    real_loop::run(|cx| async move { Ok(cx.gather((0..10).map(|_| turns(cx.clone()))).await?.iter().sum()) })
}

/// 100,000 tasks asleep at once for 0.1 s, gathered: what is above 100 ms is the loop's.
fn sleepers(_: u32) -> u64 {
    async fn nap(cx: Cx) -> Result<u64, Exception> {
        cx.sleep(100 * MS).await?;
        Ok(1)
    }
    real_loop::run(|cx| async move { Ok(cx.gather((0..100_000).map(|_| nap(cx.clone()))).await?.iter().sum()) })
}
