//! Leaves out of a program what is never reached: recorded programs are to be short.

use crate::compare::ours;
use crate::programs::notation::{Node, Program};
use std::collections::BTreeSet;

/// The program without the statements that do not run.
pub fn pruned(mut program: Program) -> Program {
    let log = ours(&program);
    let run: BTreeSet<u32> = log.split(' ').filter_map(number).collect();
    program.0.iter_mut().for_each(|declaration| declaration.blocks.iter_mut().for_each(|block| prune(block, &run)));
    let used: BTreeSet<String> = words(&program);
    program.0.retain(|node| node.arg(0) == "m" || used.contains(node.arg(0)));
    program.number();
    program
}

/// The statement an event is about.
fn number(event: &str) -> Option<u32> {
    let (_, what) = event.split_once('.')?;
    let digits: String = what.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A statement that stops in the middle, when the program ends or is stuck, writes nothing down: it stays when anything
/// inside ran, or when it is the first of its block that did not.
fn prune(block: &mut Vec<Node>, run: &BTreeSet<u32>) {
    let mut stopped = false;
    block.retain_mut(|node| {
        let mut ran = run.contains(&node.number);
        node.each(&mut |inner| ran |= run.contains(&inner.number));
        let keep = ran || !std::mem::replace(&mut stopped, true);
        if ran {
            node.blocks.iter_mut().for_each(|block| prune(block, run));
        } else {
            node.blocks.iter_mut().for_each(|block| block.truncate(1));
        }
        keep
    });
}

/// Every word that is an argument of a statement.
fn words(program: &Program) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for declaration in &program.0 {
        declaration
            .blocks
            .iter()
            .flatten()
            .for_each(|node| node.each(&mut |node| words.extend(node.args.iter().cloned())));
    }
    words
}
