//! Lists in whole files: which are there, and which are not.

use std::io::Cursor;
use std::sync::Arc;

use parquet::data_type::ByteArray;
use parquet::data_type::ByteArrayType;
use parquet::data_type::Int64Type;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::source::CarriedPart;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::read;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// What pageviews carry.
#[derive(Default)]
struct CarriedTexts(Vec<String>);

impl Sink for CarriedTexts {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        let carried = pageview.carried.iter();
        self.0.extend(carried.map(|text| (*text).to_owned()));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        panic!("{}", reject.reason)
    }
}

/// A file of lists, which are `optional` or `required`, by their levels of definition and repetition.
fn file(repetition: &str, levels: &[i16], repeated: &[i16], texts: &[&str]) -> Vec<u8> {
    let n_rows = repeated.iter().filter(|level| **level == 0).count();
    let columns =
        "required binary user (STRING); required int64 time; required binary page (STRING);";
    let schema = format!(
        "message test {{ {columns} {repetition} group tags (LIST) {{
            repeated group list {{ optional binary element (STRING); }} }} }}"
    );
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for place in 0..4 {
        let mut column = rows.next_column().unwrap().unwrap();
        match place {
            1 => {
                let times = vec![1_709_629_200; n_rows];
                let writer = column.typed::<Int64Type>();
                writer.write_batch(&times, None, None).unwrap()
            }
            3 => {
                let texts: Vec<ByteArray> = texts.iter().map(|text| (*text).into()).collect();
                let writer = column.typed::<ByteArrayType>();
                writer
                    .write_batch(&texts, Some(levels), Some(repeated))
                    .unwrap()
            }
            _ => {
                let texts = vec![ByteArray::from("/"); n_rows];
                let writer = column.typed::<ByteArrayType>();
                writer.write_batch(&texts, None, None).unwrap()
            }
        };
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn check(file: Vec<u8>, part: &str, expected: &[&str]) {
    let mut input = Input::from_reader("in", None, Box::new(Cursor::new(file)));
    let options = ReadOptions {
        carried: vec![CarriedPart {
            name: "tags".to_owned(),
            part: part.to_owned(),
        }],
        ..ReadOptions::default()
    };
    let mut carried = CarriedTexts::default();
    let understood = read(&mut input, &options, &mut carried).unwrap();
    assert_eq!(carried.0, expected);
    let is_odd = |note: &String| note.contains("more than one value");
    assert!(
        !understood.notes.iter().any(is_odd),
        "{:?}",
        understood.notes
    );
}

#[test]
fn no_list_carries_nothing_and_a_list_without_an_element_is_a_list() {
    // No list, one without an element, one of null, one of two texts.
    let optional = file("optional", &[0, 1, 2, 3, 3], &[0, 0, 0, 0, 1], &["x", "y"]);
    check(optional, "tags", &["", "[]", "[null]", "[\"x\",\"y\"]"]);
    let required = file("required", &[0, 1, 2, 2], &[0, 0, 0, 1], &["x", "y"]);
    check(required, "tags", &["[]", "[null]", "[\"x\",\"y\"]"]);
}
