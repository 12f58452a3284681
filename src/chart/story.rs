//! A trace as a story: one plain sentence for each event, in the order of time.

use super::looks::{end_of, mark_label};
use crate::model::{Lane, LaneIndex, LaneKind, Mark, Nanos, Reason, Record, State, Trace, US, What, units};

/// What is known of a lane so far.
#[derive(Clone, Default)]
struct Now {
    state: Option<State>,
    /// It has done something before.
    began: bool,
    /// It has ended.
    ended: bool,
    /// How it ends is said by a mark of its own.
    says: bool,
    /// Objects it holds, by number.
    held: Vec<u32>,
}

struct Teller<'a> {
    trace: &'a Trace,
    index: LaneIndex,
    lanes: Vec<Now>,
}

/// The sentences of a trace with their moments, ascending. The iterations of a loop have a table of their own.
pub fn story(trace: &Trace) -> Vec<(Nanos, String)> {
    let mut teller = Teller { trace, index: LaneIndex::of(trace), lanes: vec![Now::default(); trace.lanes.len()] };
    // Lanes are recorded each on its own: what one did is told when it did it.
    let mut records: Vec<&Record> = trace.records.iter().collect();
    records.sort_by_key(|r| r.at);
    for record in &records {
        if let (What::Instant(Mark::Finished | Mark::Failed | Mark::Cancelled), Some(place)) =
            (record.what, teller.index.get(record.lane))
        {
            teller.lanes[place].says = true;
        }
    }
    acts_come_first(&mut records);
    let mut out = Vec::new();
    for record in records {
        let Some(place) = teller.index.get(record.lane) else { continue };
        out.extend(teller.tell(place, record).map(|words| (record.at, words)));
    }
    out
}

/// How far back is looked for who fell asleep: where more than this happens at one reading of the clock, the order is a guess anyway.
const BACK: usize = 64;

/// Who falls asleep at the moment of its last act is recorded as asleep before it has acted: told the other way round. On a coarse
/// clock others may have come in between; what they did to the same object stays before the act.
fn acts_come_first(records: &mut [&Record]) {
    for i in 1..records.len() {
        let act = records[i];
        if !acts(act) {
            continue;
        }
        let before = records[i.saturating_sub(BACK)..i].iter().rev().take_while(|r| r.at == act.at);
        let states = before.enumerate().filter(|(_, r)| r.lane == act.lane && matches!(r.what, What::Enter(_)));
        let last = states.map(|(n, r)| (i - 1 - n, r.what)).next();
        let asleep = last.filter(|(_, what)| *what == What::Enter(State::Sleeping)).map(|(place, _)| place);
        let Some(asleep) = asleep else { continue };
        if records[asleep..i].iter().any(|r| acts(r) && r.arg == act.arg) {
            records[asleep..=i].rotate_left(1);
        } else {
            records[asleep..=i].rotate_right(1);
        }
    }
}

/// Whether it takes something or gives it back.
fn acts(record: &Record) -> bool {
    matches!(record.what, What::Instant(Mark::Acquired | Mark::Released))
}

/// What happened at a moment of a story, or last before it: that moment, and its sentences. Nothing before the first.
pub fn happened(story: &[(Nanos, String)], at: Nanos) -> Option<(Nanos, Vec<String>)> {
    let told = story.get(..story.partition_point(|(moment, _)| *moment <= at))?;
    let last = told.last()?.0;
    let first = told.partition_point(|(moment, _)| *moment < last);
    Some((last, told.get(first..)?.iter().map(|(_, words)| words.clone()).collect()))
}

