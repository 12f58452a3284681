//! Every mistake that can be put in is noticed by the schedules that are tried.

use std::panic::catch_unwind;

use crate::threading::mistakes::{ALL, Mistake, making};
use crate::world::{explore, schedules};
use crate::{detector, gil, limits, locks, queues, signals, threads};

/// Whether the schedules of what a mistake spoils notice it; some need more of them.
fn notices(mistake: Mistake) -> bool {
    let count = schedules().max(1_000);
    let check: Box<dyn FnOnce() + std::panic::UnwindSafe> = match mistake {
        Mistake::HeldGilTaken | Mistake::SwitchNotTold | Mistake::SwitchNotForced => {
            Box::new(move || explore(count, gil::computes()))
        }
        Mistake::SleeperForgotten => Box::new(move || explore(count, locks::lock())),
        Mistake::SleepersCountedFirst => Box::new(move || explore(5 * count, gil::locks())),
        Mistake::FreedAtOnce => Box::new(move || explore(count, locks::rlock())),
        Mistake::OneWokenForMany => Box::new(move || explore(count, locks::permits_for_two())),
        Mistake::ListedLate | Mistake::NotifyDropped => Box::new(move || explore(count, signals::condition())),
        Mistake::SetWakesOne => Box::new(move || explore(count, signals::event())),
        Mistake::OnlyTheFlag => Box::new(move || explore(count, signals::set_and_cleared())),
        Mistake::OpenedEarly => Box::new(move || explore(count, signals::barrier())),
        Mistake::LateInSilence => Box::new(move || explore(count, limits::too_few())),
        Mistake::PutterForgotten => Box::new(move || explore(count, queues::tight())),
        Mistake::EndNotTold => Box::new(move || explore(count, threads::started(false))),
        Mistake::SeatEmptiedFirst => Box::new(move || explore(5 * count, detector::joined())),
        Mistake::LooksInSecret => Box::new(move || explore(5 * count, detector::handed_over())),
        Mistake::OrderRelaxed => return false, // not one of `ALL`: shuttle's atomics have but one order
    };
    making(mistake, || catch_unwind(check)).is_err()
}

#[test]
fn every_mistake_is_noticed() {
    // On threads of their own: what a schedule that failed leaves behind goes with its thread.
    let noticed = |mistake: &Mistake| {
        let mistake = *mistake;
        std::thread::spawn(move || notices(mistake)).join().unwrap_or(true)
    };
    let unnoticed: Vec<_> = ALL.iter().filter(|mistake| !noticed(mistake)).collect();
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}
