//! Some rows of the product of two square matrices, bit for bit as the plain triple loop has them.
//!
//! Each element is a sum over k, added up in order; nothing is fused: Rust never makes one rounding of two. What is done at once is
//! a tile of four rows and four columns, whose sixteen sums stay in registers, two in each, while k goes on: each of the eight
//! numbers read for a step is used four times. What a step reads lies together, in blocks of k that a core's caches hold (the
//! method of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008).

use super::Kernel;
use crate::model::Failure;
use crate::model::wire::{decode, encode};

/// Multiplications in a slice: 0.09 ms at 0.11 ns each.
const WORK: usize = 800_000;
/// Steps of k in a block.
const STEPS: usize = 64;
/// Rows, and columns, of a tile.
const SIDE: usize = 4;
/// Bytes of an element.
const ELEMENT: usize = size_of::<f64>();
/// The most rows a payload may ask for: what 32 bits can address of them.
const MOST: u32 = 4_096;

/// Sums of a tile, row by row.
type Tile = [[f64; SIDE]; SIDE];

/// An element of the left matrix.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub fn left(row: usize, k: usize) -> f64 {
    ((row * 37 + k * 101) % 1009) as f64 / 1009.0
}

/// An element of the right matrix.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub fn right(k: usize, column: usize) -> f64 {
    ((k * 53 + column * 71) % 997) as f64 / 997.0
}

/// A matrix made by the rule (k × `step` + line × `aside`) mod `modulus` ÷ `modulus`, by lines that k goes along: rows of the left
/// one, columns of the right one. All its lines are the same cycle of numbers, each begun elsewhere.
#[derive(Clone, Debug)]
struct Cycle {
    /// The cycle, and a block more, so that a block that crosses its end is one piece.
    elements: Vec<f64>,
    modulus: usize,
    /// How much further a line begins than the one before it.
    shift: usize,
}

impl Cycle {
    fn new(modulus: usize, step: usize, aside: usize) -> Self {
        let elements = (0..modulus + STEPS).map(|k| (k * step % modulus) as f64 / modulus as f64).collect();
        let shift = (0..modulus).find(|k| k * step % modulus == aside).unwrap_or_default();
        Self { elements, modulus, shift }
    }

    /// Appends `steps` (at most [`STEPS`]) of [`SIDE`] lines, from step `k` and line `first` on, step by step.
    fn pack(&self, into: &mut Vec<[f64; SIDE]>, first: usize, k: usize, steps: usize) {
        let lines: [&[f64]; SIDE] = std::array::from_fn(|line| {
            let start = (k + (first + line) * self.shift) % self.modulus;
            self.elements.get(start..start + steps).unwrap_or_default()
        });
        into.extend((0..steps).map(|step| lines.map(|line| line[step])));
    }
}

/// Computes the rows `first` to `end` of the product.
#[derive(Clone, Debug)]
pub struct Matrix {
    size: usize,
    first: usize,
    rows: usize,
    /// The sums: for each four columns the tiles of all rows. At the edges are sums that nobody asks for.
    tiles: Vec<Tile>,
    left: Cycle,
    right: Cycle,
    /// What the tiles of each four rows multiply in this block of k.
    lefts: Vec<[f64; SIDE]>,
    /// What these four columns multiply in this block of k.
    rights: Vec<[f64; SIDE]>,
    k: usize,
    /// Which four columns are next.
    panel: usize,
}

impl Matrix {
    /// The rows `first` to `end` (not included) of the product of two matrices of this size.
    pub fn new(size: u32, first: u32, end: u32) -> Self {
        let (size, first, rows) = (size as usize, first as usize, end.saturating_sub(first) as usize);
        let groups = rows.div_ceil(SIDE);
        Self {
            size,
            first,
            rows,
            tiles: vec![Tile::default(); groups * size.div_ceil(SIDE)],
            left: Cycle::new(1009, 101, 37),
            right: Cycle::new(997, 53, 71),
            lefts: Vec::with_capacity(groups * STEPS),
            rights: Vec::with_capacity(STEPS),
            k: 0,
            panel: 0,
        }
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
        let (elements, rest) = result.as_chunks::<ELEMENT>();
        if rest.is_empty() {
            Ok(elements.iter().map(|e| f64::from_le_bytes(*e)).collect())
        } else {
            Err(Failure::Garbled)
        }
    }

    /// How many tiles the rows make.
    fn groups(&self) -> usize {
        self.rows.div_ceil(SIDE)
    }

    /// Adds what a block of k gives to the tiles of four columns, and says how many multiplications that took.
    fn add_block(&mut self) -> usize {
        let (groups, steps) = (self.groups(), STEPS.min(self.size - self.k));
        if self.panel == 0 {
            self.lefts.clear();
            for group in 0..groups {
                self.left.pack(&mut self.lefts, self.first + group * SIDE, self.k, steps);
            }
        }
        self.rights.clear();
        self.right.pack(&mut self.rights, self.panel * SIDE, self.k, steps);
        let tiles = self.tiles.iter_mut().skip(self.panel * groups);
        tiles.zip(self.lefts.chunks_exact(steps)).for_each(|(tile, lefts)| add(tile, lefts, &self.rights));
        self.panel += 1;
        if self.panel == self.size.div_ceil(SIDE) {
            self.panel = 0;
            self.k += steps;
        }
        groups * steps * SIDE * SIDE
    }

    /// The elements asked for, row by row, as bytes.
    fn bytes(&self) -> Vec<u8> {
        let width = self.size * ELEMENT;
        let mut bytes = vec![0; self.rows * width];
        for (row, line) in bytes.chunks_exact_mut(width.max(1)).enumerate() {
            let tiles = self.tiles.iter().skip(row / SIDE).step_by(self.groups().max(1));
            for (part, tile) in line.chunks_mut(SIDE * ELEMENT).zip(tiles) {
                let (places, _) = part.as_chunks_mut::<ELEMENT>();
                places.iter_mut().zip(tile[row % SIDE]).for_each(|(place, element)| *place = element.to_le_bytes());
            }
        }
        bytes
    }
}

/// Adds the products of each step to a tile's sums, one step after the other.
fn add(tile: &mut Tile, lefts: &[[f64; SIDE]], rights: &[[f64; SIDE]]) {
    let mut sums = *tile;
    for (left, right) in lefts.iter().zip(rights) {
        for (sums, factor) in sums.iter_mut().zip(left) {
            for (sum, addend) in sums.iter_mut().zip(right) {
                *sum += factor * addend;
            }
        }
    }
    *tile = sums;
}

impl Kernel for Matrix {
    fn slice(&mut self) -> Option<Vec<u8>> {
        let mut done = 0;
        while self.k < self.size && self.rows > 0 {
            if done >= WORK {
                return None;
            }
            done += self.add_block();
        }
        Some(self.bytes())
    }

    fn progress(&self) -> f32 {
        let panels = self.size.div_ceil(SIDE).max(1);
        let steps = STEPS.min(self.size - self.k);
        let done = self.k as f32 + steps as f32 * self.panel as f32 / panels as f32;
        (done / self.size.max(1) as f32).min(1.0)
    }
}
