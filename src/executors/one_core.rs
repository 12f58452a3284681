//! The executor behind `to_thread` on one core: its threads wait side by side, and compute one at a time.

use super::KernelMaker;
use crate::kernels::Kernel;
use crate::model::{Ambush, Clock, Failure, Lane, LaneKind, Mark, Nanos, Record, State, What};
use std::collections::VecDeque;

/// The most threads, as `ThreadPoolExecutor` has it by default on many cores.
const MOST: usize = 32;

/// A job that a thread has taken on.
struct Held {
    job: u32,
    kernel: Box<dyn Kernel>,
    /// When its wait is over, while it waits.
    until: Option<Nanos>,
}

/// A `ThreadPoolExecutor` whose threads share one core. Like Python's it starts a thread only when none is idle.
pub struct OneCore {
    make: KernelMaker,
    first_lane: u32,
    threads: Vec<Option<Held>>,
    /// Threads that compute, by number; the first has the core.
    computing: VecDeque<usize>,
    queue: VecDeque<(u32, Vec<u8>)>,
    fault: Option<Ambush>,
    new_lanes: Vec<Lane>,
}

impl OneCore {
    /// An executor without threads yet, whose lanes are numbered from `first_lane`; `fault` strikes between its slices.
    pub fn new(make: KernelMaker, first_lane: u32, fault: Option<Ambush>) -> Self {
        let (threads, computing, queue, new_lanes) = (Vec::new(), VecDeque::new(), VecDeque::new(), Vec::new());
        Self { make, first_lane, threads, computing, queue, fault, new_lanes }
    }

    /// A job for the first thread that is free.
    pub fn submit(&mut self, job: u32, payload: Vec<u8>) {
        self.queue.push_back((job, payload));
    }

    /// Goes on until about `until`, or until there is nothing to do: the jobs that ended, with their results.
    ///
    /// # Errors
    /// When a payload is none.
    pub fn burst(
        &mut self,
        clock: &dyn Clock,
        until: Nanos,
        records: &mut Vec<Record>,
    ) -> Result<Vec<(u32, Vec<u8>)>, Failure> {
        let mut results = Vec::new();
        loop {
            let now = clock.now();
            self.take_on(now, records)?;
            self.wake(now, records);
            let Some(thread) = self.computing.front().copied() else { return Ok(results) };
            if let Some(fault) = &self.fault {
                fault.look(now, 0, 1);
            }
            if let Some(Some(held)) = self.threads.get_mut(thread) {
                if let Some(result) = held.kernel.slice() {
                    results.push((held.job, result));
                    self.ended(thread, clock.now(), records);
                } else if let Some(time) = held.kernel.wait() {
                    self.sleep(thread, time, clock.now(), records);
                }
            }
            if clock.now() >= until {
                return Ok(results);
            }
        }
    }

    /// When it wants its next burst: at this moment, or at no moment known when it has nothing to do.
    pub fn next(&self, now: Nanos) -> Option<Nanos> {
        if !self.computing.is_empty() {
            return Some(now);
        }
        self.threads.iter().flatten().filter_map(|held| held.until).min()
    }

    /// The lanes of threads started since the last call.
    pub fn new_lanes(&mut self) -> Vec<Lane> {
        std::mem::take(&mut self.new_lanes)
    }

    /// Every thread ends.
    pub fn end(&self, now: Nanos, records: &mut Vec<Record>) {
        (0..self.threads.len()).for_each(|thread| records.push(self.record(thread, now, What::Enter(State::Done), 0)));
    }

    fn record(&self, thread: usize, at: Nanos, what: What, arg: u32) -> Record {
        Record { at, lane: self.first_lane + thread as u32, what, arg }
    }

    /// Gives waiting jobs to idle threads and to new ones.
    fn take_on(&mut self, now: Nanos, records: &mut Vec<Record>) -> Result<(), Failure> {
        while !self.queue.is_empty() {
            let idle = self.threads.iter().position(Option::is_none);
            let Some(thread) = idle.or_else(|| self.start()) else { break };
            let Some((job, payload)) = self.queue.pop_front() else { break };
            let mut kernel = (self.make)(&payload)?;
            let wait = kernel.wait();
            records.push(self.record(thread, now, What::Instant(Mark::Job), job));
            if let Some(place) = self.threads.get_mut(thread) {
                *place = Some(Held { job, kernel, until: None });
            }
            match wait {
                Some(time) => self.sleep(thread, time, now, records),
                None => {
                    self.computing.push_back(thread);
                    let state = if self.computing.len() == 1 { State::Running } else { State::Ready };
                    records.push(self.record(thread, now, What::Enter(state), job + 1));
                }
            }
        }
        Ok(())
    }

