//! Keys generated for this test run, and a signer with one of them.

use std::{cell::Cell, rc::Rc, sync::OnceLock};

use jwt_compact::{
    Algorithm, AlgorithmSignature,
    alg::{Rsa, RsaPrivateKey, RsaPublicKey},
};
use rsa::{
    pkcs1::EncodeRsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding},
    rand_core::OsRng,
};
use voximplant_sms_history::{
    error::SmsHistoryError,
    token::{Credentials, Signer},
};

pub(crate) fn key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap())
}

pub(crate) fn public_key() -> RsaPublicKey {
    key().to_public_key()
}

pub(crate) fn pkcs8(ending: LineEnding) -> String {
    key().to_pkcs8_pem(ending).unwrap().to_string()
}

pub(crate) fn pkcs1() -> String {
    key().to_pkcs1_pem(LineEnding::LF).unwrap().to_string()
}

/// Signs with the key of the credentials, so that the tests use the bytes that were read from the PEM.
#[derive(Clone)]
pub(crate) struct RsaSigner {
    key: RsaPrivateKey,
    pub(crate) signatures: Rc<Cell<usize>>,
}

impl RsaSigner {
    pub(crate) fn new(credentials: &Credentials) -> Self {
        let key = RsaPrivateKey::from_pkcs8_der(credentials.private_key().pkcs8_der()).unwrap();
        Self {
            key,
            signatures: Rc::default(),
        }
    }
}

impl Signer for RsaSigner {
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SmsHistoryError> {
        self.signatures.set(self.signatures.get() + 1);
        Ok(Rsa::rs256()
            .sign(&self.key, message)
            .as_bytes()
            .into_owned())
    }
}
