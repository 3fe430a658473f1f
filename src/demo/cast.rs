//! The fixed cast: companies, people, agents and their rights, the same in every set and for every seed. The story of the cast
//! is told in the module above; its tickets are in `cast_ticket`.

use super::model::Validity::{self, Invalid, InvalidTemporarily, Valid};

/// The password of every account of the cast that can log in.
pub const PASSWORD: &str = "deskgraph-demo";

/// The first agent of every database, who administrates it.
pub const ADMINISTRATOR: &str = "root@localhost";

/// A company of the cast; an empty text is stored as no value.
pub struct CastCompany {
    /// CustomerID.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// Street and house number.
    pub street: &'static str,
    /// Post code.
    pub zip: &'static str,
    /// City.
    pub city: &'static str,
    /// Stored English name of the country.
    pub country: &'static str,
    /// Web address.
    pub url: &'static str,
    /// Comment for agents.
    pub comments: &'static str,
    /// Whether it is valid.
    pub validity: Validity,
}

#[rustfmt::skip]
const fn company(id: &'static str, name: &'static str, address: [&'static str; 4], url: &'static str, comments: &'static str, validity: Validity) -> CastCompany {
    let [street, zip, city, country] = address;
    CastCompany { id, name, street, zip, city, country, url, comments, validity }
}

const USA: &str = "United States of America";
const GB: &str = "United Kingdom of Great Britain and Northern Ireland";

/// The companies of the cast.
#[rustfmt::skip]
pub const COMPANIES: &[CastCompany] = &[
    company("acme", "Acme Corporation", ["1 Desert Road", "86001", "Flagstaff", USA], "https://acme.example", "Largest customer; answer within the day.", Valid),
    company("acme-holding", "Acme Holding", ["100 Canyon Avenue", "86001", "Flagstaff", USA], "https://holding.acme.example", "Sees the support tickets of other customers.", Valid),
    company("globex", "Globex International", ["12 Harbour Street", "EC1A 1AA", "London", GB], "https://globex.example", "", Valid),
    company("initech", "Initech Software LLC", ["400 Cubicle Lane", "78744", "Austin", USA], "https://initech.example", "", Valid),
    company("mueller-soehne", "Müller & Söhne KG", ["Große Elbstraße 12", "22767", "Hamburg", "Germany"], "https://mueller-soehne.example", "Rechnungen nur per Post.", Valid),
    company("lefevre", "Boulangerie Lefèvre SARL", ["3 rue de l'Église", "69001", "Lyon", "France"], "https://lefevre.example", "", Valid),
    company("zolw", "Żółw Oprogramowanie Sp. z o.o.", ["ul. Świętokrzyska 7", "00-044", "Warszawa", "Poland"], "https://zolw.example", "", Valid),
    company("smoerrebroed", "Smørrebrød & Sønner ApS", ["Nørregade 21", "1165", "København", "Denmark"], "", "", Valid),
    company("10023", "Nordlicht Versicherung AG", ["Lange Straße 5", "18055", "Rostock", "Germany"], "https://nordlicht.example", "The id is the number in the accounts.", Valid),
    company("office@blumen-koenig.example", "Blumen König e. K.", ["Marktplatz 2", "01067", "Dresden", "Germany"], "", "Registered by itself: the id is its e-mail address.", Valid),
    company("neuland", "Neuland Genossenschaft", ["", "", "", ""], "", "New: no people, no tickets, no address yet.", Valid),
    company("oldco", "Oldco Trading Ltd", ["7 Mill Lane", "LS1 4BA", "Leeds", GB], "https://oldco.example", "Contract ended.", Invalid),
    company("winterschlaf", "Winterschlaf Campingplatz GmbH", ["Am See 1", "5020", "Salzburg", "Austria"], "", "Closed from October to April.", InvalidTemporarily),
];

/// A person of the cast.
pub struct CastPerson {
    /// Login.
    pub login: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// Primary customer id.
    pub customer: &'static str,
    /// Title; may be empty.
    pub title: &'static str,
    /// Given name.
    pub first: &'static str,
    /// Family name.
    pub last: &'static str,
    /// Telephone number; may be empty.
    pub phone: &'static str,
    /// Comment for agents; may be empty.
    pub comments: &'static str,
    /// Whether the person is valid.
    pub validity: Validity,
    /// Whether the person has the demo password; without one nobody can log in.
    pub has_password: bool,
    /// Additional customers.
    pub additional: &'static [&'static str],
}

