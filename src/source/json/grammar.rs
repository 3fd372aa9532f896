//! Bytes -> where a JSON value ends. Reports the parts of the value on the way. Source floor.
//!
//! Knows the grammar of RFC 8259, and what programs write that fill in a template of JSON: `\xC3` for a byte, and `-`
//! or nothing for a missing value. The listener decides what it needs. Copies nothing and looks at every byte once.
//! Keeps one bit for each level of nesting instead of recursing. Does not check whether strings are UTF-8.

/// Deepest nesting that is read, the same as in `serde_json`.
pub(super) const MOST_LEVELS: u32 = 127;

/// Text to be scanned.
#[derive(Clone, Copy)]
pub(super) struct JsonText<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether the input ends with these bytes.
    pub(super) is_end: bool,
    /// The byte that ends lines.
    pub(super) terminator: u8,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// A string without escapes.
    Plain,
    /// A string with escapes.
    Escaped,
    Number,
    /// `true` or `false`.
    Boolean,
    Null,
    Array,
    Object,
    /// One of several, and none was chosen.
    Several,
}

impl ValueKind {
    /// `a string`, `an object`: for a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            ValueKind::Plain | ValueKind::Escaped => "a string",
            ValueKind::Number => "a number",
            ValueKind::Boolean => "true or false",
            ValueKind::Null => "null",
            ValueKind::Array => "an array",
            ValueKind::Object => "an object",
            ValueKind::Several => "one of several",
        }
    }
}

/// A value that is neither object nor array, and where its text is: within the quotes if it is a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) kind: ValueKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Who listens to a value being scanned.
pub(super) trait Visit {
    /// A new value begins. What was reported about the one before is void.
    fn begin(&mut self);
    /// The next value is that of this key, as it is written between its quotes.
    fn key(&mut self, raw: &[u8], is_escaped: bool);
    /// The next value is the next element of the array.
    fn element(&mut self);
    /// An array or object begins at that place.
    fn open(&mut self, kind: ValueKind, at: usize);
    /// The array or object that began last ends before that place.
    fn close(&mut self, at: usize);
    /// A value that is neither, in these bytes.
    fn scalar(&mut self, bytes: &[u8], scalar: Scalar);
}

/// Listens to a text inside a text, which does not begin a value of its own.
pub(super) struct WithinText<'v, V>(pub(super) &'v mut V);

impl<V: Visit> Visit for WithinText<'_, V> {
    fn begin(&mut self) {}

    fn key(&mut self, raw: &[u8], is_escaped: bool) {
        self.0.key(raw, is_escaped);
    }

    fn element(&mut self) {
        self.0.element();
    }

    fn open(&mut self, kind: ValueKind, at: usize) {
        self.0.open(kind, at);
    }

    fn close(&mut self, at: usize) {
        self.0.close(at);
    }

    fn scalar(&mut self, bytes: &[u8], scalar: Scalar) {
        self.0.scalar(bytes, scalar);
    }
}

/// What was found at the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Line ends passed.
    pub(super) line_ends: u64,
    /// Where the value ends, if all is well.
    pub(super) end: Result<usize, Fault>,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes end within it.
    Cut,
    /// Not JSON: at this place something else was expected.
    Broken { at: usize, expected: &'static str },
}

/// Scans the value that begins at `start`, where there is no blank. A [`Fault`] is the only failure.
#[inline]
pub(super) fn scan<V: Visit>(text: JsonText<'_>, start: usize, visit: &mut V) -> Scanned {
    let mut scanner = Scanner {
        text,
        at: start,
        line_ends: 0,
    };
    visit.begin();
    let end = scanner.value(visit).map(|()| scanner.at);
    Scanned {
        line_ends: scanner.line_ends,
        end,
    }
}

struct Scanner<'a> {
    text: JsonText<'a>,
    at: usize,
    line_ends: u64,
}

