//! Python's `heapq`, step by step, so that equal items come out in the order in which they do there.

use super::queue::Order;

/// A binary heap whose least item is first.
pub struct Heap<T>(Vec<T>);

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialOrd> Heap<T> {
    /// Moves the item at `place` up past greater parents, not above `top` (`_siftdown`).
    fn up(&mut self, top: usize, mut place: usize) {
        while place > top {
            let parent = (place - 1) / 2;
            let less = matches!((self.0.get(place), self.0.get(parent)), (Some(item), Some(above)) if item < above);
            if !less {
                break;
            }
            self.0.swap(place, parent);
            place = parent;
        }
    }

    /// Moves the first item down to a leaf, past the lesser child each time, and from there up again (`_siftup`).
    fn down(&mut self) {
        let (mut place, mut child) = (0, 1);
        while let Some(left) = self.0.get(child) {
            let right = self.0.get(child + 1);
            if right.is_some_and(|right| !matches!(left.partial_cmp(right), Some(std::cmp::Ordering::Less))) {
                child += 1;
            }
            self.0.swap(place, child);
            place = child;
            child = 2 * place + 1;
        }
        self.up(0, place);
    }
}

impl<T: PartialOrd> Order<T> for Heap<T> {
    fn put_in(&mut self, item: T) {
        self.0.push(item);
        self.up(0, self.0.len() - 1);
    }

    fn take_out(&mut self) -> Option<T> {
        let last = self.0.pop()?;
        let Some(first) = self.0.first_mut() else { return Some(last) };
        let least = std::mem::replace(first, last);
        self.down();
        Some(least)
    }

    fn size(&self) -> usize {
        self.0.len()
    }
}
