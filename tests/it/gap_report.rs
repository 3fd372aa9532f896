//! `dwell gaps --report`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use quick_xml::Reader;
use quick_xml::events::Event;

fn gaps(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dwell"))
        .current_dir(folder)
        .arg("gaps")
        .args(arguments)
        .output()
        .unwrap()
}

/// A folder with pageviews of which half an hour is the gap to keep.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let views = folder.path().join("views.csv");
    let made = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(["generate", "--pageviews", "3000", "-o"])
        .arg(&views)
        .output()
        .unwrap();
    assert!(made.status.success());
    folder
}

fn written(folder: &Path, arguments: &[&str], report: &str) -> String {
    let output = gaps(folder, &[arguments, &["--report", report]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    fs::read_to_string(folder.join(report)).unwrap()
}

/// Every text between tags, with the tag around it; fails where the tags do not match.
fn texts(document: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(document);
    let (mut texts, mut open, mut text) = (Vec::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(start.name().0.to_owned()),
            Event::End(_) => {
                texts.push((open.pop().unwrap(), std::mem::take(&mut text)));
            }
            Event::Text(words) => text += &words,
            Event::GeneralRef(name) => match name.resolve_char_ref().unwrap() {
                Some(c) => text.push(c),
                None => {
                    text += match &*name {
                        "lt" => "<",
                        "gt" => ">",
                        "amp" => "&",
                        "quot" => "\"",
                        "apos" => "'",
                        other => panic!("&{other};"),
                    }
                }
            },
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    texts
}

/// The cells of a table of the page, row by row.
fn table(page: &str, id: &str) -> Vec<Vec<String>> {
    let table = page.split(&format!("id=\"{id}\">")).nth(1).unwrap();
    let table = table.split("</table>").next().unwrap();
    let rows = table.split("<tr").skip(1).map(|row| {
        let row = format!("<tr{}", row.trim_end());
        let cells = texts(&row).into_iter();
        let cells = cells.filter(|(tag, _)| tag == "td" || tag == "th");
        cells.map(|cell| cell.1).collect()
    });
    rows.collect()
}

#[test]
fn the_same_input_gives_the_same_bytes_under_any_name() {
    let folder = folder();
    for (one, other) in [("a.html", "b.html"), ("a.svg", "b.svg")] {
        let [one, other] = [one, other].map(|name| written(folder.path(), &["views.csv"], name));
        assert!(one.len() > 5_000);
        assert_eq!(one, other);
    }
}

#[test]
fn page_and_picture_are_well_formed_and_load_nothing() {
    let folder = folder();
    let page = written(
        folder.path(),
        &["views.csv", "--by", "visit", "--goal", "/home"],
        "gap.html",
    );
    let picture = written(folder.path(), &["views.csv"], "gap.svg");
    assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    assert!(page.contains("<svg ") && page.contains("prefers-color-scheme"));
    for document in [&page, &picture] {
        texts(document);
        for never in [
            "<script", "href", "src=", "url(", "@import", "<link", "<img",
        ] {
            assert!(!document.contains(never), "{never}");
        }
        let addresses = document.matches("://").count();
        let names = document.matches("=\"http://www.w3.org/").count();
        assert_eq!(addresses, names, "only names of what XML and SVG are");
    }
}

#[test]
fn its_figures_are_those_of_the_study() {
    let folder = folder();
    let arguments = ["views.csv", "--gap", "10m", "--goal", "/home"];
    let page = written(folder.path(), &arguments, "gap.html");
    let json = gaps(
        folder.path(),
        &[&arguments[..], &["--format", "json"]].concat(),
    );
    let study: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let rows = table(&page, "gaps");
    assert_eq!(rows[0][1..4], ["gap", "sessions", "change"]);
    assert!(rows.len() > 10);
    for row in &rows[1..] {
        let sessions = study["sessions"].as_array().unwrap();
        let of = sessions
            .iter()
            .find(|of| of["gap"] == row[1].as_str())
            .unwrap();
        assert_eq!(row[2].replace(',', ""), of["sessions"].to_string());
        for (cell, figure) in [(4, "bounce_rate"), (8, "goal_rate")] {
            let percent = of[figure].as_f64().unwrap() * 100.0;
            assert_eq!(row[cell], format!("{percent:.1} %"), "{figure}");
        }
        assert_eq!(
            row[7],
            format!("{:.2}", of["pageviews_per_session"].as_f64().unwrap())
        );
    }
    let sensitivity = table(&page, "sensitivity");
    assert_eq!(
        sensitivity.len() - 1,
        study["sensitivity"].as_array().unwrap().len()
    );
    assert_eq!(sensitivity[6][0], "sessions that reach /home");
    let valley = &study["valley"];
    let minutes = |us: &serde_json::Value| us.as_f64().unwrap() / 60e6;
    let verdict = format!("any gap from {:.0}m", minutes(&valley["good_us"][0]));
    assert!(page.contains(&verdict), "{verdict}");
    // Compared are half an hour, which is to be kept, and the gap in use.
    let comparison = table(&page, "comparison");
    assert_eq!(comparison[0][1..3], ["30m", "10m"]);
    let at = |gap: &str| rows.iter().find(|row| row[1] == gap).unwrap()[2].clone();
    assert_eq!(comparison[1][1..3], [at("30m"), at("10m")]);
}

#[test]
fn it_says_what_the_data_are_and_how_to_study_them_again() {
    let folder = folder();
    let views = fs::read_to_string(folder.path().join("views.csv")).unwrap();
    let rows = views + "1001,never,/\n";
    fs::write(folder.path().join("views.csv"), rows).unwrap();
    let page = written(folder.path(), &["views.csv", "--gap=20m"], "gap.html");
    let data = table(&page, "data");
    let of = |name: &str| data.iter().find(|row| row[0] == name).unwrap()[1].clone();
    assert_eq!(of("input"), "views.csv");
    assert!(
        of("studied").starts_with("150 users, 3,000 pageviews"),
        "{data:?}"
    );
    assert_eq!(of("rejected"), "1 row");
    assert!(of("first pageview").starts_with("2020-01-15T") && of("clock").contains("1s"));
    let digest = of("digest");
    assert!(digest.split(' ').next().unwrap().len() == 32, "{digest}");
    let of_tag = |id: &str| {
        let part = page.split(&format!("id=\"{id}\">")).nth(1).unwrap();
        part.split("</").next().unwrap().to_owned()
    };
    assert_eq!(of_tag("command"), "dwell gaps --gap 20m views.csv");
    let wiki = of_tag("wiki");
    for said in [
        "at a gap of 30m",
        digest.split(' ').next().unwrap(),
        env!("CARGO_PKG_VERSION"),
    ] {
        assert!(wiki.contains(said), "{wiki}");
    }
    assert!(page.contains("arXiv:1411.2878"));
}

#[test]
fn a_store_and_its_file_have_the_same_digest() {
    let folder = folder();
    let loaded = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .current_dir(&folder)
        .args(["load", "--store", "shop.db", "views.csv"])
        .output()
        .unwrap();
    assert!(loaded.status.success());
    let digest = |input: &str, report: &str| {
        let page = written(folder.path(), &[input], report);
        let data = table(&page, "data");
        data.into_iter().find(|row| row[0] == "digest").unwrap()
    };
    assert_eq!(digest("views.csv", "a.html"), digest("shop.db", "b.html"));
}

#[test]
fn names_from_outside_cannot_act_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let name = "<script>alert(1)<\u{202e}\u{7}\u{ffff}&'\"].csv";
    let mut rows = "user_id,page_view_at,page\n".to_owned();
    for n in 0..40 {
        rows += &format!("<b>bot,{},</td><img src=x>\n", 1_700_000_001 + 300 * n);
    }
    fs::write(folder.path().join(name), rows).unwrap();
    let page = written(
        folder.path(),
        &["--goal", "</td><img src=x>", name],
        "gap.html",
    );
    let picture = written(folder.path(), &[name], "gap.svg");
    for document in [&page, &picture] {
        for never in ["<script", "<b>", "<img", "\u{202e}", "\u{7}", "\u{ffff}"] {
            assert!(!document.contains(never), "{never:?}");
        }
        let texts = texts(document);
        let shown = "<script>alert(1)<<U+202E><U+0007><U+FFFF>&'\"].csv";
        assert!(
            texts.iter().any(|(_, text)| text.contains(shown)),
            "{texts:?}"
        );
    }
    assert!(
        texts(&page)
            .iter()
            .any(|(_, text)| text.contains("<b>bot (5m, 39 of 39 pauses)"))
    );
}

#[test]
fn a_report_replaces_nothing_unless_forced_and_is_never_half_there() {
    let folder = folder();
    let report = folder.path().join("gap.html");
    fs::write(&report, "mine").unwrap();
    let refused = gaps(folder.path(), &["views.csv", "--report", "gap.html"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&report).unwrap(), "mine");
    assert!(
        gaps(
            folder.path(),
            &["views.csv", "--report", "gap.html", "--force"]
        )
        .status
        .success()
    );
    assert!(fs::read_to_string(&report).unwrap().ends_with("</html>\n"));
    let failed = gaps(
        folder.path(),
        &["views.csv", "--goal", "/nowhere", "--report", "new.html"],
    );
    assert_eq!(failed.status.code(), Some(1));
    let left = fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 2, "the pageviews and the first report");
    for name in ["gap.pdf", "gap", "-"] {
        let refused = gaps(folder.path(), &["views.csv", "--report", name]);
        assert_eq!(refused.status.code(), Some(2), "{name}");
    }
    let input = gaps(
        folder.path(),
        &["gap.html", "--report", "gap.html", "--force"],
    );
    assert_eq!(input.status.code(), Some(1), "an input is not written over");
}

#[test]
fn whatever_the_data_there_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let head = "user_id,page_view_at,page\n";
    for (n, rows) in [
        "a,2020-01-01,/\n",
        "a,2020-01-01,/\na,2020-01-01,/\n",
        "a,1970-01-01,/\na,9999-12-31,/\n",
    ]
    .into_iter()
    .enumerate()
    {
        fs::write(folder.path().join("views.csv"), head.to_owned() + rows).unwrap();
        for ending in ["html", "svg"] {
            let document = written(
                folder.path(),
                &["views.csv", "--by", "hour"],
                &format!("{n}.{ending}"),
            );
            texts(&document);
            assert!(document.contains("too few"), "{document}");
        }
    }
    fs::write(
        folder.path().join("pauses.csv"),
        "gap_us,pauses,users\n60000000,10,3\n120000000,4,3\n",
    )
    .unwrap();
    for name in ["counted.html", "counted.svg"] {
        let output = gaps(folder.path(), &["--pauses", "pauses.csv", "--report", name]);
        assert!(output.status.success());
        texts(&fs::read_to_string(folder.path().join(name)).unwrap());
    }
    let page = fs::read_to_string(folder.path().join("counted.html")).unwrap();
    assert!(page.contains("counted pauses do not tell") && !page.contains("id=\"comparison\""));
}

#[test]
fn classes_are_rows_that_fit_the_page() {
    let folder = folder();
    let page = written(folder.path(), &["views.csv", "--by", "visit"], "gap.html");
    let after = page.split("class=\"classes\">").nth(1).unwrap();
    let rows = texts(&after[..after.find("</table>").unwrap()]);
    let cells: Vec<&str> = rows.iter().map(|(_, text)| text.as_str()).collect();
    assert!(cells.contains(&"first session") && cells.contains(&"returning sessions"));
    let verdicts = cells.iter().filter(|cell| cell.contains(": "));
    assert_eq!(verdicts.count(), 2, "{cells:?}");
    assert!(!page.contains("<pre class"), "nothing is cut at the side");
}
