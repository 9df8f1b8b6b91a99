import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Redis goes wrong under load", .ownThread)
struct RedisFaultTests {
    /// What goes wrong.
    enum Fault: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case restart = "Redis is killed and comes back with what it had written"
        case blackHole = "the network loses everything"
        case lostResponses = "the network loses all answers"
        case standstill = "Redis stands still"
        case pause = "Redis pauses its clients for 700 ms"
        case killedClients = "Redis closes all connections, again and again"
        case forgottenScripts = "Redis forgets the scripts, again and again"
        case fullMemory = "Redis has no memory left"
        case copy = "Redis is a replica, which takes no writes"

        var testDescription: String { rawValue }
        /// Whether turns that wait need not fail.
        var isSurvivable: Bool { [.pause, .forgottenScripts].contains(self) }
    }

    private func command(_ port: Int, _ words: String...) throws {
        let client = try RunningProcess("/usr/bin/redis-cli", ["-p", String(port)] + words)
        _ = try client.ending()
    }

    /// Lets it go wrong until messages have felt it.
    private func strike(
        _ fault: Fault, _ redis: TestSupport.RedisServer, _ proxy: TCPProxy, _ load: Load
    ) throws {
        switch fault {
        case .restart:
            redis.stop()
            try load.awaitFailures()
            try redis.start()
        case .blackHole, .lostResponses:
            proxy.set(fault == .blackHole ? .holdAll : .holdResponses)
            try load.awaitFailures(20)
            proxy.set(.forward)
        case .standstill:
            redis.pause()
            try load.awaitFailures(20)
            redis.resume()
        case .pause: try command(redis.port, "CLIENT", "PAUSE", "700", "ALL")
        case .killedClients:
            for _ in 0..<10 {
                try command(redis.port, "CLIENT", "KILL", "TYPE", "normal")
                try command(redis.port, "CLIENT", "KILL", "TYPE", "pubsub")
                try load.awaitResponses(1)
            }
        case .forgottenScripts:
            for _ in 0..<10 {
                try command(redis.port, "SCRIPT", "FLUSH")
                try load.awaitResponses(1)
            }
        case .fullMemory:
            try command(redis.port, "CONFIG", "SET", "maxmemory", "1")
            try load.awaitFailures(20)
            try command(redis.port, "CONFIG", "SET", "maxmemory", "0")
        case .copy:
            // Of nobody, so that it keeps what it has.
            try command(redis.port, "REPLICAOF", "127.0.0.1", "1")
            try load.awaitFailures(20)
            try command(redis.port, "REPLICAOF", "NO", "ONE")
        }
    }

    @Test("answered means stored once; 503 otherwise; and it goes on by itself", arguments: Fault.allCases)
    func goesOn(_ fault: Fault) throws {
        let directory = try TemporaryDirectory()
        let redis = try TestSupport.RedisServer(["--appendonly", "yes", "--dir", directory.path])
        let proxy = try TCPProxy(to: redis.port)
        // What need not fail is given more time than it takes, also on a loaded machine.
        let timeout = fault.isSurvivable ? 20 : 1
        let section = "  type: redis\n  url: 127.0.0.1\n  port: \(proxy.port)\n  socket_timeout: \(timeout)\n"
        let server = try ParleyServer(workers: 2, endpoints: "lock_store:\n\(section)tracker_store:\n\(section)")
        let load = Load(server)
        try load.awaitResponses()
        try strike(fault, redis, proxy, load)
        try load.awaitResponses()
        let report = try load.stop()
        print(fault.rawValue)
        try report.check(server)
        if fault.isSurvivable { #expect(report.talks.values.allSatisfy { $0.refused.isEmpty }) }
    }

    @Test("where the master of the locks dies, turns go on with the replica that sentinels promote")
    func failover() throws {
        let master = try TestSupport.RedisServer()
        let copy = try TestSupport.RedisServer([
            "--replicaof", "127.0.0.1", "\(master.port)", "--repl-diskless-sync-delay", "0",
        ])
        let sentinel = try RedisSentinel(watching: master.port)
        try sentinel.awaitReplica()
        let store = try TrackerDatabase(.sqlite)
        let locks = "  type: redis\n  sentinels: 127.0.0.1:\(sentinel.port)\n  sentinel_master: parley\n"
        let server = try ParleyServer(
            workers: 2, endpoints: "lock_store:\n\(locks)  socket_timeout: 1\n\(store.section)")
        let load = Load(server)
        try load.awaitResponses()
        master.stop()
        try load.awaitResponses()
        let report = try load.stop()
        print("the master of the locks dies")
        try report.check(server)
        withExtendedLifetime(copy) {}
    }
}
