//! What threads and processes of real programs say they wait for, in the words of their traces.

use crate::{processes, runs, sample};
use interleave::chart::{self, Waits};
use interleave::model::{LaneKind, MS, Mark, Model, Reason, State, Trace, What};
use interleave::scenarios::{Processes, Program, REGISTRY};
use interleave::share;

/// The sentences of a trace's story, without their moments.
fn sentences(trace: &Trace) -> Vec<String> {
    chart::story(trace).into_iter().map(|(_, words)| words).collect()
}

#[test]
fn who_waits_for_a_notification_does_not_wait_for_whoever_holds_the_lock() {
    let scenario = REGISTRY.iter().find(|s| s.id == "condition").unwrap();
    let spec = share::decode("", "v=1&s=condition&speed=10").spec;
    for model in [Model::Threads, Model::FreeThreads] {
        for variant in scenario.variants {
            let (_, trace) = runs::traced_on_threads(spec.plan(model, variant.id, 0));
            // All consumers wait when the main thread takes the lock for the first time.
            let takes = trace.marks(Mark::Acquired).find(|r| r.lane == 0).unwrap();
            let words = Waits::at(&trace, takes.at).words(&trace);
            assert_eq!(words, ["consumer-1, consumer-2, consumer-3 wait for condition."], "{}", variant.id);
            // Those who were woken wait for the lock, which has a name of its own.
            for told in sentences(&trace).iter().filter(|told| told.contains(", held by")) {
                assert!(told.contains("waits for condition's lock, held by"), "{told}");
            }
        }
    }
}

#[test]
fn threads_of_a_pool_say_what_they_wait_for() {
    let spec = share::decode("", "v=1&s=futures&slow=500&limit=100&speed=10").spec;
    for model in [Model::Threads, Model::FreeThreads] {
        let (_, trace) = runs::traced_on_threads(spec.plan(model, "", 0));
        let told = sentences(&trace);
        for words in ["MainThread waits for futures.", "ThreadPoolExecutor-0_0 waits for pool's queue."] {
            assert!(told.iter().any(|told| told == words), "{words} {told:#?}");
        }
        // What has no name is the end of a thread, which only the main thread waits for.
        let nameless = trace.records.iter().filter(|r| r.what == What::Enter(State::Waiting));
        assert!(nameless.map(|r| (r.lane, r.arg)).all(|r| r == (0, Reason::Others as u32)), "{told:#?}");
        assert!(trace.levels(2).next().is_none(), "futures have no level");
    }
}

#[test]
fn what_has_no_name_is_waited_for_by_its_kind() {
    let spec = share::decode("", "v=1&s=deadlock&work=0&limit=10&speed=10").spec;
    let (_, trace) = runs::traced_on_threads(spec.plan(Model::Threads, "as-they-come", 0));
    let told = sentences(&trace);
    assert!(told.iter().any(|told| told.ends_with(" waits for a barrier.")), "{told:#?}");
    let one = sample::Story::of(LaneKind::Process, &["MainProcess"]);
    let waits = one.enter(1, 0, State::Waiting, Reason::Item as u32).enter(2, 0, State::Running, 0).trace();
    assert_eq!(Waits::at(&waits, MS).words(&waits), ["MainProcess waits for an item in a queue."]);
    assert_eq!(chart::at_cursor(&waits, MS), ["MainProcess waits for an item in a queue until 2.00 ms."]);
    assert_eq!(chart::table(&waits, 9)[0][1], "waiting for an item in a queue");
}

#[test]
fn processes_say_what_they_wait_for() {
    let mut told = std::collections::BTreeSet::new();
    for scenario in REGISTRY {
        let spec = share::decode("", &format!("v=1&s={}", scenario.id)).spec;
        for (model, variant) in share::offered_pairs(scenario, &spec) {
            let Some(Program::Processes(Processes { code: Some(code), .. })) = scenario.program(model, &variant) else {
                continue;
            };
            let run = processes::in_virtual_time(*code, &spec.plan(model, &variant, 0));
            for record in run.trace.records.iter().filter(|r| r.what == What::Enter(State::Waiting)) {
                let reason = Reason::from_code(record.arg);
                assert_ne!(reason, Reason::Others, "{} {variant}", scenario.id);
                told.insert(reason.words());
            }
            let said = sentences(&run.trace);
            let ends = said.iter().filter(|said| said.contains(" waits for the end of ")).count();
            assert!(ends >= run.trace.marks(Mark::WaitsFor).count(), "{} {variant}: {said:#?}", scenario.id);
        }
    }
    let words = [Reason::End, Reason::Item, Reason::Message, Reason::Result].map(Reason::words);
    assert!(words.iter().all(|words| told.contains(words)), "{told:?}");
}
