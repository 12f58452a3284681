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
    loop {
        let before = best.program.clone();
        let mut target = 1;
        while let Some(node) = find(&best.program.0, target) {
            let better = smaller(&node).into_iter().find_map(|new| {
                let mut program = best.program.clone();
                replace(&mut program.0, target, &new);
                program.number();
                if tries >= TRIES || program == best.program || !sound(&program) {
                    return None;
                }
                tries += 1;
                let cpython = session.log(&program.to_string()).ok()?;
                let ours = ours(&program);
                let smaller = Compared { program, ours, cpython, ..best.clone() };
                (!smaller.equal() && !smaller.cpython.starts_with("cannot")).then_some(smaller)
            });
            match better {
                Some(better) => best = better,
                None => target += 1,
            }
        }
        if best.program == before || tries >= TRIES {
            return best;
        }
    }
}

fn find(nodes: &[Node], number: u32) -> Option<Node> {
    let mut found = None;
    nodes.iter().for_each(|node| {
        node.each(&mut |node| {
            if node.number == number {
                found = Some(node.clone());
            }
        });
    });
    found
}

/// What can stand in the place of a statement, the smallest first.
fn smaller(node: &Node) -> Vec<Vec<Node>> {
    let mut all = vec![Vec::new()];
    if !matches!(node.name.as_str(), "def" | "gen") {
        all.extend(node.blocks.iter().filter(|block| !block.is_empty()).cloned());
    }
    let mut change = |change: &dyn Fn(&mut Node)| {
        let mut node = node.clone();
        change(&mut node);
        all.push(vec![node]);
    };
    if node.name == "try" {
        (0..node.args.len()).for_each(|handler| {
            change(&|node| {
                node.args.remove(handler);
                node.blocks.remove(handler + 1);
            });
        });
    }
    if matches!(node.name.as_str(), "gather" | "settle" | "wait" | "each" | "spawn" | "start") {
        (2..node.args.len()).for_each(|arg| change(&|node| drop(node.args.remove(arg))));
    }
    for (index, arg) in node.args.iter().enumerate() {
        if let Ok(value @ 1..) = arg.parse::<u32>() {
            change(&|node| node.args[index] = (value - 1).to_string());
        }
    }
    all
}

fn replace(nodes: &mut Vec<Node>, target: u32, new: &[Node]) {
    if let Some(place) = nodes.iter().position(|node| node.number == target) {
        nodes.splice(place..=place, new.iter().cloned());
        return;
    }
    nodes.iter_mut().flat_map(|node| &mut node.blocks).for_each(|block| replace(block, target, new));
}

/// Whether everything that is named is declared.
fn sound(program: &Program) -> bool {
    let declared: BTreeSet<&str> = program.0.iter().map(|node| node.arg(0)).collect();
    let mut sound = declared.contains("m");
    program.each(&mut |node| {
        let known = |name: &str| declared.contains(name) || name.len() != 1; // coroutines have one letter, variables two
        sound &= match node.name.as_str() {
            "spawn" | "start" => declared.contains(node.arg(1)),
            "for" | "closing" => declared.contains(node.arg(0)),
            "gather" | "settle" => node.args.iter().all(|arg| known(arg)),
            "shield" | "waitfor" => known(node.arg(0)),
            "with" | "acquire" | "release" | "locked" | "ewait" | "eset" | "eclear" | "cwait" | "cwaitfor"
            | "notify" | "notifyall" | "bwait" | "breset" | "babort" | "put" | "get" | "putnow" | "getnow"
            | "taskdone" | "join" | "shutdown" | "size" => declared.contains(node.arg(0)),
            _ => true,
        };
    });
    sound
}
