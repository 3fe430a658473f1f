//! Word lists of people: given names, family names and titles per country. Where people live is in `place`.

/// The names people have in one country.
pub struct Names {
    /// Given names.
    pub first: &'static [&'static str],
    /// Family names.
    pub last: &'static [&'static str],
    /// Titles and forms of address, used for a part of the people only.
    pub titles: &'static [&'static str],
}

/// Germany, Austria and Switzerland.
#[rustfmt::skip]
pub const GERMAN: Names = Names {
    first: &[
        "Anna", "Jürgen", "Käthe", "Lukas", "Sabine", "Björn", "Heike", "Matthias", "Ülkü", "Jonas", "Änne", "Thomas", "Kerstin",
        "Günter", "Lena", "Sören", "Petra", "Felix", "Dörte", "Moritz", "Ursula", "Jörg", "Hannah", "Götz", "Marlene", "Stefan",
        "Bärbel", "Tobias", "Claudia", "Ralf", "Emre", "Annika",
    ],
    last: &[
        "Müller", "Schmidt", "Schäfer", "Köhler", "Weiß", "Jäger", "König", "Krämer", "Böhm", "Groß", "Lange", "Vogt", "Schröder",
        "Günther", "Hübner", "Bäcker", "Lindner", "Yıldız", "Kaufmann", "Brückner", "Ziegler", "Förster", "Dietrich", "Pohl",
        "Hofmann", "Seidel", "Hölzl", "Gruber", "Zürcher", "Ammann", "Öztürk", "Strauß", "Brandt", "Kühn", "Wiesner", "Möller",
    ],
    titles: &["Dr.", "Prof. Dr.", "Frau", "Herr", "Dipl.-Ing."],
};

/// France and the French part of Belgium.
#[rustfmt::skip]
pub const FRENCH: Names = Names {
    first: &[
        "Zoé", "François", "Hélène", "Rémi", "Chloé", "Jérôme", "Amélie", "Loïc", "Béatrice", "Étienne", "Inès", "Mathéo", "Noémie",
        "Gaël", "Céline", "Benoît", "Léa", "Thibault", "Anaïs", "Olivier", "Maëlle", "Didier", "Océane", "Yannick",
    ],
    last: &[
        "Lefèvre", "Dubois", "Gauthier", "Bérard", "Rousseau", "Côté", "Désormeaux", "Moreau", "Vasseur", "Lemaître", "Poirier",
        "Chevalier", "Barthélemy", "Noël", "Garçon", "Fournier", "Mercier", "Béranger", "Delacroix", "Perrin", "Guérin", "Marchand",
        "Aubert", "Château",
    ],
    titles: &["M.", "Mme", "Dr"],
};

/// Poland and Czechia.
#[rustfmt::skip]
pub const SLAVIC: Names = Names {
    first: &[
        "Łukasz", "Małgorzata", "Paweł", "Agnieszka", "Zbigniew", "Żaneta", "Michał", "Katarzyna", "Jiří", "Kateřina", "Tomáš",
        "Lenka", "Ondřej", "Zdeňka", "Stanisław", "Jolanta", "Radek", "Bożena", "Václav", "Ewa", "Przemysław", "Hana", "Marek", "Iveta",
    ],
    last: &[
        "Kowalczyk", "Wójcik", "Nowak", "Zając", "Wiśniewski", "Dąbrowska", "Król", "Piątek", "Novotný", "Dvořák", "Procházka",
        "Černý", "Šimek", "Růžička", "Gołębiowski", "Stępień", "Jaworski", "Żak", "Kučera", "Veselý", "Malinowska", "Sikora",
        "Hájek", "Lis",
    ],
    titles: &["Pan", "Pani", "Ing.", "Dr"],
};

/// Denmark, Norway, Sweden and Finland.
#[rustfmt::skip]
pub const NORDIC: Names = Names {
    first: &[
        "Søren", "Åsa", "Lærke", "Håkon", "Björk", "Ingrid", "Jørgen", "Märta", "Väinö", "Freja", "Øyvind", "Linnéa", "Päivi", "Rasmus",
        "Signe", "Göran", "Tuulikki", "Mads", "Elin", "Kåre", "Maja", "Anders", "Aino", "Torbjörn",
    ],
    last: &[
        "Sørensen", "Ångström", "Østergaard", "Lindqvist", "Håkansson", "Kjær", "Nygård", "Bergström", "Mäkinen", "Virtanen",
        "Hämäläinen", "Rasmussen", "Sjöberg", "Dahl", "Ødegård", "Holmberg", "Jørgensen", "Ekström", "Lund", "Nyström", "Skov",
        "Öberg", "Haugen", "Korhonen",
    ],
    titles: &["Dr."],
};

