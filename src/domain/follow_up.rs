//! What an answer, a note or a new state does to a ticket besides being written: its state, its lock, the time when the lock runs out, and
//! the time until which it is pending.

use super::article::Sender;
use super::ticket::StateType;

/// The state of a ticket that a customer user has answered, where no other was chosen.
pub const ANSWERED_STATE: &str = "open";
/// How the history tells that the time of a lock starts anew.
pub const UNLOCK_TIME_RESET: &str = "Reset of unlock time.";
/// How the history tells that a ticket is pending no longer.
pub const PENDING_RESET: &str = "%%00-00-00 00:00";

/// The agent who owns what nobody has taken over yet.
const SYSTEM_AGENT: i32 = 1;

/// What a queue does with answers to closed tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpPolicy {
    /// They open the ticket again.
    Possible,
    /// They are refused.
    Reject,
    /// They are refused; a new ticket is wanted instead.
    NewTicket,
}

impl FollowUpPolicy {
    /// The policy with this name in the table of policies. One that an installation added counts as `Possible`, as in OTOBO.
    pub fn from_name(name: &str) -> Self {
        match name {
            "reject" => Self::Reject,
            "new ticket" => Self::NewTicket,
            _ => Self::Possible,
        }
    }
}

/// Why a customer user may not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpRefusal {
    /// The ticket was removed or merged into another one. OTOBO would take the answer, and nobody would read it.
    IsGone,
    /// It is closed, and its queue takes no answers to closed tickets.
    IsClosed,
    /// The same, and its queue asks for a new ticket.
    WantsNewTicket,
}

/// A ticket that is about to be answered by a customer user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The type of its state.
    pub state_type: StateType,
    /// What its queue does with answers to closed tickets.
    pub policy: FollowUpPolicy,
    /// Whether its queue gives a closed ticket back to its owner when it is answered.
    pub is_locked_again: bool,
    /// Its owner.
    pub owner_id: i32,
    /// Whether the owner is valid and in office.
    pub owner_is_there: bool,
    /// Whether it is locked.
    pub is_locked: bool,
}

/// Something that happens to a ticket, in this order in its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Its lock is taken away.
    Unlock,
    /// It is locked to its owner; the time of the lock starts now.
    Lock,
    /// It gets the state of this name, which it may have already.
    SetState(String),
}

impl Answered {
    /// Whether a customer user may answer this ticket at all.
    pub fn check(&self) -> Result<(), FollowUpRefusal> {
        match (self.state_type, self.policy) {
            (StateType::Removed | StateType::Merged, _) => Err(FollowUpRefusal::IsGone),
            (StateType::Closed, FollowUpPolicy::Reject) => Err(FollowUpRefusal::IsClosed),
            (StateType::Closed, FollowUpPolicy::NewTicket) => Err(FollowUpRefusal::WantsNewTicket),
            _ => Ok(()),
        }
    }

    /// What the answer of a customer user does, in order. `chosen` is the state that they chose; without one, a new ticket stays new
    /// and every other one becomes open.
    pub fn effects(&self, chosen: Option<&str>) -> Result<Vec<Effect>, FollowUpRefusal> {
        self.check()?;
        let (mut effects, mut is_locked) = (Vec::new(), self.is_locked);
        if is_locked && !self.owner_is_there {
            effects.push(Effect::Unlock);
            is_locked = false;
        }
        let is_given_back = self.is_locked_again && self.state_type == StateType::Closed;
        if !is_locked && is_given_back && self.owner_id != SYSTEM_AGENT {
            effects.push(Effect::Lock);
            is_locked = true;
        }
        let state = chosen.or_else(|| (self.state_type != StateType::New).then_some(ANSWERED_STATE));
        if let Some(state) = state {
            effects.push(Effect::SetState(state.to_owned()));
            if is_locked && unlocks(state) {
                effects.push(Effect::Unlock);
            }
        }
        Ok(effects)
    }
}

/// Whether a ticket that gets the state of this name loses its lock. The name decides, not the type: so it is in OTOBO.
pub fn unlocks(state_name: &str) -> bool {
    state_name.starts_with("close")
}

/// Whether a ticket in states of this type waits for a time, which must be given with the state.
pub fn is_pending(state_type: StateType) -> bool {
    matches!(state_type, StateType::PendingReminder | StateType::PendingAuto)
}

/// Whether a state of this type ends the waiting of a ticket that was to wait until `until_time`, in epoch seconds: the time becomes 0, and
/// the history tells [`PENDING_RESET`].
pub fn ends_waiting(new_state_type: StateType, until_time: i32) -> bool {
    until_time != 0 && !is_pending(new_state_type)
}

