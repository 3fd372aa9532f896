//! Checks a Parquet file's metadata before the parquet crate allocates what they claim. Source floor.
//!
//! The crate allocates room for as many children as a group of the schema claims, recurses into each, and keeps a
//! record of every column in every row group. Here they are only counted. The metadata are a struct of Thrift's
//! compact protocol (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).

/// Columns, and the groups that they are in.
const MOST_COLUMNS: u64 = 1 << 16;

/// Groups within groups.
const MOST_LEVELS: usize = 64;

/// Columns of all row groups together.
const MOST_CHUNKS: u64 = 1 << 20;

/// The most elements of any other list at the top.
const MOST_ELEMENTS: u64 = 1 << 16;

/// Structs within structs.
const MOST_DEPTH: u32 = 32;

/// Errors if the metadata claim more than they hold, or more than dwell reads.
pub(super) fn check(metadata: &[u8]) -> Result<(), String> {
    let mut shape = MetadataSize::default();
    let walked = Thrift { rest: metadata }.fields(0, &mut |thrift, field, kind| match field {
        2 => shape.schema(thrift, kind),
        _ if kind == LIST => {
            let (n, of) = thrift.list()?;
            match field {
                4 => shape.n_groups = n,
                _ => shape.n_others = shape.n_others.max(n),
            }
            (0..n).try_for_each(|_| thrift.skip(of, 0))
        }
        _ => thrift.skip(kind, 0),
    });
    let n_chunks = shape.n_groups.saturating_mul(shape.n_columns.max(1));
    if shape.n_columns > MOST_COLUMNS || n_chunks > MOST_CHUNKS || shape.n_others > MOST_ELEMENTS {
        return Err(format!(
            "they name {} columns in {} row groups, which is more than is read",
            shape.n_columns, shape.n_groups
        ));
    }
    if shape.is_too_deep {
        return Err(format!("they nest columns more than {MOST_LEVELS} deep"));
    }
    match walked {
        Some(()) if shape.is_whole => Ok(()),
        _ => Err("they claim more than they hold".to_owned()),
    }
}

/// How large the metadata are.
#[derive(Default)]
struct MetadataSize {
    /// Elements of the schema.
    n_columns: u64,
    n_groups: u64,
    n_others: u64,
    is_too_deep: bool,
    /// Whether the groups of the schema have all the children that they claim.
    is_whole: bool,
}

impl MetadataSize {
    /// Skips the list of the schema's elements: a tree, each group before its children.
    fn schema(&mut self, thrift: &mut Thrift<'_>, kind: u8) -> Option<()> {
        let (n, of) = thrift.list().filter(|_| kind == LIST)?;
        self.n_columns = n;
        if of != STRUCT || n > MOST_COLUMNS {
            return None;
        }
        // For each open group, how many children are still to come.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..n {
            let mut n_children = 0;
            thrift.fields(0, &mut |thrift, field, kind| match (field, kind) {
                (5, I32) => {
                    n_children = thrift.zigzag()?;
                    Some(())
                }
                // A reader that takes them for numbers would find others here.
                (1 | 2 | 3 | 5..=9, kind) if kind != I32 => None,
                _ => thrift.skip(kind, 0),
            })?;
            let n_children = u64::try_from(n_children)
                .ok()
                .filter(|&children| children < n)?;
            if let Some(last) = open.last_mut() {
                *last -= 1;
            }
            if n_children > 0 {
                open.push(n_children);
            }
            if open.len() > MOST_LEVELS {
                self.is_too_deep = true;
                return None;
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        self.is_whole = open.is_empty();
        Some(())
    }
}

const I32: u8 = 5;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// The rest of the metadata. Everything is `None` if they end too early.
struct Thrift<'a> {
    rest: &'a [u8],
}

/// Takes the value of a field, given its number and kind.
type TakeField<'f, 'a> = &'f mut dyn FnMut(&mut Thrift<'a>, i64, u8) -> Option<()>;

impl<'a> Thrift<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn pass(&mut self, n: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(n).ok()?..)?;
        Some(())
    }

    /// A number of seven bits a byte, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Passes a struct, whose fields `take` takes.
    fn fields(&mut self, depth: u32, take: TakeField<'_, 'a>) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        let mut field = 0;
        loop {
            let head = self.byte()?;
            let (step, kind) = (i64::from(head >> 4), head & 15);
            if kind == 0 {
                return Some(());
            }
            field = match step {
                0 => self.zigzag()?,
                step => field + step,
            };
            take(self, field, kind)?;
        }
    }

    /// The length of a list, and the kind of its elements. Each takes a byte at least.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let n = match head >> 4 {
            15 => self.varint()?,
            n => u64::from(n),
        };
        (n <= self.rest.len() as u64).then_some((n, head & 15))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let below = depth + 1;
        match kind {
            // The kind itself says true or false.
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let n = self.varint()?;
                self.pass(n)
            }
            LIST | 10 if depth <= MOST_DEPTH => {
                let (n, of) = self.list()?;
                (0..n).try_for_each(|_| self.skip(of, below))
            }
            STRUCT => self.fields(below, &mut |thrift, _, kind| thrift.skip(kind, below)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metadata with a schema of groups that claim so many children.
    fn schema(children: &[u8]) -> Vec<u8> {
        let mut metadata = vec![0x29, (15 << 4) | STRUCT];
        assert!(children.len() < 128);
        metadata.push(children.len() as u8);
        for &n in children {
            assert!(n < 64);
            // A name of one letter, and then the number of children.
            metadata.extend_from_slice(&[0x48, 1, b'a', 0x15, n * 2, 0]);
        }
        metadata.push(0);
        metadata
    }

    #[test]
    fn groups_have_the_children_that_they_say() {
        assert_eq!(check(&schema(&[2, 0, 0])), Ok(()));
        assert_eq!(check(&schema(&[2, 1, 0, 0])), Ok(()));
        for children in [&[2, 0][..], &[3, 0, 0], &[2, 2, 0, 0]] {
            let claims = Err("they claim more than they hold".to_owned());
            assert_eq!(check(&schema(children)), claims, "{children:?}");
        }
    }

    #[test]
    fn groups_are_not_nested_without_end() {
        let mut children = vec![1; 100];
        children.push(0);
        assert_eq!(
            check(&schema(&children)),
            Err("they nest columns more than 64 deep".to_owned())
        );
    }

    #[test]
    fn a_list_is_no_longer_than_what_is_left() {
        let row_groups = [0x49, (15 << 4) | STRUCT, 0xff, 0xff, 0xff, 0x7f, 0, 0];
        assert!(check(&row_groups).is_err());
    }
}
