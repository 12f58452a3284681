//! What a process has begun and named: lanes of its children, names of what has levels, and which of that was told.

use crate::model::Lane;
use std::cell::{Cell, RefCell};

#[derive(Default)]
pub(super) struct News {
    lanes: RefCell<Vec<Lane>>,
    objects: RefCell<Vec<String>>,
    /// How many of the names were told.
    told: Cell<usize>,
}

impl News {
    /// A lane begins.
    pub fn lane(&self, lane: Lane) {
        self.lanes.borrow_mut().push(lane);
    }

    /// A name for what has levels; its number.
    pub fn object(&self, name: &str) -> u32 {
        let mut objects = self.objects.borrow_mut();
        objects.push(name.to_owned());
        objects.len() as u32 - 1
    }

    /// The lanes since the last call.
    pub fn lanes(&self) -> Vec<Lane> {
        self.lanes.take()
    }

    /// All names.
    pub fn objects(&self) -> Vec<String> {
        self.objects.borrow().clone()
    }

    /// The lanes since the last call and all names, if there is a new one among either.
    pub fn tell(&self) -> Option<(Vec<Lane>, Vec<String>)> {
        let (lanes, named) = (self.lanes(), self.objects.borrow().len());
        let news = self.told.replace(named) < named || !lanes.is_empty();
        news.then(|| (lanes, self.objects()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::LaneKind;

    #[test]
    fn a_name_is_told_with_or_without_a_lane_and_nothing_twice() {
        let news = News::default();
        let lane = Lane { id: 1, kind: LaneKind::Process, name: "Process-1".to_owned() };
        assert_eq!(news.object("jobs"), 0);
        news.lane(lane.clone());
        assert_eq!(news.tell().unwrap(), (vec![lane.clone()], vec!["jobs".to_owned()]));
        assert_eq!(news.tell(), None);
        assert_eq!(news.object("results"), 1);
        assert_eq!(news.tell().unwrap(), (Vec::new(), vec!["jobs".to_owned(), "results".to_owned()]));
        assert_eq!(news.tell(), None);
        news.lane(lane);
        assert_eq!(news.tell().unwrap().0.len(), 1);
    }
}
