//! How many at a time, over time: tasks in flight, ready and asleep, and where every named object stands.

use crate::model::{LaneIndex, LaneKind, Mark, Nanos, Record, State, Trace, What, units};

/// Tasks that have begun and are not done.
const FLIGHT: usize = 0;
/// Tasks in the ready queue.
const READY: usize = 1;
/// Tasks in a wait of their own.
const ASLEEP: usize = 2;
/// The first of the series that objects have: what is taken of the object, and who waits for it.
const OBJECTS: usize = 3;

/// Objects that stand higher are drawn as if they stood here.
const HIGHEST: u32 = 1_000_000;

/// A number over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// What it counts ("in flight", "gate: waiting").
    pub name: String,
    /// The most it ever was.
    pub peak: u32,
    /// The most it can be, where the trace shows that: somebody had to wait when it was as high as this.
    pub limit: Option<u32>,
    /// Changes, ascending in time once it is settled.
    steps: Vec<(Nanos, i32)>,
    /// Whether it counts permits that are taken.
    taken: bool,
    /// Where the object stands, if it says so.
    level: Option<u32>,
    sorted: usize,
}

impl Series {
    /// The number at a moment, when everything has happened that happened at it.
    pub fn at(&self, at: Nanos) -> u32 {
        let after = self.steps.partition_point(|(t, _)| *t <= at);
        let sum: i32 = self.steps[..after].iter().map(|(_, by)| by).sum();
        sum.max(0) as u32
    }

    /// The stretches in which it did not change, as beginning and number; each ends where the next begins.
    pub fn stretches(&self) -> impl Iterator<Item = (Nanos, u32)> {
        let mut now = 0;
        self.steps.chunk_by(|a, b| a.0 == b.0).map(move |same| {
            now += same.iter().map(|(_, by)| by).sum::<i32>();
            (same[0].0, now.max(0) as u32)
        })
    }

    /// Whether somebody waited while it was at its peak: then that is the most it can be. (Those who wait for an item of a
    /// queue wait while it is empty.)
    fn is_full(&self, waiting: &Series) -> bool {
        let (mut waits, mut some) = (waiting.stretches().peekable(), false);
        let mut inside = self.stretches().peekable();
        while let Some((_, number)) = inside.next() {
            let until = inside.peek().map_or(Nanos::MAX, |next| next.0);
            let peak = number == self.peak && number > 0;
            if peak && some {
                return true;
            }
            while let Some((_, waiting)) = waits.next_if(|next| next.0 < until) {
                some = waiting > 0;
                if peak && some {
                    return true;
                }
            }
        }
        false
    }

    /// Puts new steps where they belong: lanes are recorded one by one, so that times may go back between them.
    fn settle(&mut self) {
        if self.sorted < self.steps.len() {
            self.steps.sort_unstable();
            self.sorted = self.steps.len();
            self.peak = self.stretches().map(|(_, n)| n).max().unwrap_or(0);
        }
    }
}

/// What is known of a lane.
#[derive(Clone, Debug, Default)]
struct Now {
    /// The series that counts it.
    counted: Option<usize>,
    begun: bool,
}

/// The numbers of one trace, extended as records come in.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    series: Vec<Series>,
    lanes: Vec<Now>,
    seen: usize,
    looping: bool,
}

impl Levels {
    /// Everything in `trace`.
    pub fn of(trace: &Trace) -> Self {
        let mut levels = Self::default();
        levels.extend(trace);
        levels
    }

