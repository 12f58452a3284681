//! The database of a run: an IndexedDB of its own with real connections, or memory where the browser refuses it.

use super::indexed_db::{self, Connection};
use super::leftovers;
use super::promised::{Answer, words};
use crate::aio::Exception;
use crate::aio::outside::{DatabaseOp, Place, Step};
use crate::aio::stand_in::MemoryTable;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

enum Kept {
    Real { name: String, connections: Vec<Connection> },
    Memory(MemoryTable),
}

/// Where the rows of a run are.
#[derive(Default)]
pub struct Database {
    kept: RefCell<Option<Kept>>,
    /// Whether the run is over: what is made now is taken away at once.
    over: Cell<bool>,
}

fn interface_error(message: &str) -> Exception {
    Exception::new("InterfaceError", message)
}

/// What asyncpg would raise.
fn exception(thrown: &JsValue) -> Exception {
    let words = words(thrown);
    let kind = if words.starts_with("ConstraintError") { "IntegrityError" } else { "OSError" };
    Exception::new(kind, words)
}

impl Database {
    /// Begins an operation.
    pub fn begin(self: &Rc<Self>, operation: DatabaseOp, answer: Answer) {
        match operation {
            DatabaseOp::Create => self.clone().create(answer),
            DatabaseOp::Connect => self.clone().connect(answer),
            DatabaseOp::Transact { connection, steps } => self.transact(connection, steps, answer),
            DatabaseOp::Delete => self.delete(answer),
        }
    }

    /// The run is over: deletes what the program left behind.
    pub fn clear(&self) {
        self.over.set(true);
        if let Some(Kept::Real { name, connections }) = self.kept.take() {
            connections.iter().for_each(Connection::close);
            indexed_db::delete(&name, |_| {});
        }
    }

    /// The first connection makes the table, and is closed: the program opens its own.
    fn create(self: Rc<Self>, answer: Answer) {
        leftovers::forget_databases();
        let name = leftovers::name();
        indexed_db::open(&name.clone(), move |became| {
            let (kept, place) = match became {
                Ok(connection) => {
                    connection.close();
                    if self.over.get() {
                        return indexed_db::delete(&name, |_| {});
                    }
                    (Kept::Real { name, connections: Vec::new() }, Place::Real)
                }
                Err(thrown) => (Kept::Memory(MemoryTable::default()), Place::Memory(words(&thrown))),
            };
            self.kept.replace(Some(kept));
            answer.value(&place);
        });
    }

    fn connect(self: Rc<Self>, answer: Answer) {
        let name = match self.kept.borrow_mut().as_mut() {
            Some(Kept::Real { name, .. }) => name.clone(),
            Some(Kept::Memory(table)) => return answer.value(&table.connect()),
            None => return answer.give(Err(interface_error("no database was made"))),
        };
        indexed_db::open(&name, move |became| match (became, self.kept.borrow_mut().as_mut()) {
            (Ok(connection), Some(Kept::Real { connections, .. })) => {
                connections.push(connection);
                answer.value(&(connections.len() as u32 - 1));
            }
            (Ok(connection), _) => connection.close(), // the run is over
            (Err(thrown), _) => answer.give(Err(exception(&thrown))),
        });
    }

    fn transact(&self, connection: u32, steps: Vec<Step>, answer: Answer) {
        let open = match self.kept.borrow_mut().as_mut() {
            Some(Kept::Real { connections, .. }) => connections.get(connection as usize).cloned(),
            Some(Kept::Memory(table)) => {
                return match table.transact(connection, steps) {
                    Ok(found) => answer.value(&found),
                    Err(exception) => answer.give(Err(exception)),
                };
            }
            None => None,
        };
        let Some(open) = open else { return answer.give(Err(interface_error("no such connection"))) };
        indexed_db::transact(&open, &steps, |became| match became {
            Ok(found) => answer.value(&found),
            Err(thrown) => answer.give(Err(exception(&thrown))),
        });
    }

    fn delete(&self, answer: Answer) {
        let Some(Kept::Real { name, connections }) = self.kept.take() else { return answer.value(&()) };
        connections.iter().for_each(Connection::close);
        indexed_db::delete(&name, |became| match became {
            Ok(()) => answer.value(&()),
            Err(thrown) => answer.give(Err(exception(&thrown))),
        });
    }
}
