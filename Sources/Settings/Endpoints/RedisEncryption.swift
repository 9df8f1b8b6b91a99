import YAML

/// How a connection to Redis is encrypted.
package struct RedisEncryption: Sendable, Hashable {
    /// The file with the certificates of trusted authorities; nil for those of the system.
    package var authorities: String?
    /// The file with the client's certificate; nil where the server asks for none.
    package var certificate: String?
    /// The file with the key of the client's certificate; nil where the certificate's file has it.
    package var key: String?
    /// Whether the server's certificate must be for its host's name; Parley's own key `ssl_check_hostname`.
    package var checksHostName: Bool

    /// Reads the keys of a Redis section; nil where it does not say `use_ssl: true`.
    ///
    /// - Throws: ``SourceError`` for files that would not be used.
    init?(_ section: Section) throws(SourceError) {
        authorities = try section.filledText("ssl_ca_certs")
        certificate = try section.filledText("ssl_certfile")
        key = try section.filledText("ssl_keyfile")
        checksHostName = try section.flag("ssl_check_hostname") ?? false
        if key != nil, certificate == nil {
            throw SourceError(
                .badValue, at: section.place(of: "ssl_keyfile"),
                "'ssl_keyfile' in '\(section.name)' needs 'ssl_certfile', the certificate that the key belongs to")
        }
        if let isWanted = try section.flag("use_ssl") {
            // Files may stay in a section whose encryption is turned off, by a variable for example.
            if isWanted { return } else { return nil }
        }
        let files = [("ssl_ca_certs", authorities), ("ssl_certfile", certificate), ("ssl_keyfile", key)]
        let checks = section.node("ssl_check_hostname") == nil ? nil : "ssl_check_hostname"
        if let unused = files.first(where: { $0.1 != nil })?.0 ?? checks {
            throw SourceError(
                .badValue, at: section.place(of: unused),
                "'\(unused)' in '\(section.name)' has no effect without 'use_ssl: true', in Rasa as here; add that, or"
                    + " remove '\(unused)'")
        }
        return nil
    }
}
