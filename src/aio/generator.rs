//! Asynchronous generators: `async def` with `yield`, `async for`, `aclose`, and what becomes of one that is left early.

use super::core::Core;
use super::cx::Cx;
use super::exception::Exception;
use super::kept::Closable;
use super::mistakes::{Mistake, made};
use super::task::Task;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// What the body and whoever asks for items hand each other.
struct Exchange<T> {
    given: Cell<Option<T>>,
    thrown: Cell<Option<Exception>>,
}

/// The body's side of a generator: how it gives items.
pub struct Yielder<T>(Rc<Exchange<T>>);

impl<T> Yielder<T> {
    /// `yield item`: hands it over and stops here until the next one is asked for.
    pub fn give(&self, item: T) -> Give<T> {
        Give { exchange: self.0.clone(), item: Some(item) }
    }
}

/// Made by [`Yielder::give`]. It raises `GeneratorExit` when the generator is closed here: clean up and pass it on.
#[must_use = "nothing is given until it is awaited"]
pub struct Give<T> {
    exchange: Rc<Exchange<T>>,
    item: Option<T>,
}

impl<T> Unpin for Give<T> {}

impl<T> Future for Give<T> {
    type Output = Result<(), Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.item.take() {
            Some(item) => {
                this.exchange.given.set(Some(item));
                Poll::Pending
            }
            None => Poll::Ready(this.exchange.thrown.take().map_or(Ok(()), Err)),
        }
    }
}

type Body = Pin<Box<dyn Future<Output = Result<(), Exception>>>>;

/// The generator itself; the loop knows it from its first item to its end.
struct Source<T> {
    core: Rc<Core>,
    exchange: Rc<Exchange<T>>,
    /// `None` once it is over.
    body: RefCell<Option<Body>>,
    begun: Cell<bool>,
    /// Whether it has been told to close; what it does after that is its own affair.
    closed: Cell<bool>,
}

impl<T: 'static> Source<T> {
    fn known_as(self: &Rc<Self>) -> Weak<dyn Closable> {
        let weak: Weak<Self> = Rc::downgrade(self);
        weak
    }

    fn begin(self: &Rc<Self>) {
        if !self.begun.replace(true) {
            self.core.kept.add_generator(self.known_as());
        }
    }

    fn suspended(&self) -> bool {
        self.begun.get() && self.body.try_borrow().is_ok_and(|body| body.is_some())
    }

    /// Drops the body: nothing more comes.
    fn end(self: &Rc<Self>) {
        let body = self.body.take();
        drop(body);
        self.core.kept.remove_generator(&self.known_as());
    }

    /// Goes on, raising `thrown` at the `give` where it stopped. The next item, or `None` at its end.
    async fn resume(self: &Rc<Self>, thrown: Option<Exception>) -> Result<Option<T>, Exception> {
        self.exchange.thrown.set(thrown);
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(self: &Rc<Self>, cx: &mut Context<'_>) -> Poll<Result<Option<T>, Exception>> {
        let polled = match self.body.try_borrow_mut() {
            Ok(mut body) => match body.as_mut() {
                Some(body) => body.as_mut().poll(cx),
                None => return Poll::Ready(Ok(None)),
            },
            Err(_) => {
                return Poll::Ready(Err(Exception::runtime("anext(): asynchronous generator is already running")));
            }
        };
        match polled {
            // Without an item it is the task that waits, for what the body awaits.
            Poll::Pending => self.exchange.given.take().map_or(Poll::Pending, |item| Poll::Ready(Ok(Some(item)))),
            Poll::Ready(result) => {
                self.end();
                Poll::Ready(match result {
                    Err(raised) if raised.kind == "StopAsyncIteration" || raised.kind == "StopIteration" => {
                        Err(Exception::runtime(format!("async generator raised {}", raised.kind)))
                    }
                    result => result.map(|()| None),
                })
            }
        }
    }

    /// `aclose()`, with what is raised in the body.
    async fn close(self: &Rc<Self>, thrown: Exception) -> Result<(), Exception> {
        self.closed.set(true);
        if !self.begun.get() {
            self.end(); // the body is never entered
        }
        match self.resume(Some(thrown)).await {
            Ok(Some(_)) => Err(Exception::runtime("async generator ignored GeneratorExit")),
            Err(raised) if raised.kind != EXIT => Err(raised),
            Ok(None) | Err(_) => Ok(()),
        }
    }
}

