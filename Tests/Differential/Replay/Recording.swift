import CZlib
import EndToEndSupport
import Foundation
import JSON
import TestSupport

/// The random walks over one assistant, as the real Rasa 3.6.21 went through them; `record.py` writes them.
struct Recording {
    /// One conversation: its name and its turns.
    struct Conversation {
        let name: String
        let turns: [JSON]
    }

    let model: String
    /// Metadata that every event has; left out of the recorded events.
    let metadata: JSONObject
    /// The texts of responses of which one is drawn, by response.
    let variations: [String: [String]]
    /// What was understood, by text; of a text that was refused there is the refusal.
    let parses: [String: JSON]
    /// The status where it was not 200, by text.
    let refusals: [String: Int]
    let conversations: [Conversation]

    /// The walks over one of the assistants.
    init(_ assistant: String) throws {
        try self.init(model: Fixtures.path("\(assistant).tar.gz"), lines: Fixtures.path("\(assistant).jsonl.gz"))
    }

    init(model: String, lines: String) throws {
        self.model = model
        var metadata: JSONObject = [:]
        var variations: [String: [String]] = [:]
        var parses: [String: JSON] = [:]
        var refusals: [String: Int] = [:]
        var conversations: [Conversation] = []
        let bytes = try Self.unzipped(lines)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let json = try JSON(parsing: Array(line))
            if let text = json["text"]?.string {
                parses[text] = json["parse"]
                if let status = json["status"]?.int, status != 200 { refusals[text] = status }
            } else if let name = json["conversation"]?.string {
                conversations.append(Conversation(name: name, turns: json["turns"]?.array ?? []))
            } else {
                metadata = json["metadata"]?.object ?? [:]
                for (name, texts) in json["variations"]?.object ?? [:] {
                    variations[name] = texts.array?.compactMap(\.string)
                }
            }
        }
        self.metadata = metadata
        self.variations = variations
        self.parses = parses
        self.refusals = refusals
        self.conversations = conversations
    }

    private static func unzipped(_ path: String) throws -> [UInt8] {
        guard let file = gzopen(path, "rb") else { throw TestFailure("cannot open \(path)") }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else { throw TestFailure("\(path) is not readable as gzip") }
            if count == 0 { return bytes }
            bytes += buffer[..<Int(count)]
        }
    }

    /// A recorded event as it is to be compared: with the parse that its text has everywhere.
    func whole(_ event: JSON) -> JSON {
        guard var members = event.object, members["event"] == "user", members["parse_data"] == nil,
            let text = members["text"]?.string
        else { return event }
        members["parse_data"] = parses[text]
        return .object(members)
    }

    /// An event of the server under test without what differs from run to run or is left out of the recording.
    func stripped(_ event: JSON) -> JSON {
        guard var members = event.object else { return event }
        members["timestamp"] = nil
        members["message_id"] = nil
        if let own = members["metadata"]?.object {
            let rest = own.filter { metadata[$0.key] != $0.value }
            members["metadata"] = rest.isEmpty ? nil : .object(rest)
        }
        if var parse = members["parse_data"]?.object {
            parse["message_id"] = nil
            parse["metadata"] = nil
            members["parse_data"] = .object(parse)
        }
        return .object(members)
    }
}
