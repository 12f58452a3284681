//! Faults put into a run on purpose, to show that the page recovers from them.

use crate::model::Fault;

/// Does what a fault says, in the thread or process it is to strike. Does not come back.
#[allow(clippy::panic)] // a panic is what the reader asked to see
pub fn strike(fault: Fault) {
    match fault {
        Fault::Panic => panic!("a panic was asked for"),
        Fault::Hang => {
            let mut turns = 0_u64;
            // The compiler must not see that nothing comes of it.
            while std::hint::black_box(turns) < u64::MAX {
                turns = std::hint::black_box(turns.wrapping_add(1) >> 1);
            }
        }
        Fault::OutOfMemory => {
            let mut hoard: Vec<Vec<u8>> = Vec::new();
            loop {
                hoard.push(std::hint::black_box(vec![1; 16 << 20]));
            }
        }
    }
}
