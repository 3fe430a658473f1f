//! Settings of the section `[telemetry]`: what operators see of the server.

use serde::Deserialize;

use super::value;

/// Figures and traces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Whether `/metrics` is there.
    pub metrics: bool,
    /// Where traces go, by OTLP over HTTP; `None` for nowhere.
    #[serde(deserialize_with = "value::address")]
    pub traces_url: Option<String>,
    /// What the service is called in traces.
    #[serde(deserialize_with = "value::text")]
    pub service_name: String,
    /// How many of a hundred traces are kept where the caller has not decided.
    #[serde(deserialize_with = "value::number::<0, 100, _, _>")]
    pub trace_percent: u8,
}
