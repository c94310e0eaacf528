//! Values of an enumeration that the command line names: stages, scenarios.

use clap::ValueEnum;

/// The named values, each once, in the order of their definition. All of them, if none is named.
pub(crate) fn selected<T: ValueEnum + PartialEq>(named: &[T]) -> Vec<T> {
    T::value_variants()
        .iter()
        .filter(|value| named.is_empty() || named.contains(value))
        .cloned()
        .collect()
}

/// The name of a value on the command line.
pub(crate) fn name<T: ValueEnum>(value: &T) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
    enum Letter {
        A,
        Bc,
    }

    #[test]
    fn no_name_selects_all() {
        assert_eq!(selected::<Letter>(&[]), [Letter::A, Letter::Bc]);
    }

    #[test]
    fn named_values_are_selected_once_and_in_order() {
        let named = [Letter::Bc, Letter::A, Letter::Bc];
        assert_eq!(selected(&named), [Letter::A, Letter::Bc]);
        assert_eq!(selected(&named[..1]), [Letter::Bc]);
        assert_eq!(name(&Letter::Bc), "bc");
    }
}
