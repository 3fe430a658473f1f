//! The tickets of the fixed cast: every state, escalated and not, reminders reached and not, with and without customer.

use super::{
    clock::{Clock, DAY},
    model::{Author, Draft, Message, Party, State},
    structure::Structure,
    {DemoError, cast},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

struct CastTicket {
    title: &'static str,
    customer: &'static str,
    login: &'static str,
    queue: &'static str,
    state: State,
    priority: &'static str,
    owner: &'static str,
    is_locked: bool,
    /// Seconds from now; 0 for none.
    until: i64,
    /// Author, age in seconds, text.
    thread: &'static [(Author, i64, &'static str)],
}

const NORMAL: &str = "3 normal";

#[rustfmt::skip]
const fn ticket(title: &'static str, who: [&'static str; 2], queue: &'static str, state: State, thread: &'static [(Author, i64, &'static str)]) -> CastTicket {
    let [customer, login] = who;
    CastTicket { title, customer, login, queue, state, priority: NORMAL, owner: cast::ADMINISTRATOR, is_locked: false, until: 0, thread }
}

use Author::{Agent, Caller, Customer, Mail, Note};
use State::{
    ClosedSuccessful, ClosedUnsuccessful, Merged, New, Open, PendingAutoFailure, PendingAutoSuccess, PendingReminder,
    Removed,
};

#[rustfmt::skip]
const TICKETS: &[CastTicket] = &[
    ticket("Rocket skates do not brake", ["acme", "ann"], "Support", New, &[
        (Customer, 10 * MINUTE, "Hello,\n\nsince today's delivery the brakes of our rocket skates do nothing at all. The canyon is near, so please hurry.\n\nAnn"),
    ]),
    CastTicket { owner: "olga", is_locked: true, priority: "5 very high", ..ticket("Giant magnet attracts the wrong things", ["acme", "ann"], "Support::Desktop", Open, &[
        (Customer, 40 * DAY, "The magnet takes the office furniture, but not what it was bought for."),
        (Agent, 39 * DAY, "Hello Ann,\n\nwhich model is it, and how far away does it stand?\n\nOlga"),
        (Customer, 38 * DAY, "It is the large one, two kilometres away."),
        (Note, 38 * DAY - HOUR, "The large one needs the new firmware. Asked the maker for it."),
        (Agent, 21 * DAY, "Hello Ann,\n\nwe wait for the new firmware. I will write as soon as it is there.\n\nOlga"),
        (Customer, 3 * DAY, "Any news? The furniture is still out there."),
    ]) },
    CastTicket { owner: "olga", until: -2 * DAY, ..ticket("Earthquake pills: call back about the dosage", ["acme", "bob"], "Support", PendingReminder, &[
        (Caller, 9 * DAY, "Bob asks how many pills are safe. Call back next week."),
        (Agent, 8 * DAY, "Hello Bob,\n\nI have asked the laboratory and call you back.\n\nOlga"),
    ]) },
    CastTicket { owner: "olga", is_locked: true, until: 3 * DAY, ..ticket("Delivery of the next crate", ["acme", "ann"], "Logistics", PendingReminder, &[
        (Customer, 2 * DAY, "Please deliver the next crate on Friday, not on Thursday."),
        (Agent, DAY, "Noted. We remind the driver the day before."),
    ]) },
    CastTicket { owner: "ulf", ..ticket("Invoice 4711 shows the wrong address", ["acme", "bob"], "Billing::Invoices", ClosedSuccessful, &[
        (Mail, 60 * DAY, "The invoice is addressed to our old warehouse."),
        (Agent, 59 * DAY, "Hello Bob,\n\nthe corrected invoice is on its way.\n\nUlf"),
        (Customer, 58 * DAY, "Received, thank you!"),
    ]) },
    ticket("Tunnel painted on the wall is not a tunnel", ["acme", "bob"], "Support", ClosedUnsuccessful, &[
        (Customer, 200 * DAY, "We drove against it again."),
        (Agent, 190 * DAY, "Hello Bob,\n\npaint of this kind is sold as seen.\n\nOlga"),
    ]),
    ticket("Rocket skates do not brake!!!", ["acme", "ann"], "Support", Merged, &[
        (Mail, 5 * DAY, "See the other ticket."),
    ]),
    ticket("You have won a prize", ["acme", "bob"], "Junk", Removed, &[
        (Mail, 30 * DAY, "Click here to claim it."),
    ]),
    CastTicket { until: DAY, owner: "ulf", ..ticket("Change of our VAT number", ["globex", "gus"], "Billing", PendingAutoSuccess, &[
        (Customer, 6 * DAY, "Our new number is GB 000 0000 00."),
        (Agent, 4 * DAY, "Hello Gus,\n\nchanged. If we hear nothing more, this ticket closes by itself.\n\nUlf"),
    ]) },
    CastTicket { until: -HOUR, owner: "ulf", ..ticket("Trial of the doomsday device", ["globex", "gus"], "Sales", PendingAutoFailure, &[
        (Customer, 20 * DAY, "We would like to try it for one month."),
        (Agent, 15 * DAY, "Hello Gus,\n\nplease send us the signed form first.\n\nUlf"),
    ]) },
    CastTicket { priority: "4 high", owner: "adam", is_locked: true, ..ticket("Packet loss between London and the volcano", ["globex", "gus"], "Network::WLAN", Open, &[
        (Customer, 12 * DAY, "Every second packet is lost since the last eruption."),
        (Note, 12 * DAY - HOUR, "The line runs through the crater. Who has planned this?"),
    ]) },
    ticket("Billing question from a colleague who left", ["globex", "ivy"], "Billing", New, &[
        (Mail, 15 * DAY, "Who gets our invoices from now on?"),
    ]),
    CastTicket { owner: "adam", ..ticket("Printer reports an error nobody understands", ["initech", "ines"], "Hardware::Notebooks", Open, &[
        (Customer, 2 * HOUR, "It says: PC LOAD LETTER. What does that mean?"),
        (Agent, HOUR, "Hello Ines,\n\nit wants paper of the size Letter in the cassette.\n\nAdam"),
    ]) },
    ticket("Report covers the wrong year", ["initech", "mia"], "Software", Open, &[
        (Customer, 26 * HOUR, "The report on the annual accounts shows last year."),
    ]),
    ticket("Help for Acme: access to the share", ["acme", "mia"], "Access", New, &[
        (Customer, 3 * HOUR, "I work for Acme this month and need the share `plans`."),
    ]),
    ticket("Drucker im Büro für Löhne druckt keine Umlaute: ä, ö, ü, ß", ["mueller-soehne", "juergen.mueller"], "Support::Desktop::Printers", Open, &[
        (Customer, 4 * DAY, "Guten Tag,\n\nauf den Abrechnungen steht »M?ller & S?hne«.\n\nGrüße aus Hamburg\nJürgen Müller"),
        (Agent, 2 * DAY, "Hello Jürgen,\n\nplease choose the character set UTF-8 in the settings of the printer.\n\nOlga"),
    ]),
    ticket("Neues Gerät für die Werkstatt", ["mueller-soehne", "öznur"], "Hardware", New, &[
        (Customer, 50 * MINUTE, "Wir brauchen ein zweites Lesegerät."),
    ]),
    ticket("Livraison incomplète", ["lefevre", "zoe.lefevre"], "Logistics::Shipments", ClosedSuccessful, &[
        (Customer, 90 * DAY, "Il manque deux sacs de farine."),
        (Agent, 88 * DAY, "Bonjour,\n\nils arrivent demain.\n\nUlf"),
    ]),
    ticket("Błąd przy imporcie danych", ["zolw", "lukasz"], "Software::Errors", Open, &[
        (Customer, 7 * DAY, "Import kończy się w wierszu 17."),
    ]),
    ticket("Question by mail", ["10023", "paula"], "Billing", New, &[
        (Mail, 5 * HOUR, "Dürfen wir die Rechnung in zwei Teilen bezahlen?"),
    ]),
    ticket("Blumen für den Empfang", ["office@blumen-koenig.example", "office@blumen-koenig.example"], "Sales", New, &[
        (Customer, 30 * HOUR, "Wir bieten Ihnen frische Blumen an, jede Woche."),
    ]),
    ticket("Last invoice before the end of the contract", ["oldco", "otto"], "Billing", ClosedSuccessful, &[
        (Mail, 400 * DAY, "Please send the last invoice."),
        (Agent, 399 * DAY, "Done."),
    ]),
    ticket("Ticket of a customer that does not exist", ["nowhere", "nils"], "Support", Open, &[
        (Mail, 18 * DAY, "Which customer do I belong to now?"),
    ]),
    ticket("Ticket in a queue that is no longer valid", ["acme", "ann"], cast::INVALID_QUEUE, Open, &[
        (Customer, 500 * DAY, "This was asked long ago."),
    ]),
    ticket("For the company, from nobody in particular", ["acme", ""], "Sales", Open, &[
        (Note, 11 * DAY, "Prepare the yearly meeting."),
    ]),
    ticket("Mail from an unknown sender", ["", ""], "Raw", New, &[
        (Mail, 8 * HOUR, "Is this the right address for questions?"),
    ]),
];

/// How many tickets the cast has.
pub const COUNT: usize = TICKETS.len();

/// The tickets of the cast, with their times counted back from the present.
pub fn drafts(clock: &Clock, structure: &Structure) -> Result<Vec<Draft>, DemoError> {
    TICKETS.iter().map(|ticket| draft(ticket, clock, structure)).collect()
}

fn draft(ticket: &CastTicket, clock: &Clock, structure: &Structure) -> Result<Draft, DemoError> {
    let message = |(author, age, body): &(Author, i64, &str)| Message {
        author: *author,
        at: clock.now() - age,
        body: (*body).to_owned(),
    };
    let messages: Vec<Message> = ticket.thread.iter().map(message).collect();
    let created = messages.first().map_or(clock.now(), |message| message.at);
    let last = messages.last().map_or(created, |message| message.at);
    let handled = !matches!(ticket.state, New | Open);
    Ok(Draft {
        title: ticket.title.to_owned(),
        customer: some(ticket.customer),
        party: party(ticket.login),
        queue: structure.queue(ticket.queue)?,
        state: ticket.state,
        priority: ticket.priority,
        owner: structure.staff.id(ticket.owner)?,
        is_locked: ticket.is_locked,
        created,
        changed: if handled { (last + HOUR).min(clock.now()) } else { last },
        until: if ticket.until == 0 { 0 } else { clock.now() + ticket.until },
        messages,
    })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn party(login: &str) -> Option<Party> {
    let person = cast::PEOPLE.iter().find(|person| person.login == login)?;
    Some(Party {
        login: login.to_owned(),
        name: format!("{} {}", person.first, person.last),
        email: person.email.to_owned(),
    })
}
