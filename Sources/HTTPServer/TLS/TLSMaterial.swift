/// What a server needs to speak TLS: the contents of the files, and their paths for error messages.
package struct TLSMaterial: Sendable, Hashable {
    package struct File: Sendable, Hashable {
        package let path: String
        /// All of it, in PEM.
        package let content: [UInt8]

        package init(path: String, content: [UInt8]) {
            self.path = path
            self.content = content
        }
    }

    /// The server's certificate, followed by those that lead from it to its authority. Rasa's `--ssl-certificate`.
    package var certificate: File
    /// The certificate's private key; may be the same file. Rasa's `--ssl-keyfile`.
    package var key: File
    /// The authorities of clients' certificates; nil asks clients for none. Rasa's `--ssl-ca-file`.
    package var authorities: File?
    /// The password of the private key. Rasa's `--ssl-password`.
    package var password: String?

    package init(certificate: File, key: File, authorities: File? = nil, password: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self.password = password
    }
}

/// TLS material that cannot be used. Never holds keys or passwords.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Part: Sendable, Hashable { case certificate, key, authorities, password }

    package let part: Part
    package let description: String

    init(_ part: Part, _ description: String) {
        self.part = part
        self.description = description
    }
}