/// Whether a new article starts the time of the lock anew; the history tells [`UNLOCK_TIME_RESET`] then. One of an agent does, visible for
/// customers or not: a note does nothing else. One of a customer does after one of an agent: `previous` is who wrote the last article before
/// it that no program wrote, `None` where there is none.
pub fn restarts_lock_time(sender: Sender, previous: Option<Sender>) -> bool {
    match sender {
        Sender::Agent => true,
        Sender::Customer => previous == Some(Sender::Agent),
        Sender::System => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OPEN: Answered = Answered {
        state_type: StateType::Open,
        policy: FollowUpPolicy::Possible,
        is_locked_again: false,
        owner_id: 7,
        owner_is_there: true,
        is_locked: false,
    };
    const CLOSED: Answered = Answered { state_type: StateType::Closed, ..OPEN };

    fn state(name: &str) -> Effect {
        Effect::SetState(name.to_owned())
    }

    #[test]
    fn an_answer_to_a_closed_ticket_opens_it_or_is_refused_as_its_queue_says() {
        let with = |name: &str| Answered { policy: FollowUpPolicy::from_name(name), ..CLOSED }.effects(None);
        assert_eq!(with("possible"), Ok(vec![state("open")]));
        assert_eq!(with("reject"), Err(FollowUpRefusal::IsClosed));
        assert_eq!(with("new ticket"), Err(FollowUpRefusal::WantsNewTicket));
        assert_eq!(with("something else"), Ok(vec![state("open")]));
        let open = Answered { policy: FollowUpPolicy::Reject, ..OPEN };
        assert_eq!(open.effects(None), Ok(vec![state("open")]));
    }

    #[rstest]
    #[case(StateType::Removed)]
    #[case(StateType::Merged)]
    fn a_ticket_that_is_gone_takes_no_answer(#[case] state_type: StateType) {
        assert_eq!(Answered { state_type, ..OPEN }.effects(Some("open")), Err(FollowUpRefusal::IsGone));
    }

    #[test]
    fn a_new_ticket_stays_new_unless_another_state_is_chosen() {
        let new = Answered { state_type: StateType::New, ..OPEN };
        assert_eq!(new.effects(None), Ok(vec![]));
        assert_eq!(new.effects(Some("open")), Ok(vec![state("open")]));
    }

    #[rstest]
    #[case(7, true, vec![Effect::Lock, state("open")])]
    #[case(1, true, vec![state("open")])]
    #[case(7, false, vec![state("open")])]
    fn a_closed_ticket_goes_back_to_its_owner_where_the_queue_says_so(
        #[case] owner_id: i32,
        #[case] is_locked_again: bool,
        #[case] expected: Vec<Effect>,
    ) {
        assert_eq!(Answered { owner_id, is_locked_again, ..CLOSED }.effects(None), Ok(expected));
        let open = Answered { owner_id, is_locked_again, ..OPEN };
        assert_eq!(open.effects(None), Ok(vec![state("open")]));
    }

    #[test]
    fn a_closing_answer_takes_the_lock_away() {
        let locked = Answered { is_locked: true, ..OPEN };
        assert_eq!(locked.effects(Some("closed successful")), Ok(vec![state("closed successful"), Effect::Unlock]));
        assert_eq!(OPEN.effects(Some("closed successful")), Ok(vec![state("closed successful")]));
        let given_back = Answered { is_locked_again: true, ..CLOSED };
        let expected = vec![Effect::Lock, state("close it"), Effect::Unlock];
        assert_eq!(given_back.effects(Some("close it")), Ok(expected));
    }

    #[test]
    fn a_lock_of_an_owner_who_is_not_there_is_taken_away() {
        let left = Answered { is_locked: true, owner_is_there: false, ..OPEN };
        assert_eq!(left.effects(None), Ok(vec![Effect::Unlock, state("open")]));
        let unlocked = Answered { is_locked: false, ..left };
        assert_eq!(unlocked.effects(None), Ok(vec![state("open")]));
        assert_eq!(Answered { owner_is_there: true, ..left }.effects(None), Ok(vec![state("open")]));
    }

    #[rstest]
    #[case(Sender::Customer, Some(Sender::Agent), true)]
    #[case(Sender::Customer, Some(Sender::Customer), false)]
    #[case(Sender::Customer, None, false)]
    #[case(Sender::Agent, None, true)]
    #[case(Sender::Agent, Some(Sender::Agent), true)]
    #[case(Sender::System, Some(Sender::Agent), false)]
    fn the_time_of_a_lock_starts_anew_when_the_other_side_writes(
        #[case] sender: Sender,
        #[case] previous: Option<Sender>,
        #[case] expected: bool,
    ) {
        assert_eq!(restarts_lock_time(sender, previous), expected);
    }

    #[rstest]
    #[case(StateType::Open, 1_800_000_000, true)]
    #[case(StateType::Closed, 1_800_000_000, true)]
    #[case(StateType::Open, 0, false)]
    #[case(StateType::PendingReminder, 1_800_000_000, false)]
    #[case(StateType::PendingAuto, 1_800_000_000, false)]
    fn leaving_the_pending_states_ends_the_waiting(
        #[case] state_type: StateType,
        #[case] until: i32,
        #[case] expected: bool,
    ) {
        assert_eq!(ends_waiting(state_type, until), expected);
    }

    #[test]
    fn the_name_of_a_state_decides_about_the_lock() {
        assert!(unlocks("closed successful") && unlocks("close it"));
        assert!(!unlocks("open") && !unlocks("auto closed"));
    }
}
