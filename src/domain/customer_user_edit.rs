//! Making and editing customer users: what becomes of the record, and what is wrong with it.

use super::customer_user::CustomerUser;
use super::edit::{AddressEdit, Check, Edit, Limit, stored_country, stored_validity};
use super::email::{EmailObstacle, EmailRules};
use super::text::fold;
use super::validity::Validity;
use super::violation::{Violation, ViolationCode};

/// What an edit does to a customer user. A new one is an edit of nothing.
#[derive(Clone, Debug, Default)]
pub struct CustomerUserEdit {
    /// Form of address.
    pub title: Edit,
    /// First name.
    pub first_name: Edit,
    /// Last name.
    pub last_name: Edit,
    /// E-mail address.
    pub email: Edit,
    /// The own customer's id.
    pub customer_id: Edit,
    /// Phone number.
    pub phone: Edit,
    /// Fax number.
    pub fax: Edit,
    /// Mobile number.
    pub mobile: Edit,
    /// The postal address.
    pub address: Edit<AddressEdit>,
    /// Internal remark.
    pub comment: Edit,
    /// Whether the person is active.
    pub validity: Edit<Validity>,
}

/// Where the e-mail address stands in the arguments.
pub const EMAIL: [&str; 2] = ["input", "email"];
/// Where the own customer stands in the arguments.
pub const CUSTOMER: [&str; 2] = ["input", "customerId"];

impl CustomerUserEdit {
    /// The person afterwards, and everything that is wrong with the record. Domain rule: OTOBO's fields and lengths; what is stored already is
    /// not judged again, and the form of an e-mail address only where the person is or becomes valid.
    pub fn onto(
        self,
        stored: &CustomerUser,
        is_new: bool,
        limit: Limit<'_>,
        emails: &EmailRules,
    ) -> (CustomerUser, Vec<Violation>) {
        let mut check = Check { is_new, limit, violations: Vec::new() };
        let address = self.address.fields();
        let country_path = ["input", "address", "country"];
        let person = CustomerUser {
            title: self.title.onto(stored.title.as_deref()),
            first_name: self.first_name.onto_text(&stored.first_name),
            last_name: self.last_name.onto_text(&stored.last_name),
            email: self.email.onto_text(&stored.email),
            customer_id: self.customer_id.onto_text(&stored.customer_id),
            phone: self.phone.onto(stored.phone.as_deref()),
            fax: self.fax.onto(stored.fax.as_deref()),
            mobile: self.mobile.onto(stored.mobile.as_deref()),
            street: address.street.onto(stored.street.as_deref()),
            zip: address.zip.onto(stored.zip.as_deref()),
            city: address.city.onto(stored.city.as_deref()),
            country: stored_country(&address.country, stored.country.as_deref(), &country_path, &mut check.violations),
            comment: self.comment.onto(stored.comment.as_deref()),
            validity: stored_validity(&self.validity, stored.validity, &mut check.violations),
            ..stored.clone()
        };
        check.required(&[
            (&["input", "login"], "login", Some(&person.login), Some(&stored.login)),
            (&["input", "firstName"], "first_name", Some(&person.first_name), Some(&stored.first_name)),
            (&["input", "lastName"], "last_name", Some(&person.last_name), Some(&stored.last_name)),
            (&EMAIL, "email", Some(&person.email), Some(&stored.email)),
            (&CUSTOMER, "customer_id", Some(&person.customer_id), Some(&stored.customer_id)),
        ]);
        check.texts(&[
            (&["input", "title"], "title", person.title.as_deref(), stored.title.as_deref()),
            (&["input", "phone"], "phone", person.phone.as_deref(), stored.phone.as_deref()),
            (&["input", "fax"], "fax", person.fax.as_deref(), stored.fax.as_deref()),
            (&["input", "mobile"], "mobile", person.mobile.as_deref(), stored.mobile.as_deref()),
            (&["input", "address", "street"], "street", person.street.as_deref(), stored.street.as_deref()),
            (&["input", "address", "zip"], "zip", person.zip.as_deref(), stored.zip.as_deref()),
            (&["input", "address", "city"], "city", person.city.as_deref(), stored.city.as_deref()),
            (&country_path, "country", person.country.as_deref(), stored.country.as_deref()),
            (&["input", "comment"], "comments", person.comment.as_deref(), stored.comment.as_deref()),
        ]);
        let is_new_email = fold(&person.email) != fold(&stored.email);
        let is_switched_on = !is_new && !stored.validity.is_valid();
        let is_fine_so_far = !person.email.is_empty() && check.violations.iter().all(|found| found.path != EMAIL);
        if (is_new_email || is_switched_on) && is_fine_so_far && person.validity.is_valid() {
            check.violations.extend(emails.check(&person.email).err().map(|obstacle| refused(&person.email, obstacle)));
        }
        (person, check.violations)
    }
}

