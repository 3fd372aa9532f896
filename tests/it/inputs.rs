//! What paths lead to: folders, patterns, `key=value` folders, archives, workbooks, tables of Delta and Iceberg.

use std::fs;
use std::io::Cursor;
use std::io::Write;

use zip::write::SimpleFileOptions;

use crate::folder::Folder;

const HEADER: &str = "user_id,timestamp,page\n";

/// A table of one user's pageviews at these minutes of an hour.
fn table(user: &str, minutes: &[u32]) -> String {
    let rows = minutes
        .iter()
        .map(|minute| format!("{user},2024-03-01T10:{minute:02}:00Z,/{minute}\n"));
    HEADER.to_owned() + &rows.collect::<String>()
}

/// A folder with a table in each of these files.
fn folder(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    for (name, text) in files {
        let path = folder.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// `users,pageviews,sessions` of a summary.
fn figures(folder: &Folder, args: &[&str]) -> String {
    let ran = folder.does(&[&["summary", "--format", "csv"], args].concat());
    let row = ran.out.lines().last().unwrap().to_owned();
    row.split(',').skip(1).take(3).collect::<Vec<_>>().join(",")
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // As it is, which the crate would not write.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_folder_is_read_with_the_folders_in_it_and_without_what_is_no_data() {
    let (a, b) = (table("a", &[1, 2]), table("b", &[3]));
    let folder = folder(&[
        ("d/2024/03/a.csv", &a),
        ("d/b.csv", &b),
        ("d/_SUCCESS", ""),
        ("d/.b.csv.crc", "crc\u{1}\u{2}"),
        ("d/_temporary/x.csv", "no table"),
        ("d/empty.csv", ""),
    ]);
    assert_eq!(figures(&folder, &["d"]), "2,3,2");
    let said = folder.does(&["summary", "d"]).err;
    assert!(
        said.contains("d/empty.csv: the file is empty: skipped"),
        "{said}"
    );
    assert!(
        !said.contains("_SUCCESS") && !said.contains("crc"),
        "{said}"
    );
}

#[test]
fn a_folder_can_be_loaded_every_night() {
    let folder = folder(&[
        ("d/1.csv", &table("a", &[1])),
        ("d/s.db-notes.csv", &table("c", &[9])),
    ]);
    let load = ["load", "--store", "d/s.db", "d"];
    for _ in 0..3 {
        folder.does(&load);
        assert_eq!(figures(&folder, &["d/s.db"]), "2,2,2");
    }
    folder.write("d/2.csv", &table("b", &[2, 3]));
    folder.write("d/1.csv", &table("a", &[1, 4]));
    folder.does(&load);
    folder.does(&load);
    assert_eq!(figures(&folder, &["d/s.db"]), "3,5,3");
}

#[test]
fn a_load_of_a_folder_goes_on_after_what_cannot_be_read() {
    let folder = folder(&[
        ("d/a.csv", &table("a", &[1])),
        ("d/b.txt", "no,table\n1,2\n"),
    ]);
    let ran = folder.run(&["load", "--store", "s.db", "d"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("error: d/b.txt: no user column"),
        "{}",
        ran.err
    );
    assert_eq!(figures(&folder, &["s.db"]), "1,1,1");
    let ran = folder.run(&["summary", "d"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains("dwell: d/b.txt: no user column"),
        "{}",
        ran.err
    );
}

#[test]
fn a_folder_without_files_is_refused() {
    let folder = folder(&[("d/_SUCCESS", "")]);
    let refusal = folder.refuses(1, &["summary", "d"]);
    assert_eq!(refusal, "d: the folder holds no files to read");
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_end() {
    let folder = folder(&[("d/e/a.csv", &table("a", &[1]))]);
    std::os::unix::fs::symlink("..", folder.path("d/e/up")).unwrap();
    assert_eq!(figures(&folder, &["d"]), "1,1,1");
}

#[test]
fn a_pattern_in_quotes_is_found_as_a_shell_would() {
    let (a, b) = (table("a", &[1]), table("b", &[2]));
    let folder = folder(&[
        ("d/a.csv", &a),
        ("d/e/b.csv", &b),
        ("d/_x.csv", "no table"),
        ("d/[1].csv", &table("c", &[3])),
    ]);
    assert_eq!(figures(&folder, &["d/[ab].csv"]), "1,1,1");
    assert_eq!(figures(&folder, &["d/**/[ab].csv"]), "2,2,2");
    assert_eq!(figures(&folder, &["d/[1].csv"]), "1,1,1");
    let refusal = folder.refuses(1, &["summary", "d/*.tsv"]);
    assert_eq!(refusal, "d/*.tsv: no file matches this pattern");
}

#[test]
fn the_keys_of_folders_are_columns() {
    let rows = "user_id,clock,page\na,10:00:00,/\na,10:10:00,/x\n";
    let folder = folder(&[
        ("h/date=2024-03-01/site=eu/p.csv", rows),
        ("h/date=2024-03-01/site=us/p.csv", rows),
        ("h/date=2024-03-02/site=us/p.csv", rows),
    ]);
    let time = ["--time-column", "date clock"];
    assert_eq!(figures(&folder, &[&["h"][..], &time].concat()), "1,6,2");
    let filtered = [&["h", "--where", "site=us"][..], &time].concat();
    assert_eq!(figures(&folder, &filtered), "1,4,2");
    let user = [&["h", "--user-column", "site"][..], &time].concat();
    assert_eq!(figures(&folder, &user), "2,6,3");
    let none = folder.run(&[&["summary", "h", "--where", "site=nope"][..], &time].concat());
    assert_eq!(none.status, 2, "{none:?}");
    // The same bytes in another folder are another load; in the same one they are not.
    let load = [&["load", "--store", "s.db", "h"][..], &time].concat();
    folder.does(&load);
    folder.does(&load);
    assert_eq!(figures(&folder, &["s.db"]), "1,6,2");
}

#[test]
fn an_archive_is_a_folder() {
    let (a, b) = (table("a", &[1, 2]), table("b", &[3]));
    let packed = gzipped(b.as_bytes());
    let files: &[(&str, &[u8])] = &[
        ("x/a.csv", a.as_bytes()),
        ("__MACOSX/x/._a.csv", b"\0\x05\x16\x07"),
        ("x/b.csv.gz", &packed),
    ];
    let folder = Folder::new();
    let tar = tarred(files);
    for (name, bytes) in [
        ("d.zip", zipped(files)),
        ("d.tar", tar.clone()),
        ("d.tar.gz", gzipped(&tar)),
        ("d.tar.zst", zstd::encode_all(&tar[..], 1).unwrap()),
        ("d.bin", gzipped(&tar)),
    ] {
        fs::write(folder.path(name), bytes).unwrap();
        assert_eq!(figures(&folder, &[name]), "2,3,2", "{name}");
        // However it is packed, it is the same.
        folder.does(&["load", "--store", "s.db", name]);
        assert_eq!(figures(&folder, &["s.db"]), "2,3,2", "{name}");
    }
}

#[test]
fn names_in_archives_are_only_names() {
    let folder = Folder::new();
    let a = table("a", &[1]);
    let name = "../../\u{1b}[31mx.csv";
    fs::write(folder.path("d.tar"), tarred(&[(name, a.as_bytes())])).unwrap();
    let before = folder.names();
    let ran = folder.does(&["summary", "d.tar"]);
    assert!(
        ran.err.contains("d.tar/../../<U+001B>[31mx.csv: CSV"),
        "{}",
        ran.err
    );
    assert_eq!(folder.names(), before);
}

#[test]
fn damaged_and_hostile_archives_are_refused_in_a_sentence() {
    let folder = Folder::new();
    let rows = table("a", &[1; 50]);
    let whole = zipped(&[("a.csv", rows.as_bytes())]);
    let mut flipped = whole.clone();
    let at = flipped
        .windows(9)
        .position(|bytes| bytes == b"2024-03-0")
        .unwrap_or(60);
    flipped[at] ^= 1;
    let mut encrypted = whole.clone();
    for at in 0..encrypted.len() - 10 {
        match encrypted[at..at + 4] {
            [b'P', b'K', 3, 4] => encrypted[at + 6] |= 1,
            [b'P', b'K', 1, 2] => encrypted[at + 8] |= 1,
            _ => {}
        }
    }
    let tar = tarred(&[("a.csv", rows.as_bytes()), ("b.csv", rows.as_bytes())]);
    let mut unsound = gzipped(&tar);
    let at = unsound.len() - 6;
    unsound[at] ^= 1;
    let mut twice = zipped(&[("a.csv", rows.as_bytes()), ("b.csv", rows.as_bytes())]);
    for at in 0..twice.len() - 5 {
        if twice[at..].starts_with(b"b.csv") {
            twice[at] = b'a';
        }
    }
    let inner = zipped(&[("in.zip", &whole)]);
    for (name, bytes, words) in [
        (
            "cut.zip",
            &whole[..whole.len() - 30],
            "is the file complete?",
        ),
        ("flipped.zip", &flipped[..], "damaged"),
        ("encrypted.zip", &encrypted[..], "it is encrypted"),
        ("empty.zip", &zipped(&[])[..], "holds no files"),
        ("nested.zip", &inner[..], "zip archive"),
        ("twice.zip", &twice[..], "two of its files have one name"),
        (
            "packed.zip.gz",
            &gzipped(&whole)[..],
            "did not come as a file of its own",
        ),
        ("unsound.tgz", &unsound[..], "tar archive is damaged"),
        (
            "cut.tar",
            &tar[..tar.len() - 3_000],
            "tar archive is damaged",
        ),
        (
            "doc.zip",
            &zipped(&[("word/document.xml", b"<x/>")])[..],
            "Word document",
        ),
    ] {
        fs::write(folder.path(name), bytes).unwrap();
        let refusal = folder.refuses(1, &["summary", name]);
        assert!(refusal.contains(words), "{name}: {refusal}");
    }
}

#[test]
fn a_table_of_delta_or_iceberg_is_refused_with_the_query_that_exports_it() {
    let a = table("a", &[1]);
    let folder = folder(&[
        ("delta/_delta_log/00000000000000000000.json", "{}"),
        ("delta/part-0.csv", &a),
        ("ice/metadata/v1.metadata.json", "{}"),
        ("ice/data/part-0.csv", &a),
        ("plain/a.csv", &a),
    ]);
    for path in ["delta", "delta/part-0.csv", "delta/*.csv", "."] {
        let refusal = folder.refuses(1, &["summary", path]);
        assert!(
            refusal.contains("COPY (FROM delta_scan('"),
            "{path}: {refusal}"
        );
    }
    for path in ["ice", "ice/data/part-0.csv"] {
        let refusal = folder.refuses(1, &["summary", path]);
        assert!(
            refusal.contains("COPY (FROM iceberg_scan('"),
            "{path}: {refusal}"
        );
    }
}

/// A workbook whose sheets have these names and rows of cells, as XML.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let listed = |part: &dyn Fn(usize, &str) -> String| -> String {
        (1..)
            .zip(sheets)
            .map(|(n, (name, _))| part(n, name))
            .collect()
    };
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book =
        listed(&|n, name| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"));
    let links = listed(&|n, _| {
        format!(
            "<Relationship Id=\"rId{n}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        )
    });
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{book}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}\">{links}<Relationship Id=\"rId99\" Type=\"{relations}/styles\" \
                 Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (n, (_, rows)) in (1..).zip(sheets) {
        let sheet =
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    let parts: Vec<(&str, &[u8])> = (parts.iter())
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    zipped(&parts)
}

/// Rows of pageviews, from 2024-03-05 09:00 every 45 minutes.
fn sheet(user: &str, n: u32) -> String {
    let text =
        |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = [
        text("A1", "user_id"),
        text("B1", "timestamp"),
        text("C1", "page"),
    ]
    .concat();
    let rows: String = (0..n)
        .map(|i| {
            let (row, at) = (i + 2, 45356.375 + f64::from(i) / 32.0);
            let time = format!("<c r=\"B{row}\" s=\"1\"><v>{at}</v></c>");
            let cells = [
                text(&format!("A{row}"), user),
                time,
                text(&format!("C{row}"), "/"),
            ]
            .concat();
            format!("<row r=\"{row}\">{cells}</row>")
        })
        .collect();
    format!("<row r=\"1\">{header}</row>{rows}")
}

#[test]
fn a_sheet_of_a_workbook_is_a_table() {
    let folder = Folder::new();
    let notes = "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>note</t></is></c></row>";
    fs::write(
        folder.path("one.xlsx"),
        workbook(&[("Notes", notes), ("Views", &sheet("a", 3)), ("Empty", "")]),
    )
    .unwrap();
    assert_eq!(figures(&folder, &["one.xlsx"]), "1,3,3");
    let rows = folder.prints(&["export", "one.xlsx", "--sheet", "2"]);
    assert!(
        rows.contains("2024-03-05T09:00:00Z") && rows.contains("2024-03-05T10:30:00Z"),
        "{rows}"
    );
    fs::write(
        folder.path("two.xlsx"),
        workbook(&[("Jan", &sheet("a", 3)), ("Feb", &sheet("b", 1))]),
    )
    .unwrap();
    let refusal = folder.refuses(1, &["summary", "two.xlsx"]);
    assert!(
        refusal.contains("--sheet NAME") && refusal.contains("\"Jan\", \"Feb\""),
        "{refusal}"
    );
    assert_eq!(figures(&folder, &["two.xlsx", "--sheet", "feb"]), "1,1,1");
    let refusal = folder.refuses(1, &["summary", "two.xlsx", "--sheet", "Mar"]);
    assert!(
        refusal.contains("it has no sheet \"Mar\"; its sheets are: \"Jan\", \"Feb\""),
        "{refusal}"
    );
}

#[test]
fn a_workbook_that_has_grown_adds_only_what_is_new() {
    let folder = Folder::new();
    for n in [3, 5] {
        fs::write(
            folder.path("w.xlsx"),
            workbook(&[("Views", &sheet("a", n))]),
        )
        .unwrap();
        folder.does(&["load", "--store", "s.db", "w.xlsx"]);
        folder.does(&["load", "--store", "s.db", "w.xlsx"]);
        assert_eq!(figures(&folder, &["s.db"]), format!("1,{n},{n}"));
    }
}

#[test]
fn an_export_is_not_written_over_a_file_of_the_folder_that_it_is_made_from() {
    let folder = folder(&[("d/a.csv", &table("a", &[1]))]);
    let refusal = folder.refuses(1, &["export", "d", "-o", "d/a.csv", "--force"]);
    assert!(refusal.contains("is the input itself"), "{refusal}");
    folder.does(&["export", "d", "-o", "d/sessions.csv"]);
}

#[test]
fn of_many_files_that_are_known_only_some_are_named() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    for n in 0..20 {
        folder.write(&format!("d/{n}.csv"), &table(&format!("u{n}"), &[1]));
    }
    let load = ["load", "--store", "s.db", "d"];
    folder.does(&load);
    let said = folder.does(&load).err;
    assert_eq!(said.lines().count(), 6, "{said}");
    assert!(
        said.ends_with("15 files more skipped in the same way\n"),
        "{said}"
    );
}
