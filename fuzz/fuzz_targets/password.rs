//! Any text as the stored form of a password. Forms that are slow on purpose are left out where they ask for more than a small cost.
#![no_main]

use deskgraph::auth::password;
use libfuzzer_sys::fuzz_target;

/// The highest cost of bcrypt, whose work doubles with each.
const MAX_BCRYPT_COST: u32 = 5;
/// The most rounds of SHA-crypt; without a number there are 5,000.
const MAX_SHA_CRYPT_ROUNDS: u32 = 10_000;
/// The most memory of argon2id times its passes, in KiB.
const MAX_ARGON2_WORK: u64 = 1024;

fuzz_target!(|given: (&str, &str, &str)| {
    let (stored, login, password) = given;
    if is_cheap(stored).unwrap_or(true) {
        password::verify(stored, login, password, true);
    }
});

/// Whether a form asks for a small cost; `None` where it names none that can be read, so that it is refused without work.
fn is_cheap(stored: &str) -> Option<bool> {
    if let Some(rest) = stored.strip_prefix("BCRYPT:") {
        return Some(rest.split(':').next()?.parse::<u32>().ok()? <= MAX_BCRYPT_COST);
    }
    let mut parts = stored.strip_prefix('$')?.split('$');
    match parts.next()? {
        "2a" | "2b" | "2y" => Some(parts.next()?.parse::<u32>().ok()? <= MAX_BCRYPT_COST),
        "5" | "6" => Some(parts.next()?.strip_prefix("rounds=")?.parse::<u32>().ok()? <= MAX_SHA_CRYPT_ROUNDS),
        "argon2id" => {
            // What is not named is as usual, which is too much.
            let named = |name| stored.split(['$', ',']).find_map(|one| one.strip_prefix(name)?.parse::<u64>().ok());
            let work = named("m=").zip(named("t=")).map(|(memory, passes)| memory.saturating_mul(passes));
            Some(work.is_some_and(|work| work <= MAX_ARGON2_WORK))
        }
        _ => None,
    }
}
