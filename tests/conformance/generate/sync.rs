//! Statements about what tasks share: locks, semaphores, events, conditions, barriers, queues.

use super::control::Made;
use super::{Maker, Place, Theme};
use crate::programs::notation::Node;

impl Maker {
    /// Declares what the themes need.
    pub(super) fn resources(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for theme in self.themes.clone() {
            let (word, name, size) = match theme {
                Theme::Lock => ("lock", "lk", None),
                Theme::Semaphore => ("sem", "sm", Some(self.chance.below(3))),
                Theme::Bounded => ("bsem", "bs", Some(1 + self.chance.below(2))),
                Theme::Event => ("event", "ev", None),
                Theme::Condition => ("cond", "cd", None),
                Theme::Barrier => ("barrier", "br", Some(1 + self.chance.below(3))),
                Theme::Queue if self.putters => (self.queue, "qu", Some(1)),
                Theme::Queue => (self.queue, "qu", Some(self.chance.below(3))),
                _ => continue,
            };
            let args = [Some(name.to_owned()), size.map(|size| size.to_string())];
            nodes.push(Node::new(word, args.into_iter().flatten()));
        }
        nodes
    }

    /// Helps those who still wait.
    pub(super) fn helping(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for theme in self.themes.clone() {
            nodes.extend(match theme {
                Theme::Event => Some(Node::new("eset", ["ev"])),
                Theme::Condition => Some(Node::new("with", ["cd"]).block(vec![Node::new("notifyall", ["cd"])])),
                Theme::Barrier => Some(Node::new("babort", ["br"])),
                Theme::Semaphore => Some(Node::new("release", ["sm"])),
                Theme::Queue if self.version >= (3, 13) => Some(Node::new("shutdown", ["qu", "now"])),
                _ => None,
            });
        }
        nodes.push(Node::new("sleep", [1]));
        nodes
    }

    pub(super) fn resource(&mut self, place: Place, theme: Theme) -> Option<Made> {
        let one = |word: &str, name: &str| Some((Node::new(word, [name]), 1));
        match theme {
            Theme::Lock => self.held(place, "lk"),
            Theme::Semaphore => self.held(place, "sm"),
            Theme::Bounded => self.held(place, "bs"),
            Theme::Event => match self.chance.below(10) {
                0..5 => one("ewait", "ev"),
                5..8 => one("eset", "ev"),
                _ => one("eclear", "ev"),
            },
            Theme::Condition => self.condition(place),
            Theme::Barrier => match self.chance.below(20) {
                0..11 => one("bwait", "br"),
                11..15 => self.with(place, "br"),
                15..18 => one("breset", "br"),
                _ => one("babort", "br"),
            },
            _ => self.queue(),
        }
    }

    fn with(&mut self, place: Place, name: &str) -> Option<Made> {
        if place.depth == 0 {
            return None;
        }
        let (body, cost) = self.body(place.inner(), 1, 2);
        Some((Node::new("with", [name]).block(body), cost + 1))
    }

    /// What can be held: nearly always for a block, now and then by hand.
    fn held(&mut self, place: Place, name: &str) -> Option<Made> {
        match self.chance.below(20) {
            0..13 => self.with(place, name),
            13..15 => Some((Node::new("acquire", [name]), 1)),
            15..18 => Some((Node::new("release", [name]), 1)),
            _ => Some((Node::new("locked", [name]), 1)),
        }
    }

    fn condition(&mut self, place: Place) -> Option<Made> {
        let word =
            *self.chance.pick(&["cwait", "cwait", "cwaitfor", "notify", "notify", "notifyall", "bump", "locked"]);
        let node = match word {
            "bump" => Node::new(word, [""; 0]),
            "cwaitfor" | "notify" => Node::new(word, ["cd".to_owned(), (1 + self.chance.below(2)).to_string()]),
            _ => Node::new(word, ["cd"]),
        };
        if place.depth == 0 || self.chance.percent(12) {
            return Some((node, 1)); // perhaps without holding it
        }
        let (mut body, cost) = self.body(place.inner(), 1, 2);
        body.insert(self.chance.below(body.len() as u32 + 1) as usize, node);
        Some((Node::new("with", ["cd"]).block(body), cost + 2))
    }

    fn queue(&mut self) -> Option<Made> {
        let value = self.chance.below(9).to_string();
        let with_value = |word: &str| Node::new(word, ["qu", &value]);
        let node = match self.chance.below(24) {
            0..6 => with_value("put"),
            6..12 => Node::new("get", ["qu"]),
            12..14 => with_value("putnow"),
            14..16 => Node::new("getnow", ["qu"]),
            16..19 => Node::new("taskdone", ["qu"]),
            19..21 => Node::new("join", ["qu"]),
            21 => Node::new("size", ["qu"]),
            _ if self.version < (3, 13) => Node::new("size", ["qu"]),
            22 => Node::new("shutdown", ["qu"]),
            _ => Node::new("shutdown", ["qu", "now"]),
        };
        Some((node, 1))
    }
}
