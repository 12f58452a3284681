//! Every kernel against a plain reference, however it is sliced.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// Computes a kernel to its end; checks that progress never goes back and stays within 0 and 1.
fn compute(mut kernel: Box<dyn Kernel>) -> (Vec<u8>, usize) {
    let (mut last, mut slices) = (0.0, 0);
    loop {
        slices += 1;
        let result = kernel.slice();
        let now = kernel.progress();
        assert!((last..=1.0).contains(&now), "progress went from {last} to {now}");
        last = now;
        if let Some(result) = result {
            return (result, slices);
        }
    }
}

fn count(start: u32, end: u32) -> (u64, usize) {
    let (result, slices) = compute(Primes::kernel(&Primes::payload(start, end)).unwrap());
    (Primes::count(&result).unwrap(), slices)
}

/// The primes below `end` by the sieve of Eratosthenes.
fn sieve(end: usize) -> Vec<bool> {
    let mut prime = vec![true; end];
    prime.iter_mut().take(2).for_each(|p| *p = false);
    for i in 2..end {
        if prime[i] {
            (i * i..end).step_by(i).for_each(|j| prime[j] = false);
        }
    }
    prime
}

#[test]
fn primes_are_as_many_as_they_are_known_to_be() {
    for (limit, known) in [(10, 4), (100, 25), (10_000, 1_229), (500_000, 41_538)] {
        let (primes, slices) = count(2, limit);
        assert_eq!(primes, known);
        assert_eq!(slices > 1, limit > 100_000, "{slices} slices for {limit}");
    }
}

#[test]
fn a_counter_counts() {
    for (end, known) in [(0, 1), (99_999, 1), (100_001, 2), (1_000_000, 10)] {
        let (result, slices) = compute(Counter::kernel(&Counter::payload(end)).unwrap());
        assert_eq!((Counter::count(&result).unwrap(), slices), (end, known));
    }
    assert!(Counter::kernel(&[]).is_err());
}

#[test]
fn compounding_equals_cpython_to_twenty_digits() {
    let d = |text| Decimal::from_str(text).unwrap();
    let job = Compound::new(d("100000"), d("1.0000001"), d("0.025"), 1_000_000);
    let (result, slices) = compute(Compound::kernel(&job.payload()).unwrap());
    let amount = Compound::amount(&result).unwrap().to_string();
    assert_eq!(amount.get(..21), Some("2762.9272813744835415"));
    assert_eq!(slices, 250);
}

#[test]
fn the_digest_of_half_a_mebibyte_is_the_known_one() {
    let (digest, slices) = compute(FileHash::kernel(&FileHash::payload(512 * 1024)).unwrap());
    assert_eq!(FileHash::hex(&digest), "33bc8aab40703678c3ebe94d2dd8f2afff285dd901f9234e841e4679f8204fd5");
    assert_eq!(slices, 16);
}

#[test]
fn the_least_divisor_is_found() {
    let least = |n| {
        let (result, slices) = compute(Divisor::kernel(&Divisor::payload(n)).unwrap());
        (Divisor::least(&result).unwrap(), slices)
    };
    for (number, divisor) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 2), (9, 3), (25, 5), (91, 7), (97, 97)] {
        assert_eq!(least(number), (divisor, 1), "{number}");
    }
    assert_eq!(least(10_000_019 * 10_000_079), (10_000_019, 126));
    assert_eq!(least(79_999 * 79_999), (79_999, 1), "found with the last division of a slice");
    assert_eq!(least(u64::from(u32::MAX) - 4), (4_294_967_291, 1), "the greatest prime of 32 bits");
}

#[test]
fn squares_add_up_to_their_formula() {
    for end in [0, 1, 2, 3, 10, 99_999, 100_000, 100_001, 1_234_567] {
        let (result, slices) = compute(Squares::kernel(&Squares::payload(end)).unwrap());
        assert_eq!(Squares::sum(&result).unwrap(), Squares::formula(end), "{end}");
        assert_eq!(slices, (end as usize).div_ceil(250_000).max(1));
    }
    assert_eq!(Squares::formula(10_000_000), 333_333_283_333_335_000_000);
}

/// The product by the plain triple loop.
fn triple_loop(size: usize) -> Vec<f64> {
    let mut product = Vec::new();
    for row in 0..size {
        for column in 0..size {
            let mut sum = 0.0;
            for k in 0..size {
                sum += matrix::left(row, k) * matrix::right(k, column);
            }
            product.push(sum);
        }
    }
    product
}

