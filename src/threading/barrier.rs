//! `threading.Barrier`: nobody goes on until everybody has come.

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site, UNNAMED};
use super::{ThreadCx, ThreadError};
use crate::model::{MS, Nanos};

/// How long a thread without a GIL stays awake at the barrier before it sleeps: those that come late then find the others
/// already on cores of their own, and all leave at the same moment.
const AWAKE: Nanos = MS / 2;

/// What the last thread to come does before all go on.
type Action = Box<dyn Fn(&ThreadCx) -> Result<(), ThreadError> + Send + Sync>;

/// CPython's states; a round that is over drains before the next one fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Filling,
    /// All have come, and one of them does what is to be done.
    Acting,
    Draining,
    Resetting,
    Broken,
}

struct Stage {
    phase: Phase,
    /// Threads that came and have not left.
    count: usize,
    /// Whether somebody aborted it while one acts, who holds the condition's lock in CPython: it counts when that is done.
    aborted: bool,
    /// The same of a reset.
    reset: bool,
}

/// A meeting point for a fixed number of threads; it can be used again.
pub struct Barrier {
    site: Site<Stage>,
    parties: usize,
    action: Option<Action>,
    limit: Option<Nanos>,
}

impl Barrier {
    /// A barrier for `parties` threads; `object` is its number in the trace.
    ///
    /// # Errors
    /// `ValueError` when it is for none.
    pub fn new(object: u32, parties: usize) -> Result<Self, ThreadError> {
        if parties == 0 {
            return Err(ThreadError::value("parties must be > 0"));
        }
        let stage = Stage { phase: Phase::Filling, count: 0, aborted: false, reset: false };
        let site = Site::new(Kind::Barrier, object, stage).awake(AWAKE);
        Ok(Self { site, parties, action: None, limit: None })
    }

    /// A barrier without a name in the trace.
    ///
    /// # Errors
    /// As [`Barrier::new`].
    pub fn unnamed(parties: usize) -> Result<Self, ThreadError> {
        Self::new(UNNAMED, parties)
    }

    /// `action=…`: the last thread to come does this before all go on. If it raises, the barrier is broken.
    pub fn action(mut self, action: impl Fn(&ThreadCx) -> Result<(), ThreadError> + Send + Sync + 'static) -> Self {
        self.action = Some(Box::new(action));
        self
    }

    /// `timeout=…`: the limit of waits that say none.
    pub fn timeout(mut self, limit: Nanos) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many threads it is for.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many wait for the others.
    pub fn n_waiting(&self) -> usize {
        self.site.with(|stage| if matches!(stage.phase, Phase::Filling | Phase::Acting) { stage.count } else { 0 })
    }

    /// Whether it is broken.
    pub fn broken(&self) -> bool {
        self.site.with(|stage| stage.phase == Phase::Broken)
    }

    /// Waits until all parties have come; the thread's place in the order they came, from 0.
    ///
    /// # Errors
    /// [`ThreadError::BrokenBarrier`] when somebody aborted or reset the barrier, or somebody's limit passed; what the action
    /// raises, in its thread; [`ThreadError::Interrupted`].
    pub fn wait(&self, cx: &ThreadCx) -> Result<usize, ThreadError> {
        self.wait_within(cx, self.limit)
    }

    /// As [`Barrier::wait`]; breaks the barrier when the others have not come within `limit`.
    ///
    /// # Errors
    /// As [`Barrier::wait`].
    pub fn wait_timeout(&self, cx: &ThreadCx, limit: Nanos) -> Result<usize, ThreadError> {
        self.wait_within(cx, Some(limit))
    }

    fn wait_within(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<usize, ThreadError> {
        let index = self.enter(cx)?;
        let result = if index + 1 == self.parties { self.release(cx) } else { self.wait_for_others(cx, limit) };
        self.leave(cx);
        result.map(|()| index)
    }

    /// Waits until the round before is over, and counts the thread in. With the last one the round is full: no limit and no reset
    /// breaks it any more.
    fn enter(&self, cx: &ThreadCx) -> Result<usize, ThreadError> {
        let parties = self.parties;
        let full = if self.action.is_some() { Phase::Acting } else { Phase::Draining };
        let entered = self.site.until(cx, 0, None, |stage| match stage.phase {
            Phase::Broken => Some(Err(ThreadError::BrokenBarrier)),
            Phase::Filling if stage.count < parties => {
                stage.count += 1;
                if stage.count == parties {
                    stage.phase = full;
                }
                cx.level(&self.site.core, stage.count as u32);
                Some(Ok(stage.count - 1))
            }
            _ => None,
        })?;
        entered.unwrap_or(Err(ThreadError::Interrupted))
    }

    /// The last one lets all go.
    fn release(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        let acted = self.action.as_ref().map_or(Ok(()), |action| action(cx));
        // Without an action there is nothing to change but to tell the others.
        self.site.change(|stage| {
            let broken = std::mem::take(&mut stage.aborted) || acted.is_err();
            let reset = std::mem::take(&mut stage.reset);
            if stage.phase == Phase::Acting {
                stage.phase = match (broken, reset) {
                    (false, _) => Phase::Draining,
                    (true, false) => Phase::Broken,
                    (true, true) => Phase::Resetting,
                };
            }
        });
        acted
    }

    fn wait_for_others(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<(), ThreadError> {
        let over = |stage: &mut Stage| match stage.phase {
            Phase::Filling | Phase::Acting => None,
            Phase::Draining => Some(Ok(())),
            Phase::Resetting | Phase::Broken => Some(Err(ThreadError::BrokenBarrier)),
        };
        if let Some(result) = self.site.until(cx, 0, limit, over)? {
            return result;
        }
        let late = self.site.change(|stage| {
            if stage.phase == Phase::Filling && !made(Mistake::LateInSilence) {
                stage.phase = Phase::Broken;
            }
            over(stage)
        });
        // Who acts holds the condition's lock in CPython: a limit that passes meanwhile is not seen before it is done.
        late.unwrap_or_else(|| self.site.until(cx, 0, None, over)?.unwrap_or(Err(ThreadError::Interrupted)))
    }

    /// The last one to leave opens the next round.
    fn leave(&self, cx: &ThreadCx) {
        let left = self.site.with(|stage| {
            stage.count = stage.count.saturating_sub(1);
            cx.level(&self.site.core, stage.count as u32);
            stage.count
        });
        let early = made(Mistake::OpenedEarly);
        if left == 0 || early {
            self.site.change(|stage| {
                if (stage.count == 0 || early) && matches!(stage.phase, Phase::Draining | Phase::Resetting) {
                    stage.phase = Phase::Filling;
                }
            });
        }
    }

    /// Breaks it: all who wait, and all who come, get [`ThreadError::BrokenBarrier`], until it is reset.
    pub fn abort(&self) {
        self.site.change(|stage| match stage.phase {
            Phase::Acting => (stage.aborted, stage.reset) = (true, false),
            _ => stage.phase = Phase::Broken,
        });
    }

    /// Makes it as new; who waits gets [`ThreadError::BrokenBarrier`].
    pub fn reset(&self) {
        self.site.change(|stage| {
            if stage.count == 0 {
                stage.phase = Phase::Filling;
            } else if matches!(stage.phase, Phase::Filling | Phase::Broken) {
                stage.phase = Phase::Resetting;
            } else if stage.phase == Phase::Acting {
                stage.reset = true;
            }
        });
    }
}
