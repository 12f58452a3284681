//! Whether a program of processes can ever go on: all of them rest, and nothing is on its way to any.
//!
//! Each process is asked how it stands, in waves: the next one is asked for only when all have answered the last. Who rests in
//! two waves that follow each other, and had no turn in between, rested at every moment between the last answer of the first and
//! the first question of the second, and so did all the others. If as much was heard as was sent then, nobody can be woken any more.

use crate::model::{Deadlock, Failure, Mail, Nanos, Rest, SECOND, Stuck};
use std::collections::BTreeMap;

/// How long everything must rest for a message to be missed that was sent and never heard. They take milliseconds.
const MISSED: Nanos = 2 * SECOND;
/// And for how many waves: a computer that slept meanwhile has delivered nothing.
const WAVES: u32 = 5;

/// How all of them stood at one moment, by their numbers; the main process is 0.
type Wave = BTreeMap<u32, Rest>;

/// Asks in waves, and draws the conclusion.
#[derive(Debug, Default)]
pub struct Waves {
    number: u32,
    answers: BTreeMap<u32, Option<Rest>>,
    /// The last wave in which all rested, since when they have, and for how many waves.
    last: Option<(Nanos, u32, Wave)>,
    /// What those sent and heard that have ended.
    gone: Mail,
    /// Somebody was ended from outside: nobody knows what it had sent and heard.
    unknown: bool,
}

impl Waves {
    /// The number to ask with.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What process `process` answered to the question with this number; `None` when it does not rest.
    pub fn answer(&mut self, number: u32, process: u32, rest: Option<Rest>) {
        if number == self.number {
            self.answers.insert(process, rest);
        }
    }

    /// A process has ended, and had sent and heard this; `None` when it was ended from outside.
    pub fn gone(&mut self, mail: Option<Mail>) {
        match mail {
            Some(mail) => self.gone.add(mail),
            None => self.unknown = true,
        }
        self.begin_anew();
    }

    /// A process has been started, or what else there is changed: whatever was answered counts no more.
    pub fn begin_anew(&mut self) {
        self.last = None;
        self.next();
    }

    fn next(&mut self) {
        self.number = self.number.wrapping_add(1);
        self.answers.clear();
    }

    /// At `now` the main process stands like this (`None`: it does not rest), and these are its children, with their names. What
    /// follows once all of them have answered: nothing, or why none can go on.
    pub fn look(&mut self, now: Nanos, main: Option<Rest>, children: &BTreeMap<u32, String>) -> Option<Failure> {
        if !children.keys().all(|process| self.answers.contains_key(process)) {
            return None;
        }
        let answers =
            std::mem::take(&mut self.answers).into_iter().filter(|(process, _)| children.contains_key(process));
        let wave: Option<Wave> = [(0, main)].into_iter().chain(answers).map(|(p, rest)| Some((p, rest?))).collect();
        self.next();
        let Some(wave) = wave else {
            self.last = None;
            return None;
        };
        let Some((since, waves, _)) = self.last.take().filter(|(_, _, last)| *last == wave) else {
            self.last = Some((now, 1, wave));
            return None;
        };
        let missed = now.saturating_sub(since) >= MISSED && waves >= WAVES;
        let mut mail = self.gone;
        wave.values().for_each(|rest| mail.add(rest.mail));
        if mail.sent == mail.heard && !self.unknown || missed && self.unknown {
            return Some(Failure::Deadlock(named(now, wave, children)));
        }
        if missed {
            return Some(Failure::Lost { lane: "a pipe".to_owned() });
        }
        self.last = Some((since, waves + 1, wave));
        None
    }
}

