//! Writes Excel 97 workbooks ([MS-XLS], "BIFF8") with one sheet of numbers and texts. `cfb` writes the compound file
//! around the workbook stream. No maintained library writes this format; they write only its successor.

use std::collections::HashMap;
use std::io::{Cursor, Result, Write};

/// The value of a cell.
pub(super) enum Cell {
    Empty,
    Integer(u64),
    Decimal(f64),
    Text(String),
}

/// Maximum size of a record. Longer data continues in `CONTINUE` records.
const MAX_RECORD_BYTES: usize = 8224;
const CELL_FORMAT: u16 = 15;

mod record {
    pub(super) const BOF: u16 = 0x0809;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const CODEPAGE: u16 = 0x0042;
    pub(super) const WINDOW1: u16 = 0x003D;
    pub(super) const FONT: u16 = 0x0031;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const STYLE: u16 = 0x0293;
    pub(super) const BOUNDSHEET: u16 = 0x0085;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABELSST: u16 = 0x00FD;
    pub(super) const WINDOW2: u16 = 0x023E;
}

/// Builds the bytes of an .xls file with one sheet. The name is short and ASCII.
pub(super) fn workbook<const N: usize>(name: &str, table: &[[Cell; N]]) -> Result<Vec<u8>> {
    let mut strings = Strings::default();
    let sheet = sheet(table, &mut strings);
    let strings = strings.records();

    let mut stream = globals();
    // BOUNDSHEET has the offset of the sheet: after itself, the strings and the EOF of the globals.
    let bound_length = 4 + 8 + name.len();
    let sheet_offset = stream.len() + bound_length + strings.len() + 4;
    let mut bound = le32(sheet_offset).to_vec();
    bound.extend([0, 0, name.len() as u8, 0]);
    bound.extend(name.bytes());
    put(&mut stream, record::BOUNDSHEET, &bound);
    stream.extend(strings);
    put(&mut stream, record::EOF, &[]);
    stream.extend(sheet);

    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(vec![]))?;
    file.create_stream("/Workbook")?.write_all(&stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn globals() -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, record::BOF, &bof(0x0005));
    put(&mut out, record::CODEPAGE, &words(&[1200]));
    let window = [0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 600];
    put(&mut out, record::WINDOW1, &words(&window));
    for _ in 0..4 {
        let mut font = words(&[200, 0, 0x7FFF, 400, 0, 0, 0]);
        font.extend(b"\x05\0Arial");
        put(&mut out, record::FONT, &font);
    }
    // Readers expect fifteen style formats before the first cell format.
    for index in 0..=CELL_FORMAT {
        let kind = if index == CELL_FORMAT { 1 } else { 0xFFF5 };
        let format = [0, 0, kind, 0x0020, 0, 0, 0, 0, 0, 0x20C0];
        put(&mut out, record::XF, &words(&format));
    }
    put(&mut out, record::STYLE, &words(&[0x8000, 0xFF00]));
    out
}

fn sheet<const N: usize>(table: &[[Cell; N]], strings: &mut Strings) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, record::BOF, &bof(0x0010));
    let mut dimensions = le32(0).to_vec();
    dimensions.extend(le32(table.len()));
    dimensions.extend(words(&[0, N as u16, 0]));
    put(&mut out, record::DIMENSIONS, &dimensions);
    for (row, cells) in table.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let mut body = words(&[row as u16, column as u16, CELL_FORMAT]);
            let kind = match cell {
                Cell::Empty => continue,
                Cell::Integer(number) => {
                    body.extend((*number as f64).to_le_bytes());
                    record::NUMBER
                }
                Cell::Decimal(number) => {
                    body.extend(number.to_le_bytes());
                    record::NUMBER
                }
                Cell::Text(text) => {
                    body.extend(le32(strings.index(text)));
                    record::LABELSST
                }
            };
            put(&mut out, kind, &body);
        }
    }
    let window = [0x06B6, 0, 0, 0x40, 0, 0, 0, 0, 0];
    put(&mut out, record::WINDOW2, &words(&window));
    put(&mut out, record::EOF, &[]);
    out
}

/// The workbook's table of distinct strings.
#[derive(Default)]
struct Strings {
    index: HashMap<String, usize>,
    encoded: Vec<Vec<u8>>,
    uses: usize,
}

impl Strings {
    fn index(&mut self, text: &str) -> usize {
        self.uses += 1;
        if let Some(&known) = self.index.get(text) {
            return known;
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut encoded = words(&[units.len() as u16]);
        encoded.push(1);
        encoded.extend(words(&units));
        self.index.insert(text.to_owned(), self.encoded.len());
        self.encoded.push(encoded);
        self.encoded.len() - 1
    }

    /// Builds the records of the table. They break between strings only: no string is as long as a record, and a whole
    /// string needs no second header in the next record.
    fn records(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut kind = record::SST;
        let mut body = [le32(self.uses), le32(self.encoded.len())].concat();
        for string in &self.encoded {
            if body.len() + string.len() > MAX_RECORD_BYTES {
                put(&mut out, kind, &body);
                kind = record::CONTINUE;
                body.clear();
            }
            body.extend(string);
        }
        put(&mut out, kind, &body);
        out
    }
}

/// The body of a BOF record: BIFF8 by Excel 97.
fn bof(kind: u16) -> Vec<u8> {
    words(&[0x0600, kind, 0x0DBB, 1997, 0x00C1, 0, 0x0306, 0])
}

fn put(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    out.extend(words(&[kind, body.len() as u16]));
    out.extend(body);
}

fn words(values: &[u16]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn le32(value: usize) -> [u8; 4] {
    (value as u32).to_le_bytes()
}
