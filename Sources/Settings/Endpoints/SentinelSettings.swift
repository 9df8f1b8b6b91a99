package import Cryptography
import ExactText
import YAML

/// The sentinels of a Redis section. Rasa has nothing like it; the keys are Parley's own.
package struct SentinelSettings: Sendable, Hashable {
    /// Where one sentinel is.
    package struct Address: Sendable, Hashable {
        /// Its name or address.
        package var host: String
        /// Its port; 26379 where none is written.
        package var port: Int
    }

    /// Where the sentinels are (`sentinels`).
    package var addresses: [Address]
    /// The name under which they watch the master (`sentinel_master`).
    package var master: String
    /// The user of the sentinels themselves (`sentinel_username`).
    package var username: String?
    /// The password of the sentinels themselves (`sentinel_password`).
    package var password: Secret?

    static let keys = ["sentinels", "sentinel_master", "sentinel_username", "sentinel_password"]

    /// Reads the keys of a Redis section; nil where it has no `sentinels`.
    ///
    /// - Throws: ``SourceError``, also for keys that contradict each other.
    init?(_ section: Section) throws(SourceError) {
        guard let written = try section.list("sentinels") else {
            if let alone = Self.keys.first(where: { section.node($0) != nil }) {
                throw SourceError(
                    .badValue, at: section.place(of: alone),
                    "'\(alone)' in '\(section.name)' needs 'sentinels', a list of their addresses (host:port)")
            }
            return nil
        }
        if let key = ["url", "host", "port"].first(where: { section.node($0) != nil }) {
            throw SourceError(
                .badValue, at: section.place(of: key),
                "'\(section.name)' has 'sentinels', which say where Redis is; remove '\(key)'")
        }
        addresses = written.compactMap(Self.address)
        guard !addresses.isEmpty, addresses.count == written.count else {
            throw SourceError(
                .badValue, at: section.place(of: "sentinels"),
                "'sentinels' in '\(section.name)' must be a list of addresses such as 'sentinel-1:26379'")
        }
        guard let master = try section.text("sentinel_master"), !master.isEmpty else {
            throw SourceError(
                .badValue, at: section.place(of: "sentinels"),
                "'\(section.name)' needs 'sentinel_master', the name under which the sentinels watch the master")
        }
        self.master = master
        username = try section.filledText("sentinel_username")
        password = try section.filledText("sentinel_password").map { Secret($0) }
    }

    /// `host`, `host:port`, or `[address]:port` for addresses with colons.
    private static func address(_ written: String) -> Address? {
        var (host, rest) = (Substring(written), Substring())
        if written.exact.hasPrefix("["), let end = written.unicodeScalars.firstIndex(of: "]") {
            host = written[written.unicodeScalars.index(after: written.startIndex)..<end]
            rest = written[written.unicodeScalars.index(after: end)...]
        } else if let colon = written.unicodeScalars.firstIndex(of: ":") {
            host = written[..<colon]
            rest = written[colon...]
        }
        guard !host.isEmpty, !host.exact.contains("/") else { return nil }
        if rest.isEmpty { return Address(host: String(host), port: 26379) }
        guard rest.utf8.first == UInt8(ascii: ":"), let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
            return nil
        }
        return Address(host: String(host), port: port)
    }
}
