import NIOSSL
import System

/// How a server's connections are encrypted: TLS 1.2 and 1.3 with one certificate.
///
/// Belongs to one process: it holds the keys of session tickets, so it is made after a fork.
package struct TLSContext: Sendable {
    let context: NIOSSLContext

    /// A context from certificates and keys.
    ///
    /// - Parameter now: Seconds since 1970, for the certificate's time; nil takes it whatever its time.
    /// - Throws: ``TLSError`` where something cannot be read, does not belong together, or is out of its time.
    package init(_ material: TLSMaterial, now: Double?) throws(TLSError) {
        let chain = try Self.certificates(material.certificate, .certificate)
        if let now { try Self.checkTime(of: chain, material.certificate.path, now: now) }
        let key = try Self.key(material)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let authorities = material.authorities {
            configuration.trustRoots = .certificates(try Self.certificates(authorities, .authorities))
            // Clients without a certificate of these authorities are refused; their host names mean nothing.
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSError(
                .key,
                "the private key in '\(material.key.path)' does not belong to the certificate in "
                    + "'\(material.certificate.path)'")
        }
    }

    private static func certificates(
        _ file: TLSMaterial.File, _ part: TLSError.Part
    ) throws(TLSError) -> [NIOSSLCertificate] {
        let read = (try? NIOSSLCertificate.fromPEMBytes(file.content)) ?? []
        guard !read.isEmpty else {
            throw TLSError(part, "'\(file.path)' holds no certificate in PEM ('-----BEGIN CERTIFICATE-----')")
        }
        return read
    }

    private static func checkTime(of chain: [NIOSSLCertificate], _ path: String, now: Double) throws(TLSError) {
        guard let certificate = chain.first else { return }
        let (start, end) = (certificate.notValidBefore, certificate.notValidAfter)
        if Double(end) < now {
            throw TLSError(
                .certificate, "the certificate in '\(path)' expired on \(TimeText.http(end)); renew it")
        }
        if Double(start) > now {
            throw TLSError(
                .certificate,
                "the certificate in '\(path)' is not valid before \(TimeText.http(start)); look at the clock")
        }
    }

    private static func key(_ material: TLSMaterial) throws(TLSError) -> NIOSSLPrivateKey {
        let (path, content) = (material.key.path, material.key.content)
        let isEncrypted = content.contains(Array("ENCRYPTED".utf8))
        do {
            if let password = material.password {
                return try NIOSSLPrivateKey(bytes: content, format: .pem) { give in give(Array(password.utf8)) }
            }
            // Without a callback of its own the library would ask the terminal, where there is one.
            return try NIOSSLPrivateKey(bytes: content, format: .pem) { give in give([UInt8]()) }
        } catch {
            guard isEncrypted else {
                throw TLSError(.key, "'\(path)' holds no private key in PEM ('-----BEGIN PRIVATE KEY-----')")
            }
            guard material.password != nil else {
                throw TLSError(.key, "the private key in '\(path)' is encrypted; give its password by --ssl-password")
            }
            throw TLSError(.password, "the password does not open the private key in '\(path)'")
        }
    }
}
