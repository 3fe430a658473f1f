//! Traces for OpenTelemetry: a span for each request, operation and statement, named by its semantic conventions for HTTP, GraphQL and databases.
//! They are made only where an exporter was started. Documents are left out, because people write passwords into them; statements hold
//! placeholders instead of values.

use std::time::Duration;

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

/// What the spans of this module are filed under. No log shows them.
pub(super) const TARGET: &str = "deskgraph::trace";

/// How long the collector has for what is sent at the end.
const TIME_TO_STOP: Duration = Duration::from_secs(5);

/// Where traces go.
#[derive(Clone, Debug)]
pub struct Collector {
    /// Its address for traces over HTTP, such as `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: String,
    /// What this service is called there.
    pub service_name: String,
    /// The part of the traces that is kept, from 0 to 1, where the caller has not decided.
    pub sample_ratio: f64,
}

/// Sends traces until it is stopped.
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Begins to send; the collector need not be there yet.
    pub fn start(collector: &Collector) -> Result<Self, ExporterBuildError> {
        let sender = SpanExporter::builder().with_http().with_endpoint(&collector.endpoint).build()?;
        let service = Resource::builder().with_service_name(collector.service_name.clone());
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(collector.sample_ratio)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(sender)
            .with_resource(service.build())
            .with_sampler(sampler)
            .build();
        Ok(Self(provider))
    }

    /// What makes spans of this module known to the exporter.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, opentelemetry_sdk::trace::SdkTracer>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("deskgraph"));
        // They would tell about the source code instead of the request.
        layer
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_level(false)
    }

    /// Sends what is left. Blocks for some seconds where the collector does not answer.
    pub fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(TIME_TO_STOP) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// The span of a request over HTTP, which goes on with the trace of the caller where the headers name one (W3C Trace Context).
pub fn request(method: &'static str, route: &'static str, headers: Headers<'_>) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        otel.status_code = Empty,
        error.type = Empty,
    );
    if !span.is_disabled() {
        // It fails only where no exporter was started.
        drop(span.set_parent(TraceContextPropagator::new().extract(&headers)));
    }
    span
}

/// Notes how a request was answered.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", status);
    }
}

/// The span of an operation of a kind such as `query`. Its name is the client's, so it is an attribute and not the name of the span.
pub fn operation(kind: &'static str, name: Option<&str>) -> Span {
    tracing::info_span!(
        target: TARGET,
        "operation",
        otel.name = kind,
        graphql.operation.type = kind,
        graphql.operation.name = name,
        otel.status_code = Empty,
        error.type = Empty,
    )
}

/// The span of a statement on the main database.
pub fn statement(system: &'static str, sql: &str) -> Span {
    tracing::info_span!(
        target: TARGET,
        "statement",
        otel.name = verb(sql),
        otel.kind = "client",
        db.system.name = system,
        db.operation.name = verb(sql),
        db.query.text = sql,
        otel.status_code = Empty,
        error.type = Empty,
    )
}

/// Notes that it failed; `kind` is a text of the program.
pub fn failed(span: &Span, kind: &'static str) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", kind);
}

/// The first word of a statement.
fn verb(sql: &str) -> &str {
    sql.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default()
}

/// The headers of a request that name a trace (W3C Trace Context).
#[derive(Clone, Copy, Debug, Default)]
pub struct Headers<'a> {
    /// `traceparent`; `None` where it is missing.
    pub traceparent: Option<&'a str>,
    /// `tracestate`; `None` where it is missing.
    pub tracestate: Option<&'a str>,
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent,
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}
