import EndToEndSupport
import JSON
import Synchronization
import TestSupport

/// Stands in for the action server: answers each conversation's calls with what was recorded, in order.
final class ActionReplay: Sendable {
    private let script = Script()
    private let server: HTTPStub

    init() throws {
        server = try HTTPStub { [script] in script.respond($0.body) }
    }

    var url: String { server.url }

    /// Sets what the next calls of a conversation are answered: rows of action, status, body and what was asked.
    func expect(_ responses: [JSON], in conversation: String) {
        script.state.withLock { $0.responses[conversation] = responses[...] }
    }

    /// What went otherwise than recorded in a conversation since it was asked last: another action, or too few calls.
    func surprise(in conversation: String) -> String? {
        script.state.withLock { state in
            let left = state.responses.removeValue(forKey: conversation)?.first?.array?.first?.string
            return state.surprises.removeValue(forKey: conversation) ?? left.map { "\($0) was not called" }
        }
    }
}

/// What is to be answered, and what went otherwise.
private final class Script: Sendable {
    struct State {
        var responses: [String: ArraySlice<JSON>] = [:]
        var surprises: [String: String] = [:]
        /// What the recorded call before asked with.
        var asked: [String: JSONObject] = [:]
    }

    let state = Mutex(State())

    func respond(_ body: [UInt8]) -> HTTPStub.Response {
        guard let call = try? JSON(parsing: body), let conversation = call["sender_id"]?.string else {
            return .status(400, "{}")
        }
        let action = call["next_action"]?.string
        return state.withLock { state in
            guard let next = state.responses[conversation]?.first?.array, next.count == 4, next[0].string == action
            else {
                let recorded = state.responses[conversation]?.first?.array?.first?.string ?? "no call"
                state.surprises[conversation] = "\(action ?? "nothing") was called, recorded \(recorded)"
                return .status(500, "{}")
            }
            state.responses[conversation]?.removeFirst()
            state.asked[conversation, default: [:]].merge(next[3].object ?? [:]) { $1 }
            let recorded = JSON.object(state.asked[conversation] ?? [:])
            if let found = Comparison(variations: [:]).difference(Self.asked(call["tracker"]), recorded) {
                state.surprises[conversation] = "\(action ?? "nothing") was asked with \(found)"
            }
            return .status(next[1].int ?? 500, next[2].string ?? "")
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
}
