//! Statements with blocks.

use super::super::notation::Node;
use super::world::{Scope, World};
use super::{Done, Left, block, contexts, statement};
use std::rc::Rc;

/// Runs a statement that has blocks, or that is one of several turns; `None` when it is neither. The text is a note for
/// the log.
pub async fn run(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Option<(Done, &'static str)> {
    let done = match node.name.as_str() {
        "repeat" => repeat(world, node, scope).await,
        "tick" => tick(world, node).await,
        "try" => tried(world, node, scope).await,
        "with" => world.shared.with(node.arg(0), block(world, &node.blocks[0], scope)).await,
        "guard" => contexts::guard(world, node, scope).await,
        "for" => contexts::each_item(world, node, scope).await,
        "closing" => contexts::closing(world, node, scope).await,
        "timeout" => return Some(super::tasks::timeout(world, node, scope).await),
        "group" => super::tasks::group(world, node, scope).await,
        _ => return None,
    };
    Some((done.map(|()| String::new()), ""))
}

async fn repeat(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    for _ in 0..number(node, 0) {
        block(world, &node.blocks[0], scope).await?;
    }
    Ok(())
}

async fn tick(world: &Rc<World>, node: &Node) -> Result<(), Left> {
    for _ in 0..number(node, 0) {
        let mut turn = Node::new("sleep", [0]);
        turn.number = node.number;
        Box::pin(statement(world, &turn, Scope::default())).await?;
    }
    Ok(())
}

async fn tried(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    let mut result = block(world, &node.blocks[0], scope).await;
    if let Err(Left::Raised(raised)) = &result
        && let Some(index) = node.args.iter().position(|kind| raised.is_a(kind))
    {
        let raised = raised.clone();
        result = block(world, &node.blocks[index + 1], Scope { caught: Some(&raised), ..scope }).await;
    }
    if let Some(last) = node.blocks.last().filter(|last| !last.is_empty()) {
        block(world, last, scope).await?;
    }
    result
}

/// An argument that is a number.
pub fn number(node: &Node, index: usize) -> u64 {
    node.arg(index).parse().unwrap_or(0)
}

/// An argument in milliseconds, as the loop has it.
pub fn millis(node: &Node, index: usize) -> u64 {
    number(node, index) * interleave::model::MS
}