#[rustfmt::skip]
const fn person(login: &'static str, email: &'static str, customer: &'static str, name: [&'static str; 3], phone: &'static str, comments: &'static str) -> CastPerson {
    let [title, first, last] = name;
    CastPerson { login, email, customer, title, first, last, phone, comments, validity: Valid, has_password: true, additional: &[] }
}

/// The people of the cast.
#[rustfmt::skip]
pub const PEOPLE: &[CastPerson] = &[
    person("ann", "ann@acme.example", "acme", ["Dr.", "Ann", "Archer"], "+1 928 555 0101", "Head of purchasing."),
    person("bob", "bob@acme.example", "acme", ["", "Bob", "Baker"], "+1 928 555 0102", ""),
    CastPerson { validity: InvalidTemporarily, ..person("tess", "tess@acme.example", "acme", ["", "Tess", "Taylor"], "", "On leave until spring.") },
    person("hedda", "hedda@holding.acme.example", "acme-holding", ["Ms.", "Hedda", "Holm"], "+1 928 555 0150", "Looks after all companies of the group."),
    person("gus", "gus@globex.example", "globex", ["Mr.", "Gus", "Grant"], "+44 20 7946 0101", ""),
    CastPerson { validity: Invalid, ..person("ivy", "ivy@globex.example", "globex", ["", "Ivy", "Irwin"], "", "Has left the company.") },
    person("ines", "ines@initech.example", "initech", ["", "Ines", "Ivanova"], "+1 512 555 0101", ""),
    CastPerson { additional: &["acme", "globex"], ..person("mia", "mia@initech.example", "initech", ["", "Mia", "Mertens"], "+1 512 555 0102", "Consultant: also works for two other customers.") },
    person("juergen.mueller", "juergen@mueller-soehne.example", "mueller-soehne", ["Dipl.-Ing.", "Jürgen", "Müller"], "+49 40 5550 101", ""),
    person("öznur", "oeznur@mueller-soehne.example", "mueller-soehne", ["", "Öznur", "Yıldız"], "+49 40 5550 102", "Login with an umlaut."),
    person("zoe.lefevre", "zoe@lefevre.example", "lefevre", ["Mme", "Zoé", "Lefèvre"], "+33 4 5550 0101", ""),
    person("lukasz", "lukasz@zolw.example", "zolw", ["Pan", "Łukasz", "Żak"], "+48 22 555 01 01", ""),
    person("soeren", "soeren@smoerrebroed.example", "smoerrebroed", ["", "Søren", "Ærø"], "", ""),
    CastPerson { has_password: false, ..person("paula", "paula@nordlicht.example", "10023", ["Frau", "Paula", "Groß"], "+49 381 555 0101", "Writes mails only, never logs in.") },
    person("office@blumen-koenig.example", "office@blumen-koenig.example", "office@blumen-koenig.example", ["", "Karla", "König"], "", ""),
    person("otto", "otto@oldco.example", "oldco", ["", "Otto", "Oldfield"], "", "The company is invalid, the person is not."),
    person("nils", "nils@nowhere.example", "nowhere", ["", "Nils", "Niemand"], "", "The customer id does not exist (any more)."),
];

/// An agent of the cast. All but the invalid one have the demo password.
pub struct CastAgent {
    /// Login.
    pub login: &'static str,
    /// Given name.
    pub first: &'static str,
    /// Family name.
    pub last: &'static str,
    /// Whether the agent is valid.
    pub validity: Validity,
    /// Groups and permission keys given directly.
    pub rights: &'static [(&'static str, &'static str)],
    /// Roles, by name.
    pub roles: &'static [&'static str],
}

