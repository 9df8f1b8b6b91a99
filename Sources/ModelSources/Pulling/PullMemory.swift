import Encodings
import ExactText
import Glibc
import JSON
import System

/// What was fetched last from a source that is asked again and again, kept in a file between one loader and the next.
package struct PullMemory: Sendable, Hashable {
    package var source: String
    /// By what the source tells the archive from others.
    package var validator: String?
    /// The archive's digest, for sources that say nothing.
    package var digest: [UInt8]
    /// The prepared model that came of it; empty where none did.
    package var loaded: String
    /// How often the same archive was fetched in vain.
    package var failures: Int

    package init(_ archive: FetchedArchive, from source: String, loaded: String, failures: Int) {
        self.source = source
        validator = archive.validator
        digest = archive.digest
        self.loaded = loaded
        self.failures = failures
    }

    /// An archive that could not be used so often is only fetched again when the source has another one: the fault
    /// was not a passing one.
    package static let maxFailures = 3

    /// Whether the same archive is not worth having again.
    ///
    /// - Parameter active: The prepared model that is served.
    package func isSettled(active: String) -> Bool {
        (!loaded.isEmpty && loaded.exact == active.exact) || failures >= Self.maxFailures
    }

    /// Reads the file; nil where there is none.
    package init?(path: String) {
        guard let bytes = try? File.read(path, atMost: 1 << 16), let json = try? JSON(parsing: bytes),
            let digest = json["digest"]?.string.flatMap({ Base64.decode($0) })
        else { return nil }
        source = json["source"]?.string ?? ""
        validator = json["validator"]?.string
        self.digest = digest
        loaded = json["loaded"]?.string ?? ""
        failures = json["failures"]?.int ?? 0
    }

    /// Writes the file. Where that fails, the next archive is fetched in vain, and nothing else happens.
    package func write(path: String) {
        let json: JSON = [
            "source": .string(source),
            "validator": validator.map { .string($0) } ?? .null, "digest": .string(Base64.encode(digest)),
            "loaded": .string(loaded), "failures": .int(failures),
        ]
        try? File.write(json.encoded(), to: path, flags: O_NOFOLLOW)
    }
}
