//! A deadlock, in words and numbers: which threads, what each waits for, and who holds it.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::time::Nanos;

/// A thread that waits for what can never come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// Its lane.
    pub lane: u32,
    /// Its name.
    pub thread: String,
    /// What it waits for ("lock A", "the end of Thread-2").
    pub wants: String,
    /// The lane of the thread that holds that, if a thread does.
    pub holder: Option<u32>,
}

/// Threads of which none can ever go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlock {
    /// When it was found, on the run's clock.
    pub at: Nanos,
    /// The threads: those of the circle first, in its order, then who waits behind it.
    pub threads: Vec<Stuck>,
    /// How many of them make up the circle; 0 when there is none, and nobody is left who could wake them.
    pub circle: u32,
}

impl Deadlock {
    /// These threads, none of which can go on; `next` says of a place among them at which place that one is who alone could help.
    pub fn new(at: Nanos, stuck: Vec<Stuck>, next: impl Fn(usize) -> Option<usize>) -> Self {
        let circle = circle(stuck.len(), next);
        let place = |i: usize| circle.iter().position(|one| *one == i).unwrap_or(circle.len());
        let mut order: Vec<(usize, Stuck)> =
            stuck.into_iter().enumerate().map(|(i, stuck)| (place(i), stuck)).collect();
        order.sort_by_key(|(place, _)| *place);
        Self { at, threads: order.into_iter().map(|(_, stuck)| stuck).collect(), circle: circle.len() as u32 }
    }

    /// The name of the thread in this lane, if it is one of them.
    pub fn name(&self, lane: u32) -> Option<&str> {
        self.threads.iter().find(|stuck| stuck.lane == lane).map(|stuck| stuck.thread.as_str())
    }

    /// What the thread in this lane holds that others of them wait for.
    pub fn held_by(&self, lane: u32) -> impl Iterator<Item = &str> {
        self.threads.iter().filter(move |stuck| stuck.holder == Some(lane)).map(|stuck| stuck.wants.as_str())
    }

    /// The threads of the circle, in its order.
    pub fn circle(&self) -> &[Stuck] {
        self.threads.get(..self.circle as usize).unwrap_or(&self.threads)
    }
}

/// Places of those who wait for each other in a circle, in its order; empty when there is none.
fn circle(count: usize, next: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    for first in 0..count {
        let mut path = vec![first];
        while let Some(i) = path.last().and_then(|last| next(*last)) {
            if i == first {
                return path;
            }
            if path.contains(&i) {
                break; // it leads into a circle that begins elsewhere
            }
            path.push(i);
        }
    }
    Vec::new()
}

impl fmt::Display for Deadlock {
    /// One sentence for each thread: "Thread-1 waits for lock B, held by Thread-2."
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, stuck) in self.threads.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{} waits for {}", stuck.thread, stuck.wants)?;
            match stuck.holder {
                Some(holder) if holder == stuck.lane => f.write_str(", which it holds itself")?,
                // Whose end it waits for, `wants` says.
                Some(holder) => {
                    let name = self.name(holder).unwrap_or("a thread that has ended");
                    if !stuck.wants.ends_with(name) {
                        write!(f, ", held by {name}")?;
                    }
                }
                None => {}
            }
            f.write_str(".")?;
        }
        Ok(())
    }
}
