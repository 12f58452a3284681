//! Mouse and fingers on the picture: drag, pinch and click, told apart.

/// How far a pointer may move and still click, CSS pixels.
const STILL: f64 = 4.0;

/// What a movement of pointers asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// Move the picture by this many pixels.
    Pan(f64),
    /// Zoom by the factor around this position.
    Zoom(f64, f64),
}

/// The pointers that are down.
#[derive(Clone, Debug, Default)]
pub struct Gestures {
    down: Vec<(i32, f64)>,
    /// Where the first pointer came down; gone once it has moved.
    still: Option<f64>,
}

impl Gestures {
    /// A pointer comes down.
    pub fn down(&mut self, id: i32, x: f64) {
        self.down.retain(|(known, _)| *known != id);
        self.down.push((id, x));
        self.still = (self.down.len() == 1).then_some(x);
    }

    /// A pointer moves.
    pub fn moved(&mut self, id: i32, x: f64) -> Option<Wish> {
        let index = self.down.iter().position(|(known, _)| *known == id)?;
        if let Some(start) = self.still {
            if (x - start).abs() < STILL {
                return None;
            }
            self.still = None;
        }
        let before = std::mem::replace(&mut self.down[index].1, x);
        match self.down.as_slice() {
            [_] => Some(Wish::Pan(x - before)),
            [_, _] => {
                let other = self.down[1 - index].1;
                let (old, new) = ((before - other).abs().max(1.0), (x - other).abs().max(1.0));
                Some(Wish::Zoom(new / old, f64::midpoint(x, other)))
            }
            _ => None,
        }
    }

    /// A pointer goes up; the position when that was a click.
    pub fn up(&mut self, id: i32) -> Option<f64> {
        self.down.retain(|(known, _)| *known != id);
        self.still.take().filter(|_| self.down.is_empty())
    }

    /// A pointer is taken away (the page scrolls, say).
    pub fn lost(&mut self, id: i32) {
        self.down.retain(|(known, _)| *known != id);
        self.still = None;
    }
}
