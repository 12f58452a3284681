//! How states and instants are told apart without colour: a letter and a few words for each.

use super::scene::Paint;
use crate::model::{Lane, LaneKind, Mark, State, Trace, What};

/// The letter drawn in a state's rectangle.
pub const fn letter(state: State) -> char {
    match state {
        State::Idle => 'I',
        State::Starting => 'S',
        State::Ready => 'Q',
        State::Running => 'R',
        State::Sleeping => 'Z',
        State::Waiting => 'W',
        State::Blocked => 'L',
        State::Gil => 'G',
        State::Pickling => 'P',
        State::Done => 'D',
    }
}

/// What a state is called.
pub const fn label(state: State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Starting => "starting",
        State::Ready => "ready",
        State::Running => "computing",
        State::Sleeping => "sleeping",
        State::Waiting => "waiting for others",
        State::Blocked => "blocked: lock, queue, event",
        State::Gil => "waiting for the GIL",
        State::Pickling => "pickling",
        State::Done => "done",
    }
}

/// What is waited for of this lane: the end of a process; a thread or a task is just named.
pub fn end_of(lane: &Lane) -> String {
    let end = if lane.kind == LaneKind::Process { "the end of " } else { "" };
    [end, &lane.name].concat()
}

/// What an instant is called.
pub const fn mark_label(mark: Mark) -> &'static str {
    match mark {
        Mark::Created => "created",
        Mark::Finished => "finished",
        Mark::Failed => "failed",
        Mark::Cancelled => "cancelled",
        Mark::CancelRequested => "asked to cancel",
        Mark::TimedOut => "time limit passed",
        Mark::Acquired => "acquired",
        Mark::Released => "released",
        Mark::HandOver => "took over the GIL",
        Mark::DropRequest => "asked for the GIL",
        Mark::Sent => "sent",
        Mark::Received => "received",
        Mark::Job => "began job",
        Mark::Lost => "lost updates",
        Mark::Level => "level",
        Mark::Merged => "merged the results",
        Mark::Stopped => "stopped",
        Mark::Turn => "began an iteration",
        Mark::Called => "was called",
        Mark::Held => "held by its callbacks",
        Mark::Late => "left alone by the browser",
        Mark::WaitsFor => "waits for",
        Mark::Deadlocked => "in a deadlock",
        Mark::CutShort => "cut short: the program ended",
        Mark::Forced => "had to give up the GIL",
        Mark::GilHeld => "held the GIL",
        Mark::GilWanted => "waited for the GIL",
        Mark::GilWithout => "did without the GIL",
        Mark::TimerSet => "set a timer",
        Mark::TimerCalls => "named its timer",
        Mark::TimerGone => "is done with a timer",
    }
}

/// What an instant is drawn with; `None` when it is told by the states around it, or would crowd the picture.
pub const fn mark_paint(mark: Mark) -> Option<Paint> {
    match mark {
        Mark::Failed | Mark::TimedOut | Mark::Lost | Mark::Deadlocked => Some(Paint::Failure),
        Mark::Cancelled | Mark::CancelRequested | Mark::CutShort => Some(Paint::Cancel),
        Mark::HandOver => Some(Paint::HandOver),
        Mark::Finished | Mark::Sent | Mark::Received | Mark::Job | Mark::Merged | Mark::Stopped => Some(Paint::Event),
        Mark::Created | Mark::Acquired | Mark::Released | Mark::DropRequest | Mark::Level => None,
        // Iterations and what held the loop have tracks of their own.
        Mark::Turn | Mark::Called | Mark::Held | Mark::Late => None,
        // Told at the cursor, with what a loop holds.
        Mark::TimerSet | Mark::TimerCalls | Mark::TimerGone => None,
        // The states around them tell.
        Mark::WaitsFor | Mark::Forced | Mark::GilHeld | Mark::GilWanted | Mark::GilWithout => None,
    }
}

/// Whether an instant belongs to the loop's own views, of its iterations and of what it holds, and is told nowhere else.
pub const fn of_the_loop(mark: Mark) -> bool {
    matches!(mark, Mark::Turn | Mark::Called | Mark::TimerSet | Mark::TimerCalls | Mark::TimerGone)
}

/// Whether a state is drawn: `Idle` and `Done` are what is left blank.
pub const fn is_drawn(state: State) -> bool {
    !matches!(state, State::Idle | State::Done)
}

/// The states that occur in a trace and are drawn, each with its letter and label.
pub fn legend(trace: &Trace) -> Vec<(State, char, &'static str)> {
    let mut seen = [false; State::ALL.len()];
    for record in &trace.records {
        if let What::Enter(state) = record.what {
            seen[state as usize] = true;
        }
    }
    let shown = State::ALL.iter().copied().filter(|&s| is_drawn(s) && seen[s as usize]);
    shown.map(|s| (s, letter(s), label(s))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn letters_and_words_tell_all_apart() {
        let letters: HashSet<_> = State::ALL.iter().map(|&s| letter(s)).collect();
        let labels: HashSet<_> = State::ALL.iter().map(|&s| label(s)).collect();
        let marks: HashSet<_> = Mark::ALL.iter().map(|&m| mark_label(m)).collect();
        assert_eq!((letters.len(), labels.len()), (State::ALL.len(), State::ALL.len()));
        assert_eq!(marks.len(), Mark::ALL.len());
    }
}
