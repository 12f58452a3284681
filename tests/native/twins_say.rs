//! Whether a Python twin prints the figures that its scenario's claims state. Those that it does not, and why, are a table in
//! docs/conformance.md; a line of it that is not needed is a fault, too.

use crate::{processes, runs, sample};
use interleave::model::{Cell, Claim, Model, Plan, Report, Run, RunEnd, Trace};
use interleave::scenarios::{Processes, Program, Scenario, recorded};
use std::collections::BTreeSet;

/// The head of the table.
const HEAD: &str = "| scenario | the claim begins | why its twin does not print the figure |";

/// What has been compared.
#[derive(Default)]
pub struct Said {
    /// Claims compared.
    pub claims: usize,
    /// Scenario, claim, and the figure that was not printed.
    unsaid: Vec<(&'static str, String, String)>,
}

impl Said {
    /// Compares what a twin printed with the claims of a run with defaults.
    pub fn compare(&mut self, scenario: &'static Scenario, printed: &str) {
        let there = figures(printed);
        for claim in claims(scenario) {
            self.claims += 1;
            let stated = stressed(&claim.text);
            let missing = stated.iter().flat_map(|text| figures(text)).find(|f| !f.is_among(&there, claim.timed));
            if let Some(missing) = missing {
                self.unsaid.push((
                    scenario.id,
                    claim.text.replace("**", ""),
                    missing.number.clone() + missing.unit.as_str(),
                ));
            }
        }
    }

    /// What is missing and not in the table; what is in the table and not missing.
    pub fn faults(&self) -> Vec<String> {
        let text = std::fs::read_to_string("docs/conformance.md").unwrap();
        let rows: Vec<(&str, &str, bool)> = text
            .lines()
            .skip_while(|l| *l != HEAD)
            .skip(2)
            .map_while(|l| l.strip_prefix("| "))
            .filter_map(|l| l.split_once(" | "))
            .filter_map(|(id, rest)| {
                let (begins, why) = rest.split_once(" | ")?;
                Some((id.trim_matches('`'), begins, why.starts_with("Chance")))
            })
            .collect();
        let fits =
            |(id, claim, _): &(&str, String, String), row: &str, begins: &str| *id == row && claim.starts_with(begins);
        let listed = |unsaid| rows.iter().any(|(row, begins, _)| fits(unsaid, row, begins));
        let unlisted = self.unsaid.iter().filter(|unsaid| !listed(unsaid));
        let mut faults: Vec<String> =
            unlisted.map(|(id, claim, figure)| format!("{id}.py does not print {figure}: {claim}")).collect();
        // What chance decides may be right by chance; a single digit is printed by chance, too: any time may hold it.
        let telling = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() > 1);
        let needed = |row: &str, begins: &str| self.unsaid.iter().any(|unsaid| fits(unsaid, row, begins));
        let needless = rows.iter().filter(|(row, begins, chance)| !chance && telling(begins) && !needed(row, begins));
        faults.extend(
            needless.map(|(row, begins, _)| format!("docs/conformance.md: {row}, {begins}: it is printed now")),
        );
        faults
    }
}

/// What a run with defaults claims: in virtual time where that tells all of it, else as it was recorded.
fn claims(scenario: &'static Scenario) -> Vec<Claim> {
    let spec = recorded::spec(scenario);
    let pairs = scenario.pairs(&spec);
    let definite = |(model, variant): &(Model, String)| {
        let program = scenario.program(*model, variant);
        program.is_some_and(|p| p.coroutine().is_some() || matches!(p, Program::Processes(_)))
    };
    let file = std::fs::read(std::path::Path::new("www").join(recorded::address(scenario.id)));
    if let (false, Ok(bytes)) = (pairs.iter().all(definite), file) {
        let recording = recorded::read(scenario, &bytes).expect(scenario.id);
        return scenario.claims(&recorded::report(scenario, recording));
    }
    let cells = pairs.into_iter().map(|(model, variant)| {
        let run = run(scenario, model, spec.plan(model, &variant, 0));
        Cell { model, variant, runs: vec![run] }
    });
    scenario.claims(&Report { cells: cells.collect(), machine: sample::machine(), recorded: None, spec })
}

