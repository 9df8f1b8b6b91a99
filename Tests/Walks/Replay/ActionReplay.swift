import Foundation
import JSON
import Synchronization

/// Stands in for the action server: answers each conversation's calls with what was recorded, in order.
final class ActionReplay: Sendable {
    private struct State {
        var answers: [String: ArraySlice<JSON>] = [:]
        var surprises: [String: String] = [:]
        /// What the recorded call before asked with.
        var asked: [String: JSONObject] = [:]
    }

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound, listen(listener, 64) == 0 else { throw EndToEndError("no port for actions: errno \(errno)") }
        self.listener = listener
        port = Int(address.sin_port.bigEndian)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [weak self] in Self.serve(connection) { self?.answer($0) } }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Sets what the next calls of a conversation are answered: rows of action, status, body and what was asked.
    func expect(_ answers: [JSON], in conversation: String) {
        state.withLock { $0.answers[conversation] = answers[...] }
    }

    /// What went otherwise than recorded in a conversation since it was asked last: another action, or too few calls.
    func surprise(in conversation: String) -> String? {
        state.withLock { state in
            let left = state.answers.removeValue(forKey: conversation)?.first?.array?.first?.string
            return state.surprises.removeValue(forKey: conversation) ?? left.map { "\($0) was not called" }
        }
    }

    private func answer(_ body: [UInt8]) -> (status: Int, body: String) {
        guard let call = try? JSON(parsing: body), let conversation = call["sender_id"]?.string else {
            return (400, "{}")
        }
        let action = call["next_action"]?.string
        return state.withLock { state in
            guard let next = state.answers[conversation]?.first?.array, next.count == 4, next[0].string == action else {
                let recorded = state.answers[conversation]?.first?.array?.first?.string ?? "no call"
                state.surprises[conversation] = "\(action ?? "nothing") was called, recorded \(recorded)"
                return (500, "{}")
            }
            state.answers[conversation]?.removeFirst()
            state.asked[conversation, default: [:]].merge(next[3].object ?? [:]) { $1 }
            let recorded = JSON.object(state.asked[conversation] ?? [:])
            if let found = Comparison(variations: [:]).difference(Self.asked(call["tracker"]), recorded) {
                state.surprises[conversation] = "\(action ?? "nothing") was asked with \(found)"
            }
            return (next[1].int ?? 500, next[2].string ?? "")
        }
    }

    /// What of a call is compared with the recording, as the recorder writes it down.
    private static func asked(_ tracker: JSON?) -> JSON {
        var asked: JSONObject = [:]
        asked["slots"] = .object((tracker?["slots"]?.object ?? [:]).filter { !$0.value.isNull })
        if var loop = tracker?["active_loop"]?.object {
            if !loop.isEmpty { loop["trigger_message"] = loop["trigger_message"]?["text"] ?? .null }
            asked["active_loop"] = .object(loop)
        }
        for name in ["latest_action_name", "latest_action", "followup_action", "paused"] {
            asked[name] = tracker?[name]
        }
        asked["latest_event_type"] = tracker?["events"]?.array?.last?["event"]
        asked["intent"] = tracker?["latest_message"]?["intent"]?["name"] ?? .null
        return .object(asked)
    }

    /// Answers the requests of one connection until it ends; bodies have a known length.
    private static func serve(_ connection: Int32, _ answer: ([UInt8]) -> (status: Int, body: String)?) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            while let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
                let length = lines.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
                guard bytes.count >= head.upperBound + length else { break }
                guard let (status, body) = answer(Array(bytes[head.upperBound..<head.upperBound + length])) else {
                    return
                }
                bytes.removeSubrange(..<(head.upperBound + length))
                let text =
                    "HTTP/1.1 \(status) Recorded\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                let answered = Array(text.utf8)
                guard send(connection, answered, answered.count, Int32(MSG_NOSIGNAL)) == answered.count else { return }
            }
            let count = recv(connection, &part, part.count, 0)
            guard count > 0 else { return }
            bytes += part[..<count]
        }
    }
}
