import Cryptography
import System
import Testing
import YAML

@testable import Settings

@Suite("MongoDB is named by Rasa's keys")
struct MongoSettingsTests {
    private func read(_ text: String) throws -> MongoSettings {
        let text = "tracker_store:\n  type: mongod\n\(text.isEmpty ? "" : "  \(text)\n")"
        let environment = EnvironmentVariables { ["MONGO": "mongodb://db.local", "WORD": "0123"][$0] }
        let endpoints = try Endpoints(
            YAMLReader(environment: environment).read(Array(text.utf8), file: "endpoints.yml"))
        guard case .mongo(let mongo) = endpoints.trackerStore else { throw SettingsTestError() }
        return mongo
    }

    private struct SettingsTestError: Error {}

    @Test func fallback() throws {
        let fallback = try read("")
        #expect(fallback.url.revealed == "mongodb://localhost:27017" && fallback.hosts == "localhost:27017")
        #expect(fallback.database == "rasa" && fallback.collection == "conversations" && fallback.authSource == "admin")
        #expect(fallback.username == nil && fallback.password == nil)
        #expect(try read("url: [a:27017, b]").url.revealed == "mongodb://a:27017,b")
        let empty = try read("username: ''\n  password: ''")
        #expect(empty.username == nil && empty.password == nil)
    }

    @Test func everyKey() throws {
        let mongo = try read(
            """
            url: ${MONGO}
              db: chats
              username: u
              password: ${WORD}
              auth_source: users
              collection: c
            """)
        #expect(mongo.url.revealed == "mongodb://db.local")
        #expect(mongo.database == "chats" && mongo.collection == "c" && mongo.authSource == "users")
        #expect(mongo.username == "u" && mongo.password?.revealed == "0123")
        #expect(!"\(mongo)".contains("0123"))
    }

    @Test func addresses() throws {
        #expect(try read("url: 'one:1,two:2'").url.revealed == "mongodb://one:1,two:2")
        let long = try read("url: 'mongodb+srv://u:pa@ss@h.local/x?tls=true'\n  password: p")
        #expect(long.hosts == "h.local")
        #expect(!"\(long)".contains("pa@ss"))
    }

    @Test(arguments: [
        ("url: 'http://h'", "address of a MongoDB server"), ("url: 'h/db'", "address of a MongoDB server"),
        ("url: ''", "address of a MongoDB server"), ("password: p", "no 'username'"), ("db: ''", "must not be empty"),
        ("collection: [a]", "must be a string"),
    ])
    func mistakes(text: String, words: String) {
        let error = #expect(throws: SourceError.self) { try read(text) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.place.line == 3)
    }
}
