//! An export: encodes its rows in blocks, on every core, and writes them in order. Answers floor.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::answers::export::ExportRequest;
use crate::answers::export::Format;
use crate::answers::export::csv::Csv;
use crate::answers::export::encoder::Encoder;
use crate::answers::export::jsonl::Jsonl;
use crate::answers::export::parquet;
use crate::answers::export::rows::Source;
use crate::answers::export::times::TimeTexts;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::parallel;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Pageviews whose rows are encoded by one thread at a time.
const BLOCK_ROWS: usize = 1 << 14;

/// Blocks that are encoded while those before them are written.
const WAVE: usize = 8;

/// Writes what is requested to `out`, which errors call `target`; returns how many rows. They come by
/// (user_id as bytes, started_at).
///
/// A selection of sessions also selects their pageviews and their users. The figures of a user always cover all of the
/// user's sessions. Errors when `out` or `observe` does.
pub fn write(
    cut: &Cut,
    request: &ExportRequest,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let source = Source::new(cut, request);
    let times = TimeTexts::new(request.zone);
    match request.format {
        Format::Csv => write_encoded::<Csv<'_, false>>(&source, &times, out, target, observe),
        Format::CsvSafe => write_encoded::<Csv<'_, true>>(&source, &times, out, target, observe),
        Format::Jsonl => write_encoded::<Jsonl<'_>>(&source, &times, out, target, observe),
        Format::Parquet => parquet::write(&source, out, target, observe),
    }
}

/// What a thread does next.
enum Task<'t, E> {
    Write(&'t mut (dyn Write + Send), &'t mut [E]),
    Encode(&'t [u32], &'t mut E),
}

fn write_encoded<'a, E: Encoder<'a>>(
    source: &Source<'a>,
    times: &TimeTexts,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let (dataset, names) = (source.cut.dataset(), &source.columns()[..]);
    let is_plain: Arc<[bool]> = dataset.pages().iter().map(E::is_plain).collect();
    let users = dataset.users().in_text_order();
    let blocks: Vec<Range<usize>> = blocks(dataset, &users);
    let encoders = || -> Vec<E> {
        (0..WAVE)
            .map(|_| E::new(dataset.pages(), Arc::clone(&is_plain), times.clone(), names))
            .collect()
    };
    let (mut ready, mut next) = (encoders(), encoders());
    let header = E::header(names);
    out.write_all(header.as_bytes())
        .map_err(Error::io("write", target))?;
    let (mut n_rows, mut done, total) = (0, 0, dataset.n_rows() as u64);
    // One time more than there are waves, since each wave is written during the next one.
    for wave in blocks.chunks(WAVE).chain([&[][..]]) {
        let encode = wave.iter().zip(&mut next);
        let encode = encode.map(|(block, encoder)| Task::Encode(&users[block.clone()], encoder));
        let tasks: Vec<Task<'_, E>> = std::iter::once(Task::Write(&mut *out, &mut ready))
            .chain(encode)
            .collect();
        let results = parallel::each(tasks.into_iter(), |task| match task {
            Task::Write(out, encoders) => encoders.iter_mut().try_fold(0, |_, encoder| {
                let bytes = encoder.bytes();
                out.write_all(bytes).map_err(Error::io("write", target))?;
                bytes.clear();
                Ok(0)
            }),
            Task::Encode(users, encoder) => {
                let of = |&user: &u32| source.rows_of(user as usize, encoder);
                Ok(users.iter().map(of).sum())
            }
        });
        for rows in results {
            n_rows += rows?;
        }
        std::mem::swap(&mut ready, &mut next);
        let users = wave.iter().flat_map(|block| &users[block.clone()]);
        done += users
            .map(|&user| dataset.rows_of(user as usize).len() as u64)
            .sum::<u64>();
        observe(Progress::of(Stage::Export, done, total))?;
    }
    out.flush().map_err(Error::io("write", target))?;
    Ok(n_rows)
}

/// Users in this order, cut into ranges with as many pageviews as a block has, or one user with more.
fn blocks(dataset: &Dataset, users: &[u32]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut n_rows) = (0, 0);
    for (place, &user) in users.iter().enumerate() {
        n_rows += dataset.rows_of(user as usize).len();
        if n_rows >= BLOCK_ROWS || place + 1 == users.len() {
            blocks.push(start..place + 1);
            (start, n_rows) = (place + 1, 0);
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::export::ExportRows;
    use crate::answers::export::Selection;
    use crate::words::gap::Gap;
    use crate::words::timestamp::Timestamp;
    use chrono_tz::Tz;

    fn export(rows: ExportRows, format: Format, selection: Selection) -> String {
        let at = |s: i64| Timestamp::from_us(s * 500_000).unwrap();
        let dataset = Arc::new(Dataset::of_rows([
            ("b\"", at(0), "/contact"),
            ("b\"", at(3), "/a,b"),
            ("a", at(8_000), "/contact"),
            ("b\"", at(8_000), "/contact"),
        ]));
        let cut = Cut::new(dataset, Gap::DEFAULT);
        let request = ExportRequest {
            rows,
            format,
            selection,
            zone: Tz::UTC,
        };
        let mut out = Vec::new();
        let written = write(&cut, &request, &mut out, Path::new("-"), &mut |_| Ok(())).unwrap();
        let text = String::from_utf8(out).unwrap();
        let header = usize::from(format == Format::Csv);
        assert_eq!(text.lines().count() - header, written as usize);
        text
    }

    #[test]
    fn sessions_come_by_user_and_start() {
        let expected = "\
session_id,user_id,session_number,started_at,ended_at,duration_s,pageviews,landing_page,exit_page,is_bounce,is_open,starts_at_edge
a@4000000000,a,1,1970-01-01T01:06:40Z,1970-01-01T01:06:40Z,0,1,/contact,/contact,true,true,false
\"b\"\"@0\",\"b\"\"\",1,1970-01-01T00:00:00Z,1970-01-01T00:00:01.5Z,1.5,2,/contact,\"/a,b\",false,false,true
\"b\"\"@4000000000\",\"b\"\"\",2,1970-01-01T01:06:40Z,1970-01-01T01:06:40Z,0,1,/contact,/contact,true,true,false
";
        assert_eq!(
            export(ExportRows::Sessions, Format::Csv, Selection::All),
            expected
        );
    }

    #[test]
    fn the_dwell_time_of_an_exit_page_is_unknown() {
        let expected = r#"{"session_id":"b\"@0","user_id":"b\"","session_number":1,"pageview_number":1,"page_view_at":"1970-01-01T00:00:00Z","page":"/contact","dwell_s":1.5}
{"session_id":"b\"@0","user_id":"b\"","session_number":1,"pageview_number":2,"page_view_at":"1970-01-01T00:00:01.5Z","page":"/a,b","dwell_s":null}
"#;
        assert_eq!(
            export(
                ExportRows::Pageviews,
                Format::Jsonl,
                Selection::Sessions(vec![0])
            ),
            expected
        );
    }

    #[test]
    fn users_have_the_figures_of_all_their_sessions() {
        let expected = "\
user_id,first_seen_at,last_seen_at,sessions,pageviews,bounces,total_duration_s
\"b\"\"\",1970-01-01T00:00:00Z,1970-01-01T01:06:40Z,2,3,1,1.5
";
        assert_eq!(
            export(ExportRows::Users, Format::Csv, Selection::Users(vec![0])),
            expected
        );
        assert_eq!(
            export(ExportRows::Users, Format::Csv, Selection::Sessions(vec![1])),
            expected
        );
    }
}
