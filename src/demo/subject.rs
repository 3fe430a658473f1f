//! What the tickets of the demo data are about: the areas of the help desk with their groups, queues and texts.

/// Minutes of working time until a ticket of a queue escalates.
#[derive(Clone, Copy, Debug)]
pub struct Targets {
    /// Until the first answer.
    pub first_response: i32,
    /// Until the next answer.
    pub update: i32,
    /// Until the ticket is closed.
    pub solution: i32,
}

/// One field of work: it has a group, some queues and a role of agents.
pub struct Area {
    /// Name of the group.
    pub group: &'static str,
    /// Name of the first queue; the others are below it.
    pub queue: &'static str,
    /// Queues below it, the most usual first. A text with `::` is two levels.
    pub topics: &'static [&'static str],
    /// Escalation targets of its queues; None: its tickets never escalate.
    pub targets: Option<Targets>,
    /// What happens to an answer on a closed ticket: the name in `follow_up_possible`.
    pub follow_up: &'static str,
    /// How often tickets are about it.
    pub weight: u32,
    /// Titles; `{n}` stands for a small number, `{d}` for a document's number, `{w}` for a word of `WORDS`.
    pub titles: &'static [&'static str],
}

const fn targets(first_response: i32, update: i32, solution: i32) -> Option<Targets> {
    Some(Targets { first_response, update, solution })
}

