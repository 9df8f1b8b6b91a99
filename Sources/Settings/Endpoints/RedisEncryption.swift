/// How a connection to Redis is encrypted.
public struct RedisEncryption: Sendable, Hashable {
    /// The file with the certificates of trusted authorities; nil for those of the system.
    public var authorities: String?
    /// The file with the client's certificate; nil where the server asks for none.
    public var certificate: String?
    /// The file with the key of the client's certificate; nil where the certificate's file has it.
    public var key: String?
    /// Whether the server's certificate must be for its host's name; Parley's own key `ssl_check_hostname`.
    public var checksHostName: Bool

    /// Reads the keys of a Redis section; nil where it does not say `use_ssl: true`.
    ///
    /// - Throws: ``SettingsError`` for files that would not be used.
    init?(_ section: Section) throws(SettingsError) {
        authorities = try section.text("ssl_ca_certs")
        certificate = try section.text("ssl_certfile")
        key = try section.text("ssl_keyfile")
        checksHostName = try section.flag("ssl_check_hostname") ?? false
        if key != nil, certificate == nil {
            throw SettingsError(
                .badValue, at: section.place(of: "ssl_keyfile"),
                "'ssl_keyfile' in '\(section.name)' needs 'ssl_certfile', the certificate that the key belongs to")
        }
        if let isWanted = try section.flag("use_ssl") {
            // Files may stay in a section whose encryption is turned off, by a variable for example.
            if isWanted { return } else { return nil }
        }
        let unused = ["ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"].first {
            section.node($0) != nil
        }
        if let unused {
            throw SettingsError(
                .badValue, at: section.place(of: unused),
                "'\(unused)' in '\(section.name)' has no effect without 'use_ssl: true', in Rasa as here; add that, or"
                    + " remove '\(unused)'")
        }
        return nil
    }
}
