import Glibc
package import Prefork
import System
package import WebTokens

/// What web tokens (JWT) are checked with, from the flags.
package enum WebTokenConfiguration {
    /// - Returns: Nil where no flag asks for web tokens.
    /// - Throws: ``BootFailure`` that names the flag. Rasa lets everybody in where the secret is empty or the key pair
    ///   has no public half; that is refused.
    package static func verifier(
        secret: String?, method: String, privateKey: String?, source: ConfigurationSource = ConfigurationSource()
    ) throws(BootFailure) -> TokenVerifier? {
        guard let secret else {
            guard privateKey == nil else {
                throw failure("--jwt-private-key", "tokens are checked with the public key; give it by --jwt-secret")
            }
            return nil
        }
        guard let algorithm = TokenAlgorithm(rawValue: method) else {
            let known = TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("--jwt-method", "'\(method)' is not known; known are \(known)")
        }
        guard secret.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw failure("--jwt-secret", "the secret is empty, so tokens would prove nothing")
        }
        do {
            return try TokenVerifier(algorithm, key: try key(secret, source))
        } catch let error as TokenKeyError {
            throw failure("--jwt-secret", error.description)
        } catch {
            throw failure("--jwt-secret", "the file that it names cannot be read")
        }
    }

    /// The content of the file at this path, or the text itself where there is no such file; as in Rasa.
    private static func key(_ text: String, _ source: ConfigurationSource) throws -> [UInt8] {
        if source.isRecorded { return source.exists(text) ? try SmallFile.read(text, from: source) : Array(text.utf8) }
        var status = stat()
        guard stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return Array(text.utf8) }
        return try SmallFile.read(text, from: source)
    }

    private static func failure(_ flag: String, _ sentence: String) -> BootFailure {
        BootFailure("\(flag): \(sentence)", status: ExitStatus.configuration)
    }
}
