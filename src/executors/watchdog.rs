//! Tells a lane that hangs from one that waits: it should compute, and shows no sign of life.

use crate::model::recorder::Pulse;
use crate::model::{MS, Nanos, SECOND, State};
use std::collections::BTreeMap;

/// How long a lane that computes may be silent; slices take 0.2 ms, so this is 25,000 of them.
///
/// Long enough for a busy machine: beside three busy loops on two cores, WebKit left healthy workers silent for two seconds.
pub const PATIENCE: Nanos = 5 * SECOND;
/// The most that one look can add: when the whole machine slept, nobody hung.
const MOST_AT_ONCE: Nanos = 250 * MS;

/// A lane that hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hung {
    /// Which one.
    pub lane: u32,
    /// How long it has been silent.
    pub silent: Nanos,
}

/// Looks at the pulses now and then.
#[derive(Debug, Default)]
pub struct Watchdog {
    last_look: Nanos,
    lanes: BTreeMap<u32, (u32, Nanos)>,
}

impl Watchdog {
    /// Looks; the first lane that should move and has not for [`PATIENCE`].
    pub fn look(&mut self, now: Nanos, pulses: impl IntoIterator<Item = Pulse>) -> Option<Hung> {
        let passed = now.saturating_sub(self.last_look).min(MOST_AT_ONCE);
        self.last_look = now;
        let mut hung = None;
        for Pulse { lane, beats, state } in pulses {
            let (last, silent) = self.lanes.entry(lane).or_insert((beats, 0));
            if *last != beats || !matches!(state, State::Running | State::Starting | State::Pickling) {
                (*last, *silent) = (beats, 0);
                continue;
            }
            *silent += passed;
            if *silent >= PATIENCE {
                hung = hung.or(Some(Hung { lane, silent: *silent }));
            }
        }
        hung
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulse(beats: u32, state: State) -> [Pulse; 1] {
        [Pulse { lane: 3, beats, state }]
    }

    /// Looks every 100 ms until a second after its patience ends.
    fn watch(of: impl Fn(u32) -> [Pulse; 1]) -> Option<Hung> {
        let mut dog = Watchdog::default();
        let looks = ((PATIENCE + SECOND) / (100 * MS)) as u32;
        (0..looks).find_map(|i| dog.look(Nanos::from(i) * 100 * MS, of(i)))
    }

    #[test]
    fn a_silent_lane_that_computes_hangs() {
        assert_eq!(watch(|_| pulse(1, State::Running)), Some(Hung { lane: 3, silent: PATIENCE }));
    }

    #[test]
    fn a_beating_lane_or_one_that_waits_does_not() {
        assert_eq!(watch(|i| pulse(i, State::Running)), None);
        assert_eq!(watch(|_| pulse(1, State::Blocked)), None);
        assert_eq!(watch(|_| pulse(1, State::Done)), None);
    }

    #[test]
    fn a_machine_that_slept_is_nobodys_fault() {
        let mut dog = Watchdog::default();
        assert_eq!(dog.look(0, pulse(1, State::Running)), None);
        assert_eq!(dog.look(3_600 * SECOND, pulse(1, State::Running)), None);
    }
}
