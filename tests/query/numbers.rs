//! Phone numbers, senders, and the limits of count and offset.

use voximplant_sms_history::{
    ErrorKind, SmsHistoryQuery,
    query::{MAX_OFFSET, Value},
};

use super::{rejection, sent, text};

/// In the scripts that people write messages in, letters are accepted, and digits and signs are not.
#[test]
fn senders_may_have_letters_of_living_scripts_but_no_digits_of_them() {
    let scripts = [
        ('A', 'ɏ'),
        ('\u{386}', '\u{52f}'),
        ('\u{531}', '\u{556}'),
        ('א', 'ת'),
        ('ء', 'ۓ'),
        ('\u{904}', '\u{df3}'),
        ('ก', 'ໆ'),
        ('ა', 'ჿ'),
        ('ሀ', '\u{135a}'),
        ('ក', 'ឳ'),
        ('Ḁ', 'ỿ'),
        ('ぁ', 'ヿ'),
        ('一', '\u{9fff}'),
        ('가', '힣'),
    ];
    let mut letters = 0;
    for c in scripts.into_iter().flat_map(|(first, last)| first..=last) {
        // Ordinals and the sign of a unit are letters by name only.
        if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ') {
            letters += 1;
            assert!(sent("sourceNumber", text(&c.to_string())).is_ok(), "{c:?}");
        }
    }
    assert!(letters > 33_000, "{letters}");
    for zero in "٠۰०০੦૦௦౦೦൦๐໐༠၀០᠐０".chars() {
        for digit in zero..=char::from_u32(u32::from(zero) + 9).unwrap() {
            let message = rejection("sourceNumber", text(&digit.to_string().repeat(5)));
            assert!(
                message.contains(&format!("U+{:04X}", u32::from(digit))),
                "{message}"
            );
        }
    }
}

#[test]
fn phone_numbers_and_senders_are_normalized_or_rejected() {
    for (given, expected) in [
        ("14155550100", "14155550100"),
        ("+14155550100", "14155550100"),
        (" +1\u{a0}415 555-01.00 ", "14155550100"),
        ("(+1)415/5550100", "14155550100"),
        ("123", "123"),
        ("123456789012345", "123456789012345"),
        ("0555 0100001", "05550100001"),
        ("98765 43210", "9876543210"),
        ("030 / 123456", "030123456"),
        ("01.23.45.67.00", "0123456700"),
        ("(15550100001)", "15550100001"),
        ("+49(30)123456", "4930123456"),
        ("Acme", "Acme"),
        (" Acme-Bank 4 ", "Acme-Bank 4"),
        ("+Acme", "+Acme"),
        ("INFO", "INFO"),
        ("Bank 24", "Bank 24"),
        ("AD-612345", "AD-612345"),
        // A relay's form of a number, for readers who may not see it.
        (
            "1415*****00~mQ5kB-7zXw_1u9aRt2LpKdA",
            "1415*****00~mQ5kB-7zXw_1u9aRt2LpKdA",
        ),
        ("Booking.com", "Booking.com"),
        ("4E", "4E"),
        ("H&M", "H&M"),
        ("Null Shop", "Null Shop"),
        ("Пошта", "Пошта"),
        ("हिन्दी बैंक", "हिन्दी बैंक"),
        ("ร้านน้ำ", "ร้านน้ำ"),
        ("บริษัท ๆ", "บริษัท ๆ"),
        ("צה״ל", "צה״ל"),
        ("Cafe\u{301}", "Cafe\u{301}"),
    ] {
        assert_eq!(sent("sourceNumber", text(given)).unwrap().1, expected);
    }
    let long = "a".repeat(11);
    assert_eq!(sent("sourceNumber", text(&long)).unwrap().1, long);
    for (given, words) in [
        ("", "an empty string"),
        (" \u{a0}", "an empty string"),
        ("12", "2 digits"),
        ("1234567890123456", "got 16 digits"),
        ("3012345678 3012345679", "got 20 digits"),
        ("++4930777888", "neither a letter"),
        ("4930777888;4930777889", "neither a letter"),
        ("+", "neither a letter"),
        ("4930\n777888", "control character U+000A"),
        ("4930777888\n", "control character U+000A"),
        ("Ac\0me", "control character U+0000"),
        ("Ac\u{85}me", "control character U+0085"),
        ("\u{202a}4930777888\u{202c}", "U+202A"),
        ("Acme 😀", "U+1F600"),
        ("٤٩٣٠٧٧٧٨٨٨", "U+0664"),
        ("४९३०७७७८८८", "U+096A"),
        ("\u{61c}Acme", "U+061C"),
        ("2×4", "U+00D7"),
        ("Acme ÷ 2", "U+00F7"),
        (
            &"a".repeat(12),
            "12 characters, more than the 11 characters that a sender has at most",
        ),
    ] {
        for name in ["sourceNumber", "destinationNumber"] {
            let message = rejection(name, text(given));
            assert!(message.contains(words), "{message}");
            assert!(
                !message.contains("777888") && !message.contains("aaa"),
                "{message}"
            );
        }
    }
    for number in [
        0.0,
        -4_930_777_888.0,
        4_930_777_888.5,
        9_007_199_254_740_992.0,
        f64::NAN,
        f64::INFINITY,
    ] {
        let message = rejection("sourceNumber", Value::Number(number));
        assert!(
            message.contains("as strings") && !message.contains("777888"),
            "{message}"
        );
    }
    assert!(rejection("sourceNumber", Value::Number(12.0)).contains("2 digits"));
    assert!(rejection("sourceNumber", Value::Other("a boolean")).contains("a boolean"));
}

