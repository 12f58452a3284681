//! The guides' decision tree, walked with the reader's answers, beside what was measured.

use super::answers::{Answers, Gil, Mostly};
use super::waits;
use crate::model::stats::summary;
use crate::model::units::{percent, time, time_ms};
use crate::model::{Claim, Model, Nanos, Report, Run, SECOND, State};
use crate::scenarios::measure::{longest, name};
use crate::scenarios::waiting::lateness::{real, speed_note};

/// How near to the fastest a model must be to count as good: no clock tells them apart for certain.
const CLOSE: f64 = 1.1;

/// The share of their time that jobs really waited, in sequence, where nobody is in their way.
fn waited(report: &Report) -> Option<f64> {
    let trace = &report.cell(Model::Sequential, "")?.last()?.0.trace;
    let (slept, ran) = (trace.total(State::Sleeping), trace.total(State::Running));
    (slept + ran > 0).then(|| slept as f64 / (slept + ran) as f64)
}

fn measured(share: f64) -> Mostly {
    match share {
        s if s >= 0.9 => Mostly::Wait,
        s if s <= 0.1 => Mostly::Compute,
        _ => Mostly::Both,
    }
}

/// Models by their median time, the fastest first, ms.
fn ranking(report: &Report) -> Vec<(Model, f64)> {
    let of = |model| Some((model, summary(report, model, "")?.median));
    let mut all: Vec<_> = Model::ALL.into_iter().filter_map(of).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all
}

/// The claim that overlapping waits saves time, where they are long enough to be sure of it.
pub(super) fn overlaps(report: &Report) -> Option<Claim> {
    let spared = waits(report, Model::Sequential).saturating_sub(waits(report, Model::Asyncio));
    let (one, all) = (summary(report, Model::Sequential, "")?, summary(report, Model::Asyncio, "")?);
    (real(report, spared) >= SECOND).then(|| {
        let text = "Waiting for all jobs at once, one loop is **faster than one thread**";
        let figures = format!("{} against {}", time_ms(all.median), time_ms(one.median));
        Claim::new(text, all.median < one.median, figures).by_the_clock()
    })
}

fn run(report: &Report, model: Model) -> Option<&Run> {
    report.cell(model, "")?.last().map(|(run, _)| run)
}

/// What kept a model from being the fastest, as far as its trace tells.
fn cost(report: &Report, model: Model) -> Option<String> {
    let trace = &run(report, model)?.trace;
    let values = &report.spec.values;
    let (jobs, workers) = (values.count("jobs"), values.count("workers").max(1));
    let (rounds, waits) = (jobs.div_ceil(workers), real(report, waits(report, model)));
    let in_a_row = |one: &str, many: &str| match workers.min(jobs) {
        1 => format!("its one {one} had to wait **{rounds}** times in a row"),
        n => format!("its {n} {many} had to wait **{rounds}** times in a row"),
    };
    let (start, gil) = (longest(trace, State::Starting), trace.total(State::Gil));
    let one_core: Nanos = trace.total(State::Running);
    Some(match model {
        Model::Threads if gil > waits => format!("its threads spent **{}** waiting for the GIL", time(gil)),
        Model::Threads | Model::FreeThreads if rounds > 1 && waits > 0 => in_a_row("thread", "threads"),
        Model::Threads | Model::FreeThreads if start > 0 => {
            format!("its slowest thread took **{}** to start", time(start))
        }
        Model::Threads | Model::FreeThreads => return None,
        Model::Processes if rounds > 1 && waits > start => in_a_row("process", "processes"),
        Model::Processes | Model::Hybrid => format!("its slowest process took **{}** to start", time(start)),
        Model::Asyncio => format!("one core did all the computing, **{}**", time(one_core)),
        Model::Sequential => "one thing had to wait for the other".to_owned(),
    })
}

/// How much jobs really waited, and what the tree would name by that.
fn share(report: &Report, said: Answers) -> Option<String> {
    let share = waited(report)?;
    let mut text = format!("In sequence a job waited for **{}** of its time.", percent(share));
    let really = Answers { mostly: measured(share), ..said };
    if really.mostly != said.mostly && !said.enough {
        text += " Going by that, another answer would fit better, and the tree would ";
        text += if really.named() == said.named() { "still name" } else { "name" };
        text += &format!(" **{}**{}.", really.named().label(), really.more());
    }
    Some(text)
}

/// What the fastest model needs that the reader did not say is there.
fn if_only(winner: Model, said: Answers, waits: bool) -> Option<&'static str> {
    match winner {
        Model::FreeThreads if said.gil != Gil::Absent => {
            Some("Free threads need a Python built without the GIL. You did not say that you have one.")
        }
        Model::Asyncio | Model::Hybrid if said.block && waits && winner != said.named() => Some(
            "What jobs wait for here can be awaited. Calls that block, as you say yours do, would each stop the loop until they return.",
        ),
        _ => None,
    }
}

