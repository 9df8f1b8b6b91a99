import Glibc
import NIOPosix
import TestSupport
import Testing

@testable import Leases

/// `PARLEY_SIMULATION_SEED` replays one episode and prints what happened in it; `PARLEY_SIMULATION_EPISODES` sets how
/// many are run per kind.
@Suite("The rules of leases hold in every order of events", .timeLimit(.minutes(10)))
struct SimulationTests {
    private static let lifetime = Simulation<FakeServer>.settings.lifetime
    private static let kinds = [
        Faults(), Faults(isRough: true), Faults(isRough: true, loseQueues: true),
        Faults(isRough: true, loseQueues: true, hasForeigners: true),
    ]

    private func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }

    private func play(
        episodes: Int, steps: Int, _ run: (UInt64, Faults) async throws -> (steps: Int, grants: Int, saves: Int)
    ) async throws {
        var total = (steps: 0, grants: 0, saves: 0)
        let seeds = number("PARLEY_SIMULATION_SEED").map { UInt64($0)..<UInt64($0) + 1 } ?? 0..<UInt64(episodes)
        for seed in seeds {
            let played = try await run(seed, Self.kinds[Int(seed) % Self.kinds.count])
            total = (total.steps + played.steps, total.grants + played.grants, total.saves + played.saves)
        }
        print("simulated \(total.steps) steps, \(total.grants) turns, \(total.saves) saves")
        #expect(total.saves > 0)
    }

    @Test func inMemory() async throws {
        let episodes = number("PARLEY_SIMULATION_EPISODES") ?? 400
        try await play(episodes: episodes, steps: 500) { seed, faults in
            let server = FakeServer(lifetime: Self.lifetime, waitingLimit: 8)
            return try await episode(Simulation(seed: seed, faults: faults, server: server), seed, steps: 500)
        }
    }

    @Test(.enabled(if: RedisServer.isInstalled, "needs redis-server"))
    func againstRedis() async throws {
        let process = try RedisServer()
        let server = try await RealServer(
            port: process.port, loop: MultiThreadedEventLoopGroup.singleton.next(), lifetime: Self.lifetime,
            waitingLimit: 8)
        try await play(episodes: 24, steps: 300) { seed, faults in
            try await server.clear()
            return try await episode(Simulation(seed: seed, faults: faults, server: server), seed, steps: 300)
        }
        await server.close()
    }

    private func episode(
        _ simulation: Simulation<some SimulatedServer>, _ seed: UInt64, steps: Int
    ) async throws -> (steps: Int, grants: Int, saves: Int) {
        var simulation = simulation
        do {
            try await simulation.run(steps: steps)
        } catch {
            print(simulation.trace.suffix(120).joined(separator: "\n"))
            Issue.record("seed \(seed) breaks a rule (PARLEY_SIMULATION_SEED=\(seed) replays it): \(error)")
            throw error
        }
        if number("PARLEY_SIMULATION_SEED") != nil { print(simulation.trace.joined(separator: "\n")) }
        return (simulation.steps, simulation.grants, simulation.saves)
    }
}
