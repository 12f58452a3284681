//! What the trace tells of the GIL, and the switch interval that a plan or a program sets.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use super::super::Burst;
use super::script::ordered;
use super::{drive, finish, plan, small};
use crate::model::params::SWITCH_INTERVAL;
use crate::model::{GilUse, MS, Mark, Model, Outcome, Plan, State, US};
use crate::threading::*;

/// A thread that sleeps until it has taken the GIL so often from one that computes and never lets go of it by itself.
fn beside(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let gil = cx.gil.clone().unwrap();
    if plan.values.count(SWITCH_INTERVAL.key) == 0 {
        gil.set_interval(300 * US);
    }
    let sleeper = Thread::new("sleeper", move |cx| {
        while cx.account.hand_overs() < 20 {
            cx.sleep(100 * US)?;
        }
        Ok(())
    });
    sleeper.start(cx)?;
    while sleeper.is_alive() {
        cx.busy(50 * US)?;
    }
    Ok(Outcome::new((gil.interval() / US).to_string()))
}

#[test]
fn the_interval_is_set_by_the_plan_or_the_program_and_a_sleeper_waits_that_long_to_get_on() {
    let make: fn(&Plan) -> Arc<dyn ThreadsRun> = |plan| Script::new(plan, beside).threads(["sleeper"]).build();
    for micros in [0, 200, 1_000] {
        let mut order = ordered(Model::Threads, |_| 2, make);
        if micros > 0 {
            order.plan.values.set(&[SWITCH_INTERVAL], SWITCH_INTERVAL.key, &micros.to_string()).unwrap();
        }
        let (end, trace) = drive(order, |_| ());
        let Burst::Done { outcome, elapsed } = end else { panic!("{end:?}") };
        let interval = if micros == 0 { 300 } else { micros };
        assert_eq!(outcome.value, interval.to_string());
        let [main, sleeper] = GilUse::of(&trace).try_into().unwrap();
        assert!(sleeper.hand_overs == 20 && main.forced >= 19, "{main:?} {sleeper:?}");
        assert!(sleeper.requests >= main.forced, "{main:?} {sleeper:?}");
        assert!(sleeper.wanted >= u64::from(sleeper.requests) * interval * US, "{sleeper:?}");
        assert!(sleeper.without >= 19 * 100 * US, "{sleeper:?}");
        for one in [main, sleeper] {
            assert!(one.held + one.wanted + one.without <= trace.end.max(elapsed) + MS, "{one:?} of {elapsed}");
        }
    }
}

#[test]
fn what_is_told_adds_up_and_is_only_told_of_threads_with_a_gil() {
    for (id, variant) in [("gil-cpu", ""), ("hashing", "ours"), ("race", "lock")] {
        let (_, trace) = finish(plan(id, Model::Threads, variant, small(id)));
        let told = GilUse::of(&trace);
        assert_eq!(told.len(), trace.lanes.len(), "{id}");
        let sum = |of: fn(&GilUse) -> u32| told.iter().map(of).sum::<u32>() as usize;
        assert_eq!(sum(|one| one.hand_overs), trace.marks(Mark::HandOver).count());
        // One thread at a time holds it, however the clock is rounded.
        assert!(told.iter().map(|one| one.held).sum::<u64>() <= trace.end);
        let wanted: u64 = told.iter().map(|one| one.wanted).sum();
        assert!(wanted <= trace.total(State::Gil) + MS, "{id}");
        let (_, trace) = finish(plan(id, Model::FreeThreads, variant, small(id)));
        assert_eq!(GilUse::of(&trace), []);
    }
}
