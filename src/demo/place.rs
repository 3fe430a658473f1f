//! Word lists of countries: where people and companies are, and what companies are called there. Countries are written as
//! their stored English names.

use super::name::{self, Names};

/// What belongs to one country.
pub struct Country {
    /// The name as the country list stores it.
    pub name: &'static str,
    /// How often it is chosen.
    pub weight: u32,
    /// The names of its people.
    pub names: &'static Names,
    /// Calling code with plus sign.
    pub calling: &'static str,
    /// Post code pattern (`#` = digit) and name of its cities.
    pub cities: &'static [(&'static str, &'static str)],
    /// Streets without house number.
    pub streets: &'static [&'static str],
    /// Whether the house number stands before the street.
    pub number_first: bool,
    /// What companies do, as a part of their name.
    pub trades: &'static [&'static str],
    /// Legal forms.
    pub forms: &'static [&'static str],
}

#[rustfmt::skip]
const GERMAN_TRADES: &[&str] = &[
    "Maschinenbau", "Logistik", "Bäckerei", "Elektrotechnik", "Möbelwerke", "Getränke", "Feinmechanik", "Verlag", "Spedition", "Gerätebau",
    "Wärmetechnik", "Druckerei", "Gartenbau", "Versicherungen", "Werkzeuge", "Lüftungsbau",
];
#[rustfmt::skip]
const FRENCH_TRADES: &[&str] = &[
    "Mécanique", "Transports", "Boulangeries", "Électricité", "Meubles", "Éditions", "Imprimerie", "Énergie", "Bâtiment", "Conseil",
    "Pépinières", "Verrerie",
];
#[rustfmt::skip]
const ENGLISH_TRADES: &[&str] = &[
    "Engineering", "Logistics", "Bakeries", "Electrical", "Furniture", "Publishing", "Printing", "Energy", "Construction", "Consulting",
    "Nurseries", "Foods", "Instruments", "Insurance",
];
#[rustfmt::skip]
const SLAVIC_TRADES: &[&str] = &[
    "Maszyny", "Transport", "Piekarnia", "Energia", "Meble", "Strojírny", "Tiskárna", "Stavby", "Oprogramowanie", "Nářadí", "Usługi", "Sklo",
];
#[rustfmt::skip]
const NORDIC_TRADES: &[&str] = &[
    "Maskiner", "Bageri", "Elektro", "Møbler", "Förlag", "Trykkeri", "Energi", "Byg", "Rådgivning", "Skibsværft", "Trävaror", "Rederi",
];
#[rustfmt::skip]
const SOUTHERN_TRADES: &[&str] = &[
    "Meccanica", "Transportes", "Panadería", "Elettronica", "Muebles", "Ediciones", "Tipografia", "Energía", "Construcción", "Consultoría",
    "Vinhos", "Cerâmica",
];
#[rustfmt::skip]
const DUTCH_TRADES: &[&str] =
    &["Machinebouw", "Transport", "Bakkerij", "Elektro", "Meubelen", "Uitgeverij", "Drukkerij", "Energie", "Bouw", "Advies", "Bloemen", "Scheepswerf"];

