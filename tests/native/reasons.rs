//! What threads and processes of real programs say they wait for, in the words of their traces.

use crate::runs;
use interleave::chart::{self, Waits};
use interleave::model::{Mark, Model, Trace};
use interleave::scenarios::REGISTRY;
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
