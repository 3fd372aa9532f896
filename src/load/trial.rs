//! What an input gives with these columns, judged by its first rows. Load floor.

use crate::engine::dataset::Dataset;
use crate::engine::guards::doubts;
use crate::source::FirstRows;
use crate::source::NamedColumns;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::read_first_rows;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::timestamp::Timestamp;

/// What the first rows of an input give.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trial {
    /// Rows that are pageviews.
    pub pageviews: u64,
    /// Rows that should be pageviews but cannot be read as such.
    pub rejects: u64,
    /// The first of them.
    pub first_reject: Option<Reject>,
    /// Rows that are not meant to count, by reason.
    pub left_out: Vec<(String, u64)>,
    /// How many users the pageviews are of.
    pub users: u64,
    /// The earliest and the latest pageview.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Why these may not be the right columns; not yet made safe for a terminal.
    pub doubts: Vec<String>,
}

/// Reads the first rows with these columns, and otherwise by `options`. Errors as reading the whole input would if it
/// had only these rows.
pub(crate) fn try_columns(
    first: &FirstRows,
    columns: &NamedColumns,
    options: &ReadOptions,
) -> Result<Trial> {
    let mut options = options.clone();
    options.name_columns(columns);
    let mut rows = TrialRows::default();
    let understood = read_first_rows(first, &options, &mut rows)?;
    let dataset = Dataset::of_rows(rows.pageviews);
    let mut said = understood.warnings;
    let doubts = doubts(&dataset, options.times.zone).into_iter();
    said.extend(doubts.map(|doubt| doubt.sentence));
    Ok(Trial {
        pageviews: understood.pageviews,
        rejects: understood.rejects,
        first_reject: rows.first_reject,
        left_out: understood.left_out,
        users: dataset.n_users() as u64,
        span: dataset.span(),
        doubts: said,
    })
}

#[derive(Default)]
struct TrialRows {
    pageviews: Vec<(String, Timestamp, &'static str)>,
    first_reject: Option<Reject>,
}

impl Sink for TrialRows {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        // Users and times are all that is looked at.
        let Pageview {
            user_id,
            page_view_at,
            ..
        } = pageview;
        self.pageviews.push((user_id.to_owned(), page_view_at, ""));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.first_reject.get_or_insert(reject);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::source::Input;
    use crate::source::Inspection;
    use crate::source::Inspector;
    use crate::source::Understood;
    use crate::source::read;

    /// What is read of a file, and what is seen of its columns meanwhile.
    fn inspected(path: &Path, options: &ReadOptions) -> (Result<Understood>, Inspection) {
        let inspector = Inspector::default();
        let options = ReadOptions {
            inspector: Some(inspector.clone()),
            ..options.clone()
        };
        let mut input = Input::open(path).unwrap();
        let read = read(&mut input, &options, &mut TrialRows::default());
        (read, inspector.inspection())
    }

    #[test]
    fn the_first_rows_give_what_the_whole_of_a_small_file_gives() {
        let options = ReadOptions::default();
        let mut n_tried = 0;
        for folder in ["formats", "layouts"] {
            let data = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/data")
                .join(folder);
            let files = fs::read_dir(data)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            for path in files.filter(|path| path.is_file()) {
                let (read, inspection) = inspected(&path, &options);
                let (Ok(read), Some(columns)) = (read, &inspection.columns) else {
                    continue;
                };
                let trial = try_columns(&inspection.first, columns, &options).unwrap();
                let name = path.display();
                assert_eq!(trial.pageviews, read.pageviews, "{name}");
                assert_eq!(trial.left_out, read.left_out, "{name}");
                // Rows with another number of fields are in no column.
                assert!(trial.rejects <= read.rejects, "{name}");
                n_tried += 1;
            }
        }
        assert!(n_tried > 30, "{n_tried}");
    }

    fn trial_of(table: &str, put: [&[usize]; 3]) -> Result<Trial> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        fs::write(&path, table).unwrap();
        let options = ReadOptions::default();
        let (_, inspection) = inspected(&path, &options);
        let columns = inspection.named(&put.map(<[usize]>::to_vec)).unwrap();
        try_columns(&inspection.first, &columns, &options)
    }

    #[test]
    fn other_columns_give_other_counts() {
        let table =
            "a,b,when,what\nx,,2024-03-05 10:00,/\ny,1,2024-03-05 10:01,/\n,1,2024-03-05,/\n";
        let by_a = trial_of(table, [&[0], &[2], &[3]]).unwrap();
        assert_eq!((by_a.pageviews, by_a.rejects, by_a.users), (2, 1, 2));
        assert_eq!(
            by_a.first_reject.map(|reject| reject.place.number()),
            Some(3)
        );
        let by_b = trial_of(table, [&[1], &[2], &[3]]).unwrap();
        assert_eq!((by_b.pageviews, by_b.rejects, by_b.users), (2, 1, 1));
        let by_both = trial_of(table, [&[0, 1], &[2], &[3]]).unwrap();
        assert_eq!(
            (by_both.pageviews, by_both.rejects, by_both.users),
            (3, 0, 3)
        );
        assert!(trial_of(table, [&[0], &[3], &[2]]).is_err());
    }
}
