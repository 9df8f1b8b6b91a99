package import JSON

/// A document to be written as YAML.
package indirect enum YAMLDocument: Sendable, Hashable {
    /// A scalar, list or group in the plainest form that reads back as the same value.
    case value(JSON)
    /// A text between double quotes.
    case quoted(String)
    /// A text in a block of its own, where its characters allow it.
    case block(String)
    /// A text with a comment at the end of its line.
    case commented(String, comment: String)
    /// A list.
    case list([YAMLDocument])
    /// A group of keys in order.
    case group([Member])

    /// A key with its value.
    package struct Member: Sendable, Hashable {
        let key: String
        let value: YAMLDocument

        /// A key with its value.
        package init(_ key: String, _ value: YAMLDocument) {
            self.key = key
            self.value = value
        }
    }

    /// The document as text in UTF-8, laid out as Rasa's library for YAML does it.
    package var text: [UInt8] {
        var writer = YAMLWriter()
        // As an element whose dash would stand left of the text.
        writer.write(self, at: -YAMLWriter.indentation, below: .dash)
        // Whoever reads a stream would not know otherwise that no more empty lines follow.
        return writer.output.dropFirst() + (writer.endsWithEmptyLines ? Array("...\n".utf8) : [])
    }
}

/// Writes a document in blocks, from the character behind a key or a dash on.
private struct YAMLWriter {
    static let indentation = 2
    /// How long a key may be that stands before its colon in one line.
    private static let maxSimpleKey = 122

    private(set) var output: [UInt8] = []
    /// Whether what was written last is a block with all of its empty lines.
    private(set) var endsWithEmptyLines = false

    /// What a value stands behind: a key with its colon, or a dash, or the colon of a key that has its own line.
    enum Parent { case key, dash }

    /// - Parameter column: Where the parent begins.
    mutating func write(_ document: YAMLDocument, at column: Int, below parent: Parent) {
        let inner = column + Self.indentation
        switch document {
        case .value(.array(let elements)):
            write(.list(elements.map(YAMLDocument.value)), at: column, below: parent)
        case .value(.object(let members)):
            write(.group(members.map { .init($0.key, .value($0.value)) }), at: column, below: parent)
        case .list(let elements) where elements.isEmpty: append(" []\n")
        case .group(let members) where members.isEmpty: append(" {}\n")
        case .list(let elements):
            // A list may begin right below its key.
            children(elements, at: parent == .key ? column : inner, parent) { writer, element, column in
                writer.append("-")
                writer.write(element, at: column, below: .dash)
            }
        case .group(let members):
            children(members, at: inner, parent) { writer, member, column in writer.write(member, at: column) }
        case .value(.string(let text)): scalar(text, YAMLStyle(for: text), inner)
        case .value(.null): append(" null\n")
        case .value(.double(let number)) where !number.isFinite:
            append(number.isNaN ? " .nan\n" : number < 0 ? " -.inf\n" : " .inf\n")
        case .value(let value): append(" \(value.text())\n")
        case .quoted(let text): scalar(text, .doubleQuoted, inner)
        case .commented(let text, let comment):
            // In one line whatever its characters, as a comment can only stand at a line's end.
            let style = YAMLStyle(for: text)
            append(" ")
            append(style == .block ? .doubleQuoted : style, text, inner)
            append(
                "  # \(comment.unicodeScalars.split(whereSeparator: YAMLStyle.isBreak).map(String.init).joined(separator: " "))\n"
            )
        case .block(let text): scalar(text, YAMLStyle.canBeBlock(text) ? .block : .doubleQuoted, inner)
        }
    }

    private mutating func write(_ member: YAMLDocument.Member, at column: Int) {
        let style = YAMLStyle(for: member.key)
        let scalars = member.key.unicodeScalars
        if scalars.count <= Self.maxSimpleKey, !scalars.contains(where: YAMLStyle.isBreak) {
            append(style, member.key, column + Self.indentation)
            append(":")
            write(member.value, at: column, below: .key)
        } else {
            append("?")
            scalar(member.key, style, column + Self.indentation)
            indent(column)
            append(":")
            write(member.value, at: column, below: .dash)
        }
    }

    /// Writes what stands in lines of its own, but for the first below a dash.
    private mutating func children<Child>(
        _ children: [Child], at column: Int, _ parent: Parent, _ write: (inout YAMLWriter, Child, Int) -> Void
    ) {
        append(parent == .key ? "\n" : " ")
        for (index, child) in children.enumerated() {
            if index > 0 || parent == .key { indent(column) }
            write(&self, child, column)
        }
    }

    private mutating func scalar(_ text: String, _ style: YAMLStyle, _ column: Int) {
        append(" ")
        append(style, text, column)
        if style != .block { append("\n") }
        endsWithEmptyLines = style == .block && YAMLStyle.endsWithEmptyLine(text)
    }

    private mutating func append(_ style: YAMLStyle, _ text: String, _ column: Int) {
        style.write(text, indentation: column, to: &output)
    }

    private mutating func append(_ text: String) {
        output += text.utf8
        endsWithEmptyLines = false
    }

    private mutating func indent(_ column: Int) {
        output += repeatElement(UInt8(ascii: " "), count: column)
    }
}
