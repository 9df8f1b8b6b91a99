import ExactText
import System
import YAML

/// The text of a configuration that lines are put into, which end as the others of the file do.
struct ConfigurationText {
    let file: String
    let document: YAMLNode
    private var lines: [String]
    private let ending: String

    /// Nil for what cannot be read, or is no group of keys; the training says so.
    init?(in file: String) {
        guard let bytes = try? File.read(file), let document = try? YAMLReader().read(bytes, file: file),
            document.mapping != nil
        else { return nil }
        (self.file, self.document) = (file, document)
        lines = String(decoding: bytes, as: UTF8.self).exact.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        ending = lines.first?.exact.hasSuffix("\r") == true ? "\r" : ""
    }

    /// A line by its number, counted from 1; nil where there is none.
    subscript(line number: Int) -> String? { lines.indices.contains(number - 1) ? lines[number - 1] : nil }

    /// Puts another line in the place of one.
    mutating func replace(line number: Int, with line: String) { lines[number - 1] = line + ending }

    mutating func insert(_ added: [String], after number: Int) {
        lines.insert(contentsOf: added.map { $0 + ending }, at: number)
    }

    mutating func append(_ added: [String]) {
        if lines.last == "" { lines.removeLast() }
        lines += added.map { $0 + ending } + [""]
    }

    private var bytes: [UInt8] { Array(lines.joined(separator: "\n").utf8) }

    /// What the text says now; nil where the lines have spoilt it, as in a group in braces.
    var changed: YAMLNode? { try? YAMLReader().read(bytes, file: file) }

    func write() throws(SystemError) { try File.write(bytes, to: file) }
}
