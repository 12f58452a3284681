//! What is claimed of the sets, and of a run that is not as it should be.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::model::{MS, RunEnd};
use crate::scenarios::waiting::testing::{holds, holds_everywhere};

#[test]
fn claims_hold_at_every_end() {
    holds_everywhere(&SCENARIO);
}

#[test]
fn formulas_and_sieve_say_what_the_kernel_says() {
    assert_eq!(known(50_000), "mean 25000.5, deviation 14433.756726853893, 5,133 primes");
    let mut summed = Summed::default();
    let is_prime = |n: u64| n > 1 && (2..=n.isqrt()).all(|d| !n.is_multiple_of(d));
    for n in 1..=200_000 {
        summed.count += 1;
        summed.sum += n;
        summed.squares += u128::from(n).pow(2);
        summed.primes += u64::from(is_prime(n));
        if n < 100 || n % 9_973 == 0 || n == 200_000 {
            assert_eq!(known(n), sentence(&summed));
        }
    }
}

#[test]
fn sets_that_differ_are_seen_whatever_their_size() {
    let mut report = holds(&SCENARIO, "values=1000");
    for cell in &mut report.cells {
        cell.runs[0].end = RunEnd::Finished(Outcome::new("the sets differ").with(FETCHED, 1_000.0));
    }
    let claims = claims(&report);
    assert!(!claims[0].ok && claims[0].measured == "the sets differ", "{claims:?}");
}

#[test]
fn a_run_that_goes_on_for_no_reason_is_seen() {
    let mut report = holds(&SCENARIO, "");
    let left = |report: &Report| only_computing(report).map(|claim| claim.ok);
    let (elapsed, late) = (report.cells[1].runs[0].elapsed, slack(4));
    report.cells[1].runs[0].elapsed = elapsed + late - 10 * MS;
    assert_eq!(left(&report), Some(true));
    report.cells[1].runs[0].elapsed = elapsed + late;
    assert_eq!(left(&report), Some(false));
}

#[test]
fn the_figures_of_the_defaults() {
    let report = holds(&SCENARIO, "");
    let of = |model| report.cell(model, "").unwrap().last().unwrap();
    assert_eq!(of(Model::Hybrid).1.value, known(50_000));
    assert_eq!(of(Model::Hybrid).1.lines.len(), 4);
    // In virtual time computing a set takes 5 ms, and the sets do not get in each other's way.
    assert_eq!(of(Model::Hybrid).0.elapsed, SECOND + 5 * MS);
    assert_eq!(of(Model::Sequential).0.elapsed, 4 * (SECOND + 5 * MS));
}
