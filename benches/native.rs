//! The native contender: reads `<body> <threads>` lines, answers `<nanoseconds> <check>`.

#[cfg(not(target_arch = "wasm32"))]
mod bodies;
#[cfg(not(target_arch = "wasm32"))]
mod real_loop;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::io::Result<()> {
    native::answer()
}

/// The wasm side is `wasm.rs`.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::bodies;
    use std::io::{BufRead, Write};
    use std::sync::atomic::AtomicU32;
    use std::time::Instant;

    /// Answers until the input ends.
    pub fn answer() -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            let Some((body, threads)) =
                line.split_once(' ').and_then(|(name, n)| Some((bodies::find(name)?, n.parse().ok()?)))
            else {
                writeln!(out, "0 0")?;
                continue;
            };
            let start = Instant::now();
            let check = compute(body, threads);
            writeln!(out, "{} {check}", start.elapsed().as_nanos())?;
            out.flush()?;
        }
        Ok(())
    }

    fn compute(body: &'static bodies::Body, threads: usize) -> u64 {
        let next = AtomicU32::new(0);
        if threads <= 1 {
            return body.share(&next);
        }
        std::thread::scope(|scope| {
            let shares: Vec<_> = (0..threads).map(|_| scope.spawn(|| body.share(&next))).collect();
            shares.into_iter().map(|share| share.join().unwrap_or(0)).fold(0, u64::wrapping_add)
        })
    }
}
