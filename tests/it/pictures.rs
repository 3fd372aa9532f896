//! The pictures in the documents are frames of the explorer: each is drawn from the screen of a real terminal.
//!
//! `docs/pictures/make` writes them anew; without it they are compared.

#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
#[cfg(feature = "generate")]
use std::fs::OpenOptions;
#[cfg(feature = "generate")]
use std::io::Write as _;
use std::path::Path;

use vt100::Color;
use vt100::Screen;

use crate::terminal::ENTER;
use crate::terminal::Folder;
use crate::terminal::Terminal;

/// Size of a cell, and of a letter in it.
const WIDTH: f64 = 8.4;
const HEIGHT: f64 = 18.0;
const FONT_SIZE: f64 = 14.0;
const BASELINE: f64 = 13.0;
const MARGIN: f64 = 10.0;

/// Columns and rows of a picture.
const SIZE: (u16, u16) = (120, 32);

/// The colours of a terminal: the few of the sixteen that the explorer uses.
struct Palette {
    theme: &'static str,
    background: &'static str,
    foreground: &'static str,
    blue: &'static str,
    yellow: &'static str,
    red: &'static str,
}

const PALETTES: [Palette; 2] = [
    Palette {
        theme: "dark",
        background: "#0d1117",
        foreground: "#e6edf3",
        blue: "#79c0ff",
        yellow: "#d29922",
        red: "#ff7b72",
    },
    Palette {
        theme: "light",
        background: "#ffffff",
        foreground: "#1f2328",
        blue: "#0969da",
        yellow: "#9a6700",
        red: "#cf222e",
    },
];