fn run(scenario: &'static Scenario, model: Model, plan: Plan) -> Run {
    match scenario.program(model, &plan.variant).expect(scenario.id) {
        Program::Async(Some(coroutine)) | Program::Blocking(Some(coroutine)) => {
            runs::in_virtual_time(scenario, *coroutine, plan)
        }
        Program::Processes(Processes { code: Some(code), .. }) => processes::in_virtual_time(*code, &plan),
        Program::Jobs(Some(jobs)) => {
            let outcome = runs::one_after_another(scenario, jobs, &plan).expect(scenario.id);
            Run { repeat: 0, end: RunEnd::Finished(outcome), elapsed: 1_000_000_000, trace: Trace::default() }
        }
        _ => {
            let (outcome, trace) = runs::traced_on_threads(plan);
            Run { repeat: 0, end: RunEnd::Finished(outcome), elapsed: trace.end, trace }
        }
    }
}

/// What a claim stresses.
fn stressed(text: &str) -> Vec<String> {
    // After a figure its unit may follow outside of the stars.
    text.split("**").skip(1).step_by(2).map(str::to_owned).collect()
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Figure {
    number: String,
    unit: String,
}

impl Figure {
    /// In seconds, if it is a time.
    fn seconds(&self) -> Option<f64> {
        let scale = match self.unit.as_str() {
            "s" | "seconds" => 1.0,
            "ms" => 1e-3,
            "µs" => 1e-6,
            _ => return None,
        };
        Some(self.number.parse::<f64>().ok()? * scale)
    }

    /// Whether it is among those printed: a time as nearly as a busy machine keeps it, anything else exactly. How many times as
    /// fast, and shares of a time, are this machine's own.
    fn is_among(&self, there: &BTreeSet<Figure>, timed: bool) -> bool {
        if let Some(wanted) = self.seconds() {
            let near = |t: f64| t >= 0.95 * wanted - 0.06 && t <= 1.5 * wanted + 0.5;
            return there.iter().filter_map(Figure::seconds).any(near);
        }
        if timed || self.unit == "×" {
            return true;
        }
        there.iter().any(|f| f.number == self.number)
    }
}

/// Every number of a text, without thousands' commas and with no zeros at the end of its decimals.
fn figures(text: &str) -> BTreeSet<Figure> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = BTreeSet::new();
    let mut i = 0;
    while i < chars.len() {
        if !chars[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let mut number = String::new();
        while i < chars.len() {
            let next_is_digit = chars.get(i + 1).is_some_and(char::is_ascii_digit);
            match chars[i] {
                c if c.is_ascii_digit() => number.push(c),
                '.' if next_is_digit && !number.contains('.') => number.push('.'),
                ',' if next_is_digit => {}
                _ => break,
            }
            i += 1;
        }
        if number.contains('.') {
            number = number.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        let rest = chars[i..].iter().skip_while(|c| matches!(**c, ' ' | '\u{a0}' | '\u{202f}'));
        let unit: String = rest.take_while(|c| c.is_alphabetic() || matches!(**c, '%' | '×')).collect();
        let unit =
            if matches!(unit.as_str(), "s" | "seconds" | "ms" | "µs" | "×" | "%") { unit } else { String::new() };
        out.insert(Figure { number, unit });
    }
    out
}

#[test]
fn figures_are_read() {
    let read = |text| figures(text).into_iter().map(|f| (f.number, f.unit)).collect::<Vec<_>>();
    let pairs = |list: &[(&str, &str)]| list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
    assert_eq!(read("41,538 primes in 2.50 s"), pairs(&[("2.5", "s"), ("41538", "")]));
    assert_eq!(read("5100.00 and 446.25, 1, 2."), pairs(&[("1", ""), ("2", ""), ("446.25", ""), ("5100", "")]));
    assert_eq!(stressed("At **3** of **4** s"), ["3", "4"]);
    let wanted = Figure { number: "2".into(), unit: "s".into() };
    assert!(wanted.is_among(&figures("after 2.01 s"), false) && !wanted.is_among(&figures("2 jobs, 9.5 s"), false));
}
