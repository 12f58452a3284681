//! `async for`: values that have to be waited for, from an iterator and from a generator, to the end or not.

use super::lateness::{real, speed_note, took};
use crate::aio::{Cx, Exception, Yielder};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, LaneKind, Mark, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, Variant, beside, engine_only};
use std::cell::RefCell;
use std::rc::Rc;

const END: &str = "end";
const BREAK: &str = "break";
const CLOSING: &str = "aclosing";

/// Values one by one.
pub static SCENARIO: Scenario = Scenario {
    id: "async-for",
    title: "One value after another",
    chapter: Chapter::Waiting,
    question: beside("Five values, half a second apart. You leave the loop after the third: who cleans up, and when?"),
    params: PARAMS,
    variants: &[
        Variant { id: END, label: "to the end", bad: false },
        Variant { id: BREAK, label: "break", bad: false },
        Variant { id: CLOSING, label: "break, with aclosing", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[END, BREAK, CLOSING],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| if plan.variant == BREAK && leaves(&plan.values) { 4 } else { 3 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("values", "Values", (1, 100), 5, "", "How many there are."),
    wait("every", "Every", (10, 5_000), 500, "How long each takes to arrive."),
    count("leave", "Leave after", (1, 100), 3, "values", "Where break leaves the loop."),
    SPEED,
];

/// `class Count` with `__anext__`: it remembers where it is, and has nothing to clean up.
struct Count {
    cx: Cx,
    every: Nanos,
    last: u64,
    n: u64,
}

impl Count {
    async fn next(&mut self) -> Result<Option<u64>, Exception> {
        if self.n == self.last {
            return Ok(None); // StopAsyncIteration
        }
        self.cx.sleep(self.every).await?;
        self.n += 1;
        Ok(Some(self.n))
    }
}

/// What happened around the generator, in order.
type Steps = Rc<RefCell<Vec<String>>>;

const CLEANED: &str = "cleaned up";
const AFTER: &str = "after the loop";

/// `async def` with `yield`, and a `finally`.
async fn counting(cx: Cx, plan: Rc<Plan>, items: Yielder<u64>, steps: Steps) -> Result<(), Exception> {
    let body = async {
        for n in 1..=plan.values.count("values") {
            cx.sleep(plan.values.wait("every")).await?;
            items.give(n).await?;
        }
        Ok(())
    };
    let ended = body.await;
    cx.mark(Mark::Released, 0);
    steps.borrow_mut().push(CLEANED.to_owned());
    ended
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let steps = Steps::default();
        let iterate = cx.create_task_named("iterator", over_iterator(cx.clone(), plan.clone()));
        let generate = cx.create_task_named("generator", over_generator(cx.clone(), plan.clone(), steps.clone()));
        let both = cx.gather_tasks(vec![iterate, generate]).await?;
        cx.sleep(plan.values.wait("every")).await?; // something else, while the loop goes on
        let texts: Vec<String> = both.iter().map(|values| listed(values)).collect();
        let steps = steps.take();
        let value = match texts.as_slice() {
            [iterator, generator] if iterator == generator => generator.clone(),
            _ => texts.join(" against "),
        };
        let mut outcome = Outcome::new(format!("{value}: {}", steps.join(", ")));
        outcome.lines = texts.into_iter().chain(steps).collect();
        Ok(outcome)
    })
}

async fn over_iterator(cx: Cx, plan: Rc<Plan>) -> Result<Vec<u64>, Exception> {
    let values = &plan.values;
    let (every, last) = (values.wait("every"), values.count("values"));
    let mut items = Count { cx, every, last, n: 0 };
    let mut got = Vec::new();
    while let Some(n) = items.next().await? {
        got.push(n);
        if stops(&plan, n) {
            break;
        }
    }
    Ok(got)
}

async fn over_generator(cx: Cx, plan: Rc<Plan>, steps: Steps) -> Result<Vec<u64>, Exception> {
    let mut items = cx.generator(|items| counting(cx.clone(), plan.clone(), items, steps.clone()));
    let mut got = Vec::new();
    while let Some(n) = items.next().await? {
        got.push(n);
        cx.mark(Mark::Level, n as u32);
        if stops(&plan, n) {
            break;
        }
    }
    if plan.variant == CLOSING {
        items.aclose().await?;
    }
    drop(items); // nobody holds it any more: Python notices at once
    steps.borrow_mut().push(AFTER.to_owned());
    Ok(got)
}

/// Whether the loop is left after this value.
fn stops(plan: &Plan, n: u64) -> bool {
    plan.variant != END && n == plan.values.count("leave")
}

/// Whether `break` is reached at all.
fn leaves(values: &Values) -> bool {
    values.count("leave") <= values.count("values")
}

/// Values as they are shown: `1, 2, 3`; of many only the ends.
fn listed(values: &[u64]) -> String {
    match values {
        [first, second, .., last] if values.len() > 10 => format!("{first}, {second}, … {last}"),
        _ => values.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// How many values a variant gets.
fn wanted(values: &Values, variant: &str) -> u64 {
    let all = values.count("values");
    if variant == END { all } else { all.min(values.count("leave")) }
}

/// In which order the clean-up and the line after the loop come.
fn order(values: &Values, variant: &str) -> [&'static str; 2] {
    if variant == BREAK && leaves(values) { [AFTER, CLEANED] } else { [CLEANED, AFTER] }
}

fn expected(values: &Values, variant: &str) -> String {
    let got: Vec<u64> = (1..=wanted(values, variant)).collect();
    format!("{}: {}", listed(&got), order(values, variant).join(", "))
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let mut claims = Vec::new();
    for variant in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Asyncio, variant.id) else { continue };
        let all: Vec<_> = cell.finished().collect();
        let Some((run, last)) = all.last() else { continue };
        let left = variant.id != END && leaves(values);
        let text = match variant.id {
            END => "To the end: every value **in order**, from both; the generator's finally runs **by itself**",
            _ if !left => "The loop ends before it is left: the generator's finally runs **by itself**",
            BREAK => "break: the generator cleans up **only after** the line behind the loop",
            _ => "aclosing: the generator cleans up **before** the line behind the loop",
        };
        let ok = all.iter().all(|(_, outcome)| outcome.value == expected(values, variant.id));
        claims.push(Claim::new(text, ok, last.value.clone()));
        if left {
            let own = run.trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Task).count() == 4;
            let text = match variant.id {
                BREAK => "break: the clean-up runs in **a task of its own**, which the loop makes",
                _ => "aclosing: the clean-up runs in the task that left the loop",
            };
            let measured = if own { "in a fourth task" } else { "in one of the three tasks" };
            claims.push(Claim::new(text, own == (variant.id == BREAK), measured));
        }
        let n = wanted(values, variant.id);
        let text = format!("{}: value by value, and one more wait", variant.id);
        claims.extend(took(report, Model::Asyncio, variant.id, &text, (n + 1) * values.wait("every"), n + 1));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let last = |variant: &str| report.cell(Model::Asyncio, variant).and_then(|c| c.last());
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(END) {
        let arrived = run.trace.marks(Mark::Level).count();
        out.push(format!(
            "An iterator and a generator gave the same values, **{}** each, one every {}, and the loop was free in between. To whoever asks \
             they look the same. It went: **{}**.",
            arrived,
            time(real(report, values.wait("every"))),
            outcome.value,
        ));
    }
    if let Some((_, outcome)) = last(BREAK) {
        out.push(if leaves(values) {
            format!(
                "break leaves the loop, not the generator: that one still stands at its yield. Python notices that nobody holds it \
                 any more, and the event loop closes it in a task of its own, a little later. It went: **{}**.",
                outcome.value
            )
        } else {
            format!("There were not values enough to reach break. It went: **{}**.", outcome.value)
        });
    }
    if let Some((_, outcome)) = last(CLOSING) {
        out.push(format!(
            "contextlib.aclosing closes it where you leave it, and waits for that. It went: **{}**. Use it when what the generator \
             holds must be given back at once.",
            outcome.value
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let time = real(report, (wanted(values, variant) + 1) * values.wait("every"));
    Some(Bound { label: "sum of the waits".to_owned(), time })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn claims_hold_in_between_and_a_stop_ends_it() {
        holds_anywhere(&SCENARIO);
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        assert_eq!(of(END).1.value, "1, 2, 3, 4, 5: cleaned up, after the loop");
        assert_eq!(of(BREAK).1.value, "1, 2, 3: after the loop, cleaned up");
        assert_eq!(of(CLOSING).1.value, "1, 2, 3: cleaned up, after the loop");
        assert_eq!([END, BREAK, CLOSING].map(|v| of(v).0.elapsed / MS), [3_000, 2_000, 2_000]);
    }

    #[test]
    fn leaving_at_the_last_value_still_leaves_the_generator_open() {
        let report = holds(&SCENARIO, "leave=5");
        assert_eq!(report.cells[1].last().unwrap().1.value, "1, 2, 3, 4, 5: after the loop, cleaned up");
        assert_eq!(report.cells[2].last().unwrap().1.value, "1, 2, 3, 4, 5: cleaned up, after the loop");
    }

    #[test]
    fn a_wrong_order_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let closing = report.cells[2].runs.clone();
        report.cells[1].runs = closing;
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
