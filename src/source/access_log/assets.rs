//! Which paths are static assets: files that a browser fetches for a page, or that only machines ask for. Source
//! floor.
//!
//! The tables are general knowledge about the web. A document that a person opens (PDF, text, archive) is not in
//! them.

/// Extensions of files that belong to a page, in lower case.
const EXTENSIONS: &[&str] = &[
    // Scripts, styles and what they load.
    "css",
    "js",
    "mjs",
    "cjs",
    "map",
    "wasm",
    "json",
    "xml",
    "xsl",
    "webmanifest",
    "swf",
    "vtt",
    // Pictures.
    "png",
    "jpg",
    "jpeg",
    "jfif",
    "gif",
    "webp",
    "avif",
    "apng",
    "svg",
    "svgz",
    "ico",
    "cur",
    "bmp",
    "tif",
    "tiff",
    "heic",
    "jxl",
    // Fonts.
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    // Sound and film.
    "mp3",
    "mp4",
    "m4a",
    "m4v",
    "m4s",
    "m3u8",
    "mpd",
    "ts",
    "webm",
    "ogg",
    "oga",
    "ogv",
    "wav",
    "flac",
    "aac",
    "mov",
    "avi",
    "mkv",
    "flv",
];

/// Whole paths that machines ask for; those in the tables above are not repeated.
const PATHS: &[&str] = &[
    "/robots.txt",
    "/ads.txt",
    "/app-ads.txt",
    "/security.txt",
    "/humans.txt",
    "/llms.txt",
    "/nginx_status",
    "/server-status",
    "/basic_status",
];

/// Folders that machines look into.
const FOLDERS: &[&str] = &["/.well-known/", "/cdn-cgi/"];

/// The longest of the extensions.
const LONGEST: usize = 11;

/// Whether a path, without query, is a static asset. Case does not matter.
#[inline]
pub(super) fn is_asset(path: &[u8]) -> bool {
    let tail = &path[path.len().saturating_sub(LONGEST + 1)..];
    if let Some(dot) = memchr::memrchr(b'.', tail) {
        let extension = &tail[dot + 1..];
        if EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
        {
            return true;
        }
    }
    // No path in the tables is longer, and almost every page has another second byte.
    match path.get(1).map(u8::to_ascii_lowercase) {
        Some(b'.' | b'c') => FOLDERS.iter().any(|folder| {
            path.get(..folder.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(folder.as_bytes()))
        }),
        Some(b'r' | b'a' | b's' | b'h' | b'l' | b'n' | b'b') if path.len() <= 16 => PATHS
            .iter()
            .any(|known| path.eq_ignore_ascii_case(known.as_bytes())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_loads_is_an_asset_and_what_a_person_opens_is_not() {
        for path in [
            "/a.css",
            "/A/B.PNG",
            "/x.min.js",
            "/favicon.ico",
            "/site.webmanifest",
            "/robots.txt",
            "/Robots.TXT",
            "/.well-known/acme-challenge/x",
            "/server-status",
            "/basic_status",
        ] {
            assert!(is_asset(path.as_bytes()), "{path}");
        }
        for path in [
            "",
            "/",
            "/a",
            "/png",
            "/a.png/",
            "/a.pngx",
            "/paper.pdf",
            "/index.html",
            "/blog/v1.2",
            "/docs/robots.txt",
            "/manual.txt",
            "/.",
        ] {
            assert!(!is_asset(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn no_entry_is_out_of_reach() {
        for extension in EXTENSIONS {
            assert!(extension.len() <= LONGEST, "{extension}");
        }
        for path in PATHS.iter().chain(FOLDERS) {
            assert!(is_asset(path.as_bytes()), "{path}");
        }
    }
}
