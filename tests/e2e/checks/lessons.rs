//! The lessons: they open, run, and come to the results they promise.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::{Page, all_give};
use serde_json::json;

/// Opens every scenario the page lists by pressing its link.
pub async fn every_scenario_opens(page: &Page) -> Outcome {
    page.open("", "").await?;
    let script = "const ids = [...document.querySelectorAll('[data-scenario]')].map((e) => e.dataset.scenario);
        return ids.length > 0 && [...new Set(ids)];";
    let ids = page.wait("the scenarios", script).await?;
    let ids: Vec<String> = ids.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    ensure!(ids.len() >= 8, "only these are listed: {ids:?}");
    for id in &ids {
        page.press(&format!("[data-scenario=\"{id}\"]")).await?;
        page.wait_for(
            id,
            "return location.hash.includes(`s=${arguments[0]}`) && document.querySelector('#run').ariaDisabled !== 'true'",
            json!([id]),
            std::time::Duration::from_secs(20),
        )
        .await?;
        page.no_errors().await?;
    }
    // A link to the last one: the list scrolls so far that it is seen.
    let last = ids.last().map_or("", String::as_str);
    page.open("", &format!("v=1&s={last}")).await?;
    let seen = "const at = document.querySelector('.side a.on')?.getBoundingClientRect();
        return at && at.top >= 0 && at.bottom <= innerHeight;";
    page.wait("the chosen scenario in the list", seen).await?;
    Ok(format!("{} scenarios", ids.len()))
}

/// Waiting in sequence against waiting together, started by a real click.
pub async fn prices(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices&repeats=1").await?;
    page.driver.find(thirtyfour::By::Css("#run")).await?.click().await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}: {}", page.situation().await?);
    page.no_errors().await?;
    let claims = page.claims_hold().await?;
    Ok(format!("{claims} claims hold; {}", all_give(&page.cells().await?, "")?))
}

/// Two time-outs, then the default.
pub async fn fallback(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=fallback&repeats=1").await?;
    page.claims_hold().await?;
    all_give(&cells, "60.00")
}

/// One digest, whoever computes it.
pub async fn hashing(page: &Page) -> Outcome {
    let cells = page.run_link(&format!("v=1&s=hashing&repeats=1&models=asyncio,{}", models(page))).await?;
    page.claims_hold().await?;
    let hosts: Vec<_> = cells.iter().map(|c| c.name.as_str()).filter(|name| name.ends_with("/native")).collect();
    for model in ["sequential", "asyncio", "processes"] {
        ensure!(hosts.contains(&&*format!("{model}/native")), "the browser hashed for {hosts:?}");
    }
    all_give(&cells, "33bc8aab")
}

/// Statistics of four sets, fetched by the loop and computed by processes.
pub async fn datasets(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=datasets&repeats=1").await?;
    let claims = page.claims_hold().await?;
    Ok(format!("{claims} claims hold; {}", all_give(&cells, "")?))
}

/// The same count in every model this browser offers.
pub async fn primes(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes").await?;
    let offered = "return [...document.querySelectorAll('[data-model]')]
        .filter((e) => !e.disabled && e.getAttribute('aria-disabled') !== 'true').map((e) => e.dataset.model).join(',')";
    let offered = page.js(offered, json!([])).await?;
    let models = offered.as_str().unwrap_or_default();
    let least = if page.shared { 5 } else { 3 };
    ensure!(models.split(',').count() >= least, "only these are offered: {models}");
    let cells = page.run_link(&format!("v=1&s=primes&repeats=1&models={models}")).await?;
    ensure!(cells.len() == models.split(',').count(), "models {models}, but {cells:?}");
    page.claims_hold().await?;
    all_give(&cells, "41,538")
}

/// Without protection updates are lost, and the page says how many.
pub async fn race_loses(page: &Page) -> Outcome {
    page.run_link("v=1&s=race&variant=none&models=free-threads&repeats=3").await?;
    for claim in page.claims().await? {
        ensure!(claim.ok || claim.timed, "a claim does not hold: {}", claim.text);
    }
    let meter =
        page.js("return document.querySelector('#meter svg')?.getAttribute('aria-label') ?? ''", json!([])).await?;
    let told = meter.as_str().unwrap_or_default();
    let after = |word: &str| -> Vec<u32> {
        let numbers =
            told.split(word).skip(1).filter_map(|rest| rest.split(&[' ', '.'][..]).find(|text| !text.is_empty()));
        numbers.filter_map(|number| number.replace(',', "").parse().ok()).collect()
    };
    let (got, lost) = (after("got"), after("lost"));
    let whole = got.iter().zip(&lost).all(|(got, lost)| got + lost == 400_000);
    ensure!(got.len() == 3 && lost.len() == 3 && whole, "the meter says {told}");
    // In a single one the threads may take turns on one core.
    ensure!(lost.iter().any(|lost| *lost > 0), "no update was lost: {told}");
    Ok(told.to_owned())
}

/// The three repairs never lose one.
pub async fn race_fixed(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=race&variant=lock,queue,aggregate&models=free-threads&repeats=2").await?;
    ensure!(cells.len() == 3, "three variants, but {cells:?}");
    page.claims_hold().await?;
    all_give(&cells, "400,000")
}

/// The models for jobs that can run here.
fn models(page: &Page) -> String {
    let threads = if page.shared { ",threads,free-threads" } else { "" };
    format!("sequential{threads},processes")
}
