import ExactText
import JSON
import ModelArchive
import TextFeatures

/// Understands `/intent@confidence{"entity": "value"}` literally (Rasa's `RegexMessageHandler`).
///
/// The original is the expression `^/([^{@]+)(@[0-9.]+)?({.+})?(.*)`; nothing in it can be read in two ways, so it is
/// read from left to right here.
package struct ShortFormHandler: Component {
    static let name = EntityMatch.shortForm
    private let intents: Set<ExactString>?
    private let entities: Set<ExactString>?

    init(_ context: inout LoadingContext) {
        // A model that was trained without a domain takes every name.
        let hasDomain = context.node.needs["domain"] != nil
        self.init(
            intents: hasDomain ? context.domainIntents : nil, entities: hasDomain ? context.domainEntities : nil)
    }

    /// A handler for the intents and entities of a domain; nil for any.
    init(intents: Set<ExactString>?, entities: Set<ExactString>?) {
        self.intents = intents
        self.entities = entities
    }

    /// Nothing: what the short form says replaces what all others would find, so the interpreter reads it first.
    func process(_ message: inout Message, using scratch: Scratch) {}

    /// What a text in the short form says; nil for other texts and for unknown intents.
    func parse(_ text: MessageText) -> ParseResult? {
        let bytes = text.bytes
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        var at = 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "{"), bytes[at] != UInt8(ascii: "@") { at += 1 }
        let name = MessageText(stripping: text.string(1..<at)).string
        guard at > 1, intents?.contains(name) ?? true else { return nil }
        let confidence = Self.confidence(bytes, &at)
        let intent = ScoredIntent(name: name, confidence: confidence)
        return ParseResult(
            text: text.string, intent: intent, entities: entities(text, from: at), intentRanking: [intent])
    }

    private static func confidence(_ bytes: [UInt8], _ at: inout Int) -> Double {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "@") else { return 1 }
        var end = at + 1
        while end < bytes.count, bytes[end] == UInt8(ascii: ".") || 0x30...0x39 ~= bytes[end] { end += 1 }
        guard end > at + 1 else { return 1 }
        let digits = String(decoding: bytes[at + 1..<end], as: UTF8.self)
        at = end
        let points = digits.utf8.count { $0 == UInt8(ascii: ".") }
        guard points <= 1, digits != "." else { return 0 }
        // A number may begin or end in its point, which not every reader takes.
        return min(1, Double("0\(digits)" + (points == 0 ? "" : "0")) ?? 0)
    }

    /// The entities of the object that reaches to the last closing brace of the line.
    private func entities(_ text: MessageText, from start: Int) -> [EntityMatch] {
        let bytes = text.bytes
        guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { return [] }
        let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        guard let close = bytes[start..<lineEnd].lastIndex(of: UInt8(ascii: "}")), close > start + 1,
            let members = (try? JSON(parsing: Array(bytes[start...close])))?.object
        else { return [] }
        let (from, to) = (text.scalarOffset(ofByte: start), text.scalarOffset(ofByte: close + 1))
        var found: [EntityMatch] = []
        for (entity, value) in members where entities?.contains(entity) ?? true {
            for value in value.array ?? [value] {
                found.append(EntityMatch(entity: entity, start: from, end: to, value: value, extractor: Self.name))
            }
        }
        return found
    }
}
