//! Asynchronous context managers and generators.

use super::super::notation::Node;
use super::control::{millis, number};
use super::world::{Scope, World};
use super::{Left, block, cx};
use interleave::aio::{AsyncContext, Cx, Exception, Generator, Yielder};
use std::cell::RefCell;
use std::rc::Rc;

/// A context manager that takes its time and may swallow one kind of exception.
struct Guard<'a> {
    cx: &'a Cx,
    node: &'a Node,
}

impl AsyncContext for Guard<'_> {
    type Value = ();

    async fn enter(&self) -> Result<(), Exception> {
        self.cx.sleep(millis(self.node, 0)).await
    }

    async fn exit(&self, raised: Option<&Exception>) -> Result<bool, Exception> {
        self.cx.sleep(millis(self.node, 1)).await?;
        let swallows = self.node.args.get(2).map(|kind| kind.trim_start_matches("asyncio."));
        Ok(raised.zip(swallows).is_some_and(|(raised, kind)| raised.is_a(kind)))
    }
}

/// `async with Guard(…)`.
pub async fn guard(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    let left = RefCell::new(Ok(()));
    let inside = async |()| match block(world, &node.blocks[0], scope).await {
        Err(Left::Raised(raised)) => Err(raised),
        other => {
            *left.borrow_mut() = other;
            Ok(())
        }
    };
    cx(world).with(Guard { cx: cx(world), node }, inside).await?;
    left.into_inner()
}

fn generator(world: &Rc<World>, name: &str) -> Result<Generator<String>, Exception> {
    let definition = world.definitions.get(name).cloned().ok_or_else(|| Exception::new("NameError", name))?;
    let world = world.clone();
    Ok(world.cx.clone().generator(move |yielder: Yielder<String>| async move {
        world.write(&format!("{}>", definition.number));
        let scope = Scope { yielder: Some(&yielder), ..Scope::default() };
        match block(&world, &definition.blocks[0], scope).await {
            Err(Left::Raised(exception)) => Err(exception),
            _ => Ok(()),
        }
    }))
}

/// `async for`, left after the given number of items (0 for never).
async fn items(world: &Rc<World>, node: &Node, scope: Scope<'_>, source: &mut Generator<String>) -> Result<(), Left> {
    let most = number(node, 1);
    let mut count = 0;
    while let Some(item) = source.next().await? {
        count += 1;
        world.write(&format!("{}:{item}", node.number));
        block(world, &node.blocks[0], scope).await?;
        if count == most {
            break;
        }
    }
    Ok(())
}

/// `async for item in generator()`.
pub async fn each_item(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    let mut source = generator(world, node.arg(0))?;
    items(world, node, scope, &mut source).await
}

/// The same inside `async with contextlib.aclosing(generator())`.
pub async fn closing(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    let mut source = generator(world, node.arg(0))?;
    let left = items(world, node, scope, &mut source).await;
    source.aclose().await?;
    left
}
