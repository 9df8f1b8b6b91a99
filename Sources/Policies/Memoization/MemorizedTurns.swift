import CZlib
import Dialogue
import Encodings
import ExactText
import JSON

/// The turns of the training stories by the text of their states.
struct MemorizedTurns: Sendable {
    private let actions: [ExactString: String]
    /// No key is about more states than this.
    let maxStates: Int

    /// Reads `memorized_turns.json`. Compressed keys are inflated, since equal texts may be compressed to other bytes.
    ///
    /// - Throws: ``PolicyError`` with `.badFiles`.
    init(_ file: JSON, policy: String, isCompressed: Bool) throws(PolicyError) {
        var actions: [ExactString: String] = [:]
        let lookup = file["lookup"]?.object ?? [:]
        actions.reserveCapacity(lookup.count)
        var inflater = Inflater()
        for (key, action) in lookup {
            guard let action = action.string, let text = isCompressed ? inflater.text(ofBase64: key) : key else {
                throw PolicyError(.badFiles, "\(policy): memorized_turns.json has a key that cannot be read")
            }
            actions[text] = action
        }
        self.actions = actions
        // A state takes two braces at least, and a comma and a space before the next.
        maxStates = ((actions.keys.map(\.utf8.count).max() ?? 0) + 2) / 4
    }

    /// The action that followed these states in a story.
    func action(after states: [DialogueState]) -> String? {
        states.isEmpty ? nil : actions[MemorizedTurns.key(states)]
    }

    /// The states as JSON with sorted keys and without double quotes.
    static func key(_ states: [DialogueState]) -> String {
        var text = states.encoded
        text.removeAll { $0 == UInt8(ascii: "\"") }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Inflates short zlib texts, with one buffer for all.
private struct Inflater {
    private static let largest = 1 << 22
    private var buffer = [UInt8](repeating: 0, count: 4096)

    mutating func text(ofBase64 text: String) -> String? {
        guard let packed = Base64.decode(text) else { return nil }
        while true {
            var length = uLongf(buffer.count)
            switch uncompress(&buffer, &length, packed, uLong(packed.count)) {
            case Z_OK: return String(validating: buffer.prefix(Int(length)), as: UTF8.self)
            case Z_BUF_ERROR where buffer.count < Self.largest:
                buffer = [UInt8](repeating: 0, count: buffer.count * 4)
            default: return nil
            }
        }
    }
}
