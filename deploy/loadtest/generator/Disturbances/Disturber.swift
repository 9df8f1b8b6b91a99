import Foundation
import NIOCore
import NIOHTTP1

/// What was done to the server, and when.
struct Disturbance: Codable, Sendable {
    let label: String
    /// In nanoseconds after the start of the run.
    let begin: Int64
    let end: Int64
    /// Why it could not be done, if so.
    var failure: String?

    var span: Range<Int64> { begin..<max(end, begin + 1) }
}

/// Disturbs one server while turns arrive.
struct Disturber: Sendable {
    enum Action: Sendable {
        case hangUp(ServerProcess)
        case killWorker(ServerProcess)
        case swap([String])
    }

    let action: Action
    let interval: Double
    let target: Target
    let eventLoop: any EventLoop
    let kills: KillClock

    /// Disturbs until its task is cancelled; the first time after half an interval.
    func run(from start: NIODeadline) async -> [Disturbance] {
        var all: [Disturbance] = []
        var due = start + .nanoseconds(Int64(interval * 0.5e9))
        while true {
            try? await Task.sleep(for: .nanoseconds(max(0, (due - .now()).nanoseconds)))
            if Task.isCancelled { return all }
            let begin = NIODeadline.now()
            let (label, failure) = await act(all.count)
            all.append(
                Disturbance(
                    label: label, begin: (begin - start).nanoseconds, end: (.now() - start).nanoseconds,
                    failure: failure))
            due = max(due + .nanoseconds(Int64(interval * 1e9)), .now())
        }
    }

    private func act(_ count: Int) async -> (label: String, failure: String?) {
        switch action {
        case .hangUp(let server):
            return ("HUP", kill(server.pid, SIGHUP) == 0 ? nil : "there is no process \(server.pid)")
        case .killWorker(let server):
            guard let worker = server.workers.randomElement() else { return ("KILL", "\(server.pid) has no worker") }
            kill(worker, SIGKILL)
            // Requests that reach the worker while the kernel takes it apart are lost with it.
            for _ in 0..<2000 where !ServerProcess.hasEnded(worker) { try? await Task.sleep(for: .milliseconds(1)) }
            kills.note(.now())
            return ("KILL", nil)
        case .swap(let models):
            return ("swap", await swap(to: models[count % models.count]))
        }
    }

    private func swap(to model: String) async -> String? {
        let connection = HTTPConnection(to: target, eventLoop: eventLoop)
        defer { Task { await connection.close() } }
        do throws(ExchangeFailure) {
            let path = (try? JSONEncoder().encode(["model_file": model])) ?? Data()
            let response = try await connection.exchange(
                .PUT, "/model", String(decoding: path, as: UTF8.self), within: 120)
            return response.status == 204 ? nil : "PUT /model had status \(response.status)"
        } catch {
            return "PUT /model: \(error.outcome.label)"
        }
    }
}