    /// The core is in other hands from now on, or in none.
    fn run_first(&self, now: Nanos, records: &mut Vec<Record>) {
        if let Some(next) = self.computing.front()
            && let Some(Some(held)) = self.threads.get(*next)
        {
            records.push(self.record(*next, now, What::Enter(State::Running), held.job + 1));
        }
    }

    fn sleep(&mut self, thread: usize, time: Nanos, now: Nanos, records: &mut Vec<Record>) {
        if let Some(Some(held)) = self.threads.get_mut(thread) {
            held.until = Some(now.saturating_add(time));
        }
        records.push(self.record(thread, now, What::Enter(State::Sleeping), 0));
        if self.computing.front() == Some(&thread) {
            self.computing.pop_front();
            self.run_first(now, records);
        }
    }

    /// Those whose wait is over come before whoever computes, as a system has it with who has slept, and among themselves in the
    /// order in which they were due; or they wait again.
    fn wake(&mut self, now: Nanos, records: &mut Vec<Record>) {
        let mut awake = self.due(now);
        awake.retain(|thread| {
            let Some(Some(held)) = self.threads.get_mut(*thread) else { return false };
            held.until = None;
            let more = held.kernel.wait();
            if let Some(time) = more {
                self.sleep(*thread, time, now, records);
            }
            more.is_none()
        });
        if awake.is_empty() {
            return;
        }
        let before = self.computing.front().copied();
        for thread in before.into_iter().chain(awake.iter().skip(1).copied()) {
            records.push(self.record(thread, now, What::Enter(State::Ready), 0));
        }
        awake.into_iter().rev().for_each(|thread| self.computing.push_front(thread));
        self.run_first(now, records);
    }

    fn start(&mut self) -> Option<usize> {
        let thread = self.threads.len();
        if thread == MOST {
            return None;
        }
        let name = format!("ThreadPoolExecutor-0_{thread}");
        self.new_lanes.push(Lane { id: self.first_lane + thread as u32, kind: LaneKind::Thread, name });
        self.threads.push(None);
        Some(thread)
    }

    /// Threads whose wait is over: who was due first, then by number.
    fn due(&self, now: Nanos) -> Vec<usize> {
        let until = |held: &Option<Held>| held.as_ref()?.until.filter(|until| *until <= now);
        let held = self.threads.iter().enumerate();
        let mut due: Vec<(Nanos, usize)> = held.filter_map(|(number, held)| Some((until(held)?, number))).collect();
        due.sort_unstable();
        due.into_iter().map(|(_, number)| number).collect()
    }

    fn ended(&mut self, thread: usize, now: Nanos, records: &mut Vec<Record>) {
        let Some(held) = self.threads.get_mut(thread).and_then(Option::take) else { return };
        records.push(self.record(thread, now, What::Instant(Mark::Finished), held.job));
        records.push(self.record(thread, now, What::Enter(State::Idle), 0));
        self.computing.retain(|other| *other != thread);
        self.run_first(now, records);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::kernels::{Pause, Primes, after, waiting};
    use crate::model::{MS, Trace};
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> Nanos {
            self.0.load(Relaxed)
        }
    }