    /// Takes in what `trace` has more than at the last call; begins anew when it has less.
    pub fn extend(&mut self, trace: &Trace) {
        if trace.records.len() < self.seen {
            *self = Self::default();
        }
        let index = LaneIndex::of(trace);
        self.lanes.resize_with(trace.lanes.len().max(self.lanes.len()), Now::default);
        self.looping |= trace.lanes.iter().any(|lane| lane.kind == LaneKind::Loop);
        for record in &trace.records[self.seen..] {
            if let Some(lane) = index.get(record.lane) {
                self.take(record, lane, trace);
            }
        }
        self.seen = trace.records.len();
        self.series.iter_mut().for_each(Series::settle);
        for (object, name) in trace.objects.iter().enumerate() {
            if let Some([taken, waiting]) = self.series.get_mut(OBJECTS + 2 * object..OBJECTS + 2 * object + 2) {
                taken.limit = taken.is_full(waiting).then_some(taken.peak);
                taken.taken = taken.level.is_none();
                taken.name = if taken.taken { format!("{name}: taken") } else { name.clone() };
                waiting.name = format!("{name}: waiting");
            }
        }
    }

    fn take(&mut self, record: &Record, lane: usize, trace: &Trace) {
        let object = (record.arg as usize) < trace.objects.len();
        let series = OBJECTS + 2 * record.arg as usize;
        match record.what {
            What::Instant(Mark::Acquired) if object => self.taken(series, record.at, 1),
            What::Instant(Mark::Released) if object => self.taken(series, record.at, -1),
            What::Level(object) if (object as usize) < trace.objects.len() => {
                let series = OBJECTS + 2 * object as usize;
                self.step(series, record.at, 0);
                let series = &mut self.series[series];
                // An object that says where it stands needs no counting of permits.
                if series.level.is_none() {
                    series.steps.clear();
                }
                let level = record.arg.min(HIGHEST);
                series.steps.push((record.at, level as i32 - series.level.unwrap_or(0) as i32));
                series.level = Some(level);
                series.sorted = 0;
            }
            What::Enter(state) => {
                let task = trace.lanes[lane].kind == LaneKind::Task;
                let counted = match state {
                    State::Ready if task => Some(READY),
                    State::Sleeping if task => Some(ASLEEP),
                    State::Blocked if object => Some(series + 1),
                    _ => None,
                };
                let begins = !matches!(state, State::Idle | State::Starting | State::Ready | State::Done);
                let now = &mut self.lanes[lane];
                let before = std::mem::replace(&mut now.counted, counted);
                let begun = begins || now.begun && state != State::Done;
                let flight = i32::from(begun) - i32::from(now.begun);
                now.begun = begun;
                if task && flight != 0 {
                    self.step(FLIGHT, record.at, flight);
                }
                if before != counted {
                    before.into_iter().for_each(|s| self.step(s, record.at, -1));
                    counted.into_iter().for_each(|s| self.step(s, record.at, 1));
                }
            }
            _ => {}
        }
    }

    /// A permit of an object was taken or given back.
    fn taken(&mut self, series: usize, at: Nanos, by: i32) {
        if self.series.get(series).is_none_or(|s| s.level.is_none()) {
            self.step(series, at, by);
        }
    }

    fn step(&mut self, series: usize, at: Nanos, by: i32) {
        if self.series.len() <= series {
            self.series.resize_with(series + 2, Series::default);
            for (series, name) in self.series.iter_mut().zip(["in flight", "ready", "sleeping"]) {
                series.name = name.to_owned();
            }
        }
        self.series[series].steps.push((at, by));
    }

    /// What is worth drawing: of a trace with an event loop whatever was ever above 0; locks, which have one holder that the
    /// lanes show, only with those who wait for them.
    pub fn shown(&self) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(|s| self.looping && s.peak > u32::from(s.taken))
    }

    /// Whether there is an event loop.
    pub fn looping(&self) -> bool {
        self.looping
    }

    /// What the curves show, in a sentence; empty when there is none.
    pub fn words(&self) -> String {
        let mut out = String::new();
        for series in self.shown() {
            let before = if out.is_empty() { "At most at a time: " } else { ", " };
            out.push_str(&format!("{before}{} {}", series.name, units::grouped(series.peak.into())));
        }
        if !out.is_empty() {
            out.push('.');
        }
        out
    }
}
