import Cryptography
import ExactText
import OrderedCollections
import System
import TestSupport
import Testing
import WebClient
import YAML

@testable import Settings

@Suite("endpoints.yml becomes typed settings, or an error with its line")
struct EndpointsTests {
    private func read(_ text: String) throws -> Endpoints {
        let environment = EnvironmentVariables { ["HOST": "redis.local", "PORT": "6380", "SSL": "false"][$0] }
        return try Endpoints(YAMLReader(environment: environment).read(Array(text.utf8), file: "endpoints.yml"))
    }

    private func error(_ text: String) -> SourceError? { sourceError { try read(text) } }

    @Test func nothing() throws {
        #expect(try read("") == Endpoints())
        #expect(try read("lock_store:\nnlg:\nevent_broker: ~\n") == Endpoints())
    }

    @Test func redisLockStore() throws {
        let text = """
            lock_store:
              type: redis
              url: ${HOST}
              port: ${PORT}
              password: 0123
              key_prefix: bot
              socket_timeout: 2.5
              use_ssl: ${SSL}
            """
        guard case .redis(let redis) = try read(text).lockStore else {
            Issue.record("not Redis")
            return
        }
        #expect(redis.host == "redis.local")
        #expect(redis.port == 6380)
        #expect(redis.database == 1)
        #expect(redis.password?.revealed == "0123", "as it was written")
        #expect("\(redis)".contains("0123") == false)
        #expect(redis.keyPrefix == "bot")
        #expect(redis.socketTimeout == .seconds(2.5))
    }

    @Test func emptyTextsAreNone() throws {
        let keys = "username: '', password: '', key_prefix: '', ssl_certfile: '', ssl_keyfile: '', ssl_ca_certs: ''"
        guard case .redis(let redis) = try read("lock_store: {type: redis, \(keys)}").lockStore else {
            Issue.record("not Redis")
            return
        }
        #expect(redis.username == nil && redis.password == nil && redis.tls == nil)
    }

    @Test func encryptedRedis() throws {
        func tls(_ text: String) throws -> RedisEncryption? {
            guard case .redis(let redis) = try read("lock_store: {type: redis, \(text)}").lockStore else { return nil }
            return redis.tls
        }
        let whole = try tls("use_ssl: true, ssl_ca_certs: a.pem, ssl_certfile: c.pem, ssl_keyfile: k.pem")
        #expect(whole?.authorities == "a.pem")
        #expect(whole?.certificate == "c.pem")
        #expect(whole?.key == "k.pem")
        #expect(whole?.checksHostName == false)
        #expect(try tls("use_ssl: true, ssl_check_hostname: true")?.checksHostName == true)
        #expect(try tls("use_ssl: false, ssl_ca_certs: a.pem") == nil)
        #expect(error("lock_store: {type: redis, ssl_ca_certs: a.pem}")?.message.contains("use_ssl: true") == true)
    }

    @Test func redisTrackerStore() throws {
        guard
            case .redis(let redis) = try read("tracker_store: {type: Redis, username: u, db: 3, record_exp: 60}")
                .trackerStore
        else {
            Issue.record("not Redis")
            return
        }
        #expect(redis.host == "localhost")
        #expect(redis.port == 6379)
        #expect(redis.database == 3)
        #expect(redis.username == "u")
        #expect(redis.recordExpiry == 60)
        #expect(try read("tracker_store: {store_type: redis}").trackerStore == .redis(RedisSettings(database: 0)))
    }

    @Test func inMemory() throws {
        #expect(try read("lock_store: {type: in_memory}\ntracker_store: {type: in_memory}") == Endpoints())
    }

    @Test func actionServer() throws {
        let text = """
            action_endpoint:
              url: "http://127.0.0.1:5055/webhook"
              headers: {X-Count: 5}
              basic_auth: {username: u, password: p}
              token: t
            """
        let endpoint = try #require(try read(text).actionEndpoint)
        #expect(endpoint.url == "http://127.0.0.1:5055/webhook")
        #expect(endpoint.headers == ["X-Count": "5"])
        #expect(endpoint.basicAuthentication?.username == "u")
        #expect(endpoint.token?.revealed == "t")
        #expect(endpoint.tokenName == "token")
        #expect(try read("nlg: {url: http://a, basic_auth: {}}").responses?.basicAuthentication == nil)
        #expect(try read("nlu: {url: HTTPS://Host/Path}").understanding?.url == "https://Host/Path")
    }

    @Test(
        "A server without an address is none, and a warning says so",
        arguments: ["action_endpoint", "nlg", "nlu", "models"],
        [("{}", 2), ("{url: localhost:5055/webhook}", 2), ("{url: }", 2), ("{token: x}", 2)])
    func serversWithoutAddresses(_ name: String, _ value: (text: String, line: Int)) throws {
        let read = try read("# first\n\(name): \(value.text)\n")
        #expect(read.actionEndpoint == nil && read.responses == nil && read.understanding == nil)
        #expect(read.modelServer == nil)
        #expect(read.warnings.map(\.place.line) == [value.line])
        #expect(read.warnings.first?.message.contains("'\(name)' needs a 'url'") == true)
    }

