//! Compounding, as several lessons have it: 100000 grows by a ten-millionth a step; 2.5 % of it in the end.

use rust_decimal::Decimal;

use crate::kernels::Compound;
use crate::model::{Claim, Failure, Outcome, Plan, Report};
use crate::scenarios::measure::DIFFER;

/// What CPython's `decimal` gives at its usual precision of 28 digits: steps and result.
const CPYTHON: [(u64, &str); 5] = [
    (1_000, "2500.250012487915427854487470"),
    (100_000, "2525.125416447857519486684968"),
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
    Ok(Outcome { lines, ..Outcome::new(amounts.join(DIFFER)).with("jobs", results.len() as f64) })
}

/// The first significant digits of a number written out.
fn leading(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).skip_while(|c| *c == '0').take(DIGITS).collect()
}

/// The claim that the result of so many steps is CPython's in every run, where that is known.
pub fn equals_cpython(report: &Report, steps: u64) -> Option<Claim> {
    let (_, known) = CPYTHON.iter().find(|(s, _)| *s == steps)?;
    let values: Vec<&str> = report.cells.iter().flat_map(|c| c.finished()).map(|(_, o)| o.value.as_str()).collect();
    let wrong = |value: &&&str| value.contains(DIFFER) || leading(value) != leading(known);
    let wrong = values.iter().find(wrong).copied();
    let text = format!("The first {DIGITS} digits are **CPython's**: {known}");
    Some(Claim::new(text, wrong.is_none(), wrong.or(values.first().copied())?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Cell, Machine, Model, Run, RunEnd, Trace};
    use crate::scenarios::find;

    fn report(values: &[&str]) -> Report {
        let run = |value: &&str| {
            let end = RunEnd::Finished(Outcome::new(*value));
            Run { repeat: 0, end, elapsed: 1, trace: Trace::default() }
        };
        let runs = values.iter().map(run).collect();
        let spec = find("gil-cpu").unwrap().defaults();
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 1 };
        let cells = vec![Cell { model: Model::Sequential, variant: String::new(), runs }];
        Report { spec, machine, cells, recorded: None }
    }

    #[test]
    fn every_run_is_compared_with_cpython() {
        let (right, wrong) = ("2762.927281374483541595956", "2762.927281374483541595");
        let judged = |values: &[&str]| equals_cpython(&report(values), 1_000_000).unwrap();
        assert!(judged(&[right, right]).ok);
        assert!(judged(&[right, wrong]).ok, "the first 20 digits are compared");
        assert_eq!(judged(&[right, "2762.9"]).measured, "2762.9");
        assert!(!judged(&["2762.9", right]).ok);
        assert!(!judged(&[&format!("{right} and 2762.9")]).ok);
    }

    #[test]
    fn the_kernel_comes_to_cpythons_figures() {
        for (steps, known) in &CPYTHON[..2] {
            let (start, rate, share) = (Decimal::from(100_000), Decimal::new(10_000_001, 7), Decimal::new(25, 3));
            let mut kernel = Compound::kernel(&Compound::new(start, rate, share, *steps as u32).payload()).unwrap();
            let result = (0..).find_map(|_| kernel.slice()).unwrap();
            assert_eq!(leading(&Compound::amount(&result).unwrap().to_string()), leading(known));
        }
    }
}
