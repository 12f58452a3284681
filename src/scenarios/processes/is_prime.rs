//! Four big numbers, each tried with every odd divisor up to its root: four jobs of their own length.

use crate::kernels::Divisor;
use crate::model::params::{WORKERS, count};
use crate::model::stats::summary;
use crate::model::units::grouped;
use crate::model::{Claim, Failure, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::measure::waits::makespan;
use crate::scenarios::measure::{best_possible, parallel, same_result, words};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Trial division.
pub static SCENARIO: Scenario = Scenario {
    id: "is-prime",
    title: "Are they prime?",
    chapter: Chapter::Processes,
    question: beside("Four big numbers, one job each. Do four processes take a quarter of the time?"),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "one is a product", link: "second=100000980001501" },
        Preset { name: "one long job", link: "first=999999999999989&second=2&third=2&fourth=2" },
    ],
    arrangements: &[Arrangement {
        models: &Model::ALL,
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Threads, Model::FreeThreads, Model::Processes],
    repeats: 3,
    kernel: engine_only(Divisor::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

/// How many numbers there are, a job each.
const JOBS: u64 = 4;
const MOST: u64 = 1_000_000_000_000_000;
const HELP: &str = "Tried with 2 and every odd number up to its root.";

const PARAMS: &[Param] = &[
    count("first", "First", (2, MOST), 112_272_535_095_293, "", HELP),
    count("second", "Second", (2, MOST), 112_582_705_942_171, "", HELP),
    count("third", "Third", (2, MOST), 115_280_095_190_773, "", HELP),
    count("fourth", "Fourth", (2, MOST), 115_797_848_077_099, "", HELP),
    WORKERS,
];

fn numbers(values: &Values) -> [u64; 4] {
    ["first", "second", "third", "fourth"].map(|key| values.count(key))
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    numbers(&plan.values).map(Divisor::payload).to_vec()
}

fn merge(plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut said = Vec::new();
    let mut outcome = Outcome::default();
    for (number, result) in numbers(&plan.values).into_iter().zip(results) {
        let least = Divisor::least(result)?;
        let what = if least == number { "prime".to_owned() } else { format!("{least} × {}", number / least.max(1)) };
        outcome = outcome.line(format!("{}: {what}", grouped(number)));
        said.push(what);
    }
    Ok(Outcome { value: said.join(", "), ..outcome })
}

/// How long each job takes, in divisions: up to the root of a prime, up to the least divisor of another number.
fn divisions(report: &Report) -> Option<Vec<u64>> {
    let (_, outcome) = report.cells.iter().find_map(|c| c.last())?;
    let least = |(number, said): (u64, &str)| said.split(" × ").next()?.parse().ok().or(Some(number.isqrt()));
    let of = numbers(&report.spec.values).into_iter().zip(outcome.value.split(", "));
    of.map(least).map(|up_to| up_to.map(|n| n / 2 + 1)).collect()
}

/// `base` to the power of `exponent`, modulo `modulus`.
fn power(base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    let (mut result, mut base) = (1, base % modulus);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent /= 2;
    }
    result
}

/// The test of Miller and Rabin; with these bases it is never wrong for numbers of 64 bits.
fn is_prime(n: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 || BASES.iter().any(|p| n.is_multiple_of(*p)) {
        return BASES.contains(&n);
    }
    let (odd, twos) = ((n - 1) >> (n - 1).trailing_zeros(), (n - 1).trailing_zeros());
    BASES.iter().all(|base| {
        let first = power(*base, odd, n);
        first == 1
            || std::iter::successors(Some(first), |x| Some(power(*x, 2, n))).take(twos as usize).any(|x| x == n - 1)
    })
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    claims.extend(same_result(report, "The four numbers", None));
    claims.extend(agrees(report));
    // With little to wait for at the end, splitting them up must show.
    claims.extend(words::speeds(report, "", shared(report, 1.75)));
    claims
}

/// How many jobs can be shared out: one where, taken in their order, they let the cores gain less than so much.
fn shared(report: &Report, least: f64) -> u64 {
    let all = divisions(report).unwrap_or_default();
    let gain = all.iter().sum::<u64>() as f64 / makespan(&all, parallel(report, JOBS)).max(1) as f64;
    if gain >= least { JOBS } else { 1 }
}

/// The claim that another test, which looks for no divisor of a big number, says the same.
fn agrees(report: &Report) -> Option<Claim> {
    let (_, outcome) = report.cells.iter().find_map(|c| c.last())?;
    let numbers = numbers(&report.spec.values);
    let said: Vec<&str> = outcome.value.split(", ").collect();
    let right = |(number, said): &(&u64, &&str)| is_prime(**number) == (**said == "prime");
    let right = numbers.iter().zip(&said).filter(right).count();
    let primes = numbers.iter().filter(|number| is_prime(**number)).count();
    let text =
        format!("**{primes} of 4** are prime: the test of Miller and Rabin, which tries no divisors, says so too");
    Some(Claim::new(text, right == numbers.len(), format!("{right} of {}", numbers.len())))
}

/// All divisions, and those of the longest job, which nobody can split.
fn work(report: &Report) -> (u64, u64) {
    let all = divisions(report).unwrap_or_default();
    (all.iter().sum(), all.iter().max().copied().unwrap_or(1).max(1))
}

/// A job cannot be split: nothing ends before the longest has.
fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    let (sum, longest) = work(report);
    let bound = best_possible(report, model, variant, JOBS, true)?;
    let sequential = summary(report, Model::Sequential, variant)?.median * 1e6;
    let alone = (sequential * longest as f64 / sum.max(longest) as f64) as Nanos;
    Some(if bound.time < alone { Bound { label: "the longest job alone".to_owned(), time: alone } } else { bound })
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = words::models(report, "", "the four numbers", shared(report, 1.1));
    let (sum, longest) = work(report);
    if sum > 0 {
        out.push(format!(
            "The longest job takes **{}** divisions of **{}** in all. One job is never split, so no model can gain more than \
             **{:.1} times**.",
            grouped(longest),
            grouped(sum),
            sum as f64 / longest as f64,
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Cell, MS, Machine, Run, RunEnd, RunSpec, Trace};

    /// A report on 4 cores, in which one thread took 400 ms for these numbers and free threads 100 ms.
    fn report(link: &str, said: &str) -> Report {
        let mut values = Values::defaults(PARAMS);
        for (key, value) in link.split('&').filter_map(|pair| pair.split_once('=')) {
            values.set(PARAMS, key, value).unwrap();
        }
        let run = |repeat, elapsed| Run {
            repeat,
            end: RunEnd::Finished(Outcome::new(said)),
            elapsed,
            trace: Trace::default(),
        };
        let cell = |(model, time): (Model, Nanos)| Cell {
            model,
            variant: String::new(),
            runs: (0..3).map(|repeat| run(repeat, time)).collect(),
        };
        let models = vec![Model::Sequential, Model::FreeThreads];
        let cells = models.iter().copied().zip([400 * MS, 100 * MS]).map(cell).collect();
        let scenario = SCENARIO.id.to_owned();
        let spec = RunSpec { scenario, values, models, variants: Vec::new(), repeats: 3, seed: 42 };
        let machine = Machine { cores: 4, isolated: true, shared_memory: true, top_level: true, clock_step: 1 };
        Report { spec, machine, cells, recorded: None }
    }

    #[test]
    fn one_long_job_is_neither_split_nor_shared() {
        let gains = |report: &Report| claims(report).into_iter().find(|claim| claim.text.contains("at least 1.3"));
        let bound = |report: &Report| bound(report, Model::FreeThreads, "").unwrap();
        let alike = report("", "prime, prime, prime, prime");
        assert!(gains(&alike).unwrap().text.contains("On 4 cores"), "{:?}", gains(&alike));
        assert!((100 * MS..103 * MS).contains(&bound(&alike).time), "{:?}", bound(&alike));
        let long = report(SCENARIO.presets[1].link, "prime, prime, prime, prime");
        assert_eq!(gains(&long), None);
        assert_eq!(bound(&long).label, "the longest job alone");
        assert!(bound(&long).time > 399 * MS, "{:?}", bound(&long));
        // The long one begins last: two workers need 5 of 7 parts of the time.
        let last = report(
            "first=9000000000001&second=9000000000001&third=9000000000001&fourth=144000000000001&workers=2",
            "prime, prime, prime, prime",
        );
        assert_eq!(gains(&last), None);
    }

    #[test]
    fn the_quick_test_is_right() {
        let plain = |n: u64| n > 1 && (2..=n.isqrt()).all(|d| !n.is_multiple_of(d));
        assert!((0..20_000).all(|n| is_prime(n) == plain(n)));
        assert!(PARAMS.iter().filter(|p| p.key != "workers").all(|p| {
            let value: u64 = p.default_value().to_string().parse().unwrap_or(0);
            is_prime(value)
        }));
        assert!(is_prime(999_999_999_999_989) && !is_prime(100_000_980_001_501));
        assert!(!is_prime(3_215_031_751), "a strong pseudoprime to 2, 3, 5 and 7");
    }
}
