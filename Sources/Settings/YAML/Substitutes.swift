internal import JSON
internal import OrderedCollections

/// Stand-ins for what libyaml will not write as it is: the characters beyond the first 65,536, emoji among them, which
/// it escapes, and what keeps it from writing a text as a block, such as a tab. They are characters for private use
/// that the document itself does not have.
struct Substitutes {
    private var standIns: [Unicode.Scalar: Unicode.Scalar] = [:]
    private var originals: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// What libyaml leaves no text as a block for; spaces only at the end of a line.
    private static let unwantedInBlocks: [Unicode.Scalar] = ["\t", " ", "\u{FEFF}"]

    /// Where a document has more kinds of such characters than there are stand-ins, the rest is escaped.
    init(for document: YAMLDocument) {
        var wanted = OrderedSet(Self.unwantedInBlocks)
        var taken: Set<Unicode.Scalar> = []
        document.forEachText { text in
            for scalar in text.unicodeScalars where scalar.value >= 0xE000 {
                if scalar.value > 0xFFFF { wanted.append(scalar) } else { taken.insert(scalar) }
            }
        }
        let free = (UInt32(0xE000)...0xF8FF).lazy.compactMap(Unicode.Scalar.init).filter { !taken.contains($0) }
        for (scalar, standIn) in zip(wanted, free) {
            standIns[scalar] = standIn
            originals[standIn] = scalar
        }
    }

    /// The text with the stand-ins.
    func done(in text: String, isBlock: Bool) -> String {
        var result = String.UnicodeScalarView()
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            let isReplaced =
                switch scalar {
                case " ": isBlock && Self.isAtEndOfLine(scalars[scalars.index(after: index)...])
                case "\t", "\u{FEFF}": isBlock
                default: true
                }
            result.append(isReplaced ? standIns[scalar] ?? scalar : scalar)
        }
        return String(result)
    }

    private static func isAtEndOfLine(_ rest: Substring.UnicodeScalarView) -> Bool {
        rest.first.map { $0 == "\n" } ?? true
    }

    /// The text in UTF-8 without them.
    func undone(in text: [UInt8]) -> [UInt8] {
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            result.append(originals[scalar] ?? scalar)
        }
        return Array(String(result).utf8)
    }
}

extension YAMLDocument {
    fileprivate func forEachText(_ body: (String) -> Void) {
        switch self {
        case .value(let value): value.forEachText(body)
        case .quoted(let text), .block(let text): body(text)
        case .list(let elements): for element in elements { element.forEachText(body) }
        case .group(let members):
            for member in members {
                body(member.key)
                member.value.forEachText(body)
            }
        }
    }
}

extension JSON {
    fileprivate func forEachText(_ body: (String) -> Void) {
        switch self {
        case .string(let text): body(text)
        case .array(let elements): for element in elements { element.forEachText(body) }
        case .object(let members):
            for (key, value) in members {
                body(key)
                value.forEachText(body)
            }
        default: break
        }
    }
}
