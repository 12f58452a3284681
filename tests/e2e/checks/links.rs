//! Links: the address follows the form, a link opens the same state, and no link harms the page.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use serde_json::json;

/// A changed parameter stands in the address.
pub async fn address_follows(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes").await?;
    page.set("limit", "123456").await?;
    page.wait("the new limit in the address", "return location.hash.includes('limit=123456')").await?;
    // A wrong value goes when another link fills the form, also with the value that was kept.
    page.set("limit", "0").await?;
    page.wait("what is wrong", "return document.querySelector('.help.wrong')?.textContent").await?;
    page.js("location.hash = 'v=1&s=primes&limit=123456&workers=3'", json!([])).await?;
    page.wait("the link's value", "return !document.querySelector('.help.wrong')").await?;
    let limit = page.shown("limit").await?;
    ensure!(limit == "123456", "the field shows {limit}");
    page.no_errors().await?;
    page.hash().await
}

/// Form, models and repeats come back after a reload.
pub async fn reloads(page: &Page) -> Outcome {
    const STATE: &str = "return [document.querySelector('[data-param=\"limit\"] input').value,
        document.querySelector('[data-param=\"workers\"] input').value, document.querySelector('#repeats').value,
        ...[...document.querySelectorAll('[data-model][aria-pressed=\"true\"]')].map((e) => e.dataset.model)]";
    page.open("", "v=1&s=primes&limit=250000&repeats=4&models=sequential,processes").await?;
    page.set("workers", "3").await?;
    page.wait("the workers in the address", "return location.hash.includes('workers=3')").await?;
    let before = page.js(STATE, json!([])).await?;
    ensure!(before == json!(["250000", "3", "4", "sequential", "processes"]), "the link opened as {before}");
    page.driver.refresh().await?;
    page.ready().await?;
    let after = page.js(STATE, json!([])).await?;
    ensure!(before == after, "before {before}, after {after}");
    page.no_errors().await?;
    page.hash().await
}

/// Damaged and absurd links: the page comes up with a notice, runs no foreign script, and has no error of its own.
pub async fn hostile(page: &Page) -> Outcome {
    let links = [
        ("", "v=1&s=primes&limit=<img src=x onerror=\"window.owned=1\">"),
        ("", "v=1&s=%3Cscript%3Ewindow.owned=1%3C/script%3E"),
        ("", "v=1&s=primes&__proto__=1&constructor=2&toString=3"),
        ("", "v=1&s=primes&limit=%E0%A4%A&workers=%"),
        ("", "v=99&s=primes"),
        ("", "v=1&s=primes&limit=99999999999999999999999999999999999999&workers=-1"),
        ("", "v=1&s=primes&limit=NaN&repeats=1e9&seed=0x10"),
        ("", "v=1&s=no-such-scenario"),
        ("theme=neon&panels=__proto__&fault=unknown&embed=maybe", "v=1&s=primes&models=warp,,,&variant=none"),
        ("", "=&=&&&=v&s"),
    ];
    for (query, hash) in links {
        page.open(query, hash).await?;
        page.wait(&format!("a notice for {hash}"), "return document.querySelector('.notice')?.textContent.trim()")
            .await?;
        ensure!(page.js("return window.owned ?? null", json!([])).await?.is_null(), "a link ran a script: {hash}");
        page.no_errors().await?;
    }
    Ok(format!("{} links, each with a notice", links.len()))
}

/// A link of ten thousand unknown keys.
pub async fn ten_thousand_keys(page: &Page) -> Outcome {
    let keys: String = (0..10_000).map(|n| format!("&k{n}=1")).collect();
    page.open("", &format!("v=1&s=primes{keys}")).await?;
    page.wait("a notice", "return document.querySelector('.notice')?.textContent.trim()").await?;
    page.no_errors().await?;
    ensure!(page.shown("limit").await? == "500000", "the parameters did not keep their defaults");
    Ok(String::new())
}
