import CZlib
import ExactText
import JSON
import Pickles
import TestSupport
import Testing

@Suite("Pickles that are more than data are refused")
struct HostilePickleTests {
    /// What is refused at once, by its reason.
    static let corpus: [(name: String, pickle: [UInt8], reason: PickleError.Reason)] = [
        ("os.system", global("os", "system") + text("true") + [0x85, 0x52], .notData),
        ("builtins.eval", global("builtins", "eval") + text("1") + [0x85, 0x52], .notData),
        ("posix.system by STACK_GLOBAL", text("posix") + text("system") + [0x93], .notData),
        ("getattr of a known class", global("builtins", "getattr") + [0x29, 0x52], .notData),
        ("a known class with dots", global("numpy", "ndarray.__class__"), .notData),
        ("a name with an end of line", text("numpy\n") + text("ndarray") + [0x93], .notData),
        ("persistent id", text("1") + [0x51], .notData),
        ("persistent id of protocol 0", [0x50, 0x31, 0x0A], .notData),
        ("extension code", [0x82, 1], .notData),
        ("extension code of two bytes", [0x83, 1, 0], .notData),
        ("extension code of four bytes", [0x84, 1, 0, 0, 0], .notData),
        ("buffer from outside", [0x97], .notData),
        ("read-only buffer", [0x98], .notData),
        ("INST", Array("(ios\nsystem\n".utf8), .notData),
        ("OBJ", [0x28] + global("numpy", "ndarray") + [0x6F], .notData),
        ("named arguments", global("numpy", "dtype") + [0x29, 0x7D] + text("a") + [0x4B, 1, 0x73, 0x92], .notData),
        ("a state for a list", [0x5D, 0x7D, 0x62], .notData),
        ("a call of a list", [0x5D, 0x29, 0x52], .notData),
        ("a list in itself", [0x5D, 0x94, 0x68, 0, 0x61], .notData),
        ("two lists in each other", [0x5D, 0x94, 0x5D, 0x94, 0x68, 0, 0x61, 0x68, 1, 0x61], .notData),
        ("an object in its state", global("numpy", "dtype") + [0x29, 0x52, 0x94, 0x68, 0, 0x62], .notData),
        ("protocol 0", [0x80, 0, 0x4E], .notData),
        ("protocol 9", [0x80, 9, 0x4E], .notData),
        ("a whole number of a kilobyte", [0x8B, 0, 4, 0, 0] + [UInt8](repeating: 1, count: 1024), .notData),
        ("a length beyond the end", [0x8E] + [UInt8](repeating: 0xFF, count: 8), .damaged),
        ("a text beyond the end", [0x58, 0xFF, 0xFF, 0xFF, 0x7F], .damaged),
        ("a text that is not UTF-8", [0x8C, 2, 0xC3, 0x28], .damaged),
        ("a value that was not remembered", [0x68, 7], .damaged),
        ("no value for the end", [], .damaged),
        ("no mark", [0x4E, 0x74], .damaged),
        ("values from below a mark", [0x4E, 0x28, 0x85], .damaged),
        ("an odd number of entries", [0x7D, 0x28, 0x4E, 0x75], .damaged),
        ("levels of lists", [UInt8](repeating: 0x5D, count: 300) + [UInt8](repeating: 0x61, count: 299), .tooLarge),
        ("doubled tuples", [0x29] + [UInt8](repeating: 0x94, count: 1) + doubled(60), .tooLarge),
        ("values without end", [UInt8](repeating: 0x5D, count: 3_000_000), .tooLarge),
        ("opcodes without end", [0x4E] + [UInt8](repeating: 0x94, count: 9_000_000), .tooLarge),
        ("a name without end", [0x63] + [UInt8](repeating: 0x61, count: 5000), .damaged),
    ]

