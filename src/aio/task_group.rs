//! `asyncio.TaskGroup`: tasks that end together; the first exception cancels the others.

use super::any_task::AnyTask;
use super::calls::Call;
use super::core::Why;
use super::cx::Cx;
use super::exception::Exception;
use super::handle::Ending;
use super::mistakes::{Mistake, made};
use super::outcome::Settled;
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::Task;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

impl Cx {
    /// `async with asyncio.TaskGroup() as group:` around `body`, which gets the group and creates tasks in it. The block ends
    /// when all of them have ended. The first exception (of a task or of the body) cancels all the others; what was raised
    /// leaves the block as one `ExceptionGroup`. Cancelling the task that runs the block cancels the group's tasks.
    ///
    /// ```
    /// # use interleave::aio::{Cx, Exception};
    /// async fn fetch(cx: Cx, n: u64) -> Result<u64, Exception> {
    ///     cx.sleep(n).await.map(|()| n)
    /// }
    /// async fn both(cx: Cx) -> Result<u64, Exception> {
    ///     let (a, b) = cx
    ///         .task_group(async |group| {
    ///             let a = group.create_task(fetch(cx.clone(), 1))?;
    ///             let b = group.create_task(fetch(cx.clone(), 2))?;
    ///             Ok((a, b))
    ///         })
    ///         .await?;
    ///     Ok(a.result()? + b.result()?)
    /// }
    /// ```
    ///
    /// # Errors
    /// The `ExceptionGroup`, or `CancelledError`.
    pub async fn task_group<T>(
        &self,
        body: impl AsyncFnOnce(&TaskGroup) -> Result<T, Exception>,
    ) -> Result<T, Exception> {
        let group = TaskGroup::new(self);
        group.enter()?;
        let result = body(&group).await;
        group.exit(result).await
    }
}

/// A group of tasks; see [`Cx::task_group`]. Its handles may be given to the tasks inside, so that they create more.
#[derive(Clone)]
pub struct TaskGroup(Rc<Group>);

/// A task of a group and what it comes to.
type Inside = (Key, Rc<dyn Settled>);

struct Group {
    cx: Cx,
    parent: RefCell<Option<AnyTask>>,
    exiting: Cell<bool>,
    aborting: Cell<bool>,
    parent_cancel_requested: Cell<bool>,
    /// Tasks whose end has not been noted, by number: in the order of creation (in Python a set, without an order).
    tasks: RefCell<BTreeMap<u32, Inside>>,
    /// Tasks created so far.
    created: Cell<u32>,
    errors: RefCell<Vec<Exception>>,
    /// What `exit` waits for.
    on_completed: Cell<Option<Key>>,
    /// What each task's end calls, while there are tasks.
    call: Cell<Option<Key>>,
}

impl TaskGroup {
    /// A group that has not been entered; [`Cx::task_group`] is the shorter way.
    pub fn new(cx: &Cx) -> Self {
        Self(Rc::new(Group {
            cx: cx.clone(),
            parent: RefCell::default(),
            exiting: Cell::new(false),
            aborting: Cell::new(false),
            parent_cancel_requested: Cell::new(false),
            tasks: RefCell::default(),
            created: Cell::new(0),
            errors: RefCell::default(),
            on_completed: Cell::new(None),
            call: Cell::new(None),
        }))
    }

    /// `__aenter__`: the running task is the group's parent from now on.
    ///
    /// # Errors
    /// `RuntimeError` when it has been entered before, or outside a task.
    pub fn enter(&self) -> Result<(), Exception> {
        if self.0.parent.borrow().is_some() {
            return Err(Exception::runtime(format!("TaskGroup {self:?} has already been entered")));
        }
        let Some(parent) = self.0.cx.current_task() else {
            return Err(Exception::runtime(format!("TaskGroup {self:?} cannot determine the parent task")));
        };
        self.0.parent.replace(Some(parent));
        Ok(())
    }

    /// `group.create_task(body)`.
    ///
    /// # Errors
    /// `RuntimeError` when the group has not been entered, is shutting down, or is finished; the body never runs then.
    pub fn create_task<T: 'static>(
        &self,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Result<Task<T>, Exception> {
        self.create(None, body)
    }

    /// `group.create_task(body, name=…)`.
    ///
    /// # Errors
    /// As [`TaskGroup::create_task`].
    pub fn create_task_named<T: 'static>(
        &self,
        name: impl Into<String>,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Result<Task<T>, Exception> {
        self.create(Some(name.into()), body)
    }

    fn create<T: 'static>(
        &self,
        name: Option<String>,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Result<Task<T>, Exception> {
        let group = &self.0;
        let refusal = if group.parent.borrow().is_none() {
            Some("has not been entered")
        } else if group.exiting.get() && group.tasks.borrow().is_empty() {
            Some("is finished")
        } else if group.aborting.get() {
            Some("is shutting down")
        } else {
            None
        };
        if let Some(refusal) = refusal {
            let error = Exception::runtime(format!("TaskGroup {self:?} {refusal}"));
            group.cx.core.drop_unstarted(body);
            return Err(error);
        }
        let task = Task::create(&group.cx.core, name, body);
        let number = group.created.replace(group.created.get() + 1);
        group.tasks.borrow_mut().insert(number, (task.key, task.outcome.clone()));
        group.cx.core.when_done(task.awaited(), None, self.call(), number);
        Ok(task)
    }

