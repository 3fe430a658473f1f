//! How the certificate of a directory is checked: always, against the system's authorities and those of the settings.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::LdapSettingError;

/// The settings of secure connections. Certificates of the system that cannot be read are passed over, those of `ca_file` are not.
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, LdapSettingError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in ca_file.map(authorities).transpose()?.unwrap_or_default() {
        roots.add(certificate).map_err(|error| refused(ca_file, error))?;
    }
    // The provider is named, because a program with two of them has no default.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| LdapSettingError(format!("secure connections cannot be made: {error}")))?;
    Ok(Arc::new(versions.with_root_certificates(roots).with_no_client_auth()))
}

fn authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>, LdapSettingError> {
    let read = || CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>();
    let certificates = read().map_err(|error| refused(Some(file), error))?;
    match certificates.is_empty() {
        true => Err(refused(Some(file), "it holds no certificate in PEM")),
        false => Ok(certificates),
    }
}

fn refused(file: Option<&Path>, reason: impl std::fmt::Display) -> LdapSettingError {
    let file = file.unwrap_or(Path::new("")).display();
    LdapSettingError(format!("`source.ca_file`: the certificates in `{file}` cannot be used: {reason}"))
}
