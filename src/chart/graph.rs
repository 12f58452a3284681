//! The wait-for graph at a moment: threads on the left, what they wait for and hold on the right, each in a place that it keeps.

use super::looks::is_drawn;
use super::scene::{Anchor, Paint, Scene};
use super::waits::Waits;
use crate::model::{LaneKind, Nanos, State, Trace, units};

/// Most rows; what has no row of its own shares the last one.
const ROWS: usize = 8;
/// Height of a row.
const ROW: f64 = 28.0;
/// Height of a node.
const NODE: f64 = 22.0;
/// Room for the heading.
const HEAD: f64 = 30.0;
/// Widest picture: farther apart, the two sides would be hard to see together.
const WIDEST: f64 = 620.0;
/// Room left of the threads, for waits that lead from one to another.
const SIDE: f64 = 20.0;
/// Width of a character of a name, about, and of the words at both ends of an edge.
const CHAR: f64 = 7.0;
const WORDS: f64 = 58.0;
/// Where a wait leaves and meets a node, and where what holds does, from its middle.
const WAIT: f64 = -4.0;
const HOLD: f64 = 7.0;
/// From one frame of a node to the next.
const FRAME: f64 = 3.0;
/// Size of an arrow's head.
const HEAD_X: f64 = 6.0;
const HEAD_Y: f64 = 3.5;

/// Narrowest picture: in less, nothing could be read.
const NARROWEST: f64 = 160.0;

/// Height of a graph with so many threads or objects, whichever is more.
pub fn height(most: usize) -> f64 {
    HEAD + most.clamp(1, ROWS) as f64 * ROW
}

/// Nodes of one side: as many as there is room for, the last for all that have none.
struct Side {
    names: Vec<String>,
    x: f64,
    w: f64,
    top: f64,
    /// From the middle of one to the next.
    step: f64,
}

impl Side {
    fn new(mut names: Vec<String>, (x, room): (f64, f64), top: f64, rows: usize) -> Self {
        if names.len() > ROWS {
            let rest = names.split_off(ROWS - 1);
            names.push(format!("and {} more", rest.len()));
        }
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let w = (longest as f64 * CHAR + 18.0).min(room);
        let step = rows.clamp(1, ROWS) as f64 * ROW / names.len().max(1) as f64;
        Self { names, x, w, top, step }
    }

    /// The row of the node that stands for number `n`.
    fn row(&self, n: usize) -> usize {
        n.min(self.names.len().saturating_sub(1))
    }

    /// The middle of the node that stands for number `n`.
    fn y(&self, n: usize) -> f64 {
        self.top + (self.row(n) as f64 + 0.5) * self.step
    }

    fn right(&self) -> f64 {
        self.x + self.w
    }
}

/// What is drawn of a graph.
struct Graph<'a> {
    threads: Side,
    objects: Side,
    at: &'a Waits,
    circle: Vec<usize>,
    /// The lanes that are processes.
    processes: Vec<usize>,
}

/// Draws the graph of a moment below `top`.
pub fn draw(scene: &mut Scene, trace: &Trace, at: &Waits, moment: Nanos, top: f64) {
    let width = scene.width.min(WIDEST);
    if width < NARROWEST {
        return;
    }
    let rows = trace.lanes.len().max(trace.objects.len());
    let room = width * 0.28;
    let threads = trace.lanes.iter().map(|lane| lane.name.clone()).collect();
    let threads = Side::new(threads, (SIDE, room), top + HEAD - 4.0, rows);
    let mut objects = Side::new(trace.objects.clone(), (0.0, room), top + HEAD - 4.0, rows);
    objects.x = width - objects.w - 6.0;
    let processes = (0..trace.lanes.len()).filter(|lane| trace.lanes[*lane].kind == LaneKind::Process).collect();
    let graph = Graph { threads, objects, at, circle: at.circle(), processes };
    graph.heading(scene, moment, width, top + 14.0);
    for lane in 0..at.lanes.len() {
        graph.wait(scene, lane);
    }
    for object in 0..trace.objects.len() {
        graph.held(scene, object);
    }
    graph.nodes(scene);
}

