package import Cryptography
import ExactText
import YAML

/// A MongoDB server that keeps conversations (`type: mongod`), by the keys of Rasa's `MongoTrackerStore`.
package struct MongoSettings: Sendable, Hashable {
    /// The server's address, `mongodb://…` or `mongodb+srv://…`, which may have a user, a password and options; in the
    /// file it may be a list of hosts.
    package var url = Secret("mongodb://localhost:27017")
    /// The name of the database.
    package var database = "rasa"
    /// The user's name, which goes before one in the address.
    package var username: String?
    /// The user's password, which goes before one in the address.
    package var password: Secret?
    /// The database that knows the user, which goes before one in the address.
    package var authSource = "admin"
    /// The collection that holds the conversations.
    package var collection = "conversations"

    static let keys = ["type", "store_type", "url", "db", "username", "password", "auth_source", "collection"]
    private static let schemes = ["mongodb://", "mongodb+srv://"]

    /// Reads a section whose type is `mongod`.
    init(_ section: Section) throws(SourceError) {
        let hosts = try section.textOrTexts("url")
        if !hosts.isEmpty { url = Secret(try Self.address(hosts.joined(separator: ","), section)) }
        database = try section.text("db") ?? database
        username = try section.filledText("username")
        password = try section.filledText("password").map { Secret($0) }
        authSource = try section.text("auth_source") ?? authSource
        collection = try section.text("collection") ?? collection
        if password != nil, username == nil, !(self.url.revealed.exact.contains("@")) {
            throw SourceError(
                .badValue, at: section.place(of: "password"),
                "'\(section.name)' has a 'password' and no 'username' that it belongs to")
        }
        for key in ["db", "collection"] where try section.text(key) == "" {
            throw SourceError(
                .badValue, at: section.place(of: key), "'\(key)' in '\(section.name)' must not be empty")
        }
    }

    /// The hosts of the address alone, without user, password and options.
    package var hosts: String {
        let address = url.revealed
        let start =
            address.unicodeScalars.lastIndex(of: "@").map(address.unicodeScalars.index(after:))
            ?? address.exact.firstRange(of: "://")?.upperBound
        return String(address[(start ?? address.startIndex)...].unicodeScalars.prefix { $0 != "/" && $0 != "?" })
    }

    /// A host, or several between commas, may stand without a scheme.
    private static func address(_ written: String, _ section: Section) throws(SourceError) -> String {
        if schemes.contains(where: written.exact.hasPrefix) { return written }
        guard !written.isEmpty, !written.exact.contains(text: "://"), !written.exact.contains("/") else {
            throw SourceError(
                .badValue, at: section.place(of: "url"),
                "'url' in '\(section.name)' must be the address of a MongoDB server, such as mongodb://localhost:27017;"
                    + " the database has a key of its own, 'db'")
        }
        return "mongodb://\(written)"
    }
}
