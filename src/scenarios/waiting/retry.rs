//! Requests that are tried again: a limit for each try, and a pause that doubles after every failure.

use super::lateness::{CLOSE, STEP, real, slack, speed_note, took};
use super::most_inside;
use crate::aio::{Cx, Exception, Semaphore};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, Values};
use crate::scenarios::measure::waits::makespan;
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::rc::Rc;

/// Six URLs, one of which does not answer.
pub static SCENARIO: Scenario = Scenario {
    id: "retry",
    title: "Try again, a little later",
    chapter: Chapter::Waiting,
    question: beside(
        "Six URLs, three at a time. One always fails; each is tried three times, after longer and longer pauses. How many answers, and when?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "it recovers after one failure", link: "failures=1" },
        Preset { name: "all too slow for the limit", link: "limit=500" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("urls") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("urls", "URLs", (1, 100), 6, "", "Requests to be made."),
    count("at-once", "At once", (1, 100), 3, "", "How many the semaphore lets in at a time."),
    wait("answer", "Answer", (0, 10_000), 1_000, "How long each answer or failure takes."),
    wait("limit", "Limit", (10, 10_000), 5_000, "How long one try may take."),
    count("attempts", "Tries", (1, 6), 3, "", "How often a URL is tried before it is given up."),
    wait("back-off", "Back-off", (0, 1_000), 100, "The n-th pause between tries is this times 2 to the n."),
    count("failing", "Failing URL", (0, 100), 5, "", "Which URL fails; 0 for none."),
    count("failures", "Its failures", (0, 6), 6, "", "How often it fails before it answers."),
    SPEED,
];

/// What became of a URL.
#[derive(Clone)]
struct Fetched {
    answered: bool,
    tries: u64,
    /// Its pauses between tries, as they really passed.
    pauses: Vec<Nanos>,
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let urls = plan.values.count("urls");
        let gate = Semaphore::new(&cx, "gate", plan.values.count("at-once"));
        let fetches = (1..=urls).map(|url| fetch_with_retry(cx.clone(), plan.clone(), gate.clone(), url));
        let all = cx.gather(fetches).await?;
        let answered = all.iter().filter(|fetched| fetched.answered).count();
        let mut outcome = Outcome::new(format!("{answered} of {urls} answered"));
        for (url, fetched) in (1..).zip(&all) {
            outcome = outcome.with(&format!("tries-{url}"), fetched.tries as f64);
            if url == shown(&plan.values) {
                for (n, pause) in (1..).zip(&fetched.pauses) {
                    outcome = outcome.with(&format!("pause-{n}"), *pause as f64);
                }
            }
            if !fetched.answered {
                outcome = outcome.line(format!("URL {url}: given up after {} tries", fetched.tries));
            }
        }
        Ok(outcome)
    })
}

/// Tries until there is an answer or no try is left. It stays inside the gate during its pauses too.
async fn fetch_with_retry(cx: Cx, plan: Rc<Plan>, gate: Semaphore, url: u64) -> Result<Fetched, Exception> {
    let values = &plan.values;
    let mut fetched = Fetched { answered: false, tries: 0, pauses: Vec::new() };
    let _inside = gate.acquire().await?;
    let attempts = values.count("attempts");
    for attempt in 1..=attempts {
        cx.mark(Mark::Job, attempt as u32);
        fetched.tries = attempt;
        let fails = url == values.count("failing") && attempt <= values.count("failures");
        match cx.wait_for(values.wait("limit"), fetch(cx.clone(), values.wait("answer"), fails)).await {
            Ok(()) => {
                fetched.answered = true;
                break;
            }
            Err(e) if e.is_timeout() || e.kind == "ConnectionError" => {}
            Err(e) => return Err(e),
        }
        if attempt < attempts {
            let from = cx.now();
            cx.sleep(pause(values, attempt)).await?;
            fetched.pauses.push(cx.now() - from);
        }
    }
    Ok(fetched)
}

