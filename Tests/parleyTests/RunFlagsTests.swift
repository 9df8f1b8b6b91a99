import ArgumentParser
import HTTPServer
import Operations
import Prefork
import Server
import System
import Testing

@testable import parley

@Suite("parley run takes the flags of rasa run 3.6.21")
struct RunFlagsTests {
    private func parse(_ words: String...) throws -> Run {
        let command = try Parley.parseAsRoot(Arguments.normalized(["run"] + words))
        return try #require(command as? Run)
    }

    @Test func withItsDefaults() throws {
        let run = try parse()
        #expect(run.model == "models")
        #expect(run.positionalModel == nil)
        #expect(run.endpoints == nil)
        #expect(run.channels.credentials == nil)
        #expect(run.server.interface == "0.0.0.0")
        #expect(run.server.port == 5005)
        #expect(try run.limits.requestLimits(backlog: 1).server.responseTimeout == .seconds(3600))
        #expect(try run.limits.requestLimits(backlog: 1).server.requestTimeout == .seconds(300))
        #expect(!run.server.enableApi)
        #expect(run.server.cors == [])
        #expect(run.tokens.jwtMethod == "HS256")
        #expect(run.syslog.syslogAddress == "localhost")
        #expect(run.syslog.syslogPort == 514)
        #expect(run.syslog.syslogProtocol == "UDP")
    }

    @Test func longAndShort() throws {
        let run = try parse(
            "-m", "a.tar.gz", "-i", "127.0.0.1", "-p", "80", "-t", "secret", "--cors", "https://a", "https://b",
            "--enable-api", "--log-file", "x.log", "--endpoints", "e.yml", "--credentials", "c.yml", "-vv")
        #expect(run.model == "a.tar.gz")
        #expect(run.server.interface == "127.0.0.1")
        #expect(run.server.port == 80)
        #expect(run.server.authToken == "secret")
        #expect(run.server.cors == ["https://a", "https://b"])
        #expect(run.server.enableApi)
        #expect(run.logging.logFile == "x.log")
        #expect(run.logging.debug)
        #expect(run.endpoints == "e.yml")
        #expect(run.channels.credentials == "c.yml")
    }

    @Test func withJoinedValuesAndPositionalModel() throws {
        let run = try parse("-p5006", "-i127.0.0.1", "-tsecret", "-mb.tar.gz", "a.tar.gz")
        #expect(run.server.port == 5006)
        #expect(run.server.interface == "127.0.0.1")
        #expect(run.server.authToken == "secret")
        #expect(run.model == "b.tar.gz")
        #expect(run.positionalModel == "a.tar.gz")
    }

    @Test func flagsComeBeforeVariablesAndThoseBeforeWhatMemoryAllows() throws {
        let variables = [
            "SANIC_REQUEST_MAX_SIZE": "5000000", "SANIC_RESPONSE_TIMEOUT": "7.5", "SANIC_KEEP_ALIVE_TIMEOUT": "4",
            "SANIC_REQUEST_MAX_HEADER_SIZE": "9000",
        ]
        let sanic = try SanicVariables(EnvironmentVariables { variables[$0] })
        let budget = MemoryBudget(memory: 64 << 20, workers: 1)
        let bounded = try parse().limits.requestLimits(backlog: 1, budget: budget).server
        #expect(bounded.maxBodyBytes == budget.maxBodyBytes)
        #expect(bounded.maxBufferedBodyBytes == budget.maxBufferedBodyBytes)
        #expect(bounded.connections == budget.connections)
        let named = try parse().limits.requestLimits(backlog: 1, sanic: sanic, budget: budget).server
        #expect(named.maxBodyBytes == 5_000_000)
        #expect(named.responseTimeout == .seconds(8))
        #expect(named.keepAliveTimeout == .seconds(4))
        #expect(named.maxHeaderBytes == 9000)
        let flagged = try parse(
            "--max-body-size", "3", "--max-bodies-size", "300000000", "--max-connections", "40", "--response-timeout",
            "2"
        ).limits.requestLimits(backlog: 1, sanic: sanic, budget: budget).server
        #expect(flagged.maxBodyBytes == 3)
        #expect(flagged.maxBufferedBodyBytes == 300_000_000)
        #expect(flagged.connections == 40)
        #expect(flagged.responseTimeout == .seconds(2))
    }

    @Test func ofLimits() throws {
        let run = try parse(
            "--max-header-size", "1", "--max-headers", "2", "--max-body-size", "3", "--max-bodies-size", "4",
            "--max-connections", "5", "--max-requests-in-flight", "6", "--max-waiting-messages", "7",
            "--max-message-length", "12",
            "--keep-alive-timeout", "8", "--request-timeout", "9", "--response-timeout", "10")
        let limits = try run.limits.requestLimits(backlog: 11)
        #expect(limits.server.maxHeaderBytes == 1)
        #expect(limits.server.maxHeaders == 2)
        #expect(limits.server.maxBodyBytes == 3)
        #expect(limits.server.maxBufferedBodyBytes == 4)
        #expect(limits.server.connections == 5)
        #expect(limits.server.requestsInFlight == 6)
        #expect(limits.waitingMessages == 7)
        #expect(limits.messageLength == 12)
        #expect(limits.server.keepAliveTimeout == .seconds(8))
        #expect(limits.server.requestTimeout == .seconds(9))
        #expect(limits.server.responseTimeout == .seconds(10))
        #expect(limits.server.backlog == 11)
        #expect(throws: BootFailure.self) { try parse("--max-headers", "0").limits.requestLimits(backlog: 1) }
        let endless = try parse("--response-timeout", "\(Int.max)").limits.requestLimits(backlog: 1)
        #expect(endless.server.responseTimeout > .seconds(86_400))
    }

    @Test(arguments: [["--logging-config-file", "l.yml"], ["--connector", "carrier-pigeon"]])
    func whatIsNotSupportedIsRefusedByName(words: [String]) throws {
        let run = try #require(try Parley.parseAsRoot(["run"] + words) as? Run)
        let failure = #expect(throws: BootFailure.self) { try run.refuseUnsupportedFlags() }
        #expect(failure?.message.hasPrefix(words[0]) == true)
        #expect(failure?.status == ExitStatus.usage)
    }

    @Test(arguments: [("my.Channel", "a class in Python"), ("slak", "did you mean 'slack'?")])
    func aConnectorThatIsNoneIsExplained(name: String, words: String) throws {
        let run = try #require(try Parley.parseAsRoot(["run", "--connector", name]) as? Run)
        let failure = #expect(throws: BootFailure.self) { try run.refuseUnsupportedFlags() }
        #expect(failure?.message.contains(words) == true)
    }

    @Test(arguments: [["--jwt-method", "RS256"], ["--syslog-port", "1"], ["--use-syslog"], ["--connector", "rest"]])
    func whatChangesNothingByItselfIsTaken(words: [String]) throws {
        let run = try #require(try Parley.parseAsRoot(["run"] + words) as? Run)
        #expect(throws: Never.self) { try run.refuseUnsupportedFlags() }
    }

    @Test func aWrongFlagIsRespondedByTheNearestRightOne() {
        let error = #expect(throws: (any Error).self) { try Parley.parseAsRoot(["run", "--enable-apo"]) }
        #expect(error.map { Parley.message(for: $0) }?.contains("--enable-api") == true)
    }

    @Test func theActionServerIsRefused() {
        #expect(throws: BootFailure.self) { try RefusedCommands.check(["run", "actions", "-p", "5055"]) }
        #expect(throws: Never.self) { try RefusedCommands.check(["run", "actions.tar.gz"]) }
    }
}
