//! Whether a program of processes can ever go on: all of them rest, and nothing is on its way to any.
//!
//! Each process is asked how it stands, in waves: the next one is asked for only when all have answered the last. Who rests in
//! two waves that follow each other, and had no turn in between, rested at every moment between the last answer of the first and
//! the first question of the second, and so did all the others. If all was heard then that was sent to any of them, nobody can be
//! woken any more. That is counted by end: what was sent to a process that has ended since will never be heard, and wakes nobody.

use super::pipes::{Pipes, Place};
use crate::model::{Deadlock, Failure, Mail, Mails, Nanos, Rest, SECOND, Stuck};
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
    /// What was sent and heard at the ends of processes that have ended; nobody knows it of one that was ended from outside.
    gone: BTreeMap<u32, Option<Mails>>,
    /// Their names.
    names: BTreeMap<u32, String>,
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

    /// Process `process` has ended, and this was sent and heard at its ends; `None` when it was ended from outside.
    pub fn gone(&mut self, process: u32, name: String, mail: Option<Mails>) {
        self.gone.insert(process, mail);
        self.names.insert(process, name);
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

    /// At `now` the main process stands like this (`None`: it does not rest), and these are its children, with their names, and its
    /// pipes. What follows once all of them have answered: nothing, or why none can go on.
    pub fn look(
        &mut self,
        now: Nanos,
        main: Option<Rest>,
        children: &BTreeMap<u32, String>,
        pipes: &Pipes,
    ) -> Option<Failure> {
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
        let known = self.gone.values().all(Option::is_some);
        if !self.is_on_its_way(&wave, pipes) && (known || missed) {
            return Some(Failure::Deadlock(self.named(now, wave, children)));
        }
        if missed {
            return Some(Failure::Lost { lane: "a pipe".to_owned() });
        }
        self.last = Some((since, waves + 1, wave));
        None
    }

    /// Whether something was sent to one of them that it has not heard.
    fn is_on_its_way(&self, wave: &Wave, pipes: &Pipes) -> bool {
        let mail = |place: Place| match self.gone.get(&place.process) {
            Some(mail) => mail.as_ref()?.get(&place.end),
            None => wave.get(&place.process)?.mail.get(&place.end),
        };
        wave.iter().any(|(process, rest)| {
            // Both ends of a pipe that a child has made.
            let mut own = Mail::default();
            let waits = rest.mail.iter().any(|(end, here)| match pipes.other(Place { process: *process, end: *end }) {
                Some(other) => mail(other).is_some_and(|there| there.sent != here.heard),
                None => {
                    own.add(*here);
                    false
                }
            });
            waits || own.sent != own.heard
        })
    }

    /// Who waits for what, and who holds that.
    fn named(&self, at: Nanos, wave: Wave, children: &BTreeMap<u32, String>) -> Deadlock {
        let name = |process: u32| children.get(&process).map_or("MainProcess", String::as_str).to_owned();
        let lanes: Vec<u32> = wave.keys().copied().collect();
        let stuck = |(lane, Rest { mut wants, holder, .. }): (u32, Rest)| {
            let there = holder.filter(|holder| lanes.contains(holder));
            // Whose end it waits for, `wants` says.
            let ended = holder.filter(|_| there.is_none()).and_then(|holder| self.names.get(&holder));
            if let Some(ended) = ended.filter(|ended| !wants.ends_with(ended.as_str())) {
                wants = format!("{wants}, held by {ended}, which has ended");
            }
            Stuck { lane, thread: name(lane), wants, holder: there }
        };
        let stuck: Vec<Stuck> = wave.into_iter().map(stuck).collect();
        let holders: Vec<Option<u32>> = stuck.iter().map(|stuck| stuck.holder).collect();
        let next = |i: usize| lanes.iter().position(|lane| Some(*lane) == holders.get(i).copied().flatten());
        Deadlock::new(at, stuck, next)
    }
}

#[cfg(test)]
mod tests;
