//! A run in the Trace Event Format, which Perfetto, speedscope and Chromium's tracing open.
//!
//! A process is a process there, with one thread; every other lane is a thread of the program. States are complete events,
//! marks are instants, levels are counters, and arrows go from whoever gave a lock back to whoever got it.

use super::{run_of, title};
use crate::chart::looks::{is_drawn, label, mark_label, of_the_loop};
use crate::model::{Lane, LaneIndex, LaneKind, Mark, Nanos, Record, Report, State, Trace, US, What};
use crate::share::Json;
use std::collections::HashMap;
use std::fmt::Write;

/// The most events written: what viewers still open with ease, and what the engine's memory holds with ease.
const MOST: usize = 250_000;
/// The program's own process.
const PROGRAM: u32 = 1;

/// The trace of the run at `at` (cell and run); `None` when there is none.
///
/// Moments are whole microseconds: no browser's clock is finer, and viewers add up decimals into events that overlap.
pub fn chrome_trace(report: &Report, at: (usize, usize)) -> Option<String> {
    let (cell, run) = run_of(report, at)?;
    let trace = &run.trace;
    let mut writer =
        Writer { out: String::from("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"), events: 0, left: 0 };
    let places: Vec<(u32, u32)> = places(&trace.lanes);
    writer.names(&title(report, cell), trace, &places);
    writer.states(trace, &places);
    writer.moments(trace, &places);
    let origin = report.recorded.as_ref();
    let other = Json::Object(vec![
        ("scenario", report.spec.scenario.as_str().into()),
        ("hash", crate::share::encode(&report.spec, None).into()),
        ("model", cell.model.id().into()),
        ("variant", cell.variant.as_str().into()),
        ("repeat", (run.repeat + 1).into()),
        ("cores", report.machine.cores.into()),
        ("clockStepNs", report.machine.clock_step.into()),
        ("recorded", origin.map(|o| o.date.as_str()).into()),
        ("recordsWithoutRoom", trace.dropped.into()),
        ("eventsLeftOut", (writer.left as u64).into()),
    ]);
    let mut out = writer.out;
    let _ = write!(out, "\n],\"otherData\":{other}}}\n");
    Some(out)
}

/// Process and thread of each lane.
fn places(lanes: &[Lane]) -> Vec<(u32, u32)> {
    let mut processes = PROGRAM;
    let place = |(thread, lane): (u32, &Lane)| {
        if lane.kind == LaneKind::Process {
            processes += 1;
            (processes, 1)
        } else {
            (PROGRAM, thread)
        }
    };
    (1..).zip(lanes).map(place).collect()
}

/// A moment or a length in whole microseconds.
fn us(at: Nanos) -> Json {
    (at / US).into()
}

struct Writer {
    out: String,
    events: usize,
    /// Events beyond [`MOST`].
    left: usize,
}

