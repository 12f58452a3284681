//! Chance from a seed: the same seed gives the same numbers on every machine.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng as _, SeedableRng};

/// A seeded generator; one per use, so that uses cannot disturb one another.
#[derive(Clone, Debug)]
pub struct Rng(Pcg32);

impl Rng {
    /// A generator for `seed`; `stream` keeps different uses of one seed apart.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg32::seed_from_u64(seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A number in `0..bound`, evenly spread (0 when `bound` is 0).
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// Puts `items` into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1) as usize;
            items.swap(last, other);
        }
    }
}