fn named(at: Nanos, wave: Wave, children: &BTreeMap<u32, String>) -> Deadlock {
    let name = |process: u32| children.get(&process).map_or("MainProcess", String::as_str).to_owned();
    let stuck = |(lane, rest): (u32, Rest)| {
        let holder = rest.holder.filter(|holder| children.contains_key(holder));
        Stuck { lane, thread: name(lane), wants: rest.wants, holder }
    };
    Deadlock { at, threads: wave.into_iter().map(stuck).collect(), circle: 0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::model::MS;

    const AT: Nanos = 100 * MS;

    fn rest(turns: u64, sent: u64, heard: u64) -> Option<Rest> {
        Some(Rest { turns, mail: Mail { sent, heard }, wants: "a message".to_owned(), holder: None })
    }

    fn children(count: u32) -> BTreeMap<u32, String> {
        (1..=count).map(|process| (process, format!("Process-{process}"))).collect()
    }

    /// One wave: what the children answer, and what follows.
    fn wave(waves: &mut Waves, now: Nanos, main: Option<Rest>, answers: &[Option<Rest>]) -> Option<Failure> {
        for (process, rest) in (1..).zip(answers) {
            waves.answer(waves.number(), process, rest.clone());
        }
        waves.look(now, main, &children(answers.len() as u32))
    }

    #[test]
    fn two_waves_alike_are_a_deadlock_and_name_everybody() {
        let (mut waves, answers) = (Waves::default(), [rest(3, 2, 1), rest(4, 0, 0)]);
        assert_eq!(wave(&mut waves, AT, rest(9, 1, 2), &answers), None);
        let found = wave(&mut waves, 2 * AT, rest(9, 1, 2), &answers);
        let Some(Failure::Deadlock(deadlock)) = found else { panic!("{found:?}") };
        assert_eq!(deadlock.at, 2 * AT);
        assert_eq!(
            deadlock.to_string(),
            "MainProcess waits for a message. Process-1 waits for a message. Process-2 waits for a message."
        );
    }

    #[test]
    fn whoever_had_a_turn_or_does_not_rest_is_asked_again() {
        let mut waves = Waves::default();
        assert_eq!(wave(&mut waves, AT, rest(1, 0, 0), &[rest(1, 0, 0)]), None);
        assert_eq!(wave(&mut waves, 2 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]), None, "it had a turn");
        assert_eq!(wave(&mut waves, 3 * AT, None, &[rest(2, 0, 0)]), None, "the main process computes");
        assert_eq!(wave(&mut waves, 4 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]), None, "the first wave again");
        assert!(wave(&mut waves, 5 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]).is_some());
    }

    #[test]
    fn a_wave_is_over_when_all_have_answered_its_own_question() {
        let mut waves = Waves::default();
        let both = children(2);
        let first = waves.number();
        waves.answer(first, 1, rest(1, 0, 0));
        assert_eq!(waves.look(AT, rest(1, 0, 0), &both), None);
        waves.answer(first, 2, rest(1, 0, 0));
        assert_eq!(waves.look(AT, rest(1, 0, 0), &both), None);
        // A late answer to the first question is none to the second.
        waves.answer(first, 1, rest(1, 0, 0));
        waves.answer(waves.number(), 2, rest(1, 0, 0));
        assert_eq!(waves.look(2 * AT, rest(1, 0, 0), &both), None);
        waves.answer(waves.number(), 1, rest(1, 0, 0));
        assert!(waves.look(2 * AT, rest(1, 0, 0), &both).is_some());
    }

    #[test]
    fn what_is_on_its_way_is_waited_for_and_then_missed() {
        let mut waves = Waves::default();
        for at in [0, 2 * MISSED, 3 * MISSED, 4 * MISSED, 5 * MISSED] {
            assert_eq!(wave(&mut waves, at, rest(1, 5, 4), &[rest(1, 0, 0)]), None, "after a sleep");
        }
        assert!(wave(&mut waves, 6 * MISSED, rest(1, 5, 4), &[rest(1, 0, 0)]).is_some());
        let mut waves = Waves::default();
        for at in [0, 1, 2, 3, MISSED - 1] {
            assert_eq!(wave(&mut waves, at, rest(1, 5, 4), &[rest(1, 0, 0)]), None, "too soon");
        }
        assert_eq!(
            wave(&mut waves, MISSED, rest(1, 5, 4), &[rest(1, 0, 0)]),
            Some(Failure::Lost { lane: "a pipe".to_owned() })
        );
    }

    #[test]
    fn what_those_sent_and_heard_who_have_ended_counts() {
        let mut waves = Waves::default();
        waves.gone(Some(Mail { sent: 3, heard: 1 }));
        assert_eq!(wave(&mut waves, AT, rest(7, 1, 3), &[]), None);
        assert!(matches!(wave(&mut waves, 2 * AT, rest(7, 1, 3), &[]), Some(Failure::Deadlock(_))));
    }

    #[test]
    fn of_one_that_was_ended_from_outside_nobody_knows_and_patience_decides() {
        let mut waves = Waves::default();
        waves.gone(None);
        for at in [0, 1, 2, 3, AT] {
            assert_eq!(wave(&mut waves, at, rest(7, 4, 4), &[]), None, "what it had sent may still come");
        }
        assert!(matches!(wave(&mut waves, MISSED, rest(7, 4, 4), &[]), Some(Failure::Deadlock(_))));
    }
}
