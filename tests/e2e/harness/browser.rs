//! Browsers: which there are, and a session in one of them.

use super::Trouble;
use super::process::{Folder, Program, free_port};
use serde_json::{Value, json};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{Capabilities, RequestData, SessionId, TimeoutConfiguration, WebDriver};

/// A browser, in one of its configurations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, which has SharedArrayBuffer only when asked for it.
    Webkit {
        /// Whether it is asked for.
        shared: bool,
    },
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Browser::Chromium => "Chromium",
            Browser::Firefox => "Firefox",
            Browser::Webkit { shared: true } => "WebKitGTK with SharedArrayBuffer",
            Browser::Webkit { shared: false } => "WebKitGTK",
        })
    }
}

/// What the reader of a browser has set in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Nothing.
    Usual,
    /// No storage for third parties: frames of other sites.
    NoThirdParties,
    /// No storage at all.
    NoStorage,
    /// As little motion as can be.
    LessMotion,
}

/// A browser session with the programs it needs; they end with it.
pub struct Session {
    /// The session.
    pub driver: WebDriver,
    programs: Vec<Program>,
    _profile: Folder,
}

impl Session {
    /// The process that started the browser.
    pub fn program(&self) -> u32 {
        self.programs.first().map_or(0, Program::id)
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn end(self) -> Result<(), Trouble> {
        Ok(self.driver.quit().await?)
    }
}

impl Browser {
    /// Those that `BROWSERS` names; all, when it is not set.
    pub fn chosen() -> Vec<Browser> {
        let names = std::env::var("BROWSERS").unwrap_or_else(|_| "chromium firefox webkit".to_owned());
        names
            .split_whitespace()
            .flat_map(|name| match name {
                "chromium" => vec![Browser::Chromium],
                "firefox" => vec![Browser::Firefox],
                "webkit" => vec![Browser::Webkit { shared: false }, Browser::Webkit { shared: true }],
                _ => Vec::new(),
            })
            .collect()
    }

    /// Whether an isolated page has SharedArrayBuffer here.
    pub fn has_shared_memory(self) -> bool {
        self != Browser::Webkit { shared: false }
    }

    /// Whether a page that is not isolated is the same here as in another configuration, but for what says why memory is not
    /// shared: WebKitGTK as it comes cannot share it isolated either, and that is a group of its own.
    pub fn repeats_without_isolation(self) -> bool {
        matches!(self, Browser::Webkit { .. })
    }

    /// Whether it is known to compute wrongly now and then, so that pages break (docs/webkitgtk.md).
    pub fn computes_wrongly(self) -> bool {
        matches!(self, Browser::Webkit { .. })
    }

    /// Starts driver and browser.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start(self) -> Result<Session, Trouble> {
        self.start_with(Reader::Usual).await
    }

