//! Where the ends of the main process's pipes lie: with it, or with the child that they went to.

use super::port::End;
use std::collections::BTreeMap;

/// Where an end lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// With which process; the main process is 0.
    pub process: u32,
    /// Its number there.
    pub end: End,
}

/// The pipes that the main process made. One that a child made never leaves it.
#[derive(Debug, Default)]
pub struct Pipes {
    /// By the place of an end: that of the other.
    others: BTreeMap<Place, Place>,
}

impl Pipes {
    /// The main process made a pipe.
    pub fn made(&mut self, a: End, b: End) {
        let [a, b] = [a, b].map(|end| Place { process: 0, end });
        self.others.extend([(a, b), (b, a)]);
    }

    /// The main process gave an end away.
    pub fn gave(&mut self, end: End, to: Place) {
        let Some(other) = self.others.remove(&Place { process: 0, end }) else { return };
        self.others.extend([(to, other), (other, to)]);
    }

    /// Where the other end lies of the one that lies there, if that is of one of these pipes.
    pub fn other(&self, place: Place) -> Option<Place> {
        self.others.get(&place).copied()
    }

    /// Where the other ends lie of those that a process holds, or held; but not with that process itself.
    pub fn others(&self, process: u32) -> Vec<Place> {
        let its = Place { process, end: 0 }..=Place { process, end: End::MAX };
        self.others.range(its).map(|(_, other)| *other).filter(|other| other.process != process).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(process: u32, end: End) -> Place {
        Place { process, end }
    }

    #[test]
    fn the_other_end_is_found_where_it_went() {
        let mut pipes = Pipes::default();
        pipes.made(4, 5);
        pipes.made(6, 7);
        pipes.made(8, 9);
        assert_eq!(pipes.others(1), []);
        pipes.gave(4, place(1, 0));
        pipes.gave(6, place(1, 1));
        assert_eq!(pipes.others(1), [place(0, 5), place(0, 7)], "both are here");
        pipes.gave(5, place(2, 0));
        assert_eq!(pipes.others(1), [place(2, 0), place(0, 7)], "one went to another child");
        assert_eq!(pipes.others(2), [place(1, 0)]);
        pipes.gave(7, place(1, 2));
        assert_eq!(pipes.others(1), [place(2, 0)], "the other lies with the process itself");
        assert_eq!(pipes.others(0), []);
    }

    #[test]
    fn an_end_that_is_not_here_is_not_given_away() {
        let mut pipes = Pipes::default();
        pipes.made(0, 1);
        pipes.gave(0, place(1, 0));
        pipes.gave(0, place(2, 0));
        assert_eq!((pipes.others(1), pipes.others(2)), (vec![place(0, 1)], vec![]));
    }
}
