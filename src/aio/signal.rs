//! The stop signal: pressed outside the loop, handled inside it.

use super::cx::Cx;
use super::event_loop::EventLoop;
use std::rc::Rc;

impl Cx {
    /// `loop.add_signal_handler(SIGINT, handler)`: called in an iteration of its own, outside any task, each time the host
    /// [signals](EventLoop::signal). It takes the place of the one before. Usual is one that sets an [`Event`](super::Event).
    pub fn add_signal_handler(&self, handler: impl Fn() + 'static) {
        let before = self.core.kept.set_handler(Some(Rc::new(handler)));
        drop(before);
    }

    /// `loop.remove_signal_handler(SIGINT)`: whether there was one.
    pub fn remove_signal_handler(&self) -> bool {
        self.core.kept.set_handler(None).is_some()
    }
}

impl EventLoop {
    /// Signals the program to stop; the host takes a turn now. `false` when it handles no signal: then only
    /// [`EventLoop::stop`] ends it.
    pub fn signal(&self) -> bool {
        let core = self.core();
        let Some(handler) = core.kept.handler() else { return false };
        core.call_soon(move || handler());
        true
    }

    /// Whether the program handles the signal, so that a button for it makes sense.
    pub fn handles_signal(&self) -> bool {
        self.core().kept.handler().is_some()
    }
}
