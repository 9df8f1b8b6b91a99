import Foundation

/// The files of the checkout that these tests belong to.
enum Checkout {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let catalog = "Sources/parley/Documentation.docc"

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// What is in a directory, by name.
    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(path).path).sorted()
    }

    /// All Swift files below a directory.
    static func sources(below path: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(path).path)
        return (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.map { "\(path)/\($0)" }
    }

    /// The rows of the tables in a document whose header begins with these words, without that header.
    static func rows(of document: String, below header: [String]) throws -> [[String]] {
        var rows: [[String]] = []
        var isInside = false
        for line in try text(document).split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isInside = false
                continue
            }
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if cells.starts(with: header) {
                isInside = true
            } else if isInside, !cells.allSatisfy({ $0.allSatisfy { "-:".contains($0) } }) {
                rows.append(cells)
            }
        }
        return rows
    }

    /// The words in code quotes.
    static func codes(in cell: String) -> Set<String> { Set(cell.matches(of: #/`([^`]+)`/#).map { String($0.1) }) }
}