/// Spain, Portugal and Italy.
#[rustfmt::skip]
pub const SOUTHERN: Names = Names {
    first: &[
        "Íñigo", "José", "Lucía", "Andrés", "Begoña", "João", "Conceição", "Niccolò", "Giulia", "Álvaro", "Sofía", "Tomás", "Inês",
        "Matteo", "Chiara", "Raúl", "Mónica", "Gonçalo", "Letizia", "Nuño", "Beatriz", "Dario", "Pilar", "Simão",
    ],
    last: &[
        "García", "Núñez", "Ibáñez", "Muñoz", "Gonçalves", "Magalhães", "Simões", "D'Angelo", "Bianchi", "Peña", "Castaño", "Araújo",
        "Conti", "Lombardi", "Sáez", "Rodríguez", "De Luca", "Ferreira", "Güell", "Marín", "Esposito", "Vázquez", "Brandão", "Romano",
    ],
    titles: &["Sr.", "Sra.", "Dott.", "Eng."],
};

/// The United Kingdom, Ireland and the United States.
#[rustfmt::skip]
pub const ENGLISH: Names = Names {
    first: &[
        "Alice", "Oliver", "Siobhán", "George", "Charlotte", "Pádraig", "Emily", "Jack", "Niamh", "Priya", "Henry", "Grace", "Omar",
        "Eleanor", "Samuel", "Ruby", "Callum", "Fatima", "Thomas", "Zoë", "Declan", "Imogen", "Marcus", "Renée",
    ],
    last: &[
        "Smith", "O'Connor", "Patel", "Walker", "Ó Súilleabháin", "Hughes", "Clarke", "McAllister", "Turner", "Wood", "Khan", "Foster",
        "Brontë", "Ashworth", "Reed", "Fitzgerald", "Cooper", "Okafor", "Bennett", "Lee", "Doyle", "Hartley-Jones", "Price", "Young",
    ],
    titles: &["Mr.", "Ms.", "Dr.", "Mrs."],
};

/// The Netherlands and the Dutch part of Belgium.
#[rustfmt::skip]
pub const DUTCH: Names = Names {
    first: &[
        "Daan", "Femke", "Joris", "Maaike", "Sjoerd", "Lieke", "Bram", "Anouk", "Thijs", "Noëlle", "Wouter", "Fleur", "Jeroen", "Marijke",
        "Ruben", "Saskia", "Koen", "Inge", "Pieter", "Loïs",
    ],
    last: &[
        "de Vries", "van den Berg", "Jansen", "Bakker", "Visser", "van Dijk", "Meijer", "Mulder", "Peeters", "Maes", "van der Heijden",
        "Claes", "Hoekstra", "Wouters", "Kuipers", "Daniëls", "Postma", "Goossens", "Brouwer", "de Groot",
    ],
    titles: &["Dhr.", "Mevr.", "Ir.", "Dr."],
};

/// Text in plain small letters and digits, for logins and identifiers: accents are taken off, all else becomes `separator`.
pub fn plain(text: &str, separator: char) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => out.push(letter),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            '\'' | '’' | '\u{307}' => {}
            _ => match base_of(letter) {
                Some(base) => out.push(base),
                None if !out.is_empty() && !out.ends_with(separator) => out.push(separator),
                None => {}
            },
        }
    }
    out.trim_end_matches(separator).to_owned()
}

fn base_of(letter: char) -> Option<char> {
    Some(match letter {
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' => 's',
        'ť' => 't',
        'ú' | 'ù' | 'û' | 'ů' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_a_plain_login_part() {
        for names in [&GERMAN, &FRENCH, &SLAVIC, &NORDIC, &SOUTHERN, &ENGLISH, &DUTCH] {
            for name in names.first.iter().chain(names.last) {
                let part = plain(name, '-');
                let letters = name.chars().filter(|c| c.is_alphabetic()).count();
                assert!(part.chars().filter(char::is_ascii_lowercase).count() >= letters, "{name} became {part}");
            }
        }
        assert_eq!(plain("Müller & Söhne", '-'), "mueller-soehne");
        assert_eq!(plain("D'Angelo", '-'), "dangelo");
    }
}
