//! Makes a program on which the sides differ as small as it can be while they still do.

use crate::compare::{Compared, ours};
use crate::programs::notation::{Node, Program};
use crate::python::{Python, Session};
use std::collections::BTreeSet;

/// Most programs that are tried: a few seconds.
const TRIES: usize = 3_000;

/// The smallest program found; the one given, when CPython cannot be asked.
pub fn shrink(python: &Python, compared: Compared) -> Compared {
    let Ok(mut session) = Session::start(python) else { return compared };
    let mut best = compared;
    let mut tries = 0;
    let mut at = 0;
    while tries < TRIES {
        let Some(smaller) = candidate(&best.program, at) else { break };
        at += 1;
        if !sound(&smaller) {
            continue;
        }
        tries += 1;
        let Ok(cpython) = session.log(&smaller.to_string()) else { return best };
        let ours = ours(&smaller);
        if ours != cpython && !cpython.starts_with("cannot") {
            best = Compared { program: smaller, ours, cpython, ..best };
            at = at.saturating_sub(1); // what was at this place is gone: the next has moved there
            if candidate(&best.program, at).is_none() {
                at = 0;
            }
        }
    }
    best
}

/// The ways to make a program smaller, by number: leave a statement out, put its blocks in its place, lessen a number.
fn candidate(program: &Program, at: usize) -> Option<Program> {
    let mut count = 0;
    program.each(&mut |_| count += 1);
    let (target, way) = (at % count + 1, at / count);
    let mut smaller = program.clone();
    let change = |node: &Node| -> Vec<Node> {
        let declared = matches!(node.name.as_str(), "def" | "gen");
        match way {
            0 => Vec::new(),
            1 if !declared => node.blocks.iter().flatten().cloned().collect(),
            2 if !declared && !node.blocks.is_empty() => node.blocks[0].clone(),
            3.. => vec![lessened(node, way - 3)],
            _ => vec![node.clone()],
        }
    };
    if way > 5 {
        return None;
    }
    replace(&mut smaller.0, target as u32, &change);
    smaller.number();
    Some(if smaller == *program { Program::default() } else { smaller })
}

fn lessened(node: &Node, which: usize) -> Node {
    let mut node = node.clone();
    if let Some(number) = node.args.get_mut(which)
        && let Ok(value) = number.parse::<u32>()
        && value > 0
    {
        *number = (value - 1).to_string();
    }
    node
}

fn replace(nodes: &mut Vec<Node>, target: u32, change: &dyn Fn(&Node) -> Vec<Node>) {
    if let Some(place) = nodes.iter().position(|node| node.number == target) {
        let new = change(&nodes[place]);
        nodes.splice(place..=place, new);
        return;
    }
    nodes.iter_mut().flat_map(|node| &mut node.blocks).for_each(|block| replace(block, target, change));
}

/// Whether everything that is named is declared.
fn sound(program: &Program) -> bool {
    let declared: BTreeSet<&str> = program.0.iter().map(|node| node.arg(0)).collect();
    let mut sound = declared.contains("m");
    program.each(&mut |node| {
        let known = |name: &str| declared.contains(name) || name.is_empty() || name.contains(|c: char| c.is_ascii_digit());
        sound &= match node.name.as_str() {
            "spawn" | "start" => declared.contains(node.arg(1)),
            "for" | "closing" => declared.contains(node.arg(0)),
            "gather" | "settle" => node.args.iter().all(|arg| known(arg)),
            "shield" | "waitfor" => known(node.arg(0)),
            "with" | "acquire" | "release" | "locked" | "ewait" | "eset" | "eclear" | "cwait" | "cwaitfor" | "notify"
            | "notifyall" | "bwait" | "breset" | "babort" | "put" | "get" | "putnow" | "getnow" | "taskdone" | "join"
            | "shutdown" | "size" => declared.contains(node.arg(0)),
            _ => true,
        };
    });
    sound
}
