//! A message's field as something that can be written.

use super::Column;
use crate::{
    clock::EpochMillis,
    date,
    decimal::Decimal,
    page::{Direction, SmsMessage, Status},
};

/// The value of a field.
pub(super) enum Cell<'a> {
    Absent,
    /// Digits and a point, written the same in every format.
    Number(Number),
    /// A word of this library's, free of anything that has to be escaped.
    Word(&'static str),
    Date(EpochMillis),
    /// Any text whatsoever.
    Text(&'a str),
}

pub(super) enum Number {
    Whole(u64),
    Decimal(Decimal),
}

impl<'a> Cell<'a> {
    pub(super) fn of(message: &SmsMessage<'a>, column: Column) -> Self {
        match column {
            Column::MessageId => Self::whole(message.message_id),
            Column::SourceNumber => Self::text(message.source_number),
            Column::DestinationNumber => Self::text(message.destination_number),
            Column::Direction => match message.direction {
                None => Self::Absent,
                Some(Direction::In) => Self::Word("in"),
                Some(Direction::Out) => Self::Word("out"),
                Some(Direction::Unknown(_)) => Self::Word("unknown"),
            },
            Column::RawDirection => match message.direction {
                Some(Direction::Unknown(word)) => Self::Text(word),
                _ => Self::Absent,
            },
            Column::Fragments => Self::whole(message.fragments),
            Column::Cost => match message.cost {
                Some(cost) => Self::Number(Number::Decimal(cost)),
                None => Self::Absent,
            },
            Column::Status => match message.status {
                None => Self::Absent,
                Some(Status::Success) => Self::Word("success"),
                Some(Status::Error) => Self::Word("error"),
                Some(Status::Waiting) => Self::Word("waiting"),
                Some(Status::Unknown(_)) => Self::Word("unknown"),
            },
            Column::StatusId => match message.status {
                None => Self::Absent,
                Some(Status::Success) => Self::Word("1"),
                Some(Status::Error) => Self::Word("2"),
                Some(Status::Waiting) => Self::Word("3"),
                Some(Status::Unknown(word)) => Self::Text(word),
            },
            Column::ErrorMessage => Self::text(message.error_message),
            Column::ProcessedDate => message.processed_date.map_or(Self::Absent, Self::Date),
            Column::TransactionId => Self::whole(message.transaction_id),
            Column::Text => Self::text(message.text),
        }
    }

    fn whole(number: Option<u64>) -> Self {
        match number {
            Some(number) => Self::Number(Number::Whole(number)),
            None => Self::Absent,
        }
    }

    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }
}

impl Number {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Whole(number) => write_whole(*number, out),
            Self::Decimal(number) => out.extend_from_slice(number.to_string().as_bytes()),
        }
    }
}

/// Writes an instant as `2026-03-08T02:30:15Z`.
pub(super) fn write_date(at: EpochMillis, out: &mut Vec<u8>) {
    out.extend_from_slice(&date::iso(at.div_euclid(1000)));
    out.push(b'Z');
}

/// By hand, as there are two or three of them a row.
fn write_whole(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}
