import ExactText
import JSON

/// Reads `[text](entity:value)`, `[text]{"entity": …}` and `[text][{…}, {…}]` in examples.
struct Annotations {
    /// The text without marks.
    private(set) var plainText = ""
    private(set) var entities: [Example.Annotation] = []

    private let scalars: [Unicode.Scalar]
    /// How many scalars the plain text has so far.
    private var length = 0

    /// - Throws: ``MalformedExample`` with a sentence.
    init(_ text: String) throws(MalformedExample) {
        scalars = Array(text.unicodeScalars)
        var at = 0
        while at < scalars.count {
            if scalars[at] == "[", let end = try annotation(at: at) {
                at = end
                continue
            }
            plainText.unicodeScalars.append(scalars[at])
            length += 1
            at += 1
        }
    }

    /// Takes the annotation that begins at an opening bracket. Returns its end, or nil where there is none.
    private mutating func annotation(at start: Int) throws(MalformedExample) -> Int? {
        guard let textEnd = first("]", from: start + 1), textEnd > start + 1, textEnd + 1 < scalars.count else {
            return nil
        }
        let text = string(start + 1..<textEnd)
        let range = length..<length + (textEnd - start - 1)
        let open = textEnd + 1
        switch scalars[open] {
        case "(":
            guard let close = first(")", from: open + 1) else { return nil }
            let colon = first(":", from: open + 1).flatMap { $0 < close ? $0 : nil }
            guard (colon ?? close) > open + 1 else { return nil }
            if let colon, colon + 1 == close { return nil }
            let value = colon.map { string($0 + 1..<close) } ?? text
            add(text, range, entity: string(open + 1..<(colon ?? close)), value: value)
            return close + 1
        case "{":
            guard let close = first("}", from: open + 1), close > open + 1 else { return nil }
            let properties = try self.properties(open..<close + 1)
            append(text)
            entities.append(try entity(properties, text, range))
            return close + 1
        case "[":
            guard let close = first("]", from: open + 1), !scalars[open..<close].contains("\n") else { return nil }
            append(text)
            var at = open
            while let next = first("{", from: at), next < close, let end = first("}", from: next + 1), end < close {
                if end > next + 1 { entities.append(try entity(try properties(next..<end + 1), text, range)) }
                at = end + 1
            }
            return close + 1
        default: return nil
        }
    }

    private mutating func append(_ text: String) {
        plainText += text
        length += text.unicodeScalars.count
    }

    private mutating func add(_ text: String, _ range: Range<Int>, entity: String, value: String) {
        append(text)
        entities.append(
            Example.Annotation(start: range.lowerBound, end: range.upperBound, value: .string(value), entity: entity))
    }

    private func properties(_ range: Range<Int>) throws(MalformedExample) -> JSONObject {
        let text = string(range)
        guard let object = (try? JSON(parsing: text))?.object else {
            throw MalformedExample(message: "the annotation \(text) is not JSON, such as {\"entity\": \"city\"}")
        }
        for key in ["entity", "role", "group"] where object[key].map({ $0.string == nil }) ?? false {
            throw MalformedExample(message: "'\(key)' in the annotation \(text) must be a string")
        }
        if let value = object["value"], value.string == nil, value.double == nil {
            throw MalformedExample(message: "'value' in the annotation \(text) must be a string or a number")
        }
        return object
    }

    private func entity(
        _ properties: JSONObject, _ text: String, _ range: Range<Int>
    ) throws(MalformedExample) -> Example.Annotation {
        guard let entity = properties["entity"]?.string else {
            throw MalformedExample(message: "the annotation of '\(text)' names no entity")
        }
        return Example.Annotation(
            start: range.lowerBound, end: range.upperBound, value: properties["value"] ?? .string(text),
            entity: entity, role: properties["role"]?.string, group: properties["group"]?.string)
    }

    private func first(_ scalar: Unicode.Scalar, from start: Int) -> Int? {
        guard start <= scalars.count else { return nil }
        return scalars[start...].firstIndex(of: scalar)
    }

    private func string(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }
}