#[test]
fn payloads_that_ask_for_rows_there_are_not_are_refused() {
    for (size, first, end) in [(4_097, 0, 1), (10, 0, 11), (10, 6, 5), (u32::MAX, 0, u32::MAX)] {
        assert!(Matrix::kernel(&Matrix::payload(size, first, end)).is_err());
    }
    assert!(Matrix::elements(&[0; 7]).is_err());
}

#[test]
fn only_large_hashes_let_go_of_the_gil() {
    assert!(FileHash::new(2_047).holds_gil());
    assert!(!FileHash::new(2_048).holds_gil());
    assert!(Primes::new(2, 10).holds_gil());
}

#[test]
fn damaged_payloads_are_refused() {
    for maker in [Primes::kernel, Compound::kernel, FileHash::kernel, Divisor::kernel, Squares::kernel, Matrix::kernel]
    {
        assert!(maker(&[]).is_err());
        assert!(maker(&[0xff; 3]).is_err());
    }
}

/// Prints what a slice of each kernel takes: `cargo test --release slices_take -- --ignored --nocapture`.
#[test]
#[ignore = "measures and only prints"]
fn slices_take() {
    let compound = Compound::new(Decimal::from(100_000), Decimal::new(10_000_001, 7), Decimal::ONE, 1_000_000);
    let kernels: [(&str, Box<dyn Kernel>); 8] = [
        ("primes from 2", Box::new(Primes::new(2, 100_000))),
        ("primes to 5,000,000", Box::new(Primes::new(4_900_000, 5_000_000))),
        ("compound", Box::new(compound)),
        ("sha256", Box::new(FileHash::new(8 << 20))),
        ("divisor", Box::new(Divisor::new(112_272_535_095_293))),
        ("squares", Box::new(Squares::new(10_000_000))),
        ("matrix of 300", Box::new(Matrix::new(300, 0, 300))),
        ("matrix of 1000", Box::new(Matrix::new(1000, 0, 250))),
    ];
    for (name, mut kernel) in kernels {
        let mut micros = Vec::new();
        loop {
            let start = std::time::Instant::now();
            let done = kernel.slice().is_some();
            micros.push(start.elapsed().as_nanos() as f64 / 1e3);
            if done {
                break;
            }
        }
        micros.sort_by(f64::total_cmp);
        println!(
            "{name}: least {:.0} µs, median {:.0} µs, {} slices",
            micros[0],
            micros[micros.len() / 2],
            micros.len()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn primes_in_any_range_equal_the_sieve(start in 0u32..50_000, length in 0u32..50_000) {
        let expected = sieve((start + length) as usize).iter().skip(start as usize).filter(|p| **p).count();
        prop_assert_eq!(count(start, start + length).0, expected as u64);
    }

    #[test]
    fn rows_of_a_matrix_are_bit_equal_to_the_triple_loop(size in 0usize..140, cuts in proptest::array::uniform2(0.0..1.0)) {
        let [a, b] = cuts.map(|cut: f64| (cut * size as f64) as u32);
        let edges = [0, a.min(b), a.max(b), size as u32];
        let mut product = Vec::new();
        for rows in edges.windows(2) {
            let payload = Matrix::payload(size as u32, rows[0], rows[1]);
            product.extend(Matrix::elements(&compute(Matrix::kernel(&payload).unwrap()).0).unwrap());
        }
        let bits = |elements: Vec<f64>| elements.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(product), bits(triple_loop(size)));
    }

    #[test]
    fn slicing_does_not_change_a_product(steps in 0u32..20_000) {
        let (start, rate, factor) = (Decimal::from(100_000), Decimal::new(10_000_001, 7), Decimal::new(25, 3));
        let plain = (0..steps).fold(start, |value, _| value * rate) * factor;
        let job = Compound::new(start, rate, factor, steps);
        let (result, _) = compute(Compound::kernel(&job.payload()).unwrap());
        prop_assert_eq!(Compound::amount(&result).unwrap().to_string(), plain.to_string());
    }

    #[test]
    fn a_file_hashed_in_chunks_equals_the_file_hashed_at_once(size in 0usize..100_000) {
        let (digest, _) = compute(Box::new(FileHash::new(size)));
        prop_assert_eq!(digest, Sha256::digest(FileHash::content(size)).to_vec());
    }
}
