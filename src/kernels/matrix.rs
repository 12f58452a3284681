//! Some rows of the product of two square matrices, bit for bit as the plain triple loop has them.
//!
//! Each element is a sum over k, added up in order. The loop over columns is the inner one, so that a compiler can take several
//! columns at once: that changes no element's order of additions. Eight steps of k are taken at a time, to read and write the
//! product an eighth as often. Nothing is fused: Rust never makes one rounding of two.

use super::Kernel;
use crate::model::Failure;
use crate::model::wire::{decode, encode};

/// Multiplications in a slice: 0.06 ms at 0.08 ns each, two columns at once.
const WORK: usize = 800_000;
/// Steps of k at a time.
const STEPS: usize = 8;
/// The most rows a payload may ask for: what 32 bits can address of them.
const MOST: u32 = 4_096;

/// An element of the left matrix.
pub fn left(row: usize, k: usize) -> f64 {
    ((row * 37 + k * 101) % 1009) as f64 / 1009.0
}

/// An element of the right matrix.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub fn right(k: usize, column: usize) -> f64 {
    quotient(which(k, column))
}

/// Which of its different elements the right matrix has there.
fn which(k: usize, column: usize) -> usize {
    (k * 53 + column * 71) % RIGHT
}

/// The right matrix has this many different elements.
const RIGHT: usize = 997;

fn quotient(n: usize) -> f64 {
    n as f64 / RIGHT as f64
}

/// Computes the rows `first` to `end` of the product.
#[derive(Clone, Debug)]
pub struct Matrix {
    size: usize,
    first: usize,
    rows: usize,
    product: Vec<f64>,
    /// Every element the right matrix can have: dividing anew for each would be a fifth of the work.
    quotients: Vec<f64>,
    /// The rows of the right matrix that are being added: at most [`STEPS`] from row `k` on.
    ahead: Vec<f64>,
    k: usize,
    row: usize,
}

impl Matrix {
    /// The rows `first` to `end` (not included) of the product of two matrices of this size.
    pub fn new(size: u32, first: u32, end: u32) -> Self {
        let (size, first, rows) = (size as usize, first as usize, end.saturating_sub(first) as usize);
        let product = vec![0.0; rows * size];
        let quotients = (0..RIGHT).map(quotient).collect();
        Self { size, first, rows, product, quotients, ahead: Vec::with_capacity(STEPS * size), k: 0, row: 0 }
    }

    /// What a job's kernel is built from: the matrices are made by rule where they are needed, so only numbers cross.
    pub fn payload(size: u32, first: u32, end: u32) -> Vec<u8> {
        encode(&(size, first, end)).unwrap_or_default()
    }

    /// The kernel of a job.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`Matrix::payload`], for matrices of at most 4,096 rows.
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        let (size, first, end) = decode(payload)?;
        if size > MOST || end > size || first > end {
            return Err(Failure::Garbled);
        }
        Ok(Box::new(Self::new(size, first, end)))
    }

    /// The elements a result holds, row by row.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the bytes are no whole number of elements.
    pub fn elements(result: &[u8]) -> Result<Vec<f64>, Failure> {
        let (elements, rest) = result.as_chunks::<8>();
        if rest.is_empty() {
            Ok(elements.iter().map(|e| f64::from_le_bytes(*e)).collect())
        } else {
            Err(Failure::Garbled)
        }
    }

    /// Adds what the steps from `k` on give one row.
    fn add(&mut self) {
        let (size, k) = (self.size, self.k);
        let steps = STEPS.min(size - k);
        if self.row == 0 {
            self.ahead.clear();
            (k..k + steps).for_each(|k| self.append_right(k));
        }
        let row = self.first + self.row;
        let Some(sums) = self.product.get_mut(self.row * size..(self.row + 1) * size) else { return };
        if steps == STEPS {
            let factors = std::array::from_fn(|step| left(row, k + step));
            add_eight(sums, factors, &self.ahead);
        } else {
            for (step, addends) in self.ahead.chunks_exact(size).enumerate() {
                let factor = left(row, k + step);
                sums.iter_mut().zip(addends).for_each(|(sum, addend)| *sum += factor * addend);
            }
        }
    }

    /// Puts row `k` of the right matrix behind those that are there ([`which`], from element to element).
    fn append_right(&mut self, k: usize) {
        let mut at = which(k, 0);
        let quotients = &self.quotients;
        self.ahead.extend((0..self.size).map(|_| {
            let element = quotients.get(at).copied().unwrap_or_default();
            at += 71;
            if at >= RIGHT {
                at -= RIGHT;
            }
            element
        }));
    }
}

/// Adds eight rows, each times its factor, to `sums`, one after the other.
fn add_eight(sums: &mut [f64], f: [f64; STEPS], rows: &[f64]) {
    let columns = sums.len();
    let mut rows = rows.chunks_exact(columns.max(1));
    let mut next = || rows.next().unwrap_or_default();
    let (a, b, c, d, e, g, h, i) = (next(), next(), next(), next(), next(), next(), next(), next());
    if [a, b, c, d, e, g, h, i].iter().any(|row| row.len() != columns) {
        return; // never so; it spares a check of each index
    }
    for j in 0..columns {
        let mut sum = sums[j] + f[0] * a[j];
        sum += f[1] * b[j];
        sum += f[2] * c[j];
        sum += f[3] * d[j];
        sum += f[4] * e[j];
        sum += f[5] * g[j];
        sum += f[6] * h[j];
        sum += f[7] * i[j];
        sums[j] = sum;
    }
}

impl Kernel for Matrix {
    fn slice(&mut self) -> Option<Vec<u8>> {
        let mut done = 0;
        while self.k < self.size && self.rows > 0 {
            if done >= WORK {
                return None;
            }
            self.add();
            done += STEPS * self.size;
            self.row += 1;
            if self.row == self.rows {
                self.row = 0;
                self.k += STEPS;
            }
        }
        Some(self.product.iter().flat_map(|element| element.to_le_bytes()).collect())
    }

    fn progress(&self) -> f32 {
        let all = (self.size.div_ceil(STEPS) * self.rows).max(1);
        ((self.k / STEPS * self.rows + self.row) as f32 / all as f32).min(1.0)
    }
}
