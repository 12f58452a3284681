//! A real database behind a pool of connections: many small transactions against one.

use super::figures::{gain, instead, took, with_place, with_time};
use crate::aio::outside::{DatabaseOp, Place, Step};
use crate::aio::{Cx, Exception, Operation};
use crate::model::params::count;
use crate::model::units::{grouped, time, time_ms, times};
use crate::model::{Claim, Model, Outcome, Param, Plan, Report, State};
use crate::scenarios::{Arrangement, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only};
use rust_decimal::Decimal;
use std::rc::Rc;

mod pool;
use pool::Pool;

const EACH: &str = "each";
const ONE: &str = "one";

/// Rows in the browser's own database.
pub static SCENARIO: Scenario = Scenario {
    id: "database",
    title: "A real database",
    chapter: Chapter::Waiting,
    question: beside(
        "200 rows go into a real database: each in a transaction of its own, or all in one. What does a pool gain?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: EACH, label: "a transaction each", bad: false },
        Variant { id: ONE, label: "one transaction", bad: false },
    ],
    presets: &[Preset { name: "a pool of one", link: "pool-min=1&pool-max=1" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[EACH, ONE],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 3,
    kernel: None,
    tasks: |plan| if plan.variant == ONE { 1 } else { 1 + plan.values.count("rows") as usize },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("rows", "Rows", (1, 1_000), 200, "", "Rows to insert; then some are read, one changed, one deleted."),
    count("pool-min", "Pool, at least", (1, 20), 5, "", "Connections opened before the work begins."),
    count("pool-max", "Pool, at most", (1, 20), 20, "", "Connections opened at most; who finds none free waits."),
];

/// The price in row `id`.
fn price(id: u32) -> Decimal {
    Decimal::new(6_000 + i64::from(id) * 37 % 500, 2)
}

fn changed() -> Decimal {
    Decimal::new(99_99, 2)
}

fn insert(id: u32) -> Step {
    Step::Insert(id, price(id).to_string())
}

/// What follows the inserts: some rows, one row, a change, a deletion, and all rows at last.
fn others(rows: u32) -> [Step; 5] {
    let change = Step::Update(1, changed().to_string());
    [Step::Range(1, rows.div_ceil(2)), Step::One(rows.div_ceil(2)), change, Step::Delete(rows), Step::Range(1, rows)]
}

/// What the table holds at last.
fn expected(rows: u32) -> Vec<Decimal> {
    (1..rows).map(|id| if id == 1 { changed() } else { price(id) }).collect()
}

async fn insert_one(pool: Pool, id: u32) -> Result<(), Exception> {
    let connection = pool.acquire().await?;
    connection.transact(vec![insert(id)]).await?;
    Ok(())
}

/// What the steps after the inserts found, in order.
async fn work(cx: &Cx, plan: &Plan, pool: &Pool) -> Result<Vec<Vec<String>>, Exception> {
    let rows = plan.values.count("rows") as u32;
    if plan.variant == ONE {
        let steps = (1..=rows).map(insert).chain(others(rows)).collect();
        let found = pool.acquire().await?.transact(steps).await?;
        return Ok(found.into_iter().skip(rows as usize).collect());
    }
    cx.gather((1..=rows).map(|id| insert_one(pool.clone(), id))).await?;
    let mut found = Vec::new();
    for step in others(rows) {
        found.extend(pool.acquire().await?.transact(vec![step]).await?);
    }
    Ok(found)
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let place: Place = cx.ask(Operation::Database(DatabaseOp::Create)).await?;
        let done = in_pool(&cx, &plan).await;
        // finally: whatever happened, nothing is left in the reader's browser.
        let deleted = cx.ask::<()>(Operation::Database(DatabaseOp::Delete)).await;
        let outcome = done?;
        deleted?;
        Ok(with_place(outcome, place))
    })
}

