//! Chance from a seed, in the words a generator of programs needs.

use interleave::model::rng::Rng;

/// Keeps this use of a seed apart from others.
const STREAM: u64 = 0xC0DE;

/// A seeded generator of choices.
pub struct Chance(Rng);

impl Chance {
    /// Always the same choices for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(Rng::new(seed, STREAM))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0.below(bound)
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u32) as usize]
    }

    /// Some of these, at least one, in any order.
    pub fn some<T: Clone>(&mut self, of: &[T], most: u32) -> Vec<T> {
        let mut all = of.to_vec();
        self.0.shuffle(&mut all);
        all.truncate(1 + self.below(most.min(of.len() as u32)) as usize);
        all
    }

    /// Puts them into any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}
