//! The processes of a pool: started, given one task at a time, and missed when they end without having been told to.

use super::connection::Connection;
use super::core::{Wake, Wants};
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::pool_worker::{Answer, read};
use super::port::{End, Method};
use super::process::{Process, Running};
use super::value::Value;
use crate::aio::Exception;
use crate::model::State;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

/// How the processes are started, and what they do first.
#[derive(Clone, Debug)]
pub(super) struct Hire {
    /// The function they run.
    pub worker: &'static str,
    pub method: Method,
    /// Their names without the number.
    pub name: &'static str,
    /// A function and its value, called before the first task.
    pub initializer: Option<(String, Value)>,
    /// How many tasks each does before it ends.
    pub tasks: Option<u32>,
    /// Whether they are terminated when the main function has ended, instead of waited for.
    pub daemon: bool,
}

/// Whoever has a crew work.
pub(super) trait Boss {
    /// A task was done, well or not.
    fn answered(&self, task: u32, answer: Answer);
    /// A process has ended; `spent`: because it had done its number of tasks. One that was told to end is not spoken of.
    fn left(&self, spent: bool);
}

struct Member {
    end: Connection,
    process: Running,
    /// Whether it has said that it is there; it gets no task before, which another could do.
    here: bool,
    /// Whether it has a task.
    busy: bool,
    /// How many more tasks it does.
    tasks: Option<u32>,
    told_to_end: bool,
    /// Whether it has ended after its last task, whose answer is still on its way.
    gone: bool,
}

pub(super) struct Crew {
    me: Weak<Crew>,
    pub cx: ProcessCx,
    hire: Hire,
    boss: Weak<dyn Boss>,
    members: RefCell<BTreeMap<End, Member>>,
    queue: RefCell<VecDeque<Vec<u8>>>,
    pub started: Cell<u32>,
    pub died: Cell<u32>,
    pub last_error: RefCell<Option<String>>,
    closed: Cell<bool>,
}

impl Crew {
    /// No process yet.
    pub fn new(cx: &ProcessCx, hire: Hire, boss: Weak<dyn Boss>) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            cx: cx.clone(),
            hire,
            boss,
            members: RefCell::default(),
            queue: RefCell::default(),
            started: Cell::new(0),
            died: Cell::new(0),
            last_error: RefCell::default(),
            closed: Cell::new(false),
        })
    }

    /// How many processes there are.
    pub fn len(&self) -> usize {
        self.members.borrow().len()
    }

    /// How many tasks wait for a process.
    pub fn waiting(&self) -> usize {
        self.queue.borrow().len()
    }

    /// Waits until all processes have ended.
    pub async fn join(&self) {
        let none = |_: &super::core::Core| self.members.borrow().is_empty().then_some(());
        self.cx.core.until(Wants::Ends, Wake::Outside, none).await;
    }

    /// Starts another process.
    pub fn add(&self) -> Result<(), Exception> {
        let (ours, theirs) = self.cx.pipe()?;
        let (function, value) = match &self.hire.initializer {
            Some((function, value)) => (Value::function(function), value.clone()),
            None => (Value::None, Value::None),
        };
        let tasks = self.hire.tasks.map_or(Value::None, Value::from);
        let process = Process::new(&self.cx, self.hire.worker).args(Value::list([function, value, tasks]));
        let process = process.kind(self.hire.name).daemon(self.hire.daemon);
        let process = process.method(self.hire.method).give(theirs).start()?;
        self.started.set(self.started.get() + 1);
        let (me, end) = (self.me.clone(), ours.end());
        let heard = me.clone();
        let hears = move |bytes: Vec<u8>| heard.upgrade().iter().for_each(|crew| crew.hear(end, &bytes));
        self.cx.core.on_letter(end, Rc::new(hears));
        let exits = move || me.upgrade().iter().for_each(|crew| crew.exited(end));
        self.cx.core.children.on_exit(process.number(), Rc::new(exits));
        let tasks = self.hire.tasks;
        let member = Member { end: ours, process, here: false, busy: false, tasks, told_to_end: false, gone: false };
        self.members.borrow_mut().insert(end, member);
        Ok(())
    }

    /// A task: what its function is given, in a list. It waits for [`Crew::distribute`].
    ///
    /// # Errors
    /// When the function or a value cannot be pickled.
    pub fn submit(&self, task: u32, function: &Value, values: &[Value]) -> Result<(), Exception> {
        let core = &self.cx.core;
        let before = core.state();
        core.enter(State::Pickling);
        let letter = Value::list([Value::from(task), function.clone(), Value::list(values.iter().cloned())]);
        let pickled = dumps(&letter);
        core.be(before);
        self.queue.borrow_mut().push_back(pickled?);
        Ok(())
    }

    /// Gives tasks to those who are free; once it was closed, those for whom there is none are told to end.
    pub fn distribute(&self) {
        let (mut members, mut queue) = (self.members.borrow_mut(), self.queue.borrow_mut());
        let free = |m: &&mut Member| !m.gone && m.here && !m.busy && !m.told_to_end && m.tasks != Some(0);
        for member in members.values_mut().filter(free) {
            if let Some(letter) = queue.pop_front() {
                member.busy = true;
                member.end.post(letter);
            } else if self.closed.get() {
                member.told_to_end = true;
                let _ = member.end.send(&Value::None); // nothing in it could be refused
            }
        }
    }

    /// There will be no more tasks.
    pub fn close(&self) {
        self.closed.set(true);
        self.distribute();
    }

    /// Ends all processes where they stand; what waits is lost.
    pub fn terminate(&self) {
        self.closed.set(true);
        self.queue.borrow_mut().clear();
        for member in self.members.borrow_mut().values_mut() {
            member.told_to_end = true;
            member.process.terminate();
        }
    }

    /// A process said something; reading an answer costs time, too.
    fn hear(&self, end: End, bytes: &[u8]) {
        if bytes.is_empty() {
            self.members.borrow_mut().get_mut(&end).into_iter().for_each(|member| member.here = true);
            return self.distribute();
        }
        let core = &self.cx.core;
        let before = core.state();
        core.enter(State::Pickling);
        let heard = loads(bytes).ok().and_then(|value| read(&value));
        core.be(before);
        if let Some(member) = self.members.borrow_mut().get_mut(&end) {
            member.busy = false;
            member.tasks = member.tasks.map(|tasks| tasks.saturating_sub(1));
        }
        if let (Some((task, answer)), Some(boss)) = (heard, self.boss.upgrade()) {
            boss.answered(task, answer);
        }
        if self.members.borrow().get(&end).is_some_and(|member| member.gone) {
            self.exited(end);
        }
        self.distribute();
    }

    fn exited(&self, end: End) {
        let mut members = self.members.borrow_mut();
        if let Some(member) = members.get_mut(&end)
            && (member.busy, member.tasks, member.process.exitcode()) == (true, Some(1), Some(0))
        {
            member.gone = true;
            return;
        }
        let Some(member) = members.remove(&end) else { return };
        drop(members);
        if member.process.exitcode() != Some(0) {
            self.died.set(self.died.get() + 1);
            *self.last_error.borrow_mut() = member.process.error();
        }
        if !member.told_to_end
            && let Some(boss) = self.boss.upgrade()
        {
            boss.left(member.tasks == Some(0));
        }
    }
}
