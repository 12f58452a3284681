//! Who waits for whom, in words.

use super::holds::listed;
use super::looks::end_of;
use super::waits::Waits;
use crate::model::{Nanos, Trace, units};

impl Waits {
    /// A sentence for everything that is waited for, and one when a circle is closed.
    pub fn words(&self, trace: &Trace) -> Vec<String> {
        let name = |lane: &usize| trace.lanes.get(*lane).map_or("a thread", |lane| lane.name.as_str());
        let names = |lanes: &[usize]| listed(lanes.iter().map(|lane| name(lane).to_owned()).collect());
        let verb = |lanes: &[usize]| if lanes.len() == 1 { "waits" } else { "wait" };
        let mut out = Vec::new();
        for (object, called) in trace.objects.iter().enumerate() {
            let who = self.who(Some(object));
            if who.is_empty() {
                continue;
            }
            let held = match self.holders(object) {
                holders if holders.is_empty() => String::new(),
                holders if holders == who && who.len() == 1 => ", which it holds itself".to_owned(),
                holders => format!(", held by {}", names(&holders)),
            };
            out.push(format!("{} {} for {called}{held}.", names(&who), verb(&who)));
        }
        for lane in self.who(None) {
            if let Some(other) = self.target(lane) {
                let other = trace.lanes.get(other).map_or("a thread".to_owned(), end_of);
                out.push(format!("{} waits for {other}.", name(&lane)));
            } else if let Some(reason) = self.reason(lane) {
                out.push(format!("{} waits for {reason}.", name(&lane)));
            }
        }
        match self.circle().as_slice() {
            [] if out.is_empty() => out.push("Nobody waits for a lock or for another thread.".to_owned()),
            [] => {}
            [one] => out.push(format!("That is a closed circle: {} waits for itself.", name(one))),
            circle => out.push(format!("That is a closed circle: {} wait for each other.", names(circle))),
        }
        out
    }

    /// Places of the lanes that wait for an object, or for something without a name.
    fn who(&self, object: Option<usize>) -> Vec<usize> {
        let waits = |lane: &usize| self.lanes[*lane].wait.is_some_and(|wait| wait.object == object);
        (0..self.lanes.len()).filter(waits).collect()
    }
}

/// Who waits for whom at the moment shown, in words; `None` where nobody ever waited for anything that has a name.
pub fn who_waits(trace: &Trace, cursor: Option<Nanos>) -> Option<String> {
    let all = Waits::of(trace);
    if !all.shown() {
        return None;
    }
    let moment = all.moment(trace, cursor);
    let words = Waits::at(trace, moment).words(trace).join(" ");
    Some(if cursor.is_some() { words } else { format!("At {}: {words}", units::time(moment)) })
}