#[rustfmt::skip]
const fn agent(login: &'static str, first: &'static str, last: &'static str, rights: &'static [(&'static str, &'static str)], roles: &'static [&'static str]) -> CastAgent {
    CastAgent { login, first, last, validity: Valid, rights, roles }
}

/// The agents of the cast, besides `root@localhost`, who is agent 1 from the start.
#[rustfmt::skip]
pub const AGENTS: &[CastAgent] = &[
    agent("olga", "Olga", "Olsen", &[("support", "rw"), ("billing", "ro"), ("hardware", "ro"), ("hardware", "note")], &[]),
    agent("nora", "Nora", "Nemec", &[], &[]),
    agent("rita", "Rita", "Rossi", &[], &["Support team"]),
    agent("ulf", "Ulf", "Ullmann", &[("users", "rw"), ("sales", "rw")], &["Billing team"]),
    agent("adam", "Adam", "Åkesson", &[("admin", "rw"), ("network", "rw")], &[]),
    CastAgent { validity: Invalid, ..agent("iris", "Iris", "Ilić", &[("support", "rw")], &["Retired team"]) },
];

/// The group that is invalid: its rows stay, but nobody has it.
pub const INVALID_GROUP: &str = "legacy";
/// The invalid queue of that group.
pub const INVALID_QUEUE: &str = "Legacy";
/// The role that is invalid.
pub const INVALID_ROLE: &str = "Retired team";

/// Rights of customers: customer id, group, permission key, permission value, and whether in the context of other customers.
#[rustfmt::skip]
pub const CUSTOMER_RIGHTS: &[(&str, &str, &str, i16, bool)] = &[
    ("acme", "support", "rw", 1, false),
    ("acme", "billing", "ro", 1, false),
    ("acme", "legacy", "rw", 1, false),
    ("acme-holding", "support", "ro", 1, false),
    ("acme-holding", "support", "ro", 1, true),
    ("globex", "support", "ro", 1, false),
    ("globex", "network", "ro", 1, false),
    ("globex", "network", "rw", 1, false),
    ("initech", "hardware", "rw", 1, false),
    ("initech", "network", "ro", 1, false),
    ("initech", "software", "ro", 1, true),
    ("mueller-soehne", "support", "ro", 1, false),
    ("lefevre", "logistics", "rw", 1, false),
    ("10023", "billing", "rw", 0, false),
    ("oldco", "support", "ro", 1, false),
    ("nowhere", "sales", "ro", 1, false),
];

/// Rights of customer users: login, group, permission key, permission value. Value 0 stands for old databases: it grants
/// nothing.
#[rustfmt::skip]
pub const PERSON_RIGHTS: &[(&str, &str, &str, i16)] = &[
    ("ann", "billing", "rw", 1),
    ("ann", "security", "ro", 1),
    ("bob", "hardware", "ro", 0),
    ("tess", "billing", "ro", 1),
    ("gus", "sales", "rw", 1),
    ("ivy", "sales", "ro", 1),
    ("mia", "software", "rw", 1),
    ("mia", "software", "ro", 1),
    ("öznur", "hardware", "ro", 1),
    ("nils", "sales", "rw", 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_named_in_a_right_is_in_the_cast() {
        let people: Vec<_> = PEOPLE.iter().map(|person| person.login).collect();
        let companies: Vec<_> = COMPANIES.iter().map(|company| company.id).collect();
        assert!(PERSON_RIGHTS.iter().all(|right| people.contains(&right.0)));
        let named = CUSTOMER_RIGHTS.iter().map(|right| right.0);
        assert!(named.filter(|id| *id != "nowhere").all(|id| companies.contains(&id)));
        let strangers = PEOPLE.iter().filter(|person| !companies.contains(&person.customer));
        assert_eq!(strangers.map(|person| person.login).collect::<Vec<_>>(), ["nils"]);
    }
}
