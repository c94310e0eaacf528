//! Reads the SMS history of a Voximplant account.
