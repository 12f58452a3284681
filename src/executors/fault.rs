//! Faults put into a run on purpose, to show that the page recovers from them.

use crate::model::Harm;

/// Does what a fault says to the thread that calls it, and (but for a message) does not come back. Who is to be killed only waits for
/// that here, and a message is the engine's to lose (`engine::faults::strike`).
#[allow(clippy::panic)] // a panic is what the reader asked to see
pub fn strike(harm: Harm) {
    match harm {
        Harm::Panic => panic!("a panic was asked for"),
        Harm::Lose => {}
        Harm::Kill => loop {
            std::thread::park();
        },
        Harm::Hang => {
            let mut turns = 0_u32;
            loop {
                turns = std::hint::black_box(turns.wrapping_add(1));
                if turns.is_multiple_of(1 << 24) {
                    breathe();
                }
            }
        }
        Harm::OutOfMemory => {
            let mut hoard: Vec<Vec<u8>> = Vec::new();
            loop {
                hoard.push(std::hint::black_box(vec![1; 16 << 20]));
            }
        }
    }
}

/// WebKit ends a terminated worker only where it calls the browser or waits: without a wait now and then, one that was
/// given up would burn a core until the tab is closed. The watchdog sees a loop that never ends all the same.
#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
fn breathe() {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "atomics")))]
fn breathe() {}
