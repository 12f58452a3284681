//! A pool of processes as pure bookkeeping: events in, commands out; whoever holds the workers carries them out.

use std::collections::VecDeque;
use thiserror::Error;

/// What is to be done with a worker; workers are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Create it; it will say when it listens.
    Start(usize),
    /// Tell it what to be.
    Begin(usize),
    /// Send it a job.
    Send {
        /// To which worker.
        worker: usize,
        /// Which job.
        job: u32,
    },
    /// End it; nothing it says counts from now on.
    End(usize),
}

/// Why an event cannot be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("worker {worker} said what it could not have to say")]
pub struct Misplaced {
    /// Who said it.
    pub worker: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Starting,
    Ready,
    Ended,
}

#[derive(Debug)]
struct Member {
    stage: Stage,
    /// The job it computes and, behind it, at most one sent ahead.
    jobs: VecDeque<u32>,
}

/// Workers, what each has in hand, and the jobs nobody has yet.
///
/// A job is sent ahead of need only while a job for every worker is left: it spares the worker a wait for the mail,
/// and towards the end no job waits behind a busy worker while another has none.
#[derive(Debug)]
pub struct ProcessPool {
    members: Vec<Member>,
    queue: VecDeque<u32>,
    open: bool,
}

impl ProcessPool {
    /// A pool of `workers` (at least 1), and the commands that start them all at once.
    pub fn new(workers: usize) -> (Self, Vec<Command>) {
        let member = |_| Member { stage: Stage::Starting, jobs: VecDeque::with_capacity(2) };
        let members: Vec<Member> = (0..workers.max(1)).map(member).collect();
        let commands = (0..members.len()).map(Command::Start).collect();
        (Self { members, queue: VecDeque::new(), open: true }, commands)
    }

    /// A job more.
    pub fn submit(&mut self, job: u32) -> Vec<Command> {
        self.queue.push_back(job);
        self.distribute()
    }

    /// No more jobs: workers end as soon as there is nothing left for them.
    pub fn close(&mut self) -> Vec<Command> {
        self.open = false;
        self.distribute()
    }

    /// `worker` listens.
    ///
    /// # Errors
    /// When it had said so already, or was ended.
    pub fn ready(&mut self, worker: usize) -> Result<Vec<Command>, Misplaced> {
        let member = self.members.get_mut(worker).filter(|m| m.stage == Stage::Starting);
        member.ok_or(Misplaced { worker })?.stage = Stage::Ready;
        let mut commands = vec![Command::Begin(worker)];
        commands.extend(self.distribute());
        Ok(commands)
    }

    /// `worker` gave the result of `job`.
    ///
    /// # Errors
    /// When the worker did not have that job.
    pub fn result(&mut self, worker: usize, job: u32) -> Result<Vec<Command>, Misplaced> {
        let member = self.members.get_mut(worker).filter(|m| m.stage == Stage::Ready).ok_or(Misplaced { worker })?;
        let place = member.jobs.iter().position(|j| *j == job).ok_or(Misplaced { worker })?;
        member.jobs.remove(place);
        Ok(self.distribute())
    }

    /// Ends everything: the run was stopped, or a worker failed.
    pub fn stop(&mut self) -> Vec<Command> {
        self.open = false;
        self.queue.clear();
        let ended = |(i, m): (usize, &mut Member)| {
            m.jobs.clear();
            (std::mem::replace(&mut m.stage, Stage::Ended) != Stage::Ended).then_some(Command::End(i))
        };
        self.members.iter_mut().enumerate().filter_map(ended).collect()
    }

    /// Whether `worker` is there and has a job in hand.
    pub fn is_busy(&self, worker: usize) -> bool {
        self.members.get(worker).is_some_and(|m| !m.jobs.is_empty())
    }

    /// Whether `worker` has not yet said that it listens.
    pub fn is_starting(&self, worker: usize) -> bool {
        self.members.get(worker).is_some_and(|m| m.stage == Stage::Starting)
    }

    /// Whether every worker has been ended.
    pub fn is_over(&self) -> bool {
        self.members.iter().all(|m| m.stage == Stage::Ended)
    }

