//! Compounding, as several lessons have it: 100000 grows by a ten-millionth a step; 2.5 % of it in the end.

use rust_decimal::Decimal;

use crate::kernels::Compound;
use crate::model::{Claim, Failure, Outcome, Plan, Report};

/// What CPython's `decimal` gives at its usual precision of 28 digits: steps and result.
const CPYTHON: [(u64, &str); 3] = [
    (1_000_000, "2762.927281374483541595956080"),
    (5_000_000, "4121.803073705249106098373130"),
    (10_000_000, "6795.704231362415677996373388"),
];

/// Significant digits compared: rust_decimal keeps 96 bits, CPython 28 digits, so the last few differ.
const DIGITS: usize = 20;

/// A job for each of the plan's `jobs`, of `steps` steps.
pub fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let (start, rate, share) = (Decimal::from(100_000), Decimal::new(10_000_001, 7), Decimal::new(25, 3));
    let payload = Compound::new(start, rate, share, plan.values.count("steps") as u32).payload();
    vec![payload; plan.values.count("jobs") as usize]
}

/// The amount, once when all jobs agree.
///
/// # Errors
/// [`Failure::Garbled`] when a result is none.
pub fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut amounts = Vec::with_capacity(results.len());
    for result in results {
        amounts.push(Compound::amount(result)?.to_string());
    }
    let lines = amounts.clone();
    amounts.dedup();
    Ok(Outcome { lines, ..Outcome::new(amounts.join(" and ")).with("jobs", results.len() as f64) })
}

/// The first significant digits of a number written out.
fn leading(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).skip_while(|c| *c == '0').take(DIGITS).collect()
}

/// The claim that the result of so many steps is CPython's, where that is known.
pub fn equals_cpython(report: &Report, steps: u64) -> Option<Claim> {
    let (_, known) = CPYTHON.iter().find(|(s, _)| *s == steps)?;
    let (_, outcome) = report.cells.iter().find_map(|c| c.last())?;
    let ok = leading(&outcome.value) == leading(known);
    Some(Claim::new(format!("The first {DIGITS} digits are **CPython's**: {known}"), ok, outcome.value.clone()))
}