impl Palette {
    fn colour(&self, colour: Color) -> &'static str {
        match colour {
            Color::Default => self.foreground,
            Color::Idx(1) => self.red,
            Color::Idx(3) => self.yellow,
            Color::Idx(4 | 12) => self.blue,
            other => panic!("the palette has no {other:?}"),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
struct Look {
    colour: &'static str,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
}

impl Look {
    fn attributes(self) -> String {
        let mut attributes = format!(r#"fill="{}""#, self.colour);
        for (is_so, attribute) in [
            (self.is_bold, r#" font-weight="bold""#),
            (self.is_dim, r#" opacity="0.65""#),
            (self.is_underlined, r#" text-decoration="underline""#),
        ] {
            attributes += if is_so { attribute } else { "" };
        }
        attributes
    }
}

/// The lines from the middle of a cell to its left, right, top and bottom, and how wide they are.
fn arms(symbol: char) -> Option<([bool; 4], f64)> {
    Some(match symbol {
        '─' => ([true, true, false, false], 1.0),
        '│' => ([false, false, true, true], 1.0),
        '┃' => ([false, false, true, true], 3.0),
        '┌' => ([false, true, false, true], 1.0),
        '┐' => ([true, false, false, true], 1.0),
        '└' => ([false, true, true, false], 1.0),
        '┘' => ([true, false, true, false], 1.0),
        _ => return None,
    })
}

/// Draws a symbol that fills its cell, so that neighbours touch whatever the font is: x, y, width, height.
fn shapes(symbol: char, x: f64, y: f64) -> Vec<[f64; 4]> {
    let eighth = |first: char| f64::from(u32::from(symbol) - u32::from(first) + 1) / 8.0;
    match symbol {
        '▁'..='█' => {
            let height = HEIGHT * eighth('▁');
            vec![[x, y + HEIGHT - height, WIDTH, height]]
        }
        '▉'..='▏' => vec![[
            x,
            y + HEIGHT * 0.15,
            WIDTH * (1.0 - eighth('▉')),
            HEIGHT * 0.7,
        ]],
        _ => {
            let Some((arms, wide)) = arms(symbol) else {
                return Vec::new();
            };
            let (middle_x, middle_y) = (x + WIDTH / 2.0, y + HEIGHT / 2.0);
            let half = wide / 2.0;
            [
                [x, middle_y - half, WIDTH / 2.0 + half, wide],
                [middle_x - half, middle_y - half, WIDTH / 2.0 + half, wide],
                [middle_x - half, y, wide, HEIGHT / 2.0 + half],
                [middle_x - half, middle_y - half, wide, HEIGHT / 2.0 + half],
            ]
            .into_iter()
            .zip(arms)
            .filter_map(|(shape, is_there)| is_there.then_some(shape))
            .collect()
        }
    }
}

/// What fills cells; neighbours of one look are one.
struct Rectangle {
    place: [f64; 4],
    colour: &'static str,
    is_dim: bool,
}

fn add(rectangles: &mut Vec<Rectangle>, new: Rectangle) {
    let [x, y, width, height] = new.place;
    if let Some(before) = rectangles.iter_mut().rev().take(4).find(|before| {
        let [before_x, before_y, before_width, before_height] = before.place;
        (before.colour, before.is_dim) == (new.colour, new.is_dim)
            && (before_y, before_height) == (y, height)
            && (before_x + before_width - x).abs() < WIDTH * 0.6
            && before_x < x
    }) {
        before.place[2] = x + width - before.place[0];
        return;
    }
    rectangles.push(new);
}

fn rectangle(svg: &mut String, rectangle: &Rectangle) {
    let [x, y, width, height] = rectangle.place;
    let opacity = if rectangle.is_dim {
        r#" opacity="0.65""#
    } else {
        ""
    };
    let colour = rectangle.colour;
    writeln!(
        svg,
        r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"{opacity}/>"#
    )
    .unwrap();
}

/// A text without blanks, stretched to the cells that it takes.
fn word(svg: &mut String, text: &str, x: f64, y: f64, look: Look) {
    let length = WIDTH * text.chars().count() as f64;
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    writeln!(
        svg,
        r#"<text x="{x:.1}" y="{:.1}" textLength="{length:.1}" {}>{text}</text>"#,
        y + BASELINE,
        look.attributes()
    )
    .unwrap();
}

fn draw(screen: &Screen, palette: &Palette, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (
        2.0 * MARGIN + WIDTH * f64::from(columns.get()),
        2.0 * MARGIN + HEIGHT * f64::from(rows.get()),
    );
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="{FONT_SIZE}" shape-rendering="crispEdges">
<title>{title}</title>
<rect width="100%" height="100%" rx="6" fill="{}"/>
"#,
        palette.background
    );
    for row in 0..rows.get() {
        let y = MARGIN + HEIGHT * f64::from(row);
        let mut words = String::new();
        let mut rectangles = Vec::new();
        // The word that is being gathered: where it begins, and how it looks.
        let mut pending: Option<(String, f64, Look)> = None;
        for column in 0..columns.get() {
            let x = MARGIN + WIDTH * f64::from(column);
            let cell = screen.cell(row, column).unwrap();
            let mut look = Look {
                colour: palette.colour(cell.fgcolor()),
                is_bold: cell.bold(),
                is_dim: cell.dim(),
                is_underlined: cell.underline(),
            };
            if cell.inverse() {
                let place = [x, y, WIDTH, HEIGHT];
                let colour = look.colour;
                let filled = Rectangle {
                    place,
                    colour,
                    is_dim: false,
                };
                add(&mut rectangles, filled);
                look.colour = palette.background;
            }
            let symbol = cell.contents().chars().next().unwrap_or(' ');
            let shapes = shapes(symbol, x, y);
            let is_text = symbol != ' ' && shapes.is_empty();
            if let Some((text, x, before)) =
                pending.take_if(|(_, _, before)| !is_text || *before != look)
            {
                word(&mut words, &text, x, y, before);
            }
            if is_text {
                let (text, ..) = pending.get_or_insert_with(|| (String::new(), x, look));
                text.push_str(cell.contents());
            }
            for place in shapes {
                let Look { colour, is_dim, .. } = look;
                add(
                    &mut rectangles,
                    Rectangle {
                        place,
                        colour,
                        is_dim,
                    },
                );
            }
        }
        if let Some((text, x, look)) = pending {
            word(&mut words, &text, x, y, look);
        }
        for filled in &rectangles {
            rectangle(&mut svg, filled);
        }
        svg += &words;
    }
    svg + "</svg>\n"
}

/// Draws the screen of the sample that these keys lead to, in each palette.
fn picture(name: &str, title: &str, arguments: &[&str], keys: &[&str], last: &str) {
    let opens = |theme: &str| {
        let arguments = [&["--theme", theme], arguments].concat();
        let mut terminal = Terminal::open(Folder::new(), &arguments, SIZE, &[]);
        terminal.wait_for("5,005 pageviews");
        for keys in keys {
            terminal.press(keys);
        }
        terminal
    };
    // The last line is drawn last.
    let shows = |line: Option<&str>| line.is_some_and(|line| line.contains(last));
    picture_of(name, title, opens, |text| shows(text.lines().last()));
}

/// Draws the screen of a terminal once it is so, in each palette.
fn picture_of(
    name: &str,
    title: &str,
    opens: impl Fn(&str) -> Terminal,
    is_so: impl Fn(&str) -> bool,
) {
    for palette in &PALETTES {
        let terminal = opens(palette.theme);
        let mut screen = None;
        terminal.wait_until("it shows what is drawn", |glass| {
            screen = Some(glass.parser.screen().clone());
            is_so(&glass.text())
        });
        let svg = draw(&screen.unwrap(), palette, title);
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("docs/pictures/{name}-{}.svg", palette.theme));
        if std::env::var_os("DWELL_PICTURES").is_some() {
            fs::write(&path, &svg).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == svg,
            "{} is not what the explorer shows: docs/pictures/make writes it anew",
            path.display()
        );
    }
}

#[test]
fn the_picture_of_the_explorer_is_a_frame_of_it() {
    picture(
        "explorer",
        "dwell: users, the sessions of one, and the pageviews of a session",
        &["--gap", "45m"],
        &["jj", ENTER, "jjj"],
        "4 of 55",
    );
}

#[test]
fn the_picture_of_the_gap_is_a_frame_of_it() {
    picture(
        "gap",
        "dwell: pauses, sessions by gap, and which gap to keep",
        &[],
        &["4"],
        "6 of 15",
    );
}

#[test]
#[cfg(feature = "generate")]
fn the_picture_of_a_log_that_grows_is_a_frame_of_it() {
    let opens = |theme: &str| {
        let folder = Folder::new();
        let size = ["--pageviews", "3000", "--users", "150", "--days", "1"];
        let generate = ["generate", "--format", "access-log"];
        let log = folder.prints(&[&generate[..], &size].concat());
        let later = log.match_indices('\n').nth(2_599).unwrap().0 + 1;
        fs::write(folder.path("access.log"), &log[..later]).unwrap();
        let arguments = ["--theme", theme, "--follow", "access.log"];
        let mut terminal = Terminal::open(folder, &arguments, SIZE, &[]);
        terminal.wait_for_line(&[" 2,600 pageviews", "LIVE"]);
        terminal.press("2");
        terminal.wait_for("by started");
        terminal.press("S ");
        terminal.wait_for("PAUSED");
        let end = log.match_indices('\n').nth(2_833).unwrap().0 + 1;
        let file = OpenOptions::new()
            .append(true)
            .open(terminal.folder.path("access.log"));
        file.unwrap()
            .write_all(&log.as_bytes()[later..end])
            .unwrap();
        terminal
    };
    picture_of(
        "live",
        "dwell: a log that grows, its open sessions, and what waits",
        opens,
        |text| text.contains("PAUSED, 234 waiting"),
    );
}