impl Teller<'_> {
    fn object(&self, n: u32) -> &str {
        self.trace.objects.get(n as usize).map_or("a lock", String::as_str)
    }

    /// Who holds an object, as ", held by …"; nothing when nobody says so.
    fn holders(&self, object: u32) -> String {
        let holds = |now: &Now| now.held.contains(&object);
        let names: Vec<_> = self.trace.lanes.iter().zip(&self.lanes).filter(|(_, now)| holds(now)).collect();
        match names.as_slice() {
            [] => String::new(),
            [(one, _)] => format!(", held by {}", one.name),
            many => format!(", held by {} others", many.len()),
        }
    }

    /// How many of its kind are over, where there are several.
    fn over(&self, kind: LaneKind) -> String {
        let same = self.trace.lanes.iter().zip(&self.lanes).filter(|(lane, _)| lane.kind == kind);
        let (all, over) = same.fold((0, 0), |(all, over), (_, now)| (all + 1, over + u32::from(now.ended)));
        let what = match kind {
            LaneKind::Task => "tasks",
            LaneKind::Thread => "threads",
            LaneKind::Process => "processes",
            LaneKind::Loop => return String::new(),
        };
        let are = if over == 1 { "is" } else { "are" };
        if all < 2 { String::new() } else { format!("; {over} of {all} {what} {are} over") }
    }

    fn tell(&mut self, place: usize, record: &Record) -> Option<String> {
        let trace = self.trace;
        let lane = trace.lanes.get(place)?;
        let words = match record.what {
            What::Enter(state) => self.enters(place, lane, state, record)?,
            What::Instant(mark) => self.does(place, lane, mark, record)?,
            What::Level(object) => {
                let name = trace.objects.get(object as usize).map_or("an object", String::as_str);
                return Some(format!("{name} stands at {}.", record.arg));
            }
        };
        Some(format!("{} {words}.", lane.name))
    }

    fn enters(&mut self, place: usize, lane: &Lane, state: State, record: &Record) -> Option<String> {
        let now = self.lanes.get_mut(place)?;
        let (before, began) = (now.state.replace(state), now.began);
        now.began |= !matches!(state, State::Idle | State::Starting | State::Ready);
        if before == Some(state) && state != State::Blocked {
            return None;
        }
        let looping = lane.kind == LaneKind::Loop;
        let computes = matches!(lane.kind, LaneKind::Thread | LaneKind::Process);
        let reason = Reason::from_code(record.arg);
        let for_a_time = || format!("for {}", units::time(u64::from(record.arg) * US));
        Some(match state {
            State::Idle if began => "has nothing to do".to_owned(),
            State::Starting => "starts".to_owned(),
            State::Ready if began => "can go on and waits for its turn".to_owned(),
            State::Ready => "is ready to begin".to_owned(),
            // What a loop runs is told by its tasks.
            State::Running if looping && began => return None,
            State::Running if before == Some(State::Gil) => "has the GIL and computes".to_owned(),
            State::Running if computes && before == Some(State::Idle) => "computes".to_owned(),
            State::Running if began => "goes on".to_owned(),
            State::Running => "begins".to_owned(),
            State::Sleeping if looping => "has nothing ready and waits".to_owned(),
            State::Sleeping if lane.kind == LaneKind::Task && record.arg > 0 => format!("sleeps {}", for_a_time()),
            State::Sleeping if lane.kind == LaneKind::Task => "waits for an operation outside".to_owned(),
            State::Sleeping => "sleeps".to_owned(),
            // Whose end, a mark says.
            State::Waiting if reason == Reason::End => return None,
            State::Waiting => format!("waits for {}", reason.words()),
            State::Blocked => format!("waits for {}{}", self.object(record.arg), self.holders(record.arg)),
            State::Gil => "waits for the GIL".to_owned(),
            State::Pickling => "turns values into bytes or back".to_owned(),
            State::Done if !now.ended && !now.says => {
                now.ended = true;
                let over = self.over(lane.kind);
                format!("is over{over}")
            }
            State::Idle | State::Done => return None,
        })
    }

    fn does(&mut self, place: usize, lane: &Lane, mark: Mark, record: &Record) -> Option<String> {
        let arg = u64::from(record.arg);
        let lasted = || units::time(arg * US);
        let now = self.lanes.get_mut(place)?;
        Some(match mark {
            // Iterations have a table of their own.
            Mark::Turn | Mark::Called | Mark::TimerSet | Mark::TimerCalls | Mark::TimerGone => return None,
            Mark::Finished | Mark::Failed | Mark::Cancelled => {
                now.ended = true;
                let how = match mark {
                    Mark::Finished => "ends with its result",
                    Mark::Failed => "ends with an exception",
                    _ => "ends as cancelled",
                };
                format!("{how}{}", self.over(lane.kind))
            }
            Mark::Created => "is created".to_owned(),
            Mark::CancelRequested => "is asked to cancel".to_owned(),
            Mark::TimedOut => "has reached its time limit".to_owned(),
            Mark::Acquired => {
                now.held.push(record.arg);
                format!("takes {}", self.object(record.arg))
            }
            Mark::Released => {
                match now.held.iter().rposition(|held| *held == record.arg) {
                    Some(held) => drop(now.held.remove(held)),
                    // Another one may give back what this one took.
                    None => self.lanes.iter_mut().for_each(|other| other.held.retain(|held| *held != record.arg)),
                }
                format!("gives {} back", self.object(record.arg))
            }
            Mark::HandOver => "takes over the GIL".to_owned(),
            Mark::DropRequest => "asks for the GIL".to_owned(),
            Mark::Forced => "has to give up the GIL".to_owned(),
            Mark::Sent => format!("sends {}", units::bytes(arg)),
            Mark::Received => format!("receives {}", units::bytes(arg)),
            Mark::Job => format!("begins job {arg}"),
            Mark::Lost => format!("finds that {} updates are lost", units::grouped(arg)),
            Mark::Level => format!("stands at {arg}"),
            Mark::Merged => "puts the results together".to_owned(),
            Mark::Stopped => "is asked to stop".to_owned(),
            Mark::Held => format!("was kept from its timers by its callbacks for {}", lasted()),
            Mark::Late => format!("got its turn from the browser {} late", lasted()),
            Mark::WaitsFor => {
                let other = self.index.get(record.arg).and_then(|other| self.trace.lanes.get(other));
                format!("waits for {}", other.map_or("another".to_owned(), end_of))
            }
            Mark::Deadlocked => "is in a deadlock".to_owned(),
            Mark::CutShort => "is cut short: the program has ended".to_owned(),
            Mark::GilHeld | Mark::GilWanted | Mark::GilWithout => {
                format!("in all {} for {}", mark_label(mark), lasted())
            }
        })
    }
}
