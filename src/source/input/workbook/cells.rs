//! Cells of a sheet -> lines of delimited text. Source floor.
//!
//! Knows the values of cells, and how to write them so that they are read back as they were meant.

use std::fs::File;
use std::io::BufWriter;
use std::io::Write;

use calamine::Data;
use calamine::DataRef;
use calamine::ExcelDateTime;

use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::interrupt::Interrupt;

/// The most bytes of a sheet's text: a few cells far out would make it endless.
const MOST_TEXT_BYTES: u64 = 4 << 30;

/// Cells between two looks at the interrupt.
const CELLS_A_LOOK: u64 = 1 << 14;

/// A number from here on has more digits than a spreadsheet keeps.
const ROUNDED_FROM: f64 = 1e15;

/// From here on, not every whole number can be represented.
const INEXACT_FROM: f64 = 9_007_199_254_740_992.0;

/// What was written for a sheet.
pub(super) struct WrittenSheet {
    pub(super) file: File,
    /// Why the cells may no longer hold their original values.
    pub(super) warnings: Vec<String>,
}

/// Writes cells as they come, row by row.
pub(super) struct SheetText {
    out: BufWriter<File>,
    interrupt: Interrupt,
    /// The row that is being written, from 0, and its cells so far.
    row: u32,
    cells: Vec<String>,
    n_cells: u64,
    n_bytes: u64,
    /// Counts of whole numbers with more than 15 digits: all, those that end in a zero, and in three zeros.
    n_long: [u64; 3],
}

impl SheetText {
    pub(super) fn new(out: BufWriter<File>, interrupt: Interrupt) -> SheetText {
        SheetText {
            out,
            interrupt,
            row: 0,
            cells: Vec::new(),
            n_cells: 0,
            n_bytes: 0,
            n_long: [0; 3],
        }
    }

    /// Takes a cell of an xlsx workbook.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        value: &DataRef<'_>,
    ) -> Result<(), String> {
        let written = match value {
            DataRef::Empty | DataRef::Error(_) => return Ok(()),
            DataRef::String(text) => quoted(text),
            DataRef::SharedString(text) => quoted(text),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => self.number(*number),
            DataRef::Bool(value) => value.to_string(),
            DataRef::DateTime(at) => time(at),
            DataRef::DateTimeIso(text) => quoted(text),
            DataRef::DurationIso(text) => quoted(&clock(text)),
        };
        self.put(row, column, written)
    }

    /// The same of an ods workbook.
    pub(super) fn data(&mut self, row: u32, column: u32, value: &Data) -> Result<(), String> {
        let written = match value {
            Data::Empty | Data::Error(_) => return Ok(()),
            Data::String(text) => quoted(text),
            Data::Int(number) => number.to_string(),
            Data::Float(number) => self.number(*number),
            Data::Bool(value) => value.to_string(),
            Data::DateTime(at) => time(at),
            Data::DateTimeIso(text) => quoted(text),
            Data::DurationIso(text) => quoted(&clock(text)),
        };
        self.put(row, column, written)
    }

    fn put(&mut self, row: u32, column: u32, written: String) -> Result<(), String> {
        self.n_cells += 1;
        if self.n_cells.is_multiple_of(CELLS_A_LOOK) {
            self.interrupt.check().map_err(|error| error.to_string())?;
        }
        if row < self.row {
            return Err("its rows are not in order".to_owned());
        }
        while self.row < row {
            self.end_row()?;
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = written;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        let line = self.cells.join(",") + "\n";
        self.cells.clear();
        self.row += 1;
        self.n_bytes += line.len() as u64;
        if self.n_bytes > MOST_TEXT_BYTES {
            return Err(format!(
                "its text takes more than {}: save it as CSV",
                bytes(MOST_TEXT_BYTES)
            ));
        }
        self.out
            .write_all(line.as_bytes())
            .map_err(|error| error.to_string())
    }

    /// Ends the sheet; one without cells leaves no text.
    pub(super) fn finish(mut self) -> Result<WrittenSheet, String> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        let [n_long, ending_in_zero, ending_in_three] = self.n_long;
        let mut warnings = Vec::new();
        if n_long > 0 && ending_in_zero == n_long && ending_in_three < n_long {
            warnings.push(format!(
                "{} of more than 15 digits in it {} in 0: a spreadsheet rounded them, and ids among them may have \
                changed; keep them as text at the source",
                counted(n_long, "number"),
                if n_long == 1 { "ends" } else { "all end" },
            ));
        }
        let out = self.out.into_inner();
        Ok(WrittenSheet {
            file: out.map_err(|error| error.to_string())?,
            warnings,
        })
    }

    /// A number as it is. If a spreadsheet must have rounded it, it is written so that this shows.
    fn number(&mut self, number: f64) -> String {
        let is_whole = number.fract() == 0.0;
        if is_whole && number.abs() >= INEXACT_FROM {
            return format!("{number:.14E}").replace('E', "E+");
        }
        if is_whole && number.abs() >= ROUNDED_FROM {
            self.n_long[0] += 1;
            self.n_long[1] += u64::from(number % 10.0 == 0.0);
            self.n_long[2] += u64::from(number % 1000.0 == 0.0);
        }
        format!("{number}")
    }
}

