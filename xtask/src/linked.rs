//! A wasm module as the linker leaves it when it is told to keep its relocations: what each function and each piece of
//! data refers to.

use crate::names;
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::ops::Range;
use wasmparser::{
    DefinedDataSymbol, ExternalKind, KnownCustom, Linking, Name, Parser, Payload, RelocationEntry,
    RelocationType, SymbolInfo,
};

/// A function by its index, or data by where it stands in the file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Item {
    Function(u32),
    Data(Range<usize>),
}

/// What the sections of a module tell.
#[derive(Default)]
pub(crate) struct Linked {
    /// The functions with a body, by their index: where the body stands in the file.
    pub(crate) bodies: HashMap<u32, Range<usize>>,
    /// The paths of functions, without hashes.
    pub(crate) names: HashMap<u32, String>,
    /// All data that has a symbol: where it stands in the file.
    pub(crate) data: Vec<Range<usize>>,
    /// What calls come to from outside.
    pub(crate) roots: Vec<Item>,
    /// The references that stand in an item, and where in the file.
    pub(crate) references: HashMap<Item, Vec<(usize, Item)>>,
    /// What the section of this name holds.
    pub(crate) target_features: Range<usize>,
    /// The custom sections that are for linkers and debuggers, each whole, in the file's order.
    pub(crate) leftovers: Vec<Range<usize>>,
}

/// What is needed until all sections are read.
#[derive(Default)]
struct Raw {
    imported: u32,
    code: usize,
    data: usize,
    segments: Vec<Range<usize>>,
    symbols: Vec<Option<Item>>,
    data_symbols: Vec<(usize, DefinedDataSymbol)>,
    relocations: Vec<(bool, RelocationEntry)>,
}

impl Linked {
    pub(crate) fn read(wasm: &[u8]) -> Result<Self> {
        let (mut linked, mut raw) = (Self::default(), Raw::default());
        let mut end = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            linked.section(&payload, &mut raw, end)?;
            if let Some((_, range)) = payload.as_section() {
                end = range.end;
            }
        }
        for &(place, symbol) in &raw.data_symbols {
            let segment = raw.segments.get(symbol.index as usize);
            let start = segment.context("data segment")?.start + symbol.offset as usize;
            let range = start..start + symbol.size as usize;
            linked.data.push(range.clone());
            raw.symbols[place] = Some(Item::Data(range));
        }
        linked.relate(&raw);
        Ok(linked)
    }

    fn section(&mut self, payload: &Payload<'_>, raw: &mut Raw, before: usize) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let is_function = matches!(import?.ty, wasmparser::TypeRef::Func(_));
                    raw.imported += u32::from(is_function);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports.clone() {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        self.roots.push(Item::Function(export.index));
                    }
                }
            }
            Payload::StartSection { func, .. } => self.roots.push(Item::Function(*func)),
            Payload::CodeSectionStart { range, .. } => raw.code = range.start,
            Payload::CodeSectionEntry(body) => {
                let index = raw.imported + self.bodies.len() as u32;
                self.bodies.insert(index, body.range());
            }
            Payload::DataSection(data) => {
                raw.data = data.range().start;
                for segment in data.clone() {
                    let segment = segment?;
                    let end = segment.range.end;
                    raw.segments.push(end - segment.data.len()..end);
                }
            }
            Payload::CustomSection(section) => {
                let is_debugging = section.name().starts_with(".debug");
                if section.name() == "target_features" {
                    self.target_features = section.data_offset()..section.range().end;
                }
                match section.as_known() {
                    KnownCustom::Name(names) => self.name(names)?,
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(symbols) = part? {
                                for symbol in symbols {
                                    raw.symbol(&symbol?);
                                }
                            }
                        }
                        self.leftovers.push(before..section.range().end);
                    }
                    KnownCustom::Reloc(relocations) => {
                        // Of code and of data; what is relocated in debugging sections matters to nobody.
                        let is_code = section.name() == "reloc.CODE";
                        if is_code || section.name() == "reloc.DATA" {
                            for entry in relocations.entries() {
                                raw.relocations.push((is_code, entry?));
                            }
                        }
                        self.leftovers.push(before..section.range().end);
                    }
                    _ if is_debugging => self.leftovers.push(before..section.range().end),
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn name(&mut self, sections: wasmparser::NameSectionReader<'_>) -> Result<()> {
        for section in sections {
            if let Name::Function(map) = section? {
                for naming in map {
                    let naming = naming?;
                    self.names.insert(naming.index, names::plain(naming.name));
                }
            }
        }
        Ok(())
    }

    fn relate(&mut self, raw: &Raw) {
        let mut functions: Vec<(&Range<usize>, u32)> = self
            .bodies
            .iter()
            .map(|(&index, body)| (body, index))
            .collect();
        functions.sort_by_key(|(body, _)| body.start);
        for (is_code, relocation) in &raw.relocations {
            let Some(target) = raw.target(relocation) else {
                continue;
            };
            let at = relocation.offset as usize + if *is_code { raw.code } else { raw.data };
            if *is_code {
                let next = functions.partition_point(|(body, _)| body.start <= at);
                if let Some((_, index)) = next.checked_sub(1).map(|place| functions[place]) {
                    let from = self.references.entry(Item::Function(index)).or_default();
                    from.push((at, target.clone()));
                }
                continue;
            }
            // Pieces overlap where the linker has merged equal strings.
            let mut is_known = false;
            for piece in self.data.iter().filter(|piece| piece.contains(&at)) {
                is_known = true;
                let from = self.references.entry(Item::Data(piece.clone()));
                from.or_default().push((at, target.clone()));
            }
            if !is_known {
                self.roots.push(target.clone());
            }
        }
    }
}

impl Raw {
    fn symbol(&mut self, symbol: &SymbolInfo<'_>) {
        let item = match *symbol {
            SymbolInfo::Func { index, .. } => Some(Item::Function(index)),
            SymbolInfo::Data {
                symbol: Some(symbol),
                ..
            } => {
                // Where segments stand is known later.
                self.data_symbols.push((self.symbols.len(), symbol));
                None
            }
            _ => None,
        };
        self.symbols.push(item);
    }

    /// What a relocation refers to, if that is a function or data.
    fn target(&self, relocation: &RelocationEntry) -> Option<&Item> {
        use RelocationType as Type;
        match relocation.ty {
            Type::FunctionIndexLeb
            | Type::TableIndexSleb
            | Type::TableIndexI32
            | Type::TableIndexRelSleb
            | Type::MemoryAddrLeb
            | Type::MemoryAddrSleb
            | Type::MemoryAddrI32
            | Type::MemoryAddrRelSleb => self.symbols.get(relocation.index as usize)?.as_ref(),
            _ => None,
        }
    }
}