#[test]
fn uris_and_percent_encoded_numbers_are_numbers() {
    for given in [
        "tel:+15551230001",
        "TEL:+15551230001",
        "Tel: +1 (555) 123-0001",
        "tel:+1-555-123-0001",
        "tel:15551230001",
        "tel://+15551230001",
        "tel:%2B15551230001",
        "tel%3A%2b15551230001",
        "tel:+1%20555%20123%200001",
        "sms:+15551230001",
        "smsto:+15551230001",
        "callto:+15551230001",
        "%2B15551230001",
        "+1\u{2011}555\u{2013}123\u{202f}0001",
    ] {
        assert_eq!(
            sent("sourceNumber", text(given)).unwrap().1,
            "15551230001",
            "{given}"
        );
    }
}

#[test]
fn numbers_with_more_than_a_number_are_rejected_not_searched_as_senders() {
    for given in [
        "tel:+15551230001;ext=5",
        "tel:0001;phone-context=+1555123",
        "sms:+15551230001?body=hi",
        "sms:+15551230001,+15551230002",
        "tel:Acme",
        "tel:",
        "whatsapp:+15551230001",
        "sip:15551230001",
        "phone: 15551230001",
        "+15551230001 ext. 5",
        "+15551230001x5",
        "+1 555 CALL NOW",
    ] {
        for name in ["sourceNumber", "destinationNumber"] {
            let message = rejection(name, text(given));
            assert!(message.ends_with("; pass the number alone"), "{message}");
            assert!(!message.contains("123000"), "{message}");
        }
    }
}

/// Each would be sent as digits that are another person's number, or nobody's.
#[test]
fn digits_that_are_not_one_number_are_rejected_not_joined() {
    for (fix, numbers) in [
        (
            "; leave out the point and the zeros behind it",
            &[
                "15550100001.0",
                "+15550100001.0",
                "4930123456.00",
                "15550100001.",
                "tel:15550100001.0",
            ][..],
        ),
        (
            "; begin it with the country code",
            &[
                "0015550100001",
                "0049 30 123456",
                "+00 1 555 010 0001",
                "+015550100001",
                "tel:+0155501",
            ],
        ),
        (
            "; leave out the (0)",
            &["+49 (0)30 123456", "+49( 0 )30123456", "(0)555 0100001"],
        ),
        (
            "; pass one number",
            &["15550100001/2", "+1 555 0100001 / 02"],
        ),
        (
            "; pass the whole number alone",
            &[
                "+1(555)010-0001(2)",
                "1)2(3",
                "...123",
                "tel://-0100001",
                "123)",
                "()123",
                "+1 (555) (010) 0001",
                "-15550100001",
                "1555)0100001",
                "...0100001",
            ],
        ),
    ] {
        for number in numbers {
            let message = rejection("sourceNumber", text(number));
            assert!(message.ends_with(fix), "{number}: {message}");
            assert!(
                !message.contains("0001") && !message.contains("123"),
                "{message}"
            );
        }
    }
}

