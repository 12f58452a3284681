//! The lesson `deadlock`, over and over: the bad variant ends named and soon, the good ones keep the sum. `DEADLOCKS=100` says how
//! often each.

use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, number};
use interleave::model::RunSpec;

/// Times, unless it is said how often.
const FEW: u32 = 4;
/// The models it runs under, each as often as the other.
const MODELS: u32 = 2;

/// Runs it so often in sessions as long as may be; every claim must hold, and where it is said how
/// often, on a machine that has nothing else to do, also that of the half second.
pub async fn every_time(page: &Page) -> Outcome {
    let mut left = number("DEADLOCKS").unwrap_or(FEW).div_ceil(MODELS);
    let busy = number("DEADLOCKS").is_none();
    let (mut times, mut said) = (0, Vec::new());
    while left > 0 {
        let repeats = left.min(RunSpec::MAX_REPEATS);
        let link = "v=1&s=deadlock&models=threads,free-threads&variant=as-they-come,ordered,time-out";
        page.run_link(&format!("{link}&work=20&limit=20&seed={times}&repeats={repeats}")).await?;
        let claims = page.claims().await?;
        ensure!(claims.len() >= 4, "only these are claimed: {claims:?}");
        for claim in &claims {
            ensure!(claim.ok || busy && claim.timed, "a claim does not hold: {}", claim.text);
        }
        let all = format!("{0} of {0} runs", repeats * MODELS);
        let counted = claims.iter().filter(|claim| claim.text.contains(&all)).count();
        ensure!(counted >= 3, "not {all} are judged: {claims:?}");
        said.extend(claims.iter().filter(|claim| claim.timed).map(|claim| claim.text.clone()));
        (left, times) = (left - repeats, times + repeats * MODELS);
    }
    Ok(format!("{times} times each; {}", said.join("; ")))
}
