//! The fields of a request that can be carried into pageviews. Source floor.

/// A field of a request that can be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CarriedField {
    Referrer,
    Host,
    Status,
    Agent,
    /// The browser or program that the agent names.
    AgentFamily,
}

impl CarriedField {
    pub(super) const ALL: [CarriedField; 5] = [
        CarriedField::Referrer,
        CarriedField::Host,
        CarriedField::Status,
        CarriedField::Agent,
        CarriedField::AgentFamily,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            CarriedField::Referrer => "referrer",
            CarriedField::Host => "host",
            CarriedField::Status => "status",
            CarriedField::Agent => "agent",
            CarriedField::AgentFamily => "agent_family",
        }
    }

    /// The field of that name, whatever its case. HTTP itself misspells the referrer.
    pub(super) fn named(name: &str) -> Option<CarriedField> {
        let is_meant = |field: &CarriedField| field.name().eq_ignore_ascii_case(name);
        match name.eq_ignore_ascii_case("referer") {
            true => Some(CarriedField::Referrer),
            false => CarriedField::ALL.into_iter().find(is_meant),
        }
    }
}
