//! The trace as a table: the same content for whoever does not look at the picture.

use super::looks::{end_of, label, mark_label, of_the_loop};
use crate::model::time::millis;
use crate::model::{LaneIndex, Mark, Nanos, Reason, State, Trace, US, What, units};

/// The trace as a table: lane, what, from, to; in time order, at most `most` rows.
///
/// Times are milliseconds with three decimals. An instant has no end; what is still going on ends with the trace.
pub fn table(trace: &Trace, most: usize) -> Vec<[String; 4]> {
    let index = LaneIndex::of(trace);
    let spans = trace.spans().into_iter().map(|s| Row {
        at: s.start,
        end: Some(s.end),
        lane: s.lane,
        arg: s.arg,
        what: What::Enter(s.state),
    });
    // Iterations have a table of their own.
    let instants = trace.records.iter().filter(|r| matches!(r.what, What::Instant(mark) if !of_the_loop(mark)));
    let instants = instants.map(|r| Row { at: r.at, end: None, lane: r.lane, arg: r.arg, what: r.what });
    let mut rows: Vec<_> = spans.chain(instants).filter_map(|row| Some((index.get(row.lane)?, row))).collect();
    // An instant comes before the state it leads to.
    rows.sort_by_key(|(lane, row)| (row.at, *lane, row.end.is_some()));
    rows.truncate(most);
    rows.into_iter()
        .map(|(lane, row)| {
            let name = trace.lanes[lane].name.clone();
            [name, row.words(trace), moment(row.at), row.end.map(moment).unwrap_or_default()]
        })
        .collect()
}

struct Row {
    at: Nanos,
    end: Option<Nanos>,
    lane: u32,
    arg: u32,
    what: What,
}

impl Row {
    fn words(&self, trace: &Trace) -> String {
        let object = || trace.objects.get(self.arg as usize).map(String::as_str);
        match self.what {
            What::Enter(State::Blocked) => {
                object().map_or(label(State::Blocked).to_owned(), |o| format!("waiting for {o}"))
            }
            What::Enter(State::Waiting) => format!("waiting for {}", Reason::from_code(self.arg).words()),
            What::Enter(state) => label(state).to_owned(),
            What::Instant(mark) => {
                let words = mark_label(mark);
                match mark {
                    Mark::Acquired | Mark::Released => object().map_or(words.to_owned(), |o| format!("{words} {o}")),
                    Mark::Sent | Mark::Received => format!("{words} {}", units::bytes(u64::from(self.arg))),
                    Mark::Job | Mark::Level => format!("{words} {}", self.arg),
                    Mark::WaitsFor => {
                        let lane = |id: u32| trace.lanes.iter().find(|lane| lane.id == id);
                        format!("{words} {}", lane(self.arg).map(end_of).unwrap_or_default())
                    }
                    Mark::Held | Mark::Late | Mark::GilHeld | Mark::GilWanted | Mark::GilWithout => {
                        format!("{words} for {}", units::time(u64::from(self.arg) * US))
                    }
                    Mark::Lost => format!("lost {} updates", units::grouped(u64::from(self.arg))),
                    _ => words.to_owned(),
                }
            }
            What::Level(object) => {
                let name = trace.objects.get(object as usize).map_or("", String::as_str);
                format!("{name} {} {}", mark_label(Mark::Level), self.arg)
            }
        }
    }
}

fn moment(t: Nanos) -> String {
    format!("{:.3} ms", millis(t))
}