const EXIT: &str = "GeneratorExit";

fn exit() -> Exception {
    Exception::new(EXIT, "")
}

impl<T: 'static> Closable for Source<T> {
    fn closing(self: Rc<Self>) -> Pin<Box<dyn Future<Output = Result<(), Exception>>>> {
        Box::pin(async move {
            // Its task may be cancelled before its first step: then that is what the body sees.
            let cancelled = self.core.take_throw();
            self.close(cancelled.unwrap_or_else(exit)).await
        })
    }
}

/// An asynchronous generator, and the loop over it: `while let Some(item) = items.next().await? { … }`.
///
/// Dropping one that has begun and is not over closes it later, in a task of its own, as Python does after `break`.
#[must_use = "nothing runs until an item is asked for"]
pub struct Generator<T: 'static>(Rc<Source<T>>);

impl Cx {
    /// `async def` with `yield`: `body` gives items through its [`Yielder`]. It begins when the first one is asked for.
    pub fn generator<T, F>(&self, body: impl FnOnce(Yielder<T>) -> F) -> Generator<T>
    where
        F: Future<Output = Result<(), Exception>> + 'static,
    {
        let exchange = Rc::new(Exchange { given: Cell::new(None), thrown: Cell::new(None) });
        let body: Body = Box::pin(body(Yielder(exchange.clone())));
        let source = Source {
            core: self.core.clone(),
            exchange,
            body: RefCell::new(Some(body)),
            begun: Cell::new(false),
            closed: Cell::new(false),
        };
        Generator(Rc::new(source))
    }
}

impl<T: 'static> Generator<T> {
    /// `anext()`: the next item, or `None` after the last one.
    ///
    /// # Errors
    /// What the body raises; it is over then.
    #[allow(clippy::should_implement_trait)]
    pub async fn next(&mut self) -> Result<Option<T>, Exception> {
        self.0.begin();
        self.0.resume(None).await
    }

    /// `athrow()`: raises an exception in the body, where it gave its last item. What it gives next.
    ///
    /// # Errors
    /// What the body raises: this exception, if it lets it pass.
    pub async fn athrow(&mut self, exception: Exception) -> Result<Option<T>, Exception> {
        if !self.0.begun.replace(true) {
            self.0.end();
            return Err(exception);
        }
        self.0.resume(Some(exception)).await
    }

    /// `aclose()`: raises `GeneratorExit` in the body, where it gave its last item, and waits until it has cleaned up.
    ///
    /// # Errors
    /// What the body raises instead; `RuntimeError` when it gives another item.
    pub async fn aclose(&mut self) -> Result<(), Exception> {
        self.0.close(exit()).await
    }
}

impl<T: 'static> Drop for Generator<T> {
    /// `_asyncgen_finalizer_hook`.
    fn drop(&mut self) {
        let source = self.0.clone();
        let core = source.core.clone();
        if !source.suspended() || source.closed.get() || core.kept.closed() || made(Mistake::GeneratorStaysOpen) {
            return;
        }
        core.kept.remove_generator(&source.known_as());
        let on = core.clone();
        core.call_soon(move || {
            let task = Task::create(&on, None, source.closing());
            if let Some(slot) = on.inner.borrow_mut().tasks.get_mut(task.key) {
                slot.started = true; // the body has been entered: a cancellation is for it to see
            }
        });
    }
}
