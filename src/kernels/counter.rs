//! Counting, one by one: a loop that keeps nothing but a number.

use super::Kernel;
use crate::model::Failure;
use crate::model::wire::{decode, encode};
use std::hint::black_box;

/// Counts in a slice: 0.1 ms or so.
const SLICE: u64 = 100_000;

/// `count += 1`, so many times.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    count: u64,
    end: u64,
}

impl Counter {
    /// What a job's kernel is built from.
    pub fn payload(end: u64) -> Vec<u8> {
        encode(&end).unwrap_or_default()
    }

    /// The kernel of a job.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`Counter::payload`].
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        Ok(Box::new(Self { count: 0, end: decode(payload)? }))
    }

    /// The count in a result.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when it is no result of this kernel.
    pub fn count(result: &[u8]) -> Result<u64, Failure> {
        decode(result)
    }
}

impl Kernel for Counter {
    fn slice(&mut self) -> Option<Vec<u8>> {
        for _ in 0..SLICE.min(self.end - self.count) {
            // Unseen, the compiler would put the sum in the loop's place.
            self.count = black_box(self.count + 1);
        }
        (self.count == self.end).then(|| encode(&self.count).unwrap_or_default())
    }

    fn progress(&self) -> f32 {
        if self.end == 0 { 1.0 } else { self.count as f32 / self.end as f32 }
    }
}