    fn distribute(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        for ahead in [0, 1] {
            // Those who have nothing come first; one that still starts will want a job too.
            for worker in 0..self.members.len() {
                let enough = ahead == 0 || self.queue.len() > self.members.len();
                let member = &mut self.members[worker];
                if member.stage != Stage::Ready || member.jobs.len() != ahead || !enough {
                    continue;
                }
                let Some(job) = self.queue.pop_front() else { break };
                member.jobs.push_back(job);
                commands.push(Command::Send { worker, job });
            }
        }
        if !self.open && self.queue.is_empty() {
            for (i, member) in self.members.iter_mut().enumerate() {
                if member.stage != Stage::Ended && member.jobs.is_empty() {
                    member.stage = Stage::Ended;
                    commands.push(Command::End(i));
                }
            }
        }
        commands
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Command::{Begin, End, Send, Start};
    use super::*;

    fn send(worker: usize, job: u32) -> Command {
        Send { worker, job }
    }

    #[test]
    fn all_workers_start_at_once_and_jobs_wait_for_them() {
        let (mut pool, start) = ProcessPool::new(2);
        assert_eq!(start, [Start(0), Start(1)]);
        assert_eq!(pool.submit(0), []);
        assert_eq!(pool.ready(1).unwrap(), [Begin(1), send(1, 0)]);
    }

    #[test]
    fn nobody_hoards_a_job_that_a_starting_worker_could_take() {
        let (mut pool, _) = ProcessPool::new(4);
        (0..4).for_each(|job| assert_eq!(pool.submit(job), []));
        assert_eq!(pool.ready(0).unwrap(), [Begin(0), send(0, 0)]);
        assert_eq!(pool.ready(2).unwrap(), [Begin(2), send(2, 1)]);
        assert_eq!(pool.result(0, 0).unwrap(), [send(0, 2)]);
    }

    #[test]
    fn one_job_is_sent_ahead_when_there_are_plenty() {
        let (mut pool, _) = ProcessPool::new(1);
        (0..4).for_each(|job| assert_eq!(pool.submit(job), []));
        assert_eq!(pool.ready(0).unwrap(), [Begin(0), send(0, 0), send(0, 1)]);
        assert_eq!(pool.result(0, 0).unwrap(), [send(0, 2)]);
        assert_eq!(pool.result(0, 1).unwrap(), [], "the last one goes to whoever is free first");
        assert_eq!(pool.result(0, 2).unwrap(), [send(0, 3)]);
    }

    #[test]
    fn results_come_in_any_order_and_every_job_is_done_once() {
        for workers in 1..5usize {
            for jobs in 0..12u32 {
                let (mut pool, _) = ProcessPool::new(workers);
                let mut in_hand: Vec<(usize, u32)> = Vec::new();
                let mut sent = Vec::new();
                let mut ended = 0;
                let mut carry_out = |commands: Vec<Command>, in_hand: &mut Vec<(usize, u32)>| {
                    for command in commands {
                        match command {
                            Send { worker, job } => {
                                sent.push(job);
                                in_hand.push((worker, job));
                            }
                            End(worker) => {
                                ended += 1;
                                assert!(in_hand.iter().all(|(w, _)| *w != worker), "ended with a job in hand");
                            }
                            Start(_) | Begin(_) => {}
                        }
                    }
                };
                (0..jobs).for_each(|job| carry_out(pool.submit(job), &mut in_hand));
                carry_out(pool.close(), &mut in_hand);
                for worker in (0..workers).rev().filter(|_| jobs > 0) {
                    if pool.is_starting(worker) {
                        carry_out(pool.ready(worker).unwrap(), &mut in_hand);
                    }
                }
                while let Some((worker, job)) = in_hand.pop() {
                    carry_out(pool.result(worker, job).unwrap(), &mut in_hand);
                }
                sent.sort_unstable();
                assert_eq!(sent, (0..jobs).collect::<Vec<_>>());
                assert!(pool.is_over());
                assert_eq!(ended, workers);
            }
        }
    }

    #[test]
    fn an_open_pool_keeps_its_workers_until_it_is_closed() {
        let (mut pool, _) = ProcessPool::new(1);
        assert_eq!(pool.ready(0).unwrap(), [Begin(0)]);
        assert_eq!(pool.submit(7), [send(0, 7)]);
        assert!(pool.is_busy(0));
        assert_eq!(pool.result(0, 7).unwrap(), []);
        assert!(!pool.is_over());
        assert_eq!(pool.close(), [End(0)]);
        assert!(pool.is_over());
    }

    #[test]
    fn stop_ends_everybody_once() {
        let (mut pool, _) = ProcessPool::new(2);
        pool.submit(0);
        pool.ready(0).unwrap();
        assert_eq!(pool.stop(), [End(0), End(1)]);
        assert_eq!(pool.stop(), []);
        assert!(pool.is_over() && !pool.is_busy(0));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let (mut pool, _) = ProcessPool::new(1);
        assert_eq!(pool.result(0, 0), Err(Misplaced { worker: 0 }));
        assert_eq!(pool.ready(1), Err(Misplaced { worker: 1 }));
        pool.ready(0).unwrap();
        assert_eq!(pool.ready(0), Err(Misplaced { worker: 0 }));
        pool.submit(3);
        assert_eq!(pool.result(0, 4), Err(Misplaced { worker: 0 }));
    }
}