/// All countries of the demo data.
#[rustfmt::skip]
pub const COUNTRIES: &[Country] = &[
    Country {
        name: "Germany",
        weight: 30,
        names: &name::GERMAN,
        calling: "+49",
        cities: &[
            ("10###", "Berlin"), ("20###", "Hamburg"), ("80###", "München"), ("50###", "Köln"), ("01###", "Dresden"), ("90###", "Nürnberg"),
            ("48###", "Münster"), ("24###", "Kiel"), ("94###", "Straubing"), ("23###", "Lübeck"), ("40###", "Düsseldorf"),
        ],
        streets: &["Hauptstraße", "Mühlenweg", "Am Güterbahnhof", "Lindenallee", "Schloßplatz", "Industriestraße", "Königstraße", "Gärtnerweg"],
        number_first: false,
        trades: GERMAN_TRADES,
        forms: &["GmbH", "AG", "KG", "GmbH & Co. KG", "e. K."],
    },
    Country {
        name: "Austria",
        weight: 7,
        names: &name::GERMAN,
        calling: "+43",
        cities: &[("10##", "Wien"), ("50##", "Salzburg"), ("80##", "Graz"), ("60##", "Innsbruck"), ("31##", "St. Pölten")],
        streets: &["Ringstraße", "Kärntner Weg", "Am Graben", "Bahnhofstraße", "Mühlgasse"],
        number_first: false,
        trades: GERMAN_TRADES,
        forms: &["GmbH", "AG", "OG"],
    },
    Country {
        name: "Switzerland",
        weight: 6,
        names: &name::GERMAN,
        calling: "+41",
        cities: &[("80##", "Zürich"), ("30##", "Bern"), ("40##", "Basel"), ("12##", "Genève"), ("60##", "Luzern")],
        streets: &["Bahnhofstrasse", "Seeweg", "Rütistrasse", "Limmatquai", "Mühlebachstrasse"],
        number_first: false,
        trades: GERMAN_TRADES,
        forms: &["AG", "GmbH", "SA"],
    },
    Country {
        name: "France",
        weight: 12,
        names: &name::FRENCH,
        calling: "+33",
        cities: &[("750##", "Paris"), ("690##", "Lyon"), ("130##", "Marseille"), ("440##", "Nantes"), ("420##", "Saint-Étienne"), ("351##", "Rennes")],
        streets: &["rue de l'Église", "avenue Foch", "place du Marché", "chemin des Prés", "boulevard Zénobe", "quai de l'Île"],
        number_first: true,
        trades: FRENCH_TRADES,
        forms: &["SARL", "SA", "SAS"],
    },
    Country {
        name: "Belgium",
        weight: 4,
        names: &name::DUTCH,
        calling: "+32",
        cities: &[("10##", "Bruxelles"), ("20##", "Antwerpen"), ("40##", "Liège"), ("90##", "Gent")],
        streets: &["Kerkstraat", "Stationsplein", "Molenweg", "rue du Moulin"],
        number_first: false,
        trades: DUTCH_TRADES,
        forms: &["NV", "BV", "SA"],
    },
    Country {
        name: "Netherlands (Kingdom of the)",
        weight: 7,
        names: &name::DUTCH,
        calling: "+31",
        cities: &[("10## AB", "Amsterdam"), ("30## KL", "Rotterdam"), ("35## EH", "Utrecht"), ("97## CP", "Groningen")],
        streets: &["Prinsengracht", "Dorpsstraat", "Havenkade", "Tulpenlaan", "Coöperatieweg"],
        number_first: false,
        trades: DUTCH_TRADES,
        forms: &["B.V.", "N.V.", "VOF"],
    },
    Country {
        name: "Poland",
        weight: 7,
        names: &name::SLAVIC,
        calling: "+48",
        cities: &[("00-###", "Warszawa"), ("30-###", "Kraków"), ("50-###", "Wrocław"), ("80-###", "Gdańsk"), ("90-###", "Łódź")],
        streets: &["ul. Długa", "ul. Żurawia", "al. Jerozolimskie", "ul. Świętokrzyska", "ul. Młyńska"],
        number_first: false,
        trades: SLAVIC_TRADES,
        forms: &["Sp. z o.o.", "S.A."],
    },
    Country {
        name: "Czechia",
        weight: 4,
        names: &name::SLAVIC,
        calling: "+420",
        cities: &[("110 ##", "Praha"), ("602 ##", "Brno"), ("301 ##", "Plzeň"), ("370 ##", "České Budějovice")],
        streets: &["Nádražní", "Dlouhá", "Lipová", "Na Příkopě", "Květinová"],
        number_first: false,
        trades: SLAVIC_TRADES,
        forms: &["s.r.o.", "a.s."],
    },
    Country {
        name: "Denmark",
        weight: 4,
        names: &name::NORDIC,
        calling: "+45",
        cities: &[("1###", "København"), ("8###", "Aarhus"), ("5###", "Odense"), ("9###", "Aalborg")],
        streets: &["Strandvejen", "Nørregade", "Søndergade", "Åboulevarden"],
        number_first: false,
        trades: NORDIC_TRADES,
        forms: &["ApS", "A/S"],
    },
    Country {
        name: "Sweden",
        weight: 4,
        names: &name::NORDIC,
        calling: "+46",
        cities: &[("111 ##", "Stockholm"), ("411 ##", "Göteborg"), ("211 ##", "Malmö"), ("702 ##", "Örebro")],
        streets: &["Drottninggatan", "Kungsgatan", "Åvägen", "Östra Hamngatan"],
        number_first: false,
        trades: NORDIC_TRADES,
        forms: &["AB", "HB"],
    },
    Country {
        name: "Finland",
        weight: 2,
        names: &name::NORDIC,
        calling: "+358",
        cities: &[("00###", "Helsinki"), ("33###", "Tampere"), ("40###", "Jyväskylä")],
        streets: &["Mannerheimintie", "Hämeenkatu", "Käpytie"],
        number_first: false,
        trades: NORDIC_TRADES,
        forms: &["Oy", "Oyj"],
    },
    Country {
        name: "Spain",
        weight: 5,
        names: &name::SOUTHERN,
        calling: "+34",
        cities: &[("280##", "Madrid"), ("080##", "Barcelona"), ("150##", "A Coruña"), ("290##", "Málaga"), ("240##", "León")],
        streets: &["Calle Mayor", "Plaza de España", "Avenida de la Constitución", "Calle del Niño"],
        number_first: false,
        trades: SOUTHERN_TRADES,
        forms: &["S.L.", "S.A."],
    },
    Country {
        name: "Portugal",
        weight: 2,
        names: &name::SOUTHERN,
        calling: "+351",
        cities: &[("1###-001", "Lisboa"), ("4###-001", "Porto"), ("3###-001", "Coimbra")],
        streets: &["Rua da Conceição", "Avenida da Liberdade", "Praça do Comércio"],
        number_first: false,
        trades: SOUTHERN_TRADES,
        forms: &["Lda.", "S.A."],
    },
    Country {
        name: "Italy",
        weight: 5,
        names: &name::SOUTHERN,
        calling: "+39",
        cities: &[("201##", "Milano"), ("001##", "Roma"), ("401##", "Bologna"), ("101##", "Torino")],
        streets: &["Via Roma", "Corso Garibaldi", "Piazza della Libertà", "Viale Università"],
        number_first: false,
        trades: SOUTHERN_TRADES,
        forms: &["S.r.l.", "S.p.A."],
    },
    Country {
        name: "United Kingdom of Great Britain and Northern Ireland",
        weight: 7,
        names: &name::ENGLISH,
        calling: "+44",
        cities: &[("EC1A #AA", "London"), ("M1 #AE", "Manchester"), ("LS1 #BA", "Leeds"), ("EH1 #NG", "Edinburgh"), ("CF10 #AF", "Cardiff")],
        streets: &["High Street", "Church Lane", "Station Road", "Mill Lane", "Victoria Road"],
        number_first: true,
        trades: ENGLISH_TRADES,
        forms: &["Ltd", "plc", "LLP"],
    },
    Country {
        name: "Ireland",
        weight: 2,
        names: &name::ENGLISH,
        calling: "+353",
        cities: &[("D0# X###", "Dublin"), ("T12 A###", "Cork"), ("H91 B###", "Gaillimh")],
        streets: &["O'Connell Street", "Main Street", "Bóthar na Trá"],
        number_first: true,
        trades: ENGLISH_TRADES,
        forms: &["Ltd", "DAC"],
    },
    Country {
        name: "United States of America",
        weight: 8,
        names: &name::ENGLISH,
        calling: "+1",
        cities: &[("100##", "New York"), ("606##", "Chicago"), ("972##", "Portland"), ("787##", "Austin"), ("951##", "San José")],
        streets: &["Main Street", "Elm Avenue", "Lakeview Drive", "Second Street", "Cañon Road"],
        number_first: true,
        trades: ENGLISH_TRADES,
        forms: &["Inc.", "LLC", "Corp."],
    },
];
