import ArgumentParser

extension LoadTest {
    /// What the flags ask for, checked.
    struct Plan: Sendable {
        struct Server: Sendable {
            let target: Target
            let process: ServerProcess?
        }

        let servers: [Server]
        let scenarios: [Scenario]
        let channels: [Channel]
        let schedule: Schedule
        let flags: Flags
    }

    /// Flags that runs read as they are.
    struct Flags: Sendable {
        let texts: [String]
        let replies: Int
        let timeout: Double
        let burst: Int
        let interval: Double
        let models: [String]
        let audits: Bool
    }

    func plan() throws -> Plan {
        let scenarios = try Self.words(scenario, of: Scenario.self, flag: "--scenario")
        let channels = try Self.words(channel, of: Channel.self, flag: "--channel")
        try require(rate > 0 && rate <= 1_000_000, "--rate must be above 0 and at most 1000000")
        try require(seconds > 0 && seconds <= 1_000_000, "--seconds must be above 0 and at most 1000000")
        let turns = turns ?? Int((rate * seconds).rounded())
        try require((1...20_000_000).contains(turns), "there must be 1 to 20000000 turns, not \(turns)")
        try require((1...20_000).contains(connections), "--connections must be 1 to 20000")
        try require((1...10_000_000).contains(senders), "--senders must be 1 to 10000000")
        try require((1...10_000).contains(burst), "--burst must be 1 to 10000")
        try require((0.1...100_000).contains(every), "--every must be 0.1 to 100000 seconds")
        try require((0.1...3_600).contains(timeout), "--timeout must be 0.1 to 3600 seconds")
        try require((1...100).contains(replies), "--replies must be 1 to 100")
        try require(restartEvery >= 0, "--restart-every must not be negative")
        try require(
            restartEvery == 0 || !channels.contains(where: \.isSocket),
            "--restart-every needs channels that respond to /restart: rest or stream")
        try require(!scenarios.contains(.swap) || !model.isEmpty, "the scenario swap needs --model")
        let servers = [try server(url, pid)] + (try against.map { [try server($0, againstPid)] } ?? [])
        let isDisturbed = scenarios.contains(.restart) || scenarios.contains(.kill)
        try require(
            !isDisturbed || servers.allSatisfy { $0.process?.isAlive == true },
            "the scenarios restart and kill need the process id of a running supervisor: --pid"
                + (against == nil ? "" : " and --against-pid"))
        return Plan(
            servers: servers, scenarios: scenarios, channels: channels,
            schedule: Schedule(
                turns: turns, rate: rate, sockets: (0..<connections).map { channels[$0 % channels.count].isSocket },
                senders: senders, restartInterval: restartEvery, seed: seed),
            flags: Flags(
                texts: message, replies: replies, timeout: timeout, burst: burst, interval: every, models: model,
                audits: audit))
    }

    private func server(_ url: String, _ pid: Int32?) throws -> Plan.Server {
        guard let target = Target(url: url) else {
            throw ValidationError("'\(url)' is not of the form http://HOST[:PORT][/PREFIX]")
        }
        return Plan.Server(target: target, process: pid.map { ServerProcess(pid: $0) })
    }

    private func require(_ condition: Bool, _ message: String) throws {
        guard condition else { throw ValidationError(message) }
    }

    private static func words<Word: RawRepresentable & CaseIterable>(
        _ text: String, of type: Word.Type, flag: String
    ) throws -> [Word] where Word.RawValue == String {
        try text.split(separator: ",").map { part in
            guard let word = Word(rawValue: String(part)) else {
                let all = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(flag): '\(part)' is none of \(all)")
            }
            return word
        }
    }
}
