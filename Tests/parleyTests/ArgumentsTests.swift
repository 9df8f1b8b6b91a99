import ArgumentParser
import JSON
import Operations
import Prefork
import Testing

@testable import parley

@Suite("Rasa's flags are taken as Python's argparse takes them")
struct ArgumentsTests {
    private func run(_ words: [String]) throws -> Run {
        try #require(try Parley.parseAsRoot(Arguments.normalized(["run"] + words)) as? Run)
    }

    @Test(
        "A flag may be cut short as long as one alone begins so",
        arguments: [
            (["--m", "x"], ["--model", "x"]), (["--cred", "c.yml"], ["--credentials", "c.yml"]),
            (["--ena"], ["--enable-api"]), (["--mod=x"], ["--model", "x"]),
            (["--resp", "5"], ["--response-timeout", "5"]),
            (["--auth=-x y"], ["--auth-token=-x y"]),
            (["--cor", "*", "--po=1"], ["--port", "1", "--cors", "*"]),
        ] as [([String], [String])])
    func cutShort(_ words: [String], _ whole: [String]) throws {
        #expect(try Arguments.normalized(["run"] + words) == ["run"] + whole)
    }

    @Test(arguments: [
        (["run", "--s", "x"], "--ssl-ca-file, --ssl-certificate"),
        (["run", "--log", "x"], "--log-file, --logging-config-file"),
        (["run", "--j=x"], "--jwt-method, --jwt-private-key, --jwt-secret"),
        (["train", "--f"], "--fail-on-validation-warnings"),
        (["run", "--cors", "--e"], "--enable-api, --endpoints"), (["run", "--co", "*"], "--connector, --cors"),
    ])
    func ambiguous(_ words: [String], _ names: String) {
        let failure = #expect(throws: BootFailure.self) { try Arguments.normalized(words) }
        #expect(failure?.message.contains(names) == true, "\(failure?.message ?? "")")
        #expect(failure?.status == ExitStatus.usage)
    }

    @Test(arguments: ["--enable-api=true", "--enable=", "--use-syslog=no", "-v=x", "--quiet=1"])
    func valuesOfFlagsThatTakeNone(_ word: String) {
        let failure = #expect(throws: BootFailure.self) { try Arguments.normalized(["run", word]) }
        #expect(failure?.message.contains("takes no value") == true)
    }

    @Test("What follows --cors up to the next flag is an origin; the last time that the flag is given counts")
    func origins() throws {
        #expect(try run(["--cors", "*", "models/a.tar.gz"]).server.cors == ["*", "models/a.tar.gz"])
        #expect(try run(["models/a.tar.gz", "--cors", "*", "--enable-api"]).positionalModel == "models/a.tar.gz")
        #expect(try run(["--cors", "a", "b", "--port", "1", "--cors=c", "m"]).server.cors == ["c"])
        #expect(try run(["--cors=c", "m"]).positionalModel == "m")
        #expect(try run(["--cors"]).server.cors == [])
        #expect(try run(["--cors", "--enable-api"]).server.enableApi)
        let ended = try run(["--cors", "a", "--", "m"])
        #expect(ended.server.cors == ["a"] && ended.positionalModel == "m")
    }

    @Test func shortFlags() throws {
        #expect(try run(["-m=x", "-p=80", "-t=secret", "-i127.0.0.1"]).server.port == 80)
        #expect(try run(["-m=x"]).model == "x")
        #expect(try run(["-vv"]).logging.debug && run(["-v"]).logging.verbose)
        let several = try run(["-vp", "5"])
        #expect(several.logging.verbose && several.server.port == 5)
        #expect(try run(["-t=secret"]).server.authToken == "secret")
    }

