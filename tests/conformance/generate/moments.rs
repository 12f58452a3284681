//! Moments: several tasks wait for the same thing, and much happens to them before any of them can go on.

use super::control::Made;
use super::places::{FUTURES, MESSAGES};
use super::{Maker, Place, Theme};
use crate::programs::notation::Node;

impl Maker {
    /// What the next statement is about.
    fn subject(&mut self) -> Theme {
        match self.contended {
            Some(theme) if self.chance.percent(85) => theme,
            _ => *self.chance.pick(&self.themes.clone()),
        }
    }

    /// A statement that waits for what the program is about.
    pub(super) fn waiting(&mut self, place: Place) -> Made {
        let theme = self.subject();
        let node = match theme {
            Theme::Event => Node::new("ewait", ["ev"]),
            Theme::Condition => Node::new("with", ["cd"]).block(vec![Node::new("cwait", ["cd"])]),
            Theme::Barrier => Node::new("bwait", ["br"]),
            Theme::Queue => match self.chance.below(6) {
                0..5 if self.putters => Node::new("put", ["qu", "7"]),
                0..5 => Node::new("get", ["qu"]),
                _ => Node::new("join", ["qu"]),
            },
            Theme::Lock | Theme::Semaphore | Theme::Bounded => {
                let name = match theme {
                    Theme::Lock => "lk",
                    Theme::Semaphore => "sm",
                    _ => "bs",
                };
                Node::new("with", [name]).block(self.body(place.inner(), 1, 2).0)
            }
            Theme::Future => Node::new("await", [*self.chance.pick(&FUTURES)]),
            _ => match self.awaitable() {
                Some(task) if self.chance.percent(60) => Node::new("await", [task]),
                _ => Node::new("sleep", [1 + self.chance.below(2)]),
            },
        };
        if self.chance.percent(30) { self.wrapped(place, node, 4) } else { (node, 5) }
    }

    /// Turns that let the tasks begin, and then many things at once; more than once.
    pub(super) fn moments(&mut self, place: &mut Place) -> Vec<Node> {
        let mut nodes = Vec::new();
        if self.has(Theme::Future) {
            nodes.extend(FUTURES.map(|future| Node::new("future", [future])));
        }
        for _ in 0..1 + self.chance.below(2) {
            let turns = *self.chance.pick(&[0, 1, 1, 2, 3]);
            nodes.push(if self.chance.percent(70) { Node::new("tick", [turns]) } else { Node::new("sleep", [turns]) });
            let mut burst: Vec<Node> = (0..2 + self.chance.below(3)).filter_map(|_| self.at_once(place)).collect();
            if let Some(theme) = self.contended.filter(|_| self.chance.percent(50)) {
                // Who is to go on is cancelled before it can: somebody else has to be woken in its place.
                let first = self.first[0].1.clone();
                let at = burst.len();
                burst.extend(self.provide(theme));
                burst.insert(if self.chance.percent(80) { burst.len() } else { at }, Node::new("cancel", [first]));
            }
            if self.has(Theme::Condition) && self.chance.percent(70) {
                burst = vec![Node::new("with", ["cd"]).block(burst)];
            } else if self.has(Theme::Lock) && self.chance.percent(40) {
                burst = vec![Node::new("with", ["lk"]).block(burst)];
            }
            nodes.append(&mut burst);
        }
        place.room = place.room.saturating_sub(12);
        nodes
    }

    /// Something that takes no time and gives nobody else a turn.
    fn at_once(&mut self, place: &mut Place) -> Option<Node> {
        if self.chance.percent(40) {
            let task = self.task();
            return Some(match self.chance.below(8) {
                0..5 => Node::new("cancel", [task]),
                5 => Node::new("cancelwith", [task, (*self.chance.pick(&MESSAGES)).to_owned()]),
                6 => Node::new("look", [task]),
                _ => {
                    let (node, cost) = self.spawn(*place)?;
                    place.room = place.room.saturating_sub(cost);
                    node
                }
            });
        }
        let theme = self.subject();
        self.provide(theme)
    }

    /// Something that lets one of those who wait go on.
    fn provide(&mut self, theme: Theme) -> Option<Node> {
        let future = *self.chance.pick(&FUTURES);
        let node = match theme {
            Theme::Event => Node::new(self.chance.pick(&["eset", "eset", "eclear"]), ["ev"]),
            Theme::Condition => match self.chance.below(3) {
                0 => Node::new("notifyall", ["cd"]),
                n => Node::new("notify", ["cd".to_owned(), n.to_string()]),
            },
            Theme::Queue => match self.chance.below(8) {
                0..5 if self.putters => Node::new("getnow", ["qu"]),
                0..5 => Node::new("putnow", ["qu".to_owned(), self.chance.below(9).to_string()]),
                5 => Node::new("size", ["qu"]),
                6 => Node::new("taskdone", ["qu"]),
                _ if self.version < (3, 13) => Node::new("size", ["qu"]),
                _ => Node::new("shutdown", ["qu"]),
            },
            Theme::Semaphore => Node::new("release", ["sm"]),
            Theme::Bounded => Node::new("locked", ["bs"]),
            Theme::Lock => Node::new("locked", ["lk"]),
            Theme::Future => match self.chance.below(4) {
                0 => Node::new("cancel", [future]),
                1 => Node::new("fail", [future, "ValueError", "bad"]),
                _ => Node::new("set", [future, "5"]),
            },
            Theme::Callback => Node::new("callback", [self.task()]),
            _ => return None,
        };
        let risky =
            matches!(node.name.as_str(), "notify" | "notifyall" | "putnow" | "getnow" | "taskdone" | "set" | "fail");
        Some(if risky { Node::new("try", ["Exception"]).block(vec![node]).block(vec![]).block(vec![]) } else { node })
    }
}