async fn fetch(cx: Cx, answer: Nanos, fails: bool) -> Result<(), Exception> {
    cx.sleep(answer).await?;
    if fails { Err(Exception::new("ConnectionError", "no answer")) } else { Ok(()) }
}

/// The pause after the n-th failure: twice as long each time.
fn pause(values: &Values, attempt: u64) -> Nanos {
    values.wait("back-off") << attempt
}

fn too_slow(values: &Values) -> bool {
    values.wait("answer") >= values.wait("limit")
}

/// Whether an answer comes so shortly before the limit that a real clock may decide either way.
fn close_call(report: &Report) -> bool {
    let values = &report.spec.values;
    !too_slow(values) && real(report, values.wait("limit") - values.wait("answer")) < CLOSE
}

/// The URL looked at closely: the failing one, or the first.
fn shown(values: &Values) -> u64 {
    let failing = values.count("failing");
    if (1..=values.count("urls")).contains(&failing) { failing } else { 1 }
}

/// What the plan makes of a URL: its tries, and whether the last of them is answered.
fn expected(values: &Values, url: u64) -> (u64, bool) {
    let attempts = values.count("attempts");
    let fails = if url == values.count("failing") { values.count("failures") } else { 0 };
    if too_slow(values) || fails >= attempts { (attempts, false) } else { (fails + 1, true) }
}

/// When the last URL is done, if each goes in when the first place is free.
fn total(values: &Values) -> Nanos {
    let takes = |url| {
        let (tries, _) = expected(values, url);
        let pauses: Nanos = (1..tries).map(|attempt| pause(values, attempt)).sum();
        tries * values.wait("answer").min(values.wait("limit")) + pauses
    };
    makespan(&(1..=values.count("urls")).map(takes).collect::<Vec<_>>(), values.count("at-once"))
}

fn inside(run: &Run) -> usize {
    most_inside(&run.trace, 0)
}

/// The pauses of the URL looked at, as they really passed.
fn pauses(outcome: &Outcome) -> Vec<Nanos> {
    (1..).map_while(|n| outcome.figure(&format!("pause-{n}"))).map(|pause| pause as Nanos).collect()
}