impl Writer {
    /// Writes an event; `rest` are the fields of its phase.
    fn event(&mut self, name: &str, phase: &'static str, (pid, tid): (u32, u32), rest: Vec<(&'static str, Json)>) {
        if self.events == MOST {
            self.left += 1;
            return;
        }
        let mut fields = vec![("name", name.into()), ("ph", phase.into()), ("pid", pid.into()), ("tid", tid.into())];
        fields.extend(rest);
        let comma = if self.events > 0 { ",\n" } else { "" };
        let _ = write!(self.out, "{comma}{}", Json::Object(fields));
        self.events += 1;
    }

    fn names(&mut self, title: &str, trace: &Trace, places: &[(u32, u32)]) {
        let mut name = |what: &'static str, place: (u32, u32), key: &'static str, value: Json| {
            self.event(what, "M", place, vec![("args", Json::Object(vec![(key, value)]))]);
        };
        name("process_name", (PROGRAM, 0), "name", title.into());
        for (order, (lane, place)) in (0_u32..).zip(trace.lanes.iter().zip(places)) {
            if lane.kind == LaneKind::Process {
                name("process_name", (place.0, 0), "name", lane.name.as_str().into());
                name("process_sort_index", (place.0, 0), "sort_index", order.into());
            }
            name("thread_name", *place, "name", lane.name.as_str().into());
            name("thread_sort_index", *place, "sort_index", order.into());
        }
    }

    fn states(&mut self, trace: &Trace, places: &[(u32, u32)]) {
        let index = LaneIndex::of(trace);
        for span in trace.spans() {
            let Some(place) = index.get(span.lane).and_then(|i| places.get(i)).filter(|_| is_drawn(span.state)) else {
                continue;
            };
            let length = span.end / US - span.start / US;
            if length == 0 {
                continue; // an event without length would not nest
            }
            let mut fields = vec![("cat", "state".into()), ("ts", us(span.start)), ("dur", length.into())];
            let object = trace.objects.get(span.arg as usize).filter(|_| span.state == State::Blocked);
            fields.extend(object.map(|o| ("args", Json::Object(vec![("for", o.as_str().into())]))));
            self.event(label(span.state), "X", *place, fields);
        }
    }

    fn moments(&mut self, trace: &Trace, places: &[(u32, u32)]) {
        let index = LaneIndex::of(trace);
        let place = |lane: u32| index.get(lane).and_then(|i| places.get(i)).copied();
        let mut records: Vec<&Record> = trace.records.iter().collect();
        records.sort_by_key(|r| r.at); // lanes ran at the same time; viewers read counters in order
        let mut freed: HashMap<u32, &Record> = HashMap::new();
        let mut arrows = 0_u32;
        for record in records {
            let Some(own) = place(record.lane) else { continue };
            match record.what {
                // States are written; and thousands of iterations would hide all else there.
                What::Enter(_) => {}
                What::Instant(mark) if of_the_loop(mark) => {}
                What::Level(object) => {
                    let name = trace.objects.get(object as usize).map_or("level", String::as_str);
                    let level = Json::Object(vec![("level", record.arg.into())]);
                    self.event(name, "C", (PROGRAM, 0), vec![("ts", us(record.at)), ("args", level)]);
                }
                What::Instant(mark) => {
                    let mut fields = vec![("cat", "mark".into()), ("s", "t".into()), ("ts", us(record.at))];
                    fields.extend(argument(trace, mark, record.arg).map(|a| ("args", Json::Object(vec![a]))));
                    self.event(mark_label(mark), "i", own, fields);
                    if mark == Mark::Released {
                        freed.insert(record.arg, record);
                    } else if mark == Mark::Acquired
                        && let Some(before) = freed.remove(&record.arg).filter(|b| b.lane != record.lane)
                        && let Some(from) = place(before.lane)
                    {
                        arrows += 1;
                        let ends = |at| vec![("cat", "lock".into()), ("id", arrows.into()), ("ts", us(at))];
                        self.event("lock handed on", "s", from, ends(before.at));
                        let mut end = ends(record.at);
                        end.push(("bp", "e".into()));
                        self.event("lock handed on", "f", own, end);
                    }
                }
            }
        }
    }
}

/// What an instant's number means, if it means anything.
fn argument(trace: &Trace, mark: Mark, arg: u32) -> Option<(&'static str, Json)> {
    Some(match mark {
        Mark::Acquired | Mark::Released => ("of", trace.objects.get(arg as usize)?.as_str().into()),
        Mark::Sent | Mark::Received => ("bytes", arg.into()),
        Mark::Job => ("job", arg.into()),
        Mark::Lost => ("updates", arg.into()),
        Mark::Held | Mark::Late | Mark::GilHeld | Mark::GilWanted | Mark::GilWithout => ("us", arg.into()),
        Mark::WaitsFor | Mark::Deadlocked => {
            ("for", trace.lanes.iter().find(|lane| lane.id == arg)?.name.as_str().into())
        }
        _ => return None,
    })
}
