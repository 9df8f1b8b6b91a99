import CZlib
import EndToEndSupport
import Foundation
import JSON
import TestSupport

/// A small assistant, trained once, and archives of it with one difference each.
final class ComparedProject: Sendable {
    static let data = Fixtures.path("compared/data")
    static let tests = Fixtures.path("compared/tests")

    let directory: TemporaryDirectory
    let archive: String

    init() throws {
        directory = try TemporaryDirectory()
        let project = Fixtures.path("compared")
        try RunningProcess.run([
            ParleyServer.binary, "train", "-c", "\(project)/config.yml", "-d", "\(project)/domain.yml", "--data",
            Self.data, "--out", directory.path, "--fixed-model-name", "base",
        ])
        archive = "\(directory.path)/base.tar.gz"
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/base", withIntermediateDirectories: false)
        try RunningProcess.run(["tar", "xzf", archive, "-C", "\(directory.path)/base"])
    }

    /// An archive in which something was changed.
    func planted(_ plant: Plant, as name: String? = nil) throws -> String {
        let copy = "\(directory.path)/\(name ?? plant.rawValue)"
        try FileManager.default.copyItem(atPath: "\(directory.path)/base", toPath: copy)
        try plant.change(PlantedFiles(directory: copy))
        try RunningProcess.run(["tar", "czf", "\(copy).tar.gz", "-C", copy, "components", "metadata.json"])
        return "\(copy).tar.gz"
    }
}

/// A difference in an archive.
enum Plant: String, CaseIterable, Sendable {
    case weight, rule, response, variation, threshold, synonym, lookup, mapping, memorizedTurn, priority, regex

    func change(_ files: PlantedFiles) throws {
        switch self {
        case .weight: try files.changeLastWeight()
        case .rule:
            let key = #"{\"action_name\": \"action_listen\"}, \"user\": {\"intent\": \"goodbye\"}}]": "utter_"#
            try files.replace(key + "goodbye", with: key + "welcome", in: "rule_policy.json")
        case .response: try files.replace("Hello!", with: "Hello.", in: "metadata.json")
        case .variation: try files.replace("See you.", with: "See you!", in: "metadata.json")
        case .threshold: try files.replace(#""threshold": 0.3"#, with: #""threshold": 0.9"#, in: "metadata.json")
        case .synonym:
            try files.replace(#""espresso": "coffee""#, with: #""espresso": "mocha""#, in: "synonyms.json")
        case .lookup: try files.replace("lemonade", with: "limonade", in: "regex.json")
        case .mapping:
            try files.replace(
                #""type": "from_entity", "entity": "drink""#, with: #""type": "from_entity", "entity": "table""#,
                in: "metadata.json")
        case .memorizedTurn:
            try files.replace(#"": "utter_welcome""#, with: #"": "utter_greet""#, in: "memorized_turns.json")
        case .priority:
            try files.replace(#""max_history": 3"#, with: #""max_history": 3, "priority": 9"#, in: "metadata.json")
        case .regex: try files.replace(#"\\d+"#, with: #"\\d"#, in: "regex.json")
        }
    }
}

/// The files of an archive that was unpacked.
struct PlantedFiles {
    let directory: String

    /// Replaces a text in all files of a name, which have to have it. JSON is spaced as Python writes it.
    func replace(_ text: String, with other: String, in name: String) throws {
        var count = 0
        for path in paths(name) {
            let old = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path)))).text(.python)
            let new = old.replacingOccurrences(of: text, with: other)
            if new != old { count += 1 }
            try Data(new.utf8).write(to: URL(fileURLWithPath: path))
        }
        guard count > 0 else { throw TestFailure("no \(name) has the text \(text)") }
    }

    private func paths(_ name: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        return all.filter { $0 == name || $0.hasSuffix("/\(name)") }.map { "\(directory)/\($0)" }
    }

    /// Changes the last of the weights with which LogisticRegressionClassifier knows intents: eight bytes of an array in
    /// a ZIP, whose checksum stands in two places.
    func changeLastWeight() throws {
        let all = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        guard let name = all.first(where: { $0.hasSuffix(".skops") }) else { throw TestFailure("there are no weights") }
        let url = URL(fileURLWithPath: "\(directory)/\(name)")
        var bytes = Array(try Data(contentsOf: url))
        let member = Array("coef_.npy".utf8)
        guard let name = bytes.firstRange(of: member),
            let entry = bytes.ranges(of: member).last, entry != name
        else { throw TestFailure("the weights have no array") }
        // The name follows 30 bytes in the local header, and 46 in the central directory.
        let (local, central) = (name.lowerBound - 30, entry.lowerBound - 46)
        let size = (0..<4).reduce(0) { $0 | Int(bytes[local + 22 + $1]) << (8 * $1) }
        let content = name.upperBound..<name.upperBound + size
        let last = content.upperBound - 8
        let weight = Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[last + $1]) << (8 * UInt64($1)) }) + 2
        for byte in 0..<8 { bytes[last + byte] = UInt8(truncatingIfNeeded: weight.bitPattern >> (8 * UInt64(byte))) }
        let checksum = bytes[content].withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        for byte in 0..<4 {
            let value = UInt8(truncatingIfNeeded: checksum >> (8 * UInt(byte)))
            bytes[local + 14 + byte] = value
            bytes[central + 16 + byte] = value
        }
        try Data(bytes).write(to: url)
    }
}
