import Cryptography
import ExactText
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import Settings

@Suite("SQL databases are named by Rasa's keys")
struct SQLSettingsTests {
    private func read(_ text: String) throws -> SQLSettings {
        let text = "tracker_store: {type: SQL, \(text)}\n"
        let endpoints = try Endpoints(YAMLReader().read(Array(text.utf8), file: "endpoints.yml"))
        guard case .sql(let sql) = endpoints.trackerStore else { throw SettingsTestError() }
        return sql
    }

    private struct SettingsTestError: Error {}

    private func error(_ text: String) -> SourceError? { sourceError { try read(text) } }

    @Test func aFile() throws {
        let fallback = try read("")
        #expect(fallback.dialect == .sqlite && fallback.database == "rasa.db")
        let sql = try read("dialect: sqlite, db: ../a.db, query: {timeout: 2.5}")
        #expect(sql.database == "../a.db" && sql.query == ["timeout": "2.5"])
        #expect(try read("url: 'sqlite:///data/x.db'").database == "data/x.db")
        #expect(try read("url: 'sqlite:////data/x.db'").database == "/data/x.db")
    }

    @Test("Options that mean nothing to SQLite are ignored with a warning")
    func optionsOfAFile() throws {
        let text = "tracker_store:\n  type: SQL\n  query: {driver: my-driver, check_same_thread: true, timeout: 5}\n"
        let endpoints = try Endpoints(YAMLReader().read(Array(text.utf8), file: "endpoints.yml"))
        guard case .sql(let sql) = endpoints.trackerStore else { throw SettingsTestError() }
        #expect(sql.query == ["timeout": "5"])
        #expect(endpoints.warnings.map(\.place.line) == [3])
        #expect(endpoints.warnings.first?.message.contains("'driver'") == true)
    }

    @Test func aServer() throws {
        let sql = try read(
            "dialect: postgresql+psycopg2, url: db.local, port: 5433, db: chats, username: u, password: 0123,"
                + " login_db: postgres, query: {sslmode: require}")
        #expect(sql.dialect == .postgresql)
        #expect(sql.host == "db.local" && sql.port == 5433 && sql.database == "chats")
        #expect(sql.username == "u" && sql.password?.revealed == "0123")
        #expect("\(sql)".contains("0123") == false)
        #expect(sql.loginDatabase == "postgres" && sql.query == ["sslmode": "require"])
        #expect(try read("dialect: mysql+pymysql, host: h").dialect == .mysql)
        let withPort = try read("dialect: postgresql, url: '10.0.0.1:6000', port: 5")
        #expect(withPort.host == "10.0.0.1" && withPort.port == 6000)
        let six = try read("dialect: postgresql, url: '[::1]:6000'")
        #expect(six.host == "::1" && six.port == 6000)
    }

    @Test func emptyTextsAreNone() throws {
        let file = try read("dialect: sqlite, url: '', db: rasa.db, username: '', password: '', login_db: ''")
        #expect(file == (try read("dialect: sqlite, db: rasa.db")))
        let server = try read("dialect: mysql, url: '', username: '', password: ''")
        #expect(server.host == nil && server.username == nil && server.password == nil)
    }

    @Test(arguments: ["me:secret@h.local:6000/chats?a=b", "h.local:6000", "h.local:6000/"])
    func whatStandsAroundAHost(text: String) throws {
        let sql = try read("dialect: postgresql, db: mine, url: '\(text)'")
        #expect(sql.host == "h.local" && sql.port == 6000 && sql.database == "mine" && sql.username == nil)
    }

    @Test func aWholeAddress() throws {
        let sql = try read(
            "dialect: sqlite, db: x, url: 'postgresql+psycopg2://me:p%40s/s@h.local:5433/chats?sslmode=require&a=b%20c'"
        )
        #expect(sql.dialect == .postgresql && sql.host == "h.local" && sql.port == 5433)
        #expect(sql.username == "me" && sql.password?.revealed == "p@s/s" && sql.database == "chats")
        #expect(sql.query == ["sslmode": "require", "a": "b c"])
        let short = try read("url: 'postgresql://me@/chats'")
        #expect(short.host == nil && short.password == nil && short.username == "me" && short.database == "chats")
    }

    @Test(arguments: [
        ("dialect: postgres", "did you mean 'postgresql'?"), ("dialect: sqlight", "sqlite"),
        ("dialect: oracle", "not supported"), ("dialect: postgresql+pymysql", "not a driver"),
        ("dialect: postgresql, url: 'a b'", "must be a host"), ("dialect: postgresql, port: 99999", "1 to 65535"),
        ("url: 'postgresql://host'", "names no database"), ("login_db: postgres", "only be used with"),
        ("db: ':memory:'", "path of a file"), ("query: {timeout: x}", "'timeout'"),
        ("dailect: sqlite", "dialect"),
    ])
    func whatCannotBe(text: String, expected: String) throws {
        let error = try #require(self.error(text))
        #expect(error.message.contains(expected), "\(error.message)")
        #expect(error.place.line == 1)
    }
}