impl Scanner<'_> {
    #[inline]
    fn value<V: Visit>(&mut self, visit: &mut V) -> Result<(), Fault> {
        // The lowest bit says whether the innermost level is an array.
        let (mut arrays, mut depth): (u128, u32) = (0, 0);
        loop {
            match self.peek()? {
                b'"' => {
                    let string = self.string()?;
                    visit.scalar(self.text.bytes, string);
                }
                byte @ (b'{' | b'[') => {
                    if depth == MOST_LEVELS {
                        return self.broken("at most 127 levels of nesting");
                    }
                    self.at += 1;
                    let is_array = byte == b'[';
                    let (kind, closing) = match is_array {
                        true => (ValueKind::Array, b']'),
                        false => (ValueKind::Object, b'}'),
                    };
                    visit.open(kind, self.at - 1);
                    self.pass_blanks();
                    if self.peek()? == closing {
                        self.at += 1;
                        visit.close(self.at);
                    } else {
                        arrays = arrays << 1 | u128::from(is_array);
                        depth += 1;
                        match is_array {
                            true => visit.element(),
                            false => self.key(visit)?,
                        }
                        continue;
                    }
                }
                b'-' | b'0'..=b'9' => {
                    let number = self.number(depth)?;
                    visit.scalar(self.text.bytes, number);
                }
                b't' => visit.scalar(self.text.bytes, self.word(b"true", ValueKind::Boolean)?),
                b'f' => visit.scalar(self.text.bytes, self.word(b"false", ValueKind::Boolean)?),
                b'n' => visit.scalar(self.text.bytes, self.word(b"null", ValueKind::Null)?),
                b',' | b'}' if depth > 0 && arrays & 1 == 0 => visit.scalar(
                    self.text.bytes,
                    Scalar {
                        kind: ValueKind::Null,
                        start: self.at,
                        end: self.at,
                    },
                ),
                _ => return self.broken("a value"),
            }
            // A value has ended: what comes after it?
            loop {
                if depth == 0 {
                    return Ok(());
                }
                self.pass_blanks();
                let is_array = arrays & 1 == 1;
                match (self.peek()?, is_array) {
                    (b',', _) => {
                        self.at += 1;
                        self.pass_blanks();
                        match is_array {
                            true => visit.element(),
                            false => self.key(visit)?,
                        }
                        break;
                    }
                    (b']', true) | (b'}', false) => {
                        self.at += 1;
                        arrays >>= 1;
                        depth -= 1;
                        visit.close(self.at);
                    }
                    (_, true) => return self.broken("a comma or ]"),
                    (_, false) => return self.broken("a comma or }"),
                }
            }
        }
    }

    /// A key, its colon and the blanks after it.
    #[inline]
    fn key<V: Visit>(&mut self, visit: &mut V) -> Result<(), Fault> {
        if self.peek()? != b'"' {
            return self.broken("a key in quotes");
        }
        let key = self.string()?;
        visit.key(
            &self.text.bytes[key.start..key.end],
            key.kind == ValueKind::Escaped,
        );
        self.pass_blanks();
        if self.peek()? != b':' {
            return self.broken("a colon");
        }
        self.at += 1;
        self.pass_blanks();
        Ok(())
    }

    /// The string whose quote is here.
    #[inline]
    fn string(&mut self) -> Result<Scalar, Fault> {
        self.at += 1;
        let start = self.at;
        let mut kind = ValueKind::Plain;
        loop {
            self.at = next_mark(self.text.bytes, self.at);
            match self.peek()? {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(Scalar { kind, start, end });
                }
                b'\\' => {
                    kind = ValueKind::Escaped;
                    self.escape()?;
                }
                b'\n' | b'\r' => return self.broken("the end of the string"),
                _ => return self.broken("an escape for a control character"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.peek()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
            b'u' => self.hexadecimal(4, "four hexadecimal digits")?,
            b'x' => self.hexadecimal(2, "two hexadecimal digits")?,
            _ => return self.broken("an escape such as \\n"),
        }
        Ok(())
    }

    /// The digits after the letter of an escape.
    fn hexadecimal(&mut self, n: usize, expected: &'static str) -> Result<(), Fault> {
        self.at += 1;
        for _ in 0..n {
            if !self.peek()?.is_ascii_hexdigit() {
                return self.broken(expected);
            }
            self.at += 1;
        }
        Ok(())
    }

    #[inline]
    fn number(&mut self, depth: u32) -> Result<Scalar, Fault> {
        let start = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
            if depth > 0 && matches!(self.peek()?, b',' | b'}' | b']' | b' ') {
                return Ok(Scalar {
                    kind: ValueKind::Null,
                    start,
                    end: self.at,
                });
            }
        }
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.next_is(b".") {
            self.at += 1;
            self.digits()?;
        }
        if self.next_is(b"eE") {
            self.at += 1;
            if self.next_is(b"+-") {
                self.at += 1;
            }
            self.digits()?;
        }
        let may_go_on = self.at == self.text.bytes.len() && !(self.text.is_end && depth == 0);
        if may_go_on {
            return Err(Fault::Cut);
        }
        Ok(Scalar {
            kind: ValueKind::Number,
            start,
            end: self.at,
        })
    }

    /// At least one digit.
    #[inline]
    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek()?.is_ascii_digit() {
            return self.broken("a digit");
        }
        while self.text.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &[u8], kind: ValueKind) -> Result<Scalar, Fault> {
        let start = self.at;
        let rest = &self.text.bytes[start..];
        if rest.starts_with(word) {
            self.at += word.len();
            let end = self.at;
            return Ok(Scalar { kind, start, end });
        }
        match word.starts_with(rest) {
            true => Err(Fault::Cut),
            false => self.broken("a value"),
        }
    }

    #[inline]
    fn pass_blanks(&mut self) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = self.text.bytes.get(self.at) {
            self.line_ends += u64::from(*byte == self.text.terminator);
            self.at += 1;
        }
    }

    #[inline]
    fn next_is(&self, any: &[u8]) -> bool {
        let next = self.text.bytes.get(self.at);
        next.is_some_and(|next| any.contains(next))
    }

    #[inline]
    fn peek(&self) -> Result<u8, Fault> {
        self.text.bytes.get(self.at).copied().ok_or(Fault::Cut)
    }

    #[cold]
    fn broken<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault::Broken {
            at: self.at,
            expected,
        })
    }
}

/// From `at` on, the first byte that must not be in a string unescaped: a quote, a backslash, a control character; or
/// the end of the bytes.
#[inline]
fn next_mark(bytes: &[u8], mut at: usize) -> usize {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The high bit of a byte is set iff the byte is zero: exact, no carries.
    let zeros = |word: u64| !(((word & LOW) + LOW) | word) & !LOW;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        let marks = zeros(word ^ (EACH * b'"' as u64))
            | zeros(word ^ (EACH * b'\\' as u64))
            | zeros(word & (EACH * 0xe0));
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let is_mark = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    at + rest.iter().position(is_mark).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
