//! Coroutines with a name, which notice when nobody awaits them.

use super::core::Core;
use super::cx::Cx;
use super::exception::Exception;
use std::borrow::Cow;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// What calling an `async def` gives in Python: nothing runs until it is awaited or made a task. When it is dropped
    /// before that, "coroutine 'name' was never awaited" is reported. (Rust's own futures do nothing silently.)
    ///
    /// ```
    /// # use interleave::aio::{Cx, Exception};
    /// # async fn save(cx: Cx) -> Result<(), Exception> { cx.sleep(10).await }
    /// async fn forgets(cx: Cx) -> Result<(), Exception> {
    ///     let saving = cx.coroutine("save", save(cx.clone()));
    ///     drop(saving); // RuntimeWarning: coroutine 'save' was never awaited
    ///     Ok(())
    /// }
    /// ```
    pub fn coroutine<T, F>(&self, name: impl Into<Cow<'static, str>>, body: F) -> Coroutine<F>
    where
        F: Future<Output = Result<T, Exception>>,
    {
        Coroutine { called: Called { core: self.core.clone(), name: name.into(), entered: false }, body }
    }

    /// `asyncio.run` where a loop runs already, as it does wherever there is a [`Cx`]: it is refused, and the coroutine is
    /// never awaited.
    ///
    /// # Errors
    /// Always `RuntimeError`.
    pub fn run<T>(&self, body: impl Future<Output = Result<T, Exception>>) -> Result<T, Exception> {
        drop(body);
        Err(Exception::runtime("asyncio.run() cannot be called from a running event loop"))
    }
}

pin_project_lite::pin_project! {
    /// A coroutine that reports when it is never awaited; made by [`Cx::coroutine`].
    #[must_use = "it does nothing until it is awaited"]
    pub struct Coroutine<F> {
        called: Called, // dropped before the body, which may hold coroutines of its own
        #[pin]
        body: F,
    }
}

struct Called {
    core: Rc<Core>,
    name: Cow<'static, str>,
    entered: bool,
}

impl<F: Future> Future for Coroutine<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.called.entered = true;
        this.body.poll(cx)
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        if !self.entered && !self.core.take_closing() {
            self.core.report(format!("coroutine '{}' was never awaited", self.name), None, None);
        }
    }
}