    @Test("Values may begin with a dash where they are no flags: numbers, and texts with spaces such as keys")
    func valuesWithDashes() throws {
        let key = "-----BEGIN PUBLIC KEY-----\nab==\n-----END PUBLIC KEY-----"
        let run = try run(["--jwt-secret", key, "--jwt-private-key=\(key)", "--enable-api", "--ssl-password", "-"])
        #expect(run.tokens.jwtSecret == key && run.tokens.jwtPrivateKey == key)
        #expect(run.server.enableApi && run.server.sslPassword == "-")
        #expect(throws: (any Error).self) { try self.run(["--jwt-secret", "--enable-api"]) }
        #expect(throws: (any Error).self) { try self.run(["--auth-token", "-unknown"]) }
        #expect(throws: (any Error).self) { try self.run(["--auth-token", "-t x"]) }
        #expect(try self.run(["--auth-token", "-x y", "-t-x"]).server.authToken == "-x")
        let words = try Arguments.normalized(["export", "--offset", "-5", "--min", "-1.5"])
        let export = try #require(try Parley.parseAsRoot(words) as? Export)
        #expect(export.offsetTimestampsBySeconds == -5 && export.minimumTimestamp == -1.5)
    }

    @Test func otherCommands() throws {
        func parse(_ words: String...) throws -> any ParsableCommand {
            try Parley.parseAsRoot(Arguments.normalized(words))
        }
        let train = try #require(
            try parse("train", "--dat", "a", "b", "--conf=c", "--finetune", "m.tar.gz", "--aug", "0") as? Train)
        #expect(train.data == ["a", "b"] && train.file.config == ["c"] && train.common.finetune == "m.tar.gz")
        let core = try #require(
            try parse("train", "core", "--perc", "0", "25", "--runs", "1", "-s", "x", "-c", "a", "b")
                as? TrainPolicies)
        #expect(core.percentages == [0, 25] && core.files == ["x"] && core.file.config == ["a", "b"])
        let shell = try #require(
            try parse("shell", "--cred", "c.yml", "--end", "e.yml", "--conv", "me", "-p", "5", "m") as? Shell)
        #expect(shell.channels.credentials == "c.yml" && shell.endpoints == "e.yml" && shell.conversationId == "me")
        #expect(shell.model.positionalModel == "m")
        let nlu = try #require(try parse("shell", "nlu", "--mod", "m") as? ShellNLU)
        #expect(nlu.model.model == "m")
        #expect(try (parse("check", "--rem", "aws") as? Check)?.remoteStorage == "aws")
        // Flags of Parley's own are left alone.
        #expect(try Arguments.normalized(["run", "--max-headers", "5"]) == ["run", "--max-headers", "5"])
        #expect(try Arguments.normalized(["--version"]) == ["--version"])
    }

    @Test("Every flag that Rasa has is a flag here, with as many values")
    func table() throws {
        let tool = try JSON(parsing: Parley._dumpHelp())
        func command(_ words: [Substring], in parent: JSON?) -> JSON? {
            guard let word = words.first else { return parent }
            let next = parent?["subcommands"]?.array?.first { $0["commandName"]?.string == String(word) }
            return command(Array(words.dropFirst()), in: next)
        }
        for name in [
            "run", "shell", "shell nlu", "train", "train nlu", "train core", "export", "check", "init",
            "test", "test core", "test nlu", "data validate", "data validate stories", "data split nlu",
            "data split stories", "data convert nlu",
        ] {
            let words = name == "shell nlu" ? [Arguments.nluShell[...]] : name.split(separator: " ")
            let arguments = command(words, in: tool["command"])?["arguments"]?.array ?? []
            for flag in try #require(RasaFlags.of(name)) {
                let found = arguments.first { argument in
                    (argument["names"]?.array ?? []).contains { "--\($0["name"]?.string ?? "")" == flag.long }
                }
                let argument = try #require(found, "\(name) \(flag.long)")
                #expect((argument["kind"] == "flag") == (flag.arity == .none), "\(flag.long)")
                let names = (argument["names"]?.array ?? []).compactMap { $0["name"]?.string }
                #expect(flag.short.map { names.contains(String($0.dropFirst())) } ?? true, "\(name) \(flag.long)")
            }
        }
    }
}