fn refused(email: &str, obstacle: EmailObstacle) -> Violation {
    let message = match obstacle {
        EmailObstacle::Syntax => format!("`{email}` is no e-mail address: give one such as `name@company.org`."),
        EmailObstacle::Refused => {
            format!(
                "`{email}` is not accepted here (`customers.refused_email_addresses`): give an address that can receive mail."
            )
        }
    };
    Violation::new(ViolationCode::Invalid, &EMAIL, message)
}

impl CustomerUser {
    /// The fields by the names that the API has for them, for the change log.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 15] {
        [
            ("login", Some(&self.login)),
            ("title", self.title.as_deref()),
            ("firstName", Some(&self.first_name)),
            ("lastName", Some(&self.last_name)),
            ("email", Some(&self.email)),
            ("customerId", Some(&self.customer_id)),
            ("phone", self.phone.as_deref()),
            ("fax", self.fax.as_deref()),
            ("mobile", self.mobile.as_deref()),
            ("address.street", self.street.as_deref()),
            ("address.zip", self.zip.as_deref()),
            ("address.city", self.city.as_deref()),
            ("address.country", self.country.as_deref()),
            ("comment", self.comment.as_deref()),
            ("validity", Some(self.validity.label())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Edit {
        Edit::Set(text.to_owned())
    }

    fn violations(edit: CustomerUserEdit, stored: &CustomerUser, is_new: bool) -> Vec<(ViolationCode, String)> {
        let emails = EmailRules::new(true, "", r"@(example)\.(..|...)$").expect("patterns");
        let (_, violations) = edit.onto(stored, is_new, &|_| Some(20), &emails);
        violations.into_iter().map(|violation| (violation.code, violation.path.join("."))).collect()
    }

    #[test]
    fn everything_that_is_wrong_with_a_new_person_is_told_at_once() {
        let edit = CustomerUserEdit {
            first_name: set(" "),
            email: set("nowhere"),
            phone: set("0123456789 0123456789 0123456789"),
            address: Edit::Set(AddressEdit { country: set("Narnia"), ..AddressEdit::default() }),
            ..CustomerUserEdit::default()
        };
        let stored = CustomerUser { validity: Validity::Valid, ..CustomerUser::default() };
        let wrong = violations(edit, &stored, true);
        let expected = [
            (ViolationCode::Invalid, "input.address.country"),
            (ViolationCode::Required, "input.login"),
            (ViolationCode::Required, "input.firstName"),
            (ViolationCode::Required, "input.lastName"),
            (ViolationCode::Required, "input.customerId"),
            (ViolationCode::TooLong, "input.phone"),
            (ViolationCode::Invalid, "input.email"),
        ];
        assert_eq!(wrong, expected.map(|(code, path)| (code, path.to_owned())));
    }

    #[test]
    fn what_is_stored_already_is_not_judged_again() {
        let stored = CustomerUser {
            login: "a login that is longer than its column".into(),
            email: "nowhere".into(),
            country: Some("USA".into()),
            validity: Validity::Valid,
            ..CustomerUser::default()
        };
        let edit = CustomerUserEdit { title: set("Dr."), email: set("Nowhere"), ..CustomerUserEdit::default() };
        assert_eq!(violations(edit, &stored, false), []);
    }

    #[test]
    fn the_address_of_someone_who_is_not_valid_may_look_like_anything() {
        let edit = || CustomerUserEdit { email: set("nowhere"), ..CustomerUserEdit::default() };
        let stored = |validity| CustomerUser { validity, ..CustomerUser::default() };
        assert_eq!(violations(edit(), &stored(Validity::Invalid), false), []);
        assert_eq!(violations(edit(), &stored(Validity::Valid), false).len(), 1);
        let on = CustomerUserEdit { validity: Edit::Set(Validity::Valid), ..CustomerUserEdit::default() };
        let off = CustomerUser { email: "nowhere".into(), ..CustomerUser::default() };
        assert_eq!(violations(on, &off, false).len(), 1);
    }
}
