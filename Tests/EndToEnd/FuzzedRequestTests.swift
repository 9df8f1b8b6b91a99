import EndToEndSupport
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("Ten thousand spoilt requests to all routes of API and channels change nothing", .ownThreadFirst)
struct FuzzedRequestTests {
    /// Set `PARLEY_MUTATION_SEED` to repeat a run with other requests.
    private static let seed =
        ProcessInfo.processInfo.environment["PARLEY_MUTATION_SEED"].flatMap { UInt64($0) } ?? 20_260

    @Test("no crash, no hang, no server error; memory is where it was")
    func mutations() throws {
        let platforms = try Platforms()
        let server = try ParleyServer(
            ["--enable-api", "--request-timeout", "10"], workers: 2, redis: try RedisServer(), stub: platforms.server,
            credentials: platforms.credentials)
        let mutator = RequestMutator(seed: Self.seed, model: ParleyServer.demo, platforms: platforms)
        let workers = server.workers
        #expect(workers.count == 2)
        let greeting = try server.say("hello", as: "before").json?.array?.first?["text"]

        // As many as between the two measurings: what grows once does not count, what goes on growing does.
        _ = try send(mutator, 100_000..<110_000, to: server)
        let before = try memory(of: workers, of: server)
        let statuses = try send(mutator, 0..<10_000, to: server)
        let after = try memory(of: workers, of: server, before: before)

        // Who asked for another model may have gone before its loader was done.
        #expect(eventually { server.workers == workers })
        #expect(statuses.values.reduce(0, +) == 10_000)
        #expect(statuses[200] ?? 0 > 1000)
        #expect(statuses[400] ?? 0 > 1000)
        print("memory of the workers: \(before) bytes, then \(after)")
        // Which worker gets how much of the load is chance, and so is what its heap is cut into. What leaks grows each
        // time.
        var grown = [before.max() ?? 0, after.max() ?? 0]
        while let last = grown.last, grown.count < 5, !Self.isBounded(last, before: grown[grown.count - 2]) {
            let first = grown.count * 10_000
            _ = try send(mutator, first..<first + 10_000, to: server)
            grown.append(try memory(of: workers, of: server, before: [last]).max() ?? 0)
        }
        #expect(grown.count < 5, "the largest worker's bytes, after ten thousand more each time: \(grown)")
        #expect(try server.say("hello", as: "after").json?.array?.first?["text"] == greeting)
        #expect(greeting != nil)
    }

    /// Sends the requests of these numbers from four threads, and returns how often each status was answered; 0 stands
    /// for a connection that was closed without a response.
    private func send(_ mutator: RequestMutator, _ numbers: Range<Int>, to server: ParleyServer) throws -> [Int: Int] {
        let threads = 4
        let statuses = Mutex<[Int: Int]>([:])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            for number in numbers where number % threads == thread {
                let mutant = mutator.mutant(number)
                do {
                    let status = try ask(mutant, server)
                    // Who stops sending counts as gone for trainings and exchanges of the model, which end with 503.
                    let isGone =
                        status == 503 && mutant.mayBeIncomplete
                        && ["PUT /model", "DELETE /model", "POST /model/t"].contains {
                            mutant.bytes.starts(with: $0.utf8)
                        }
                    if status >= 500, !isGone {
                        let said = server.process.lines.suffix(3).joined(separator: " ")
                        Issue.record("\(description(number, mutant)): \(status); the log ends with \(said)")
                    }
                    statuses.withLock { $0[status, default: 0] += 1 }
                } catch {
                    Issue.record("\(description(number, mutant)): \(error)")
                }
            }
        }
        return statuses.withLock { $0 }
    }

    private func description(_ number: Int, _ mutant: RequestMutator.Mutant) -> String {
        let text = String(decoding: mutant.bytes.prefix(1500), as: UTF8.self)
        return "seed \(Self.seed), number \(number), \(text.debugDescription)"
    }

    /// The status of the response, once the server has closed.
    private func ask(_ mutant: RequestMutator.Mutant, _ server: ParleyServer) throws -> Int {
        let connection = try HTTPConnection(port: server.port)
        // The server may close while a request that it refuses is still being sent.
        try? connection.send(mutant.bytes)
        if mutant.mayBeIncomplete { connection.endSending() }
        let status = try connection.statusAtEnd()
        // Without a model the rest would not get far.
        if status == 204, try server.call("GET", "/status").status == 409 { try loadModel(server) }
        return status
    }

    private func loadModel(_ server: ParleyServer) throws {
        let body = JSON.object(["model_file": .string(ParleyServer.demo)]).text()
        guard try server.call("PUT", "/model", body).status == 204 else { throw TestFailure("no model any more") }
    }

    /// The memory of each worker when it has forgotten the conversations that it keeps for their next turns, as it does
    /// when the model is exchanged: how large those are is left to chance. The least of three such moments is what
    /// stays.
    private func memory(of workers: [pid_t], of server: ParleyServer) throws -> [Int] {
        var least = workers.map { _ in Int.max }
        for _ in 1...3 {
            try loadModel(server)
            least = zip(least, try workers.map(server.memory)).map { min($0, $1) }
        }
        return least
    }

    /// The memory of each worker as soon as it is what it was before. A worker gives back what is free when it has been
    /// quiet for some seconds; what it has after a minute stays.
    private func memory(of workers: [pid_t], of server: ParleyServer, before: [Int]) throws -> [Int] {
        var after = try memory(of: workers, of: server)
        _ = try eventually(within: 60) {
            if after.allSatisfy({ Self.isBounded($0, before: before.max() ?? 0) }) { return true }
            after = try workers.map(server.memory)
            return false
        }
        return after
    }

    /// Whether a worker's memory has not grown beyond what its heap's play explains: up to two megabytes were seen from
    /// run to run. Three are 600 bytes for each of a worker's 5,000 requests.
    ///
    /// - Parameter before: What any of the workers had. The requests are shared by chance, so one worker may meet what
    ///   makes it grow once only after the other has.
    private static func isBounded(_ after: Int, before: Int) -> Bool {
        Double(after) < Double(before) * 1.1 + 3e6
    }
}