/// The areas, in the order of their groups.
#[rustfmt::skip]
pub const AREAS: &[Area] = &[
    Area {
        group: "support", queue: "Support", follow_up: "possible", weight: 24, targets: targets(120, 960, 3900),
        topics: &["Desktop", "Desktop::Printers", "Mail", "Web shop", "Mobile devices", "Office", "Meeting rooms", "Remote work", "Returns"],
        titles: &[
            "Printer on floor {n} prints blank pages", "Cannot open attachments in {w}", "Drucker im {n}. Stock druckt nur Streifen",
            "Computer restarts every {n} minutes", "Screen flickers since the update of {w}", "Mails to {w} come back",
            "How do I move my calendar to the new phone?", "Bildschirm bleibt nach dem Anmelden schwarz", "Video calls break off after {n} minutes",
            "Please set up a workplace for {n} new colleagues", "Keyboard layout switches to English", "Scan to mail no longer works",
        ],
    },
    Area {
        group: "billing", queue: "Billing", follow_up: "possible", weight: 12, targets: targets(480, 1560, 7800),
        topics: &["Invoices", "Reminders", "Credit notes", "Payment terms", "Taxes", "Contracts", "Contracts::Renewals", "Travel", "Archive"],
        titles: &[
            "Invoice {d} shows the wrong address", "Question about invoice {d}", "Credit note for order {d} is missing",
            "Rechnung {d} enthält falsche Menge", "Please send invoices as PDF to {w}", "Payment reminder for an invoice that is paid",
            "Change of our VAT number", "Facture {d} reçue deux fois", "Can we pay order {d} in two parts?", "Bank account has changed",
        ],
    },
    Area {
        group: "sales", queue: "Sales", follow_up: "new ticket", weight: 8, targets: None,
        topics: &["Quotes", "Orders", "Orders::Changes", "Licences", "Partners", "Events", "Samples", "Catalogue", "Tenders"],
        titles: &[
            "Quote for {n} licences", "Order {d}: delivery to another site", "Angebot über {n} Arbeitsplätze", "Price list for next year",
            "Add {n} seats to our contract", "Trial of {w} for one month", "Demo appointment in week {n}", "Cancel order {d}",
        ],
    },
    Area {
        group: "hardware", queue: "Hardware", follow_up: "possible", weight: 12, targets: targets(240, 1560, 5200),
        topics: &["Notebooks", "Servers", "Servers::Storage", "Monitors", "Spare parts", "Docking stations", "Warranty", "Disposal", "Loans"],
        titles: &[
            "Notebook {n} does not charge", "Server {w}: disk {n} reports errors", "Lüfter von Server {w} sehr laut", "Monitor {n} has a dead row",
            "Replacement battery for notebook {n}", "Docking station is not recognised", "Return of {n} old computers",
            "Memory upgrade for {n} machines", "Warranty case {d}",
        ],
    },
    Area {
        group: "network", queue: "Network", follow_up: "possible", weight: 12, targets: targets(60, 480, 1560),
        topics: &["WLAN", "VPN", "Firewall", "Firewall::Rules", "Cabling", "DNS", "Monitoring", "Lines", "Guests"],
        titles: &[
            "No network in room {n}", "VPN connection drops every {n} minutes", "WLAN im Besprechungsraum {n} sehr langsam",
            "Open port {n} for {w}", "Name {w} does not resolve", "Packet loss to site {w}", "Guest access for {n} visitors",
            "Standort {w} ist nicht erreichbar", "New line for the office in {w}",
        ],
    },
    Area {
        group: "software", queue: "Software", follow_up: "possible", weight: 12, targets: None,
        topics: &["Installation", "Updates", "Errors", "Errors::Crashes", "Reports", "Interfaces", "Data import", "Databases", "Requests"],
        titles: &[
            "{w} stops with error {n}", "Report shows {n} rows too many", "Import of customer data fails in line {n}", "Update of {w} to version {n}",
            "Fehlermeldung {n} beim Speichern", "Export to {w} loses umlauts (ä, ö, ü)", "Wish: filter by date in the list",
            "Installation of {w} on {n} machines", "{w} est très lent depuis hier",
        ],
    },
    Area {
        group: "access", queue: "Access", follow_up: "new ticket", weight: 8, targets: targets(120, 0, 1560),
        topics: &["Passwords", "New accounts", "Leavers", "Rights", "Rights::Shares", "Certificates", "Two factors", "Mailboxes", "Audits"],
        titles: &[
            "Password reset for {w}", "New account from the {n}th", "Access to the share {w}", "Account locked after {n} attempts",
            "Zugriff auf Laufwerk {w} fehlt", "Colleague has left, please close the account", "Certificate of {w} expires in {n} days",
            "Second factor lost with the phone",
        ],
    },
    Area {
        group: "facility", queue: "Facility", follow_up: "possible", weight: 4, targets: None,
        topics: &["Keys", "Heating", "Cleaning", "Parking", "Moves", "Lights", "Lifts", "Kitchen", "Signs"],
        titles: &[
            "Heating in room {n} stays cold", "Key {n} is lost", "Umzug von {n} Arbeitsplätzen", "Parking space for a visitor", "Light flickers in corridor {n}",
            "Lift stops between floors", "Sign at the door of room {n}",
        ],
    },
    Area {
        group: "telephony", queue: "Telephony", follow_up: "possible", weight: 5, targets: targets(240, 0, 2600),
        topics: &["Phones", "Mobile contracts", "Call groups", "Voicemail", "Conferences", "Headsets", "Fax", "Numbers", "Hotline"],
        titles: &[
            "Number {d} is always engaged", "Forward calls of {w} during holidays", "Headset has no sound", "Rufumleitung für Durchwahl {d}",
            "Mobile contract for {n} people", "Fax {d} does not receive", "Welcome message in French",
        ],
    },
    Area {
        group: "training", queue: "Training", follow_up: "possible", weight: 2, targets: None,
        topics: &["Courses", "Course material", "Trainers", "Rooms", "Certificates", "E-learning", "Travel", "Feedback", "Plans"],
        titles: &["Course on {w} for {n} people", "Schulungsunterlagen zu {w}", "Cancel seat in course {n}", "Certificate of course {n} is missing", "Feedback on the course {w}"],
    },
    Area {
        group: "logistics", queue: "Logistics", follow_up: "possible", weight: 5, targets: targets(480, 0, 5200),
        topics: &["Shipments", "Damages", "Customs", "Warehouse", "Pallets", "Drivers", "Tracking", "Packing", "Complaints"],
        titles: &[
            "Shipment {d} has not arrived", "Parcel {d} arrived damaged", "Lieferung {d} unvollständig", "Customs papers for shipment {d}",
            "Change of delivery date for {d}", "Colis {d} livré à la mauvaise adresse", "Empty pallets to be collected",
        ],
    },
    Area {
        group: "security", queue: "Security", follow_up: "reject", weight: 3, targets: targets(30, 240, 780),
        topics: &["Incidents", "Phishing", "Malware", "Patches", "Policies", "Backups", "Audits", "Data protection", "Alarms"],
        titles: &[
            "Suspicious mail from {w}", "Phishing attempt reported by {n} people", "Virus warning on notebook {n}", "Request for data under article {n}",
            "Backup of {w} failed {n} times", "Verdächtige Anmeldung an {w}", "Patch {n} for {w}",
        ],
    },
];

