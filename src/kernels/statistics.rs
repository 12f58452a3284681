//! Mean, deviation and primes of a list of whole numbers, the list itself being the payload.

use super::Kernel;
use super::primes::is_prime;
use crate::model::Failure;
use crate::model::wire::{decode, encode};
use serde::{Deserialize, Serialize};

/// Work in a slice, counted in divisions as the prime search counts them; about 0.1 ms.
const DIVISIONS: u32 = 20_000;

/// What is found out about a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summed {
    /// How many numbers.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
    /// The sum of their squares.
    pub squares: u128,
    /// How many of them are prime.
    pub primes: u64,
}

impl Summed {
    /// The mean; 0 for an empty list.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum as f64 / self.count as f64 }
    }

    /// The deviation of the list as a whole population (`statistics.pstdev`), from exact sums; 0 for an empty list.
    pub fn deviation(&self) -> f64 {
        let n = u128::from(self.count);
        if n == 0 {
            return 0.0;
        }
        let (spread, over) = (n * self.squares - u128::from(self.sum).pow(2), n * n);
        // Dividing the whole part off first keeps numerator and denominator within what a double holds exactly.
        ((spread / over) as f64 + (spread % over) as f64 / over as f64).sqrt()
    }
}

/// Goes through a list.
#[derive(Clone, Debug)]
pub struct Statistics {
    values: Vec<u32>,
    next: usize,
    summed: Summed,
}

impl Statistics {
    /// What a job's kernel is built from: the numbers.
    pub fn payload(values: &[u32]) -> Vec<u8> {
        encode(&values).unwrap_or_default()
    }

    /// The kernel of a job.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`Statistics::payload`].
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        Ok(Box::new(Self { values: decode(payload)?, next: 0, summed: Summed::default() }))
    }

    /// What a result holds.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the bytes are no result of this kernel.
    pub fn summed(result: &[u8]) -> Result<Summed, Failure> {
        decode(result)
    }
}

impl Kernel for Statistics {
    fn slice(&mut self) -> Option<Vec<u8>> {
        let mut divisions = 0;
        while let Some(value) = self.values.get(self.next) {
            self.next += 1;
            self.summed.count += 1;
            self.summed.sum += u64::from(*value);
            self.summed.squares += u128::from(*value).pow(2);
            self.summed.primes += u64::from(is_prime(*value, &mut divisions));
            if divisions >= DIVISIONS {
                return None;
            }
        }
        Some(encode(&self.summed).unwrap_or_default())
    }

    fn progress(&self) -> f32 {
        self.next as f32 / self.values.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;

    fn of(values: &[u32]) -> Summed {
        let mut kernel = Statistics::kernel(&Statistics::payload(values)).unwrap();
        loop {
            if let Some(result) = kernel.slice() {
                return Statistics::summed(&result).unwrap();
            }
        }
    }

    #[test]
    fn the_numbers_to_fifty_thousand() {
        let summed = of(&(1..=50_000).collect::<Vec<_>>());
        assert_eq!(summed.mean(), 25_000.5);
        assert_eq!(summed.deviation(), 14_433.756_726_853_893); // statistics.pstdev of CPython 3.13
        assert_eq!(summed.primes, 5_133);
    }

    #[test]
    fn few_numbers() {
        assert_eq!((of(&[]).mean(), of(&[]).deviation()), (0.0, 0.0));
        assert_eq!((of(&[7]).mean(), of(&[7]).deviation(), of(&[7]).primes), (7.0, 0.0, 1));
        assert_eq!(of(&[1, 2, 3, 4]).deviation(), 1.118_033_988_749_895);
    }

    #[test]
    fn damaged_payloads_are_refused() {
        assert!(Statistics::kernel(&[0xff; 3]).is_err());
    }
}