impl Graph<'_> {
    fn heading(&self, scene: &mut Scene, moment: Nanos, width: f64, y: f64) {
        let waits = self.at.lanes.iter().any(|now| now.wait.is_some_and(|wait| wait.object.is_some()))
            || (0..self.at.lanes.len()).any(|lane| self.at.reason(lane).is_some());
        let (words, paint) = match self.circle.is_empty() {
            false => ("closed circle", Paint::Failure),
            true if waits => ("no circle", Paint::Soft),
            true => ("nobody waits", Paint::Soft),
        };
        scene.text((0.0, y), Anchor::Start, Paint::Ink, true, 130.0, "Who waits for whom".to_owned());
        scene.text((136.0, y), Anchor::Start, Paint::Soft, false, 90.0, format!("at {}", units::time(moment)));
        scene.text((width - 6.0, y), Anchor::End, paint, paint == Paint::Failure, 96.0, words.to_owned());
    }

    /// Whether the wait of a lane is part of the circle.
    fn is_closed(&self, lane: usize) -> bool {
        self.circle.contains(&lane)
    }

    /// Whether an object, as held by a lane, is part of the circle.
    fn closes(&self, object: usize, holder: usize) -> bool {
        let for_it = |lane: &usize| {
            let wait = self.at.lanes[*lane].wait;
            wait.is_some_and(|wait| wait.object == Some(object)) && self.at.target(*lane) == Some(holder)
        };
        self.is_closed(holder) && self.circle.iter().any(for_it)
    }

    /// What a lane waits for: words beside it, and an arrow.
    fn wait(&self, scene: &mut Scene, lane: usize) {
        let Some(wait) = self.at.lanes[lane].wait else { return };
        let (paint, ink) = match self.is_closed(lane) {
            true => (Paint::ClosedWaits, Paint::Failure),
            false => (Paint::Waits, Paint::Ink),
        };
        let (threads, objects) = (&self.threads, &self.objects);
        let y = threads.y(lane);
        let label = |scene: &mut Scene, words: String, room: f64| {
            scene.text((threads.right() + 6.0, y), Anchor::Start, ink, false, room, words);
        };
        if let Some(object) = wait.object {
            let (from, to) = ((threads.right() + WORDS, y + WAIT), (objects.x - WORDS, objects.y(object) + WAIT));
            label(scene, "waits for".to_owned(), WORDS - 8.0);
            let tip = (objects.x - reach(paint), to.1);
            scene.line(from, to, paint);
            scene.line(to, tip, paint);
            arrow(scene, tip, 1.0, paint);
        } else if let Some(other) = self.at.target(lane) {
            let name = threads.names.get(threads.row(other)).map_or("", String::as_str);
            // As `end_of` has it, but with the name first: where there is little room, the rest is cut off.
            let end = if self.processes.contains(&other) { " to end" } else { "" };
            label(scene, format!("waits for {name}{end}"), objects.x - threads.right() - WORDS);
            // Around the left, each in a lane of its own.
            let x = SIDE - 8.0 - 4.0 * (threads.row(lane) % 3) as f64;
            let to = threads.y(other) + HOLD;
            scene.line((SIDE, y + WAIT), (x, y + WAIT), paint);
            scene.line((x, y + WAIT), (x, to), paint);
            let tip = (SIDE - reach(paint), to);
            scene.line((x, to), tip, paint);
            arrow(scene, tip, 1.0, paint);
        } else if let Some(reason) = self.at.reason(lane) {
            label(scene, format!("waits for {reason}"), objects.x - threads.right() - WORDS);
        }
    }

    /// Who holds an object: words beside it, and an arrow to each.
    fn held(&self, scene: &mut Scene, object: usize) {
        let (threads, objects) = (&self.threads, &self.objects);
        let holders = self.at.holders(object);
        let closed = holders.iter().any(|holder| self.closes(object, *holder));
        let y = objects.y(object);
        if !holders.is_empty() {
            let ink = if closed { Paint::Failure } else { Paint::Ink };
            scene.text((objects.x - 6.0, y + 11.0), Anchor::End, ink, false, WORDS - 8.0, "held by".to_owned());
        }
        for holder in holders {
            let paint = if self.closes(object, holder) { Paint::ClosedHolds } else { Paint::Holds };
            let (from, to) = ((objects.x - WORDS, y + HOLD), (threads.right() + WORDS, threads.y(holder) + HOLD));
            let tip = (threads.right() + reach(paint), to.1);
            scene.line(from, to, paint);
            scene.line(to, tip, paint);
            arrow(scene, tip, -1.0, paint);
        }
    }

    /// The nodes, over the ends of the edges: threads filled as in their lanes, objects framed; twice, in a circle.
    fn nodes(&self, scene: &mut Scene) {
        let (threads, objects) = (&self.threads, &self.objects);
        for (row, name) in threads.names.iter().enumerate() {
            let shared = row + 1 == threads.names.len() && self.at.lanes.len() > threads.names.len();
            let state = self.at.lanes.get(row).and_then(|now| now.state).filter(|state| is_drawn(*state) && !shared);
            let (ground, ink) = match state {
                Some(state) => (Paint::State(state), Paint::Letter(state)),
                None => (Paint::State(State::Idle), Paint::Ink),
            };
            let y = threads.y(row);
            scene.rect(threads.x, y - NODE / 2.0, threads.w, NODE, ground);
            let middle = (threads.x + threads.w / 2.0, y + 4.0);
            scene.text(middle, Anchor::Middle, ink, false, threads.w - 8.0, name.clone());
            if (0..self.at.lanes.len()).any(|lane| threads.row(lane) == row && self.is_closed(lane)) {
                frames(scene, threads, y, Paint::ClosedHolds, 2);
            }
        }
        for (row, name) in objects.names.iter().enumerate() {
            let y = objects.y(row);
            let closed = (0..self.at.lanes.len()).any(|lane| self.closes(row, lane));
            let paint = if closed { Paint::ClosedHolds } else { Paint::Holds };
            frames(scene, objects, y, paint, 1 + usize::from(closed));
            let middle = (objects.x + objects.w / 2.0, y + 4.0);
            scene.text(middle, Anchor::Middle, Paint::Ink, true, objects.w - 8.0, name.clone());
        }
    }
}

/// How far from its node an edge ends: in a circle nodes have a second frame.
fn reach(paint: Paint) -> f64 {
    if matches!(paint, Paint::ClosedWaits | Paint::ClosedHolds) { FRAME } else { 0.0 }
}

/// The head of an arrow whose tip is at a point, pointing to the right (1) or to the left (-1).
fn arrow(scene: &mut Scene, (x, y): (f64, f64), way: f64, paint: Paint) {
    // The heads of dashed lines are whole.
    let paint = match paint {
        Paint::Waits => Paint::Holds,
        Paint::ClosedWaits => Paint::ClosedHolds,
        other => other,
    };
    for up in [-HEAD_Y, HEAD_Y] {
        scene.line((x - way * HEAD_X, y + up), (x, y), paint);
    }
}

/// Frames around a node, each a little wider than the one within.
fn frames(scene: &mut Scene, side: &Side, y: f64, paint: Paint, times: usize) {
    for n in 0..times {
        let out = n as f64 * FRAME;
        let (left, right) = (side.x - out, side.right() + out);
        let (top, bottom) = (y - NODE / 2.0 - out, y + NODE / 2.0 + out);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        corners.windows(2).for_each(|side| scene.line(side[0], side[1], paint));
    }
}
