//! What only the event loop's chapter has: the stop signal.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;

/// The stop signal, given by hand: the server ends in good order, long before it would have signalled itself.
pub async fn signal(page: &Page) -> Outcome {
    page.open("", "v=1&s=shutdown&repeats=1&signal-after=10000&request=50&job=50").await?;
    page.start().await?;
    let going = "return performance.now() - e2e.states.find((s) => s.state === 'running').at > 300";
    page.wait("a run under way", going).await?;
    page.press("#signal").await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}: {}", page.situation().await?);
    page.no_errors().await?;
    let claims = page.claims_hold().await?;
    let took = page.cells().await?.first().map_or(f64::NAN, |cell| cell.median);
    ensure!(took < 10_000.0, "it ended after {took:.0} ms, when it had signalled itself");
    Ok(format!("{claims} claims hold; ended after {took:.0} ms"))
}