    /// What a task's end calls; registered anew when there was no task left for a while.
    fn call(&self) -> Key {
        let core = &self.0.cx.core;
        if let Some(call) = self.0.call.get().filter(|call| core.registered(*call)) {
            return call;
        }
        let group = self.0.clone();
        let made: Call = Rc::new(move |number, ending| group.task_done(number, ending));
        let call = core.register(made);
        self.0.call.set(Some(call));
        call
    }

    /// `__aexit__`, with what the body came to: waits for the tasks, and says how the block ends.
    ///
    /// # Errors
    /// As [`Cx::task_group`].
    pub async fn exit<T>(&self, result: Result<T, Exception>) -> Result<T, Exception> {
        let group = &self.0;
        let Some(parent) = group.parent.borrow().clone() else { return result };
        group.exiting.set(true);
        let (raised, value) = match result {
            Ok(value) => (None, Some(value)),
            Err(exception) => (Some(exception), None),
        };
        let mut cancellation = raised.clone().filter(Exception::is_cancelled);
        if raised.is_some() && !group.aborting.get() {
            group.abort();
        }
        // Again and again: the parent may be cancelled several times while it waits.
        while !group.tasks.borrow().is_empty() {
            if let Err(cancelled) = self.all_done().await
                && !group.aborting.get()
            {
                cancellation = Some(cancelled);
                group.abort();
            }
        }
        if group.parent_cancel_requested.get() && !made(Mistake::GroupKeepsRequest) && parent.uncancel() == 0 {
            cancellation = None; // it was this group that asked the parent to stop, and nobody else did
        }
        let mut errors = group.errors.take();
        if let Some(cancellation) = cancellation
            && errors.is_empty()
        {
            return Err(cancellation);
        }
        errors.extend(raised.filter(|exception| !exception.is_cancelled()));
        if !errors.is_empty() {
            if parent.cancelling() > 0 {
                parent.uncancel();
                parent.cancel(); // the parent's next await raises what this error hides
            }
            return Err(Exception::group("unhandled errors in a TaskGroup", errors));
        }
        value.map_or_else(|| Err(Exception::cancelled()), Ok)
    }

    /// Waits until no task is left.
    async fn all_done(&self) -> Result<(), Exception> {
        let core = self.0.cx.core.clone();
        let future = core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        self.0.on_completed.set(Some(future));
        let mut started = false;
        let waited = std::future::poll_fn(|_| core.poll_wait(Awaited::Future(future), Why::TASK, &mut started)).await;
        self.0.on_completed.set(None);
        core.inner.borrow_mut().forget(future);
        waited.map(|_| ())
    }
}

impl Group {
    fn abort(&self) {
        self.aborting.set(true);
        if made(Mistake::GroupForgetsSiblings) {
            return;
        }
        let keys: Vec<Key> = self.tasks.borrow().values().map(|(key, _)| *key).collect();
        self.cx.core.now();
        let inner = &mut *self.cx.core.inner.borrow_mut();
        for key in keys {
            inner.cancel(Awaited::Task(key));
        }
    }

    /// `_on_task_done`.
    fn task_done(&self, number: u32, ending: Ending) {
        let Some((_, outcome)) = self.tasks.borrow_mut().remove(&number) else { return };
        if self.tasks.borrow().is_empty()
            && let Some(future) = self.on_completed.get()
        {
            self.cx.core.inner.borrow_mut().settle(future, Stage::Done);
        }
        if ending != Ending::Raised {
            return;
        }
        let Some(exception) = outcome.exception() else { return };
        self.errors.borrow_mut().push(exception.clone());
        let Some(parent) = self.parent.borrow().clone() else { return };
        if parent.done() {
            let message =
                format!("A task of a group has errored out but its parent {} is already completed", parent.get_name());
            self.cx.core.report(message, None, Some(exception));
        } else if !self.aborting.get() && !self.parent_cancel_requested.get() {
            self.abort();
            self.parent_cancel_requested.set(true);
            parent.cancel();
        }
    }
}

impl std::fmt::Debug for TaskGroup {
    /// As Python shows it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<TaskGroup")?;
        let (tasks, errors) = (self.0.tasks.borrow().len(), self.0.errors.borrow().len());
        if tasks > 0 {
            write!(f, " tasks={tasks}")?;
        }
        if errors > 0 {
            write!(f, " errors={errors}")?;
        }
        if self.0.aborting.get() {
            f.write_str(" cancelling")?;
        } else if self.0.parent.borrow().is_some() {
            f.write_str(" entered")?;
        }
        f.write_str(">")
    }
}