/// Words that titles are filled with.
#[rustfmt::skip]
pub const WORDS: &[&str] = &[
    "Aurora", "Basalt", "Cirrus", "Delta", "Ember", "Fjord", "Gletscher", "Horizont", "Ibis", "Jasmin", "Kiefer", "Lagune", "Mühlbach", "Nebel",
    "Oktav", "Pelikan", "Quarz", "Résonance", "Saphir", "Tundra", "Überblick", "Vega", "Wacholder", "Xenon", "Ypsilon", "Zephyr",
];

/// Sites that large sets have groups and queues for.
#[rustfmt::skip]
pub const SITES: &[&str] = &[
    "Berlin", "Lyon", "Kraków", "Malmö", "Porto", "Leeds", "Zürich", "Utrecht", "Brno", "Torino", "Aarhus", "Köln", "Nantes", "Gdańsk", "Graz",
    "Valencia", "Cork", "Tampere", "Liège", "Boston",
];

/// Middle parts of what customer users write.
#[rustfmt::skip]
pub const REQUESTS: &[&str] = &[
    "This has been so since this morning. Restarting did not help.",
    "It worked until last week. Has something been changed?",
    "Several colleagues see the same. Please tell us when we can expect a solution.",
    "It is not urgent, but we would like to have it settled by the end of the month.",
    "I attach no picture, because there is nothing to see: the window simply closes.",
    "Für eine kurze Rückmeldung wären wir dankbar, auch telefonisch.",
    "Could somebody call me back before noon? After that I am out of the office.",
    "We need this for our annual accounts, so the date matters to us.",
    "The number is on the label at the back. If you need more, please ask.",
    "Merci de nous répondre avant vendredi, si possible.",
];

/// What agents answer.
#[rustfmt::skip]
pub const ANSWERS: &[&str] = &[
    "thank you for your message. We have found the cause and corrected it. Please try again and tell us whether it works now.",
    "we are looking into it and come back to you within the day.",
    "could you please tell us since when this happens, and which device you use?",
    "a colleague will visit you tomorrow between nine and eleven.",
    "the part has been ordered. The supplier names a delivery time of three working days.",
    "we have changed the setting as you asked. It takes effect after the next login.",
    "we have forwarded this to the department in charge, which will answer you here.",
    "the corrected document was sent to you a few minutes ago.",
];

/// What customer users write after an answer.
#[rustfmt::skip]
pub const REPLIES: &[&str] = &[
    "Thank you, that helped.",
    "Unfortunately it is still the same as before.",
    "It happens on all our devices, since about Monday.",
    "Danke, jetzt läuft es wieder einwandfrei.",
    "Yes, tomorrow suits us. Please ask for me at the gate.",
    "We have tried that twice, without success. What else can we do?",
];

/// What agents write for each other.
#[rustfmt::skip]
pub const NOTES: &[&str] = &[
    "Called the customer, nobody there. Try again after lunch.",
    "Same cause as last month: the certificate chain. See the team's notes.",
    "Customer is annoyed, please answer today.",
    "Waiting for the supplier; reference number follows.",
    "Checked with the colleagues: nothing was changed on our side.",
    "Could become a standard answer.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_has_nine_topics_for_the_largest_sets_and_titles_that_fit_the_column() {
        for area in AREAS {
            assert_eq!(area.topics.len(), 9, "{}", area.group);
            assert!(area.titles.iter().all(|title| title.chars().count() < 150));
        }
    }

    #[test]
    fn there_are_enough_areas_and_sites_for_two_hundred_groups() {
        assert!(AREAS.len() * (SITES.len() + 1) >= 200);
    }
}