    @Test(arguments: corpus.indices)
    func isRefused(index: Int) throws {
        let hostile = Self.corpus[index]
        let error = #expect(throws: PickleError.self, "\(hostile.name)") {
            try PickleReader.value(of: [0x80, 4] + hostile.pickle + [0x2E], classes: PickleClass.tables)
        }
        #expect(error?.reason == hostile.reason, "\(hostile.name): \(error?.description ?? "")")
    }

    @Test func theNameIsInTheMessage() {
        let error = #expect(throws: PickleError.self) {
            try PickleReader.value(
                of: [0x80, 4] + Self.global("os", "system") + [0x2E], classes: PickleClass.tables)
        }
        #expect(error?.message.contains("\"os.system\"") == true)
    }

    @Test("bytes that are named often count each time")
    func sharedBytes() {
        let bytes = [0x42] + [0, 0, 0x10, 0] + [UInt8](repeating: 1, count: 1 << 20) + [0x94] as [UInt8]
        let often = [0x28] + Array(repeating: [0x68, 0] as [UInt8], count: 1000).joined() + [0x74]
        let error = #expect(throws: PickleError.self) {
            try PickleReader.value(of: [0x80, 4] + bytes + often + [0x2E], classes: PickleClass.tables)
        }
        #expect(error?.reason == .tooLarge)
    }

    @Test("an array of nothing has no endless dimensions", arguments: [(1 << 30, false), (5, true)])
    func emptyArray(rows: Int, isRead: Bool) throws {
        let shape = [0x4A] + withUnsafeBytes(of: Int32(rows).littleEndian) { Array($0) } + [0x4B, 0, 0x86]
        let type = Self.global("numpy", "dtype") + Self.text("f8") + [0x85, 0x52]
        let array =
            Self.global("numpy.core.multiarray", "_reconstruct") + Self.global("numpy", "ndarray")
            + [0x4B, 0, 0x85, 0x43, 1, 0x62, 0x87, 0x52] + [0x28, 0x4B, 1] + shape + type + [0x89, 0x43, 0, 0x74, 0x62]
        let value = try PickleReader.value(of: [0x80, 4] + array + [0x2E], classes: PickleClass.tables)
        #expect((PickledArray(value) != nil) == isRead)
    }

    @Test func jsonpickleIsReadByTheSameTable() throws {
        for text in [
            #"{"py/object": "os.system"}"#, #"{"py/reduce": [{"py/function": "os.system"}]}"#, #"{"py/type": "os"}"#,
            #"{"py/repr": "os/os.system('true')"}"#, #"{"py/id": 1}"#, #"{"a": {"py/id": -1}}"#, #"[{"py/id": 1}]"#,
            #"{"json://{\"py/object\": \"os.system\"}": 1}"#, #"{"json://{": 1}"#,
        ] {
            let json = try JSON(parsing: Array(text.utf8))
            #expect(throws: PickleError.self, "\(text)") {
                try JSONPickle.value(of: json, classes: PickleClass.tables)
            }
        }
    }

    @Test func joblibsContainersHaveLimits() {
        let limits = PickleLimits(bytes: 1 << 20, steps: 1000, values: 1000, expandedValues: 1000, depth: 10)
        // Zeros, packed by zlib to a thousandth.
        let bomb = zeros(count: 64 << 20)
        let error = #expect(throws: PickleError.self) {
            try JoblibFile.value(of: bomb, classes: PickleClass.tables, limits: limits)
        }
        #expect(error?.reason == .tooLarge)
        for start: [UInt8] in [[0x78, 0x9C, 1, 2, 3], [0x1F, 0x8B, 0, 0], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A]] {
            #expect(throws: PickleError.self) { try JoblibFile.value(of: start, classes: PickleClass.tables) }
        }
    }

    /// Random changes of what Python wrote end in a value or an error, never in a crash.
    @Test(arguments: RecordedPickleTests.recordings)
    func changedBytes(recording: RecordedPickleTests.Recording) {
        var random = SeededRandom(seed: 7)
        for _ in 0..<400 {
            var file = recording.file
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                file[Int.random(in: file.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let value = try? JoblibFile.value(
                of: file, classes: PickleClass.tables,
                limits: PickleLimits(
                    bytes: 1 << 20, steps: 100_000, values: 100_000, expandedValues: 100_000, depth: 50))
            guard let value else { continue }
            _ = SparseMatrix(value)
            let array = PickledArray(value["array"] ?? value)
            _ = (array?.doubles, array?.texts, array?.integers)
        }
    }

    private static func text(_ text: String) -> [UInt8] { [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) }

    private static func global(_ module: String, _ name: String) -> [UInt8] {
        [0x63] + Array("\(module)\n\(name)\n".utf8)
    }

    /// Each tuple holds the one before twice.
    private static func doubled(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { [0x68, UInt8($0), 0x68, UInt8($0), 0x86, 0x94] as [UInt8] }
    }

    private func zeros(count: Int) -> [UInt8] {
        let plain = [UInt8](repeating: 0, count: count)
        var packed = [UInt8](repeating: 0, count: Int(compressBound(uLong(count))))
        var length = uLongf(packed.count)
        guard compress(&packed, &length, plain, uLong(count)) == Z_OK else { return [] }
        return Array(packed.prefix(Int(length)))
    }
}