    /// The same, with other settings; WebKitGTK's driver has none for storage.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start_with(self, reader: Reader) -> Result<Session, Trouble> {
        let profile = Folder::new()?;
        let port = free_port()?;
        let mut programs = Vec::new();
        let mut command = match self {
            Browser::Chromium => Command::new("chromedriver"),
            Browser::Firefox => {
                let mut command = Command::new("geckodriver");
                command.arg("--profile-root").arg(&profile.0);
                command.arg(format!("--websocket-port={}", free_port()?)).arg("--allow-system-access");
                command
            }
            Browser::Webkit { shared } => {
                let (display, number) = virtual_screen()?;
                programs.push(display);
                let mut command = Command::new("WebKitWebDriver");
                command.env("DISPLAY", format!(":{number}")).env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
                for folder in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
                    command.env(folder, &profile.0);
                }
                desktop(&profile.0, reader)?;
                if shared {
                    command.env("JSC_useSharedArrayBuffer", "1");
                }
                command
            }
        };
        // The driver goes before the screen it draws on.
        programs.insert(0, Program::start(command.arg(format!("--port={port}")).stdout(Stdio::null()))?);
        programs[0].listens(port).await?;
        let wanted = self.capabilities(&profile, reader);
        let driver = WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
            .request_timeout(Duration::from_secs(90))
            .connect()
            .await?;
        let limit = Some(Duration::from_secs(30));
        driver.update_timeouts(TimeoutConfiguration::new(limit, limit, None)).await?;
        if self == Browser::Firefox {
            // Its own bars would keep windows wider than a phone's.
            driver.cmd(Within("chrome")).await?;
            let narrow = "document.documentElement.style.setProperty('min-width', '0', 'important')";
            driver.execute(narrow, Vec::new()).await?;
            driver.cmd(Within("content")).await?;
        }
        Ok(Session { driver, programs, _profile: profile })
    }

    fn capabilities(self, profile: &Folder, reader: Reader) -> Capabilities {
        let (name, options) = match self {
            Browser::Chromium => {
                let data = format!("--user-data-dir={}", profile.0.display());
                let mut switches = vec![
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--window-size=1280,1000",
                    &data,
                ];
                if reader == Reader::LessMotion {
                    switches.push("--force-prefers-reduced-motion");
                }
                let settings = match reader {
                    Reader::Usual | Reader::LessMotion => json!({}),
                    Reader::NoThirdParties => {
                        json!({ "profile.block_third_party_cookies": true, "profile.cookie_controls_mode": 1 })
                    }
                    Reader::NoStorage => json!({ "profile.default_content_setting_values.cookies": 2 }),
                };
                ("goog:chromeOptions", json!({ "args": switches, "prefs": settings }))
            }
            Browser::Firefox => {
                let args = json!(["-headless", "--width=1280", "--height=1000"]);
                let settings = match reader {
                    Reader::Usual => json!({}),
                    Reader::NoThirdParties => json!({ "network.cookie.cookieBehavior": 1 }),
                    Reader::NoStorage => json!({ "network.cookie.cookieBehavior": 2 }),
                    Reader::LessMotion => json!({ "ui.prefersReducedMotion": 1 }),
                };
                ("moz:firefoxOptions", json!({ "args": args, "prefs": settings }))
            }
            Browser::Webkit { .. } => ("webkitgtk:browserOptions", json!({ "args": ["--automation"] })),
        };
        let mut wanted = serde_json::Map::<String, Value>::new();
        wanted.insert(name.to_owned(), options);
        Capabilities::from(wanted)
    }
}

/// Where Firefox runs scripts from now on: in its own window (chrome) or in the page (content).
#[derive(Debug)]
struct Within(&'static str);

impl FormatRequestData for Within {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let post = "POST".parse().unwrap_or_default();
        RequestData::new(post, format!("/session/{session}/moz/context")).add_body(json!({ "context": self.0 }))
    }
}

/// The reader's desktop, as GTK's programs read it: their bars have no least width, so that windows become as small as a phone's.
fn desktop(folder: &Path, reader: Reader) -> std::io::Result<()> {
    for version in ["gtk-3.0", "gtk-4.0"] {
        let folder = folder.join(version);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("gtk.css"), "* { padding: 0; margin: 0; min-width: 0; border-width: 0; }")?;
        let moves = u8::from(reader != Reader::LessMotion);
        std::fs::write(folder.join("settings.ini"), format!("[Settings]\ngtk-enable-animations={moves}\n"))?;
    }
    Ok(())
}

/// A screen nobody looks at, and its number.
fn virtual_screen() -> Result<(Program, u32), Trouble> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]);
    let mut screen = Program::start(command.stdout(Stdio::piped()))?;
    let mut line = String::new();
    if let Some(out) = screen.stdout() {
        BufReader::new(out).read_line(&mut line)?;
    }
    let number = line.trim().parse().map_err(|_| Trouble::Failed("Xvfb gave no display".to_owned()))?;
    Ok((screen, number))
}
