import ExactText
import Foundation
import JSON
import Pickles
import TestSupport
import Testing

@Suite("Pickles that Python wrote are read as what was written")
struct RecordedPickleTests {
    struct Recording: Sendable, CustomTestStringConvertible {
        let json: JSON
        let name: String
        let file: [UInt8]

        var testDescription: String { name }

        /// What is in the file.
        func value() throws -> PickleValue {
            json["joblib"] == nil
                ? try PickleReader.value(of: file, classes: PickleClass.tables)
                : try #require(try JoblibFile.value(of: file, classes: PickleClass.tables)["array"])
        }
    }

    static let recordings: [Recording] = {
        guard let json = try? Fixtures.json("pickles.json") else { return [] }
        return (json.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string, let text = entry["file"]?.string,
                let file = Data(base64Encoded: text)
            else { return nil }
            return Recording(json: entry, name: name, file: Array(file))
        }
    }()

    @Test func areThere() { #expect(Self.recordings.count > 80) }

    @Test(arguments: recordings.filter { $0.json["numbers"] != nil })
    func numbers(recording: Recording) throws {
        let array = try #require(PickledArray(try recording.value()))
        #expect(array.shape == recording.json["shape"]?.array?.compactMap(\.int))
        #expect(array.doubles == recording.json["numbers"]?.array?.compactMap(\.double))
    }

    @Test(arguments: recordings.filter { $0.json["texts"] != nil })
    func texts(recording: Recording) throws {
        let array = try #require(PickledArray(try recording.value()))
        #expect(array.texts?.map(\.exact) == recording.json["texts"]?.array?.compactMap { $0.string?.exact })
    }

    @Test(arguments: recordings.filter { $0.json["matrix"] != nil })
    func matrices(recording: Recording) throws {
        let matrix = try #require(SparseMatrix(try recording.value()))
        var rows = Array(repeating: Array(repeating: 0.0, count: matrix.columns), count: matrix.rows)
        for (index, value) in matrix.values.enumerated() {
            rows[matrix.rowIndices[index]][matrix.columnIndices[index]] = value
        }
        #expect(rows == recording.json["matrix"]?.array?.map { ($0.array ?? []).compactMap(\.double) })
    }

    @Test(arguments: recordings.filter { $0.json["plain"] != nil })
    func plainValues(recording: Recording) throws {
        #expect(plain(try recording.value()) == recording.json["plain"])
    }

    @Test(arguments: recordings.filter { $0.json["scalars"] != nil })
    func scalars(recording: Recording) throws {
        let value = try recording.value()
        #expect(value["x"]?.number == 0.5)
        #expect(value["y"]?.integer == -3)
    }

    @Test("no beginning of a file is a file, and none ends the process", arguments: recordings)
    func cutOff(recording: Recording) {
        for count in 0..<recording.file.count {
            let part = Array(recording.file.prefix(count))
            #expect(throws: PickleError.self) {
                if recording.json["joblib"] == nil {
                    _ = try PickleReader.value(of: part, classes: PickleClass.tables)
                } else {
                    _ = try JoblibFile.value(of: part, classes: PickleClass.tables)
                }
            }
        }
    }

    private func plain(_ value: PickleValue) -> JSON {
        if let elements = value.elements { return .array(elements.map(plain)) }
        if let entries = value.entries {
            return .object(JSONObject(entries.map { ($0.key.text ?? "", plain($0.value)) }))
        }
        return switch value {
        case .truth(let truth): .bool(truth)
        case .whole(let number): .int(number)
        case .number(let number): .double(number)
        case .text(let text): .string(text.string)
        default: .null
        }
    }
}