async fn in_pool(cx: &Cx, plan: &Plan) -> Result<Outcome, Exception> {
    let values = &plan.values;
    let pool = Pool::create(cx, values.count("pool-min"), values.count("pool-max")).await?;
    let begun = cx.now();
    let found = work(cx, plan, &pool).await?;
    let outcome = with_time(Outcome::default(), cx, begun);
    let rows = values.count("rows") as u32;
    let [some, one, _, _, all] = &found[..] else {
        return Err(Exception::new("ValueError", "not as many answers as questions"));
    };
    let read = |texts: &[String]| texts.iter().filter_map(|text| text.parse().ok()).collect::<Vec<Decimal>>();
    let (some, one, all) = (read(some), read(one), read(all));
    let wanted = expected(rows);
    let mut right = all.iter().zip(&wanted).filter(|(a, b)| a == b).count();
    let before = (1..=rows.div_ceil(2)).map(price);
    if all.len() != wanted.len() || !some.iter().copied().eq(before) || one != [price(rows.div_ceil(2))] {
        right = right.min(wanted.len().saturating_sub(1));
    }
    let all_right = right == wanted.len() && one.len() == 1;
    let sum: Decimal = all.iter().sum();
    let value = format!("{} rows, {sum:.2} in all", grouped(all.len() as u64));
    Ok(Outcome { value, ..outcome }
        .with("right", right as f64)
        .with("all right", f64::from(u8::from(all_right)))
        .with("opened", f64::from(pool.opened())))
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (rows, most) = (values.count("rows"), values.count("pool-max"));
    let mut claims = Vec::new();
    let ended: Vec<&Outcome> = report.cells.iter().flat_map(|cell| cell.finished()).map(|(_, o)| o).collect();
    let figure = |o: &Outcome, name| o.figure(name).map_or(0, |f| f as u64);
    if let Some(least) = ended.iter().map(|o| figure(o, "right")).min() {
        let ok = ended.iter().all(|o| figure(o, "all right") == 1);
        let measured = format!("{} of {} rows", grouped(least), grouped(rows - 1));
        claims.push(Claim::new("What is read is what was written, changed and not deleted", ok, measured));
    }
    if let Some(opened) = ended.iter().map(|o| figure(o, "opened")).max() {
        let text = format!("The pool never opens more than **{most}** connections");
        claims.push(Claim::new(text, opened <= most, format!("{opened} opened")));
    }
    if let Some(cell) = report.cell(Model::Asyncio, EACH) {
        // A task sleeps while the database works for it, and only then.
        let peaks = cell.finished().map(|(run, _)| super::surely_in(&run.trace, State::Sleeping) as u64);
        if let Some(peak) = peaks.max() {
            let text = format!("Never more than **{most}** tasks use the database at once");
            claims.push(Claim::new(text, peak <= most, format!("{peak} at once")));
        }
    }
    if let (Some(each), Some(one)) = (took(report, EACH), took(report, ONE))
        && rows >= 20
        && each > 0.0
    {
        let measured = format!("{} against {}", time_ms(one), time_ms(each));
        claims
            .push(Claim::new("One transaction is quicker than one for each row", one < each, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let (rows, most) = (values.count("rows"), values.count("pool-max"));
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|cell| cell.last());
    let mut out = Vec::new();
    if let (Some(ms), Some((run, outcome))) = (took(report, EACH), last(EACH)) {
        let waited = run.trace.spans().iter().filter(|span| span.state == State::Blocked).count() as u64;
        let all = run.trace.total(State::Blocked);
        out.push(format!(
            "{} rows in transactions of their own took **{}**. The pool opened **{}** connections, {most} are allowed. \
             **{}** tasks found none free and waited, {} each on average.",
            grouped(rows),
            time_ms(ms),
            outcome.figure("opened").unwrap_or(0.0),
            grouped(waited),
            time(all / waited.max(1)),
        ));
    }
    if let (Some(ms), Some((_, outcome))) = (took(report, ONE), last(ONE)) {
        out.push(format!(
            "One transaction with all of it took **{}**. It needed a single connection; the pool had opened {} in advance.",
            time_ms(ms),
            outcome.figure("opened").unwrap_or(0.0)
        ));
    }
    if let Some(ratio) = gain(took(report, EACH), took(report, ONE)) {
        out.push(format!(
            "One transaction was **{}** as fast. Before you enlarge a pool, ask your database fewer questions.",
            times(ratio)
        ));
    }
    match instead(report) {
        _ if out.is_empty() => {}
        Some(why) => out.push(format!(
            "Your browser gave this page no IndexedDB ({why}). **Memory stood in** for it: the pool is the same, but no \
             database took part."
        )),
        None => out.push(
            "The rows lay in an IndexedDB of your browser, and each connection was one of its own. It is **deleted** again."
                .to_owned(),
        ),
    }
    out
}

#[cfg(test)]
mod tests;
