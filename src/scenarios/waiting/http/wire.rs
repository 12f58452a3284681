//! What a browser notes of its requests: how many went out at once, and how long the others stood in its queue.

use crate::aio::outside::Timing;
use crate::model::Nanos;
use crate::model::time::millis;

/// Seen of a run's requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// The most that were out at one moment.
    pub peak: usize,
    /// Mean time between being asked for and going out, ms.
    pub queued: f64,
    /// What was spoken, if it was the same in all.
    pub protocol: String,
}

/// What these timings say; `None` when there are none.
pub fn seen(timings: &[Timing]) -> Option<Wire> {
    let first = timings.first()?;
    let mut edges: Vec<(Nanos, i32)> = timings.iter().flat_map(|t| [(t.sent, 1), (t.answered, -1)]).collect();
    edges.sort_unstable(); // a connection that is free at this moment can be taken at this moment
    let (mut now, mut peak) = (0, 0);
    for (_, step) in edges {
        now += step;
        peak = peak.max(now);
    }
    let queued: Nanos = timings.iter().map(|t| t.sent.saturating_sub(t.asked)).sum();
    let same = timings.iter().all(|t| t.protocol == first.protocol);
    let protocol = if same { first.protocol.clone() } else { String::new() };
    Some(Wire { peak: peak.max(0) as usize, queued: millis(queued) / timings.len() as f64, protocol })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MS;

    fn timing(asked: u64, sent: u64, answered: u64) -> Timing {
        Timing { asked: asked * MS, sent: sent * MS, answered: answered * MS, protocol: "http/1.1".to_owned() }
    }

    #[test]
    fn two_connections_for_four_requests() {
        let timings = [timing(0, 0, 5), timing(0, 0, 7), timing(0, 5, 10), timing(0, 7, 12)];
        let wire = seen(&timings);
        assert_eq!(wire, Some(Wire { peak: 2, queued: 3.0, protocol: "http/1.1".to_owned() }));
        assert_eq!(seen(&[]), None);
    }
}
