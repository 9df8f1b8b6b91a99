import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("A worker that has had its requests is replaced", .ownThread)
struct ReliefTests {
    @Test("without a lost request, again and again, with the number of workers kept")
    func requests() throws {
        let server = try ParleyServer(
            ["--enable-api", "--max-worker-requests", "40", "--retire-timeout", "1"], workers: 2,
            redis: try RedisServer())
        let first = server.workers
        let load = Load(server, conversations: 8)
        try server.awaitEvent("has had as many requests as it may", count: 4)
        try server.awaitEvent("A new worker serves", count: 4)
        try load.awaitResponses(2)
        let report = try load.stop()
        #expect(report.talks.values.filter { !$0.refused.isEmpty }.isEmpty)
        try report.check(server)
        #expect(eventually { server.workers.count == 2 })
        #expect(Set(server.workers).isDisjoint(with: first))
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
    }

    @Test("with --cpu-affinity each worker has a processor of its own, in every generation")
    func processors() throws {
        let server = try ParleyServer(
            ["--enable-api", "--cpu-affinity"], workers: 2, redis: try RedisServer(), ignoresHangUp: true)
        let all = try processors(of: server.process.pid)
        func check() throws {
            let own = try server.workers.map { try processors(of: $0) }
            #expect(own.allSatisfy { $0.count == 1 && all.isSuperset(of: $0) })
            #expect(Set(own).count == min(2, all.count))
        }
        try check()
        server.process.signal(SIGHUP)
        try server.awaitGeneration(2, workers: 2)
        try check()
    }

    /// Those that a process may run on.
    private func processors(of pid: pid_t) throws -> Set<Int> {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let list = text.firstMatch(of: /\nCpus_allowed_list:\s*(\S+)/)?.1 else { return [] }
        return Set(
            list.split(separator: ",").flatMap { part -> ClosedRange<Int> in
                let ends = part.split(separator: "-").compactMap { Int($0) }
                return (ends.first ?? 0)...(ends.last ?? 0)
            })
    }
}