fn listed(waits: &[Nanos]) -> String {
    waits.iter().map(|wait| time(*wait)).collect::<Vec<_>>().join(", ")
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let runs: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = runs.last() else { return Vec::new() };
    let (urls, attempts) = (values.count("urls"), values.count("attempts"));
    let most = values.count("at-once").min(urls) as usize;
    let mut claims = vec![Claim::new(
        format!("Never more than **{most}** URLs inside, and at some moment that many"),
        runs.iter().all(|(run, _)| inside(run) == most),
        format!("{} at once", inside(last)),
    )];
    if close_call(report) {
        return claims;
    }
    let answered = (1..=urls).filter(|url| expected(values, *url).1).count();
    let right = format!("{answered} of {urls} answered");
    let ok = runs.iter().all(|(_, outcome)| outcome.value == right);
    claims.push(Claim::new(format!("**{right}**"), ok, outcome.value.clone()));
    let tries = |outcome: &Outcome, url: u64| outcome.figure(&format!("tries-{url}")).unwrap_or(0.0) as u64;
    let (url, (planned, answers)) = (shown(values), expected(values, shown(values)));
    let ok = runs.iter().all(|(_, o)| (1..=urls).all(|url| tries(o, url) == expected(values, url).0));
    let end = if answers { "then answers" } else { "then given up" };
    claims.push(Claim::new(
        format!("URL {url} is tried **{planned}** of {attempts} times, {end}; no other more often than needed"),
        ok,
        format!("{} tries, {} in all", tries(outcome, url), last.trace.marks(Mark::Job).count()),
    ));
    let waits: Vec<Nanos> = (1..planned).map(|n| real(report, pause(values, n))).collect();
    if !waits.is_empty() && values.wait("back-off") > 0 {
        let late = slack(1);
        let fits = |(seen, wait): (&Nanos, &Nanos)| *seen + STEP >= *wait && *seen <= *wait + late;
        let all = |seen: &[Nanos]| seen.len() == waits.len() && seen.iter().zip(&waits).all(fits);
        let text = format!("It pauses **{}** between its tries (each at most {} late)", listed(&waits), time(late));
        let ok = runs.iter().all(|(_, outcome)| all(&pauses(outcome)));
        claims.push(Claim::new(text, ok, listed(&pauses(outcome))).by_the_clock());
    }
    // One URL at most fails; all are tried again where none is in time.
    let rounds = urls.div_ceil(most.max(1) as u64);
    let steps = if too_slow(values) { rounds * 2 * planned } else { rounds + 2 * planned };
    claims.extend(took(report, Model::Asyncio, "", "All is over after", total(values), steps));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let limits = run.trace.marks(Mark::TimedOut).count();
    let mut out = vec![format!(
        "**{}** after **{}**. It took {} tries; **{limits}** of them ran into the limit of {}.",
        outcome.value,
        time(run.elapsed),
        run.trace.marks(Mark::Job).count(),
        time(real(report, values.wait("limit"))),
    )];
    let waited = if values.wait("back-off") > 0 { pauses(outcome) } else { Vec::new() };
    if !waited.is_empty() {
        let further = if waited.len() > 1 {
            " Every further pause is twice as long, so a service in trouble is asked less and less often."
        } else {
            ""
        };
        out.push(format!("URL {} was asked again after **{}**.{further}", shown(values), listed(&waited)));
    }
    let longest = waited.iter().sum::<Nanos>();
    if longest > 0 && (inside(run) as u64) < values.count("urls") {
        out.push(format!(
            "It kept its place in the gate for those **{}** too. Other URLs could have used it.",
            time(longest)
        ));
    }
    if close_call(report) {
        out.push("Answers need very nearly the whole limit, so a loop that is a little late decides. The result may change from run to run.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "tries and pauses".to_owned(), time: real(report, total(&report.spec.values)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::MS;

    fn came_to(link: &str) -> (String, Vec<Nanos>, Nanos) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        (outcome.value.clone(), pauses(outcome), run.elapsed)
    }

    #[test]
    fn claims_hold_at_every_end_and_in_between() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
    }

    #[test]
    fn the_figures() {
        // As in CPython: the failing URL begins with the second round and needs 1 + 0.2 + 1 + 0.4 + 1 s.
        assert_eq!(came_to(""), ("5 of 6 answered".to_owned(), vec![200 * MS, 400 * MS], 4_600 * MS));
        assert_eq!(came_to("failures=1"), ("6 of 6 answered".to_owned(), vec![200 * MS], 3_200 * MS));
        assert_eq!(came_to("failing=0"), ("6 of 6 answered".to_owned(), vec![], 2_000 * MS));
        assert_eq!(came_to("limit=500").0, "0 of 6 answered");
        assert_eq!(came_to("limit=500").2, 2 * (3 * 500 + 600) * MS);
    }

    #[test]
    fn pauses_are_told_of_as_far_as_there_are_any() {
        let told = |link: &str| explain(&holds(&SCENARIO, link)).join(" ");
        let none = told("back-off=0");
        assert!(!none.contains("asked again") && !none.contains("Every further"), "{none}");
        let one = told("failures=1");
        assert!(one.contains("asked again after **200 ms**") && !one.contains("Every further"), "{one}");
        assert!(told("").contains("**200 ms, 400 ms**. Every further pause is twice as long"));
    }

    #[test]
    fn a_url_given_up_too_early_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "attempts", "4").unwrap();
        assert!(claims(&report).iter().filter(|claim| !claim.ok).count() >= 3);
    }
}
