//! Map, links and web addresses: what comes out, and what is refused.

use rstest::rstest;

use super::*;

const MAP: &str = "https://www.openstreetmap.org/search?query={address}";

fn map_template() -> Template {
    Template::parse(MAP, MAP_PLACEHOLDERS).expect("a good template")
}

fn place<'a>(street: &'a str, city: &'a str, country: &'a str) -> Place<'a> {
    Place { street: Some(street), zip: None, city: Some(city), country: Some(country) }
}

#[test]
fn the_map_is_asked_for_street_city_and_country() {
    assert_eq!(
        map_url(&map_template(), &place("Köln Str. 1/2", "Bonn", "Germany")).as_deref(),
        Some("https://www.openstreetmap.org/search?query=K%C3%B6ln%20Str.%201%2F2%2C%20Bonn%2C%20Germany")
    );
}

#[test]
fn a_place_without_country_has_a_map_still() {
    assert_eq!(
        map_url(&map_template(), &place("Main St", "Bonn", "")).as_deref(),
        Some("https://www.openstreetmap.org/search?query=Main%20St%2C%20Bonn")
    );
}

#[test]
fn a_place_without_street_or_city_has_no_map() {
    assert_eq!(map_url(&map_template(), &place("", "Bonn", "Germany")), None);
    assert_eq!(map_url(&map_template(), &place("Main St", "  ", "Germany")), None);
    assert_eq!(map_url(&map_template(), &Place::default()), None);
}

#[test]
fn a_map_template_may_use_the_single_fields_and_is_hidden_without_one_it_uses() {
    let template = Template::parse("https://m.example/{zip}?q={address}", MAP_PLACEHOLDERS).expect("a good template");
    let mut place = place("Main St", "Bonn", "");
    assert_eq!(map_url(&template, &place), None);
    place.zip = Some("53111");
    assert_eq!(map_url(&template, &place).as_deref(), Some("https://m.example/53111?q=Main%20St%2C%20Bonn"));
}

#[test]
fn values_are_percent_encoded_and_cannot_leave_their_place() {
    let template = Template::parse("https://s.example/?q={name}&x=1", CUSTOMER_PLACEHOLDERS).expect("a good template");
    let link = template.fill(|_| Some("a&b=c#d/../%\u{1}\"é"));
    assert_eq!(link.as_deref(), Some("https://s.example/?q=a%26b%3Dc%23d%2F..%2F%25%01%22%C3%A9&x=1"));
}

#[test]
fn a_link_is_hidden_when_a_value_it_uses_is_missing_or_blank() {
    let text = "https://s.example/?q={first_name}+{last_name}";
    let template = Template::parse(text, CUSTOMER_USER_PLACEHOLDERS).expect("a good template");
    let link = |first, last| template.fill(|name| if name == "first_name" { first } else { last });
    assert_eq!(link(Some("Ann"), Some("Smith")).as_deref(), Some("https://s.example/?q=Ann+Smith"));
    assert_eq!(link(Some("Ann"), None), None);
    assert_eq!(link(Some(" "), Some("Smith")), None);
}

#[test]
fn a_template_knows_its_placeholders() {
    assert!(map_template().uses("address"));
    assert!(!map_template().uses("zip"));
}

#[test]
fn a_template_without_placeholders_is_a_plain_link() {
    let template = Template::parse("https://intranet.example", CUSTOMER_PLACEHOLDERS).expect("a good template");
    assert_eq!(template.fill(|_| None::<&str>).as_deref(), Some("https://intranet.example"));
}

#[rstest]
#[case("https://a.example/{", TemplateError::Unbalanced)]
#[case("https://a.example/}", TemplateError::Unbalanced)]
#[case("https://a.example/{name}}", TemplateError::Unbalanced)]
#[case("https://a.example/{pw}", TemplateError::UnknownPlaceholder("pw".to_owned()))]
#[case("https://a.example/{}", TemplateError::UnknownPlaceholder(String::new()))]
#[case("https://{name}.example/", TemplateError::NotWeb)]
#[case("https://a.example{name}", TemplateError::NotWeb)]
#[case("{url}", TemplateError::NotWeb)]
#[case("javascript:{name}", TemplateError::NotWeb)]
#[case("ftp://a.example/{name}", TemplateError::NotWeb)]
#[case("/search?q={name}", TemplateError::NotWeb)]
#[case("", TemplateError::NotWeb)]
fn a_bad_template_is_refused(#[case] text: &str, #[case] reason: TemplateError) {
    assert_eq!(Template::parse(text, CUSTOMER_PLACEHOLDERS), Err(reason));
}

#[rstest]
#[case("https://acme.example")]
#[case("HTTP://Acme.Example:8080/a/b?c=d&e=f#g")]
#[case("https://müller.example./straße?q='x'(1)")]
#[case("http://127.0.0.1/")]
#[case("http://[2001:db8::1]:80/x@y")]
#[case("http://intranet_1")]
fn an_absolute_web_address_may_be_linked_to(#[case] text: &str) {
    assert_eq!(web_url(text).as_deref(), Some(text));
}

#[test]
fn blanks_around_an_address_are_dropped() {
    assert_eq!(web_url(" https://acme.example/ ").as_deref(), Some("https://acme.example/"));
}

#[rstest]
#[case("")]
#[case("acme.example")]
#[case("//acme.example")]
#[case("https:/acme.example")]
#[case("https:acme.example")]
#[case("javascript:alert(1)")]
#[case("java\nscript:alert(1)")]
#[case("data:text/html,x")]
#[case("ftp://acme.example")]
#[case("https://")]
#[case("https:///path")]
#[case("https://?q")]
#[case("https://ann@acme.example")]
#[case("https://bank.example:80@evil.example")]
#[case("https://bank.example\\@evil.example")]
#[case("https://acme.example:port")]
#[case("https://acme.example:99999")]
#[case("https://acme.example:+80")]
#[case("https://a..example")]
#[case("https://a%2eexample")]
#[case("https://bank.example\u{ff0f}.evil.example")]
#[case("https://[::1")]
#[case("https://[not-six]")]
#[case("https://acme.example/a b")]
#[case("https://acme.example/\u{0}")]
#[case("https://acme.example/\"onclick")]
#[case("https://acme.example/<script>")]
#[case("https://acme.example/\u{202e}gpj.exe")]
fn any_other_text_is_not_linked_to(#[case] text: &str) {
    assert_eq!(web_url(text), None);
}

#[rstest]
#[case("https://login.example/keys", true)]
#[case("HTTPS://login.example", true)]
#[case("http://localhost:8080/keys", true)]
#[case("http://127.0.0.1", true)]
#[case("http://[::1]:1/keys", true)]
#[case("http://login.example/keys", false)]
#[case("http://localhost.example", false)]
#[case("http://localhost:80@login.example", false)]
#[case("http://127.0.0.1.example", false)]
#[case("https://a@login.example", false)]
#[case("file:///etc/keys", false)]
#[case("", false)]
fn an_address_is_secure_by_tls_or_on_this_machine(#[case] url: &str, #[case] expected: bool) {
    assert_eq!(is_secure_url(url), expected);
}
