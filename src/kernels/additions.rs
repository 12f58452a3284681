//! Adding up whole numbers, one after another: the plainest loop there is.

use super::Kernel;
use crate::model::Failure;
use crate::model::wire::{decode, encode};
use std::hint::black_box;

/// Additions in a slice: 0.1 ms or so.
const SLICE: u64 = 100_000;

/// Adds the numbers from 0 up to, but not including, another.
#[derive(Clone, Copy, Debug)]
pub struct Additions {
    next: u64,
    end: u64,
    sum: u64,
}

impl Additions {
    /// The most numbers, so that the sum stays exact.
    pub const MOST: u64 = 1 << 32;

    /// What a job's kernel is built from.
    pub fn payload(end: u64) -> Vec<u8> {
        encode(&end).unwrap_or_default()
    }

    /// The kernel of a job.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`Additions::payload`], or asks for more than
    /// [`Additions::MOST`].
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        let end = decode(payload)?;
        if end > Self::MOST { Err(Failure::Garbled) } else { Ok(Box::new(Self { next: 0, end, sum: 0 })) }
    }

    /// The sum in a result.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when it is no result of this kernel.
    pub fn sum(result: &[u8]) -> Result<u64, Failure> {
        decode(result)
    }
}

impl Kernel for Additions {
    fn slice(&mut self) -> Option<Vec<u8>> {
        let end = self.end.min(self.next + SLICE);
        for number in self.next..end {
            // Unseen, the compiler would put the formula in the loop's place.
            self.sum = black_box(self.sum + number);
        }
        self.next = end;
        (end == self.end).then(|| encode(&self.sum).unwrap_or_default())
    }

    fn progress(&self) -> f32 {
        if self.end == 0 { 1.0 } else { self.next as f32 / self.end as f32 }
    }
}