/// A text as a field.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A date, a time of day or both, depending on its number.
fn time(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let fraction = match milli {
        0 => String::new(),
        milli => format!(".{milli:03}"),
    };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    let number = at.as_f64();
    match () {
        () if at.is_duration() && (1.0..).contains(&number) => {
            let hours = count((number * 24.0) as u64).replace(',', "");
            format!("{hours}:{minute:02}:{second:02}{fraction}")
        }
        () if at.is_duration() || (0.0..1.0).contains(&number) => clock,
        () if number.fract() == 0.0 => format!("{year:04}-{month:02}-{day:02}"),
        () => format!("{year:04}-{month:02}-{day:02} {clock}"),
    }
}

/// A time of day that ods writes as a duration: `PT09H30M00S` is `09:30:00`.
fn clock(duration: &str) -> String {
    let parsed = || {
        let rest = duration.strip_prefix("PT")?;
        let (hours, rest) = rest.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.replace(',', ".");
        let whole = |text: &str| text.parse::<u32>().ok();
        let seconds = match seconds.split_once('.') {
            Some((whole, fraction)) => format!("{whole:0>2}.{fraction}"),
            None => format!("{seconds:0>2}"),
        };
        Some(format!(
            "{:02}:{:02}:{seconds}",
            whole(hours)?,
            whole(minutes)?
        ))
    };
    parsed().unwrap_or_else(|| duration.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::io::Seek;

    use calamine::ExcelDateTimeType;

    use super::*;

    fn written(cells: &[(u32, u32, Data)]) -> (String, Vec<String>) {
        let file = tempfile::tempfile().unwrap();
        let mut text = SheetText::new(BufWriter::new(file), Interrupt::default());
        for (row, column, value) in cells {
            text.data(*row, *column, value).unwrap();
        }
        let WrittenSheet { mut file, warnings } = text.finish().unwrap();
        let mut found = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut found).unwrap();
        (found, warnings)
    }

    fn one(value: Data) -> String {
        written(&[(0, 0, value)]).0.trim_end().to_owned()
    }

    #[test]
    fn a_row_is_a_line_of_its_number() {
        let text = |text: &str| Data::String(text.to_owned());
        let cells = [
            (1, 1, text("a \"b\"")),
            (3, 0, text("c")),
            (3, 2, text("d,e")),
        ];
        assert_eq!(written(&cells).0, "\n,\"a \"\"b\"\"\"\n\n\"c\",,\"d,e\"\n");
        assert_eq!(written(&[]).0, "");
    }

    #[test]
    fn times_are_dates_times_of_day_or_both() {
        let at = |number, kind| one(Data::DateTime(ExcelDateTime::new(number, kind, false)));
        use ExcelDateTimeType::DateTime;
        use ExcelDateTimeType::TimeDelta;
        assert_eq!(at(45356.375, DateTime), "2024-03-05 09:00:00");
        assert_eq!(at(45356.0, DateTime), "2024-03-05");
        assert_eq!(at(0.375, DateTime), "09:00:00");
        assert_eq!(at(0.0, DateTime), "00:00:00");
        assert_eq!(at(1.375, TimeDelta), "33:00:00");
        let later = ExcelDateTime::new(43894.375, DateTime, true);
        assert_eq!(one(Data::DateTime(later)), "2024-03-05 09:00:00");
        assert_eq!(
            one(Data::DurationIso("PT9H05M07.5S".into())),
            "\"09:05:07.5\""
        );
        assert_eq!(one(Data::DurationIso("P1D".into())), "\"P1D\"");
    }

    #[test]
    fn numbers_are_as_exact_as_they_are() {
        let number = |number| one(Data::Float(number));
        assert_eq!(number(101.0), "101");
        assert_eq!(number(101.5), "101.5");
        assert_eq!(number(1_709_629_200_000.0), "1709629200000");
        assert_eq!(number(4_611_686_018_427_387_904.0), "4.61168601842739E+18");
    }

    #[test]
    fn numbers_that_were_rounded_to_fifteen_digits_are_told_of() {
        let warned = |numbers: &[f64]| {
            let cells: Vec<_> = (0..)
                .zip(numbers)
                .map(|(row, number)| (row, 0, Data::Float(*number)))
                .collect();
            !written(&cells).1.is_empty()
        };
        assert!(warned(&[1_709_629_200_123_450.0, 1_709_629_200_123_460.0]));
        assert!(!warned(&[1_709_629_200_123_456.0, 1_709_629_200_123_460.0]));
        assert!(!warned(&[1_709_629_200_000_000.0]));
        assert!(!warned(&[101.0, 110.0]));
    }
}
