//! A sheet of a workbook -> an input of delimited text. Source floor.
//!
//! Knows sheets and cells, with the help of calamine. What the rows mean is found as for any other table. The text
//! goes to a temporary file that nobody else sees, one line for each row, so that the number of a line is that of its
//! row.
//!
//! Memory is bounded: what a workbook claims to unpack to is looked at before it is unpacked.

mod cells;
mod limits;

use std::fs::File;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Seek;
use std::path::Path;

use calamine::Ods;
use calamine::Reader;
use calamine::SheetType;
use calamine::SheetVisible;
use calamine::Xlsx;

use crate::source::guard::guarded;
use crate::source::input::raw::Input;
use crate::source::input::workbook::cells::SheetText;
use crate::source::options::ReadOptions;
use crate::source::reading::read;
use crate::source::rows::sink::Sink;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Sheets that are named in a message.
const MOST_NAMED: usize = 12;

/// A workbook that is open.
enum Workbook {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Ods(Ods<BufReader<File>>),
}

/// Opens the sheet of a workbook that `options` name, or else the one that holds pageviews.
///
/// Errors if the workbook cannot be read, has no such sheet, or if more than one holds pageviews.
pub(in crate::source) fn open(
    path: &Path,
    options: &ReadOptions,
    interrupt: &Interrupt,
) -> Result<Input> {
    let name = path.to_string_lossy().into_owned();
    let refused = |problem: String| Error::Input {
        input: name.clone(),
        problem,
    };
    let mut workbook = Workbook::open(path).map_err(refused)?;
    let sheets = workbook.sheets();
    if let Some(wanted) = &options.sheet {
        let sheet = named(&sheets, wanted).ok_or_else(|| {
            refused(format!(
                "it has no sheet \"{wanted}\"; its sheets are: {}",
                listed(&sheets)
            ))
        })?;
        return workbook.input(&name, sheet, interrupt);
    }
    let mut filled = Vec::new();
    for sheet in &sheets {
        let input = workbook.input(&name, sheet, interrupt)?;
        if input.size() > Some(0) {
            filled.push((sheet.as_str(), input));
        }
    }
    if filled.is_empty() {
        return Err(Error::Empty { input: name });
    }
    if filled.len() == 1 {
        return Ok(filled.remove(0).1);
    }
    let mut readable = Vec::new();
    let mut first_problem = None;
    for (sheet, mut input) in filled {
        let read = read(&mut input, options, &mut Nobody);
        interrupt.check()?;
        match read {
            Ok(_) => {
                input.rewind()?;
                readable.push((sheet, input));
            }
            Err(error) => first_problem = first_problem.or(Some(error)),
        }
    }
    match (readable.len(), first_problem) {
        (1, _) => Ok(readable.remove(0).1),
        (0, Some(error)) => Err(error),
        _ => {
            let names: Vec<String> = (readable.iter())
                .map(|(sheet, _)| (*sheet).to_owned())
                .collect();
            Err(refused(format!(
                "more than one of its sheets holds pageviews: say which with --sheet NAME, and read one after the \
                other ({})",
                listed(&names)
            )))
        }
    }
}

impl Workbook {
    /// The error says what is wrong with it.
    fn open(path: &Path) -> std::result::Result<Workbook, String> {
        let kind = limits::check(path)?;
        let damaged = |error: &dyn std::fmt::Display| {
            format!(
                "the workbook cannot be read ({error}): save it again, or save the sheet as CSV"
            )
        };
        let file = File::open(path).map_err(|error| damaged(&error))?;
        let file = BufReader::new(file);
        guarded(|| match kind {
            limits::WorkbookKind::Xlsx => match Xlsx::new(file) {
                Ok(workbook) => Ok(Workbook::Xlsx(Box::new(workbook))),
                Err(error) => Err(damaged(&error)),
            },
            limits::WorkbookKind::Ods => match Ods::new(file) {
                Ok(workbook) => Ok(Workbook::Ods(workbook)),
                Err(error) => Err(damaged(&error)),
            },
        })
    }