    @Test("Keys that Rasa passes over are ignored with a warning that names the nearest known key")
    func unknownKeys() throws {
        func warning(_ text: String) throws -> String? { try read(text).warnings.first?.description }
        #expect(
            try warning("lock_store:\n  type: redis\n  prot: 6379\n")?
                .hasPrefix("endpoints.yml:3: unknown key 'prot' in 'lock_store' is ignored; did you mean 'port'?")
                == true)
        #expect(try warning("version: '3.1'\n")?.hasPrefix("endpoints.yml:1: unknown key 'version'") == true)
        let texts = [
            "lock_store: {type: redis, record_exp: 5}", "lock_store: {type: in_memory, url: x}", "rest:\n",
            "endpoints: {action_endpoint: {url: http://a}}", "tracker_store: {type: redis, timeout: 5}",
            "tracker_store: {type: sql, driver: x}", "action_endpoint: {url: http://a, enabled: true}",
            "nlg: {url: http://a, basic_auth: {username: a, password: b, realm: c}}",
            "event_broker: {type: pika, url: a, username: b, password: c, queue: d}",
            "event_broker: {type: file, pth: x}", "models: {url: http://a, wait_time: 5}",
            "tracker_store: {type: mongod, host: h}", "tracker_store: {type: dynamo, tabel_name: t}",
        ]
        for text in texts { #expect(try read(text).warnings.count == 1, "\(text)") }
    }

    @Test(
        "A misspelt key without which something is lost or open is refused",
        arguments: [
            ("lock_stor: {type: redis}", "lock_store"), ("tracker-store: {type: redis}", "tracker_store"),
            ("event_brokers: {type: file}", "event_broker"), ("lock_store: {type: redis, use_sll: true}", "use_ssl"),
            ("tracker_store: {type: redis, useSSL: true}", "use_ssl"),
            ("tracker_store: {type: sql, dailect: mysql}", "dialect"),
            ("event_broker: {type: kafka, url: a:1, securityprotocol: SSL}", "security_protocol"),
        ])
    func guardedKeys(_ text: String, _ key: String) throws {
        let error = error(text)
        #expect(error?.code == .unknownKey)
        #expect(error?.message.contains("did you mean '\(key)'?") == true)
    }

    @Test func guardedKeysThatAreThere() throws {
        #expect(try read("tracker_store: {type: redis}\ntracker_store2: {type: redis}\n").warnings.count == 1)
    }

    @Test("A store without a type is refused, an empty one is in memory")
    func storesWithoutType() throws {
        #expect(error("tracker_store: {url: localhost}")?.message.contains("has no 'type'") == true)
        #expect(error("lock_store: {typ: redis}")?.message.contains("has no 'type'") == true)
        #expect(try read("tracker_store: {}\nlock_store: {type: }\n") == Endpoints())
    }

    @Test(arguments: ["InMemory", "inmemory", "InMemoryTrackerStore", "IN_MEMORY"])
    func namesOfMemory(_ type: String) throws {
        #expect(try read("tracker_store: {type: \(type)}") == Endpoints())
    }

    @Test func unknownTypes() {
        #expect(error("lock_store: {type: reddis}")?.message.contains("did you mean 'redis'?") == true)
        #expect(error("lock_store: {type: my.module.Store}")?.message.contains("Python") == true)
        #expect(error("lock_store: redis")?.message.contains("group of keys") == true)
        #expect(error("[]")?.code == .badValue)
    }

    @Test func responsesOfTheDomain() throws {
        #expect(try read("nlg: {type: response}") == Endpoints())
        #expect(try read("nlg: {type: callback, url: http://x}").responses?.url == "http://x")
        #expect(error("nlg: {type: my.Generator, url: http://x}")?.code == .unsupported)
    }

    @Test func serversThatAreAsked() throws {
        #expect(try read("nlu: {url: http://x, token: t}").understanding?.token?.revealed == "t")
        let action = try read("action_endpoint: {url: http://x, timeout: 2.5, enable_selective_domain: true}")
        #expect(action.actionEndpoint?.timeout == .seconds(2.5))
        #expect(action.actionEndpoint?.isDomainSelective == true)
        #expect(error("action_endpoint: {url: http://x, timeout: 0}")?.code == .badValue)
    }

    @Test(arguments: [
        "port: x", "port: 0", "port: 65536", "port: 1.5", "db: -1", "socket_timeout: 0", "socket_timeout: .nan",
        "use_ssl: maybe", "url: redis://localhost", "url: localhost:6379", "url: [a]", "url: a, host: b",
        "ssl_ca_certs: x.pem", "use_ssl: true, ssl_keyfile: x.key",
    ])
    func wrongValues(_ text: String) {
        let error = error("lock_store: {type: redis, \(text)}")
        #expect(error?.code == .badValue)
        #expect(error?.place.line == 1)
    }

    @Test func missingFiles() {
        let error = #expect(throws: SourceError.self) { try Endpoints(path: "/nonexistent/endpoints.yml") }
        #expect(error?.description.hasPrefix("/nonexistent/endpoints.yml: cannot be read") == true)
        #expect(SettingsFile.choose(given: nil, fallback: "/nonexistent/e.yml") == .none(asked: nil))
        #expect(SettingsFile.choose(given: "/nonexistent/x.yml", fallback: "/nonexistent/e.yml").path == nil)
        #expect(SettingsFile.choose(given: #filePath, fallback: "/nonexistent/e.yml") == .file(#filePath))
        #expect(SettingsFile.choose(given: nil, fallback: #filePath) == .file(#filePath))
        #expect(
            SettingsFile.choose(given: "/nonexistent/x.yml", fallback: #filePath)
                == .fallback(#filePath, insteadOf: "/nonexistent/x.yml"))
    }
}
