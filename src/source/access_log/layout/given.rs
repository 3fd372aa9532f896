//! A log format given by a person: as a name, as text, or as the path of a server's configuration. Source floor.

use std::path::Path;

use crate::source::access_log::address;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Misfit;
use crate::source::access_log::format::Room;
use crate::source::access_log::format::config;
use crate::source::access_log::format::presets;
use crate::source::access_log::format::text;
use crate::source::access_log::layout;
use crate::source::access_log::layout::LogLayout;
use crate::source::access_log::lines;
use crate::source::access_log::lines::Lines;
use crate::source::access_log::peel;
use crate::source::access_log::peel::Wrapper;
use crate::source::options::LogUser;
use crate::source::options::ReadOptions;
use crate::source::time::quoted_at_length;
use crate::words::figure;

/// A format that a person named, wrote down or has in a configuration.
struct GivenFormat {
    title: String,
    format: LineFormat,
}

impl LogLayout {
    /// The layout that a person named or wrote down. If no line fits it, the error says at which place.
    pub(super) fn given(
        wanted: &str,
        lines: &[&[u8]],
        options: &ReadOptions,
    ) -> Result<LogLayout, String> {
        match wanted.to_ascii_lowercase().as_str() {
            "w3c" => return Ok(LogLayout::W3c(Vec::new())),
            "alb" => return Ok(LogLayout::Alb),
            "elb" => return Ok(LogLayout::Elb),
            "s3" => return Ok(LogLayout::S3),
            _ => {}
        }
        let mut best: Option<(usize, GivenFormat)> = None;
        for wanted in wanted_formats(wanted, options)? {
            let n_read = most_read(&wanted.format, lines).1;
            if best.as_ref().is_none_or(|(n_best, _)| n_read > *n_best) {
                best = Some((n_read, wanted));
            }
        }
        let Some((n_read, GivenFormat { title, format })) = best else {
            return Err("--log-format: there is no format in it".to_owned());
        };
        let like = lines
            .iter()
            .find(|line| lines::has_request(line))
            .or(lines.first());
        if let (0, Some(line)) = (n_read, like)
            && let Err(misfit) = format.read(line, &mut Room::default())
        {
            return Err(misfit_in_words(&format, misfit, line));
        }
        let wrappers = most_read(&format, lines).0;
        if options.log.user == LogUser::RemoteUser {
            refuse_machines(&format, &wrappers, lines)?;
        }
        let dates = layout::dates(&title, std::slice::from_ref(&format), lines);
        let mut lines = Lines::new(wrappers, vec![format], title);
        lines.dates = dates;
        Ok(LogLayout::Lines(Box::new(lines)))
    }
}

/// The formats given by `--log-format`: several if it is the path of a configuration.
fn wanted_formats(wanted: &str, options: &ReadOptions) -> Result<Vec<GivenFormat>, String> {
    let key = match &options.log.user {
        LogUser::Field(name) => Some(name.as_str()),
        _ => None,
    };
    let said = |problem: String| format!("--log-format: {problem}");
    if let Some(preset) = presets::named(wanted) {
        let format = preset.format(key).map_err(said)?;
        let title = preset.title.to_owned();
        return Ok(vec![GivenFormat { title, format }]);
    }
    let path = Path::new(wanted);
    if path.is_file() {
        let shown = quoted_at_length(wanted.as_bytes(), 60);
        let problem = |problem: String| format!("--log-format {shown}: {problem}");
        let mut first = None;
        let mut formats = Vec::new();
        for configured in config::read(path).map_err(problem)? {
            match text::parse(&configured.text, key) {
                Ok(format) => formats.push(GivenFormat {
                    title: format!("the format {} of {wanted}", configured.name),
                    format,
                }),
                Err(reason) => drop(first.get_or_insert(format!("{}: {reason}", configured.name))),
            }
        }
        return match (formats.is_empty(), first) {
            (true, Some(first)) => Err(problem(first)),
            _ => Ok(formats),
        };
    }
    let title = "the format that was given".to_owned();
    match text::parse(wanted, key) {
        Ok(format) => Ok(vec![GivenFormat { title, format }]),
        Err(problem) if text::is_format(wanted) => Err(said(problem)),
        Err(_) => Err(format!(
            "--log-format {}: expected the text of a log_format or LogFormat, the path of a server's configuration, or \
             one of {}",
            quoted_at_length(wanted.as_bytes(), 60),
            layout::names()
        )),
    }
}

/// The wrappers to take off lines so that a format reads most of them, and how many it then reads.
fn most_read(format: &LineFormat, lines: &[&[u8]]) -> (Vec<Wrapper>, usize) {
    let mut room = Room::default();
    let mut wrappers = peel::wrappers(lines);
    loop {
        let read = lines
            .iter()
            .filter(|line| format.read(peel::peel(&wrappers, line), &mut room).is_ok());
        let n_read = read.count();
        if n_read * 2 >= lines.len() || wrappers.is_empty() {
            return (wrappers, n_read);
        }
        wrappers.pop();
    }
}

/// Errors if the column of user names holds machines: then the lines have another format.
fn refuse_machines(
    format: &LineFormat,
    wrappers: &[Wrapper],
    lines: &[&[u8]],
) -> Result<(), String> {
    let mut room = Room::default();
    let (mut n, mut n_machines, mut shown) = (0, 0, String::new());
    for line in lines {
        if let Ok(read) = format.read(peel::peel(wrappers, line), &mut room)
            && !read.request.remote_user.is_empty()
        {
            let user = read.request.remote_user;
            n += 1;
            if address::is_ip(user) || address::is_site(user) {
                n_machines += 1;
                shown = quoted_at_length(user, 60);
            }
        }
    }
    match n_machines * 2 > n {
        true => Err(format!(
            "--log-format: the lines have names of machines where the format has the user's name, such as {shown}: \
            is it their format?"
        )),
        false => Ok(()),
    }
}

fn misfit_in_words(format: &LineFormat, misfit: Misfit, line: &[u8]) -> String {
    let field = &format.fields()[misfit.field];
    let until = match field.until.is_empty() {
        true => String::new(),
        false => format!(" and then {}", quoted_at_length(&field.until, 20)),
    };
    format!(
        "no line is in the format of --log-format: it fails at byte {}, where ${}{until} should be, of the line {}",
        figure::count(misfit.byte as u64 + 1),
        field.name,
        quoted_at_length(line, 100)
    )
}