    #[test]
    fn waits_pass_side_by_side_and_a_thread_is_used_again() {
        let (clock, mut records) = (Hand::default(), Vec::new());
        let mut pool = OneCore::new(Pause::kernel, 7, None);
        for job in 0..3 {
            pool.submit(job, Pause::payload(20 * MS));
        }
        assert_eq!(pool.burst(&clock, MS, &mut records), Ok(vec![]));
        assert_eq!(pool.next(0), Some(20 * MS));
        clock.0.store(20 * MS, Relaxed);
        assert_eq!(pool.burst(&clock, 21 * MS, &mut records).unwrap().len(), 3);
        assert_eq!(pool.next(20 * MS), None);
        pool.submit(3, Pause::payload(MS));
        pool.burst(&clock, 21 * MS, &mut records).unwrap();
        let lanes = pool.new_lanes();
        assert_eq!(lanes.iter().map(|lane| lane.id).collect::<Vec<_>>(), [7, 8, 9], "no fourth thread");
        let mut trace = Trace { lanes, ..Trace::default() };
        trace.extend(records);
        assert_eq!(trace.peak(State::Sleeping), 3);
    }

    #[test]
    fn those_that_wake_together_end_in_their_order() {
        let (clock, mut records) = (Hand::default(), Vec::new());
        let mut pool = OneCore::new(Pause::kernel, 0, None);
        for (job, wait) in [20, 20, 20, 10].into_iter().enumerate() {
            pool.submit(job as u32, Pause::payload(wait * MS));
        }
        pool.burst(&clock, MS, &mut records).unwrap();
        clock.0.store(30 * MS, Relaxed);
        let ended = pool.burst(&clock, 31 * MS, &mut records).unwrap();
        assert_eq!(
            ended.iter().map(|(job, _)| *job).collect::<Vec<_>>(),
            [3, 0, 1, 2],
            "who was due first, then by number"
        );
        let states = |lane| {
            let of = records.iter().filter(move |r| r.lane == lane && matches!(r.what, What::Enter(_)));
            of.map(|r| r.what).collect::<Vec<_>>()
        };
        assert_eq!(states(3), [State::Sleeping, State::Running, State::Idle].map(What::Enter));
        for lane in 0..3 {
            let expected = [State::Sleeping, State::Ready, State::Running, State::Idle].map(What::Enter);
            assert_eq!(states(lane), expected, "it had not the core before its turn");
        }
    }

    #[test]
    fn one_computes_at_a_time() {
        let (clock, mut records) = (Hand::default(), Vec::new());
        let mut pool = OneCore::new(Primes::kernel, 0, None);
        pool.submit(0, Primes::payload(2, 100_000));
        pool.submit(1, Primes::payload(2, 10));
        let mut ended = Vec::new();
        while pool.next(0).is_some() || ended.is_empty() {
            ended.extend(pool.burst(&clock, 0, &mut records).unwrap().into_iter().map(|(job, _)| job));
        }
        assert_eq!(ended, [0, 1]);
        let states: Vec<_> = records.iter().filter(|r| r.lane == 1).map(|r| r.what).collect();
        let expected = [State::Ready, State::Running, State::Idle].map(What::Enter);
        assert!(expected.iter().all(|state| states.contains(state)), "{states:?}");
        assert_eq!(pool.burst(&clock, 0, &mut records), Ok(vec![]));
        pool.submit(2, vec![255; 20]);
        assert!(pool.burst(&clock, 0, &mut records).is_err(), "no payload");
    }

    #[test]
    fn who_wakes_up_gets_the_core_before_who_computes() {
        let (clock, mut records) = (Hand::default(), Vec::new());
        let make: KernelMaker = |payload| after(payload, Primes::kernel);
        let mut pool = OneCore::new(make, 0, None);
        pool.submit(0, waiting(0, Primes::payload(2, 1_000_000)));
        pool.submit(1, waiting(5 * MS, Primes::payload(2, 10)));
        assert_eq!(pool.burst(&clock, 0, &mut records), Ok(vec![]), "a slice of the first");
        assert_eq!(pool.next(0), Some(0), "which goes on at once");
        clock.0.store(5 * MS, Relaxed);
        let ended = pool.burst(&clock, 0, &mut records).unwrap();
        assert_eq!(ended.iter().map(|(job, _)| *job).collect::<Vec<_>>(), [1]);
        let states = |lane| {
            let of = records.iter().filter(move |r| r.lane == lane && matches!(r.what, What::Enter(_)));
            of.map(|r| r.what).collect::<Vec<_>>()
        };
        assert_eq!(states(0), [State::Running, State::Ready, State::Running].map(What::Enter));
        assert_eq!(states(1), [State::Sleeping, State::Running, State::Idle].map(What::Enter));
    }
}
