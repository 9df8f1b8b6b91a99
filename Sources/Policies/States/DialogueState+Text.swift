import Dialogue
import JSON

extension [DialogueState] {
    /// The states as JSON text with sorted names, as Rasa's keys have them.
    var text: String { String(decoding: encoded, as: UTF8.self) }

    var encoded: [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "[")]
        for (number, state) in enumerated() {
            if number > 0 { output += ", ".utf8 }
            state.write(to: &output)
        }
        output.append(UInt8(ascii: "]"))
        return output
    }
}

extension DialogueState {
    /// Appends what ``json`` is as text with sorted names. It is written straight from the state, since keys are made
    /// for every prediction.
    func write(to output: inout [UInt8]) {
        var isFirst = true
        func member(_ name: StaticString) {
            output += isFirst ? "{\"".utf8 : ", \"".utf8
            isFirst = false
            output.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            output += "\": ".utf8
        }
        if let activeLoop {
            member("active_loop")
            output.append("{\"name\": ", activeLoop)
            output.append(UInt8(ascii: "}"))
        }
        if let previousAction {
            member("prev_action")
            switch previousAction {
            case .name(let name): output.append("{\"action_name\": ", name)
            case .text(let text): output.append("{\"action_text\": ", text)
            }
            output.append(UInt8(ascii: "}"))
        }
        if !slots.isEmpty {
            member("slots")
            output += slots.text
        }
        if let user {
            member("user")
            user.write(to: &output)
        }
        if isFirst { output.append(UInt8(ascii: "{")) }
        output.append(UInt8(ascii: "}"))
    }
}

extension DialogueState.User {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        let start = output.count
        if let entities {
            output += "\"entities\": [".utf8
            for (number, entity) in entities.enumerated() { output.append(number > 0 ? ", " : "", entity) }
            output.append(UInt8(ascii: "]"))
        }
        if let intent {
            output.append(output.count > start ? ", \"intent\": " : "\"intent\": ", intent)
        }
        if let text {
            output.append(output.count > start ? ", \"text\": " : "\"text\": ", text)
        }
        output.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    /// Appends a text as it is and then one in quotes.
    fileprivate mutating func append(_ head: StaticString, _ text: String) {
        append(contentsOf: UnsafeBufferPointer(start: head.utf8Start, count: head.utf8CodeUnitCount))
        JSON.write(text, to: &self, escapesNonASCII: true)
    }
}
