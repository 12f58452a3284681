//! Statements of every program: sleeping, repeating, catching, returning, limits; and which statement comes next.

use super::places::{MESSAGES, RAISED, duration, limit};
use super::{Maker, Place, Theme};
use crate::programs::notation::Node;

/// A statement and what it costs.
pub type Made = (Node, u32);

impl Maker {
    /// Any statement that can stand here.
    pub(super) fn statement(&mut self, place: Place) -> Made {
        if place.yields && self.chance.percent(35) {
            return (Node::new("yield", [self.chance.below(9)]), 1);
        }
        if self.chance.percent(30) {
            return self.plain(place);
        }
        let theme = *self.chance.pick(&self.themes.clone());
        let made = match theme {
            Theme::Gather | Theme::Wait | Theme::Each | Theme::Shield => self.together(place, theme),
            Theme::Group => self.group(place),
            Theme::Timeout => self.limited(place),
            Theme::Cancel => Some(self.cancel()),
            Theme::Raise => Some(self.raise(place)),
            Theme::Future | Theme::Callback => self.promise(theme),
            Theme::Generator => self.generator(place),
            Theme::Guard => self.guard(place),
            _ => self.resource(place, theme),
        };
        made.unwrap_or_else(|| self.plain(place))
    }

    /// What every program does.
    fn plain(&mut self, place: Place) -> Made {
        match self.chance.below(20) {
            0..5 => (Node::new("sleep", [duration(&mut self.chance)]), 1),
            5..7 => self.tick(),
            7..12 => self.spawn(place).unwrap_or_else(|| self.tick()),
            12..14 => match self.awaitable() {
                Some(task) => (Node::new("await", [task]), 1),
                None => self.tick(),
            },
            14 => self.cancel(),
            15 => (Node::new("look", [self.task()]), 1),
            16 if place.depth > 0 => self.repeat(place),
            17 if place.depth > 0 => self.tried(place),
            18 if !place.main && !place.generator => (Node::new("return", [self.chance.below(9)]), 1),
            19 if place.handler || !place.main => self.raise(place),
            _ => (Node::new("sleep", [0]), 1),
        }
    }

    /// Gives way some times, each on the record: so turns that take no time are seen too.
    fn tick(&mut self) -> Made {
        let times = 1 + self.chance.below(4);
        (Node::new("tick", [times]), times + 1)
    }

    fn repeat(&mut self, place: Place) -> Made {
        let times = 2 + self.chance.below(2);
        let inner = Place { room: place.room / times, ..place.inner() };
        let (body, cost) = self.body(inner, 1, 2);
        (Node::new("repeat", [times]).block(body), times * cost + 1)
    }

    fn tried(&mut self, place: Place) -> Made {
        let (body, cost) = self.body(Place { room: place.room * 2 / 3, ..place.inner() }, 1, 3);
        self.catching(place, body, cost)
    }

    /// A statement with handlers around it.
    pub(super) fn wrapped(&mut self, place: Place, node: Node, cost: u32) -> Made {
        self.catching(place, vec![node], cost + 1)
    }

    fn catching(&mut self, place: Place, body: Vec<Node>, cost: u32) -> Made {
        let kinds: &[&[&str]] = match self.chance.below(10) {
            0..4 => &[&["Exception"], &["ExceptionGroup"], &["ValueError"], &["OSError"]],
            4..7 => &[&["CancelledError"], &["CancelledError", "Exception"], &["BaseException"]],
            7..9 => &[&["TimeoutError"], &["TimeoutError", "CancelledError"], &["ValueError", "Exception"]],
            _ => &[&[], &["KeyError"], &["RuntimeError"]],
        };
        let kinds: &[&str] = self.chance.pick(kinds);
        let kinds = if place.generator && kinds == ["BaseException"] { &["Exception"] } else { kinds };
        let mut spent = cost;
        let mut node = Node::new("try", kinds).block(body);
        for _ in kinds {
            let room = (place.room.saturating_sub(spent)).min(8);
            let inner = Place { handler: true, yields: false, room, ..place.inner() };
            let (handler, cost) = if self.chance.percent(35) { (Vec::new(), 0) } else { self.body(inner, 1, 2) };
            spent += cost;
            node = node.block(handler);
        }
        let last = kinds.is_empty() || self.chance.percent(25);
        let room = place.room.saturating_sub(spent).min(6);
        let inner = Place { room, yields: false, ..place.inner() };
        let (last, cost) = if last { self.body(inner, 1, 2) } else { (Vec::new(), 0) };
        (node.block(last), spent + cost + 1)
    }

    fn cancel(&mut self) -> Made {
        let (task, message) = (self.task(), (*self.chance.pick(&MESSAGES)).to_owned());
        let node = match self.chance.below(12) {
            0..6 => Node::new("cancel", [task]),
            6..8 => Node::new("cancelwith", [task, message]),
            8 => Node::new("cancelme", [""; 0]),
            9 => Node::new("cancelme", [message]),
            10 => Node::new("uncancel", [""; 0]),
            _ => Node::new("cancelling", [""; 0]),
        };
        (node, 1)
    }

    fn raise(&mut self, place: Place) -> Made {
        if place.handler && self.chance.percent(40) {
            return (Node::new("reraise", [""; 0]), 1);
        }
        let (kind, message) = (*self.chance.pick(&RAISED), *self.chance.pick(&MESSAGES));
        let mut node = Node::new("raise", [kind, message]);
        if place.handler && self.chance.percent(40) {
            node.args.push("from".to_owned());
        }
        (node, 1)
    }

    /// A block with a limit, or a new limit for the block around.
    fn limited(&mut self, place: Place) -> Option<Made> {
        let limit = limit(&mut self.chance);
        if place.limited && self.chance.percent(35) {
            return Some((Node::new("reschedule", [limit]), 1));
        }
        if self.chance.percent(30) {
            return self.wait_for(place, limit);
        }
        if place.depth == 0 {
            return None;
        }
        let (body, cost) = self.body(Place { limited: true, ..place.inner() }, 1, 3);
        Some((Node::new("timeout", [limit]).block(body), cost + 1))
    }

    /// An asynchronous context manager.
    fn guard(&mut self, place: Place) -> Option<Made> {
        if place.depth == 0 {
            return None;
        }
        let mut node = Node::new("guard", [duration(&mut self.chance), duration(&mut self.chance)]);
        if self.chance.percent(40) {
            node.args.push((*self.chance.pick(&["ValueError", "Exception", "asyncio.CancelledError"])).to_owned());
        }
        let (body, cost) = self.body(place.inner(), 1, 3);
        Some((node.block(body), cost + 1))
    }
}
