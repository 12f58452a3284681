//! What the tasks of a loop take in memory, counted where it is known: in the loop's own tables and boxed coroutines.

use super::cx::Cx;
use super::handle::Handle;

/// Tasks that are not done, and what the loop keeps for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// How many there are, the running one included.
    pub tasks: usize,
    /// Bytes of their coroutines and results (the running one's are not in it), of the tables of tasks and futures, of the
    /// ready queue and of the timers, free places included. What tasks own beyond that, what the recorder notes and what the
    /// allocator adds is not in it.
    pub bytes: usize,
}

impl Cx {
    /// What the loop's tasks take now. It looks at each of them.
    pub fn footprint(&self) -> Footprint {
        let inner = self.core.inner.borrow();
        let bodies = inner.tasks.iter().filter_map(|(_, slot)| slot.body.as_ref());
        let boxed: usize = bodies.map(|body| body.bytes()).sum();
        let tables = inner.tasks.bytes() + inner.futures.bytes() + inner.timers.bytes();
        let ready = inner.ready.capacity() * size_of::<Handle>();
        Footprint { tasks: inner.tasks.iter().count(), bytes: boxed + tables + ready }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::aio::virtual_time::{no_work, run};
    use crate::model::{MS, Outcome};

    #[test]
    fn a_bigger_coroutine_takes_more() {
        let measured = |room: bool| {
            let ran = run(1, no_work(), move |cx| async move {
                let nap = |cx: crate::aio::Cx| async move { cx.sleep(MS).await };
                let big = |cx: crate::aio::Cx| async move {
                    let kept = [7_u8; 4_000];
                    cx.sleep(MS).await?;
                    if kept.iter().all(|byte| *byte == 7) { Ok(()) } else { Err(crate::aio::Exception::timeout()) }
                };
                let create = |_| if room { cx.create_task(big(cx.clone())) } else { cx.create_task(nap(cx.clone())) };
                let tasks: Vec<_> = (0..100).map(create).collect();
                cx.sleep(0).await?;
                let footprint = cx.footprint();
                assert_eq!(footprint.tasks, 101);
                cx.gather_tasks(tasks).await?;
                Ok(Outcome::new(footprint.bytes.to_string()))
            });
            ran.result.unwrap().value.parse::<usize>().unwrap()
        };
        let (small, big) = (measured(false), measured(true));
        assert!(small > 100 * size_of::<usize>(), "{small}");
        assert!((400_000..420_000).contains(&(big - small)), "4,000 bytes more for each of 100: {}", big - small);
    }
}