pub(super) fn explain(report: &Report) -> Vec<String> {
    let ranking = ranking(report);
    let Some((winner, best)) = ranking.first().copied() else { return Vec::new() };
    let mut out = Vec::new();
    let places: Vec<String> =
        ranking.iter().map(|(model, median)| format!("{} **{}**", model.label(), time_ms(*median))).collect();
    out.push(format!("Measured here, the fastest first: {}.", places.join(", ")));
    let said = Answers::of(report);
    let tree = said.named();
    let mut text =
        format!("You said: {}. The guides' tree then names **{}**{}.", said.words(), tree.label(), said.more());
    match ranking.iter().find(|(model, _)| *model == tree) {
        None => text += " It was not among the models you ran.",
        Some(_) if tree == winner => text += " It was the fastest here too.",
        Some((_, median)) if *median <= best * CLOSE => {
            text += &format!(" It was as good as the fastest: {} against {}.", time_ms(*median), time_ms(best));
        }
        Some((_, median)) => {
            let why = cost(report, tree).map(|why| format!(": {why}")).unwrap_or_default();
            text += &format!(" It took **{:.1} times** as long as {}{why}.", median / best.max(1e-6), name(winner));
            if said.enough {
                text += " Where that is quick enough, you need nothing more.";
            }
        }
    }
    out.push(text);
    out.extend(share(report, said));
    let waits = report.spec.values.wait("wait") > 0;
    out.extend(if_only(winner, said, waits).map(str::to_owned));
    out.extend(speed_note(report));
    out
}

#[cfg(test)]
mod tests {
    use super::super::SCENARIO;
    use super::*;
    use crate::model::Trace;
    use crate::scenarios::waiting::testing::holds;

    #[test]
    fn only_who_waited_in_turns_is_said_to_have() {
        let said = |link: &str| {
            let mut report = holds(&SCENARIO, &format!("compute=0&{link}"));
            let mut cell = report.cells[0].clone();
            cell.model = Model::Threads;
            cell.runs[0].trace = Trace::default();
            report.cells.push(cell);
            cost(&report, Model::Threads)
        };
        assert_eq!([said("jobs=8"), said("wait=0")], [None, None]);
        assert_eq!(said("jobs=20&workers=1").as_deref(), Some("its one thread had to wait **20** times in a row"));
        assert_eq!(said("jobs=17&workers=16").as_deref(), Some("its 16 threads had to wait **2** times in a row"));
    }

    #[test]
    fn shares_near_an_end_count_as_that_end() {
        let expected = [Mostly::Wait, Mostly::Wait, Mostly::Both, Mostly::Compute, Mostly::Compute];
        assert_eq!([1.0, 0.9, 0.5, 0.1, 0.0].map(measured), expected);
    }

    #[test]
    fn what_another_answer_would_name_is_said_where_it_would_fit_better() {
        let said = |link: &str| {
            let mut report = holds(&SCENARIO, &format!("compute=0&{link}"));
            report.cells[0].model = Model::Sequential;
            share(&report, Answers::of(&report))
                .and_then(|text| text.split_once("the tree would ").map(|t| t.1.to_owned()))
        };
        assert_eq!(said("mostly=2").as_deref(), Some("name **threads (GIL)**."));
        assert_eq!(said("mostly=2&gil=2").as_deref(), Some("still name **threads (GIL)**."));
        assert_eq!(
            said("mostly=3&many=2&calls=2").as_deref(),
            Some("name **threads (GIL)**, and a queue in front of them.")
        );
        assert_eq!([said("mostly=1"), said("mostly=2&enough=2")], [None, None]);
    }

    #[test]
    fn what_the_fastest_needs_is_said_unless_the_reader_has_it() {
        let said = |winner, link: &str| {
            let report = holds(&SCENARIO, link);
            if_only(winner, Answers::of(&report), report.spec.values.wait("wait") > 0).is_some()
        };
        for (winner, link, expected) in [
            (Model::FreeThreads, "", true),
            (Model::FreeThreads, "gil=3", false),
            (Model::Asyncio, "calls=2", true),
            (Model::Asyncio, "calls=2&wait=0&compute=1", false),
            (Model::Hybrid, "calls=2&mostly=3", false),
            (Model::Hybrid, "calls=2", true),
            (Model::Asyncio, "", false),
            (Model::Processes, "calls=2", false),
        ] {
            assert_eq!(said(winner, link), expected, "{winner:?} {link}");
        }
    }
}