#[test]
fn texts_that_are_neither_numbers_nor_senders_are_rejected() {
    for (words, texts) in [
        (
            "a number with other characters; pass the number alone",
            &[
                "1.55501E+10",
                "1,55501E+10",
                "1.5e10",
                "1e3",
                "0x1234",
                "1234n",
                "15550100001n",
                "15550100001 ext 5",
                "5550100x5",
                "tel 5550100",
                "Joe <+15550100001>",
                "sip:15550100001@x.com",
                "https://wa.me/15550100001",
            ][..],
        ),
        (
            "a URL or an e-mail address; pass a number or a sender",
            &["http://x.co", "a@b.co", "mailto:joe@example.com"],
        ),
        (
            "; set the variable",
            &["undefined", "null", "NaN", "None", "true", "false"],
        ),
        (
            "got a placeholder that was not replaced",
            &["{{number}}", "${NUMBER}", "<number>", "%NUMBER%"],
        ),
        (
            "more than the 11 characters",
            &["[object Object]", "1-800-FLOWERS"],
        ),
    ] {
        for given in texts {
            let message = rejection("sourceNumber", text(given));
            assert!(message.contains(words), "{given}: {message}");
        }
    }
}

#[test]
fn senders_with_percent_signs_and_colons_stay_senders() {
    for given in ["50% off", "Acme: Bank", "A%20B", "24:7 Taxi"] {
        assert_eq!(sent("sourceNumber", text(given)).unwrap().1, given);
    }
}

#[test]
fn count_and_offset_outside_their_limits_are_rejected() {
    for (name, number, shown) in [
        ("count", 0.0, "got 0"),
        ("count", 1001.0, "got 1001"),
        ("count", -1.0, "got -1"),
        ("count", 1.5, "got 1.5"),
        ("count", -0.125, "got -0.125"),
        ("count", 999.9999, "a number with a fraction, near 1000"),
        ("count", f64::NAN, "got NaN"),
        ("count", f64::INFINITY, "above 2^53-1"),
        // A phone number in the wrong field is not shown.
        ("count", 12_025_550_101.0, "got a larger number"),
        ("offset", -12_025_550_101.0, "got a negative number"),
        ("offset", -1.0, "got -1"),
        ("offset", 0.05, "got 0.05"),
        ("offset", 1e-9, "a number with a fraction, near 0"),
        ("offset", 9_007_199_254_740_992.0, "above 2^53-1"),
        ("offset", f64::NEG_INFINITY, "below -(2^53-1)"),
        ("offset", f64::NAN, "got NaN"),
    ] {
        let message = rejection(name, Value::Number(number));
        assert!(
            message.ends_with(shown) || message.contains(&format!("got {shown}")),
            "{message}"
        );
        assert!(message.contains("an integer from"), "{message}");
    }
    for name in ["count", "offset"] {
        let message = rejection(name, text("100"));
        assert!(
            message.contains("expected an integer from")
                && message.ends_with(", got a string of 3 characters; pass a number"),
            "{message}"
        );
        assert!(rejection(name, Value::Instant(5.0)).contains("got a date"));
        assert!(rejection(name, Value::Other("null")).contains("got null"));
    }
    for query in [
        SmsHistoryQuery::new().with_count(0),
        SmsHistoryQuery::new().with_count(1001),
        SmsHistoryQuery::new().with_offset(MAX_OFFSET + 1),
    ] {
        let error = query.to_pairs().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains("an integer from"), "{error}");
    }
}
