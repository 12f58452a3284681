//! A pool of connections that works as asyncpg's does: a last-in first-out queue of places, of which some are connected.

use std::cell::Cell;
use std::rc::Rc;

use crate::aio::outside::{DatabaseOp, Step};
use crate::aio::{Cx, Exception, LifoQueue, Operation};

struct Shared {
    cx: Cx,
    /// Free places: a connection's number, or nothing yet.
    free: LifoQueue<Option<u32>>,
    opened: Cell<u32>,
}

/// The pool; clones are the same pool.
#[derive(Clone)]
pub(super) struct Pool(Rc<Shared>);

/// A place that was taken out; dropping it puts it back.
struct Place {
    pool: Pool,
    connection: Option<u32>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // There is room for as many as were taken out, so it cannot fail.
        let _ = self.pool.0.free.put_nowait(self.connection);
    }
}

/// A connection that one task has to itself until it is dropped.
pub(super) struct Lease(Place);

impl Pool {
    /// A pool of at most `max` connections, of which `min` are opened now.
    pub async fn create(cx: &Cx, min: u64, max: u64) -> Result<Self, Exception> {
        let free = LifoQueue::new(cx, "pool", max as usize);
        for _ in 0..max {
            free.put_nowait(None)?;
        }
        let pool = Self(Rc::new(Shared { cx: cx.clone(), free, opened: Cell::new(0) }));
        let mut leases = Vec::new();
        for _ in 0..min.min(max) {
            leases.push(pool.acquire().await?); // held until all are open, or the same one would come again
        }
        drop(leases);
        Ok(pool)
    }

    /// How many connections were opened.
    pub fn opened(&self) -> u32 {
        self.0.opened.get()
    }

    /// Waits for a free place; connects it if nobody has.
    pub async fn acquire(&self) -> Result<Lease, Exception> {
        let connection = self.0.free.get().await?;
        let mut place = Place { pool: self.clone(), connection };
        if place.connection.is_none() {
            place.connection = Some(self.0.cx.ask(Operation::Database(DatabaseOp::Connect)).await?);
            self.0.opened.set(self.0.opened.get() + 1);
        }
        Ok(Lease(place))
    }
}

impl Lease {
    /// Does all of these in one transaction, or none; the texts each found.
    pub async fn transact(&self, steps: Vec<Step>) -> Result<Vec<Vec<String>>, Exception> {
        let Some(connection) = self.0.connection else { return Ok(Vec::new()) };
        self.0.pool.0.cx.ask(Operation::Database(DatabaseOp::Transact { connection, steps })).await
    }
}
