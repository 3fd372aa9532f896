//! Writes a table of figures in one of the formats. Answers floor.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::answers::export::Format;
use crate::answers::export::csv::Csv;
use crate::answers::export::encoder::Encoder;
use crate::answers::export::jsonl::Jsonl;
use crate::answers::export::parquet;
use crate::answers::export::table::FigureTable;
use crate::answers::export::times::TimeTexts;
use crate::engine::dictionary::Dictionary;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Writes a table to `out`, which errors call `target`. The table's pages are indices into `pages`. Returns how many
/// rows. Errors when `out` or `observe` does.
pub(crate) fn write_table(
    table: &FigureTable,
    pages: &Dictionary,
    format: Format,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    match format {
        Format::Csv => write_encoded::<Csv<'_, false>>(table, pages, out, target, observe),
        Format::CsvSafe => write_encoded::<Csv<'_, true>>(table, pages, out, target, observe),
        Format::Jsonl => write_encoded::<Jsonl<'_>>(table, pages, out, target, observe),
        Format::Parquet => parquet::write_table(table, pages, out, target, observe),
    }
}

fn write_encoded<'a, E: Encoder<'a>>(
    table: &FigureTable,
    pages: &'a Dictionary,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    /// Rows that are written at once.
    const ROWS: usize = 1 << 12;
    let names = table.names();
    let is_plain: Arc<[bool]> = pages.iter().map(E::is_plain).collect();
    let mut encoder = E::new(pages, is_plain, TimeTexts::new(Tz::UTC), &names);
    encoder
        .bytes()
        .extend_from_slice(E::header(&names).as_bytes());
    let n_rows = table.n_rows();
    for start in (0..n_rows.max(1)).step_by(ROWS) {
        let end = (start + ROWS).min(n_rows);
        for row in start..end {
            table.row(row, &mut encoder);
        }
        let bytes = encoder.bytes();
        out.write_all(bytes).map_err(Error::io("write", target))?;
        bytes.clear();
        observe(Progress::of(Stage::Export, end as u64, n_rows as u64))?;
    }
    out.flush().map_err(Error::io("write", target))?;
    Ok(n_rows as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::export::table::TableColumn;

    fn table() -> FigureTable {
        FigureTable {
            columns: vec![
                ("page", TableColumn::Page(vec![Some(1), None])),
                ("gap", TableColumn::Text(vec!["30m".into(), "=1+1".into()])),
                ("views", TableColumn::Count(vec![3, 4])),
                (
                    "median_dwell_s",
                    TableColumn::Seconds(vec![Some(1_500_000), None]),
                ),
                ("share", TableColumn::Number(vec![Some(0.25), None])),
            ],
        }
    }

    fn written(table: &FigureTable, format: Format) -> Vec<u8> {
        let pages: Dictionary = ["/", "/a,b"].into_iter().collect();
        let mut out = Vec::new();
        let target = Path::new("-");
        let n = write_table(table, &pages, format, &mut out, target, &mut |_| Ok(())).unwrap();
        assert_eq!(n, table.n_rows() as u64);
        out
    }

    #[test]
    fn unknown_is_empty_in_csv() {
        let text = String::from_utf8(written(&table(), Format::Csv)).unwrap();
        let expected = "page,gap,views,median_dwell_s,share\n\"/a,b\",30m,3,1.5,0.25\n,=1+1,4,,\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_a_spreadsheet_would_run_stands_behind_an_apostrophe_if_it_is_to_be_safe() {
        let text = String::from_utf8(written(&table(), Format::CsvSafe)).unwrap();
        assert!(text.contains("\"'=1+1\""), "{text}");
    }

    #[test]
    fn unknown_is_null_in_json() {
        let text = String::from_utf8(written(&table(), Format::Jsonl)).unwrap();
        let expected = r#"{"page":"/a,b","gap":"30m","views":3,"median_dwell_s":1.5,"share":0.25}
{"page":"","gap":"=1+1","views":4,"median_dwell_s":null,"share":null}
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        let empty = FigureTable {
            columns: vec![("views", TableColumn::Count(Vec::new()))],
        };
        assert_eq!(written(&empty, Format::Csv), b"views\n");
        #[cfg(feature = "parquet")]
        assert!(written(&empty, Format::Parquet).ends_with(b"PAR1"));
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn parquet_has_the_types_of_the_columns() {
        use ::parquet::file::reader::FileReader;
        use ::parquet::file::reader::SerializedFileReader;
        let bytes = bytes::Bytes::from(written(&table(), Format::Parquet));
        let reader = SerializedFileReader::new(bytes).unwrap();
        let rows: Vec<String> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().to_string())
            .collect();
        let expected = [
            "{page: \"/a,b\", gap: \"30m\", views: 3, median_dwell_s: 1.5, share: 0.25}",
            "{page: \"\", gap: \"=1+1\", views: 4, median_dwell_s: null, share: null}",
        ];
        assert_eq!(rows, expected);
    }
}