    /// The names of the sheets of cells that a person sees.
    fn sheets(&self) -> Vec<String> {
        let sheets = match self {
            Workbook::Xlsx(workbook) => workbook.sheets_metadata(),
            Workbook::Ods(workbook) => workbook.sheets_metadata(),
        };
        let of_cells = sheets.iter().filter(|sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        });
        of_cells.map(|sheet| sheet.name.clone()).collect()
    }

    /// A sheet as an input, which is empty if the sheet is.
    fn input(&mut self, workbook: &str, sheet: &str, interrupt: &Interrupt) -> Result<Input> {
        let folder = tempfile::env::temp_dir();
        let file = tempfile::tempfile().map_err(Error::io("make", &folder))?;
        let mut text = SheetText::new(BufWriter::new(file), interrupt.clone());
        let filled = guarded(|| self.write(sheet, &mut text));
        interrupt.check()?;
        filled
            .and_then(|()| text.finish())
            .and_then(|written| {
                let mut file = written.file;
                file.rewind().map_err(|error| error.to_string())?;
                let name = format!("{workbook}, sheet {sheet}");
                let input = Input::from_file(&name, file).map_err(|error| error.to_string())?;
                Ok(input.with_warnings(written.warnings))
            })
            .map_err(|problem| Error::Input {
                input: workbook.to_owned(),
                problem: format!("the sheet \"{sheet}\" cannot be read: {problem}"),
            })
    }

    fn write(&mut self, sheet: &str, text: &mut SheetText) -> std::result::Result<(), String> {
        match self {
            Workbook::Xlsx(workbook) => {
                let mut cells = workbook
                    .worksheet_cells_reader(sheet)
                    .map_err(|error| error.to_string())?;
                while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
                    let (row, column) = cell.get_position();
                    text.cell(row, column, cell.get_value())?;
                }
            }
            Workbook::Ods(workbook) => {
                let range = workbook
                    .worksheet_range(sheet)
                    .map_err(|error| error.to_string())?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    let place = |first: u32, at: usize| first.saturating_add(at as u32);
                    text.data(place(first_row, row), place(first_column, column), value)?;
                }
            }
        }
        Ok(())
    }
}

/// The sheet that a person means: by its name, or by its number from 1.
fn named<'s>(sheets: &'s [String], wanted: &str) -> Option<&'s str> {
    let by_name = |is: &dyn Fn(&str) -> bool| sheets.iter().find(|sheet| is(sheet.as_str()));
    let by_number = || {
        let number = wanted.trim_start_matches('#').parse::<usize>().ok()?;
        sheets.get(number.checked_sub(1)?)
    };
    let found = by_name(&|sheet| sheet == wanted)
        .or_else(|| by_name(&|sheet| sheet.eq_ignore_ascii_case(wanted)))
        .or_else(by_number);
    found.map(String::as_str)
}

fn listed(sheets: &[String]) -> String {
    let mut shown: Vec<String> = (sheets.iter().take(MOST_NAMED))
        .map(|sheet| format!("\"{sheet}\""))
        .collect();
    if sheets.len() > MOST_NAMED {
        shown.push(format!("… ({} in all)", sheets.len()));
    }
    shown.join(", ")
}

/// Ignores rows. It only matters whether there are any.
struct Nobody;

impl Sink for Nobody {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_meant_by_its_name_before_its_number() {
        let sheets = ["Views", "1", "views"].map(str::to_owned);
        assert_eq!(named(&sheets, "views"), Some("views"));
        assert_eq!(named(&sheets, "VIEWS"), Some("Views"));
        assert_eq!(named(&sheets, "1"), Some("1"));
        assert_eq!(named(&sheets, "3"), Some("views"));
        assert_eq!(named(&sheets, "0"), None);
        assert_eq!(named(&sheets, "4"), None);
    }

    /// A panic of the crate would end the test, and a file that claims much would end its process.
    #[test]
    fn a_damaged_workbook_is_read_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.xlsx");
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/formats/book.xlsx");
        let whole = std::fs::read(file).unwrap();
        let (options, interrupt) = (ReadOptions::default(), Interrupt::default());
        for at in (0..whole.len()).step_by(29) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&path, damaged).unwrap();
            let _ = open(&path, &options, &interrupt);
        }
    }
}
