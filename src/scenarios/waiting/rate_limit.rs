//! So many calls a second: a limiter that lets all who wait through at once, and one that gives each its own moment.

use super::lateness::{STEP, real, speed_note, took};
use crate::aio::{Cx, Exception, Semaphore};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, SECOND, Trace, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const NAIVE: &str = "naive";
const RESERVING: &str = "reserving";

/// How late a busy loop may wake a task, where a run does not say how late it was (older recordings).
const LATE: Nanos = 25 * MS;

/// Fifty calls, ten a second.
pub static SCENARIO: Scenario = Scenario {
    id: "rate-limit",
    title: "So many a second",
    chapter: Chapter::Waiting,
    question: beside(
        "A service allows ten calls a second. Before its call, each of five tasks looks when the last one was, and waits until a tenth of a second has passed. Is that enough?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: NAIVE, label: "look, wait, write", bad: true },
        Variant { id: RESERVING, label: "reserve, then wait", bad: false },
    ],
    presets: &[
        Preset { name: "one at a time", link: "at-once=1" },
        Preset { name: "slow calls", link: "at-once=20&work=1000" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[NAIVE, RESERVING],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("calls") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("calls", "Calls", (1, 500), 50, "", "Calls to be made, a task for each."),
    count("at-once", "At once", (1, 50), 5, "", "How many tasks a semaphore lets in to wait and call."),
    count("rate", "Allowed", (1, 50), 10, "a second", "How many calls the service allows in any second."),
    wait("work", "Call", (0, 5_000), 100, "How long each call takes."),
    SPEED,
];

/// A limiter and what it has done.
struct Limiter {
    cx: Cx,
    interval: Nanos,
    /// Naive: when the last call began. Reserving: the first moment that is still free.
    moment: Cell<Option<Nanos>>,
    /// Naive: the moment each call waited for, as it worked it out. Reserving: its own.
    aims: RefCell<Vec<Nanos>>,
    /// How long after its moment a call began at most.
    late: Cell<Nanos>,
}

impl Limiter {
    fn new(cx: &Cx, values: &Values) -> Self {
        let interval = SECOND / values.count("rate").max(1);
        Self { cx: cx.clone(), interval, moment: Cell::default(), aims: RefCell::default(), late: Cell::default() }
    }

    /// Others read the same moment while this one sleeps: they all wake at once.
    async fn look_and_wait(&self) -> Result<Nanos, Exception> {
        let now = self.cx.time();
        let aim = self.moment.get().map_or(now, |last| now.max(last + self.interval));
        self.aims.borrow_mut().push(aim);
        if aim > now {
            self.cx.sleep(aim - now).await?;
        }
        self.moment.set(Some(self.cx.time()));
        Ok(aim)
    }

    /// The moment is taken before anybody else can look: there is no await in between.
    async fn reserve_and_wait(&self) -> Result<Nanos, Exception> {
        let now = self.cx.time();
        let aim = self.moment.get().map_or(now, |free| now.max(free));
        self.moment.set(Some(aim + self.interval));
        self.aims.borrow_mut().push(aim);
        if aim > now {
            self.cx.sleep(aim - now).await?;
        }
        Ok(aim)
    }

    /// A call whose moment this was has begun.
    fn begun(&self, aim: Nanos) {
        self.late.set(self.late.get().max(self.cx.time().saturating_sub(aim)));
    }

    /// The least time between two moments that calls waited for.
    fn nearest(&self) -> Option<Nanos> {
        let mut aims = self.aims.borrow().clone();
        aims.sort_unstable();
        aims.iter().zip(aims.iter().skip(1)).map(|(one, next)| next - one).min()
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (calls, work) = (plan.values.count("calls"), plan.values.wait("work"));
        let gate = Semaphore::new(&cx, "gate", plan.values.count("at-once"));
        let limiter = Rc::new(Limiter::new(&cx, &plan.values));
        let naive = plan.variant == NAIVE;
        cx.gather((1..=calls).map(|number| {
            let (cx, gate, limiter) = (cx.clone(), gate.clone(), limiter.clone());
            async move {
                let _inside = gate.acquire().await?;
                let aim = if naive { limiter.look_and_wait().await? } else { limiter.reserve_and_wait().await? };
                cx.mark(Mark::Job, number as u32);
                limiter.begun(aim);
                cx.sleep(work).await
            }
        }))
        .await?;
        let outcome = Outcome::new(format!("{} calls made", grouped(calls))).with("late", limiter.late.get() as f64);
        Ok(match limiter.nearest() {
            Some(nearest) => outcome.with("nearest", nearest as f64),
            None => outcome,
        })
    })
}

/// When each call began, ascending.
fn began(trace: &Trace) -> Vec<Nanos> {
    let mut began: Vec<Nanos> = trace.marks(Mark::Job).map(|mark| mark.at).collect();
    began.sort_unstable();
    began
}

/// The most calls that began within any window of this length.
fn most_within(trace: &Trace, window: Nanos) -> usize {
    let began = began(trace);
    let mut first = 0;
    let mut most = 0;
    for (last, at) in began.iter().enumerate() {
        while began.get(first).is_some_and(|early| at - early >= window) {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

/// Begin of the last call and end of all under the reserving limiter: each call has a place in the gate and a moment.
fn paced(values: &Values) -> Nanos {
    let (interval, work) = (SECOND / values.count("rate").max(1), values.wait("work"));
    let mut begins: Vec<Nanos> = Vec::new();
    for call in 0..values.count("calls") as usize {
        let place = call.checked_sub(values.count("at-once") as usize).and_then(|before| begins.get(before));
        let moment = begins.last().map_or(0, |last| last + interval);
        begins.push(moment.max(place.map_or(0, |begin| begin + work)));
    }
    begins.last().map_or(0, |last| last + work)
}

/// How long after its moment a call began at most, of the simulated world.
fn late(report: &Report, outcome: &Outcome) -> Nanos {
    outcome.figure("late").map_or(LATE * report.spec.values.speed(), |late| late as Nanos)
}

/// How many more may be seen to begin in a second: one where it begins and ends on a call, and as many as have their moment
/// while a call is late, or a step of the clock before it is.
fn edge(report: &Report, outcome: &Outcome) -> usize {
    let values = &report.spec.values;
    let interval = SECOND / values.count("rate").max(1);
    1 + ((late(report, outcome) + STEP * values.speed()) / interval) as usize
}

/// Whether the naive limiter must be seen to let too many through. At the start all but the first wait for one moment; later
/// those who wait go together, once in a call and an interval, if there are calls enough.
fn must_burst(values: &Values) -> bool {
    let (calls, rate, at_once) = (values.count("calls"), values.count("rate"), values.count("at-once"));
    let cycle = SECOND + rate * values.wait("work");
    let later = at_once * SECOND >= 2 * cycle && calls >= 3 * rate + at_once;
    at_once >= 3 && (at_once.min(calls) >= rate + 2 || later)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let rate = values.count("rate") as usize;
    let second = real(report, SECOND);
    let most = |run: &Run| most_within(&run.trace, second);
    let mut claims = Vec::new();
    for (variant, name) in [(NAIVE, "naive"), (RESERVING, "reserving")] {
        let Some(cell) = report.cell(Model::Asyncio, variant) else { continue };
        let runs: Vec<_> = cell.finished().collect();
        let Some((last, outcome)) = runs.last() else { continue };
        let all = values.count("calls") as usize;
        let made = began(&last.trace).len();
        let ok = runs.iter().all(|(run, _)| began(&run.trace).len() == all);
        claims.push(Claim::new(format!("The {name} limiter makes all **{all}** calls"), ok, format!("{made} made")));
        let measured = format!("{} in one second", most(last));
        let nearest = outcome.figure("nearest").map_or_else(|| "one call".to_owned(), |t| time(t as Nanos));
        if variant == RESERVING {
            let text = format!(
                "The reserving limiter never lets more than **{rate}** begin in a second (one more may fall on its edge, others come late)"
            );
            let ok = runs.iter().all(|(run, outcome)| most(run) <= rate + edge(report, outcome));
            let measured = match edge(report, outcome) {
                1 => measured,
                edge => {
                    let late = time(late(report, outcome));
                    format!(
                        "{measured}; {edge} more may be seen: calls came up to {late} late, on a clock that goes in steps"
                    )
                }
            };
            claims.push(Claim::new(text, ok, measured).by_the_clock());
            let interval = SECOND / rate.max(1) as u64;
            let ok = runs.iter().all(|(_, o)| o.figure("nearest").is_none_or(|nearest| nearest >= interval as f64));
            let text = format!("No two calls reserve moments nearer than **{}**", time(interval));
            claims.push(Claim::new(text, ok, nearest));
        } else if must_burst(values) {
            let ok = runs.iter().all(|(run, _)| most(run) > rate);
            let text = format!("The naive limiter lets **more than {rate}** begin in a second");
            claims.push(Claim::new(text, ok, measured).by_the_clock());
            let ok = runs.iter().all(|(_, o)| o.figure("nearest").is_some_and(|nearest| nearest == 0.0));
            claims.push(Claim::new("Several naive calls wait for **the same moment**", ok, format!("{nearest} apart")));
        }
    }
    let what = "With moments reserved, all is over after";
    let turns = values.count("calls").div_ceil(values.count("at-once").max(1));
    claims.extend(took(report, Model::Asyncio, RESERVING, what, paced(values), turns));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let (rate, second) = (values.count("rate"), real(report, SECOND));
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|c| c.last()).map(|(run, _)| run);
    let mut out = Vec::new();
    if let Some(run) = last(NAIVE) {
        let most = most_within(&run.trace, second);
        let seen = format!(
            "The naive limiter made its calls in **{}**, up to **{most}** of them in one second.",
            time(run.elapsed)
        );
        out.push(if most as u64 > rate {
            format!(
                "{seen} Allowed are {rate}. While one task sleeps, the next ones look at the same last call. They work out \
                 the same moment, and then they all go at once. There is one thread, but there is an await between looking \
                 and writing."
            )
        } else {
            format!("{seen} Allowed are {rate}, so it kept the limit here: too few tasks looked at the same last call.")
        });
    }
    if let Some(run) = last(RESERVING) {
        let begins = began(&run.trace);
        let gaps: Vec<Nanos> = begins.iter().zip(begins.iter().skip(1)).map(|(one, next)| next - one).collect();
        let gap =
            gaps.iter().min().map_or_else(String::new, |gap| format!(" The shortest gap was **{}**.", time(*gap)));
        out.push(format!(
            "The reserving limiter took **{}**. At most **{}** calls began in one second.{gap} Each call takes its \
             moment first and sleeps then, so nobody else can take the same one.",
            time(run.elapsed),
            most_within(&run.trace, second),
        ));
    }
    out.extend(
        speed_note(report).filter(|_| !out.is_empty()).map(|note| format!("{note} Its seconds are shorter too.")),
    );
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "at the allowed rate".to_owned(), time: real(report, paced(&report.spec.values)) })
}

#[cfg(test)]
mod tests;
