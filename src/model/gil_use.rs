//! What the GIL cost and gave each thread of a run, from its trace.

use super::time::{Nanos, US};
use super::trace::{Mark, Trace, What};

/// What the GIL cost and gave one thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GilUse {
    /// The thread's lane.
    pub lane: u32,
    /// How often it took the GIL from another thread.
    pub hand_overs: u32,
    /// How often it asked the holder for it.
    pub requests: u32,
    /// How often it had to give it up because it was asked to.
    pub forced: u32,
    /// For how long it held it.
    pub held: Nanos,
    /// For how long it waited for it.
    pub wanted: Nanos,
    /// For how long it neither held it nor waited for it.
    pub without: Nanos,
}

impl GilUse {
    /// Of every thread that has ended, in the order of the lanes; of a run without a GIL there is nothing to tell. Threads
    /// that took the same lane one after the other are told as one.
    pub fn of(trace: &Trace) -> Vec<GilUse> {
        let mut all: Vec<GilUse> =
            trace.lanes.iter().map(|lane| GilUse { lane: lane.id, ..GilUse::default() }).collect();
        let mut told = vec![false; all.len()];
        let places = super::LaneIndex::of(trace);
        for record in &trace.records {
            let (What::Instant(mark), Some(place)) = (record.what, places.get(record.lane)) else { continue };
            let (one, time) = (&mut all[place], Nanos::from(record.arg) * US);
            match mark {
                Mark::HandOver => one.hand_overs += 1,
                Mark::DropRequest => one.requests += 1,
                Mark::Forced => one.forced += 1,
                Mark::GilHeld => one.held += time,
                Mark::GilWanted => one.wanted += time,
                Mark::GilWithout => {
                    one.without += time;
                    told[place] = true;
                }
                _ => {}
            }
        }
        all.into_iter().zip(told).filter_map(|(one, told)| told.then_some(one)).collect()
    }
}
