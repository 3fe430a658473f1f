//! How a customer user is called: the name on a page, the name in front of an address, the line in a list.
//! Which fields make the name, and what stands between them, is configured.

/// The name of a person: the parts that hold something, in the configured order, with the separator between them.
///
/// Domain rule: OTOBO takes title, first name and last name with a blank unless told otherwise; empty parts leave no
/// separator behind. The result is empty when every part is.
pub fn full_name<'a>(parts: impl IntoIterator<Item = &'a str>, separator: &str) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(separator)
}

/// A name with its address: `"Ann Smith" <ann@acme.example>`.
///
/// Meant to be read by people: quotes inside the name stay as they are, as in OTOBO.
pub fn mail_string(name: &str, email: &str) -> String {
    format!("\"{name}\" <{email}>")
}

/// The line that stands for a person in a list: the parts joined by blanks; when the last word is an e-mail address, the
/// words before it become its name. Domain rule: OTOBO's list fields are first name, last name and e-mail by default; it
/// uses the same line as the person's address in mails, so that the title is in the name but not in the address.
pub fn list_line<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let line = full_name(parts, " ");
    match line.rsplit_once(' ') {
        Some((name, email)) if looks_like_email(email) => mail_string(name, email),
        _ => line,
    }
}

/// Something before an `@`, and after it a dot with something on both sides. Not a check of the address: it only tells an
/// address from a name.
fn looks_like_email(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else {
        return false;
    };
    let dot_inside = domain.char_indices().any(|(at, c)| c == '.' && at > 0 && at + 1 < domain.len());
    !local.is_empty() && dot_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_in_the_given_order_with_the_separator_between_them() {
        assert_eq!(full_name(["F", "L"], "###"), "F###L");
        assert_eq!(full_name(["F", "L"], " "), "F L");
        assert_eq!(full_name(["F", "L", "login"], ""), "FLlogin");
        assert_eq!(full_name(["L", "F"], " "), "L F");
    }

    #[test]
    fn an_empty_part_leaves_no_separator_behind() {
        assert_eq!(full_name(["", "Ann", "Smith"], " "), "Ann Smith");
        assert_eq!(full_name(["Dr.", "", "Smith"], ", "), "Dr., Smith");
        assert_eq!(full_name(["", "", ""], " "), "");
    }

    #[test]
    fn the_mail_string_has_the_name_in_quotes_and_the_address_in_brackets() {
        assert_eq!(mail_string("Ann O'Neil", "ann@acme.example"), "\"Ann O'Neil\" <ann@acme.example>");
    }

    #[test]
    fn a_list_line_that_ends_in_an_address_reads_as_name_and_address() {
        assert_eq!(list_line(["John", "Doe", "john@acme.example"]), "\"John Doe\" <john@acme.example>");
        assert_eq!(
            list_line(["jdoe", "John", "Doe", "C1", "john@acme.example"]),
            "\"jdoe John Doe C1\" <john@acme.example>"
        );
    }

    #[test]
    fn a_list_line_without_an_address_at_its_end_is_plain_text() {
        assert_eq!(list_line(["John", "Doe"]), "John Doe");
        assert_eq!(list_line(["John", "root@localhost"]), "John root@localhost");
        assert_eq!(list_line(["", "", "john@acme.example"]), "john@acme.example");
        assert_eq!(list_line(["John", "@acme.example"]), "John @acme.example");
        assert_eq!(list_line(["John", "john@acme."]), "John john@acme.");
    }
}
