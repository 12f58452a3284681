//! Statements that start coroutines and wait for several at once; futures, callbacks and generators.

use super::chance::Chance;
use super::control::Made;
use super::places::{FUTURES, MESSAGES, NICKNAMES, limit};
use super::{Maker, Place, Theme};
use crate::programs::notation::Node;

impl Maker {
    /// A coroutine that fits into what is left, and what it costs.
    fn callee(&mut self, place: Place) -> Option<(&'static str, u32)> {
        let fit: Vec<_> = self.costs.iter().map(|(name, cost)| (*name, *cost)).collect();
        let fit: Vec<_> = fit.into_iter().filter(|(_, cost)| cost + 1 < place.room).collect();
        if fit.is_empty() { None } else { Some(*self.chance.pick(&fit)) }
    }

    /// The variable of any coroutine's task: mostly one of those there are from the beginning.
    pub(super) fn task(&mut self) -> String {
        if self.chance.percent(65) {
            return self.chance.pick(&self.first).1.clone();
        }
        variable_of(&mut self.chance, self.names).1
    }

    /// The variable of a task that can be awaited here: of a later coroutine, so that no two wait for each other (a
    /// cancellation would go round for ever, until CPython's stack is full).
    pub(super) fn awaitable(&mut self) -> Option<String> {
        let later: Vec<_> = self.costs.keys().copied().collect();
        let first: Vec<_> = self.first.iter().filter(|(name, _)| later.contains(name)).cloned().collect();
        if !first.is_empty() && self.chance.percent(75) {
            return Some(self.chance.pick(&first).1.clone());
        }
        if later.is_empty() { None } else { Some(variable_of(&mut self.chance, &later).1) }
    }

    pub(super) fn spawn(&mut self, place: Place) -> Option<Made> {
        let (name, cost) = self.callee(place)?;
        let start = place.grouped && self.chance.percent(75);
        let mut node =
            Node::new(if start { "start" } else { "spawn" }, [&variable_of(&mut self.chance, &[name]).1, name]);
        let named = self.chance.percent(15);
        // Before 3.13 a task that has a name is counted in "Task-N", too.
        if named && self.version >= (3, 13) {
            node.args.push((*self.chance.pick(&NICKNAMES)).to_owned());
        }
        Some((node, cost + 1))
    }

    /// New coroutines, tasks and futures, mixed.
    fn items(&mut self, place: Place) -> (Vec<String>, u32) {
        let (mut items, mut spent) = (Vec::new(), 1);
        for _ in 0..1 + self.chance.below(3) {
            let left = Place { room: place.room.saturating_sub(spent), ..place };
            match self.callee(left) {
                Some((name, cost)) if self.chance.percent(60) => {
                    items.push(name.to_owned());
                    spent += cost;
                }
                _ if self.version < (3, 12) => {} // a gather of tasks that are done took a turn less
                _ => items.extend(self.variable()),
            }
        }
        (items, spent)
    }

    /// A task or future that can be awaited here.
    fn variable(&mut self) -> Option<String> {
        self.awaitable()
    }

    /// Some of all tasks and futures.
    fn variables(&mut self) -> Vec<String> {
        let mut all: Vec<String> = self.first.iter().map(|(_, variable)| variable.clone()).collect();
        all.push(self.task());
        all.sort();
        all.dedup();
        self.chance.some(&all, 4)
    }

    pub(super) fn together(&mut self, place: Place, theme: Theme) -> Option<Made> {
        Some(match theme {
            Theme::Gather => {
                let (items, cost) = self.items(place);
                (Node::new(if self.chance.percent(60) { "gather" } else { "settle" }, items), cost)
            }
            Theme::Wait => {
                let mode = *self.chance.pick(&["all", "first", "error"]);
                let mut args = vec![mode.to_owned(), limit(&mut self.chance).to_owned()];
                args.append(&mut self.variables());
                (Node::new("wait", args), 1)
            }
            Theme::Each => {
                let limit = limit(&mut self.chance).to_owned();
                let most = self.chance.below(4).to_string();
                let variables = self.variables();
                let cost = variables.len() as u32 + 1;
                (Node::new("each", [limit, most].into_iter().chain(variables)), cost)
            }
            _ => match self.callee(place) {
                Some((name, cost)) if self.chance.percent(40) => (Node::new("shield", [name]), cost + 1),
                _ => (Node::new("shield", [self.variable()?]), 1),
            },
        })
    }

    pub(super) fn wait_for(&mut self, place: Place, limit: &str) -> Option<Made> {
        if self.version < (3, 12) {
            return None; // it made a task of every coroutine
        }
        match self.callee(place) {
            Some((name, cost)) if self.chance.percent(70) => Some((Node::new("waitfor", [name, limit]), cost + 1)),
            _ => Some((Node::new("waitfor", [self.variable()?.as_str(), limit]), 1)),
        }
    }

    pub(super) fn group(&mut self, place: Place) -> Option<Made> {
        if place.depth == 0 {
            return None;
        }
        let mut inner = Place { grouped: true, ..place.inner() };
        let (mut body, mut spent) = (Vec::new(), 0);
        for _ in 0..1 + self.chance.below(2) {
            if let Some((node, cost)) = self.spawn(inner) {
                inner.room -= cost.min(inner.room);
                spent += cost;
                body.push(node);
            }
        }
        let (mut more, cost) = self.body(inner, 1, 2);
        body.append(&mut more);
        Some((Node::new("group", [""; 0]).block(body), spent + cost + 1))
    }

    pub(super) fn promise(&mut self, theme: Theme) -> Option<Made> {
        let future = *self.chance.pick(&FUTURES);
        if theme == Theme::Callback {
            let any = if self.chance.percent(70) { self.task() } else { future.to_owned() };
            return Some((Node::new("callback", [any]), 2));
        }
        let node = match self.chance.below(12) {
            0..3 => Node::new("future", [future]),
            3..6 => Node::new("await", [future]),
            6..8 => Node::new("set", [future.to_owned(), self.chance.below(9).to_string()]),
            8 => Node::new(
                "fail",
                [future, *self.chance.pick(&["ValueError", "KeyError"]), *self.chance.pick(&MESSAGES)],
            ),
            9 => Node::new("cancel", [future]),
            10 => Node::new("cancelwith", [future, *self.chance.pick(&MESSAGES)]),
            _ => Node::new("look", [future]),
        };
        Some((node, 1))
    }

    pub(super) fn generator(&mut self, place: Place) -> Option<Made> {
        let all: Vec<_> = self.generators.iter().map(|(name, cost)| (*name, *cost)).collect();
        let all: Vec<_> = all.into_iter().filter(|(_, cost)| cost * 3 < place.room).collect();
        if place.depth == 0 || place.generator || all.is_empty() {
            return None;
        }
        let (name, cost) = *self.chance.pick(&all);
        let most = self.chance.below(4);
        let inner = Place { room: (place.room - cost) / 4, ..place.inner() };
        let (body, each) = self.body(inner, 1, 2);
        let word = if self.chance.percent(70) { "for" } else { "closing" };
        Some((Node::new(word, [name.to_owned(), most.to_string()]).block(body), cost + 4 * each + 1))
    }
}

/// A variable for a task of one of these coroutines. Each coroutine has two: few, so that tasks are found by those who
/// cancel, await or look.
pub fn variable_of(chance: &mut Chance, names: &[&'static str]) -> (&'static str, String) {
    let name = *chance.pick(names);
    (name, if chance.percent(30) { format!("u{name}") } else { format!("t{name}") })
}
