//! Random programs from a seed: small, always finite, and full of coincidences.

mod calls;
mod chance;
mod control;
mod moments;
mod places;
mod sync;
mod themes;

use crate::programs::notation::{Node, Program};
use chance::Chance;
use std::collections::BTreeMap;
pub use themes::KINDS;
use themes::{THEMES, Theme};

/// Coroutines a program may have beside `m`, its main one; each calls only later ones, so every program ends.
const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

/// Most statements a coroutine may come to when it is run, calls included; and the main one.
const MOST: u32 = 36;
const MOST_MAIN: u32 = 110;

/// Makes one program.
struct Maker {
    chance: Chance,
    themes: Vec<Theme>,
    /// The CPython the program is for: what came later is left out.
    version: (u32, u32),
    /// The coroutines there will be.
    names: &'static [&'static str],
    /// What each coroutine made so far costs when it is run. They are made from the last to the first.
    costs: BTreeMap<&'static str, u32>,
    /// Asynchronous generators.
    generators: BTreeMap<&'static str, u32>,
    /// Those whose tasks the main coroutine starts with, by the names of their variables: there is somebody to meet.
    first: Vec<(&'static str, String)>,
    /// What nearly all tasks wait for from the beginning, if there is such a thing.
    contended: Option<Theme>,
    /// Of a queue: whether they wait for room in it, not for items.
    putters: bool,
    /// The kind of queue declared.
    queue: &'static str,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    /// How deep blocks may still be nested.
    depth: u32,
    /// Whether it is in a generator.
    generator: bool,
    /// Whether a value can be given out there. Not while an exception is handled: a generator that gives another value
    /// when it is closed ends when its memory is freed, and when that is depends on who still holds its exceptions.
    yields: bool,
    /// Whether an `except` block surrounds it.
    handler: bool,
    /// Whether a `timeout` surrounds it.
    limited: bool,
    /// Whether a task group surrounds it.
    grouped: bool,
    /// Whether it is in the main coroutine: there exceptions are mostly caught, or little would follow.
    main: bool,
    /// What it may cost.
    room: u32,
}

/// The program of this seed, without what CPython `version` does not have.
pub fn program(seed: u64, version: (u32, u32)) -> Program {
    let mut chance = Chance::new(seed);
    let mut themes = THEMES.to_vec();
    chance.shuffle(&mut themes);
    themes.truncate(1 + chance.below(4) as usize);
    let queue = *chance.pick(&["queue", "queue", "queue", "lifo", "prio"]);
    let most = if chance.percent(25) { 7 } else { 4 };
    let count = 1 + chance.below(most) as usize;
    let (names, costs, generators) = (&NAMES[..count], BTreeMap::new(), BTreeMap::new());
    let first = (0..1 + chance.below(4)).map(|_| calls::variable_of(&mut chance, names)).collect();
    let shared: Vec<Theme> =
        themes.iter().copied().filter(|theme| *theme >= Theme::Lock && *theme <= Theme::Queue).collect();
    let contended = if !shared.is_empty() && chance.percent(50) { Some(*chance.pick(&shared)) } else { None };
    let putters = chance.percent(25);
    let mut maker = Maker { chance, themes, version, names, costs, generators, first, contended, putters, queue };
    let mut program = Program(maker.declarations());
    program.number();
    program
}

impl Maker {
    fn declarations(&mut self) -> Vec<Node> {
        let mut nodes = self.resources();
        if self.has(Theme::Generator) {
            for name in ["g1", "g2"].iter().take(1 + self.chance.below(2) as usize) {
                let place = Place { generator: true, yields: true, ..Place::new(2, 14) };
                let (body, cost) = self.body(place, 2, 4);
                self.generators.insert(name, cost);
                nodes.push(Node::new("gen", [name]).block(body));
            }
        }
        let mut bodies = Vec::new();
        for name in self.names.iter().rev() {
            let (mut body, mut cost) = self.body(Place::new(3, MOST), 1, 4);
            if self.chance.percent(if self.contended.is_some() { 90 } else { 50 }) {
                let (waiting, more) = self.waiting(Place::new(2, 8));
                body.insert(0, waiting);
                cost += more;
            }
            self.costs.insert(name, cost);
            bodies.push(Node::new("def", [name]).block(body));
        }
        let main = self.main_body();
        bodies.push(Node::new("def", ["m"]).block(main));
        bodies.reverse();
        nodes.append(&mut bodies);
        nodes
    }

    /// Spawns some tasks at once, so that there is somebody to meet; then does as others do.
    fn main_body(&mut self) -> Vec<Node> {
        let mut place = Place { main: true, ..Place::new(3, MOST_MAIN) };
        let mut nodes = Vec::new();
        for (name, variable) in self.first.clone() {
            let cost = self.costs.get(name).copied().unwrap_or(0);
            if cost < place.room {
                place.room -= cost;
                nodes.push(Node::new("spawn", [&variable, name]));
            }
        }
        if self.chance.percent(70) {
            nodes.append(&mut self.moments(&mut place));
        }
        nodes.append(&mut self.body(place, 1, 5).0);
        if self.chance.percent(60) {
            nodes.push(Node::new("sleep", [*self.chance.pick(&[3, 5, 8])]));
        }
        if self.chance.percent(50) {
            nodes.append(&mut self.helping()); // so that fewer programs are stuck in the end
        }
        nodes
    }

    fn has(&self, theme: Theme) -> bool {
        self.themes.contains(&theme)
    }

    /// A block of `least` to `most` statements, and what it costs.
    fn body(&mut self, place: Place, least: u32, most: u32) -> (Vec<Node>, u32) {
        let (mut nodes, mut spent) = (Vec::new(), 0);
        for _ in 0..least + self.chance.below(most - least + 1) {
            let room = place.room.saturating_sub(spent);
            if room < 2 {
                break;
            }
            let (node, cost) = self.statement(Place { room, ..place });
            let risky =
                !matches!(node.name.as_str(), "sleep" | "try" | "tick" | "return" | "reraise" | "yield" | "spawn");
            let wrap = place.depth > 0 && risky && self.chance.percent(if place.main { 55 } else { 25 });
            let last = matches!(node.name.as_str(), "return" | "reraise" | "raise") && !wrap;
            let (node, cost) = if wrap { self.wrapped(Place { room, ..place }, node, cost) } else { (node, cost) };
            spent += cost;
            let counted = matches!(node.name.as_str(), "timeout" | "group" | "try");
            nodes.push(node);
            if counted && self.chance.percent(20) {
                nodes.push(Node::new("cancelling", [""; 0]));
            }
            if last {
                break;
            }
        }
        (nodes, spent + 1)
    }
}

impl Place {
    fn new(depth: u32, room: u32) -> Self {
        Self {
            depth,
            generator: false,
            yields: false,
            handler: false,
            limited: false,
            grouped: false,
            main: false,
            room,
        }
    }

    /// Inside a block of this place.
    fn inner(self) -> Self {
        Self { depth: self.depth.saturating_sub(1), main: false, room: self.room.saturating_sub(1), ..self }
    }
}
