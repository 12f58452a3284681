//! The page keeps drawing while every core computes: gaps between animation frames, beside three controls without a run:
//! an idle machine; one kept busy by as many workers as the run has threads, which have nothing to do with the page; and
//! such a one with a canvas of the timeline's size, some bars and words of which are drawn thirty times a second.

use crate::ensure;
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
use serde_json::json;

/// What would be noticed as a page that hangs, ms, unless a page without a run has gaps of a third of that or more; the figure
/// itself is printed, since a busy machine makes gaps too.
const HANGS: f64 = 1_000.0;

/// Notes the gaps between animation frames from now on.
const WATCH: &str = "e2e.gaps = [];
    let last = performance.now();
    const look = (now) => { e2e.gaps.push(now - last); last = now; requestAnimationFrame(look); };
    requestAnimationFrame(look);";

/// Longest gap of the controls and of runs of primes on free threads: of the first two, while browsers still interpret the
/// page's program and load what shows results, and of the next.
pub async fn gaps(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes&limit=5000000&models=free-threads&repeats=5").await?;
    page.js(WATCH, json!([])).await?;
    let idle = control(page).await?;
    let busy = beside_busy_cores(page, "").await?;
    let drawn = beside_busy_cores(page, DRAW).await?;
    let (mut during, mut figures) = (Vec::new(), String::new());
    for _ in 0..3 {
        page.js("e2e.gaps = []", json!([])).await?;
        let cells = page.run().await?;
        let gaps = longest(page).await?;
        ensure!(gaps.0 < HANGS.max(3.0 * drawn.0), "a gap of {:.0} ms", gaps.0);
        during.push(figure(gaps));
        figures = all_give(&cells, "348,513")?;
    }
    let [idle, busy, drawn] = [idle, busy, drawn].map(figure);
    let runs = during.join(", then ");
    Ok(format!("longest gap {runs} (idle {idle}; cores busy {busy}, drawing {drawn}); {figures}"))
}

/// The same while the page's own loop creates, puts to sleep and wakes a hundred thousand tasks.
pub async fn many_tasks(page: &Page) -> Outcome {
    page.open("", "v=1&s=many-tasks&tasks=100000&wait=100&speed=1&models=asyncio&repeats=3").await?;
    page.js(WATCH, json!([])).await?;
    let idle = control(page).await?;
    page.js("e2e.gaps = []", json!([])).await?;
    let cells = page.run().await?;
    let during = longest(page).await?;
    ensure!(during.0 < HANGS.max(3.0 * idle.0), "a gap of {:.0} ms", during.0);
    let figures = all_give(&cells, "100,000 tasks woke up")?;
    Ok(format!("longest gap {} (idle {}); {figures}", figure(during), figure(idle)))
}

/// The longest gap, how many were above 50 ms, and how many there were.
type Gaps = (f64, u64, u64);

fn figure((longest, above, all): Gaps) -> String {
    format!("{longest:.0} ms, {above} of {all} above 50 ms")
}

/// Draws some bars and words on a canvas of the timeline's size, thirty times a second; `over` ends it.
const DRAW: &str = "
    const canvas = document.body.appendChild(Object.assign(document.createElement('canvas'), { width: 700, height: 140 }));
    const brush = canvas.getContext('2d');
    let n = 0;
    const drawing = setInterval(() => {
      brush.clearRect(0, 0, 700, 140);
      for (let i = 0; i < 60; i += 1) {
        brush.fillStyle = `hsl(${(n += 7) % 360} 50% 50%)`;
        brush.fillRect((i * 37 + n) % 650, (i % 6) * 22, 30, 18);
        if (i % 5 === 0) brush.fillText(`${n}`, (i * 53) % 650, (i % 6) * 22 + 12);
      }
    }, 33);
    e2e.over.push(() => (clearInterval(drawing), canvas.remove()));";

/// A control beside as many workers that only spin as the run will have threads.
async fn beside_busy_cores(page: &Page, what: &str) -> Result<Gaps, Trouble> {
    let spin = "const busy = Array.from({ length: arguments[0] }, () => new Worker('e2e/spin.js'));
        e2e.over = [() => busy.forEach((worker) => worker.terminate())];";
    page.js(&format!("{spin}{what}"), json!([page.shown("workers").await?])).await?;
    let gaps = control(page).await?;
    page.js("e2e.over.forEach((end) => end())", json!([])).await?;
    Ok(gaps)
}

/// Three seconds without a run.
async fn control(page: &Page) -> Result<Gaps, Trouble> {
    page.js("e2e.gaps = []", json!([])).await?;
    page.wait("a control of 3 s", "return e2e.gaps.reduce((a, b) => a + b, 0) > 3000").await?;
    longest(page).await
}

async fn longest(page: &Page) -> Result<Gaps, Trouble> {
    let script = "return [Math.max(...e2e.gaps), e2e.gaps.filter((g) => g > 50).length, e2e.gaps.length]";
    let seen = page.js(script, json!([])).await?;
    Ok((seen[0].as_f64().unwrap_or(f64::NAN), seen[1].as_u64().unwrap_or(0), seen[2].as_u64().unwrap_or(0)))
}
